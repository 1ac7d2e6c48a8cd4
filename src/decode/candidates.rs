//! Which JSON wrappers a value can be one of, by the keys at its top.
//!
//! In goes a value, out come the rows of [`JSON_LAYERS`] that are worth a try, in their order. Most records of loggers
//! have none of the keys that wrappers have, and there are too many wrappers to ask each.

use std::sync::LazyLock;

use hashbrown::HashMap;
use serde_json::Value;

use super::{JSON_LAYERS, JsonLayer};

/// A bit for each row.
type Rows = u64;

/// The rows that ask for a key, and those that ask for none.
struct Wanted {
    by_key: HashMap<&'static str, Rows>,
    always: Rows,
}

static WANTED: LazyLock<Wanted> = LazyLock::new(|| {
    let mut wanted = Wanted { by_key: HashMap::new(), always: 0 };
    for (row, layer) in JSON_LAYERS.iter().enumerate() {
        for key in layer.keys {
            *wanted.by_key.entry(key).or_default() |= 1 << row;
        }
        wanted.always |= u64::from(layer.keys.is_empty()) << row;
    }
    wanted
});

/// The wrappers that the value may be one of. All of them for an array and for an empty object.
pub(super) fn candidates(value: &Value) -> impl Iterator<Item = &'static JsonLayer> + use<> {
    let rows = match value {
        Value::Object(object) if !object.is_empty() => {
            let asked = |key: &String| WANTED.by_key.get(key.as_str()).copied().unwrap_or_default();
            object.keys().map(asked).fold(WANTED.always, |rows, more| rows | more)
        }
        _ => Rows::MAX,
    };
    JSON_LAYERS.iter().enumerate().filter(move |(row, _)| rows & 1 << row != 0).map(|(_, layer)| layer)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::candidates;
    use crate::decode::{JSON_LAYERS, Settings};
    use crate::model::Context;

    /// What is no candidate does not peel.
    fn check(value: &Value) {
        let tried: Vec<&str> = candidates(value).map(|layer| layer.name).collect();
        for layer in JSON_LAYERS.iter().filter(|layer| !tried.contains(&layer.name)) {
            let peeled = (layer.peel)(value.clone(), &mut Context::default(), &Settings::default());
            assert!(peeled.is_err(), "{} peels {value}", layer.name);
        }
    }

    #[test]
    fn there_is_a_bit_for_each_row() {
        assert!(JSON_LAYERS.len() <= 64);
    }

    proptest! {
        #[test]
        fn no_wrapper_is_passed_over(
            one in 0..JSON_LAYERS.len(), other in 0..JSON_LAYERS.len(), kept in prop::collection::vec(any::<bool>(), 24),
        ) {
            let members = |row: usize| -> Map<String, Value> {
                serde_json::from_str(JSON_LAYERS[row].example).unwrap_or_default()
            };
            let both = members(one).into_iter().chain(members(other));
            check(&both.zip(kept).filter(|(_, is_kept)| *is_kept).map(|(member, _)| member).collect());
        }
    }
}
