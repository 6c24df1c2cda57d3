//! One line of a message and what it begins: a quote, an item of a list, a heading, a fence. Never what follows from it.

use crate::steps;

/// A marker that is further in than this is text, so that looking for one costs nothing.
const MAX_INDENT: usize = 8;

#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// All of it.
    pub(crate) text: &'a str,
    /// Without the white space in front.
    pub(crate) rest: &'a str,
    /// How wide that white space is; a tab is four.
    pub(crate) indent: usize,
}

/// What an item of a list begins with.
#[derive(Clone, Copy)]
pub(crate) struct Marker<'a> {
    pub(crate) indent: usize,
    /// How far in the item's text is.
    pub(crate) inside: usize,
    pub(crate) number: Option<&'a str>,
    pub(crate) content: &'a str,
}

impl<'a> Line<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut indent = 0;
        let mut lead = 0;
        for byte in text.bytes() {
            match byte {
                b' ' => indent += 1,
                b'\t' => indent += 4,
                _ => break,
            }
            lead += 1;
        }
        steps::count(lead + 1);
        Self { text, rest: text.get(lead..).unwrap_or_default(), indent }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.rest.is_empty()
    }

    /// The line without the first columns of its white space.
    pub(crate) fn without(&self, columns: usize) -> Self {
        let mut gone = 0;
        let mut lead = 0;
        for byte in self.text.bytes().take(self.text.len() - self.rest.len()) {
            if gone >= columns {
                break;
            }
            gone += if byte == b'\t' { 4 } else { 1 };
            lead += 1;
        }
        steps::count(lead + 1);
        Self {
            text: self.text.get(lead..).unwrap_or_default(),
            rest: self.rest,
            indent: self.indent.saturating_sub(gone),
        }
    }

    /// What a line of a quote quotes. `>_<` and its kin are faces.
    pub(crate) fn quoted(&self) -> Option<Self> {
        let inside = self.rest.strip_prefix('>')?;
        match inside.bytes().next() {
            None => Some(Self::new(inside)),
            Some(b' ') => Some(Self::new(inside.get(1..).unwrap_or_default())),
            Some(byte) if byte == b'>' || !byte.is_ascii() => Some(Self::new(inside)),
            Some(_) => None,
        }
    }

    pub(crate) fn marker(&self) -> Option<Marker<'a>> {
        if self.indent > MAX_INDENT {
            return None;
        }
        let bytes = self.rest.as_bytes();
        let digits = bytes.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let sign = bytes.get(digits)?;
        let number = match (digits, sign) {
            (0, b'-' | b'*') => None,
            (1..=9, b'.' | b')') => self.rest.get(..digits),
            _ => return None,
        };
        let content = self.rest.get(digits + 1..)?.strip_prefix(' ')?;
        let is_blank = content.bytes().all(|byte| byte == b' ' || byte == b'\t');
        steps::count(if is_blank { content.len() } else { 12 });
        (!is_blank).then_some(Marker { indent: self.indent, inside: self.indent + digits + 2, number, content })
    }

    /// What stands behind one to six `#`.
    pub(crate) fn heading(&self) -> Option<&'a str> {
        let signs = self.rest.bytes().take(7).take_while(|byte| *byte == b'#').count();
        let words = self.rest.get(signs..)?.strip_prefix(' ')?;
        ((1..=6).contains(&signs) && !words.is_empty()).then_some(words)
    }

    /// The length of the fence that begins here, and what stands behind it.
    pub(crate) fn fence(&self) -> Option<(usize, &'a str)> {
        let signs = self.rest.bytes().take_while(|byte| *byte == b'`').count();
        if signs < 3 {
            return None;
        }
        steps::count(self.rest.len());
        let info = self.rest.get(signs..).unwrap_or_default();
        (!info.bytes().any(|byte| byte == b'`')).then_some((signs, info.trim_ascii()))
    }
}
