//! Collections that stay small, and whose merge does not depend on the order of merging.
//!
//! The trick is the same everywhere: what is kept is decided by the order of the values themselves
//! (the least ones stay), never by the order of arrival. What is among the least of the whole is
//! among the least of each part, so that counts of kept entries are exact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Takes in another part of the same; associative and commutative.
pub trait Merge {
    /// Takes in `other`.
    fn merge(&mut self, other: Self);
}

impl Merge for u64 {
    fn merge(&mut self, other: Self) {
        *self = self.saturating_add(other);
    }
}

/// Takes in another map, value by value.
pub(super) fn merge_maps<K: Ord, V: Merge + Default>(map: &mut BTreeMap<K, V>, other: BTreeMap<K, V>) {
    for (name, value) in other {
        map.entry(name).or_default().merge(value);
    }
}

/// A map with at most `CAP` names; the entries of all further names are merged into one.
///
/// The names that come first in their order stay. The count of a kept name is exact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capped<V, const CAP: usize> {
    entries: BTreeMap<Arc<str>, V>,
    others: V,
}

impl<V: Merge + Default, const CAP: usize> Capped<V, CAP> {
    /// The entry of a name, or the one of all others when there is no room for the name.
    pub fn entry(&mut self, name: &str) -> &mut V {
        let is_known = self.entries.contains_key(name);
        if !is_known {
            if self.entries.len() >= CAP {
                let is_behind = self.entries.last_key_value().is_some_and(|(last, _)| &**last < name);
                if is_behind || CAP == 0 {
                    return &mut self.others;
                }
                if let Some((_, value)) = self.entries.pop_last() {
                    self.others.merge(value);
                }
            }
            self.entries.insert(Arc::from(name), V::default());
        }
        // Just found or inserted.
        self.entries.get_mut(name).unwrap_or(&mut self.others)
    }

    /// Kept names and their values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &V)> {
        self.entries.iter()
    }

    /// The value of a kept name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.entries.get(name)
    }

    /// What did not fit.
    pub fn others(&self) -> &V {
        &self.others
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<V: Merge + Default, const CAP: usize> Merge for Capped<V, CAP> {
    fn merge(&mut self, other: Self) {
        for (name, value) in other.entries {
            self.entry(&name).merge(value);
        }
        self.others.merge(other.others);
    }
}

/// Names with their values as a list of pairs, and what did not fit.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Written<E, V> {
    entries: Vec<E>,
    others: V,
}

impl<E, V: Default> Default for Written<E, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), others: V::default() }
    }
}

impl<V: Serialize, const CAP: usize> Serialize for Capped<V, CAP> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { entries: self.entries.iter().collect(), others: &self.others }.serialize(serializer)
    }
}

impl<'de, V, const CAP: usize> Deserialize<'de> for Capped<V, CAP>
where
    V: Deserialize<'de> + Merge + Default,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::<(Arc<str>, V), V>::deserialize(deserializer)?;
        let mut map: Self = written.entries.into_iter().collect();
        map.others.merge(written.others);
        Ok(map)
    }
}

impl<V: Merge + Default, const CAP: usize> FromIterator<(Arc<str>, V)> for Capped<V, CAP> {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (name, value) in entries {
            map.entry(&name).merge(value);
        }
        map
    }
}

/// The `N` least values, without repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Least<T, const N: usize>(BTreeSet<T>);

impl<T: Serialize, const N: usize> Serialize for Least<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, T: Deserialize<'de> + Ord, const N: usize> Deserialize<'de> for Least<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut least = Self::default();
        Vec::<T>::deserialize(deserializer)?.into_iter().for_each(|value| least.add(value));
        Ok(least)
    }
}

impl<T, const N: usize> Default for Least<T, N> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<T: Ord, const N: usize> Least<T, N> {
    /// Just one value.
    pub fn of(value: T) -> Self {
        Self(BTreeSet::from([value]))
    }

    /// Adds a value, and drops the greatest when there are too many.
    pub fn add(&mut self, value: T) {
        if self.0.len() < N || self.0.last().is_some_and(|last| value < *last) {
            self.0.insert(value);
            if self.0.len() > N {
                self.0.pop_last();
            }
        }
    }

    /// The values, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

impl<T: Ord, const N: usize> Merge for Least<T, N> {
    fn merge(&mut self, other: Self) {
        for value in other.0 {
            self.add(value);
        }
    }
}

/// The `N` least and the `N` greatest values, without repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends<T: Ord, const N: usize> {
    first: Least<T, N>,
    last: Least<std::cmp::Reverse<T>, N>,
}

/// As the two lists, or nothing.
impl<T: Ord + Serialize, const N: usize> Serialize for Ends<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lists = (&self.first, &self.last);
        (self.first.iter().next().is_some()).then_some(lists).serialize(serializer)
    }
}

impl<'de, T: Ord + Deserialize<'de>, const N: usize> Deserialize<'de> for Ends<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (first, last) = Option::deserialize(deserializer)?.unwrap_or_default();
        Ok(Self { first, last })
    }
}

impl<T: Ord, const N: usize> Default for Ends<T, N> {
    fn default() -> Self {
        Self { first: Least::default(), last: Least::default() }
    }
}

impl<T: Ord + Clone, const N: usize> Ends<T, N> {
    /// Adds a value.
    pub fn add(&mut self, value: T) {
        self.first.add(value.clone());
        self.last.add(std::cmp::Reverse(value));
    }

    /// The kept values, ascending, without repeats.
    #[must_use]
    pub fn values(&self) -> Vec<&T> {
        let all: BTreeSet<&T> = self.first.iter().chain(self.last.iter().map(|value| &value.0)).collect();
        all.into_iter().collect()
    }
}

impl<T: Ord, const N: usize> Merge for Ends<T, N> {
    fn merge(&mut self, other: Self) {
        self.first.merge(other.first);
        self.last.merge(other.last);
    }
}

/// Keeps the least of two values that should be the same.
pub(super) fn keep_least<T: Ord>(value: &mut Option<T>, other: Option<T>) {
    if let Some(other) = other
        && value.as_ref().is_none_or(|value| other < *value)
    {
        *value = Some(other);
    }
}

/// Keeps the greatest of two values.
pub(super) fn keep_greatest<T: Ord>(value: &mut Option<T>, other: Option<T>) {
    if let Some(other) = other
        && value.as_ref().is_none_or(|value| other > *value)
    {
        *value = Some(other);
    }
}
