//! What a process without our database said, such as Django's, becomes a message of ours. Every node hears it and one
//! adopts it; `ARCHITECTURE.md` says what is promised. Never how it was heard.
//!
//! The core Redis layer tells when a message was sent, alike on every node: that and its text make the command's name,
//! all nodes try, and the database lets one succeed. Pub/sub tells nothing: there the nodes in the group have an order,
//! and each waits longer than the one before it, and leaves it alone if it sees the message adopted meanwhile.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, Weak, atomic::Ordering},
    time::Duration,
};

use protocol::{Change, ClientId, GroupId, MAX_BODY_BYTES, Person, PersonId};
use sha2::{Digest, Sha256};
use store::{Command, Grant, GroupKind, StoreError};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tracing::{error, warn};

use super::{
    Services,
    event::{Foreign, Happened},
    names::hex,
    pause,
    topic::Topic,
};

/// How much longer a node waits than the one before it: longer than an adopted message takes to be heard of, even by
/// way of the store.
const TURN: Duration = Duration::from_secs(4);
/// So long after a topic has opened its node knows which others there are.
const ACQUAINTED: Duration = Duration::from_secs(3);
/// Messages that wait to be adopted. More than that and the store has been away for long: the newest are left out.
const MAX_WAITING: usize = 256;

impl Foreign {
    /// A Teahouse with another database shares our channel layer: what is said there is said here too.
    pub(super) fn of(event: &Happened) -> Option<Self> {
        let Change::Posted { message, body, .. } = &event.event.change else { return None };
        // What that node adopted itself, we have heard where it came from.
        let is_ours = event.private || event.event.by.id.as_str() == store::DJANGO;
        (!is_ours).then(|| Self { text: body.clone(), client_id: ClientId::parse(message.as_str()).ok() })
    }
}

/// One topic's adoptions, in the order in which they were heard.
pub(super) struct Adoption {
    queue: mpsc::Sender<Said>,
    waiting: Arc<Mutex<Orphans>>,
}

/// What was said, and when it was heard.
struct Said {
    foreign: Foreign,
    heard: Instant,
}

impl Adoption {
    /// With its task, which ends when the topic has and everything that waits is adopted.
    pub(super) fn new(group: GroupId, topic: Weak<Topic>, services: Services, opened: Instant) -> Self {
        let (queue, said) = mpsc::channel(MAX_WAITING);
        let waiting = Arc::<Mutex<Orphans>>::default();
        let (tasks, shutdown) = (services.tasks.clone(), services.shutdown.clone());
        let adopter = Adopter { group, topic, services, opened, waiting: Arc::clone(&waiting) };
        tasks.spawn(async move { shutdown.run_until_cancelled(adopter.run(said)).await });
        Self { queue, waiting }
    }

    /// Sees to it that what was said becomes a message.
    pub(super) fn adopt(&self, foreign: Foreign) {
        if foreign.text.len() > MAX_BODY_BYTES {
            return warn!(bytes = foreign.text.len(), "What was said elsewhere is too long to be kept");
        }
        if foreign.client_id.is_none() {
            lock(&self.waiting).add(&foreign.text);
        }
        if self.queue.try_send(Said { foreign, heard: Instant::now() }).is_err() {
            warn!("What was said elsewhere is left out: too much waits to be stored");
        }
    }

    /// Somebody adopted it.
    pub(super) fn heard(&self, event: &Happened) {
        if let Change::Posted { body, .. } = &event.event.change
            && event.event.by.id.as_str() == store::DJANGO
        {
            lock(&self.waiting).take(body);
        }
    }
}

fn lock(orphans: &Mutex<Orphans>) -> std::sync::MutexGuard<'_, Orphans> {
    orphans.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The texts without a name of their own that nobody has been heard to adopt.
#[derive(Default)]
struct Orphans(VecDeque<String>);

impl Orphans {
    fn add(&mut self, text: &str) {
        if self.0.len() == MAX_WAITING {
            self.0.pop_front();
        }
        self.0.push_back(text.to_owned());
    }

    fn waits(&self, text: &str) -> bool {
        self.0.iter().any(|orphan| orphan == text)
    }

    fn take(&mut self, text: &str) {
        let place = self.0.iter().position(|orphan| orphan == text);
        place.map(|place| self.0.remove(place));
    }
}

/// The task of one topic's adoptions.
struct Adopter {
    group: GroupId,
    topic: Weak<Topic>,
    services: Services,
    opened: Instant,
    waiting: Arc<Mutex<Orphans>>,
}

impl Adopter {
    async fn run(self, mut said: mpsc::Receiver<Said>) {
        let Ok(id) = PersonId::parse(store::DJANGO) else { return };
        let by = Person::new(id, "");
        while let Some(Said { foreign, heard }) = said.recv().await {
            match foreign.client_id {
                Some(client_id) => self.store(&by, foreign.text, &client_id, false).await,
                None => {
                    let Ok(client_id) = ClientId::parse(uuid::Uuid::now_v7().to_string()) else { continue };
                    sleep_until(heard.max(self.opened + ACQUAINTED) + self.turn()).await;
                    self.store(&by, foreign.text, &client_id, true).await;
                }
            }
        }
    }

    /// How long this node lets others go first.
    fn turn(&self) -> Duration {
        self.topic.upgrade().map_or(Duration::ZERO, |topic| TURN * topic.nodes_before_us())
    }

    /// Until it is stored; by us, or where `others` may have done it, by one of them.
    async fn store(&self, by: &Person, text: String, client_id: &ClientId, others: bool) {
        for attempt in 1_u32.. {
            if others && !lock(&self.waiting).waits(&text) {
                return;
            }
            match self.services.store.access(&self.group, None).await {
                Ok(access) if access.kind != GroupKind::Open || access.archived => {
                    self.services.left_out.fetch_add(1, Ordering::Relaxed);
                    return warn!(group = %self.group, "What was said elsewhere is left out: the group is not open");
                }
                Ok(_) => {}
                Err(error) => {
                    self.try_again(attempt, &error, others).await;
                    continue;
                }
            }
            let command = Command::Post { body: text.clone(), reply_to: None };
            // Django's one person speaks for many: slow mode would lose what they say.
            let grant = Grant { moderate: true };
            match self.services.store.command(&self.group, by, grant, Some(client_id), command).await {
                Ok(_) => return lock(&self.waiting).take(&text),
                Err(StoreError::Refused(refusal)) => {
                    return error!(group = %self.group, %refusal, "Could not adopt what was said elsewhere");
                }
                Err(error) => self.try_again(attempt, &error, others).await,
            }
        }
    }

    async fn try_again(&self, attempt: u32, error: &StoreError, others: bool) {
        if attempt == 1 {
            warn!(group = %self.group, %error, "Could not adopt what was said elsewhere; trying again");
        }
        pause(attempt).await;
        if others {
            sleep_until(Instant::now() + self.turn()).await;
        }
    }
}

/// The name of the command that adopts what was sent then. Two processes that say the same in the same microsecond are
/// taken for one.
pub(super) fn client_id(sent: f64, text: &str) -> Option<ClientId> {
    let digest = Sha256::digest(text.as_bytes());
    ClientId::parse(format!("sent:{sent:.6}:{}", hex(&digest[..16]))).ok()
}

#[cfg(test)]
mod tests {
    use super::{Orphans, client_id};

    #[test]
    fn a_name_is_the_same_everywhere_and_another_for_another_moment_or_text() {
        let name = client_id(1_795_371_867.896_464_6, "x");
        assert!(name.is_some());
        assert_eq!(name, client_id(1_795_371_867.896_464_6, "x"));
        assert_ne!(name, client_id(1_795_371_867.896_465_6, "x"));
        assert_ne!(name, client_id(1_795_371_867.896_464_6, "y"));
    }

    #[test]
    fn each_orphan_is_adopted_once_even_if_it_was_said_twice() {
        let mut orphans = Orphans::default();
        ["a", "a", "b"].into_iter().for_each(|text| orphans.add(text));
        orphans.take("a");
        assert!(orphans.waits("a") && orphans.waits("b"));
        orphans.take("a");
        assert!(!orphans.waits("a") && orphans.waits("b"));
    }
}
