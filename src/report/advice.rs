//! The advice of a rule with its place-holders filled.
//!
//! What is filled in came from a log, and people paste advice into shells and chats: only names of
//! harmless characters go in, everything else becomes general words.

use super::words::few_stars;
use crate::model::{Call, Masked, Provider};
use crate::rules::Rule;

/// Names to fill in, most frequent first.
#[derive(Debug, Clone, Default)]
pub struct Scope<'a> {
    /// Services.
    pub service: Vec<&'a str>,
    /// Environments.
    pub environment: Vec<&'a str>,
    /// Masks of keys.
    pub key: Vec<&'a str>,
    /// Models.
    pub model: Vec<&'a str>,
    /// Organizations.
    pub organization: Vec<&'a str>,
    /// Projects.
    pub project: Vec<&'a str>,
    /// All calls went to Azure OpenAI.
    pub is_azure: bool,
}

impl<'a> Scope<'a> {
    /// The names of one call.
    #[must_use]
    pub fn of(call: &'a Call) -> Self {
        let list = |name: Option<&'a str>| name.into_iter().collect();
        let (seen, context) = (&call.seen, &call.seen.context);
        let key = seen.key.as_ref().and_then(|key| key.shown.as_ref());
        Self {
            service: list(context.service.as_deref()),
            environment: list(context.environment.as_deref()),
            key: list(key.map(Masked::as_str)),
            model: list(seen.model.as_deref()),
            organization: list(call.organization()),
            project: list(call.project()),
            is_azure: seen.provider == Provider::Azure,
        }
    }
}

/// Where OpenAI's own API is called and its accounts are kept, which know nothing of a resource on Azure.
const OPENAIS_OWN: [&str; 2] = ["api.openai.com", "platform.openai.com"];

/// What a rule says, ready to read.
#[derive(Debug, Clone, Default)]
pub struct Advice {
    /// Why the calls fail.
    pub why: String,
    /// What to do.
    pub fix: Vec<String>,
    /// How to see that it is fixed: a command.
    pub verify: Option<String>,
    /// How to keep it from coming back.
    pub prevent: Option<String>,
    /// What it is not.
    pub not: Option<String>,
}

impl Advice {
    /// The advice of a rule for a scope. Steps that lead to OpenAI's own API or pages are left out where all calls
    /// went to Azure OpenAI.
    #[must_use]
    pub fn new(rule: &Rule, scope: &Scope<'_>) -> Self {
        let prose = |text: &str| placeholders_filled(text, scope, Form::Prose);
        let fits = |text: &&str| !scope.is_azure || !OPENAIS_OWN.iter().any(|own| text.contains(own));
        let command = rule.verify.as_deref().filter(fits);
        Self {
            why: prose(&rule.why),
            fix: rule.fix.iter().map(String::as_str).filter(fits).map(prose).collect(),
            verify: command.map(|text| placeholders_filled(text, scope, Form::Command)),
            prevent: rule.prevent.as_deref().map(prose),
            not: rule.not.as_deref().map(prose),
        }
    }
}

/// Where a name is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A sentence: several names are counted, an unknown one is "the service".
    Prose,
    /// A command: the first name, an unknown one is `SERVICE`.
    Command,
}

/// The text with `{service}`, `{environment}`, `{key}`, `{model}`, `{organization}` and `{project}` filled.
#[must_use]
pub fn placeholders_filled(text: &str, scope: &Scope<'_>, form: Form) -> String {
    let names: [(&str, &[&str]); 6] = [
        ("service", &scope.service),
        ("environment", &scope.environment),
        ("key", &scope.key),
        ("model", &scope.model),
        ("organization", &scope.organization),
        ("project", &scope.project),
    ];
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| {
            names.iter().find(|row| row.0 == name).map(|(name, values)| (word(name, values, form), tail))
        });
        rest = match known {
            // An aside that names nothing is left out: "of billing ({environment})".
            Some((Word::General(_), tail))
                if form == Form::Prose && filled.ends_with(" (") && tail.starts_with(')') =>
            {
                filled.truncate(filled.len() - " (".len());
                tail.strip_prefix(')').unwrap_or(tail)
            }
            Some((Word::Name(word) | Word::General(word), tail)) => {
                filled.push_str(&word);
                tail
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled + rest
}

/// What is filled in.
enum Word {
    /// A name of the log.
    Name(String),
    /// A general word: the log tells no name, or none that is harmless.
    General(String),
}

fn word(name: &str, values: &[&str], form: Form) -> Word {
    let first = values.first().map(|value| few_stars(value)).filter(|value| is_harmless(value, form));
    match (form, first, values.len()) {
        (Form::Command, Some(value), _) | (Form::Prose, Some(value), 1) => Word::Name(value),
        (Form::Command, None, _) => Word::General(name.to_uppercase()),
        (Form::Prose, Some(value), more) => Word::Name(format!("{value} and {} more", more - 1)),
        (Form::Prose, None, _) => Word::General(format!("the {name}")),
    }
}

fn is_harmless(value: &str, form: Form) -> bool {
    let also = if form == Form::Prose { "._-:/*" } else { "._-:/" };
    let is_known = |letter: char| letter.is_ascii_alphanumeric() || also.contains(letter);
    (1..=80).contains(&value.len()) && !value.starts_with('-') && value.chars().all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, service: &[&str], form: Form, expected: &str) {
        let scope = Scope { service: service.to_vec(), ..Scope::default() };
        assert_eq!(placeholders_filled(text, &scope, form), expected);
    }

    #[test]
    fn names_of_the_log_are_filled_in() {
        check("Restart {service}.", &["billing"], Form::Prose, "Restart billing.");
        check("Restart {service}.", &["billing", "a", "b"], Form::Prose, "Restart billing and 2 more.");
        check("Restart {service}.", &[], Form::Prose, "Restart the service.");
        check("kubectl logs {service}", &["billing", "a"], Form::Command, "kubectl logs billing");
    }

    #[test]
    fn an_aside_without_a_name_is_left_out() {
        check("Restart {service} ({environment}) now.", &["billing"], Form::Prose, "Restart billing now.");
        check("Restart it ({service}).", &["billing"], Form::Prose, "Restart it (billing).");
        check("echo ({environment})", &[], Form::Command, "echo (ENVIRONMENT)");
    }

    #[test]
    fn the_mask_of_a_key_is_shown_with_few_stars() {
        let mask = format!("sk-proj-{}Qx7T", "*".repeat(152));
        let scope = Scope { key: vec![&mask], ..Scope::default() };
        assert_eq!(placeholders_filled("the key ({key})", &scope, Form::Prose), "the key (sk-proj-****Qx7T)");
    }

    #[test]
    fn a_name_that_a_shell_would_obey_is_not() {
        for name in ["$(reboot)", "a;b", "`id`", "-rf", "a b", "\u{1b}[31m", "a\nb", "'"] {
            check("run {service}", &[name], Form::Command, "run SERVICE");
            check("run {service}", &[name], Form::Prose, "run the service");
        }
    }

    #[test]
    fn other_braces_stay() {
        check("-d '{\"model\": \"{model}\"}' {x} {", &[], Form::Command, "-d '{\"model\": \"MODEL\"}' {x} {");
    }
}
