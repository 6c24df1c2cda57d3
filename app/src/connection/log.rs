//! What a connection has seen, in order, bounded. Pure; never a clock, never markup.

use std::{collections::VecDeque, sync::Arc};

/// The most lines kept, and the most bytes in them; older ones leave the page.
const MAX_LINES: usize = 1000;
const MAX_BYTES: usize = 4 * 1024 * 1024;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Log {
    lines: VecDeque<Line>,
    bytes: usize,
    next: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Unique in its log, ascending.
    pub(crate) id: u64,
    /// The visitor's wall clock, as in `14:05`.
    pub(crate) at: String,
    pub(crate) seen: Seen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A text frame, byte for byte.
    Text(Arc<str>),
    Status(Status),
}

/// What happened to the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    Failed,
    Lost,
    ClosedByVisitor,
}

impl Seen {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Status(_) => 0,
        }
    }
}

impl Log {
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    /// Nobody has said anything yet.
    pub(crate) fn is_silent(&self) -> bool {
        !self.lines.iter().any(|line| matches!(line.seen, Seen::Text(_)))
    }

    /// Appends; the oldest line goes when there are too many. The same status twice in a row is one line: a server
    /// that stays away for an hour is not a hundred pieces of news.
    pub(crate) fn push(&mut self, at: String, seen: Seen) {
        if matches!(seen, Seen::Status(_)) && self.lines.back().is_some_and(|last| last.seen == seen) {
            return;
        }
        self.bytes += seen.bytes();
        while self.lines.len() >= MAX_LINES || (self.bytes > MAX_BYTES && !self.lines.is_empty()) {
            self.bytes -= self.lines.pop_front().map_or(0, |oldest| oldest.seen.bytes());
        }
        self.lines.push_back(Line { id: self.next, at, seen });
        self.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, MAX_BYTES, MAX_LINES, Seen, Status};

    fn log_of(seen: impl IntoIterator<Item = Seen>) -> Log {
        let mut log = Log::default();
        seen.into_iter().for_each(|seen| log.push("14:05".to_owned(), seen));
        log
    }

    #[test]
    fn the_newest_thousand_lines_stay_and_keep_their_ids() {
        let log = log_of((0..MAX_LINES + 10).map(|n| Seen::Text(n.to_string().into())));
        assert_eq!(log.lines().count(), MAX_LINES);
        assert_eq!(log.lines().next().map(|line| line.id), Some(10));
    }

    #[test]
    fn a_few_huge_lines_do_not_fill_the_browser() {
        let huge: std::sync::Arc<str> = "x".repeat(MAX_BYTES / 2).into();
        let log = log_of((0..10).map(|_| Seen::Text(huge.clone())));
        assert_eq!(log.lines().count(), 2);
        let one = log_of([Seen::Text("x".repeat(MAX_BYTES + 1).into())]);
        assert_eq!(one.lines().count(), 1, "the newest stays, whatever its size");
    }

    #[test]
    fn a_server_that_stays_away_fails_once() {
        let log = log_of([Status::Failed, Status::Failed, Status::Open, Status::Failed].map(Seen::Status));
        assert_eq!(log.lines().count(), 3);
    }

    #[test]
    fn news_of_the_connection_does_not_break_the_silence() {
        assert!(log_of([Seen::Status(Status::Open)]).is_silent());
        assert!(!log_of([Seen::Status(Status::Open), Seen::Text("".into())]).is_silent());
    }

    #[test]
    fn the_same_text_twice_was_said_twice() {
        let log = log_of(["a", "a"].map(|text| Seen::Text(text.into())));
        assert_eq!(log.lines().count(), 2);
    }
}
