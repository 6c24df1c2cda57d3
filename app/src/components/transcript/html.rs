//! HTML as text, for rows that are drawn by the hundred on both ends, here and in the list of groups: markup comes from the
//! program's own literals and from `markdown`, everything else is escaped. A view a row would cost every visitor more than all the rest of the page. Never
//! a row.

#[derive(Default)]
pub(crate) struct Html(String);

impl Html {
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
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(c),
            }
        }
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
