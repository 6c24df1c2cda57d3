//! Where the parser writes: HTML, one line of plain text, or only the ids of who is mentioned. The one place that writes
//! markup; everything that people wrote is escaped here. Never what a mark means.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use crate::{Context, EVERYONE, steps};

pub(crate) struct Paper<'a> {
    out: Out,
    with: Context<'a>,
}

enum Out {
    Html(String),
    Line(OneLine),
    People(Vec<String>),
}

/// Text with one space for all white space, up to so many characters.
struct OneLine {
    text: String,
    left: usize,
    space: bool,
    full: bool,
}

impl<'a> Paper<'a> {
    pub(crate) fn html(html: String, with: Context<'a>) -> Self {
        Self { out: Out::Html(html), with }
    }

    pub(crate) fn plain(with: Context<'a>, limit: usize) -> Self {
        Self { out: Out::Line(OneLine { text: String::new(), left: limit, space: false, full: false }), with }
    }

    pub(crate) fn people() -> Self {
        Self { out: Out::People(Vec::new()), with: Context { names: &|_| None, me: None } }
    }

    pub(crate) fn into_text(self) -> String {
        match self.out {
            Out::Html(html) => html,
            Out::Line(line) => line.text,
            Out::People(_) => String::new(),
        }
    }

    pub(crate) fn into_people(self) -> Vec<String> {
        if let Out::People(people) = self.out { people } else { Vec::new() }
    }

    /// A mark in a line.
    pub(crate) fn markup(&mut self, markup: &'static str) {
        if let Out::Html(html) = &mut self.out {
            html.push_str(markup);
        }
    }

    /// A mark that words on both sides are apart by.
    pub(crate) fn block(&mut self, markup: &'static str) {
        self.markup(markup);
        if let Out::Line(line) = &mut self.out {
            line.space = true;
        }
    }

    /// The beginning of a list, numbered from there.
    pub(crate) fn list(&mut self, number: Option<&str>) {
        let Some(number) = number else { return self.block("<ul>") };
        self.block("<ol start=\"");
        self.attribute(number);
        self.markup("\">");
    }

    /// Whatever people wrote.
    pub(crate) fn text(&mut self, text: &str) {
        match &mut self.out {
            Out::Html(html) => escape_into(html, text),
            Out::Line(line) => line.push(text),
            Out::People(_) => {}
        }
    }

    /// The beginning of a link, whose address was looked at.
    pub(crate) fn link(&mut self, address: &str) {
        self.markup("<a href=\"");
        self.attribute(address);
        self.markup("\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">");
    }

    pub(crate) fn mention(&mut self, id: &str) {
        if let Out::People(people) = &mut self.out {
            return people.push(id.to_owned());
        }
        let mine = self.with.me.is_some_and(|me| me == id || id == EVERYONE);
        self.markup(if mine {
            "<span class=\"mention me\" data-person=\""
        } else {
            "<span class=\"mention\" data-person=\""
        });
        self.attribute(id);
        self.markup("\">");
        self.text("@");
        self.text((self.with.names)(id).unwrap_or(id));
        self.markup("</span>");
    }

    fn attribute(&mut self, value: &str) {
        if let Out::Html(html) = &mut self.out {
            escape_into(html, value);
        }
    }
}

impl OneLine {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            let space = core::mem::take(&mut self.space) && !self.text.is_empty();
            self.put(c, space);
        }
        steps::count(text.len());
    }

    /// Puts a character, and a space before it if there is room for both.
    fn put(&mut self, c: char, space: bool) {
        let wide = 1 + usize::from(space);
        if self.left < wide {
            if !core::mem::replace(&mut self.full, true) {
                self.text.push('…');
            }
            self.left = 0;
        } else {
            self.left -= wide;
            if space {
                self.text.push(' ');
            }
            self.text.push(c);
        }
    }
}

/// Whatever people wrote, put into HTML: in an element, or between the double quotes of an attribute.
pub fn escape_into(html: &mut String, text: &str) {
    steps::count(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        html.push_str(rest.get(..at).unwrap_or_default());
        html.push_str(match rest.as_bytes().get(at) {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        });
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    html.push_str(rest);
}
