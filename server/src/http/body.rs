//! Reading a request's body within a time and a size. Never what it means.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// How long a client may take to send it all.
const WITHIN: Duration = Duration::from_secs(30);

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    TooLong,
    TooSlow,
    /// The connection broke, or its chunks make no sense.
    Broken,
}

/// All of it, if it is at most `limit` bytes.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, BodyError> {
    match tokio::time::timeout(WITHIN, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyError::TooLong),
        Ok(Err(_)) => Err(BodyError::Broken),
        Err(_) => Err(BodyError::TooSlow),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, Bytes};
    use futures_util::{StreamExt, stream};

    use super::{BodyError, read};

    #[tokio::test]
    async fn as_much_as_is_allowed_is_read_and_no_more() {
        assert_eq!(read(Body::from("12345"), 5).await, Ok(Bytes::from("12345")));
        assert_eq!(read(Body::from("123456"), 5).await, Err(BodyError::TooLong));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let trickle = stream::iter([Ok::<_, std::io::Error>(Bytes::from("1"))]).chain(stream::pending());
        assert_eq!(read(Body::from_stream(trickle), 5).await, Err(BodyError::TooSlow));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_none() {
        let broken = stream::iter([Ok(Bytes::from("1")), Err(std::io::Error::other("cut"))]);
        assert_eq!(read(Body::from_stream(broken), 5).await, Err(BodyError::Broken));
    }
}
