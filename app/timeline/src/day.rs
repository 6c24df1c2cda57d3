//! The day of a moment. Pure: the offset from UTC is the caller's. Never a name of a day in a language.

use protocol::Millis;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Days of four hundred years, after which the calendar repeats.
const CYCLE_DAYS: i64 = 146_097;

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day {
    /// The year.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Day {
    /// The date of a moment where clocks are so many minutes ahead of UTC.
    #[must_use]
    pub fn of(at: Millis, offset_minutes: i32) -> Self {
        let days = at.saturating_add(i64::from(offset_minutes) * 60_000).div_euclid(DAY_MS);
        // Count from 1600-01-01, the first day of a cycle: 370 years before 1970, 90 of them leap years.
        let days = days + 370 * 365 + 90;
        let (cycle, mut rest) = (days.div_euclid(CYCLE_DAYS), days.rem_euclid(CYCLE_DAYS));
        let mut year = 1600 + cycle * 400;
        // An estimate that is never too late and at most a year too early.
        let years = rest / 366;
        rest -= years * 365 + leap_days_before(years);
        year += years;
        while rest >= days_of(year) {
            rest -= days_of(year);
            year += 1;
        }
        let mut month = 1_u8;
        while rest >= days_of_month(year, month) {
            rest -= days_of_month(year, month);
            month += 1;
        }
        Self { year, month, day: u8::try_from(rest + 1).unwrap_or(1) }
    }
}

/// Leap years among the first so many of a cycle; its first is one.
fn leap_days_before(years: i64) -> i64 {
    (years + 3) / 4 - (years + 99) / 100 + (years + 399) / 400
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: i64, month: u8) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, Day};

    fn day(year: i64, month: u8, day: u8) -> Day {
        Day { year, month, day }
    }

    #[test]
    fn dates_that_everyone_knows() {
        for (days, expected) in [
            (0, day(1970, 1, 1)),
            (-1, day(1969, 12, 31)),
            (11_016, day(2000, 2, 29)),
            (19_782, day(2024, 2, 29)),
            (20_088, day(2024, 12, 31)),
            (20_089, day(2025, 1, 1)),
            (47_541, day(2100, 3, 1)),
            (-135_140, day(1600, 1, 1)),
            (-135_141, day(1599, 12, 31)),
        ] {
            assert_eq!(Day::of(days * DAY_MS, 0), expected, "{days}");
        }
    }

    #[test]
    fn midnight_is_where_the_reader_is() {
        let eight_in_the_evening = 20_088 * DAY_MS + 20 * 3_600_000;
        assert_eq!(Day::of(eight_in_the_evening, 0), day(2024, 12, 31));
        assert_eq!(Day::of(eight_in_the_evening, 8 * 60), day(2025, 1, 1));
        assert_eq!(Day::of(20_089 * DAY_MS, -60), day(2024, 12, 31));
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut before = Day::of(-200_000 * DAY_MS, 0);
        for days in -199_999..200_000 {
            let today = Day::of(days * DAY_MS, 0);
            let next_month =
                today.day == 1 && (today.month == before.month + 1 || (today.month, before.month) == (1, 12));
            assert!(today > before && (today.day == before.day + 1 || next_month), "{before:?} {today:?}");
            before = today;
        }
    }

    #[test]
    fn a_clock_gone_mad_breaks_nothing() {
        for at in [i64::MIN, i64::MAX] {
            let _ = Day::of(at, 14 * 60);
        }
    }
}
