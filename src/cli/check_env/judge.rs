//! What is wrong with variables that configure clients of the API, told without calling it.
//!
//! Only what can be seen is judged: whether a key is accepted, the API alone knows.

use serde::Serialize;

use super::env_file::Variable;
use crate::extract::key;
use crate::model::{KeyDamage, KeyShape, ShownKey};
use crate::redact::mask;
use crate::report::sink::one_line;

/// Whether calls can work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// They cannot.
    Wrong,
    /// They may not.
    Doubtful,
    /// Nothing speaks against it.
    Fine,
}

/// The verdict on one variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    pub(super) verdict: Verdict,
    /// Its name.
    pub(super) name: String,
    /// Its value, masked; `None` where it is not set.
    pub(super) shown: Option<String>,
    /// Where it stands in the file.
    pub(super) line: Option<usize>,
    /// What was found.
    pub(super) text: String,
    /// The cause that calls would fail with.
    pub(super) cause: Option<&'static str>,
}

/// What one look at a value gives: verdict, text, cause.
type Found = (Verdict, &'static str, Option<&'static str>);

const FINE: Found = (Verdict::Fine, "looks right", None);

/// Names of keys, and the host that they are for.
const KEYS: &[&str] = &["OPENAI_API_KEY", "AZURE_OPENAI_API_KEY"];
/// Names of organizations.
const ORGANIZATIONS: &[&str] = &["OPENAI_ORG_ID", "OPENAI_ORGANIZATION"];
/// Names of projects.
const PROJECTS: &[&str] = &["OPENAI_PROJECT_ID", "OPENAI_PROJECT"];
/// Names of addresses.
const ADDRESSES: &[&str] = &["OPENAI_BASE_URL", "OPENAI_API_BASE", "AZURE_OPENAI_ENDPOINT"];

/// The names that are looked at.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    [KEYS, ORGANIZATIONS, PROJECTS, ADDRESSES].concat().into_iter()
}

/// The verdicts, in the order of the names; a key that is missing has a row as well.
pub(super) fn judge(variables: &[Variable]) -> Vec<Row> {
    let set = |name: &str| variables.iter().find(|variable| variable.name == name);
    let is_elsewhere = ADDRESSES.iter().filter_map(|name| set(name)).any(|url| !is_openai(&url.value));
    let mut rows = Vec::new();
    for name in names() {
        let Some(variable) = set(name) else { continue };
        let value = variable.value.as_str();
        let (mut found, shown) = match name {
            _ if value.trim().is_empty() => (empty(name), String::new()),
            _ if KEYS.contains(&name) => {
                let key = key::from_whole(value);
                let shown = key.shown.as_ref().map_or("****", |shown| shown.as_str()).to_owned();
                (key_found(&key, value, name == "OPENAI_API_KEY", is_elsewhere), shown)
            }
            _ if ORGANIZATIONS.contains(&name) => (id_found(value, "org-", "proj_"), mask(value).to_string()),
            _ if PROJECTS.contains(&name) => (id_found(value, "proj_", "org-"), mask(value).to_string()),
            _ => (address_found(value, name), mask(value).to_string()),
        };
        if variable.is_quoted && found.0 == Verdict::Fine {
            let text = "looks right; `docker run --env-file` would pass the quotes around it on";
            found = (Verdict::Fine, text, None);
        }
        rows.push(row(name, Some(shown), variable.line, found));
    }
    if !KEYS.iter().any(|name| set(name).is_some()) {
        let text = "is not set: the client refuses to start, or calls go out without a key";
        rows.insert(0, row("OPENAI_API_KEY", None, None, (Verdict::Wrong, text, Some("key-missing"))));
    }
    rows.extend(twice(&rows, ORGANIZATIONS, variables));
    rows.extend(twice(&rows, ADDRESSES.get(..2).unwrap_or_default(), variables));
    rows
}

fn row(name: &str, shown: Option<String>, line: Option<usize>, (verdict, text, cause): Found) -> Row {
    let shown = shown.filter(|shown| !shown.is_empty()).map(|shown| one_line(&shown).into_owned());
    Row { verdict, name: name.to_owned(), shown, line, text: text.to_owned(), cause }
}

/// Two names of one thing with different values.
fn twice(rows: &[Row], names: &[&str], variables: &[Variable]) -> Option<Row> {
    let values = names.iter().filter_map(|name| variables.iter().find(|variable| variable.name == *name));
    let values: Vec<&Variable> = values.filter(|variable| !variable.value.is_empty()).collect();
    let [first, second] = values.as_slice() else { return None };
    let line = rows.iter().find(|row| row.name == second.name).and_then(|row| row.line);
    let text = "differs from the other name of the same setting: which of them counts depends on the client";
    (first.value != second.value).then(|| row(&second.name, None, line, (Verdict::Doubtful, text, None)))
}

fn empty(name: &str) -> Found {
    if KEYS.contains(&name) {
        return (Verdict::Wrong, "is empty", Some("key-missing"));
    }
    (Verdict::Doubtful, "is set and empty: some clients send it as it is; remove it", None)
}

fn key_found(key: &ShownKey, value: &str, is_for_openai: bool, is_elsewhere: bool) -> Found {
    let is_padded = value.trim() != value || value.contains(['\n', '\r']);
    if is_padded {
        let text = "has white space or a line end around it: no header can carry it";
        return (Verdict::Wrong, text, Some("key-malformed"));
    }
    match (key.shape, key.damage) {
        (KeyShape::Placeholder, _) if is_elsewhere => {
            (Verdict::Fine, "sample text, for a server of your own", None)
        }
        (KeyShape::Placeholder, _) => {
            (Verdict::Wrong, "is sample text or a variable that was not expanded", Some("key-placeholder"))
        }
        (_, Some(damage @ (KeyDamage::Cut | KeyDamage::Doubled))) => {
            (Verdict::Doubtful, damage_text(damage), Some("key-malformed"))
        }
        (_, Some(damage)) => (Verdict::Wrong, damage_text(damage), Some("key-malformed")),
        (KeyShape::OtherProvider, _) if is_for_openai && !is_elsewhere => {
            (Verdict::Wrong, "is the key of another provider", Some("key-wrong-provider"))
        }
        (KeyShape::OpenaiSession, _) => {
            (Verdict::Wrong, "is a session of the dashboard, not a key", Some("key-type-mismatch"))
        }
        (KeyShape::OpenaiAdmin, _) => (
            Verdict::Doubtful,
            "is an admin key: it manages the organization and calls no model",
            Some("key-type-mismatch"),
        ),
        (KeyShape::Unknown | KeyShape::Malformed, _) if is_for_openai && !is_elsewhere => {
            (Verdict::Doubtful, "does not look like a key of OpenAI", None)
        }
        _ => FINE,
    }
}

fn damage_text(damage: KeyDamage) -> &'static str {
    match damage {
        KeyDamage::Quoted => "has quotes that are part of the value",
        KeyDamage::Braced => "has braces around it or in it: a template that was not filled",
        KeyDamage::Whitespace => "has white space in it",
        KeyDamage::BearerTwice => "begins with the word Bearer, which the client adds itself",
        KeyDamage::Assignment => "begins with the name of the variable",
        KeyDamage::Url => "is an address or a path, not a key",
        KeyDamage::NonAscii => "has a character that is not ASCII: no header can carry it",
        KeyDamage::Cut => "seems to be cut",
        KeyDamage::Doubled => "seems to stand there twice",
    }
}

/// An organization or a project: the id, not its name, and not the id of the other.
fn id_found(value: &str, prefix: &str, other: &str) -> Found {
    let is_id = |rest: &str| {
        !rest.is_empty()
            && rest.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
    };
    match value.strip_prefix(prefix) {
        Some(rest) if is_id(rest) => {
            (Verdict::Fine, "looks right; it is sent with every call and must be that of the key", None)
        }
        Some(_) => (Verdict::Wrong, "has characters that no id has", None),
        None if value.starts_with(other) => {
            (Verdict::Wrong, "is the id of something else: organization and project are swapped", None)
        }
        None if prefix == "org-" => {
            (Verdict::Wrong, "is no id of an organization: these begin with `org-`", None)
        }
        None => (Verdict::Wrong, "is no id of a project: these begin with `proj_`", None),
    }
}

fn address_found(value: &str, name: &str) -> Found {
    let wrong = |text: &'static str| (Verdict::Wrong, text, Some("endpoint-mismatch"));
    if value.trim() != value || value.contains(char::is_whitespace) {
        return wrong("has white space in it");
    }
    let Some((scheme, rest)) = value.split_once("://") else { return wrong("has no `https://` in front") };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let host = host.to_ascii_lowercase();
    let path = path.trim_end_matches('/');
    if host.is_empty() || !matches!(scheme, "http" | "https") {
        return wrong("is no http or https address");
    }
    if ["/completions", "/responses", "/embeddings"].iter().any(|end| format!("/{path}").ends_with(end)) {
        return wrong("ends with an endpoint, which the client adds itself");
    }
    if name == "AZURE_OPENAI_ENDPOINT" {
        return if host.ends_with(".openai.com") { wrong("is no address of Azure") } else { FINE };
    }
    match host.as_str() {
        "openai.com" | "www.openai.com" | "platform.openai.com" | "chat.openai.com" | "chatgpt.com" => {
            wrong("is a web page; the API is at https://api.openai.com/v1")
        }
        host if is_api(host) && scheme == "http" => {
            (Verdict::Wrong, "must begin with https", Some("https-required"))
        }
        host if is_api(host) && path != "v1" => wrong("must end with `/v1`"),
        _ if user.is_some() => {
            (Verdict::Doubtful, "has a name and a password in it, which end up in logs", None)
        }
        host if host.ends_with(".openai.azure.com")
            && !path.ends_with("v1")
            && !path.contains("deployments") =>
        {
            (
                Verdict::Doubtful,
                "is Azure: clients need its own class, or a path that ends with `/openai/v1`",
                None,
            )
        }
        host if !is_api(host) => (Verdict::Fine, "a server other than that of OpenAI", None),
        _ => FINE,
    }
}

/// The API's own hosts, those of a region included.
fn is_api(host: &str) -> bool {
    host == "api.openai.com" || host.ends_with(".api.openai.com")
}

fn is_openai(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    is_api(&host.to_ascii_lowercase()) || host.ends_with("openai.com") || host.is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::env_file::variables;
    use super::*;

    /// Verdict and cause of each row.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let rows = judge(&variables(text));
        let shown: Vec<String> = rows
            .iter()
            .map(|row| {
                format!("{:?}{}", row.verdict, row.cause.map(|cause| format!(":{cause}")).unwrap_or_default())
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{rows:?}");
    }

    fn key() -> String {
        format!("sk-proj-{}T3Blbk{}{}", "A1b2".repeat(18), "FJ", "c3D4".repeat(19))
    }

    #[test]
    fn keys_that_cannot_work_are_wrong() {
        check("", "Wrong:key-missing");
        check("OPENAI_API_KEY=\n", "Wrong:key-missing");
        check("OPENAI_API_KEY=your-api-key-here\n", "Wrong:key-placeholder");
        check("OPENAI_API_KEY=${OPENAI_API_KEY}\n", "Wrong:key-placeholder");
        check(&format!("OPENAI_API_KEY=Bearer {}\n", key()), "Wrong:key-malformed");
        check(&format!("OPENAI_API_KEY={}\n", key()), "Fine");
    }

    #[test]
    fn a_key_for_a_server_of_ones_own_may_be_anything() {
        check("OPENAI_API_KEY=dummy\nOPENAI_BASE_URL=http://localhost:11434/v1\n", "Fine Fine");
    }

    #[test]
    fn ids_are_no_names_and_not_swapped() {
        let key = key();
        let with = |line: &str| format!("OPENAI_API_KEY={key}\n{line}\n");
        check(&with("OPENAI_ORG_ID=org-AbCdEf0123456789AbCdEf01"), "Fine Fine");
        check(&with("OPENAI_ORG_ID=Example Ltd"), "Fine Wrong");
        check(&with("OPENAI_ORG_ID=proj_AbCdEf0123456789"), "Fine Wrong");
        check(&with("OPENAI_PROJECT_ID=org-AbCdEf0123456789"), "Fine Wrong");
        check(&with("OPENAI_ORG_ID=org-a1\nOPENAI_ORGANIZATION=org-b2"), "Fine Fine Fine Doubtful");
    }

    #[test]
    fn addresses_lead_to_the_api() {
        let key = key();
        let check = |url: &str, expected: &str| {
            check(&format!("OPENAI_API_KEY={key}\nOPENAI_BASE_URL={url}\n"), &format!("Fine {expected}"));
        };
        check("https://api.openai.com/v1", "Fine");
        check("https://eu.api.openai.com/v1/", "Fine");
        check("https://api.openai.com", "Wrong:endpoint-mismatch");
        check("http://api.openai.com/v1", "Wrong:https-required");
        check("api.openai.com/v1", "Wrong:endpoint-mismatch");
        check("https://api.openai.com/v1/chat/completions", "Wrong:endpoint-mismatch");
        check("https://platform.openai.com/v1", "Wrong:endpoint-mismatch");
        check("http://localhost:4000", "Fine");
    }

    #[test]
    fn no_key_is_shown() {
        let key = key();
        let rows = judge(&variables(&format!(
            "OPENAI_API_KEY={key}\nOPENAI_ORG_ID={key}\nOPENAI_BASE_URL=https://u:{key}@h/\n"
        )));
        let middle: String = key.chars().skip(8).take(52).collect();
        assert!(!format!("{rows:?}").contains(&middle));
    }
}
