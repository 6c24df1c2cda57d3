//! Everything the two ends share, and every pixel: the server renders these components (feature `ssr`), the browser
//! hydrates them (feature `hydrate`). Never a socket's server side, never SQL, never a rule about who may do what.
#![warn(clippy::unwrap_used)]
#![expect(missing_docs, reason = "components document themselves; the wire contract is in `protocol`")]
#![expect(unreachable_pub, reason = "leptos's #[component] writes `pub` items")]
// Leptos's macros make deeply nested types.
#![recursion_limit = "256"]

pub mod app;
pub mod avatar;
pub mod house;
pub mod i18n;
pub mod listed;
pub mod opening;
#[cfg(feature = "ssr")]
pub mod paper;
pub mod pinned;
pub mod preferences;
#[cfg(feature = "ssr")]
pub mod shell;

mod address;
mod carried;
mod components;
mod connection;
mod pages;
