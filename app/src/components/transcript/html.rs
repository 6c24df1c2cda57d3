//! HTML as text, for rows that are drawn by the hundred on both ends, here and in the list of groups: markup comes from the
//! program's own literals and from `markdown`, everything else is escaped. A view a row would cost every visitor more than all the rest of the page. Never
//! a row.

use crate::i18n::clock;

#[derive(Default)]
pub(crate) struct Html(String);

/// As long as a message usually is: text that grows from nothing is moved a dozen times.
const ROOM: usize = 1 << 10;

impl Html {
    /// The beginning of a row.
    pub(crate) fn row() -> Self {
        Self(String::with_capacity(ROOM))
    }

    /// Markup, as it stands in the program.
    pub(crate) fn markup(mut self, markup: &'static str) -> Self {
        self.0.push_str(markup);
        self
    }

    /// Markup, if it is to be there.
    pub(crate) fn markup_if(self, condition: bool, markup: &'static str) -> Self {
        if condition { self.markup(markup) } else { self }
    }

    /// Whatever people wrote, in an element or between the double quotes of an attribute.
    pub(crate) fn text(mut self, text: &str) -> Self {
        markdown::escape_into(&mut self.0, text);
        self
    }

    /// The program's words with what people wrote at their `{}`.
    pub(crate) fn filled(self, words: &str, value: &str) -> Self {
        match words.split_once("{}") {
            Some((before, after)) => self.text(before).text(value).text(after),
            None => self.text(words),
        }
    }

    pub(crate) fn number(mut self, number: u64) -> Self {
        clock::digits(&mut self.0, number, 1);
        self
    }

    /// Whatever people wrote, with its marks.
    pub(crate) fn marked(mut self, text: &str, with: &markdown::Context<'_>) -> Self {
        markdown::render_into(&mut self.0, text, with);
        self
    }

    pub(crate) fn when<T>(self, some: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match some {
            Some(value) => add(self, value),
            None => self,
        }
    }

    pub(crate) fn end(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn what_people_write_is_never_markup() {
        let html = Html::default().markup("<p title=\"").text("\" onclick='x'").markup("\">").text("<script>&amp;");
        assert_eq!(html.end(), "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;script&gt;&amp;amp;");
    }
}
