//! What shows only over time, in the vocabulary of Sigma correlations: which events, grouped by what,
//! within which time, how often.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::model::Tier;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// All values with their words.
            pub const ALL: &[($name, &str)] = &[$(($name::$variant, $word)),+];

            /// The word used in rule files.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// How events are looked at.
    CorrelationType {
        /// Runs of events, and how many there are in a run. A pause longer than `timespan` in which calls
        /// succeed ends a run.
        EventCount = "event_count",
        /// How many different values of `field` there are in a group.
        ValueCount = "value_count",
        /// The greatest value of `field` in a group.
        ValueMax = "value_max",
        /// The median of `field` in a group, whatever its sign.
        ValueMedian = "value_median",
        /// The least value of `field`, which `below` holds against a bound for each name.
        ValueMin = "value_min",
        /// The share of the first of `rules` among all of them, in percent.
        Ratio = "ratio",
        /// Runs of the last of `rules`, after the others happened in their order and with none of them
        /// in between.
        TemporalOrdered = "temporal_ordered",
        /// Stretches of at least `timespan` in which none of `rules` happened though others did.
        Absence = "absence",
    }
}

words! {
    /// By what calls are told apart. A call that does not show its key, organization or project is
    /// counted with each group that differs in nothing else.
    Dimension {
        /// Service.
        Service = "service",
        /// Environment.
        Environment = "environment",
        /// Calling host.
        Host = "host",
        /// Organization.
        Organization = "organization",
        /// Project.
        Project = "project",
        /// Key.
        Key = "key",
    }
}

words! {
    /// What is measured.
    Measured {
        /// Version of a client library.
        ClientVersion = "client-version",
        /// `Date` header of answers minus the log's own clock, in seconds.
        SkewSeconds = "skew-seconds",
        /// Days from the first to the last call with a key.
        DaysInUse = "days-in-use",
        /// Services.
        Service = "service",
        /// Environments.
        Environment = "environment",
        /// Organizations for which answers came, where those of one service are not those of another.
        Organization = "organization",
        /// The same of projects.
        Project = "project",
        /// Failures whose requests visibly named neither organization nor project.
        WithoutContext = "without-context",
    }
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A call succeeded.
    Ok,
    /// A call failed, for any cause.
    Failed,
    /// An answer shows that key and organization were accepted.
    Accepted,
    /// A secret stands in the log in full.
    Exposed,
    /// A failure was tried again sooner than the answer asked.
    RetryTooSoon,
    /// A failure was tried again though no retry cures it.
    RetryNeedless,
    /// A call failed for this cause or one that refines it.
    Cause(Arc<str>),
}

impl Happening {
    /// Those that are no cause, with their words.
    pub const ALL: &[(Happening, &str)] = &[
        (Happening::Accepted, "accepted"),
        (Happening::Exposed, "exposed"),
        (Happening::Failed, "failed"),
        (Happening::Ok, "ok"),
        (Happening::RetryNeedless, "retry-needless"),
        (Happening::RetryTooSoon, "retry-too-soon"),
    ];
}

/// What a count or a value must be; all that are given hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Condition {
    /// At least.
    pub gte: Option<u64>,
    /// More than.
    pub gt: Option<u64>,
    /// At most.
    pub lte: Option<u64>,
    /// Less than.
    pub lt: Option<u64>,
}

impl Condition {
    /// Whether it holds for a value.
    #[must_use]
    pub fn holds(&self, value: u64) -> bool {
        self.gte.is_none_or(|bound| value >= bound)
            && self.gt.is_none_or(|bound| value > bound)
            && self.lte.is_none_or(|bound| value <= bound)
            && self.lt.is_none_or(|bound| value < bound)
    }
}

/// A version: its numbers (`1.55.3`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u64>);

impl Version {
    /// Reads the numbers at the start, which dots separate; zeros at the end and what follows the numbers
    /// (`rc1`, `-beta`) say nothing. `None` where there is no number.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut numbers = Vec::new();
        for part in text.split('.') {
            let digits = part.len() - part.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
            let Some(number) = part.get(..digits).and_then(|digits| digits.parse().ok()) else { break };
            numbers.push(number);
            if digits < part.len() {
                break;
            }
        }
        if numbers.is_empty() {
            return None;
        }
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(Self(numbers))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        numbers.resize(numbers.len().max(2), "0".to_owned());
        f.write_str(&numbers.join("."))
    }
}

/// One `[[correlate]]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    /// How events are looked at.
    pub kind: CorrelationType,
    /// Which; none means each failed call of the rule's cause, and of the causes that refine it and
    /// have no table of their own.
    pub events: Vec<Happening>,
    /// What is told apart.
    pub group_by: Vec<Dimension>,
    /// What is counted or measured.
    pub field: Option<Measured>,
    /// Milliseconds.
    pub timespan_ms: i64,
    /// What count or value makes an incident.
    pub condition: Condition,
    /// Of versions: the least that is no incident, by library.
    pub below: BTreeMap<Arc<str>, Version>,
    /// Fewest events that are enough to tell; of an ordered sequence, fewest before its last step.
    pub min_events: u64,
    /// How sure the cause then is; that of the single calls where it is not said.
    pub tier: Option<Tier>,
    /// Causes that, with what refines them, are symptoms when they happen to the same callers
    /// during it or after it.
    pub explains: Vec<Arc<str>>,
}

impl Correlation {
    /// What holds for every cause of failed calls without a table: five failures of a service make an
    /// incident, half an hour without one in which calls succeed ends it.
    #[must_use]
    pub fn of_any_cause() -> Self {
        Self {
            kind: CorrelationType::EventCount,
            events: Vec::new(),
            group_by: vec![Dimension::Service, Dimension::Environment],
            field: None,
            timespan_ms: DEFAULT_TIMESPAN_MS,
            condition: Condition { gte: Some(5), ..Condition::default() },
            below: BTreeMap::new(),
            min_events: 1,
            tier: None,
            explains: Vec::new(),
        }
    }
}

/// Half an hour.
pub(super) const DEFAULT_TIMESPAN_MS: i64 = 30 * 60_000;

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let ascending = ["0", "0.9", "0.27.8", "0.28.1", "1", "1.0.1", "1.9", "1.55.3", "1.109.1", "4.0.1"];
        let versions: Vec<Version> = ascending.iter().filter_map(|text| Version::of(text)).collect();
        assert_eq!(versions.len(), ascending.len());
        assert!(versions.is_sorted_by(|a, b| a < b));
        assert_eq!(Version::of("1.0.0-beta.2"), Version::of("1"));
        assert_eq!(Version::of("4.0.0rc1"), Version::of("4.0"));
        assert_eq!(Version::of("latest"), None);
        assert_eq!(Version::of("").map(|version| version.to_string()), None);
        assert_eq!(Version::of("1").map(|version| version.to_string()), Some("1.0".to_owned()));
    }
}
