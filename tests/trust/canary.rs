//! Canaries: generated secrets of every family, in every encoding, for every field.

use std::collections::HashMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// OpenAI's marker, put together here so that no scanner takes this file for a leak.
const MARKER: &str = concat!("T3Blbk", "FJ");
/// Length of a piece that counts as a leak.
const PIECE: usize = 12;

/// Random letters, the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count)
            .map(|_| {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                letters[usize::try_from(self.0 >> 33).unwrap() % letters.len()]
            })
            .collect()
    }
}

const BASE62: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
pub(crate) const HEX: &str = "0123456789abcdef";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";

/// Families: name, what stands around the secret (`{}`), alphabet and length of the random part. `{M}` is the marker between
/// two random parts.
pub(crate) const FAMILIES: &[(&str, &str, &str, usize)] = &[
    ("legacy", "sk-{}{M}{}", BASE62, 20),
    ("legacy-none", "sk-None-{}{M}{}", BASE62, 20),
    ("project", "sk-proj-{}{M}{}", BASE62, 74),
    ("project-without-marker", "sk-proj-{}", BASE62, 48),
    ("service-account", "sk-svcacct-{}{M}{}", BASE62, 74),
    ("admin", "sk-admin-{}{M}{}", BASE62, 58),
    ("session", "sess-{}", BASE62, 40),
    ("ephemeral", "ek_{}", HEX, 40),
    ("anthropic", "sk-ant-api03-{}", BASE62, 95),
    ("openrouter", "sk-or-v1-{}", HEX, 64),
    ("groq", "gsk_{}", BASE62, 52),
    ("xai", "xai-{}", BASE62, 80),
    ("google", "AIza{}", BASE62, 35),
    ("perplexity", "pplx-{}", BASE62, 48),
    ("replicate", "r8_{}", BASE62, 37),
    ("huggingface", "hf_{}", BASE62, 34),
    ("github", "ghp_{}", BASE62, 36),
    ("github-fine", "github_pat_{}", BASE62, 82),
    ("gitlab", "glpat-{}", BASE62, 20),
    ("nvidia", "nvapi-{}", BASE62, 64),
    ("langfuse", "sk-lf-{}", HEX, 36),
    ("together", "tgp_{}", BASE62, 43),
    ("cerebras", "csk-{}", BASE62, 48),
    ("aws", "AKIA{}", UPPER, 16),
    ("stripe", "sk_live_{}", BASE62, 24),
    ("slack", "xoxb-{}", BASE62, 44),
    ("jwt", "eyJhbGciOiJSUzI1NiJ9.{}.{}", BASE62, 60),
    ("azure", "api-key: {}", HEX, 32),
    ("azure-long", "api-key: {}", BASE62, 84),
    ("azure-subscription", "Ocp-Apim-Subscription-Key: {}", HEX, 32),
    ("bearer", "Authorization: Bearer {}", BASE62, 40),
    ("authorization", "Authorization: {}", BASE62, 40),
    ("cookie", "Cookie: session={}; theme=dark", BASE62, 30),
    ("set-cookie", "set-cookie: __cf_bm={}; path=/; Secure", BASE62, 43),
    ("query", "/callback?access_token={}&state=1", BASE62, 40),
    ("signature", "/blob?sv=1&sig={}", BASE62, 43),
    ("client-secret", "client_secret={}", BASE62, 40),
    ("password", "password={}", BASE62, 18),
    ("proxy", "http://proxyuser:{}@proxy.corp:3128", BASE62, 16),
    ("dsn", "https://{}@o1.ingest.sentry.io/1", HEX, 32),
];

/// A secret as it stands in a text, and its random parts.
pub(crate) struct Canary {
    family: &'static str,
    pub(crate) text: String,
    parts: Vec<String>,
}

pub(crate) fn canary(row: &(&'static str, &str, &str, usize), dice: &mut Dice) -> Canary {
    let (family, template, alphabet, length) = *row;
    let mut parts = Vec::new();
    let mut text = template.replace("{M}", MARKER);
    while text.contains("{}") {
        let part = dice.letters(alphabet, length);
        text = text.replacen("{}", &part, 1);
        parts.push(part);
    }
    Canary { family, text, parts }
}

fn special(dice: &mut Dice) -> [Canary; 2] {
    let password = dice.letters(BASE62, 24);
    let basic = STANDARD.encode(format!("user:{password}"));
    let lines: Vec<String> = (0..6).map(|_| dice.letters(BASE64, 64)).collect();
    let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", lines.join("\n"));
    [
        Canary {
            family: "basic",
            text: format!("Authorization: Basic {basic}"),
            parts: vec![password, basic],
        },
        Canary { family: "private-key", text: key, parts: lines },
    ]
}

/// How a text is written.
pub(crate) const ENCODINGS: &[(&str, fn(&Canary) -> Option<String>)] = &[
    ("raw", |canary| Some(canary.text.clone())),
    ("json", |canary| Some(json(&format!("\"{}\"\n", canary.text)))),
    ("json-twice", |canary| Some(json(&json(&format!("\"{}\"", canary.text))))),
    ("percent", |canary| Some(percent(&canary.text))),
    ("base64", |canary| is_known_in_base64(canary).then(|| STANDARD.encode(format!("id=1 {}", canary.text)))),
    ("python", |canary| {
        Some(format!("{{'key': '{}', b: b'{}'}}", python(&canary.text), python(&canary.text)))
    }),
    ("javascript", |canary| Some(format!("{{ key: '{}' }}", canary.text.replace('\n', "\\n' +\n    '")))),
    ("header-pairs", |canary| {
        let (name, value) = canary.text.split_once(": ")?;
        Some(format!(
            "[(b'{name}', b'{value}'), ('{name}', '{value}')] {{\"name\": \"{name}\", \"value\": \"{value}\"}}"
        ))
    }),
    ("wrapped", |canary| wrapped(canary, 60, "\n", "")),
    ("boxed", |canary| wrapped(canary, 70, " │\n│ ", "│ ")),
    ("boxed-json", |canary| wrapped(canary, 70, " │\n│ ", "│ ").map(|text| json(&text))),
    ("half-masked", |canary| {
        let is_key = canary.text.len() >= 40 && !canary.text.contains([' ', '=', '/', '.', '\n']);
        is_key.then(|| format!("{}*****{}", &canary.text[..26], &canary.text[canary.text.len() - 14..]))
    }),
];

/// In base64 a key is known by its first letters; what only its surroundings tell is not looked for.
fn is_known_in_base64(canary: &Canary) -> bool {
    let known = [MARKER, "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-ant-api", "sk-or-v1-", "PRIVATE KEY"];
    known.iter().any(|known| canary.text.contains(known))
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn python(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\'', "\\'")
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

/// Keys of OpenAI alone are long enough to be wrapped by consoles.
fn wrapped(canary: &Canary, width: usize, end: &str, start: &str) -> Option<String> {
    let is_long = canary.text.starts_with("sk-") && canary.text.len() > width;
    let pieces =
        canary.text.as_bytes().chunks(width).map(|piece| String::from_utf8_lossy(piece).into_owned());
    is_long.then(|| format!("{start}{}", pieces.collect::<Vec<_>>().join(end)))
}

const BODY: &str = "'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}";

/// Where a secret can stand in a log of lines: `{X}` is the text itself, `{J}` the text in a JSON string, `{W}` the text
/// of which the wrapper writes each line as a line of its own.
pub(crate) fn fields() -> Vec<(&'static str, String)> {
    let failed = "2026-11-16 09:00:49,813 ERROR app.llm request failed: Error code: 401 - {'error': {'message': 'Incorrect API key provided";
    let record = |field: &str| {
        format!(
            r#"{{"level":"error","time":"2026-11-16T09:00:49.813Z",{field},"msg":"openai.AuthenticationError: Error code: 401 - Incorrect API key provided: sk-ab***yz.","status":401}}"#
        )
    };
    let plain = |name: &'static str| (name, record(&format!("\"{name}\":\"{{J}}\"")));
    let mut rows = vec![
        ("message", format!("{failed}: {{X}}. You can find your API key', {BODY}")),
        ("message-end", format!("{failed}.', {BODY} {{X}}")),
        ("line-before", format!("2026-11-16 09:00:48,000 INFO app config {{X}}\n{failed}.', {BODY}")),
        ("url", "2026-11-16 09:00:49,813 INFO httpx HTTP Request: POST https://api.openai.com/v1/chat/completions?{X} \"HTTP/1.1 401 Unauthorized\"".into()),
        ("path", "2026-11-16 09:00:49,813 INFO httpx HTTP Request: POST https://api.openai.com/v1/{X}/x \"HTTP/1.1 401 Unauthorized\"".into()),
        ("host", "2026-11-16 09:00:49,813 ERROR openai.APIConnectionError: Connection error to https://{X}.openai.com/v1: getaddrinfo ENOTFOUND".into()),
        ("logger", format!("2026-11-16 09:00:49,813 ERROR {{X}} openai.AuthenticationError: Error code: 401 - {{'error': {{'message': 'Incorrect API key provided', {BODY}")),
        ("bracketed-logger", "[2026-11-16 09:00:49,813: ERROR/{X}] openai.RateLimitError: Error code: 429 - insufficient_quota".into()),
        ("class", "2026-11-16 09:00:49,813 ERROR openai.{X}: Error code: 401 - Incorrect API key provided".into()),
        ("traceback", format!("2026-11-16 09:00:49,813 ERROR app failed\nTraceback (most recent call last):\n  File \"/srv/{{X}}/llm.py\", line 3, in ask\n    client = OpenAI(api_key=\"{{X}}\")\nopenai.AuthenticationError: Error code: 401 - {{'error': {{'message': 'Incorrect API key provided: {{X}}', {BODY}")),
        ("request-dump", "2026-11-16 09:00:49,813 DEBUG openai._base_client Request options: {'method': 'post', 'url': '/chat/completions', 'headers': {'X-Extra': '{X}'}, 'json_data': {'model': '{X}'}}\n2026-11-16 09:00:49,900 DEBUG openai._base_client HTTP Response: POST https://api.openai.com/v1/chat/completions \"401 Unauthorized\" Headers([('x-request-id', '{X}'), ('openai-organization', '{X}')])".into()),
        ("code", r"2026-11-16 09:00:49,813 ERROR app Error code: 401 - {'error': {'message': 'Incorrect API key provided', 'type': '{X}', 'param': '{X}', 'code': '{X}'}}".into()),
        ("organization", "2026-11-16 09:00:49,813 ERROR app Error code: 429 - {'error': {'message': 'Rate limit reached for {X} in organization {X} on requests per min', 'type': 'requests', 'code': 'rate_limit_exceeded'}}".into()),
        ("json-key", record("\"{J}\":1")),
        ("json-message", r#"{"level":"error","time":"2026-11-16T09:00:49.813Z","msg":"openai: Error code: 401 - Incorrect API key provided: {J}"}"#.into()),
        ("nested", record(r#""err":{"type":"AuthenticationError","message":"401 Incorrect API key provided: {J}","stack":"AuthenticationError: {J}\n    at x","headers":{"x":"{J}"},"requestID":"{J}"}"#)),
        ("exposed-only", "2026-11-16 09:00:49,813 INFO app loaded {X}".into()),
        ("syslog", "<11>1 2026-11-16T09:00:49Z host-{X} app-{X} 7 - - openai.RateLimitError: Error code: 429 - insufficient_quota {X}".into()),
        ("docker", r#"{"log":"openai.AuthenticationError: Error code: 401 - Incorrect API key provided: {J}\n","stream":"stderr","time":"2026-11-16T09:00:49.813Z","attrs":{"tag":"{J}"}}"#.into()),
        ("cri", "2026-11-16T09:00:49.813000000Z stderr F openai.AuthenticationError: Error code: 401 - Incorrect API key provided: {X}".into()),
        ("access-log", "10.0.0.1 - {X} [16/Nov/2026:09:00:49 +0000] \"POST /v1/chat/completions?{X} HTTP/1.1\" 401 12 \"{X}\" \"OpenAI/Python 1.99.9 {X}\" api.openai.com".into()),
    ];
    rows.extend([
        ("cri-lines", "2026-11-16T09:00:49.813000000Z stderr F openai.AuthenticationError: Error code: 401 - Incorrect API key provided: {W}".into()),
        ("syslog-lines", "<11>1 2026-11-16T09:00:49Z host app 7 - - openai.RateLimitError: Error code: 429 - insufficient_quota {W}".into()),
        ("compose-lines", "web-1  | openai.AuthenticationError: Error code: 401 - Incorrect API key provided: {W}".into()),
        ("bracketed-lines", "[2026-11-16 09:00:49,813: ERROR/MainProcess] openai.RateLimitError: Error code: 429 - insufficient_quota {W}".into()),
        ("docker-lines", r#"{"log":"openai.AuthenticationError: Error code: 401 - Incorrect API key provided: {W}\n","stream":"stderr","time":"2026-11-16T09:00:49.813Z"}"#.into()),
    ]);
    let names = [
        "model",
        "service",
        "logger",
        "name",
        "organization",
        "project",
        "hostname",
        "environment",
        "release",
        "trace_id",
        "request_id",
        "user",
        "exception",
        "error",
        "url",
        "client",
        "logger_name",
        "code",
        "type",
    ];
    rows.extend(names.map(plain));
    rows
}

/// Whole documents in which a secret can stand anywhere.
pub(crate) fn documents() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "sentry.json",
            r#"{"event_id":"{N}","timestamp":"2026-11-16T09:00:49Z","platform":"python","level":"error","logger":"{J}","server_name":"{J}","release":"{J}","environment":"{J}","transaction":"{J}","tags":[["a","{J}"],["{J}","b"]],"user":{"id":"{J}"},"extra":{"{J}":"{J}"},"request":{"url":"https://x/{J}","headers":[["X","{J}"]],"cookies":"{J}","data":"{J}"},"exception":{"values":[{"type":"AuthenticationError","module":"openai","value":"Error code: 401 - Incorrect API key provided: {J}","stacktrace":{"frames":[{"filename":"{J}","function":"{J}","context_line":"{J}","vars":{"a":"{J}"}}]}}]},"breadcrumbs":{"values":[{"category":"httplib","type":"http","data":{"url":"https://api.openai.com/v1/{J}","method":"POST","status_code":401},"message":"{J}"}]}}"#,
        ),
        (
            "har.json",
            r#"{"log":{"version":"1.2","creator":{"name":"{J}"},"entries":[{"startedDateTime":"2026-11-16T09:00:49Z","time":5,"request":{"method":"POST","url":"https://api.openai.com/v1/chat/completions?{J}","headers":[{"name":"X","value":"{J}"}],"cookies":[{"name":"x","value":"{J}"}],"queryString":[{"name":"q","value":"{J}"}],"postData":{"mimeType":"application/json","text":"{\"model\":\"{K}\"}"}},"response":{"status":401,"headers":[{"name":"x-request-id","value":"{J}"}],"content":{"mimeType":"application/json","text":"{\"error\":{\"message\":\"Incorrect API key provided: {K}\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}"}}}]}}"#,
        ),
    ]
}

/// The text of which each line stands in a line of the wrapper: between what the template has before the error and
/// what it has behind the text.
fn wrapped_lines(template: &str, text: &str) -> String {
    let before = template.split("openai.").next().unwrap_or_default();
    let behind = template.split("{W}").nth(1).unwrap_or_default();
    let is_json = template.starts_with('{');
    let lines: Vec<String> =
        text.lines().map(|line| if is_json { json(line) } else { line.to_owned() }).collect();
    lines.join(&format!("{behind}\n{before}"))
}

/// Every piece of every secret, with what it was and where it stood.
#[derive(Default)]
pub(crate) struct Planted {
    pieces: HashMap<String, String>,
    pub(crate) secrets: usize,
}

impl Planted {
    pub(crate) fn add(&mut self, canary: &Canary, encoding: &str, field: &str) {
        self.secrets += 1;
        let label = format!("{} in {encoding} in {field}", canary.family);
        let mut known = |text: &str| {
            for at in 0..text.len().saturating_sub(PIECE - 1) {
                self.pieces.insert(text[at..at + PIECE].to_owned(), label.clone());
            }
        };
        for part in &canary.parts {
            known(part);
            if encoding == "base64" {
                for shift in 0..3 {
                    let packed = STANDARD.encode(&part[shift..]);
                    known(packed.trim_end_matches('='));
                }
            }
        }
    }

    /// Secrets of which a piece stands in the text.
    pub(crate) fn leaks(&self, text: &str) -> Vec<&str> {
        // What is random holds no other characters.
        let runs =
            text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/')));
        let mut found: Vec<&str> = runs
            .flat_map(|run| run.as_bytes().windows(PIECE))
            .filter_map(|piece| self.pieces.get(std::str::from_utf8(piece).ok()?))
            .map(String::as_str)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Plants a fresh canary of each family in each encoding in the text, as records of a file.
pub(crate) fn plant(name: &str, template: &str, planted: &mut Planted, dice: &mut Dice) -> Vec<String> {
    plant_some(name, template, planted, dice, &|_, _| true)
}

/// The same for those families and encodings, each by its number, that are wanted.
pub(crate) fn plant_some(
    name: &str,
    template: &str,
    planted: &mut Planted,
    dice: &mut Dice,
    is_wanted: &dyn Fn(usize, usize) -> bool,
) -> Vec<String> {
    let mut records = Vec::new();
    for index in 0..FAMILIES.len() + 2 {
        for (number, (encoding, encode)) in ENCODINGS.iter().enumerate() {
            if !is_wanted(index, number) {
                continue;
            }
            let canary = match FAMILIES.get(index) {
                Some(row) => canary(row, dice),
                None => special(dice).into_iter().nth(index - FAMILIES.len()).unwrap(),
            };
            let Some(text) = encode(&canary) else { continue };
            if template.contains("{W}") && !text.contains('\n') {
                continue;
            }
            planted.add(&canary, encoding, name);
            let record = template
                .replace("{N}", &dice.letters(HEX, 32))
                .replace("{W}", &wrapped_lines(template, &text))
                .replace("{X}", &text)
                .replace("{J}", &json(&text))
                .replace("{K}", &json(&json(&text)));
            records.push(record);
        }
    }
    records
}
