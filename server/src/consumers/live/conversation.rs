//! What one `/live` socket asks, one thing after the other, in a task of its own: subscriptions, commands, history.
//! Whatever is answered goes through the socket's lanes. Never a socket.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::i18n::Locale;
use protocol::{
    ClientFrame, ClientId, Epoch, Event, GroupId, HEARTBEAT_MS, Limits, MAX_GROUPS, MAX_LIVE_FRAME_BYTES, MAX_PAGE,
    MAX_REPLAY, MAX_UNCONFIRMED, Message, Person, Place, Rejection, RejectionCode, ResetWhy, Resume, Seq, ServerFrame,
    Standing,
};
use store::{Command, Replay, StoreError};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tracing::{debug, warn};

use super::listener::Listener;
use crate::{
    chat::{Act, Caller, Chat, Denied, Joined, Refused, Subscriber, Subscription, Topic, encode},
    socket::lanes::Lanes,
};

/// Text of events in one frame when they are sent again.
const REPLAY_FRAME_BYTES: usize = 64 * 1024;
/// How often one is told of a person who writes.
const TYPING_EVERY: Duration = Duration::from_secs(2);
/// The pause before a subscription that could not be served is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Where each subscribed group stands; shared with whoever answers pings.
#[derive(Clone, Default)]
pub(super) struct Heads(Arc<Mutex<BTreeMap<GroupId, Arc<AtomicU64>>>>);

impl Heads {
    pub(super) fn read(&self) -> BTreeMap<GroupId, Seq> {
        let heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads.iter().map(|(group, head)| (group.clone(), head.load(Ordering::Relaxed))).collect()
    }

    /// Whether what happens in a group still comes: not once it is gone.
    fn has(&self, group: &GroupId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(group)
    }

    pub(super) fn forget(&self, group: &GroupId) {
        self.change(|heads| drop(heads.remove(group)));
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<GroupId, Arc<AtomicU64>>)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

pub(super) struct Conversation {
    chat: Chat,
    me: Caller,
    locale: Locale,
    lanes: Arc<Lanes>,
    unconfirmed: Arc<AtomicUsize>,
    /// The store does not answer, and somebody waits for it.
    away: Arc<AtomicBool>,
    heads: Heads,
    subscriptions: HashMap<GroupId, Subscription>,
    typed: HashMap<GroupId, Instant>,
}

impl Conversation {
    pub(super) fn new(
        chat: Chat,
        me: Caller,
        locale: Locale,
        lanes: Arc<Lanes>,
        unconfirmed: Arc<AtomicUsize>,
    ) -> Self {
        let (heads, subscriptions, typed) = (Heads::default(), HashMap::new(), HashMap::new());
        Self { chat, me, locale, lanes, unconfirmed, away: Arc::default(), heads, subscriptions, typed }
    }

    /// Whether everything that is asked waits for the store.
    pub(super) fn away(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.away)
    }

    pub(super) fn heads(&self) -> Heads {
        self.heads.clone()
    }

    /// Until the socket ends.
    pub(super) async fn run(mut self, mut asks: mpsc::Receiver<ClientFrame>) {
        while let Some(frame) = asks.recv().await {
            self.answer(frame).await;
        }
    }

    async fn answer(&mut self, frame: ClientFrame) {
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
            ClientFrame::Read { group, seq } => {
                if self.hears(&group) {
                    self.chat.store.mark_read(&self.me.who.person.id, &group, seq);
                }
            }
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
        let standings = self.standings(&places).await;
        self.lanes.answer(encode(&ServerFrame::Welcome {
            connection: uuid::Uuid::new_v4().simple().to_string(),
            heartbeat_ms: HEARTBEAT_MS,
            limits: LIMITS,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            you: self.me.who.person.clone(),
            groups: standings.clone(),
        }));
        for (place, standing) in places.into_iter().zip(standings) {
            self.resume(place, &standing).await;
        }
    }

    async fn subscribe(&mut self, place: Place) {
        // What still waits from before would come twice, or after a hole.
        self.unsubscribe(&place.group);
        for standing in self.standings(std::slice::from_ref(&place)).await {
            self.lanes.answer(encode(&ServerFrame::Subscribed(standing.clone())));
            self.resume(place.clone(), &standing).await;
        }
    }

    /// Whether it is subscribed and may still be.
    fn hears(&self, group: &GroupId) -> bool {
        self.subscriptions.contains_key(group) && self.heads.has(group)
    }

    fn unsubscribe(&mut self, group: &GroupId) {
        self.subscriptions.remove(group);
        self.heads.forget(group);
        self.lanes.forget(group);
    }

    /// Where the person stands in each group, and what will come. Waits for a store that is away: the client has asked,
    /// and there is nothing else to tell it.
    async fn standings(&self, places: &[Place]) -> Vec<Standing> {
        let groups: Vec<GroupId> = places.iter().map(|place| place.group.clone()).collect();
        let ask = || self.chat.store.standings(&self.me.who.person.id, &groups);
        let found = self.patiently("read where a person stands", ask).await;
        let mut standings = Vec::with_capacity(places.len());
        for (place, standing) in places.iter().zip(found.groups) {
            let store::Standing { group, head, read, unread } = standing;
            let epoch = found.epoch.clone();
            standings.push(match self.may_read(&group).await {
                Ok(()) => Standing { resume: plan(place, &epoch, head), group, epoch, head, read, unread },
                Err(_) => Standing { resume: Resume::Gone, group, epoch, head: 0, read: 0, unread: 0 },
            });
        }
        standings
    }

    async fn may_read(&self, group: &GroupId) -> Result<(), Denied> {
        let ask = || self.chat.may(Some(&self.me.who), group, Act::Read);
        self.patiently("read who may read a group", ask).await.map(drop)
    }

    fn gone(&self, group: &GroupId, why: Denied) {
        let why = sentence(why.code(), self.locale);
        self.lanes.answer(encode(&ServerFrame::Gone { group: group.clone(), why }));
    }

    /// Sends what was missed and goes on from there, without a hole and without a double.
    async fn resume(&mut self, place: Place, standing: &Standing) {
        let group = place.group;
        if let Err(denied) = self.may_read(&group).await {
            return self.gone(&group, denied);
        }
        let topic = loop {
            match self.chat.hub.topic(&group).await {
                Ok(topic) => break topic,
                Err(error) => {
                    warn!(%group, %error, "Could not join a group; trying again");
                    sleep(RETRY).await;
                }
            }
        };
        let head = Arc::new(AtomicU64::new(standing.head));
        self.heads.change(|heads| drop(heads.insert(group.clone(), Arc::clone(&head))));
        let lanes = Arc::clone(&self.lanes);
        let (who, locale, heads) = (self.me.who.clone(), self.locale, self.heads.clone());
        let listener = Listener { group: group.clone(), who, locale, heads, lanes, head };
        let resuming = place.epoch.is_some() && place.after.is_some();
        let after = match standing.resume {
            Resume::Live | Resume::Replay => place.after.filter(|_| resuming).unwrap_or(standing.head),
            Resume::Reset | Resume::Gone => {
                let known = place.epoch.is_none_or(|epoch| epoch == standing.epoch);
                let why = if known { ResetWhy::TooFar } else { ResetWhy::Epoch };
                self.reset(&group, &standing.epoch, standing.head, why);
                standing.head
            }
        };
        let Some(subscription) = self.join(&topic, Arc::new(listener), after, &standing.epoch).await else { return };
        let live = ServerFrame::Live { group: group.clone(), seq: topic.head().1 };
        if resuming && !self.lanes.events(&group, [encode(&live)]) {
            return self.lag(&topic);
        }
        self.subscriptions.insert(group, subscription);
    }

    /// Closes in on the present at the reader's pace: from the store what the topic does not remember, then from the topic,
    /// the last of it in one step with the subscription. `None` if the person may no longer read.
    async fn join(
        &self,
        topic: &Arc<Topic>,
        listener: Arc<dyn Subscriber>,
        mut after: Seq,
        epoch: &Epoch,
    ) -> Option<Subscription> {
        let mut asked = None;
        loop {
            self.lanes.room().await;
            // Rights may have changed while it caught up, and before that while the topic was opened.
            let changes = topic.changes();
            if asked.replace(changes) != Some(changes)
                && let Err(denied) = self.may_read(&topic.group).await
            {
                listener.gone(&topic.group, denied);
                return None;
            }
            match topic.join(&listener, Some(after)) {
                Joined::Here(subscription) => {
                    topic.let_in_at(changes);
                    return Some(subscription);
                }
                Joined::Partly(until) => {
                    after = until;
                    continue;
                }
                Joined::Ahead | Joined::Behind => {}
            }
            match self.chat.store.after(&topic.group, Some(epoch), after, LIMITS.replay).await {
                Ok(Replay::Events(events)) if events.is_empty() => sleep(RETRY / 10).await,
                Ok(Replay::Events(events)) => {
                    after = self.replay(topic, changes, epoch, events).await.unwrap_or(after);
                }
                Ok(replay @ (Replay::TooFar | Replay::Expired | Replay::Epoch)) => {
                    let (now, head) = topic.head();
                    self.reset(&topic.group, &now.unwrap_or_else(|| epoch.clone()), head, why(&replay));
                    after = head;
                }
                Err(error) => {
                    debug!(group = %topic.group, %error, "Could not read what was missed; trying again");
                    sleep(RETRY).await;
                }
            }
        }
    }

    /// At the reader's pace: nobody else's events wait in this group's place, and other groups' keep theirs. Until rights
    /// change: then the reader may be told no more. The last event that was sent.
    async fn replay(&self, topic: &Topic, changes: u64, epoch: &Epoch, events: Vec<Event>) -> Option<Seq> {
        let (mut some, mut bytes, mut sent) = (Vec::new(), 0, None);
        for mut event in events {
            if event.by.id != self.me.who.person.id {
                event.client_id = None;
            }
            bytes += text_of(&event) + 256;
            some.push(event);
            if bytes > REPLAY_FRAME_BYTES {
                match self.send_again(topic, changes, epoch, std::mem::take(&mut some)).await {
                    None => return sent,
                    last => (sent, bytes) = (last, 0),
                }
            }
        }
        if some.is_empty() { sent } else { self.send_again(topic, changes, epoch, some).await.or(sent) }
    }

    /// The last event's number, once they are on their way; nothing, if rights have changed.
    async fn send_again(&self, topic: &Topic, changes: u64, epoch: &Epoch, events: Vec<Event>) -> Option<Seq> {
        let (group, last) = (topic.group.clone(), events.last()?.seq);
        let frame = encode(&ServerFrame::Events { group, epoch: epoch.clone(), events });
        // Another group's events may come in between and leave no room.
        loop {
            self.lanes.room().await;
            if topic.changes() != changes {
                return None;
            }
            if self.lanes.events(&topic.group, [frame.clone()]) {
                return Some(last);
            }
        }
    }

    fn lag(&self, topic: &Topic) {
        self.lanes.answer(encode(&ServerFrame::Lag { group: topic.group.clone(), head: topic.head().1 }));
    }

    fn reset(&self, group: &GroupId, epoch: &Epoch, head: Seq, why: ResetWhy) {
        self.lanes.answer(encode(&ServerFrame::Reset { group: group.clone(), epoch: epoch.clone(), head, why }));
    }

    /// The broadcast confirms it, unless this socket will not hear it: it has not subscribed, or it is an old one.
    async fn command(&mut self, group: GroupId, client_id: ClientId, command: Command) {
        match self.chat.command(&group, &self.me, Some(&client_id), command).await {
            Ok(committed) => {
                if !committed.fresh || !self.hears(&group) {
                    self.confirm(group, &committed.event).await;
                }
                self.unconfirmed.fetch_sub(1, Ordering::Relaxed);
            }
            Err(refused) => self.reject(client_id, refused),
        }
    }

    async fn confirm(&self, group: GroupId, event: &Event) {
        match self.chat.store.epoch().await {
            Ok(epoch) => {
                let events = vec![event.clone()];
                self.lanes.answer(encode(&ServerFrame::Events { group, epoch, events }));
            }
            // It sends it again.
            Err(error) => debug!(%error, "Could not confirm a command"),
        }
    }

    fn reject(&self, client_id: ClientId, Refused { code, retry_after }: Refused) {
        self.unconfirmed.fetch_sub(1, Ordering::Relaxed);
        let known = retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1));
        let retry_after_ms = known.or(code.is_retryable().then_some(super::RETRY_AFTER_MS));
        let rejection = Rejection { code, message: sentence(code, self.locale), retry_after_ms };
        self.lanes.answer(encode(&ServerFrame::Rejected { client_id, rejection }));
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

    async fn history(&self, group: GroupId, before: Seq, limit: u32) {
        self.lanes.page_room().await;
        let limit = limit.clamp(1, LIMITS.page);
        let page = self.patiently("read older messages", || self.chat.store.before(&group, before, limit)).await;
        // After the page was read: what was said since they were sent away is not in it.
        if let Err(denied) = self.may_read(&group).await {
            return self.gone(&group, denied);
        }
        let store::Snapshot { epoch, seq, messages, more, .. } = page;
        let messages = told_to(Some(&self.me.who.person), messages);
        self.lanes.page(encode(&ServerFrame::Page { group, epoch, before, seq, messages, more }));
    }

    /// Asks the store until it answers. Meanwhile commands are refused as they come, to be tried again.
    async fn patiently<T, F>(&self, what: &str, ask: impl Fn() -> F) -> T
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        loop {
            match ask().await {
                Ok(answer) => {
                    self.away.store(false, Ordering::Relaxed);
                    return answer;
                }
                Err(error) => {
                    if !self.away.swap(true, Ordering::Relaxed) {
                        warn!(%error, "Could not {what}; trying again");
                    }
                    sleep(RETRY).await;
                }
            }
        }
    }
}

const LIMITS: Limits = Limits {
    frame_bytes: MAX_LIVE_FRAME_BYTES as u32,
    unconfirmed: MAX_UNCONFIRMED as u32,
    groups: MAX_GROUPS as u32,
    replay: MAX_REPLAY as u32,
    page: MAX_PAGE as u32,
};

/// What will come after a subscription, as far as it is known before.
fn plan(place: &Place, epoch: &Epoch, head: Seq) -> Resume {
    match (&place.epoch, place.after) {
        (Some(known), Some(_)) if known != epoch => Resume::Reset,
        (Some(_), Some(after)) if after == head => Resume::Live,
        (Some(_), Some(after)) if after < head && head - after <= u64::from(LIMITS.replay) => Resume::Replay,
        // A later event than the latest: another life that we took for this one, or a node that is behind its database.
        (Some(_), Some(_)) => Resume::Reset,
        (None, _) | (_, None) => Resume::Live,
    }
}

fn why(replay: &Replay) -> ResetWhy {
    match replay {
        Replay::Expired => ResetWhy::Expired,
        Replay::Epoch => ResetWhy::Epoch,
        Replay::TooFar | Replay::Events(_) => ResetWhy::TooFar,
    }
}

fn text_of(event: &Event) -> usize {
    match &event.change {
        protocol::Change::Posted { body, .. } | protocol::Change::Edited { body, .. } => body.len(),
        _ => 0,
    }
}

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
