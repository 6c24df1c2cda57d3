//! What is in a line: code, links, mentions, and where emphasis is. A line becomes pieces, each a stretch of the text; a mark is a piece
//! of text until its partner comes. Each mark is put on a stack once and taken off once, which is why this is linear and
//! why elements always nest. Never what begins a line, never HTML.

use alloc::vec::Vec;

use crate::{
    emphasis::{Kind, Open},
    link,
    paper::Paper,
    steps,
};

/// The longest id of a person.
const MAX_ID: usize = 64;

/// What stands before a stretch of text, or for it.
#[derive(Clone, Copy)]
pub(crate) enum Piece {
    Text,
    Opens(Kind),
    Closes(Kind),
    Code,
    Break,
    Mention,
    /// A link to what it says.
    Bare,
    /// A link to this stretch.
    Link(usize, usize),
    LinkEnds,
}

/// A link that may begin here, and how much emphasis was open before.
pub(crate) struct Bracket {
    piece: usize,
    pub(crate) open: usize,
}

pub(crate) struct Inline<'a> {
    pub(crate) text: &'a str,
    pub(crate) pieces: Vec<(Piece, usize, usize)>,
    /// Up to here the text is in pieces.
    done: usize,
    pub(crate) open: Vec<Open>,
    /// How much is open of each kind.
    pub(crate) counts: [usize; 4],
    pub(crate) brackets: Vec<Bracket>,
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
            Piece::Opens(kind) => paper.markup(kind.opens()),
            Piece::Closes(kind) => paper.markup(kind.closes()),
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

    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Once in the program, however often it is used: it is downloaded.
    #[inline(never)]
    pub(crate) fn between(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// How often a byte stands here.
    pub(crate) fn run(&self, at: usize) -> usize {
        let length = (at..self.text.len()).take_while(|&there| self.byte(there) == self.byte(at)).count();
        steps::count(length);
        length
    }

    pub(crate) fn flush(&mut self, at: usize) {
        if self.done < at {
            self.piece(Piece::Text, self.done, at);
        }
    }

    pub(crate) fn piece(&mut self, piece: Piece, from: usize, to: usize) -> usize {
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
            if let Some(last) = self.backticks.get_mut(run) {
                *last = at;
            }
            at += run;
        }
        self.backticks_known = true;
        None
    }

    fn link(&mut self, at: usize) -> usize {
        let Some(bracket) = self.brackets.pop() else { return at + 1 };
        let from = at + 2;
        let is_empty = self.pieces.get(bracket.piece).is_none_or(|&(_, _, words)| words == at);
        if is_empty || self.byte(at + 1) != b'(' {
            return at + 1;
        }
        let Some(length) = link::bracketed(self.between(from, self.text.len())) else { return at + 1 };
        self.flush(at);
        self.forget(bracket.open);
        // No link is in another: what looked like one inside is text, and one around can no longer be.
        self.brackets.clear();
        let mut link = Piece::Link(from, from + length);
        for (piece, ..) in self.pieces.iter_mut().skip(bracket.piece) {
            steps::count(1);
            if matches!(piece, Piece::Bare) || !matches!(link, Piece::Text) {
                *piece = core::mem::replace(&mut link, Piece::Text);
            }
        }
        self.piece(Piece::LinkEnds, at, from + length + 1)
    }

    fn bare(&mut self, at: usize) -> usize {
        if at > 0 && self.byte(at - 1).is_ascii_alphanumeric() {
            return at + 1;
        }
        let Some(length) = link::bare(self.between(at, self.text.len())) else { return at + 1 };
        self.flush(at);
        self.piece(Piece::Bare, at, at + length)
    }

    fn mention(&mut self, at: usize) -> usize {
        let id = at + 2;
        let legal = |at: &usize| matches!(self.byte(*at), b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b':' | b'-' | b'_' | b'.');
        if self.byte(at + 1) != b'@' {
            return at + 1;
        }
        let length = (id..id + MAX_ID).take_while(legal).count();
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
