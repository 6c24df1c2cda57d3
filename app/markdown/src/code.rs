//! Highlights a block of code: comments, strings, numbers and keywords, in whatever language, by one tokenizer. It colours
//! and never judges: what does not end ends with the line or the block. Never which words a language has.

use crate::{
    language::{Language, language},
    paper::Paper,
    steps,
};

const COMMENT: &str = "<span class=\"t-c\">";
const STRING: &str = "<span class=\"t-s\">";
const NUMBER: &str = "<span class=\"t-n\">";
const KEYWORD: &str = "<span class=\"t-k\">";

/// Writes code; what stands behind its fence begins with its language.
pub(crate) fn write(paper: &mut Paper<'_>, code: &str, info: &str) {
    let name = info.split([' ', ',', '{']).next().unwrap_or_default();
    let Some(language) = language(name) else { return paper.text(code) };
    let code = Code { text: code, language };
    let (mut done, mut at) = (0, 0);
    while at < code.text.len() {
        steps::count(1);
        let (class, end) = code.token(at);
        if let Some(class) = class {
            paper.text(code.between(done, at));
            paper.markup(class);
            paper.text(code.between(at, end));
            paper.markup("</span>");
            done = end;
        }
        at = end;
    }
    paper.text(code.between(done, at));
}

struct Code<'a> {
    text: &'a str,
    language: &'static Language,
}

impl<'a> Code<'a> {
    /// The token that begins here, if it has a colour, and its end.
    fn token(&self, at: usize) -> (Option<&'static str>, usize) {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let first = rest.first().copied().unwrap_or(0);
        if let Some(end) = self.comment(at, rest) {
            return (Some(COMMENT), end);
        }
        if self.language.quotes.as_bytes().contains(&first) {
            return (Some(STRING), at + string(rest, first));
        }
        if !is_word(first) {
            return (None, at + 1);
        }
        let word = rest.iter().take_while(|&&byte| is_word(byte)).count();
        steps::count(word);
        if first.is_ascii_digit() {
            return (Some(NUMBER), at + number(rest));
        }
        // Of tags: what stands behind `<` or `</`.
        let keyword =
            if self.language.tags { self.follows(at, b'<') } else { self.language.has(self.between(at, at + word)) };
        (keyword.then_some(KEYWORD), at + word)
    }

    fn comment(&self, at: usize, rest: &[u8]) -> Option<usize> {
        let line = self.language.line.as_bytes();
        // `$#` and `a#b` are none.
        let alone = line != b"#" || at == 0 || self.text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_whitespace);
        if !line.is_empty() && rest.starts_with(line) && alone {
            return Some(at + until(rest, b"\n"));
        }
        let [from, to] = self.language.block;
        if from.is_empty() || !rest.starts_with(from.as_bytes()) {
            return None;
        }
        let inside = rest.get(from.len()..).unwrap_or_default();
        Some((at + from.len() + until(inside, to.as_bytes()) + to.len()).min(self.text.len()))
    }

    fn follows(&self, at: usize, byte: u8) -> bool {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before.strip_suffix(b"/").unwrap_or(before).ends_with(&[byte])
    }

    fn between(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }
}

/// The length of the string that begins here: to its quote, to the end of the line, or beyond if three quotes or a
/// backtick began it.
fn string(rest: &[u8], quote: u8) -> usize {
    let three = [quote; 3];
    if quote != b'`' && rest.starts_with(&three) {
        let inside = rest.get(3..).unwrap_or_default();
        return (until(inside, &three) + 6).min(rest.len());
    }
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        steps::count(1);
        match byte {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return at,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

fn number(rest: &[u8]) -> usize {
    rest.iter().take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_').count()
}

/// How far it is to there, or to the end.
fn until(rest: &[u8], end: &[u8]) -> usize {
    let length =
        (0..rest.len()).position(|at| rest.get(at..).is_some_and(|rest| rest.starts_with(end))).unwrap_or(rest.len());
    steps::count(length);
    length
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
