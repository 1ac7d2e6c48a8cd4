//! Counts per hour, with wider buckets when there are too many.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::bounded::{Merge, merge_maps};
use super::wire::pairs;

/// Most occupied buckets before they are widened: 62 days of hours.
const MAX_BUCKETS: usize = 62 * 24;

/// Counts per bucket of `width` hours since the epoch (UTC). The width is the least of 1, 2, 4, 8,
/// 24, 48, 96 … hours for which the occupied buckets are few enough, so it depends on the times only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hours {
    #[serde(deserialize_with = "width")]
    width: i64,
    #[serde(with = "pairs")]
    buckets: BTreeMap<i64, u64>,
}

impl Default for Hours {
    fn default() -> Self {
        Self { width: 1, buckets: BTreeMap::new() }
    }
}

/// A width that widening can give.
fn width<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let width = i64::deserialize(deserializer)?;
    let is_days = width % 24 == 0 && (width / 24).count_ones() == 1 && width < 1 << 24;
    let is_known = matches!(width, 1 | 2 | 4 | 8) || width > 0 && is_days;
    is_known.then_some(width).ok_or_else(|| D::Error::custom(format!("no width of hours: {width}")))
}

impl Hours {
    /// Counts `count` calls at a time.
    pub fn add(&mut self, at: Timestamp, count: u64) {
        let bucket = at.as_second().div_euclid(3600 * self.width);
        self.buckets.entry(bucket).or_default().merge(count);
        self.widen_to_fit();
    }

    /// Width of a bucket in hours.
    #[must_use]
    pub fn width(&self) -> i64 {
        self.width
    }

    /// Start of each occupied bucket and its count, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (Timestamp, u64)> + '_ {
        let seconds = 3600 * self.width;
        self.buckets.iter().filter_map(move |(bucket, count)| {
            Timestamp::from_second(bucket.saturating_mul(seconds)).ok().map(|start| (start, *count))
        })
    }

    fn widen_to_fit(&mut self) {
        while self.buckets.len() > MAX_BUCKETS {
            self.widen();
        }
    }

    fn widen(&mut self) {
        let factor = if self.width == 8 { 3 } else { 2 };
        self.width *= factor;
        let mut wide: BTreeMap<i64, u64> = BTreeMap::new();
        for (bucket, count) in std::mem::take(&mut self.buckets) {
            wide.entry(bucket.div_euclid(factor)).or_default().merge(count);
        }
        self.buckets = wide;
    }
}

impl Merge for Hours {
    fn merge(&mut self, mut other: Self) {
        while self.width < other.width {
            self.widen();
        }
        while other.width < self.width {
            other.widen();
        }
        merge_maps(&mut self.buckets, other.buckets);
        self.widen_to_fit();
    }
}
