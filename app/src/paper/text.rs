//! What the papers say, in Chinese and English as equals: typed keys, one exhaustive table a language. Apart from the
//! app's texts, which a visitor downloads. Never markup.

mod audit;
mod en;
mod key;
mod sentence;
mod zh;

use protocol::Millis;
use timeline::Day;

pub(super) use self::key::{Text, Told};
use crate::{
    i18n::{
        Locale,
        clock::{self, Clock},
    },
    preferences::Preferences,
};

/// A language that speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tongue(pub(super) Locale);

impl Tongue {
    pub(super) const fn say(self, text: Text) -> &'static str {
        match self.0 {
            Locale::Zh => zh::text(text),
            Locale::En => en::text(text),
        }
    }

    pub(super) const fn tell(self, told: Told) -> &'static str {
        match self.0 {
            Locale::Zh => zh::told(told),
            Locale::En => en::told(told),
        }
    }

    /// The text with its places filled, one after the other. What people wrote is in [`isolated`] first.
    pub(super) fn fill(self, text: Text, values: &[&str]) -> String {
        filled(self.say(text), values)
    }

    /// As [`Self::fill`].
    pub(super) fn tell_of(self, told: Told, values: &[&str]) -> String {
        filled(self.tell(told), values)
    }

    /// So many of something.
    pub(super) fn count(self, n: u64, one: Text, many: Text) -> String {
        self.fill(if n == 1 { one } else { many }, &[&n.to_string()])
    }

    /// A wait as people say it: seconds up to a minute and a half, then minutes, rounded up.
    pub(super) fn wait(self, seconds: u64) -> String {
        match seconds {
            0..=90 => self.fill(Text::Seconds, &[&seconds.max(1).to_string()]),
            _ => self.count(seconds.div_ceil(60), Text::MinutesOne, Text::MinutesMany),
        }
    }

    /// A moment: date, hour and minute by the reader's clock; by UTC, which is then said, where their clock is not known.
    pub(super) fn moment(self, at: Millis, preferences: Preferences) -> String {
        let text = if preferences.offset_minutes.is_some() { Text::Moment } else { Text::MomentUtc };
        let clock = self.clock(preferences);
        self.fill(text, &[&clock::date(Day::of(at, clock.offset_minutes), self.0), &clock.hour_minute(at)])
    }

    pub(super) fn clock(self, preferences: Preferences) -> Clock {
        let Preferences { hours, offset_minutes, .. } = preferences;
        Clock { locale: self.0, hours, offset_minutes: offset_minutes.unwrap_or(0) }
    }
}

fn filled(words: &str, values: &[&str]) -> String {
    let mut parts = words.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (part, value) in parts.zip(values.iter().chain(std::iter::repeat(&""))) {
        filled.push_str(value);
        filled.push_str(part);
    }
    filled
}

/// For `<time datetime>`.
pub(super) fn machine(at: Millis) -> String {
    clock::machine(at)
}

/// What people wrote, in the middle of a sentence of ours: a name from right to left does not turn the sentence round
/// (FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE).
pub(super) fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

#[cfg(test)]
mod tests {
    use super::{Text, Told, Tongue};
    use crate::{
        i18n::Locale,
        preferences::{Hours, Preferences},
    };

    const ZH: Tongue = Tongue(Locale::Zh);
    const EN: Tongue = Tongue(Locale::En);

    /// Every text in Chinese and in English, and its key.
    fn all() -> impl Iterator<Item = (&'static str, &'static str, String)> {
        let texts = Text::ALL.iter().map(|&text| (ZH.say(text), EN.say(text), format!("{text:?}")));
        texts.chain(Told::ALL.iter().map(|&told| (ZH.tell(told), EN.tell(told), format!("{told:?}"))))
    }

    #[test]
    fn every_text_exists_in_every_language_with_the_same_places_to_fill() {
        for (zh, en, key) in all() {
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key}");
            assert_eq!(zh.matches("{}").count(), en.matches("{}").count(), "{key}");
        }
    }

    #[test]
    fn the_chinese_texts_hold_no_english_and_the_english_ones_no_chinese() {
        for (zh, en, key) in all() {
            // Names, and what is written on keys.
            let words =
                ["UTC", "Enter", "Shift", "Ctrl"].iter().fold(zh.to_owned(), |words, name| words.replace(name, ""));
            assert!(!words.chars().any(|c| c.is_ascii_alphabetic()), "{key}: {words}");
            assert!(!en.chars().any(|c| ('\u{3000}'..'\u{a000}').contains(&c)), "{key}");
        }
    }

    #[test]
    fn values_take_their_places_in_order_and_a_brace_in_one_is_no_place() {
        assert_eq!(EN.fill(Text::MembersShown, &["{}", "9"]), "These are the first {} of 9.");
        assert_eq!(EN.fill(Text::MembersShown, &["1"]), "These are the first 1 of .");
    }

    #[test]
    fn a_wait_is_said_in_seconds_and_then_in_minutes() {
        assert_eq!(
            [0, 1, 90, 91, 119, 121].map(|s| EN.wait(s)).join(", "),
            "1 s, 1 s, 90 s, 2 minutes, 2 minutes, 3 minutes"
        );
        assert_eq!(ZH.wait(3600), "60 分钟");
    }

    #[test]
    fn a_moment_reads_as_its_language_writes_it() {
        let unknown = Preferences::default();
        assert_eq!(ZH.moment(1_735_689_900_000, unknown), "2025年1月1日 00:05 UTC");
        assert_eq!(EN.moment(1_735_689_900_000, unknown), "1 January 2025, 00:05 UTC");
    }

    #[test]
    fn whose_clock_is_known_reads_it_and_of_utc_there_is_no_word() {
        let here = |offset, hours| Preferences { offset_minutes: Some(offset), hours, ..Preferences::default() };
        assert_eq!(ZH.moment(1_735_689_900_000, here(480, Hours::H12)), "2025年1月1日 上午 8:05");
        assert_eq!(EN.moment(1_735_689_900_000, here(-480, Hours::H24)), "31 December 2024, 16:05");
        assert_eq!(EN.moment(1_735_689_900_000, here(0, Hours::H12)), "1 January 2025, 12:05 AM");
    }
}
