//! How log lines look: for people on a terminal, JSON elsewhere. Never what is logged.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. `TEAHOUSE_LOG` filters, as in `debug` or `server=debug,hyper=warn`.
pub fn init() {
    let filter = EnvFilter::try_from_env("TEAHOUSE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if stderr().is_terminal() {
        lines.with_target(false).init();
    } else {
        lines.json().flatten_event(true).init();
    }
}
