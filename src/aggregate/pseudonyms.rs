//! Summaries without names of people and machines: addresses, user ids and host names become pseudonyms.
//!
//! The same value becomes the same pseudonym everywhere in one ledger. Pseudonyms are numbers in the order
//! of the values, so that nobody can find a value by trying: `host-1`, `ip-2`, `email-3`, `user-4`. Works on
//! the written form, so that no text of a summary can be forgotten. Services, environments, organizations,
//! projects, key masks and request ids stay: they are what an answer is about.

use core::net::Ipv6Addr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::ledger::{Ledger, Unreadable};

/// What gets a pseudonym, with the group of the pattern that holds it.
static PATTERNS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let rows = [
        ("email", r"(?P<name>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"),
        ("ip", r"\b(?P<name>(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d))\b"),
        ("ip", r"\b(?P<name>[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*[0-9A-Fa-f])\b"),
        ("user", r"\b(?P<name>user-[A-Za-z0-9]{16,})\b"),
        (
            "user",
            r#"(?i)\b(?:user[_-]?id|user[_-]?name|uid|login|customer[_-]?id)\b["']?\s*[=:]\s*["']?(?P<name>[A-Za-z0-9_.-]{2,})"#,
        ),
        (
            "host",
            r#"(?i)\b(?:host[_-]?name|host|node[_-]?name|pod(?:[_-]?name)?|computer[_-]?name|machine[_-]?name)\b["']?\s*[=:]\s*["']?(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]+)"#,
        ),
        ("user", r"(?:/home/|/Users/|\\Users\\)(?P<name>[^/\\\s:]+)"),
    ];
    rows.into_iter().filter_map(|(kind, pattern)| Some((kind, Regex::new(pattern).ok()?))).collect()
});

/// Kind and value of what gets a pseudonym.
type Name = (&'static str, String);

impl Ledger {
    /// The same with pseudonyms.
    ///
    /// # Errors
    /// Never in practice: what was written can be read.
    pub fn anonymized(&self) -> Result<Self, Unreadable> {
        let mut json = self.to_json()?;
        let mut hosts = BTreeSet::new();
        find_hosts(&json, &mut hosts);
        let mut names: BTreeSet<Name> = hosts.iter().map(|host| ("host", host.clone())).collect();
        each_text(&mut json, &mut |text| {
            let without_hosts = hosts_replaced(text, &hosts, &|_| String::new());
            let _ = replaced(&without_hosts, &mut |kind, value| {
                names.insert((kind, value.to_owned()));
                value.to_owned()
            });
        });
        let pseudonyms = numbered(names);
        let pseudonym = |kind: &'static str, value: &str| {
            pseudonyms.get(&(kind, value.to_owned())).cloned().unwrap_or_else(|| kind.to_owned())
        };
        each_text(&mut json, &mut |text| {
            let with_hosts = hosts_replaced(text, &hosts, &|host| pseudonym("host", host));
            *text = replaced(&with_hosts, &mut |kind, value| pseudonym(kind, value));
        });
        Self::from_json(json)
    }
}

/// Numbers by kind, in the order of the values.
fn numbered(names: BTreeSet<Name>) -> BTreeMap<Name, String> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let number = |(kind, value): Name| {
        let count = counts.entry(kind).or_default();
        *count += 1;
        let pseudonym = format!("{kind}-{count}");
        ((kind, value), pseudonym)
    };
    names.into_iter().map(number).collect()
}

/// Names of calling hosts: those in tables of hosts, and those of scopes.
fn find_hosts(json: &Value, hosts: &mut BTreeSet<String>) {
    match json {
        Value::Object(fields) => {
            hosts.extend(fields.get("host").and_then(Value::as_str).map(ToOwned::to_owned));
            let table = fields.get("hosts").and_then(|table| table.get("entries")).and_then(Value::as_array);
            let names = table.into_iter().flatten().filter_map(|row| row.get(0)?.as_str());
            hosts.extend(names.map(ToOwned::to_owned));
            fields.values().for_each(|value| find_hosts(value, hosts));
        }
        Value::Array(values) => values.iter().for_each(|value| find_hosts(value, hosts)),
        _ => {}
    }
}

/// Every text of a document, the names of fields set aside.
fn each_text(json: &mut Value, change: &mut dyn FnMut(&mut String)) {
    match json {
        Value::String(text) => change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| each_text(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text with each host name that stands in it as a word replaced, the longest names first.
fn hosts_replaced(text: &str, hosts: &BTreeSet<String>, new: &dyn Fn(&str) -> String) -> String {
    let mut done = String::new();
    let mut rest = text;
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    while !rest.is_empty() {
        let word = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(word);
        let bare = name.trim_end_matches('.');
        match hosts.contains(bare) {
            true => {
                done.push_str(&new(bare));
                done.push_str(name.strip_prefix(bare).unwrap_or_default());
            }
            false => done.push_str(name),
        }
        let mut letters = tail.chars();
        done.extend(letters.next());
        rest = letters.as_str();
    }
    done
}

/// The text with what the patterns find replaced.
fn replaced(text: &str, new: &mut dyn FnMut(&'static str, &str) -> String) -> String {
    let mut text = text.to_owned();
    for (kind, pattern) in PATTERNS.iter() {
        let replace = |found: &Captures<'_>| {
            let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else { return String::new() };
            // Paths of code have colons too: `add::bee`.
            let has_digit = name.as_str().bytes().any(|byte| byte.is_ascii_digit());
            let is_address =
                !name.as_str().contains(':') || has_digit && name.as_str().parse::<Ipv6Addr>().is_ok();
            let is_public = *kind == "host" && is_of_the_api(name.as_str());
            if *kind == "ip" && !is_address || is_public || is_pseudonym(name.as_str()) {
                return whole.as_str().to_owned();
            }
            let lead = name.start() - whole.start();
            let (before, _) = whole.as_str().split_at(lead);
            let after = whole.as_str().split_at(lead + name.len()).1;
            format!("{before}{}{after}", new(kind, name.as_str()))
        };
        text = pattern.replace_all(&text, replace).into_owned();
    }
    text
}

/// Whether the host is the one that was called, which tells nothing of the caller.
fn is_of_the_api(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["openai.com", "chatgpt.com", "azure.com"].iter().any(|known| host.ends_with(known))
}

/// Whether this is what another pattern has put there.
fn is_pseudonym(name: &str) -> bool {
    name.split_once('-').is_some_and(|(kind, number)| {
        matches!(kind, "email" | "host" | "ip" | "user")
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let hosts = BTreeSet::from(["app-1".to_owned(), "web.internal".to_owned()]);
        let text = hosts_replaced(text, &hosts, &|_| "host-9".to_owned());
        assert_eq!(replaced(&text, &mut |kind, _| format!("{kind}-1")), expected);
    }

    #[test]
    fn people_and_machines_get_pseudonyms() {
        check("mail to jo.doe+x@mail.example.invalid failed", "mail to email-1 failed");
        check("10.0.12.7:443 and 300.1.1.1", "ip-1:443 and 300.1.1.1");
        check("from 2001:db8::7 at 09:12:44", "from ip-1 at 09:12:44");
        check("host=app-1 app-10 web.internal.", "host=host-9 app-10 host-9.");
        check("user_id=4711 {\"userId\": \"jd\"}", "user_id=user-1 {\"userId\": \"user-1\"}");
        check("in user-Synthetic0123456789abcdef", "in user-1");
        check("/home/jdoe/app.py", "/home/user-1/app.py");
        check(
            "host=batch-1x failed, \"hostname\": \"web7.corp\"",
            "host=host-1 failed, \"hostname\": \"host-1\"",
        );
        check("pod=api-7f9c Host: api.openai.com", "pod=host-1 Host: api.openai.com");
    }

    #[test]
    fn what_an_answer_is_about_stays() {
        for text in [
            "org-SYNTHETIC0123456789abcd proj_Synthetic0123456789",
            "req_0123456789abcdef0123456789abcdef",
            "sk-proj-****Qx7T",
            "2026-11-16T09:12:44.031Z",
            "{'role': 'user', 'content': 'x'} add::bee std::fmt user-service",
        ] {
            check(text, text);
        }
    }
}
