//! `why4xx config show` and `config schema`.

use std::io::Write;

use clap::{Arg, Command, CommandFactory};
use serde_json::{Value, json};

use super::{KEYS, Settings, is_list, option, variable_name};
use crate::cli::args::{Cli, Config};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::redact::mask;
use crate::report::sink::one_line;

/// Title of the schema.
const SCHEMA_TITLE: &str = "Settings of why4xx";

/// Shows the settings, or their schema.
pub(in crate::cli) fn run(config: &Config, settings: &Settings) -> Result<(), Failure> {
    let root = Cli::command();
    let text = match config {
        Config::Show => table(&root, settings),
        Config::Schema => {
            // Strings, numbers and lists of them: there is nothing that could fail.
            serde_json::to_string_pretty(&schema(&root)).unwrap_or_default() + "\n"
        }
    };
    let mut output = Output::open(None, false)?;
    output.write_all(text.as_bytes()).map_err(|error| output.failure(&error))?;
    output.finish()
}

/// Each setting with its value and where it comes from, then the files.
fn table(root: &Command, settings: &Settings) -> String {
    let width = KEYS.iter().map(|key| key.len()).max().unwrap_or_default();
    let mut text = String::new();
    for key in KEYS {
        let (value, origin) = match settings.effective(key) {
            Some(setting) => (setting.values.join(", "), setting.origin.to_string()),
            None => (default(root, key), "default".to_owned()),
        };
        let value = one_line(mask(&value).as_str()).into_owned();
        text += &format!("{key:<width$}  {value}  ({})\n", one_line(&origin));
    }
    for (path, is_there) in &settings.files {
        let state = if *is_there { "read" } else { "not there" };
        text += &format!("{state}: {}\n", one_line(mask(&path.to_string_lossy()).as_str()));
    }
    text
}

fn default(root: &Command, key: &str) -> String {
    let values = option(root, key).map(Arg::get_default_values).unwrap_or_default();
    let values: Vec<String> = values.iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if values.is_empty() { "-".to_owned() } else { values.join(", ") }
}

/// The settings as a JSON schema, for editors.
fn schema(root: &Command) -> Value {
    let properties =
        KEYS.iter().filter_map(|key| Some(((*key).to_owned(), property(root, key, option(root, key)?))));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA_TITLE,
        "description": "why4xx.toml of a project, config.toml of a user",
        "type": "object",
        "additionalProperties": false,
        "properties": properties.collect::<serde_json::Map<String, Value>>(),
    })
}

fn property(root: &Command, key: &str, argument: &Arg) -> Value {
    let words: Vec<String> =
        argument.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
    let is_number = ["rotation-days", "threads", "year"].contains(&key);
    let mut one = json!({ "type": if is_number { "integer" } else { "string" } });
    if let Some(fields) = one.as_object_mut().filter(|_| !words.is_empty()) {
        fields.insert("enum".to_owned(), json!(words));
    }
    let mut value = match is_list(root, key) {
        true => json!({ "anyOf": [one.clone(), { "type": "array", "items": one }] }),
        false => one,
    };
    if let Some(fields) = value.as_object_mut() {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        fields.insert("description".to_owned(), json!(format!("{help} (`{}`)", variable_name(key))));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_what_the_options_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/config.schema.json");
        let now = serde_json::to_string_pretty(&schema(&Cli::command())).unwrap() + "\n";
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), now, "UPDATE_DOCS=1 cargo test writes it");
    }
}
