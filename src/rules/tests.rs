//! Rule files and sets of them: every mistake is found and placed; files add, override and disable.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::set::build;
use super::sources::builtin_sources;
use super::*;

#[test]
fn the_rules_of_the_program_have_no_mistakes() {
    let whole = builtin_sources().into_iter().map(|source| RuleSource { is_builtin: false, ..source });
    let (rules, problems) = build(whole.collect());
    assert!(problems.is_empty(), "{}", render_all(&problems, false));
    assert_eq!(rules.rules().len(), builtin_sources().len());
    assert_eq!(rules.hash(), RuleSet::builtin().hash());
    for (rule, judging) in rules.rules().iter().zip(RuleSet::builtin().rules()) {
        let same = |rule: &Rule| format!("{:?} {:?} {:?}", rule.matches, rule.correlations, rule.examples());
        assert_eq!(same(rule), same(judging), "examples end the file of {}", rule.id());
    }
    assert!(rules.literals().contains(&"Incorrect API key provided"));
}

const HEAD: &str = "title = \"A test\"\nseverity = \"low\"\nwhy = \"Because.\"\nfix = [\"Do it.\"]\n";
const MATCH: &str = "[[match]]\ntier = \"likely\"\ncode = \"strange\"\n";
const EXAMPLES: &str =
    "[[example]]\nexpect = true\ninput = \"a\"\n[[example]]\nexpect = false\ninput = \"b\"\n";

/// A whole rule file with lines added to its head and to its match.
fn file(head: &str, table: &str) -> String {
    format!("{HEAD}{head}\n{MATCH}{table}\n{EXAMPLES}")
}

fn source(path: &str, text: &str) -> RuleSource {
    RuleSource { path: Arc::from(path), text: Arc::from(text), is_builtin: false }
}

/// The mistakes of one file beside those of the program: `code line:column message | help`.
fn mistakes(text: &str) -> Vec<String> {
    let mut sources = builtin_sources();
    sources.push(source("rules/other/strange.toml", text));
    let show = |problem: &Diagnostic| {
        let help = problem.help.as_ref().map_or(String::new(), |help| format!(" | {help}"));
        format!("{} {}:{} {}{help}", problem.code, problem.line, problem.column, problem.message)
    };
    build(sources).1.iter().map(show).collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(mistakes(text), expected, "{text}");
}

#[test]
fn a_good_file_has_no_mistakes() {
    check(&file("", ""), &[]);
}

#[test]
fn unknown_keys_fields_and_words_come_with_a_suggestion() {
    check(&file("outrank = []", ""), &["unknown-key 5:1 unknown key `outrank` | did you mean `outranks`?"]);
    check(&file("", "stauts = 401"), &["unknown-field 9:1 unknown field `stauts` | did you mean `status`?"]);
    check(
        &file("", "key.shpe = \"jwt\""),
        &["unknown-field 9:5 unknown field `key.shpe` | did you mean `key.shape`?"],
    );
    check(
        &file("", "key.shape = \"placholder\""),
        &["unknown-word 9:13 `key.shape` cannot be `placholder` | did you mean `placeholder`?"],
    );
    check(
        &file("retry = \"nevr\"", ""),
        &["unknown-word 5:9 `retry` cannot be `nevr` | did you mean `never`?"],
    );
    check(
        &file("not = \"Not for {servce}.\"", ""),
        &["unknown-word 5:7 unknown place-holder `{servce}` | did you mean `service`?"],
    );
}

#[test]
fn values_of_the_wrong_type_are_told() {
    check(&file("links = \"x\"", ""), &["wrong-type 5:9 `links` wants a list of strings, not a string"]);
    check(&file("", "status = \"401\""), &["wrong-type 9:10 `status` wants a whole number, not a string"]);
    check(
        &file("", "status = { starts = \"4\" }"),
        &["unknown-key 9:12 `status`, a number field, has no test `starts` | one of: max, min, present"],
    );
    check(
        &file("", "message = { starts = \"a\", ends = \"b\" }"),
        &["wrong-type 9:11 `message` wants one test, not 2"],
    );
}

#[test]
fn patterns_are_checked_and_need_a_literal_beside_them() {
    let [mistake] = &mistakes(&file("", "message = { matches = '(' }"))[..] else { panic!("one mistake") };
    assert!(mistake.starts_with("bad-regex 9:23 cannot read the pattern: unclosed group"), "{mistake}");
    let text = file("", "").replace("code = \"strange\"", "message = { matches = 'a+' }");
    let help = "say `literals = [\"…\"]`: text of which one piece stands in each record that matches";
    check(&text, &[&format!("no-literal 1:1 no literal can be derived from a match | {help}")]);
    check(&text.replace("[[match]]", "literals = [\"a\"]\n[[match]]"), &[]);
}

/// A rule file with a correlation.
fn correlated(table: &str) -> String {
    format!("{HEAD}\n[[correlate]]\n{table}\n")
}

#[test]
fn correlations_are_read_and_their_mistakes_told() {
    check(&correlated("type = \"event_count\"\ncondition = { gte = 3 }\ntimespan = \"15m\""), &[]);
    check(
        &correlated("type = \"event_cout\"\ncondition = { gte = 3 }"),
        &["unknown-word 7:8 `type` cannot be `event_cout` | did you mean `event_count`?"],
    );
    check(
        &correlated("type = \"event_count\"\ncondition = { get = 3 }\ngroup_by = []"),
        &[
            "unknown-key 9:1 unknown key `group_by` | did you mean `group-by`?",
            "unknown-key 8:15 unknown key `get` | did you mean `gt`?",
        ],
    );
    check(
        &correlated("type = \"temporal_ordered\"\nrules = [\"ok\", \"key-invald\"]\ncondition = { gte = 3 }"),
        &["unknown-cause 8:16 unknown cause `key-invald` | did you mean `key-invalid`?"],
    );
    check(
        &correlated("type = \"value_max\"\ncondition = { gte = 90 }"),
        &["missing-key 6:1 a correlation of type `value_max` cannot tell anything"],
    );
    check(
        &correlated("type = \"event_count\"\nrules = [\"ok\"]"),
        &["missing-key 6:1 a correlation of type `event_count` cannot tell anything"],
    );
    check(
        &correlated(
            "type = \"event_count\"\ncondition = { gte = 3 }\ntimespan = \"soon\"\ngroup-by = [\"sevice\"]",
        ),
        &[
            "unknown-word 10:13 `group-by` cannot be `sevice` | did you mean `service`?",
            "wrong-type 9:12 `timespan` wants a number with a unit: `90s`, `15m`, `2h`, `1d`, not a string",
        ],
    );
    assert!(CORRELATE_KEYS.is_sorted() && KEYS.is_sorted());
}

#[test]
fn causes_that_do_not_exist_and_cycles_are_found() {
    check(
        &file("refines = \"key-invald\"", ""),
        &["unknown-cause 5:11 unknown cause `key-invald` | did you mean `key-invalid`?"],
    );
    check(&file("refines = \"strange\"", ""), &["cycle 5:11 `strange` refines itself by way of others"]);
    check(&file("outranks = [\"strange\"]", ""), &["cycle 5:13 `strange` outranks itself by way of others"]);
}

#[test]
fn what_is_missing_is_named_all_at_once() {
    check(
        "why = \"Because.\"\n[[match]]\ncode = \"x\"\n[[example]]\ninput = \"a\"\n",
        &[
            "missing-key 4:1 an example does not say what to expect | say `expect = true`, or `expect = false` for a near miss",
            "missing-key 1:1 `title` is missing",
            "missing-key 1:1 `severity` is missing",
            "missing-key 1:1 `fix` is missing",
            "missing-key 2:1 a match does not say its tier",
        ],
    );
    let text = format!("{HEAD}{MATCH}");
    let both = ["example with `expect = true`", "near miss with `expect = false`"];
    check(
        &text,
        &both.map(|what| format!("missing-example 1:1 there is no {what}")).each_ref().map(String::as_str),
    );
    let none = "missing-key 1:1 there is no `[[match]]` | say `temporal = true` for a cause that only shows over time";
    check(HEAD, &[none]);
    check(&format!("{HEAD}temporal = true\n"), &[]);
}

#[test]
fn broken_toml_is_placed() {
    let [mistake] = &mistakes("title = \n")[..] else { panic!("one mistake") };
    assert!(mistake.starts_with("syntax 1:"), "{mistake}");
}

#[test]
fn a_directory_adds_overrides_and_disables() {
    let dir = folder(&[
        ("other/strange.toml", file("refines = \"key-invalid\"", "")),
        ("forbidden.toml", file("", "status = 403")),
        ("credentials/key-revoked.toml", "disable = true\n".into()),
    ]);
    let rules = load(&dir).unwrap_or_else(|problems| panic!("{}", render_all(&problems, false)));
    assert_eq!(rules.rule("strange").map(|rule| rule.info.family.word()), Some("other"));
    assert_eq!(rules.rule("forbidden").map(|rule| rule.info.family.word()), Some("permissions"));
    assert_eq!(rules.rule("forbidden").map(|rule| &*rule.info.title), Some("A test"));
    assert!(rules.rule("key-revoked").is_none());
    assert_ne!(rules.hash(), RuleSet::builtin().hash());
}

#[test]
fn disabling_a_parent_hands_its_children_on() {
    let dir = folder(&[("key-invalid.toml", "disable = true\n".into())]);
    let rules = load(&dir).unwrap_or_else(|problems| panic!("{}", render_all(&problems, false)));
    assert_eq!(rules.rule("key-placeholder").and_then(|rule| rule.refines.as_deref()), Some("unauthorized"));
}

#[test]
fn two_files_of_one_directory_cannot_define_the_same_cause() {
    let dir = folder(&[("other/strange.toml", file("", "")), ("billing/strange.toml", file("", ""))]);
    let codes: Vec<_> = load(&dir).err().unwrap_or_default().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["duplicate-id"]);
}

#[test]
fn a_directory_that_does_not_exist_is_an_error() {
    let problems = RuleSet::load(&[PathBuf::from("no/such/folder")]).err().unwrap_or_default();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unreadable"]);
}

fn load(dir: &tempfile::TempDir) -> Result<RuleSet, Vec<Diagnostic>> {
    RuleSet::load(&[dir.path().to_path_buf()])
}

fn folder(files: &[(&str, String)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
        fs::write(path, text).expect("can be written");
    }
    dir
}
