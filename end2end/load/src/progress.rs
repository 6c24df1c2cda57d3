//! The bar that a person at a terminal sees; nobody else sees anything. Never on the standard output: that is the table's.

use std::{
    cell::Cell,
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// Drawing costs time that is measured: not more often than this.
const EVERY: Duration = Duration::from_millis(200);

pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    drawn: Cell<Option<Instant>>,
}

impl Progress {
    /// A bar if somebody can see it and has not asked for quiet.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = (!quiet && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(1);
            if let Ok(style) = ProgressStyle::with_template("{msg:12} [{bar:40}] {percent} % {elapsed}") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, drawn: Cell::new(None) }
    }

    /// Another step, of so many.
    pub(crate) fn begin(&self, step: &'static str, of: u64) {
        if let Some(bar) = &self.bar {
            bar.set_message(step);
            bar.set_length(of.max(1));
            bar.set_position(0);
        }
    }

    /// So many are done.
    pub(crate) fn at(&self, done: u64) {
        let Some(bar) = &self.bar else { return };
        let now = Instant::now();
        if self.drawn.get().is_none_or(|drawn| now - drawn > EVERY) {
            self.drawn.set(Some(now));
            bar.set_position(done);
        }
    }

    /// Gone, before the table comes.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
