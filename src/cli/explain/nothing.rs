//! What `why4xx explain` says of a text that shows no failed call: why it counts for none, and which line would
//! settle it.

use super::CLASSES;
use crate::extract::{Unseen, unseen};
use crate::model::Transport;

const WHOLE_ERROR: &str =
    "Paste the whole error: the exception with its class, or the body of the answer with its status.\n";

/// The page of a text in which nothing was seen.
pub(super) fn page(text: &str) -> String {
    format!("No failed call to the OpenAI API is visible in this text.\n{}", reason(text))
}

/// Why nothing was seen, and what would settle it.
pub(super) fn reason(text: &str) -> String {
    match unseen(text) {
        Unseen::Blank => "There is no text.\n".to_owned() + WHOLE_ERROR,
        Unseen::Quoted => "\
An error of the API is quoted there, in a prompt, a document or source code: nothing failed where it stands.
If it is the error itself, paste it without what is around it.
"
        .to_owned(),
        Unseen::Other(name) => format!(
            "\
`{name}` tells of another provider: what that one refuses is no failed call to OpenAI, whatever client library raised it.
If OpenAI was called, the line with the URL (https://api.openai.com/…) settles it.
"
        ),
        Unseen::Unanswered(transport) => format!(
            "\
A connection failed ({}), and nothing tells whether it was one to OpenAI: no host, no class of its client libraries.
The line with the URL or the exception on top (`openai.APIConnectionError`) settles it.
`why4xx explain {}` tells what to do when it was.
",
            transport.word(),
            cause(transport)
        ),
        Unseen::Status(status) => format!(
            "\
A status {status} alone is not counted: the service itself, a proxy or another API answers it as well.
What settles it: a line with the host (api.openai.com), {}or the body of the answer with `code` and `message`.
`why4xx explain {status}` lists what lies behind it when OpenAI answered.
",
            class(status).map_or(String::new(), |class| format!("the class that was raised (`openai.{class}`), "))
        ),
        Unseen::Nothing => WHOLE_ERROR.to_owned(),
    }
}

/// The class of the client libraries for a status.
fn class(status: u16) -> Option<&'static str> {
    CLASSES.iter().find(|row| row.1 == status && row.0.ends_with("Error")).map(|row| row.0)
}

/// The cause that a connection that failed has when it was one to OpenAI.
fn cause(transport: Transport) -> &'static str {
    match transport {
        Transport::ProxyAuth => "proxy-auth-required",
        Transport::ProxyRefused => "proxy-interference",
        Transport::TlsUntrusted => "tls-interception",
        Transport::TlsNotYetValid => "clock-skew",
        Transport::TlsExpired | Transport::TlsOther => "tls-failed",
        _ => "connection-failed",
    }
}

#[cfg(test)]
mod tests {
    use super::reason;
    use crate::rules::RuleSet;

    /// Every page that a reason points to is there.
    #[test]
    fn what_is_named_to_ask_next_is_a_cause_or_a_status() {
        for text in [
            "407 Proxy Authentication Required",
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate",
            "getaddrinfo ENOTFOUND x",
        ] {
            let told = reason(text);
            let asked = told.split("`why4xx explain ").nth(1).and_then(|rest| rest.split('`').next());
            let asked = asked.unwrap_or_else(|| panic!("{text}: {told}"));
            let is_known = asked.parse::<u16>().is_ok() || RuleSet::builtin().rule(asked).is_some();
            assert!(is_known, "{text}: {asked}");
        }
    }
}
