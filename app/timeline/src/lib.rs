//! A client's picture of one group: what is loaded, what is missing, what waits to be saved, and which rows to draw.
//! Depends on `protocol` alone. Never Leptos, a clock, randomness or I/O: whoever calls brings events, pages and times.
//!
//! The truth is built only from events in `seq` order and from pages that say which event they are as of. What a person
//! wishes and the server has not confirmed lies over it and is never mixed in, so that a refusal leaves no trace.

#![warn(clippy::unwrap_used)]

mod day;
mod loaded;
mod page;
mod pending;
mod recent;
mod rows;
mod sorted;
mod timeline;
mod window;

pub use day::Day;
pub use loaded::{MAX_LOADED, MAX_LOADED_BYTES, MAX_RESTING, MAX_RESTING_BYTES};
pub use page::{Inserted, Page};
pub use pending::{PendingChange, PendingMessage, Refused, Saving};
pub use rows::{GROUPED_MS, Row, RowKey, View};
pub use timeline::{Applied, Gap, Next, Shown, Timeline};
pub use window::{Heights, MAX_WINDOW_ROWS, MIN_ROW_PX, Spot, Window};
