//! Whom a failed connection or a bare status belongs to, where the text names it: a database, a registry of packages,
//! another service.
//!
//! In goes the text of a record in which the word `openai` is no more than a part of a name; out comes whether
//! somebody else is named as the one who did not answer.

use super::{provider, url};

/// Ports on which no HTTP API listens: mail, SSH, databases, caches and queues.
const PORTS: &[&str] = &[
    "22", "25", "53", "389", "465", "587", "636", "993", "1433", "1521", "2181", "3306", "4222", "5432",
    "5672", "6379", "6432", "7687", "8125", "9042", "9092", "9200", "9300", "11211", "26379", "27017",
];

/// Drivers of these.
const DRIVERS: &[&str] = &[
    "amqp",
    "asyncpg",
    "boto",
    "cassandra",
    "elasticsearch",
    "ioredis",
    "kafka",
    "kombu",
    "memcache",
    "mongo",
    "mysql",
    "pg_hba",
    "pika",
    "postgres",
    "psycopg",
    "pymongo",
    "qdrant",
    "rabbitmq",
    "redis",
    "slack",
    "smtplib",
    "sqlalchemy",
];

/// What stands in front of the name of a host that did not answer.
const LEADS: &[&str] = &[
    "host='",
    "ENOTFOUND ",
    "EAI_AGAIN ",
    "ECONNREFUSED ",
    "ETIMEDOUT ",
    "lookup ",
    "dial tcp ",
    "resolve host: ",
    "Failed to resolve '",
    "Failed to connect to ",
    "could not connect to ",
    "connect to ",
    "connecting to ",
    "connection to server at \"",
    "UnknownHostException: ",
];

/// Whether the text names somebody else than OpenAI, Azure OpenAI or a gateway in front of them.
pub(crate) fn is_foreign(text: &str) -> bool {
    let is_other = |host: &str| is_name(host) && !url::is_loopback(host) && is_nobody_of_ours(host);
    text.split("://").skip(1).any(|rest| is_other(host_in(rest)))
        || LEADS.iter().any(|lead| text.split(lead).skip(1).any(|rest| is_other(host_in(rest))))
        || ports(text).any(|port| PORTS.contains(&port))
        || DRIVERS.iter().any(|driver| text.contains(driver))
}

fn is_nobody_of_ours(host: &str) -> bool {
    provider::of_host(host).is_none_or(|provider| provider == crate::model::Provider::Other)
}

/// The host at the start of a text.
fn host_in(text: &str) -> &str {
    let end =
        text.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_')));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default().trim_end_matches('.')
}

/// Whether a host is a name with several labels, and no address.
fn is_name(host: &str) -> bool {
    host.contains('.')
        && host.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// Numbers behind the word `port`, and those of four digits or more behind a colon: with fewer they may be a time.
fn ports(text: &str) -> impl Iterator<Item = &str> {
    let behind = |mark: &'static str, fewest: usize| {
        text.split(mark).skip(1).filter_map(move |rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.get(..digits).filter(|port| port.len() >= fewest)
        })
    };
    behind(":", 4).chain(behind("port ", 2)).chain(behind("port=", 2))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn others_are_named() {
        for text in [
            "could not connect to openai-db.internal:5432: Connection refused",
            "Error 111 connecting to redis:6379. Connection refused.",
            "HTTPSConnectionPool(host='pypi.org', port=443): Read timed out.",
            "request to https://registry.npmjs.org/openai failed, reason: connect ETIMEDOUT 104.16.1.35:443",
            "connection to server at \"db\" (10.0.0.2), port 5432 failed",
            "token introspection at https://auth.example.com/introspect returned 401",
        ] {
            assert!(is_foreign(text), "{text}");
        }
    }

    #[test]
    fn nobody_else_is() {
        for text in [
            "HTTPSConnectionPool(host='api.openai.com', port=443): Read timed out.",
            "dial tcp 104.18.7.192:443: i/o timeout",
            "connect ECONNREFUSED 127.0.0.1:3128",
            "2026-11-20 08:14:04,120 ERROR openai_client: Request timed out.",
            "getaddrinfo ENOTFOUND contoso.openai.azure.com",
        ] {
            assert!(!is_foreign(text), "{text}");
        }
    }
}
