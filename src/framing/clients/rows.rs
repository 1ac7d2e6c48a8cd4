//! The words of HTTP clients that log a request and its answer apart, one row a client.
//!
//! Data only: how the words are read stands in `clients.rs`. Facts: the sources and pages of the clients.

/// Where in a line the words of a client stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// Wherever they do.
    Anywhere,
    /// At the beginning of the message, or behind its tag.
    First,
}

/// What both lines show to tell one exchange from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// Words in brackets in front of the message, if there are any.
    Brackets,
    /// The word in front: the name of a connection, a number.
    Word,
    /// The rest of a bracket that the words open.
    Behind,
}

/// What stands between the words of an answer and its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Nothing.
    Next,
    /// The rest of `HTTP/1.1 `.
    Version,
    /// A duration: `83.1ms - 401`.
    Duration,
}

/// How one client logs.
#[derive(Debug)]
pub(super) struct Client {
    /// Name, unique; the origin of what is observed.
    pub(super) name: &'static str,
    /// What stands before the method and the URL of a request.
    pub(super) urls: &'static [&'static str],
    /// What stands before its host, where URLs are not shown.
    pub(super) hosts: &'static [&'static str],
    /// What stands before the status of an answer.
    pub(super) answers: &'static [&'static str],
    pub(super) status: Status,
    pub(super) stands: Stands,
    pub(super) tag: Tag,
    /// Both lines are of one logger.
    pub(super) is_of_one_logger: bool,
    /// Both lines are of one thread.
    pub(super) is_of_one_thread: bool,
}

/// A client whose lines say nothing special.
const PLAIN: Client = Client {
    name: "",
    urls: &[],
    hosts: &[],
    answers: &[],
    status: Status::Next,
    stands: Stands::Anywhere,
    tag: Tag::Brackets,
    is_of_one_logger: true,
    is_of_one_thread: true,
};

/// The clients, each with a request and an answer as it writes them.
pub(super) const CLIENTS: &[(Client, &str, &str)] = &[
    (
        Client {
            name: "apache-headers",
            hosts: &[">> Host: "],
            answers: &["<< HTTP/"],
            status: Status::Version,
            tag: Tag::Word,
            ..PLAIN
        },
        "http-outgoing-0 >> Host: api.openai.com",
        "http-outgoing-0 << HTTP/1.1 401 Unauthorized",
    ),
    (
        Client {
            name: "apache-wire",
            hosts: &[">> \"Host: "],
            answers: &["<< \"HTTP/"],
            status: Status::Version,
            tag: Tag::Word,
            ..PLAIN
        },
        "http-outgoing-0 >> \"Host: api.openai.com[\\r][\\n]\"",
        "http-outgoing-0 << \"HTTP/1.1 401 Unauthorized[\\r][\\n]\"",
    ),
    (
        Client {
            name: "azure-core",
            urls: &["Request ["],
            answers: &["Response [", "rror response ["],
            tag: Tag::Behind,
            is_of_one_logger: false,
            is_of_one_thread: false,
            ..PLAIN
        },
        "Request [7c1de1a2] POST https://api.openai.com/v1/responses",
        "Error response [7c1de1a2] 401 Unauthorized (00.1s)",
    ),
    (
        Client {
            name: "azure-core-python",
            urls: &["Request URL: '"],
            answers: &["Response status: "],
            ..PLAIN
        },
        "Request URL: 'https://acme.openai.azure.com/openai/deployments/gpt-4o/chat/completions'",
        "Response status: 401",
    ),
    (
        Client {
            name: "dotnet-client",
            urls: &["Sending HTTP request "],
            answers: &["Received HTTP response headers after ", "Received HTTP response after "],
            status: Status::Duration,
            is_of_one_thread: false,
            ..PLAIN
        },
        "Sending HTTP request POST https://api.openai.com/v1/responses",
        "Received HTTP response headers after 83.1042ms - 401",
    ),
    (
        Client {
            name: "dotnet-logical",
            urls: &["Start processing HTTP request "],
            answers: &["End processing HTTP request after "],
            status: Status::Duration,
            is_of_one_thread: false,
            ..PLAIN
        },
        "Start processing HTTP request POST https://api.openai.com/v1/responses",
        "End processing HTTP request after 90.4511ms - 401",
    ),
    (
        Client {
            name: "dump",
            hosts: &["Host: ", "host: "],
            answers: &["HTTP/"],
            status: Status::Version,
            stands: Stands::First,
            ..PLAIN
        },
        "Host: api.openai.com",
        "HTTP/2.0 401 Unauthorized",
    ),
    (
        Client {
            name: "dump-url",
            urls: &[""],
            answers: &["HTTP/"],
            status: Status::Version,
            stands: Stands::First,
            ..PLAIN
        },
        "POST https://api.openai.com/v1/responses HTTP/1.1",
        "HTTP/1.1 401 Unauthorized",
    ),
    (
        Client {
            name: "faraday",
            urls: &["request: "],
            answers: &["response: Status "],
            is_of_one_logger: false,
            ..PLAIN
        },
        "request: POST https://api.openai.com/v1/responses",
        "response: Status 401",
    ),
    (
        Client {
            name: "feign",
            urls: &["---> "],
            answers: &["<--- HTTP/"],
            status: Status::Version,
            ..PLAIN
        },
        "[ChatClient#complete] ---> POST https://api.openai.com/v1/responses HTTP/1.1",
        "[ChatClient#complete] <--- HTTP/1.1 401 Unauthorized (100ms)",
    ),
    (
        Client {
            name: "http.client",
            hosts: &["\\r\\nHost: "],
            answers: &["reply: 'HTTP/"],
            status: Status::Version,
            ..PLAIN
        },
        "send: b'POST /v1/responses HTTP/1.1\\r\\nHost: api.openai.com\\r\\n\\r\\n'",
        "reply: 'HTTP/1.1 401 Unauthorized\\r\\n'",
    ),
    (
        Client {
            name: "interceptor",
            urls: &["→ ", "Request: "],
            answers: &["← ", "Response: "],
            stands: Stands::First,
            is_of_one_thread: false,
            ..PLAIN
        },
        "→ POST https://api.openai.com/v1/responses",
        "← 401 Unauthorized",
    ),
    (
        Client {
            name: "jdk",
            hosts: &["{Host: "],
            answers: &["{null: HTTP/"],
            status: Status::Version,
            ..PLAIN
        },
        "sun.net.www.MessageHeader@7a81 pairs: {POST /v1/responses HTTP/1.1: null}{Host: api.openai.com}",
        "sun.net.www.MessageHeader@5ca8 pairs: {null: HTTP/1.1 401 Unauthorized}",
    ),
    (
        Client {
            name: "jersey",
            urls: &["> "],
            answers: &["< "],
            stands: Stands::First,
            tag: Tag::Word,
            is_of_one_logger: false,
            is_of_one_thread: false,
            ..PLAIN
        },
        "1 > POST https://api.openai.com/v1/responses",
        "1 < 401",
    ),
    (
        Client {
            name: "langchain4j",
            urls: &["- url: "],
            answers: &["- status code: "],
            stands: Stands::First,
            ..PLAIN
        },
        "- url: https://api.openai.com/v1/responses",
        "- status code: 401",
    ),
    (
        Client {
            name: "net-http",
            hosts: &["\\r\\nHost: "],
            answers: &["-> \"HTTP/"],
            status: Status::Version,
            ..PLAIN
        },
        "<- \"POST /v1/responses HTTP/1.1\\r\\nHost: api.openai.com\\r\\n\\r\\n\"",
        "-> \"HTTP/1.1 401 Unauthorized\\r\\n\"",
    ),
    (
        Client {
            name: "resty",
            hosts: &["HOST   : "],
            answers: &["STATUS       : "],
            stands: Stands::First,
            ..PLAIN
        },
        "HOST   : api.openai.com",
        "STATUS       : 401 Unauthorized",
    ),
    (
        Client { name: "spring", urls: &["HTTP "], answers: &["Response "], ..PLAIN },
        "[4d2b1c] HTTP POST https://api.openai.com/v1/responses",
        "[4d2b1c] [90ab12ce-1] Response 401 UNAUTHORIZED",
    ),
    (
        Client { name: "wget", urls: &["--  "], answers: &["awaiting response... "], ..PLAIN },
        "--2026-11-16 09:12:44--  https://api.openai.com/v1/models",
        "HTTP request sent, awaiting response... 401 Unauthorized",
    ),
];
