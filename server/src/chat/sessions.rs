//! Which open sockets belong to which session: a session that ends takes its sockets with it, on every node at once, and
//! after some seconds even where the channel layer told nothing. Never who a session belongs to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use channel_layer::{Delivery, Inbox};
use protocol::CloseCode;
use store::SessionId;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{debug, warn};

use super::{
    Services,
    event::{Ended, GroupEvent},
    names, pause,
};
use crate::socket::inbox::End;

/// How often the store is asked whether the sessions of our sockets live. So late an end may be that the layer lost.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Sessions in one look.
const LOOK_AT: usize = 500;

/// The sockets of this node by their sessions.
pub(crate) struct Sessions {
    services: Services,
    /// Held for a map operation, never across an await.
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    sockets: HashMap<SessionId, Vec<Numbered>>,
    numbers: u64,
}

/// A socket, and by which it is found again.
type Numbered = (u64, Arc<dyn End>);

/// A socket's entry. Dropping it takes it out.
pub(crate) struct Seat {
    sessions: Arc<Sessions>,
    session: SessionId,
    number: u64,
}

impl Sessions {
    /// With its two ears, which end when the server stops.
    pub(crate) fn new(services: Services) -> Arc<Self> {
        let (tasks, shutdown) = (services.tasks.clone(), services.shutdown.clone());
        let sessions = Arc::new(Self { services, open: Mutex::default() });
        let listens = Arc::clone(&sessions);
        tasks.spawn(async move {
            shutdown
                .run_until_cancelled(async {
                    listens.listen().await;
                    listens.look().await;
                })
                .await
        });
        sessions
    }

    /// A socket of this session is open.
    pub(crate) fn open(self: &Arc<Self>, session: &SessionId, socket: Arc<dyn End>) -> Seat {
        let mut open = self.lock();
        open.numbers += 1;
        let number = open.numbers;
        // Most sessions have one.
        open.sockets.entry(session.clone()).or_insert_with(|| Vec::with_capacity(1)).push((number, socket));
        Seat { sessions: Arc::clone(self), session: session.clone(), number }
    }

    /// These sessions are over, which the store knows: their sockets close, here now and on other nodes as soon as they
    /// hear it. `banned`: their person may not come back.
    pub(crate) async fn end(&self, sessions: Vec<SessionId>, banned: bool) {
        if sessions.is_empty() {
            return;
        }
        let ended = Ended { sessions: sessions.iter().map(SessionId::to_string).collect(), banned };
        self.close(&ended);
        let sent = match names::nodes() {
            Ok(name) => self.services.layer.group_send(&name, Arc::new(GroupEvent::Ended(ended))).await.map(drop),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = sent {
            warn!(%error, "Could not tell other nodes that sessions ended; they will see it in the store");
        }
    }

    fn close(&self, ended: &Ended) {
        let code = if ended.banned { CloseCode::Banned } else { CloseCode::SignIn };
        let sockets: Vec<_> = {
            let open = self.lock();
            let named = ended.sessions.iter().filter_map(|id| SessionId::parse(id.as_str()).ok());
            let sockets = named.filter_map(|id| open.sockets.get(&id)).flatten();
            sockets.map(|(_, socket)| Arc::clone(socket)).collect()
        };
        sockets.into_iter().for_each(|socket| socket.end(code));
    }

    /// Joins the group of all nodes. Its server may be away at first.
    async fn listen(self: &Arc<Self>) {
        for attempt in 0.. {
            let joined = async {
                let channel = self.services.layer.attach("specific", Arc::new(Ear(Arc::downgrade(self))))?;
                self.services.layer.group_add(&names::nodes()?, &channel).await
            };
            match joined.await {
                // The layer joins there when it is back.
                Ok(()) | Err(channel_layer::LayerError::Unavailable) => return,
                Err(error) => {
                    warn!(%error, "Could not join the other nodes; trying again");
                    pause(attempt).await;
                }
            }
        }
    }

    /// Asks the store again and again: what the layer does not tell is not lost.
    async fn look(&self) {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let sessions: Vec<SessionId> = self.lock().sockets.keys().cloned().collect();
            for some in sessions.chunks(LOOK_AT) {
                match self.services.store.alive(some).await {
                    Ok(alive) => {
                        let over = some.iter().filter(|session| !alive.contains(*session));
                        let sessions = over.map(|session| session.to_string()).collect();
                        self.close(&Ended { sessions, banned: false });
                    }
                    // Said where people are refused; here it only means later.
                    Err(error) => debug!(%error, "Could not look whether sessions live"),
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // A panic elsewhere leaves a whole map behind: each change is complete before anything can panic.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sessions.lock();
        let Some(sockets) = open.sockets.get_mut(&self.session) else { return };
        let place = sockets.iter().position(|(number, _)| *number == self.number);
        let gone = place.map(|place| sockets.swap_remove(place));
        if sockets.is_empty() {
            open.sockets.remove(&self.session);
        }
        drop(open);
        // Whatever its end does, it does without our lock.
        drop(gone);
    }
}

/// This node among all nodes, as the channel layer sees it.
struct Ear(Weak<Sessions>);

impl Inbox<GroupEvent> for Ear {
    fn deliver(&self, batch: &[Arc<GroupEvent>]) -> Delivery {
        let Some(sessions) = self.0.upgrade() else { return Delivery::Gone };
        for event in batch {
            if let GroupEvent::Ended(ended) = &**event {
                sessions.close(ended);
            }
        }
        Delivery::Taken
    }

    /// The next look at the store shows what was missed.
    fn gap(&self) {}
}
