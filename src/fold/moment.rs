//! When a record was written, as far as it tells: a point in time, or a time of day of an unknown day.

use crate::model::{Observation, Stamp, StampOrigin};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// When a record was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Milliseconds since 1970.
    At(i64),
    /// Milliseconds of a day that nothing tells.
    Clock(i64),
}

impl Moment {
    /// When the record of an observation was written. A time of day wins over the `Date` header of an answer, which
    /// its neighbours do not show.
    pub(super) fn of(seen: &Observation) -> Option<Self> {
        let stamp = seen.context.stamp;
        let at = |stamp: Stamp| Self::At(stamp.at.as_millisecond());
        let of_record = stamp.filter(|stamp| stamp.origin != StampOrigin::DateHeader).map(at);
        of_record.or_else(|| Self::by_clock(seen)).or_else(|| stamp.map(at))
    }

    /// The time of day that the record itself shows: what a wrapper stamps may be the same for many records.
    pub(super) fn by_clock(seen: &Observation) -> Option<Self> {
        seen.context.clock.map(Self::Clock)
    }

    /// When the record itself says that it was written: the time of day of a line, or the time of a record of JSON.
    pub(super) fn by_record(seen: &Observation) -> Option<Self> {
        let own = seen
            .context
            .stamp
            .filter(|stamp| matches!(stamp.origin, StampOrigin::Own | StampOrigin::OwnAssumedZone));
        Self::by_clock(seen).or_else(|| own.map(|stamp| Self::At(stamp.at.as_millisecond())))
    }

    /// Milliseconds from this moment to another one; `None` when only one of them shows its day. Two times of day are
    /// as near to each other as they can be, over midnight as well.
    pub(super) fn until(self, later: Self) -> Option<i64> {
        match (self, later) {
            (Self::At(from), Self::At(to)) => Some(to.saturating_sub(from)),
            (Self::Clock(from), Self::Clock(to)) => Some((to - from + DAY / 2).rem_euclid(DAY) - DAY / 2),
            _ => None,
        }
    }
}

/// Whether the time of an observation is not the one that the record itself shows, but what a wrapper stamped.
pub(super) fn is_stamped(seen: &Observation) -> bool {
    let is_another =
        |stamp: Stamp| seen.context.clock.is_some_and(|clock| clock != stamp.millisecond_of_day());
    seen.context.stamp.is_some_and(|stamp| stamp.origin == StampOrigin::Wrapper || is_another(stamp))
}

/// Milliseconds between two moments; `None` when that cannot be told.
pub(super) fn between(from: Option<Moment>, to: Option<Moment>) -> Option<i64> {
    from?.until(to?)
}

#[cfg(test)]
mod tests {
    use super::{DAY, Moment, between};

    #[test]
    fn times_of_day_are_near_over_midnight() {
        assert_eq!(Moment::Clock(DAY - 100).until(Moment::Clock(200)), Some(300));
        assert_eq!(Moment::Clock(200).until(Moment::Clock(DAY - 100)), Some(-300));
        assert_eq!(Moment::Clock(1_000).until(Moment::Clock(1_500)), Some(500));
    }

    #[test]
    fn a_time_of_day_says_nothing_about_a_point_in_time() {
        assert_eq!(Moment::Clock(1_000).until(Moment::At(1_500)), None);
        assert_eq!(between(Some(Moment::At(1_000)), Some(Moment::At(1_500))), Some(500));
        assert_eq!(between(None, Some(Moment::At(1_500))), None);
    }
}
