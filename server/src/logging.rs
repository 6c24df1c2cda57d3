//! How log lines look: for people on a terminal, JSON elsewhere. Never what is logged.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

const DEFAULT: &str = "info";

/// Starts logging to standard error. `TEAHOUSE_LOG` filters, as in `debug` or `server=debug,hyper=warn`.
pub fn init() {
    let wanted = std::env::var("TEAHOUSE_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(DEFAULT)).unwrap_or_else(|error| {
        eprintln!("TEAHOUSE_LOG is not understood ({error}); logging {DEFAULT}");
        EnvFilter::new(DEFAULT)
    });
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if stderr().is_terminal() {
        lines.with_target(false).init();
    } else {
        lines.json().flatten_event(true).init();
    }
}
