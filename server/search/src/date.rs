//! A day as people write it, and when it begins and ends in UTC. Never the clock.

const DAY_MS: i64 = 86_400_000;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// Parses `2026-01-31`, or with `/` or `.`, the month and the day with one digit or two.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
        let number = |text: &str, most: usize| {
            let digits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<i64>().ok()).flatten()
        };
        let &[year, month, day] = parts.as_slice() else { return None };
        if year.len() != 4 {
            return None;
        }
        let date = Self { year: number(year, 4)?, month: number(month, 2)?, day: number(day, 2)? };
        ((1..=12).contains(&date.month) && (1..=date.days_of_month()).contains(&date.day)).then_some(date)
    }

    /// When it begins where clocks are `offset_minutes` ahead of UTC, in milliseconds since 1970.
    #[must_use]
    pub const fn begins(self, offset_minutes: i32) -> i64 {
        self.days() * DAY_MS - offset_minutes as i64 * 60_000
    }

    /// When the next day begins there.
    #[must_use]
    pub const fn ends(self, offset_minutes: i32) -> i64 {
        self.begins(offset_minutes) + DAY_MS
    }

    const fn days_of_month(self) -> i64 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Since 1970. Years begin in March here, so that the leap day is a year's last.
    const fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let month = (self.month + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + self.day - 1;
        year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn a_day_begins_and_ends_where_one_is() {
        for (text, days) in [("1970-01-01", 0), ("2000/2/29", 11_016), ("2026.01.01", 20_454), ("1969-12-31", -1)] {
            let date = Date::parse(text).expect("a date");
            assert_eq!((date.begins(0), date.ends(0)), (days * 86_400_000, (days + 1) * 86_400_000), "{text}");
            assert_eq!(date.begins(480), days * 86_400_000 - 8 * 3_600_000);
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in
            ["", "2026", "2026-13-01", "2026-02-29", "2026-04-31", "26-01-01", "2026-01-00", "2026-+1-01", "a-b-c"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
