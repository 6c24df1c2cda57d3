//! The terms under which a text is found, and those that a query needs. Only a sieve: what passes is still to be matched.

use std::collections::BTreeSet;
use std::hash::Hasher as _;

use crate::query::{Clause, Query};
use crate::units::{Kind, Unit, units};

/// Of how terms are made. An index that was built by another is to be built anew.
pub const VERSION: &str = "3";

/// Between the words of a pair, before a group's id, before an author's, before a block's. Private use: in no word.
const PAIR: char = '\u{e080}';
const GROUP: char = '\u{e081}';
const AUTHOR: char = '\u{e082}';
const BLOCK: char = '\u{e083}';
/// Before the id of somebody who is mentioned: a unit, unlike the others.
pub(crate) const MENTION: char = '\u{e084}';

/// The longest unit that is a term as it is. Engines bound theirs.
const LONGEST: usize = 48;

/// Every term of a text, each once, in no order that means anything. A term is letters and digits and what is not ASCII:
/// nothing that an engine would split, and no space.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    let units = units(text);
    let single = units.iter().map(single);
    let pairs = units.windows(2).map(|two| pair(&two[0], &two[1]));
    let all: BTreeSet<String> = single.chain(pairs).collect();
    all.into_iter().collect()
}

/// The term that all messages of a group have.
#[must_use]
pub fn group_term(id: &str) -> String {
    plain(GROUP, id)
}

/// The term that all messages of a person have.
#[must_use]
pub fn author_term(id: &str) -> String {
    plain(AUTHOR, id)
}

/// The term that neighbours in an index have: which block of that many neighbours it is, with places for two to the `size`.
#[must_use]
pub fn block_term(size: u32, number: i64) -> String {
    plain(BLOCK, &format!("{size}-{number}"))
}

/// What a query needs of a text's terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Each of these.
    pub all: BTreeSet<String>,
    /// Of each of these at least one.
    pub any: Vec<BTreeSet<String>>,
    /// None of these.
    pub none: BTreeSet<String>,
}

impl Query {
    /// A text that matches has these terms. One that has them need not match.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        for clause in &self.clauses {
            if clause.not {
                needs.none.extend(clause.is_one_term().then(|| clause.terms()).into_iter().flatten());
            } else if clause.meant.is_empty() {
                needs.all.extend(clause.terms());
            } else {
                // Of the words only one term: what must be there together cannot be one of several.
                let meant = clause.meant.iter().map(|meant| pushed(meant));
                needs.any.push(clause.terms().into_iter().take(1).chain(meant).collect());
            }
        }
        needs
    }
}

impl Clause {
    fn terms(&self) -> Vec<String> {
        match self.units.as_slice() {
            [one] => vec![single(one)],
            units => units.windows(2).map(|two| pair(&two[0], &two[1])).collect(),
        }
    }

    /// Whether having the term is as good as matching.
    fn is_one_term(&self) -> bool {
        let short = |unit: &Unit| unit.text.len() <= LONGEST;
        match self.units.as_slice() {
            [one] => short(one) && (self.stemmed || one.kind != Kind::Word),
            [one, two] => short(one) && short(two),
            _ => false,
        }
    }
}

fn single(unit: &Unit) -> String {
    match unit.kind {
        Kind::Word => pushed(&stem(&unit.text)),
        Kind::First | Kind::Joined => pushed(&unit.text),
    }
}

fn pushed(text: &str) -> String {
    let mut term = String::new();
    push(&mut term, text);
    term
}

fn pair(one: &Unit, two: &Unit) -> String {
    let mut term = String::new();
    push(&mut term, &one.text);
    if two.kind != Kind::Joined {
        term.push(PAIR);
    }
    push(&mut term, &two.text);
    term
}

/// English words alone have a stem; a few others look like some.
pub(crate) fn stem(word: &str) -> String {
    thread_local! {
        static ENGLISH: rust_stemmers::Stemmer = rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::English);
    }
    if !word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'\'') || word.len() > LONGEST {
        return word.to_owned();
    }
    ENGLISH.with(|english| english.stem(word).into_owned())
}

fn plain(kind: char, id: &str) -> String {
    let mut term = String::from(kind);
    push(&mut term, id);
    term
}

/// What is ASCII and no letter or digit goes to a private place, so that no engine's tokenizer splits there.
fn push(term: &mut String, text: &str) {
    let mut end = text.len();
    if end > LONGEST {
        end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    }
    for char in text[..end].chars() {
        let private = char.is_ascii() && !char.is_ascii_alphanumeric();
        term.push(if private { char::from_u32(0xe000 + u32::from(char)).unwrap_or(char) } else { char });
    }
    if end < text.len() {
        let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
        hasher.write(text.as_bytes());
        term.push_str(&format!("{:016x}", hasher.finish()));
    }
}

/// FNV-1a: the same in every build for ever, unlike std's.
struct Fnv(u64);

impl std::hash::Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{block_term, group_term, terms};

    #[test]
    fn terms_are_units_and_pairs() {
        assert_eq!(terms("项目，进"), ["目", "目\u{e080}进", "进", "项", "项目"]);
        assert_eq!(terms("Running teas"), ["run", "running\u{e080}teas", "tea"]);
        assert_eq!(terms("<@p1>"), ["\u{e084}p1"]);
    }

    #[test]
    fn no_term_holds_what_an_engine_splits_at() {
        let long = "x".repeat(5000);
        for text in ["don't 3.14 foo_bar a:b", "Ünïcödé e\u{301}", "🍵 茶 か\u{3099}", &long] {
            for term in terms(text).into_iter().chain([group_term("a-b_c.d:E"), block_term(14, -7)]) {
                let whole = term.chars().all(|char| !char.is_ascii() || char.is_ascii_alphanumeric());
                assert!(whole && (1..=150).contains(&term.len()), "{term:?}");
            }
        }
    }

    #[test]
    fn long_words_differ_though_they_begin_alike() {
        let (one, two) = ("x".repeat(5000), "x".repeat(5001));
        assert_ne!(terms(&one), terms(&two));
    }
}
