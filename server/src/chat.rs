//! Use cases of the chat: authorise, store, publish. The only place where what people say meets the store and the channel
//! layer. Never sockets, never HTTP.

mod adoption;
mod event;
mod fill;
mod hub;
mod names;
mod presence;
mod publish;
mod recent;
mod subscriber;
mod telling;
mod topic;

use std::{sync::Arc, time::Duration};

use protocol::{ClientId, GroupId, MAX_BODY_BYTES, MAX_REACTION_BYTES, Person, RejectionCode};
use store::{Command, Committed, Grant, Refusal, Store, StoreError};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::{
    event::{GroupEvent, Happened, encode},
    hub::Hub,
    subscriber::{Joined, Subscriber, Subscription},
    topic::Topic,
};
use crate::layer::Layer;

/// What the chat's parts share.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) store: Store,
    pub(crate) layer: Layer,
    /// This process, among those that share the layer.
    pub(crate) node: String,
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: CancellationToken,
}

/// The chat of this node.
#[derive(Clone)]
pub(crate) struct Chat {
    pub(crate) store: Store,
    pub(crate) hub: Arc<Hub>,
}

impl Chat {
    /// Begins to publish what the store commits, in a task that ends after the store was closed.
    pub(crate) fn new(services: Services, commits: mpsc::Receiver<Vec<Committed>>) -> (Self, JoinHandle<()>) {
        let store = services.store.clone();
        let publishing = tokio::spawn(publish::run(services.clone(), commits));
        (Self { store, hub: Hub::new(services) }, publishing)
    }

    /// Does what a person asks of a group, durably. What comes of it is published to everyone in the group; that is the
    /// confirmation. The answer here is for doors that have no socket.
    pub(crate) async fn command(
        &self,
        group: &GroupId,
        by: &Person,
        client_id: Option<&ClientId>,
        command: Command,
    ) -> Result<Committed, RejectionCode> {
        check(&command)?;
        self.store.command(group, by, Grant::default(), client_id, command).await.map_err(|error| rejection(&error))
    }
}

/// What needs no database to be refused.
fn check(command: &Command) -> Result<(), RejectionCode> {
    match command {
        Command::Post { body, .. } | Command::Edit { body, .. } if body.len() > MAX_BODY_BYTES => {
            Err(RejectionCode::TooLong)
        }
        Command::Edit { body, .. } if body.trim().is_empty() => Err(RejectionCode::Empty),
        Command::React { emoji, .. } if !is_reaction(emoji) => Err(RejectionCode::BadReaction),
        Command::Post { .. } | Command::Edit { .. } | Command::Delete { .. } | Command::React { .. } => Ok(()),
    }
}

/// Exactly one emoji of Unicode's list, as it is written in full: with its variation selector, or it would stand twice.
fn is_reaction(emoji: &str) -> bool {
    emoji.len() <= MAX_REACTION_BYTES && emojis::get(emoji).is_some_and(|known| known.as_str() == emoji)
}

/// What a person is told of the store's refusal.
pub(crate) fn rejection(error: &StoreError) -> RejectionCode {
    match error {
        StoreError::Busy => RejectionCode::TooMany,
        StoreError::Unavailable(_) => RejectionCode::Unavailable,
        StoreError::Refused(Refusal::NoMessage) => RejectionCode::NoMessage,
        StoreError::Refused(Refusal::TooManyEmoji) => RejectionCode::BadReaction,
        StoreError::Refused(Refusal::TooSoon { .. }) => RejectionCode::TooMany,
        StoreError::Refused(Refusal::Reused) => RejectionCode::Reused,
        StoreError::Refused(_) => RejectionCode::NotYours,
    }
}

/// Waits before the next try of what cannot fail for good: 0.1 s, doubling to 5 s.
async fn pause(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(100 << attempt.min(6)).min(Duration::from_secs(5))).await;
}

#[cfg(test)]
mod tests {
    use protocol::{MessageId, RejectionCode};
    use store::Command;

    use super::{check, is_reaction};

    #[test]
    fn a_reaction_is_an_emoji_and_no_text() {
        for emoji in ["👍", "❤️", "👨‍👩‍👧", "🇨🇳", "🍵", "👍🏽", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
        {
            assert!(is_reaction(emoji), "{emoji}");
        }
        let not_one =
            ["", "a", "1", "茶", "，", "1，2，3", "👍 👍", "👍👍", "<b>", "🇨", "👍\u{301}", &"👍".repeat(100)];
        let unseen = ["\u{7}", "\u{200b}", "\u{200d}", "\u{202e}", "\u{fe0f}", "👍\u{200b}", "\u{202e}👍", "❤"];
        for text in not_one.into_iter().chain(unseen) {
            assert!(!is_reaction(text), "{text}");
        }
    }

    #[test]
    fn a_message_may_be_empty_where_the_tutorials_may_but_not_become_so() {
        let message = MessageId::parse("m").unwrap();
        assert_eq!(check(&Command::Post { body: String::new(), reply_to: None }), Ok(()));
        assert_eq!(check(&Command::Edit { message, body: " ".to_owned() }), Err(RejectionCode::Empty));
    }
}
