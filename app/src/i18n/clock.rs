//! Moments as people read them. Pure: how far a clock is ahead of UTC is the caller's.

use protocol::Millis;
use timeline::Day;

use super::{Key, Locale};

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;

/// Hour and minute, as in `14:05`.
pub(crate) fn hour_minute(at: Millis, offset_minutes: i32) -> String {
    let minutes = at.div_euclid(MINUTE_MS).saturating_add(offset_minutes.into()).rem_euclid(DAY_MINUTES);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// For `<time datetime>`: UTC to the second.
pub(crate) fn machine(at: Millis) -> String {
    let Day { year, month, day } = Day::of(at, 0);
    let second = at.div_euclid(1_000).rem_euclid(60);
    format!("{year:04}-{month:02}-{day:02}T{}:{second:02}Z", hour_minute(at, 0))
}

/// A date, as in `2025年1月1日` or `1 January 2025`.
pub(crate) fn date(day: Day, locale: Locale) -> String {
    let month = Key::Months.in_locale(locale).split(' ').nth(usize::from(day.month).saturating_sub(1)).unwrap_or("");
    let text = Key::Date.in_locale(locale).replace("YEAR", &day.year.to_string());
    text.replace("MONTH", month).replace("DAY", &day.day.to_string())
}

#[cfg(test)]
mod tests {
    use timeline::Day;

    use super::{Locale, date, hour_minute, machine};

    const AT: i64 = 1_735_689_600_000 + 5 * 60_000 + 7_000;

    #[test]
    fn the_hour_is_the_readers() {
        assert_eq!(hour_minute(AT, 0), "00:05");
        assert_eq!(hour_minute(AT, 8 * 60), "08:05");
        assert_eq!(hour_minute(AT, -60), "23:05");
    }

    #[test]
    fn a_machine_reads_utc() {
        assert_eq!(machine(AT), "2025-01-01T00:05:07Z");
        assert_eq!(machine(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn a_date_is_written_as_its_language_writes_it() {
        let day = Day { year: 2025, month: 12, day: 3 };
        assert_eq!(date(day, Locale::Zh), "2025年12月3日");
        assert_eq!(date(day, Locale::En), "3 December 2025");
    }
}
