//! What one `/live` socket asks, one thing after the other, in a task of its own: subscriptions, commands, history.
//! Whatever is answered goes through the socket's lanes. Never a socket.

mod commands;
mod patience;
mod resume;
mod seen;

use std::{
    collections::{HashSet, VecDeque},
    pin::pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicUsize},
    },
    time::Duration,
};

use app::i18n::Locale;
use litemap::LiteMap;
use protocol::{
    ClientFrame, CloseCode, GroupId, HEARTBEAT_MS, Limits, MAX_GROUPS, MAX_LIVE_FRAME_BYTES, MAX_PAGE, MAX_REPLAY,
    MAX_UNCONFIRMED, Message, Person, Place, RejectionCode, Resume, Seq, ServerFrame, Standing,
};
use store::Command;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use self::{
    commands::Submitted,
    resume::{Open, plan},
};
use super::{
    command_of,
    desk::{Desk, Works},
    heads::Heads,
};
use crate::{
    chat::{Act, Caller, Chat, Subscription, encode},
    socket::{inbox::End, lanes::Lanes},
};

/// How often one is told of a person who writes.
const TYPING_EVERY: Duration = Duration::from_secs(2);
/// How long a hello may wait for the store. Before its answer a client knows of nothing that it could do meanwhile.
const GREET_WITHIN: Duration = Duration::from_secs(10);

pub(super) struct Conversation {
    chat: Chat,
    shutdown: CancellationToken,
    me: Caller,
    locale: Locale,
    lanes: Arc<Lanes>,
    unconfirmed: Arc<AtomicUsize>,
    /// The store does not answer, and somebody waits for it.
    away: Arc<AtomicBool>,
    desk: Weak<Desk<Self>>,
    /// Taken from there, but not dealt with yet.
    later: VecDeque<ClientFrame>,
    heads: Heads,
    /// Most have one.
    subscriptions: LiteMap<GroupId, Subscription>,
    /// Direct conversations among them: who has read how far is told there.
    directs: LiteMap<GroupId, ()>,
    /// Commands on their way to the store, in their order.
    submitted: VecDeque<Submitted>,
    typed: LiteMap<GroupId, Instant>,
}

impl Works for Conversation {
    /// Until nothing more is asked; then it rests, and leaves no task behind. Or until the server stops.
    async fn run(self: Box<Self>) {
        let shutdown = self.shutdown.clone();
        // Pinned here: handed over, it would be kept twice.
        let work = pin!(self.work());
        shutdown.run_until_cancelled(work).await;
    }
}

impl Conversation {
    pub(super) fn new(
        chat: Chat,
        shutdown: CancellationToken,
        me: Caller,
        locale: Locale,
        lanes: Arc<Lanes>,
        unconfirmed: Arc<AtomicUsize>,
        desk: Weak<Desk<Self>>,
    ) -> Self {
        let (away, later, heads, submitted) = Default::default();
        Self {
            chat,
            shutdown,
            me,
            locale,
            lanes,
            unconfirmed,
            away,
            desk,
            later,
            heads,
            subscriptions: LiteMap::with_capacity(1),
            directs: LiteMap::new(),
            submitted,
            typed: LiteMap::new(),
        }
    }

    /// Whether everything that is asked waits for the store.
    pub(super) fn away(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.away)
    }

    pub(super) fn heads(&self) -> Heads {
        self.heads.clone()
    }

    async fn work(mut self: Box<Self>) {
        loop {
            while let Some(frame) = self.next() {
                self.answer(frame).await;
            }
            self.settle().await;
            match self.desk.upgrade().and_then(|desk| desk.rest(self)) {
                Some(conversation) => self = conversation,
                None => return,
            }
        }
    }

    fn next(&mut self) -> Option<ClientFrame> {
        self.later.pop_front().or_else(|| self.desk.upgrade()?.next())
    }

    async fn answer(&mut self, frame: ClientFrame) {
        // Whatever else is asked finds the commands before it done.
        if command_of(&frame).is_none() {
            self.settle().await;
        }
        match frame {
            ClientFrame::Hello { client, groups, focus } => self.greet(&client, groups, focus.as_ref()).await,
            ClientFrame::Subscribe(place) => self.subscribe(place).await,
            ClientFrame::Unsubscribe { group } => self.unsubscribe(&group),
            ClientFrame::Post { client_id, group, body, reply_to } if !body.trim().is_empty() => {
                self.command(group, client_id, Command::Post { body, reply_to }).await;
            }
            ClientFrame::Post { client_id, .. } => self.reject(client_id, RejectionCode::Empty.into()),
            ClientFrame::Edit { client_id, group, message, body } => {
                self.command(group, client_id, Command::Edit { message, body }).await;
            }
            ClientFrame::Delete { client_id, group, message } => {
                self.command(group, client_id, Command::Delete { message }).await;
            }
            ClientFrame::React { client_id, group, message, emoji, on } => {
                self.command(group, client_id, Command::React { message, emoji, on }).await;
            }
            ClientFrame::Pin { client_id, group, message, on } => {
                self.command(group, client_id, Command::Pin { message, on }).await;
            }
            ClientFrame::Read { group, seq } => self.read(&group, seq).await,
            ClientFrame::Typing { group } => self.typing(group).await,
            ClientFrame::History { group, before, limit } => self.history(group, before, limit).await,
            // Answered where it comes in.
            ClientFrame::Ping { .. } => {}
        }
    }

    /// Subscribes to everything that was asked for, what is looked at first.
    async fn greet(&mut self, client: &str, mut places: Vec<Place>, focus: Option<&GroupId>) {
        debug!(client, groups = places.len(), "Said hello");
        let mut named = HashSet::new();
        places.retain(|place| named.insert(place.group.clone()));
        places.sort_by_key(|place| Some(&place.group) != focus);
        let Ok(standings) = timeout(GREET_WITHIN, self.standings(&places)).await else {
            return self.send_away();
        };
        self.lanes.answer(encode(&ServerFrame::Welcome {
            connection: uuid::Uuid::new_v4().simple().to_string(),
            heartbeat_ms: HEARTBEAT_MS,
            limits: LIMITS,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            you: self.me.who.person.clone(),
            groups: standings.iter().map(|(standing, _)| standing.clone()).collect(),
        }));
        for (place, (standing, open)) in places.into_iter().zip(standings) {
            self.resume(place, &standing, open).await;
        }
    }

    /// Nothing can be told of any group: the client comes back, as to a server that restarts.
    fn send_away(&self) {
        self.lanes.answer(super::bye("the store is away", Some(super::spread())));
        self.lanes.end(CloseCode::Restarting);
    }

    async fn subscribe(&mut self, place: Place) {
        // What still waits from before would come twice, or after a hole.
        self.unsubscribe(&place.group);
        for (standing, open) in self.standings(std::slice::from_ref(&place)).await {
            self.lanes.answer(encode(&ServerFrame::Subscribed(standing.clone())));
            self.resume(place.clone(), &standing, open).await;
        }
    }

    /// Whether it is subscribed and may still be.
    fn hears(&self, group: &GroupId) -> bool {
        self.subscriptions.contains_key(group) && self.heads.has(group)
    }

    fn unsubscribe(&mut self, group: &GroupId) {
        self.subscriptions.remove(group);
        self.directs.remove(group);
        self.heads.forget(group);
        self.lanes.forget(group);
    }

    /// Where the person stands in each group, and what will come. Waits for a store that is away: the client has asked,
    /// and there is nothing else to tell it. With the topics that are open already.
    async fn standings(&mut self, places: &[Place]) -> Vec<(Standing, Option<Open>)> {
        let groups: Vec<GroupId> = places.iter().map(|place| place.group.clone()).collect();
        let (store, person) = (self.chat.store.clone(), self.me.who.person.id.clone());
        let ask = || store.standings(&person, &groups);
        let found = self.patiently("read where a person stands", ask).await;
        let mut standings = Vec::with_capacity(places.len());
        for (place, standing) in places.iter().zip(found.groups) {
            let store::Standing { group, head, read, unread, mentions } = standing;
            let epoch = found.epoch.clone();
            let resume = plan(place, &epoch, head);
            standings.push(match self.if_open(&group).await {
                Ok(open) => (Standing { resume, group, epoch, head, read, unread, mentions }, open),
                Err(_) => {
                    let resume = Resume::Gone;
                    (Standing { resume, group, epoch, head: 0, read: 0, unread: 0, mentions: 0 }, None)
                }
            });
        }
        standings
    }

    async fn typing(&mut self, group: GroupId) {
        let Some(subscription) = self.subscriptions.get(&group) else { return };
        let now = Instant::now();
        self.typed.retain(|_, at| now - *at < TYPING_EVERY);
        if self.typed.insert(group.clone(), now).is_none()
            && self.chat.may(Some(&self.me.who), &group, Act::Write).await.is_ok_and(|may| may.is_ok())
        {
            subscription.topic.say_typing(&self.me.who.person).await;
        }
    }

    async fn history(&mut self, group: GroupId, before: Seq, limit: u32) {
        self.lanes.page_room().await;
        let (limit, store) = (limit.clamp(1, LIMITS.page), self.chat.store.clone());
        let page = self.patiently("read older messages", || store.before(&group, before, limit)).await;
        // After the page was read: what was said since they were sent away is not in it.
        if let Err(denied) = self.may_read(&group).await {
            return self.gone(&group, denied);
        }
        let store::Snapshot { epoch, seq, messages, more, .. } = page;
        let messages = told_to(Some(&self.me.who.person), messages);
        self.lanes.page(encode(&ServerFrame::Page { group, epoch, before, seq, messages, more }));
    }
}

const LIMITS: Limits = Limits {
    frame_bytes: MAX_LIVE_FRAME_BYTES as u32,
    unconfirmed: MAX_UNCONFIRMED as u32,
    groups: MAX_GROUPS as u32,
    replay: MAX_REPLAY as u32,
    page: MAX_PAGE as u32,
};

/// Only an author is told which command it was.
pub(crate) fn told_to(person: Option<&Person>, mut messages: Vec<Message>) -> Vec<Message> {
    for message in messages.iter_mut().filter(|message| person.is_none_or(|person| message.by.id != person.id)) {
        message.client_id = None;
    }
    messages
}

/// What a person is told.
pub(crate) fn sentence(code: RejectionCode, locale: Locale) -> String {
    app::i18n::rejection(code).in_locale(locale).to_owned()
}
