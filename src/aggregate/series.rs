//! Calls over time: minute by minute, with wider buckets when there are too many.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::bounded::{Merge, merge_maps};
use crate::model::Call;

/// Most occupied minutes of one series before its buckets are widened: a day and a half.
const MAX_CELLS: usize = 2048;

/// Values by number, in buckets of one; with more than `CAP` occupied buckets, of two, four, eight …
///
/// The width is the least for which the occupied buckets are few enough, so it depends on the numbers
/// alone and never on the order of adding or merging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets<V, const CAP: usize> {
    width: i64,
    cells: BTreeMap<i64, V>,
}

impl<V, const CAP: usize> Default for Buckets<V, CAP> {
    fn default() -> Self {
        Self { width: 1, cells: BTreeMap::new() }
    }
}

/// Buckets as they are written.
#[derive(Serialize, Deserialize)]
struct Written<C> {
    width: i64,
    #[serde(default = "Vec::new")]
    cells: Vec<C>,
}

/// As width and list of cells, or nothing.
impl<V: Serialize, const CAP: usize> Serialize for Buckets<V, CAP> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written { width: self.width, cells: self.cells.iter().collect() };
        (!self.cells.is_empty()).then_some(written).serialize(serializer)
    }
}

impl<'de, V: Deserialize<'de>, const CAP: usize> Deserialize<'de> for Buckets<V, CAP> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(written) = Option::<Written<(i64, V)>>::deserialize(deserializer)? else {
            return Ok(Self::default());
        };
        if written.width <= 0 || written.width.count_ones() != 1 {
            return Err(D::Error::custom(format!("no width of buckets: {}", written.width)));
        }
        Ok(Self { width: written.width, cells: written.cells.into_iter().collect() })
    }
}

impl<V: Merge + Default, const CAP: usize> Buckets<V, CAP> {
    /// Takes in a value at a number.
    pub fn add(&mut self, at: i64, value: V) {
        self.cells.entry(at.div_euclid(self.width)).or_default().merge(value);
        self.widen_to_fit();
    }

    /// The start of each occupied bucket and its value, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &V)> {
        self.cells.iter().map(|(cell, value)| (cell.saturating_mul(self.width), value))
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    fn widen_to_fit(&mut self) {
        while self.cells.len() > CAP {
            self.widen();
        }
    }

    fn widen(&mut self) {
        self.width = self.width.saturating_mul(2);
        let mut wide: BTreeMap<i64, V> = BTreeMap::new();
        for (cell, value) in std::mem::take(&mut self.cells) {
            wide.entry(cell.div_euclid(2)).or_default().merge(value);
        }
        self.cells = wide;
    }
}

impl<V: Merge + Default, const CAP: usize> Merge for Buckets<V, CAP> {
    fn merge(&mut self, mut other: Self) {
        while self.width < other.width {
            self.widen();
        }
        while other.width < self.width {
            other.widen();
        }
        merge_maps(&mut self.cells, other.cells);
        self.widen_to_fit();
    }
}

/// How many, and when exactly the first and the last, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// The first; above the last when there is none.
    pub first: i64,
    /// The last.
    pub last: i64,
}

impl Default for Tally {
    fn default() -> Self {
        Self { count: 0, first: i64::MAX, last: i64::MIN }
    }
}

/// As a list of its three numbers, or nothing.
impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = (*self != Self::default()).then_some((self.count, self.first, self.last));
        known.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let known = Option::<(u64, i64, i64)>::deserialize(deserializer)?;
        Ok(known.map_or_else(Self::default, |(count, first, last)| Self { count, first, last }))
    }
}

impl Tally {
    /// `count` of them at one time.
    #[must_use]
    pub fn at(at: Timestamp, count: u64) -> Self {
        Self { count, first: at.as_millisecond(), last: at.as_millisecond() }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Merge for Tally {
    fn merge(&mut self, other: Self) {
        self.count.merge(other.count);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// Calls over time. What has no time is counted only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Series {
    cells: Buckets<Tally, MAX_CELLS>,
    /// Calls without a time.
    pub timeless: u64,
}

impl Series {
    /// Counts calls at a time.
    pub fn add(&mut self, at: Option<Timestamp>, count: u64) {
        match at {
            Some(at) => self.cells.add(at.as_second().div_euclid(60), Tally::at(at, count)),
            None => self.timeless.merge(count),
        }
    }

    /// Counts a call; a group of events has its last one at its end and all others at its start.
    pub(super) fn add_call(&mut self, call: &Call) {
        let count = super::count(call);
        let at = call.seen.context.stamp.map(|stamp| stamp.at);
        match (at, call.seen.last_seen) {
            (Some(first), Some(last)) if count > 1 && last > first => {
                self.add(Some(first), count - 1);
                self.add(Some(last), 1);
            }
            _ => self.add(at, count),
        }
    }

    /// The occupied stretches of time, ascending; their first and last times are exact.
    pub fn iter(&self) -> impl Iterator<Item = &Tally> {
        self.cells.iter().map(|(_, tally)| tally)
    }

    /// All calls with a time.
    #[must_use]
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.iter().for_each(|tally| total.merge(*tally));
        total
    }
}

impl Merge for Series {
    fn merge(&mut self, other: Self) {
        self.cells.merge(other.cells);
        self.timeless.merge(other.timeless);
    }
}
