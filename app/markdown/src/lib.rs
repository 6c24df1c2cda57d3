//! What people write, with its marks, as HTML: one renderer for both ends. Pure; never Leptos, I/O or a clock, and no
//! dependency at all.
//!
//! It is our own and no library because it is part of the app's face: every visitor downloads it, and the libraries
//! weigh ten times as much, know no chat (a newline is a newline, `>_<` is no quote) and stumble over bold beside Chinese
//! punctuation.
//!
//! Safe by construction: the only markup ever written is this program's own literals, everything else is escaped, and
//! a link is written only when its address begins with `http://`, `https://` or `mailto:`. There is no raw HTML and
//! there are no images. Time is linear in the text, whatever the text; nesting is bounded.
//!
//! | written | means |
//! | --- | --- |
//! | `**bold**`, `*italic*`, `_italic_`, `~~gone~~` | the same; Chinese needs no spaces around them, `_` does nothing inside words |
//! | `` `code` `` | code, between any number of backticks |
//! | ```` ```rust ```` … ```` ``` ```` on lines of their own | a block of code, highlighted if the language is known |
//! | `- one`, `* one`, `1. one` | lists; what is indented belongs to the item above |
//! | `> said` | a quote; `>_<` is none |
//! | `# title` | a line in bold |
//! | `https://…`, `[words](https://…)` | a link; a bare one ends before Chinese text and punctuation |
//! | `<@id>`, `<@all>` | a mention of a person, of everyone |
//! | `\*` | the character itself |
//!
//! A newline is a `<br>`, an empty line ends a paragraph, and a mark without its partner is text.

#![no_std]
#![warn(clippy::unwrap_used)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod block;
mod code;
mod emoji;
mod emphasis;
mod inline;
mod language;
mod line;
mod link;
mod mention;
mod paper;
mod steps;
#[cfg(test)]
mod steps_tests;

use alloc::{string::String, vec::Vec};

pub use emoji::is_emoji_only;
pub use mention::{EVERYONE_WORDS, stored};
pub use paper::escape_into;

use crate::paper::Paper;

/// The mention of everyone in a group; a name for it is looked up like a person's.
pub const EVERYONE: &str = "all";

/// A person's name by their id, if it is known.
pub type Names<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

/// Who reads, and what people are called.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Whom mentions name; the id stands for a person who is not known.
    pub names: &'a Names<'a>,
    /// The reader: mentions of them stand out.
    pub me: Option<&'a str>,
}

/// A message as HTML: elements to be put into a block.
///
/// ```
/// let with = markdown::Context { names: &|_| None, me: None };
/// assert_eq!(markdown::render("这是**重点**。<b>", &with), "<p>这是<strong>重点</strong>。&lt;b&gt;</p>");
/// ```
#[must_use]
pub fn render(text: &str, with: &Context<'_>) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 4 + 8);
    render_into(&mut html, text, with);
    html
}

/// Appends a message as HTML.
pub fn render_into(html: &mut String, text: &str, with: &Context<'_>) {
    let mut paper = Paper::html(core::mem::take(html), *with);
    block::message(&mut paper, text);
    *html = paper.into_text();
}

/// A message in one line without its marks, for previews, notifications, quotes and labels; past `limit` characters it
/// is cut, and ends in `…`. Not HTML: whoever puts it there escapes it.
///
/// ```
/// assert_eq!(markdown::plain("- **one**\n- two", &|_| None, 80), "one two");
/// assert_eq!(markdown::plain("一二三四", &|_| None, 2), "一二…");
/// ```
#[must_use]
pub fn plain<'a>(text: &str, names: &'a Names<'a>, limit: usize) -> String {
    let mut paper = Paper::plain(Context { names, me: None }, limit);
    block::message(&mut paper, text);
    paper.into_text()
}

/// The ids that a message mentions, [`EVERYONE`] among them, in order and as often as they stand there; not those in code.
pub fn mentions(text: &str) -> impl Iterator<Item = String> + use<> {
    let mut paper = Paper::people();
    block::message(&mut paper, text);
    Vec::into_iter(paper.into_people())
}
