//! The protocol's frames as JSON and back, for the browser: the same JSON as `protocol`'s serde implementations, which
//! would cost a visitor a quarter of what they download. Tests compare the two on every golden frame.

mod json;
mod read;
mod write;

use protocol::ServerFrame;

pub(crate) use json::Value;
#[cfg(any(feature = "hydrate", test))]
pub(crate) use read::{around, pins};
pub(crate) use read::{client_frame, groups, opening, rejection, server_frame};

/// The frames in these texts; events of a group that follow each other are one frame, which is applied in one go. What is no
/// frame of ours is a later version's.
pub(crate) fn server_frames(texts: &[String]) -> Vec<ServerFrame> {
    let mut frames: Vec<ServerFrame> = Vec::new();
    for next in texts.iter().filter_map(|text| server_frame(text)) {
        match (frames.last_mut(), next) {
            (
                Some(ServerFrame::Events { group, epoch, events }),
                ServerFrame::Events { group: same, epoch: alike, events: more },
            ) if *group == same && *epoch == alike => events.extend(more),
            (_, next) => frames.push(next),
        }
    }
    frames
}
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
