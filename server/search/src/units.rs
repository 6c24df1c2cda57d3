//! Cuts a text into units, folded so that what people take for the same is the same. Never what a unit is good for.

use std::ops::Range;

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::terms::MENTION;

/// Units of one text. What stands behind them is not searched: a text of a MiB must not hold up everyone else's.
pub const MAX_UNITS: usize = 16_384;

/// The longest id of somebody who is mentioned, in bytes.
const MAX_ID: usize = 64;

/// A character of a script without spaces, a word, a sign such as an emoji, or somebody who is mentioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Folded (NFKC, full case folding); of a mention the id, as it is.
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// Where it stands in the original, in bytes.
    pub(crate) range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, a sign or a mention.
    Word,
    /// The first character of a run.
    First,
    /// A character that follows the one before it immediately.
    Joined,
}

/// At most [`MAX_UNITS`].
pub(crate) fn units(text: &str) -> Vec<Unit> {
    let (mut cutter, mut from) = (Cutter::default(), 0);
    for mention in mentions(text) {
        cutter.add_text(&text[from..mention.start], from);
        from = mention.end;
        cutter.units.push(Unit { text: meant(&text[mention.start + 2..from - 1]), kind: Kind::Word, range: mention });
        if cutter.units.len() >= MAX_UNITS {
            break;
        }
    }
    cutter.add_text(&text[from..], from);
    cutter.units.truncate(MAX_UNITS);
    cutter.units
}

/// The unit that a mention of this id is: no word is like it.
pub(crate) fn meant(id: &str) -> String {
    format!("{MENTION}{id}")
}

/// Where somebody is mentioned as it is stored, `<@id>`.
fn mentions(text: &str) -> impl Iterator<Item = Range<usize>> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    text.match_indices("<@").filter_map(move |(at, _)| {
        let id = text.as_bytes()[at + 2..].iter().take(MAX_ID + 1).take_while(|byte| legal(**byte)).count();
        let end = at + 2 + id;
        ((1..=MAX_ID).contains(&id) && text.as_bytes().get(end) == Some(&b'>')).then_some(at..end + 1)
    })
}

#[derive(Default)]
struct Cutter {
    units: Vec<Unit>,
    /// Folded text since the last character that is a unit by itself.
    other: String,
    places: Places,
    /// Whether the character before is a unit of a run.
    in_run: bool,
}

/// Where the bytes of `other` come from.
enum Places {
    /// The same place after so many.
    After(usize),
    /// (from here in `other`, in the original)
    Folded(Vec<(usize, Range<usize>)>),
}

impl Default for Places {
    fn default() -> Self {
        Self::Folded(Vec::new())
    }
}

impl Cutter {
    /// What stands between two mentions, from there in the original.
    fn add_text(&mut self, text: &str, from: usize) {
        self.in_run = false;
        if text.is_ascii() {
            self.other = text.to_ascii_lowercase();
            self.places = Places::After(from);
        } else {
            self.places = Places::default();
            for (start, cluster) in text.grapheme_indices(true) {
                if self.units.len() >= MAX_UNITS {
                    break;
                }
                self.add(cluster, from + start..from + start + cluster.len());
            }
        }
        self.cut_words();
    }

    /// One grapheme: nothing composes across its borders.
    fn add(&mut self, cluster: &str, range: Range<usize>) {
        let mut alone = false;
        for char in cluster.nfkc().default_case_fold().nfkc() {
            if is_ignorable(char) {
                continue;
            }
            if alone && is_combining_mark(char) {
                if let Some(unit) = self.units.last_mut() {
                    unit.text.push(char);
                }
                continue;
            }
            alone = is_run(char) || is_sign(char);
            if alone {
                self.cut_words();
                let kind = match (is_run(char), self.in_run) {
                    (false, _) => Kind::Word,
                    (true, false) => Kind::First,
                    (true, true) => Kind::Joined,
                };
                self.in_run = is_run(char);
                self.units.push(Unit { text: char.to_string(), kind, range: range.clone() });
            } else {
                self.in_run = false;
                if let Places::Folded(places) = &mut self.places {
                    places.push((self.other.len(), range.clone()));
                }
                self.other.push(if char == '\u{2019}' { '\'' } else { char });
            }
        }
    }

    fn cut_words(&mut self) {
        let other = std::mem::take(&mut self.other);
        for (start, word) in other.unicode_word_indices() {
            if self.units.len() >= MAX_UNITS {
                break;
            }
            let range = self.places.range(start..start + word.len());
            self.units.push(Unit { text: word.to_owned(), kind: Kind::Word, range });
        }
        if let Places::Folded(places) = &mut self.places {
            places.clear();
        }
    }
}

impl Places {
    fn range(&self, folded: Range<usize>) -> Range<usize> {
        match self {
            Self::After(from) => from + folded.start..from + folded.end,
            Self::Folded(places) => {
                let at = |offset: usize| places.partition_point(|(from, _)| *from <= offset).saturating_sub(1);
                let first = places.get(at(folded.start)).map_or(0, |(_, range)| range.start);
                places.get(at(folded.end.saturating_sub(1))).map_or(first..first, |(_, range)| first..range.end)
            }
        }
    }
}

/// Of a script that is written without spaces, or with such that say little about words: Han, kana, bopomofo, Hangul.
fn is_run(char: char) -> bool {
    matches!(u32::from(char),
        0x1100..=0x11ff
        | 0x3005..=0x3007
        | 0x3021..=0x3029
        | 0x3031..=0x3035
        | 0x3038..=0x303c
        | 0x3041..=0x3096
        | 0x309d..=0x309f
        | 0x30a1..=0x30fa
        | 0x30fc..=0x30ff
        | 0x3105..=0x312f
        | 0x3131..=0x318e
        | 0x31a0..=0x31bf
        | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xa960..=0xa97c
        | 0xac00..=0xd7fb
        | 0xf900..=0xfaff
        | 0x1_b000..=0x1_b167
        | 0x2_0000..=0x3_fffd)
}

/// Emoji and their like.
fn is_sign(char: char) -> bool {
    !char.is_ascii() && char.general_category() == GeneralCategory::OtherSymbol
}

/// Says how to draw, not what: joiners, variation selectors, soft hyphens, tags.
fn is_ignorable(char: char) -> bool {
    matches!(u32::from(char),
        0xad | 0x34f | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xe_0000..=0xe_0fff)
}

#[cfg(test)]
mod tests {
    use super::{Kind, MAX_UNITS, units};

    fn cut(text: &str) -> String {
        let show = |unit: &super::Unit| match unit.kind {
            Kind::Joined => unit.text.clone(),
            Kind::Word | Kind::First => format!(" {}", unit.text),
        };
        units(text).iter().map(show).collect::<String>().trim_start().to_owned()
    }

    #[test]
    fn words_characters_and_signs_are_units() {
        for (text, expected) in [
            ("Tea is READY.", "tea is ready"),
            ("Rust和WASM", "rust 和 wasm"),
            ("项目进度，开会", "项目进度 开会"),
            ("かなカナ", "かなカナ"),
            ("한국어 검색", "한국어 검색"),
            ("don’t can't 3.14 foo_bar a-b", "don't can't 3.14 foo_bar a b"),
            ("茶🍵好👩‍👩‍👧‍👦", "茶 🍵 好 👩 👩 👧 👦"),
            ("", ""),
            ("\0 ?!", ""),
            ("a\0b", "a b"),
        ] {
            assert_eq!(cut(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_mention_is_one_unit_that_no_word_is_like() {
        for (text, expected) in [
            ("问<@P-1.a>好 tea", "问 \u{e084}P-1.a 好 tea"),
            ("Tea<@all>Teas", "tea \u{e084}all teas"),
            ("<@a><@b>", "\u{e084}a \u{e084}b"),
            ("<@> <@a b> <@a <@é> @all \u{e084}all", "a b a é all all"),
        ] {
            assert_eq!(cut(text), expected, "{text:?}");
        }
        let long = "x".repeat(65);
        assert_eq!(cut(&format!("<@{long}>")), long);
    }

    #[test]
    fn what_people_take_for_the_same_is_the_same() {
        for (one, other) in [
            ("ＲＵＳＴ", "rust"),
            ("ｶﾞﾗｽ", "ガラス"),
            ("Straße", "STRASSE"),
            ("cafe\u{301}", "CAFÉ"),
            ("か\u{3099}", "が"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("㍿", "株式会社"),
            ("葛\u{e0100}", "葛"),
            ("so\u{ad}ft", "soft"),
            ("👍🏽", "👍"),
        ] {
            assert_eq!(cut(one), cut(other));
        }
        assert_ne!(cut("か"), cut("が"));
    }

    #[test]
    fn a_unit_knows_its_place_in_the_original() {
        for text in ["Tea is ready", "Ｔｅａ 茶好🍵了 cafe\u{301} ㍿", "ﬁne½ 👩‍👧x", "a <@p>b c<@q>茶 d"]
        {
            for unit in units(text) {
                let original = &text[unit.range.clone()];
                assert!(cut(original).replace(' ', "").contains(&unit.text), "{unit:?} in {original:?}");
            }
        }
    }

    #[test]
    fn a_text_without_end_has_an_end() {
        assert_eq!(units(&"茶".repeat(100_000)).len(), MAX_UNITS);
        assert_eq!(units(&"tea ".repeat(100_000)).len(), MAX_UNITS);
        assert_eq!(units(&"tée ".repeat(100_000)).len(), MAX_UNITS);
        assert_eq!(units(&"<@a>".repeat(100_000)).len(), MAX_UNITS);
    }
}
