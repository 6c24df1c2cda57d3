//! What a client says. A frame that is none of these is answered with close code 4002.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Epoch, GroupId, MessageId, Seq};

/// A frame from a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame: subscribes, and says where it left off.
    Hello {
        /// Names this tab, for the server's log.
        client: String,
        /// What it wants to hear.
        groups: Vec<Place>,
        /// The group that is looked at, served first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        focus: Option<GroupId>,
    },
    /// One more group.
    Subscribe(Place),
    /// One group less.
    Unsubscribe {
        /// Which.
        group: GroupId,
    },
    /// Says something.
    Post {
        /// Names the command.
        client_id: ClientId,
        /// Where.
        group: GroupId,
        /// What.
        body: String,
        /// The message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
    },
    /// Changes what one said.
    Edit {
        /// Names the command.
        client_id: ClientId,
        /// Where.
        group: GroupId,
        /// Which message.
        message: MessageId,
        /// What it says from now on.
        body: String,
    },
    /// Takes back what one said.
    Delete {
        /// Names the command.
        client_id: ClientId,
        /// Where.
        group: GroupId,
        /// Which message.
        message: MessageId,
    },
    /// Puts a reaction to a message, or takes it back.
    React {
        /// Names the command.
        client_id: ClientId,
        /// Where.
        group: GroupId,
        /// Which message.
        message: MessageId,
        /// One emoji.
        emoji: String,
        /// Put, or take back.
        on: bool,
    },
    /// Puts a message where everyone sees it, or takes it from there.
    Pin {
        /// Names the command.
        client_id: ClientId,
        /// Where.
        group: GroupId,
        /// Which message.
        message: MessageId,
        /// Put, or take.
        on: bool,
    },
    /// Everything up to here was seen. Only ever moves forward; not answered.
    Read {
        /// Where.
        group: GroupId,
        /// Up to which event.
        seq: Seq,
    },
    /// Someone is writing. Not answered, not stored.
    Typing {
        /// Where.
        group: GroupId,
    },
    /// Asks for messages before a number.
    History {
        /// Where.
        group: GroupId,
        /// Messages with a smaller `seq` than this.
        before: Seq,
        /// At most so many.
        limit: u32,
    },
    /// Are you there?
    Ping {
        /// Comes back in the answer.
        id: u64,
    },
}

impl ClientFrame {
    /// The command that this is, and its group, if it is one: it is confirmed or rejected by that id.
    #[must_use]
    pub const fn command(&self) -> Option<(&ClientId, &GroupId)> {
        match self {
            Self::Post { client_id, group, .. }
            | Self::Edit { client_id, group, .. }
            | Self::Delete { client_id, group, .. }
            | Self::React { client_id, group, .. }
            | Self::Pin { client_id, group, .. } => Some((client_id, group)),
            Self::Hello { .. }
            | Self::Subscribe(_)
            | Self::Unsubscribe { .. }
            | Self::Read { .. }
            | Self::Typing { .. }
            | Self::History { .. }
            | Self::Ping { .. } => None,
        }
    }

    /// The same command under another id; a frame that is no command as it is.
    #[must_use]
    pub fn renamed(mut self, anew: ClientId) -> Self {
        match &mut self {
            Self::Post { client_id, .. }
            | Self::Edit { client_id, .. }
            | Self::Delete { client_id, .. }
            | Self::React { client_id, .. }
            | Self::Pin { client_id, .. } => *client_id = anew,
            Self::Hello { .. }
            | Self::Subscribe(_)
            | Self::Unsubscribe { .. }
            | Self::Read { .. }
            | Self::Typing { .. }
            | Self::History { .. }
            | Self::Ping { .. } => {}
        }
        self
    }
}

/// A group, and where a client left off in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which group.
    pub group: GroupId,
    /// The epoch that `after` was given in. Without one, nothing is resumed: events from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// The last event that was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
}
