//! The protocol's frames as JSON and back, for the browser: the same JSON as `protocol`'s serde implementations, which
//! would cost a visitor a quarter of what they download. Tests compare the two on every golden frame.

mod json;
mod read;
mod write;

pub(crate) use json::Value;
#[cfg(any(feature = "hydrate", test))]
pub(crate) use read::{around, pins};
pub(crate) use read::{client_frame, groups, opening, rejection, server_frame};
pub(crate) use write::{frame, object, rejection_json};

/// A text in an object.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

/// A number in an object.
pub(crate) fn number(value: &Value, name: &str) -> Option<u64> {
    value.get(name)?.as_u64()
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
