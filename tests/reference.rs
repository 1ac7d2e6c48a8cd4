//! The pages and schemas that are made from the rules: what stands in the repository is what the program
//! writes now. `UPDATE_SAMPLES=1 cargo test --test reference` writes them.

use std::path::Path;
use std::process::Command;

/// Arguments of the program, and the file that holds what it then prints.
const PAGES: &[(&[&str], &str)] = &[
    (&["rules", "list", "--format", "markdown"], "docs/causes.md"),
    (&["rules", "fields", "--format", "markdown"], "docs/rule-fields.md"),
    (&["rules", "schema"], "docs/schema/rule.schema.json"),
];

#[test]
fn the_pages_are_what_the_program_prints() {
    for (arguments, page) in PAGES {
        let output = Command::new(env!("CARGO_BIN_EXE_why4xx")).args(*arguments).output().expect("runs");
        let now = String::from_utf8(output.stdout).expect("UTF-8");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            std::fs::write(&path, &now).expect("can be written");
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(now == text, "{page} is out of date; UPDATE_SAMPLES=1 cargo test --test reference");
    }
}

/// Every shipped rule is valid by the schema, and a broken one is not.
#[test]
fn the_schema_accepts_the_shipped_rules() {
    let validator = jsonschema::validator_for(&why4xx::rules::schema()).expect("a schema");
    let read = |text: &str| {
        let table: toml::Table = text.parse().expect("TOML");
        serde_json::to_value(table).expect("JSON")
    };
    for rule in why4xx::rules::RuleSet::builtin().rules() {
        let value = read(&rule.source.text);
        let wrong: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", rule.id());
    }
    let good = "title = \"a\"\nseverity = \"low\"\nwhy = \"b\"\nfix = [\"c\"]\n";
    assert!(validator.is_valid(&read(good)));
    for broken in [
        "stauts = 1",
        "retry = \"nevr\"",
        "[[match]]\ncode = \"x\"",
        "[[match]]\ntier = \"likely\"\nkey.shape = \"x\"",
    ] {
        assert!(!validator.is_valid(&read(&format!("{good}{broken}\n"))), "{broken}");
    }
}
