//! What a server says. A client ignores a frame that it does not know.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Epoch, Event, GroupId, Message, Person, Rejection, Seq};

/// A frame from the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`.
    Welcome {
        /// Names this connection in the server's log.
        connection: String,
        /// How often to ping.
        heartbeat_ms: u64,
        /// What the server bears.
        limits: Limits,
        /// The server's version.
        version: String,
        /// Who the server takes the client for.
        you: Person,
        /// How each group of the hello goes on.
        groups: Vec<Standing>,
    },
    /// How a group that was subscribed later goes on.
    Subscribed(Standing),
    /// Durable events, in order, without a hole between them. Also the answer to a command that came again: its event,
    /// whatever its number.
    Events {
        /// Where.
        group: GroupId,
        /// In which life of the database.
        epoch: Epoch,
        /// At least one.
        events: Vec<Event>,
    },
    /// What was missed has been sent; from here on events come as they happen.
    Live {
        /// Where.
        group: GroupId,
        /// Up to which event.
        seq: Seq,
    },
    /// Too much was missed, or the numbers are another life's: load the newest page.
    Reset {
        /// Where.
        group: GroupId,
        /// The life that counts from now on.
        epoch: Epoch,
        /// The latest event. Those after it will come.
        head: Seq,
        /// Why.
        why: ResetWhy,
    },
    /// The group can be read no longer.
    Gone {
        /// Which.
        group: GroupId,
        /// For people.
        why: String,
    },
    /// What a group is called, what it is for, who may do what in it, or whether it is archived may have changed.
    Changed {
        /// Which.
        group: GroupId,
    },
    /// The client read too slowly and its queue for this group was dropped: subscribe again from what was applied.
    Lag {
        /// Where.
        group: GroupId,
        /// The latest event.
        head: Seq,
    },
    /// The answer to `history`.
    Page {
        /// Where.
        group: GroupId,
        /// In which life of the database.
        epoch: Epoch,
        /// What was asked for.
        before: Seq,
        /// The messages are as they were after this event.
        seq: Seq,
        /// In order; the newest that lie before.
        messages: Vec<Message>,
        /// Whether there are older ones.
        more: bool,
    },
    /// A command was refused.
    Rejected {
        /// Which.
        client_id: ClientId,
        /// Why.
        #[serde(flatten)]
        rejection: Rejection,
    },
    /// Who is writing. Forgotten after some seconds.
    Typing {
        /// Where.
        group: GroupId,
        /// Who.
        by: Person,
    },
    /// How far another has read, in a direct conversation. A later one takes an earlier one's place.
    Seen {
        /// Where.
        group: GroupId,
        /// Who.
        by: Person,
        /// The latest event that they have read; 0 if none.
        seq: Seq,
    },
    /// Who is here now: the whole list.
    Presence {
        /// Where.
        group: GroupId,
        /// Everyone, or the first of many.
        people: Vec<Person>,
        /// How many in all.
        count: u64,
    },
    /// The answer to `ping`.
    Pong {
        /// That of the ping.
        id: u64,
        /// The latest event of each subscribed group: who has fewer has missed some.
        #[serde(with = "heads")]
        heads: Vec<(GroupId, Seq)>,
    },
    /// The server closes now; the close code says whether to return.
    Bye {
        /// For people.
        why: String,
        /// When to return, if at all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// A frame of a later version: ignore it.
    #[serde(other)]
    Unknown,
}

/// What a server bears; past it a command is rejected or the socket closed, never silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of one frame from a client.
    pub frame_bytes: u32,
    /// Commands that are neither confirmed nor rejected yet.
    pub unconfirmed: u32,
    /// Groups of one socket.
    pub groups: u32,
    /// Events that are sent again after an absence; past it `reset`.
    pub replay: u32,
    /// Messages of one page.
    pub page: u32,
}

impl Limits {
    /// What this version of the protocol bears.
    pub const V1: Self = Self {
        frame_bytes: crate::MAX_LIVE_FRAME_BYTES as u32,
        unconfirmed: crate::MAX_UNCONFIRMED as u32,
        groups: crate::MAX_GROUPS as u32,
        replay: crate::MAX_REPLAY as u32,
        page: crate::MAX_PAGE as u32,
    };
}

/// How a group goes on after a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Which group.
    pub group: GroupId,
    /// The database's life.
    pub epoch: Epoch,
    /// The latest event.
    pub head: Seq,
    /// The latest event that this person has read.
    pub read: Seq,
    /// Messages that this person has not read.
    pub unread: u64,
    /// Those of them that mention this person or everyone, or answer this person; of many, the first hundred or so.
    #[serde(default, skip_serializing_if = "is_none")]
    pub mentions: u64,
    /// What comes now.
    pub resume: Resume,
}

/// Nothing to say: the field is left out.
fn is_none<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What comes after a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// Nothing was missed.
    Live,
    /// What was missed, then `live`.
    Replay,
    /// A `reset`.
    Reset,
    /// Not to be read; a `gone`.
    Gone,
}

/// Why a client must load the newest page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResetWhy {
    /// The database was restored from a backup.
    Epoch,
    /// More was missed than is sent again.
    TooFar,
    /// The events in between are no longer kept.
    Expired,
    /// A reason of a later version.
    #[serde(other)]
    Unknown,
}

/// A list here, for a map weighs several kilobytes in a browser; an object in JSON.
mod heads {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::{GroupId, Seq};

    pub(super) fn serialize<S: Serializer>(heads: &[(GroupId, Seq)], to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(heads.iter().map(|(group, head)| (group, head)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(GroupId, Seq)>, D::Error> {
        Ok(BTreeMap::deserialize(from)?.into_iter().collect())
    }
}
