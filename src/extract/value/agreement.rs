//! The reader against the originals: values as JSON, as CPython's `repr` and as Node's `util.inspect` write them.
//! `tests/data/values/generate` writes the file anew.

use serde_json::Value;

use super::read;

const RENDERINGS: &str = include_str!("../../../tests/data/values/renderings.jsonl");

#[test]
fn json_python_and_javascript_agree() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in RENDERINGS.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let json = row["json"].to_string();
        let shown = ["python", "node", "one_line"].map(|key| (key, row[key].as_str().unwrap()));
        for (notation, text) in [("json", json.as_str())].into_iter().chain(shown) {
            count += 1;
            let reading = read(text);
            let is_whole =
                reading.as_ref().is_some_and(|reading| reading.is_complete && reading.end == text.len());
            if !is_whole || reading.is_none_or(|reading| reading.value != row["json"]) {
                wrong.push(format!("{notation}: {text}\n  is {json}\n  but {:?}", read(text)));
            }
        }
    }
    assert!(count > 1_000);
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
