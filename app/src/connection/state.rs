//! What a connection is doing, as a person sees it. Never why a socket closed (close codes are `protocol`'s).

use protocol::CloseCode;

/// The state of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Connecting,
    Open,
    /// Will try again by itself in so many seconds.
    Waiting {
        why: Why,
        seconds: u32,
    },
    /// Ended, by the visitor or by the server on purpose; opens again only when asked.
    Closed {
        by_visitor: bool,
        /// The close code, 0 where none came.
        code: u16,
    },
}

/// Why a connection waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It could not be made.
    Failed,
    /// It was there and broke.
    Lost,
}

impl State {
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// The server has sent this visitor away: coming back as they are helps nothing.
    pub(crate) fn sent_away(&self) -> Option<CloseCode> {
        let Self::Closed { code, .. } = self else { return None };
        [CloseCode::SignIn, CloseCode::Banned].into_iter().find(|known| known.code() == *code)
    }
}
