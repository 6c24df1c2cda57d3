//! Parses what a person types into a search box. Whom a name means, and whether they may look there, is the caller's.

use crate::date::Date;
use crate::units::{Kind, Unit, meant, units};

/// The longest query, in bytes.
const MAX_BYTES: usize = 1024;
/// Words and phrases of one query.
const MAX_CLAUSES: usize = 16;

/// A parsed query: `from:甲 in:组 before:2026-01-01 after:2025-01-01 开会 "exact phrase" -not`.
///
/// A word is found in every form that has its stem, a phrase as it stands. What stands together without a space, like
/// `Rust和WASM`, is a phrase, and so is any Chinese, Japanese or Korean of two characters or more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Who said it, as typed.
    pub from: Option<String>,
    /// The group, as typed.
    pub within: Option<String>,
    /// Said before this day begins.
    pub before: Option<Date>,
    /// Said after this day has ended.
    pub after: Option<Date>,
    pub(crate) clauses: Vec<Clause>,
}

/// What must, or must not, be in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) not: bool,
    /// One word in any form.
    pub(crate) stemmed: bool,
    /// In this order, one after the other; never none.
    pub(crate) units: Vec<Unit>,
    pub(crate) typed: String,
    /// Or instead: one of these mentions, as units are.
    pub(crate) meant: Vec<String>,
}

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing to look for.
    #[error("there is nothing to search for")]
    Empty,
    /// In bytes.
    #[error("a search is at most {MAX_BYTES} bytes long")]
    TooLong,
    /// In words.
    #[error("a search has at most {MAX_CLAUSES} words")]
    TooMany,
    /// `from:` and nothing.
    #[error("{0}: wants a value")]
    NoValue(&'static str),
    /// Two of a kind.
    #[error("{0}: may stand only once")]
    Twice(&'static str),
    /// `-from:`.
    #[error("{0}: cannot be turned around")]
    Negated(&'static str),
    /// No day of the calendar.
    #[error("{0}: wants a day such as 2026-01-31")]
    NoDate(&'static str),
}

const FILTERS: [&str; 4] = ["from", "in", "before", "after"];

impl Query {
    /// Parses what a person typed.
    ///
    /// # Errors
    /// [`QueryError`] says which part is wrong.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > MAX_BYTES {
            return Err(QueryError::TooLong);
        }
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while let Some(part) = Part::next(&mut rest) {
            query.add(part)?;
        }
        let filtered =
            query.from.is_some() || query.within.is_some() || query.before.is_some() || query.after.is_some();
        if query.clauses.is_empty() && !filtered {
            return Err(QueryError::Empty);
        }
        Ok(query)
    }

    /// The words and phrases, as typed: each may be what somebody is called, or that with an `@` in front.
    pub fn typed(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().map(|clause| clause.typed.as_str())
    }

    /// What was typed so is also found where one of these ids is mentioned.
    pub fn also_mentions<'a>(&mut self, typed: &str, ids: impl IntoIterator<Item = &'a str>) {
        let meant: Vec<String> = ids.into_iter().map(meant).collect();
        for clause in self.clauses.iter_mut().filter(|clause| clause.typed == typed) {
            clause.meant.clone_from(&meant);
        }
    }

    fn add(&mut self, part: Part<'_>) -> Result<(), QueryError> {
        if let Some(filter) = part.filter {
            return self.filter(filter, part.text.trim(), part.not);
        }
        let units = units(part.text);
        if units.is_empty() {
            return Ok(());
        }
        if self.clauses.len() >= MAX_CLAUSES {
            return Err(QueryError::TooMany);
        }
        let stemmed = !part.quoted && matches!(units.as_slice(), [one] if one.kind == Kind::Word);
        self.clauses.push(Clause { not: part.not, stemmed, units, typed: part.text.to_owned(), meant: Vec::new() });
        Ok(())
    }

    fn filter(&mut self, name: &'static str, value: &str, not: bool) -> Result<(), QueryError> {
        if not {
            return Err(QueryError::Negated(name));
        }
        if value.is_empty() {
            return Err(QueryError::NoValue(name));
        }
        let date = || Date::parse(value).ok_or(QueryError::NoDate(name));
        let twice = match name {
            "from" => self.from.replace(value.to_owned()).is_some(),
            "in" => self.within.replace(value.to_owned()).is_some(),
            "before" => self.before.replace(date()?).is_some(),
            _ => self.after.replace(date()?).is_some(),
        };
        if twice { Err(QueryError::Twice(name)) } else { Ok(()) }
    }
}

/// A piece of the text: `[-][filter:]word` or `[-][filter:]"words"`.
struct Part<'a> {
    not: bool,
    filter: Option<&'static str>,
    quoted: bool,
    text: &'a str,
}

impl<'a> Part<'a> {
    fn next(rest: &mut &'a str) -> Option<Self> {
        if rest.is_empty() {
            return None;
        }
        let bare = rest.strip_prefix('-').filter(|after| after.starts_with(|char: char| !char.is_whitespace()));
        let not = bare.is_some();
        let (filter, body) = filter(bare.unwrap_or(rest));
        let quote =
            body.chars().next().and_then(closing).map(|close| (close, body.chars().next().map_or(0, char::len_utf8)));
        let (text, after) = match quote {
            Some((close, open)) => {
                // One that nobody closes goes to the end.
                let inside = &body[open..];
                inside.split_once(close).unwrap_or((inside, ""))
            }
            None => {
                let end = body.find(|char: char| char.is_whitespace() || is_opening(char)).unwrap_or(body.len());
                body.split_at(end)
            }
        };
        *rest = after.trim_start();
        Some(Self { not, filter, quoted: quote.is_some(), text })
    }
}

fn closing(open: char) -> Option<char> {
    match open {
        '"' | '＂' => Some(open),
        '“' => Some('”'),
        _ => None,
    }
}

fn is_opening(char: char) -> bool {
    closing(char).is_some()
}

/// A filter's name in front, with an ASCII colon or a wide one, and what stands behind it.
fn filter(text: &str) -> (Option<&'static str>, &str) {
    let Some((name, value)) = text.split_once([':', '：']) else { return (None, text) };
    let known = FILTERS.into_iter().find(|filter| filter.eq_ignore_ascii_case(name));
    known.map_or((None, text), |known| (Some(known), value))
}

#[cfg(test)]
mod tests {
    use super::{Query, QueryError};
    use crate::Date;

    fn clauses(text: &str) -> Vec<String> {
        let query = Query::parse(text).expect("a query");
        let show = |clause: &super::Clause| {
            let units: Vec<_> = clause.units.iter().map(|unit| unit.text.as_str()).collect();
            let sign = if clause.not { "-" } else { "" };
            format!("{sign}{}{}", units.join("+"), if clause.stemmed { "~" } else { "" })
        };
        query.clauses.iter().map(show).collect()
    }

    #[test]
    fn words_phrases_and_their_opposites_are_told_apart() {
        for (text, expected) in [
            ("开会", &["开+会"][..]),
            ("  Teas   开 ", &["teas~", "开"]),
            ("\"exact phrase\" -not", &["exact+phrase", "-not~"]),
            ("Rust和WASM", &["rust+和+wasm"]),
            ("“好 茶”\u{3000}-“x y”", &["好+茶", "-x+y"]),
            ("tea\"two cups\"-x", &["tea~", "two+cups", "-x~"]),
            ("\"nobody closes", &["nobody+closes"]),
            ("「项目进度」", &["项+目+进+度"]),
            ("http://a.b ?! - --", &["http+a.b"]),
            ("\"one\"", &["one"]),
        ] {
            assert_eq!(clauses(text), expected, "{text}");
        }
    }

    #[test]
    fn filters_are_read_and_not_searched_for() {
        let query = Query::parse("from:甲 IN:组 before:2026-01-01 after：2025/2/3 开会").expect("a query");
        assert_eq!((query.from.as_deref(), query.within.as_deref()), (Some("甲"), Some("组")));
        assert_eq!((query.before, query.after), (Date::parse("2026-01-01"), Date::parse("2025-02-03")));
        assert_eq!(query.clauses.len(), 1);
        assert_eq!(Query::parse("from:\"Ann Lee\"").expect("a query").from.as_deref(), Some("Ann Lee"));
    }

    #[test]
    fn what_is_no_query_is_told_why() {
        let words = "a ".repeat(17);
        let long = "长".repeat(400);
        for (text, error) in [
            ("", QueryError::Empty),
            (" ?! \"\" -", QueryError::Empty),
            (&words, QueryError::TooMany),
            (&long, QueryError::TooLong),
            ("from: x", QueryError::NoValue("from")),
            ("from:a from:b", QueryError::Twice("from")),
            ("-in:x y", QueryError::Negated("in")),
            ("before:yesterday", QueryError::NoDate("before")),
            ("after:2026-02-30", QueryError::NoDate("after")),
        ] {
            assert_eq!(Query::parse(text), Err(error), "{text}");
        }
    }
}
