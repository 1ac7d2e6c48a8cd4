use crate::model::{KeyShape, ShownKey};
pub(crate) fn from_echo(_: &str) -> ShownKey { ShownKey { shown: None, shape: KeyShape::Unknown, length: None, damage: None, provider: None, fingerprint: None } }
