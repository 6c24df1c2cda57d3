//! What crosses `/live`: one JSON object per text frame, its `type` first. Never what is done about one.

mod client;
mod server;

pub use client::{ClientFrame, Place};
pub use server::{Limits, ResetWhy, Resume, ServerFrame, Standing};

/// The WebSocket subprotocol of `/live`.
pub const SUBPROTOCOL: &str = "teahouse.v1";
