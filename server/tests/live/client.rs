//! A client that keeps the protocol's promises from its own side: an outbox that sends again, a log that resumes, a new
//! connection whenever one breaks. One task drives it step by step.

mod frames;

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    time::Duration,
};

use protocol::{ClientFrame, ClientId, CloseCode, GroupId, Message, Place, RejectionCode, Seq};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::{
    api::Guest,
    log::Log,
    socket::{Socket, delete, edit, group, pin, post, react},
};

/// How long a test waits for what must come, restarts and lost layers included.
const LONG: Duration = Duration::from_secs(40);
/// Silence after which it pings, and after so many of those it takes the connection for dead.
const QUIET: Duration = Duration::from_millis(300);
const DEAD: u32 = 20;
const WINDOW: usize = 32;

pub(crate) struct Client {
    pub(crate) guest: Guest,
    pub(crate) address: SocketAddr,
    socket: Option<Socket>,
    welcomed: bool,
    silent: u32,
    heard: Instant,
    wait_until: Instant,
    pub(crate) logs: BTreeMap<GroupId, Log>,
    outbox: VecDeque<(ClientId, ClientFrame, bool)>,
    pub(crate) confirmed: BTreeMap<ClientId, Seq>,
    pub(crate) refused: Vec<(ClientId, RejectionCode)>,
    pub(crate) connections: usize,
    pub(crate) lags: usize,
    /// Rejected for a moment, for the messages of tests that fail: the last of them, and how many.
    put_off: (usize, Option<RejectionCode>),
}

impl Client {
    pub(crate) fn new(address: SocketAddr, guest: &Guest, groups: &[&str]) -> Self {
        Self {
            guest: guest.clone(),
            address,
            socket: None,
            welcomed: false,
            silent: 0,
            heard: Instant::now(),
            wait_until: Instant::now(),
            logs: groups.iter().map(|name| (group(name), Log::default())).collect(),
            outbox: VecDeque::new(),
            confirmed: BTreeMap::new(),
            refused: Vec::new(),
            connections: 0,
            lags: 0,
            put_off: (0, None),
        }
    }

    /// Somebody new, connected and welcomed.
    pub(crate) async fn somebody(address: SocketAddr, groups: &[&str]) -> Self {
        let mut client = Self::new(address, &Guest::new(address).await, groups);
        client.until("a welcome", |client| client.welcomed).await;
        client
    }

    pub(crate) fn log(&self, name: &str) -> &Log {
        &self.logs[&group(name)]
    }

    /// Puts a command into the outbox. It is sent while the client is driven.
    pub(crate) fn command(&mut self, frame: impl FnOnce(&str) -> ClientFrame) -> ClientId {
        let id = Uuid::now_v7().to_string();
        let (frame, id) = (frame(&id), ClientId::parse(id).expect("an id"));
        self.outbox.push_back((id.clone(), frame, false));
        id
    }

    pub(crate) fn say(&mut self, name: &str, body: &str) -> ClientId {
        self.command(|id| post(name, id, body))
    }

    pub(crate) fn edit(&mut self, name: &str, message: &Message, body: &str) {
        self.command(|id| edit(name, id, &message.id, body));
    }

    pub(crate) fn delete(&mut self, name: &str, message: &Message) {
        self.command(|id| delete(name, id, &message.id));
    }

    pub(crate) fn react(&mut self, name: &str, message: &Message, emoji: &str, on: bool) {
        self.command(|id| react(name, id, &message.id, emoji, on));
    }

    pub(crate) fn pin(&mut self, name: &str, message: &Message, on: bool) {
        self.command(|id| pin(name, id, &message.id, on));
    }

    pub(crate) fn mine(&self, name: &str) -> Vec<Message> {
        let mine =
            self.log(name).messages().filter(|message| message.by.id == self.guest.person.id && !message.deleted);
        mine.cloned().collect()
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.outbox.is_empty() && self.logs.values().all(|log| log.older.is_none())
    }

    /// Breaks its connection without a word.
    pub(crate) fn vanish(&mut self) {
        self.socket = None;
        self.welcomed = false;
    }

    /// Everything confirmed or refused for good.
    pub(crate) async fn settled(&mut self) {
        self.until("every command confirmed", Self::is_settled).await;
    }

    pub(crate) async fn reaches(&mut self, name: &str, seq: Seq) {
        self.until(&format!("event {seq} of {name}"), |client| client.welcomed && client.log(name).last >= seq).await;
    }

    pub(crate) async fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + LONG;
        while !done(self) {
            let lasts: Vec<_> = self.logs.iter().map(|(group, log)| (group.as_str(), log.last)).collect();
            assert!(
                Instant::now() < end,
                "{what}: {} wait, {} of them sent, at {lasts:?}, {} connections, {} lags, welcomed: {}, put off: {:?}",
                self.outbox.len(),
                self.outbox.iter().filter(|(_, _, sent)| *sent).count(),
                self.connections,
                self.lags,
                self.welcomed,
                self.put_off
            );
            self.step(QUIET).await;
        }
    }

    /// Does whatever comes for so long.
    pub(crate) async fn drift(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.step(left.min(QUIET)).await;
        }
    }

    /// One frame in, or so long without one.
    async fn step(&mut self, patience: Duration) {
        if self.socket.is_none() && !self.connect().await {
            return sleep(Duration::from_millis(20)).await;
        }
        if !self.flush().await {
            return self.vanish();
        }
        let Some(socket) = &mut self.socket else { return };
        match timeout(patience, socket.try_next()).await {
            Ok(Ok(frame)) => {
                (self.silent, self.heard) = (0, Instant::now());
                if !self.take(frame).await {
                    self.vanish();
                }
            }
            Ok(Err(code)) => {
                assert!(code.is_none_or(CloseCode::code_may_reconnect), "closed for good with {code:?}");
                self.vanish();
            }
            Err(_) if self.heard.elapsed() < QUIET * (self.silent + 1) => {}
            Err(_) => {
                self.silent += 1;
                let sent = socket.try_send(&ClientFrame::Ping { id: self.silent.into() }).await;
                if sent.is_err() || self.silent > DEAD {
                    self.vanish();
                }
            }
        }
    }

    async fn connect(&mut self) -> bool {
        let bearer = self.guest.bearer();
        let headers = [("authorization", bearer.as_str())];
        let opened = timeout(Duration::from_secs(5), Socket::try_open(self.address, &headers));
        let Ok(Ok((mut socket, _))) = opened.await else { return false };
        self.connections += 1;
        (self.silent, self.heard) = (0, Instant::now());
        self.outbox.iter_mut().for_each(|(_, _, sent)| *sent = false);
        let groups = self.logs.keys().map(|group| self.place(group)).collect();
        let hello = ClientFrame::Hello { client: "test".to_owned(), groups, focus: None };
        if socket.try_send(&hello).await.is_err() {
            return false;
        }
        self.socket = Some(socket);
        true
    }

    fn place(&self, group: &GroupId) -> Place {
        let log = &self.logs[group];
        Place { group: group.clone(), epoch: log.epoch.clone(), after: log.epoch.is_some().then_some(log.last) }
    }

    async fn send(&mut self, frame: ClientFrame) -> bool {
        match &mut self.socket {
            Some(socket) => socket.try_send(&frame).await.is_ok(),
            None => false,
        }
    }

    /// Sends what was not sent on this connection, as much as may be unconfirmed at once.
    async fn flush(&mut self) -> bool {
        let Some(socket) = &mut self.socket else { return false };
        if !self.welcomed || Instant::now() < self.wait_until {
            return true;
        }
        for (_, frame, sent) in self.outbox.iter_mut().take(WINDOW).filter(|(_, _, sent)| !sent) {
            if socket.try_send(frame).await.is_err() {
                return false;
            }
            *sent = true;
        }
        true
    }
}
