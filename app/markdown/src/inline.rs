//! What is in a line: emphasis, code, links, mentions. A line becomes pieces, each a stretch of the text; a mark is a piece
//! of text until its partner comes. Each mark is put on a stack once and taken off once, which is why this is linear and
//! why elements always nest. Never what begins a line, never HTML.

use alloc::vec::Vec;

use crate::{link, paper::Paper, steps};

const EM: usize = 0;
const STRONG: usize = 1;
const UNDERSCORE: usize = 2;
const GONE: usize = 3;

/// How each kind of emphasis opens and closes.
const TAGS: [[&str; 2]; 4] = [["<em>", "</em>"], ["<strong>", "</strong>"], ["<em>", "</em>"], ["<del>", "</del>"]];

/// The longest id of a person.
const MAX_ID: usize = 64;

/// What stands before a stretch of text, or for it.
#[derive(Clone, Copy)]
enum Piece {
    Text,
    Opens(usize),
    Closes(usize),
    Code,
    Break,
    Mention,
    /// A link to what it says.
    Bare,
    /// A link to this stretch.
    Link(usize, usize),
    LinkEnds,
}

/// Emphasis that may begin here.
struct Open {
    kind: usize,
    piece: usize,
}

/// A link that may begin here, and how much emphasis was open before.
struct Bracket {
    piece: usize,
    open: usize,
}

struct Inline<'a> {
    text: &'a str,
    pieces: Vec<(Piece, usize, usize)>,
    /// Up to here the text is in pieces.
    done: usize,
    open: Vec<Open>,
    /// How much is open of each kind.
    counts: [usize; 4],
    brackets: Vec<Bracket>,
    /// Where backticks stand last, by how many; known once a search came to the end.
    backticks: Vec<usize>,
    backticks_known: bool,
}

pub(crate) fn write(paper: &mut Paper<'_>, text: &str) {
    let mut inline = Inline {
        text,
        pieces: Vec::new(),
        done: 0,
        open: Vec::new(),
        counts: [0; 4],
        brackets: Vec::new(),
        backticks: Vec::new(),
        backticks_known: false,
    };
    inline.parse();
    for &(piece, from, to) in &inline.pieces {
        steps::count(1);
        let words = inline.between(from, to);
        match piece {
            Piece::Text => paper.text(words),
            Piece::Opens(kind) => paper.markup(TAGS[kind][0]),
            Piece::Closes(kind) => paper.markup(TAGS[kind][1]),
            Piece::Break => paper.block("<br>"),
            Piece::Mention => paper.mention(words),
            Piece::LinkEnds => paper.markup("</a>"),
            Piece::Link(from, to) => paper.link(inline.between(from, to)),
            Piece::Code => {
                paper.markup("<code>");
                paper.text(words);
                paper.markup("</code>");
            }
            Piece::Bare => {
                paper.link(words);
                paper.text(words);
                paper.markup("</a>");
            }
        }
    }
}

impl<'a> Inline<'a> {
    fn parse(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            steps::count(1);
            at = match self.byte(at) {
                b'\\' if self.byte(at + 1).is_ascii_punctuation() => {
                    self.flush(at);
                    self.done = at + 1;
                    at + 2
                }
                b'`' => self.code(at),
                b'*' | b'_' | b'~' => self.emphasis(at),
                b'[' => {
                    self.flush(at);
                    self.brackets.push(Bracket { piece: self.pieces.len(), open: self.open.len() });
                    self.piece(Piece::Text, at, at + 1)
                }
                b']' => self.link(at),
                b'<' => self.mention(at),
                b'h' | b'H' => self.bare(at),
                b'\n' => {
                    self.flush(at);
                    self.piece(Piece::Break, at, at + 1)
                }
                _ => at + 1,
            };
        }
        self.flush(at);
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn between(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// How often a byte stands here.
    fn run(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| rest.first() == Some(byte)).count();
        steps::count(length);
        length
    }

    fn flush(&mut self, at: usize) {
        if self.done < at {
            self.piece(Piece::Text, self.done, at);
        }
    }

    fn piece(&mut self, piece: Piece, from: usize, to: usize) -> usize {
        self.pieces.push((piece, from, to));
        self.done = to;
        to
    }

    fn code(&mut self, at: usize) -> usize {
        let ticks = self.run(at);
        let from = at + ticks;
        let Some(to) = self.closing_backticks(from, ticks) else { return from };
        self.flush(at);
        // One space on both sides keeps backticks of the code from those around it.
        let words = self.between(from, to);
        let spaced = words.starts_with(' ') && words.ends_with(' ') && words.bytes().any(|byte| byte != b' ');
        steps::count(words.len());
        let space = usize::from(spaced);
        self.piece(Piece::Code, from + space, to - space);
        self.done = to + ticks;
        self.done
    }

    fn closing_backticks(&mut self, from: usize, ticks: usize) -> Option<usize> {
        if self.backticks_known && self.backticks.get(ticks).is_none_or(|&last| last < from) {
            return None;
        }
        let mut at = from;
        while at < self.text.len() {
            steps::count(1);
            if self.byte(at) != b'`' {
                at += 1;
                continue;
            }
            let run = self.run(at);
            if run == ticks {
                return Some(at);
            }
            if self.backticks.len() <= run {
                self.backticks.resize(run + 1, 0);
            }
            self.backticks[run] = at;
            at += run;
        }
        self.backticks_known = true;
        None
    }

    fn emphasis(&mut self, at: usize) -> usize {
        let run = self.run(at);
        let end = at + run;
        let kinds: &[usize] = match (self.byte(at), run) {
            (b'*', 1) => &[EM],
            (b'*', 2) => &[STRONG],
            (b'*', 3) => &[STRONG, EM],
            (b'_', 1) => &[UNDERSCORE],
            (b'~', 2) => &[GONE],
            _ => return end,
        };
        let before = self.text.get(..at).and_then(|text| text.chars().next_back());
        let after = self.text.get(end..).and_then(|text| text.chars().next());
        let (word_before, word_after) = (before.is_some_and(is_word), after.is_some_and(is_word));
        let underscore = kinds == [UNDERSCORE];
        // 2*3*4 is a sum, snake_case a name.
        let inside = word_before && word_after && (underscore || kinds == [EM]);
        let opens = after.is_some_and(|c| !is_space(c)) && !inside && !(underscore && word_before);
        let closes = before.is_some_and(|c| !is_space(c)) && !inside && !(underscore && word_after);
        self.flush(at);
        let mut left = kinds;
        let mut at = at;
        while closes && let Some(kind) = self.close(left) {
            let length = length(kind);
            at = self.piece(Piece::Closes(kind), at, at + length);
            left = if left.len() == 2 && kind == left[0] { &left[1..] } else { &left[..left.len() - 1] };
        }
        for &kind in left {
            if opens {
                self.counts[kind] += 1;
                self.open.push(Open { kind, piece: self.pieces.len() });
            }
            at = self.piece(Piece::Text, at, at + length(kind));
        }
        at
    }

    /// Closes the innermost open emphasis of these kinds. What was opened in it and not closed stays text.
    fn close(&mut self, kinds: &[usize]) -> Option<usize> {
        if kinds.iter().all(|&kind| self.counts[kind] == 0) {
            return None;
        }
        while let Some(open) = self.open.pop() {
            steps::count(1);
            self.counts[open.kind] -= 1;
            if kinds.contains(&open.kind) {
                self.pieces[open.piece].0 = Piece::Opens(open.kind);
                // A link that began inside cannot end outside.
                while self.brackets.last().is_some_and(|bracket| bracket.open > self.open.len()) {
                    steps::count(1);
                    self.brackets.pop();
                }
                return Some(open.kind);
            }
        }
        None
    }

    fn link(&mut self, at: usize) -> usize {
        let Some(bracket) = self.brackets.pop() else { return at + 1 };
        let address = at + 2;
        let is_empty = self.pieces[bracket.piece].2 == at;
        if is_empty || self.byte(at + 1) != b'(' {
            return at + 1;
        }
        let Some(length) = self.text.get(address..).and_then(link::bracketed) else { return at + 1 };
        self.flush(at);
        while self.open.len() > bracket.open {
            steps::count(1);
            self.open.pop().into_iter().for_each(|open| self.counts[open.kind] -= 1);
        }
        // No link is in another: what looked like one inside is text, and one around can no longer be.
        for (piece, ..) in &mut self.pieces[bracket.piece..] {
            steps::count(1);
            if matches!(piece, Piece::Bare) {
                *piece = Piece::Text;
            }
        }
        self.brackets.clear();
        self.pieces[bracket.piece].0 = Piece::Link(address, address + length);
        self.piece(Piece::LinkEnds, at, address + length + 1)
    }

    fn bare(&mut self, at: usize) -> usize {
        if at > 0 && self.byte(at - 1).is_ascii_alphanumeric() {
            return at + 1;
        }
        let Some(length) = self.text.get(at..).and_then(link::bare) else { return at + 1 };
        self.flush(at);
        self.piece(Piece::Bare, at, at + length)
    }

    fn mention(&mut self, at: usize) -> usize {
        let id = at + 2;
        let bytes = self.text.as_bytes().get(id..).unwrap_or_default().iter().take(MAX_ID);
        let legal = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        if self.byte(at + 1) != b'@' {
            return at + 1;
        }
        let length = bytes.take_while(legal).count();
        steps::count(length);
        if length == 0 || self.byte(id + length) != b'>' {
            return at + 1;
        }
        self.flush(at);
        self.piece(Piece::Mention, id, id + length);
        self.done += 1;
        self.done
    }
}

const fn length(kind: usize) -> usize {
    if kind == STRONG || kind == GONE { 2 } else { 1 }
}

/// A character of a word that is written with spaces around it; Chinese is not.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{c0}'..='\u{1fff}')
}

fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{a0}' | '\u{2000}'..='\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{3000}')
}
