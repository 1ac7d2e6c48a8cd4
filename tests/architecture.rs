//! The import table of the crate: which module may use which. A stage that reaches into another fails here.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that fails where the tree is not as expected"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Module → modules of ours that it may import. `model` is the shared data and may be imported by all.
const TABLE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("search", &[]),
    ("redact", &["model", "search"]),
    ("scan", &[]),
    ("source", &["model", "redact"]),
    ("framing", &["model"]),
    ("decode", &["model", "redact"]),
    ("extract", &["model", "redact", "search"]),
    ("fold", &["model"]),
    ("rules", &["model", "redact", "search"]),
    ("aggregate", &["model"]),
    ("correlate", &["aggregate", "model", "rules"]),
    ("report", &["aggregate", "correlate", "model", "redact", "rules"]),
    ("pipeline", &["decode", "extract", "fold", "framing", "model", "rules", "scan", "source"]),
    ("proof", &["model", "pipeline", "rules"]),
    ("analysis", &["aggregate", "decode", "model", "pipeline", "report", "rules", "source"]),
    (
        "cli",
        &[
            "aggregate",
            "correlate",
            "decode",
            "extract",
            "fold",
            "framing",
            "model",
            "pipeline",
            "proof",
            "redact",
            "report",
            "rules",
            "scan",
            "source",
        ],
    ),
];

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with("tests") {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            out.push(path);
        }
    }
}

/// The module that a file belongs to: its first path part below `src`.
fn module_of(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// Modules that the code of a file imports (`crate::x`), its tests set aside.
fn imports(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| {
            line.match_indices("crate::").map(|(at, _)| line[at + 7..].to_owned()).collect::<Vec<_>>()
        })
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|name| !name.is_empty() && name.chars().next().is_some_and(char::is_lowercase))
        .collect()
}

#[test]
fn every_module_imports_only_what_the_table_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table: BTreeMap<&str, &[&str]> = TABLE.iter().copied().collect();
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut offences = Vec::new();
    for path in files {
        let module = module_of(&path, &src);
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let Some(allowed) = table.get(module.as_str()) else {
            offences.push(format!("{module}: not in the table"));
            continue;
        };
        for import in imports(&std::fs::read_to_string(&path).unwrap()) {
            if import != module && !allowed.contains(&import.as_str()) {
                offences.push(format!("{}: imports {import}", path.strip_prefix(&src).unwrap().display()));
            }
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn the_table_has_no_cycle() {
    let table: BTreeMap<&str, &[&str]> = TABLE.iter().copied().collect();
    for (module, _) in TABLE {
        let mut open: Vec<&str> = table[module].to_vec();
        let mut seen: Vec<&str> = Vec::new();
        while let Some(next) = open.pop() {
            assert_ne!(next, *module, "{module} reaches itself");
            if !seen.contains(&next) {
                seen.push(next);
                open.extend(table[next]);
            }
        }
    }
}
