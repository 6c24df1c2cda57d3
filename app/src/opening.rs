//! What the server knows of a group when it renders the group's page: in the HTML for reading, and beside it as data, so
//! that the app goes on exactly there. Never how it looks.

use protocol::{Epoch, GroupId, Message, MessageId, Person, Seq};
use serde::{Deserialize, Serialize};

use crate::pinned::Pins;

/// A group as its page opens it: everything was read at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    pub group: GroupId,
    /// Who looks, if they have been here before.
    pub me: Option<Person>,
    pub epoch: Epoch,
    /// The latest event.
    pub seq: Seq,
    /// The messages before this event and not the newest; an address may ask for them.
    pub before: Option<Seq>,
    /// The newest messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub more: bool,
    /// The latest event that this person has read.
    pub read: Seq,
    /// How much is unread.
    #[serde(default)]
    pub unread: u64,
    /// Names what is said with the page's form, so that pressing twice says it once.
    pub form: String,
    /// What is pinned; perhaps as of a later event.
    pub pins: Pins,
    /// The message that the address leads to.
    pub marked: Option<MessageId>,
    /// What came of the date in the address, if it leads to no message.
    pub dated: Option<Dated>,
}

/// Why a date leads to no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dated {
    /// Nothing was said on that day or later: the newest are shown.
    Late,
    /// It is no date.
    Nonsense,
    /// The server could not be asked.
    Unknown,
}
