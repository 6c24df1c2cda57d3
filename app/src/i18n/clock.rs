//! Moments as people read them. Pure: how far a clock is ahead of UTC is the caller's.

use protocol::Millis;
use timeline::Day;

use super::{Key, Locale};
use crate::preferences::Hours;

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;

/// How a reader's clock goes and is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) locale: Locale,
    pub(crate) hours: Hours,
    /// Ahead of UTC.
    pub(crate) offset_minutes: i32,
}

impl Clock {
    /// Hour and minute, as in `14:05`, `2:05 PM` or `下午 2:05`.
    pub(crate) fn hour_minute(self, at: Millis) -> String {
        let minutes = at.div_euclid(MINUTE_MS).saturating_add(self.offset_minutes.into()).rem_euclid(DAY_MINUTES);
        let (hour, minute) = (minutes / 60, minutes % 60);
        match self.hours {
            Hours::H24 => padded(&[(hour, 2, ":"), (minute, 2, "")]),
            Hours::H12 => {
                let half = if hour < 12 { Key::BeforeNoon } else { Key::AfterNoon };
                half.in_locale(self.locale).replacen("{}", &format!("{}:{minute:02}", (hour + 11) % 12 + 1), 1)
            }
        }
    }
}

/// For `<time datetime>`: UTC to the second.
pub(crate) fn machine(at: Millis) -> String {
    let Day { year, month, day } = Day::of(at, 0);
    let second = at.div_euclid(1_000);
    let minute = second.div_euclid(60);
    let time = [(minute.div_euclid(60).rem_euclid(24), 2, ":"), (minute.rem_euclid(60), 2, ":")];
    let date = [(year, 4, "-"), (i64::from(month), 2, "-"), (i64::from(day), 2, "T")];
    padded(&[date[0], date[1], date[2], time[0], time[1], (second.rem_euclid(60), 2, "Z")])
}

/// Numbers of at least so many digits, each with what follows it. There are several in each row of a log, and `format!` takes
/// four times as long.
fn padded(numbers: &[(i64, usize, &str)]) -> String {
    let mut text = String::with_capacity(20);
    for &(number, least, after) in numbers {
        digits(&mut text, number.unsigned_abs(), least);
        text += after;
    }
    text
}

/// A number of at least so many digits.
pub(crate) fn digits(text: &mut String, number: u64, least: usize) {
    if number > 9 || least > 1 {
        digits(text, number / 10, least.saturating_sub(1));
    }
    text.push(char::from(b'0' + (number % 10) as u8));
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

    use super::{Clock, Hours, Locale, date, machine};

    const AT: i64 = 1_735_689_600_000 + 5 * 60_000 + 7_000;

    #[test]
    fn the_hour_is_the_readers() {
        let at = |offset_minutes| Clock { offset_minutes, ..Clock::default() }.hour_minute(AT);
        assert_eq!([at(0), at(8 * 60), at(-60)], ["00:05", "08:05", "23:05"]);
    }

    #[test]
    fn whoever_counts_to_twelve_reads_which_half_of_the_day_it_is() {
        for (hour, en, zh) in [
            (0, "12:05 AM", "上午 12:05"),
            (1, "1:05 AM", "上午 1:05"),
            (11, "11:05 AM", "上午 11:05"),
            (12, "12:05 PM", "下午 12:05"),
            (14, "2:05 PM", "下午 2:05"),
            (23, "11:05 PM", "下午 11:05"),
        ] {
            let in_locale = |locale| Clock { locale, hours: Hours::H12, offset_minutes: hour * 60 }.hour_minute(AT);
            assert_eq!((in_locale(Locale::En).as_str(), in_locale(Locale::Zh).as_str()), (en, zh));
        }
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
