//! Emphasis: which marks open it, which close it, and what they close. Flanking is by white space alone, because Chinese
//! has none and puts punctuation where CommonMark wants a letter. Never any other mark of a line.

use crate::{
    inline::{Inline, Piece},
    steps,
};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Em,
    Strong,
    Underscore,
    Gone,
}

/// Emphasis that may begin here.
pub(crate) struct Open {
    kind: Kind,
    piece: usize,
}

impl Kind {
    pub(crate) fn opens(self) -> &'static str {
        match self {
            Self::Em | Self::Underscore => "<em>",
            Self::Strong => "<strong>",
            Self::Gone => "<del>",
        }
    }

    pub(crate) fn closes(self) -> &'static str {
        match self {
            Self::Em | Self::Underscore => "</em>",
            Self::Strong => "</strong>",
            Self::Gone => "</del>",
        }
    }

    fn length(self) -> usize {
        match self {
            Self::Em | Self::Underscore => 1,
            Self::Strong | Self::Gone => 2,
        }
    }
}

impl Inline<'_> {
    pub(crate) fn emphasis(&mut self, at: usize) -> usize {
        let run = self.run(at);
        let end = at + run;
        // Three are two and one, or one and two: whatever is open.
        let (mut kind, mut other) = match (self.byte(at), run) {
            (b'*', 1) => (Some(Kind::Em), None),
            (b'*', 2) => (Some(Kind::Strong), None),
            (b'*', 3) => (Some(Kind::Strong), Some(Kind::Em)),
            (b'_', 1) => (Some(Kind::Underscore), None),
            (b'~', 2) => (Some(Kind::Gone), None),
            _ => return end,
        };
        let (opens, closes) = self.flanks(at, end, kind);
        self.flush(at);
        let mut at = at;
        while closes && let Some(closed) = self.close(kind, other) {
            at = self.piece(Piece::Closes(closed), at, at + closed.length());
            if kind == Some(closed) {
                kind = other;
            }
            other = None;
        }
        for kind in [kind, other].into_iter().flatten() {
            if opens {
                self.count(kind, 1);
                self.open.push(Open { kind, piece: self.pieces.len() });
            }
            at = self.piece(Piece::Text, at, at + kind.length());
        }
        at
    }

    /// Whether a mark can open and whether it can close: 2*3*4 is a sum, snake_case a name.
    fn flanks(&self, at: usize, end: usize, kind: Option<Kind>) -> (bool, bool) {
        let before = self.between(0, at).chars().next_back().unwrap_or(' ');
        let after = self.between(end, self.text.len()).chars().next().unwrap_or(' ');
        let single = end == at + 1;
        if single && is_word(before) && is_word(after) {
            return (false, false);
        }
        let beside_word = |c| kind == Some(Kind::Underscore) && is_word(c);
        let opens = !is_space(after) && !beside_word(before);
        let closes = !is_space(before) && !beside_word(after);
        (opens, closes)
    }

    /// Closes the innermost open emphasis of one of two kinds. What was opened in it and not closed stays text.
    fn close(&mut self, kind: Option<Kind>, other: Option<Kind>) -> Option<Kind> {
        let wanted = |open: &Kind| kind == Some(*open) || other == Some(*open);
        if ![kind, other].into_iter().flatten().any(|kind| self.counts[kind as usize] > 0) {
            return None;
        }
        while let Some(open) = self.open.pop() {
            steps::count(1);
            self.count(open.kind, usize::MAX);
            if wanted(&open.kind) {
                if let Some((piece, ..)) = self.pieces.get_mut(open.piece) {
                    *piece = Piece::Opens(open.kind);
                }
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

    /// Leaves so much emphasis open; the rest stays text.
    pub(crate) fn forget(&mut self, left: usize) {
        while self.open.len() > left
            && let Some(open) = self.open.pop()
        {
            steps::count(1);
            self.count(open.kind, usize::MAX);
        }
    }

    /// One more is open, or one less.
    fn count(&mut self, kind: Kind, change: usize) {
        let count = &mut self.counts[kind as usize];
        *count = count.wrapping_add(change);
    }
}

/// A character of a word that is written with spaces around it; Chinese is not.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{c0}'..='\u{1fff}')
}

fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{a0}' | '\u{2000}'..='\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{3000}')
}
