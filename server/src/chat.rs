//! Use cases of the chat: authorise, store, publish. The only place where what people say meets the store and the channel
//! layer. Never sockets, never HTTP.

mod access;
mod adoption;
mod event;
mod fill;
#[cfg(test)]
mod house;
mod hub;
mod names;
mod presence;
mod publish;
mod recent;
mod rights;
mod rounds;
mod seen;
mod sessions;
mod subscriber;
mod telling;
mod topic;
mod watch;

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use protocol::{ClientId, GroupId, MAX_BODY_BYTES, MAX_REACTION_BYTES, RejectionCode};
use store::{Access, Command, Committed, Grant, PersonKind, Refusal, Store, StoreError, Who};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::{
    access::{Act, Denied, anywhere, decide, may_be_met, may_moderate, warrant},
    event::{GroupEvent, Happened, encode},
    hub::Hub,
    sessions::{Seat, Sessions},
    subscriber::{Joined, Subscriber, Subscription},
    topic::Topic,
    watch::{Watch, Watches},
};
use crate::{
    layer::Layer,
    limits::{Address, Held, Limits, TooFast, TooMany},
};

/// What the chat's parts share.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) store: Store,
    pub(crate) layer: Layer,
    pub(crate) limits: Arc<Limits>,
    /// This process, among those that share the layer.
    pub(crate) node: String,
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: CancellationToken,
    /// What processes without our database said where nothing of theirs is taken up.
    pub(crate) left_out: Arc<AtomicU64>,
}

/// The chat of this node.
#[derive(Clone)]
pub(crate) struct Chat {
    pub(crate) store: Store,
    pub(crate) hub: Arc<Hub>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) watches: Arc<Watches>,
    limits: Arc<Limits>,
}

/// Who asks for something, and from where.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) who: Arc<Who>,
    pub(crate) from: Address,
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: RejectionCode,
    /// When the same may be tried again, if that is known.
    pub(crate) retry_after: Option<Duration>,
}

impl Refused {
    pub(crate) const fn too_fast(wait: Duration) -> Self {
        Self { code: RejectionCode::TooMany, retry_after: Some(wait) }
    }
}

impl From<RejectionCode> for Refused {
    fn from(code: RejectionCode) -> Self {
        Self { code, retry_after: None }
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        denied.code().into()
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(Refusal::TooSoon { wait_ms }) => Self::too_fast(Duration::from_millis(wait_ms)),
            error => rejection(&error).into(),
        }
    }
}

impl Chat {
    /// Begins to publish what the store commits, in a task that ends after the store was closed.
    pub(crate) fn new(services: Services, commits: mpsc::Receiver<Vec<Committed>>) -> (Self, JoinHandle<()>) {
        let (store, limits) = (services.store.clone(), services.limits.clone());
        let publishing = tokio::spawn(publish::run(services.clone(), commits));
        let sessions = Sessions::new(services.clone());
        let watches = Watches::new(services.clone());
        (Self { store, hub: Hub::new(services), sessions, watches, limits }, publishing)
    }

    /// Does what a person asks of a group, durably. What comes of it is published to everyone in the group; that is the
    /// confirmation. The answer here is for doors that have no socket.
    pub(crate) async fn command(
        &self,
        group: &GroupId,
        by: &Caller,
        client_id: Option<&ClientId>,
        command: Command,
    ) -> Result<Committed, Refused> {
        self.submit(group, by, client_id, command).await?.await
    }

    /// The same, judged and on its way: it is stored after what was submitted before it, whether or not somebody waits for
    /// the answer. So what one says in one go is stored in one go.
    pub(crate) async fn submit(
        &self,
        group: &GroupId,
        by: &Caller,
        client_id: Option<&ClientId>,
        command: Command,
    ) -> Result<impl Future<Output = Result<Committed, Refused>> + Send + Sync + use<>, Refused> {
        check(&command)?;
        let Caller { who, from } = by;
        self.limits.command(&who.person.id, *from).map_err(|TooFast(wait)| Refused::too_fast(wait))?;
        let access = self.store.access(group, Some(&who.person.id)).await?;
        access::decide(Some(who), &access, act(&command))?;
        let grant = Grant { moderate: access::decide(Some(who), &access, Act::Moderate).is_ok() };
        let stored = self.store.submit(group, &who.person, grant, client_id, command)?;
        Ok(async { Ok(stored.await?) })
    }

    /// Who may do what in a group has changed, or how it is called: the store has it, now everyone in it hears.
    pub(crate) async fn changed(&self, group: &GroupId) {
        self.hub.changed(group).await;
    }

    /// Whether somebody may be on this server at all.
    pub(crate) async fn may_come(&self, who: &Who) -> Result<(), Refused> {
        let guests = self.store.settings().await?.guests;
        Ok(access::decide(Some(who), &access::anywhere(guests), Act::Read)?)
    }

    /// Room to listen to a group. Of those that are in the store there are as many as people made; of others anybody can
    /// name any number, and each costs memory here and in the layer: who has no account has only so many of them.
    pub(crate) fn room_for(&self, topic: &Topic, who: Option<&Who>, from: Address) -> Result<Held<Address>, Refused> {
        if who.is_some_and(|who| who.kind == PersonKind::Account) || !topic.is_unused() {
            return Ok(None);
        }
        self.limits.unused_group(from).map_err(|TooMany| RejectionCode::TooMany.into())
    }

    /// Whether somebody may do something in a group, and what is known of it.
    pub(crate) async fn may(
        &self,
        who: Option<&Who>,
        group: &GroupId,
        act: Act,
    ) -> Result<Result<Access, Denied>, StoreError> {
        let access = self.store.access(group, who.map(|who| &who.person.id)).await?;
        Ok(access::decide(who, &access, act).map(|()| access))
    }
}

/// What a command's author wants to do in its group. Whose message it is, the store knows.
const fn act(command: &Command) -> Act {
    match command {
        Command::Post { .. } | Command::Edit { .. } | Command::Delete { .. } | Command::React { .. } => Act::Write,
        Command::Pin { .. } => Act::Pin,
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
        Command::Post { .. }
        | Command::Edit { .. }
        | Command::Delete { .. }
        | Command::React { .. }
        | Command::Pin { .. } => Ok(()),
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
        StoreError::Refused(Refusal::TooManyPins) => RejectionCode::TooManyPins,
        StoreError::Refused(Refusal::NotYours | Refusal::NoPerson) => RejectionCode::NotYours,
        StoreError::Refused(Refusal::Reused) => RejectionCode::Reused,
        StoreError::Refused(Refusal::TooSoon { .. }) => RejectionCode::TooMany,
        StoreError::Refused(Refusal::NoGroup) => RejectionCode::NoGroup,
        StoreError::Refused(
            Refusal::NoMember
            | Refusal::Taken
            | Refusal::Forbidden
            | Refusal::PasswordChanged
            | Refusal::Done
            | Refusal::LinkSpent
            | Refusal::Banned
            | Refusal::LastOwner
            | Refusal::Direct,
        ) => RejectionCode::Forbidden,
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
