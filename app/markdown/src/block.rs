//! What a message is made of, line by line: paragraphs, quotes, lists, headings, blocks of code. Never what is in a line.

use alloc::{string::String, vec::Vec};

use crate::{
    code, inline,
    line::{Line, Marker},
    paper::Paper,
    steps,
};

/// Quotes and lists in each other, at most; further ones are text.
const MAX_DEPTH: u8 = 4;

pub(crate) fn message(paper: &mut Paper<'_>, text: &str) {
    let lines: Vec<Line<'_>> = text.lines().map(Line::new).collect();
    steps::count(text.len());
    Blocks { lines: &lines, depth: 0, in_item: false }.write(paper);
}

/// The lines of a message, a quote or an item.
struct Blocks<'a> {
    lines: &'a [Line<'a>],
    depth: u8,
    in_item: bool,
}

enum Begins<'a> {
    Blank,
    Code { fence: usize, info: &'a str },
    Heading(&'a str),
    Quote,
    List(Marker<'a>),
}

impl<'a> Blocks<'a> {
    fn write(&self, paper: &mut Paper<'_>) {
        let closable = self.closable();
        let (mut paragraph, mut at) = (0, 0);
        while let Some(line) = self.lines.get(at) {
            let below = self.lines.len().checked_sub(at + 2).and_then(|place| closable.get(place));
            let Some(begins) = self.begins(line, below) else {
                at += 1;
                continue;
            };
            self.paragraph(paper, paragraph, at);
            at = match begins {
                Begins::Blank => at + 1,
                Begins::Code { fence, info } => self.code(paper, at, fence, info),
                Begins::Heading(words) => heading(paper, at, words),
                Begins::Quote => self.quote(paper, at),
                Begins::List(first) => self.list(paper, at, first),
            };
            paragraph = at;
        }
        self.paragraph(paper, paragraph, at);
    }

    /// For each line, the last first, the longest fence there or below that can close another: a fence that nothing closes
    /// is text, and finding that out must not cost a search each time.
    fn closable(&self) -> Vec<usize> {
        let mut longest = 0;
        let fences = self.lines.iter().rev().map(|line| {
            longest = longest.max(closing(line));
            longest
        });
        fences.collect()
    }

    fn begins(&self, line: &Line<'a>, closable_below: Option<&usize>) -> Option<Begins<'a>> {
        steps::count(1);
        match line.rest.as_bytes().first() {
            None => return Some(Begins::Blank),
            Some(b'`') => {
                let (fence, info) = line.fence()?;
                return closable_below.is_some_and(|&longest| longest >= fence).then_some(Begins::Code { fence, info });
            }
            Some(b'#') => return line.heading().map(Begins::Heading),
            Some(_) => {}
        }
        if self.depth >= MAX_DEPTH {
            return None;
        }
        if line.quoted().is_some() { Some(Begins::Quote) } else { line.marker().map(Begins::List) }
    }

    fn paragraph(&self, paper: &mut Paper<'_>, from: usize, to: usize) {
        let lines = self.lines.get(from..to).unwrap_or_default();
        if lines.is_empty() {
            return;
        }
        // The first words of an item stand beside its bullet.
        let bare = self.in_item && from == 0;
        paper.block(if bare { "" } else { "<p>" });
        match lines {
            [line] => inline::write(paper, line.text),
            _ => inline::write(paper, &joined(lines, 0)),
        }
        paper.block(if bare { "" } else { "</p>" });
    }

    fn code(&self, paper: &mut Paper<'_>, at: usize, fence: usize, info: &str) -> usize {
        let inside = self.lines.get(at + 1..).unwrap_or_default();
        let indent = self.lines.get(at).map_or(0, |line| line.indent);
        let length = inside.iter().take_while(|line| closing(line) < fence).count();
        // Long lines scroll in the block: the keyboard must get there.
        paper.block("<pre tabindex=\"0\"><code>");
        code::write(paper, &joined(inside.get(..length).unwrap_or_default(), indent), info);
        paper.block("</code></pre>");
        at + length + 2
    }

    fn quote(&self, paper: &mut Paper<'_>, at: usize) -> usize {
        let lines: Vec<Line<'_>> = self.lines.iter().skip(at).map_while(Line::quoted).collect();
        paper.block("<blockquote>");
        Blocks { lines: &lines, depth: self.depth + 1, in_item: false }.write(paper);
        paper.block("</blockquote>");
        at + lines.len()
    }

    fn list(&self, paper: &mut Paper<'_>, mut at: usize, first: Marker<'a>) -> usize {
        paper.list(first.number);
        let beside = |line: &Line<'a>| {
            let marker = line.marker()?;
            let same = marker.number.is_some() == first.number.is_some() && marker.indent < first.indent + 2;
            same.then_some(marker)
        };
        while let Some(marker) = self.lines.get(at).and_then(beside) {
            let item = self.item(at, &first, marker);
            at += item.len();
            paper.block("<li>");
            Blocks { lines: &item, depth: self.depth + 1, in_item: true }.write(paper);
            paper.block("</li>");
        }
        paper.block(if first.number.is_some() { "</ol>" } else { "</ul>" });
        at
    }

    /// The lines of an item: what stands beside its marker, and what is further in below it, past one empty line at a time.
    fn item(&self, at: usize, first: &Marker<'a>, marker: Marker<'a>) -> Vec<Line<'a>> {
        let mut item = Vec::from([Line::new(marker.content)]);
        let within = |line: &&Line<'a>| !line.is_blank() && line.indent >= first.indent + 2;
        while let Some(line) = self.lines.get(at + item.len()) {
            let below = self.lines.get(at + item.len() + 1);
            let goes_on = within(&line) || (line.is_blank() && below.is_some_and(|below| within(&below)));
            if !goes_on {
                break;
            }
            item.push(line.without(marker.inside));
        }
        item
    }
}

fn heading(paper: &mut Paper<'_>, at: usize, words: &str) -> usize {
    paper.block("<p><strong>");
    inline::write(paper, words);
    paper.block("</strong></p>");
    at + 1
}

/// The length of the fence that closes here, or 0.
fn closing(line: &Line<'_>) -> usize {
    steps::count(1);
    match line.fence() {
        Some((fence, "")) => fence,
        _ => 0,
    }
}

fn joined(lines: &[Line<'_>], indent: usize) -> String {
    let mut text = String::new();
    for (place, line) in lines.iter().enumerate() {
        if place > 0 {
            text.push('\n');
        }
        let line = line.without(indent);
        steps::count(line.text.len());
        text.push_str(line.text);
    }
    text
}
