//! What a form says, as text by field. Never what it means.

use axum::body::Body;

use crate::http::body::{self, BodyError};

/// Enough for the longest description, percent-encoded.
const MAX_BYTES: usize = 64 * 1024;

/// A form's fields, in the order of the form.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) async fn read(body: Body) -> Result<Self, BodyError> {
        let bytes = body::read(body, MAX_BYTES).await?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }

    /// What was typed, without the space around it; nothing if there is no such field.
    pub(super) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// What was typed, as it was typed.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// A number of so many, at least one; nothing typed is none.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, NoNumber> {
        match self.text(name) {
            "" => Ok(None),
            typed => typed.parse().ok().filter(|number| *number > 0).map(Some).ok_or(NoNumber),
        }
    }
}

/// What was typed is no number that is taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoNumber;

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::{Form, NoNumber};

    #[tokio::test]
    async fn what_was_typed_is_read_by_field() {
        let form = Form::read(Body::from("name=+%E8%8C%B6+&uses=7&days=&n=0&m=x")).await.unwrap();
        assert_eq!((form.text("name"), form.raw("name"), form.text("none")), ("茶", " 茶 ", ""));
        assert_eq!((form.number("uses"), form.number("days")), (Ok(Some(7)), Ok(None)));
        assert_eq!((form.number("n"), form.number("m")), (Err(NoNumber), Err(NoNumber)));
    }
}
