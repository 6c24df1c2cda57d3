//! Close codes: the only numbers of the protocol. The code alone says whether to come back.

/// Why a socket was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: finished, on purpose.
    Done,
    /// 1001: the page was left.
    PageLeft,
    /// 1003: a binary frame where text is spoken.
    TextOnly,
    /// 1009: a frame longer than [`MAX_FRAME_BYTES`](crate::MAX_FRAME_BYTES).
    TooBig,
    /// 1012: the server restarts; return after a spread delay.
    Restarting,
    /// 4001: sign in again first.
    SignIn,
    /// 4002: a frame that cannot be understood.
    BrokenFrame,
    /// 4003: banned.
    Banned,
    /// 4008: too slow to read; return and catch up.
    TooSlow,
    /// 4029: too many; return later.
    TooMany,
}

impl CloseCode {
    /// Every code, in ascending order.
    pub const ALL: [Self; 10] = [
        Self::Done,
        Self::PageLeft,
        Self::TextOnly,
        Self::TooBig,
        Self::Restarting,
        Self::SignIn,
        Self::BrokenFrame,
        Self::Banned,
        Self::TooSlow,
        Self::TooMany,
    ];

    /// The number in the close frame.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Done => 1000,
            Self::PageLeft => 1001,
            Self::TextOnly => 1003,
            Self::TooBig => 1009,
            Self::Restarting => 1012,
            Self::SignIn => 4001,
            Self::BrokenFrame => 4002,
            Self::Banned => 4003,
            Self::TooSlow => 4008,
            Self::TooMany => 4029,
        }
    }

    /// The code of a close frame, if it is one of ours.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// The reason in the close frame: English, for logs and developer tools.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::PageLeft => "page left",
            Self::TextOnly => "text frames only",
            Self::TooBig => "frame too big",
            Self::Restarting => "restarting, come back",
            Self::SignIn => "sign in again",
            Self::BrokenFrame => "broken frame",
            Self::Banned => "banned",
            Self::TooSlow => "too slow, come back",
            Self::TooMany => "too many, come back later",
        }
    }

    /// Whether a client should return by itself.
    #[must_use]
    pub const fn may_reconnect(self) -> bool {
        match self {
            Self::Restarting | Self::TooSlow | Self::TooMany => true,
            Self::Done
            | Self::PageLeft
            | Self::TextOnly
            | Self::TooBig
            | Self::SignIn
            | Self::BrokenFrame
            | Self::Banned => false,
        }
    }

    /// Whether a client should return after a close with this number. A number that is not ours (1006: the network
    /// broke) is worth another try.
    #[must_use]
    pub fn code_may_reconnect(code: u16) -> bool {
        Self::from_code(code).is_none_or(Self::may_reconnect)
    }
}

#[cfg(test)]
mod tests {
    use super::CloseCode;

    #[test]
    fn every_code_is_found_by_its_number() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_code(code.code()), Some(code));
        }
    }

    #[test]
    fn a_close_reason_fits_a_control_frame() {
        assert!(CloseCode::ALL.into_iter().all(|code| code.reason().len() <= 123));
    }

    #[test]
    fn a_broken_network_is_worth_another_try_and_an_end_on_purpose_is_not() {
        assert!(CloseCode::code_may_reconnect(1006));
        assert!(CloseCode::code_may_reconnect(1012));
        assert!(!CloseCode::code_may_reconnect(1000));
        assert!(!CloseCode::code_may_reconnect(4003));
    }
}
