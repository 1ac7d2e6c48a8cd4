//! Lists of names under which loggers keep the same thing, asked all at once.
//!
//! A list of thirty names costs thirty look-ups in every record, although a record has ten keys. Here the keys
//! of the record are looked up in the list instead: what is left are the paths that can hold a value at all.

use std::sync::OnceLock;

use hashbrown::HashMap;
use serde_json::Value;

use super::fields::at;

/// Paths in the order in which they are asked, at most 64.
pub(super) struct Paths {
    paths: &'static [&'static str],
    /// By key at the top of a record: the paths that can begin there, a bit each.
    heads: OnceLock<HashMap<&'static str, u64>>,
}

impl Paths {
    /// A list of dotted paths.
    pub(super) const fn new(paths: &'static [&'static str]) -> Self {
        assert!(paths.len() <= 64, "one bit a path");
        Self { paths, heads: OnceLock::new() }
    }

    /// The values that the paths hold, in the order of the list; `null` is no value.
    pub(super) fn values<'v>(&self, value: &'v Value) -> impl Iterator<Item = &'v Value> {
        let heads = self.heads.get_or_init(|| heads(self.paths));
        let keys = value.as_object().into_iter().flat_map(serde_json::Map::keys);
        let mut open =
            keys.fold(0_u64, |open, key| open | heads.get(key.as_str()).copied().unwrap_or_default());
        let paths = self.paths;
        std::iter::from_fn(move || {
            while open != 0 {
                let path = paths.get(open.trailing_zeros() as usize)?;
                open &= open - 1;
                if let Some(found) = at(value, path) {
                    return Some(found);
                }
            }
            None
        })
    }

    /// The texts that the paths hold, in the order of the list; blank ones are none.
    pub(super) fn texts<'v>(&self, value: &'v Value) -> impl Iterator<Item = &'v str> {
        self.values(value).filter_map(Value::as_str).filter(|text| !text.trim().is_empty())
    }
}

/// A path begins at the key of its whole length, or at any of its parts up to a dot.
fn heads(paths: &'static [&'static str]) -> HashMap<&'static str, u64> {
    let mut heads: HashMap<&'static str, u64> = HashMap::new();
    for (row, path) in paths.iter().enumerate() {
        let dots = path.match_indices('.').filter_map(|(dot, _)| path.get(..dot));
        for head in dots.chain([*path]) {
            *heads.entry(head).or_default() |= 1 << row;
        }
    }
    heads
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{Paths, at};

    const LIST: &[&str] = &["a", "a.b", "a.b.c", "b", "c.a", "d"];
    static PATHS: Paths = Paths::new(LIST);

    fn record() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), Just(json!(1)), Just(json!("x")), Just(json!(" "))];
        let key = prop::sample::select(vec!["a", "b", "c", "d", "e", "a.b", "b.c", "a.b.c"]);
        leaf.prop_recursive(3, 24, 4, move |inner| {
            prop::collection::hash_map(key.clone(), inner, 0..5).prop_map(|members| {
                Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            })
        })
    }

    proptest! {
        #[test]
        fn a_list_finds_what_each_of_its_paths_finds(record in record()) {
            let expected: Vec<&Value> = LIST.iter().filter_map(|path| at(&record, path)).collect();
            prop_assert_eq!(PATHS.values(&record).collect::<Vec<_>>(), expected);
            prop_assert!(PATHS.texts(&record).all(|text| text == "x"));
        }
    }
}
