//! A wish as a command and as the change that it will make. Never how it is sent.

use protocol::{Change, ClientFrame, ClientId, GroupId};

use super::Wish;

impl Wish {
    pub(super) fn command(self, client_id: ClientId, group: GroupId) -> ClientFrame {
        match self {
            Self::Say { body, reply_to } => ClientFrame::Post { client_id, group, body, reply_to },
            Self::Edit { message, body } => ClientFrame::Edit { client_id, group, message, body },
            Self::Delete { message } => ClientFrame::Delete { client_id, group, message },
            Self::React { message, emoji, on } => ClientFrame::React { client_id, group, message, emoji, on },
            Self::Pin { message, on } => ClientFrame::Pin { client_id, group, message, on },
        }
    }

    /// What a command wishes; nothing if the frame is none.
    pub(super) fn of(command: &ClientFrame) -> Option<Self> {
        match command.clone() {
            ClientFrame::Post { body, reply_to, .. } => Some(Self::Say { body, reply_to }),
            ClientFrame::Edit { message, body, .. } => Some(Self::Edit { message, body }),
            ClientFrame::Delete { message, .. } => Some(Self::Delete { message }),
            ClientFrame::React { message, emoji, on, .. } => Some(Self::React { message, emoji, on }),
            ClientFrame::Pin { message, on, .. } => Some(Self::Pin { message, on }),
            ClientFrame::Hello { .. }
            | ClientFrame::Subscribe(_)
            | ClientFrame::Unsubscribe { .. }
            | ClientFrame::Read { .. }
            | ClientFrame::Typing { .. }
            | ClientFrame::History { .. }
            | ClientFrame::Ping { .. } => None,
        }
    }

    /// The change of a message that it makes; a new message changes none.
    pub(super) fn change(&self) -> Option<Change> {
        match self.clone() {
            Self::Say { .. } => None,
            Self::Edit { message, body } => Some(Change::Edited { message, body }),
            Self::Delete { message } => Some(Change::Deleted { message }),
            Self::React { message, emoji, on } => Some(Change::Reacted { message, emoji, on }),
            Self::Pin { message, on } => Some(Change::Pinned { message, on }),
        }
    }
}
