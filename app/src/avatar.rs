//! The little picture of who speaks: the colour that they chose, else one from their id; a letter from their name. Pure, for both ends; the colours
//! themselves are in style/tokens.css. Never a file that somebody uploaded.

use protocol::{COLOURS, Person};

/// The palette of style/components/avatar.css.
const CLASSES: [&str; COLOURS as usize] = [
    "avatar avatar-0",
    "avatar avatar-1",
    "avatar avatar-2",
    "avatar avatar-3",
    "avatar avatar-4",
    "avatar avatar-5",
    "avatar avatar-6",
    "avatar avatar-7",
];

/// The longest cluster: a family of four with skin tones is eleven characters.
const MAX_CLUSTER: usize = 12;

/// `<span class={class} aria-hidden="true">{letter}</span>`; the name beside it is what is read aloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// The colour: always the same for the same person, until they choose another.
    pub class: &'static str,
    /// The first character of the name as a reader sees it; the sheet makes it large.
    pub letter: String,
}

#[must_use]
pub fn avatar(person: &Person) -> Avatar {
    avatar_of(person.id.as_str(), person.colour, &person.name)
}

/// The same for whatever has an id: a group.
#[must_use]
pub fn avatar_of(id: &str, chosen: Option<u8>, name: &str) -> Avatar {
    let chosen = chosen.and_then(|colour| CLASSES.get(usize::from(colour)).copied());
    Avatar { class: chosen.unwrap_or_else(|| class_of(id)), letter: letter(name) }
}

fn class_of(id: &str) -> &'static str {
    // FNV-1a: ids differ in their last bytes, and the colour should too.
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    CLASSES.get((hash ^ (hash >> 15)) as usize % CLASSES.len()).copied().unwrap_or("avatar")
}

/// The first cluster that says something: quotes and spaces before it do not. Without one, the house's sign.
fn letter(name: &str) -> String {
    let mut rest = name.chars().skip_while(|&c| is_silent(c) || joins(c)).peekable();
    let Some(first) = rest.next() else { return "茶".to_owned() };
    let mut cluster = String::from(first);
    let mut last = first;
    while let Some(&next) = rest.peek() {
        let flag = is_flag_half(first) && is_flag_half(next) && last == first && cluster.chars().count() == 1;
        if !(joins(next) || last == ZWJ || flag) || cluster.chars().count() >= MAX_CLUSTER {
            break;
        }
        cluster.push(next);
        last = next;
        rest.next();
    }
    cluster.truncate(cluster.trim_end_matches(ZWJ).len());
    cluster
}

const ZWJ: char = '\u{200d}';

/// Spaces, controls, marks of direction, and the punctuation that names begin with.
fn is_silent(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || c.is_ascii_punctuation()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{206f}' | '\u{feff}' | '¡' | '¿' | '«' | '»' | '·')
        || matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '～' | '！' | '（' | '）' | '＠')
}

fn is_flag_half(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Whether this belongs to the character before it: marks, vowel signs, joiners, skin tones. The large families of
/// Unicode's Grapheme_Extend, not its last corner: a corner's letter would look odd and harm nothing.
fn joins(c: char) -> bool {
    // The scripts of India share one layout, 128 places each.
    let indic = matches!(c, '\u{900}'..='\u{dff}')
        && matches!(u32::from(c) & 0x7f, 0x00..=0x03 | 0x3c | 0x3e..=0x4d | 0x51..=0x57 | 0x62..=0x63);
    indic
        || matches!(c,
            ZWJ | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{20d0}'..='\u{20ff}'
            | '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{fe20}'..='\u{fe2f}'
            | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{e31}' | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}' | '\u{1160}'..='\u{11ff}' | '\u{3099}'..='\u{309a}'
            | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use protocol::{Person, PersonId};

    use super::{CLASSES, avatar, letter};

    #[test]
    fn the_letter_is_the_first_that_a_reader_sees() {
        for (name, first) in [
            ("Ada", "A"),
            ("龙井", "龙"),
            ("「茶客」", "茶"),
            ("  @bob", "b"),
            ("é", "é"),
            ("e\u{301}tienne", "e\u{301}"),
            ("שָׁלוֹם", "שָׁ"),
            ("\u{202e}ada", "a"),
            ("नमस्ते", "न"),
            ("कि", "कि"),
            ("한국", "한"),
            ("🍵", "🍵"),
            ("👩🏽‍🚀🍵", "👩🏽‍🚀"),
            ("🇨🇳🇬🇧", "🇨🇳"),
            ("❤️‍🔥x", "❤️‍🔥"),
            ("7 up", "7"),
        ] {
            assert_eq!(letter(name), first, "{name}");
        }
    }

    #[test]
    fn a_name_of_nothing_has_the_sign_of_the_house() {
        for name in ["", "   ", "...", "\u{200b}", "\u{301}\u{301}", "<\">"] {
            assert_eq!(letter(name), "茶", "{name:?}");
        }
    }

    #[test]
    fn no_name_makes_a_tower() {
        let tower = format!("a{}", "\u{301}".repeat(10_000));
        assert!(letter(&tower).chars().count() <= 12);
        assert_eq!(letter("👩\u{200d}"), "👩");
    }

    #[test]
    fn a_person_keeps_their_colour_and_people_have_all_of_them() {
        let of = |n: u32| avatar(&person(n)).class;
        assert_eq!(of(7), of(7));
        let seen: HashSet<_> = (0..100).map(of).collect();
        assert_eq!(seen.len(), CLASSES.len());
    }

    fn person(n: u32) -> Person {
        Person::new(PersonId::parse(format!("0192f0c1-7c1e-7bb4-9d9a-{n:012x}")).unwrap(), "x")
    }

    #[test]
    fn who_chose_a_colour_has_it_and_one_that_there_is_not_is_not_chosen() {
        let chosen = |colour| avatar(&Person { colour, ..person(7) }).class;
        let all: Vec<_> = (0..protocol::COLOURS).map(|colour| chosen(Some(colour))).collect();
        assert_eq!(all, CLASSES);
        assert_eq!([chosen(Some(protocol::COLOURS)), chosen(Some(255))], [chosen(None); 2]);
    }

    /// The luminance of a colour like `#1c5c46` (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(part(1)) + 0.7152 * linear(part(3)) + 0.0722 * linear(part(5))
    }

    #[test]
    fn every_letter_is_legible_in_both_themes() {
        let tokens = include_str!("../../style/tokens.css");
        // As in `--dye-3: light-dark(#1c6a50, #86cbae);`
        let both = |name: &str| tokens.split(&format!("{name}: light-dark(")).nth(1).and_then(|rest| rest.get(..16));
        for theme in [0, 1] {
            let token = |name: &str| both(name).and_then(|both| both.split(", ").nth(theme)).unwrap();
            let letter = luminance(token("--dye-letter"));
            for n in 0..CLASSES.len() {
                let dye = luminance(token(&format!("--dye-{n}")));
                let contrast = (letter.max(dye) + 0.05) / (letter.min(dye) + 0.05);
                assert!(contrast >= 4.5, "{n}: {contrast:.2}");
            }
        }
    }
}
