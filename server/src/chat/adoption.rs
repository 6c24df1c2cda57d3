//! What a process without our database said, such as Django's, becomes a message of ours. Every node hears it and one
//! adopts it; `ARCHITECTURE.md` says what is promised. Never how it was heard.
//!
//! The core Redis layer tells when a message was sent, alike on every node: that and its text make the command's name,
//! all nodes try, and the database lets one succeed. Pub/sub tells nothing: there the nodes in the group have an order,
//! and each waits longer than the one before it, until it sees the message adopted.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use protocol::{Change, ClientId, Person, PersonId};
use sha2::{Digest, Sha256};
use store::{Command, StoreError};
use tokio::time::sleep;
use tracing::{error, warn};

use super::{
    event::{Foreign, Happened},
    names::hex,
    pause,
    topic::Topic,
};

/// How much longer a node waits than the one before it.
const TURN: Duration = Duration::from_secs(2);
/// Texts that wait for somebody to adopt them.
const MAX_WAITING: usize = 1024;

/// The texts that this node adopts if nobody before it does.
#[derive(Default)]
pub(super) struct Orphans(VecDeque<String>);

impl Orphans {
    fn add(&mut self, text: &str) {
        if self.0.len() == MAX_WAITING {
            self.0.pop_front();
        }
        self.0.push_back(text.to_owned());
    }

    /// Whether one of these was still waiting; it no longer is.
    fn take(&mut self, text: &str) -> bool {
        let place = self.0.iter().position(|orphan| orphan == text);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// Somebody adopted it.
    pub(super) fn heard(&mut self, event: &Happened) {
        if let Change::Posted { body, .. } = &event.event.change
            && event.event.by.id.as_str() == store::DJANGO
        {
            self.take(body);
        }
    }
}

/// Sees to it that the text becomes a message, in a task of its own.
pub(super) fn adopt(topic: Arc<Topic>, foreign: &Foreign) {
    let (text, client_id, services) = (foreign.text.clone(), foreign.client_id.clone(), topic.services.clone());
    let before_us = topic.nodes_before_us();
    if client_id.is_none() && before_us > 0 {
        topic.orphans(|orphans| orphans.add(&text));
    }
    let shutdown = services.shutdown.clone();
    services.tasks.spawn(async move {
        let adopting = async {
            match client_id {
                Some(client_id) => store(&topic, text, client_id).await,
                None => {
                    sleep(TURN * before_us).await;
                    let ours = before_us == 0 || topic.orphans(|orphans| orphans.take(&text));
                    if let Ok(client_id) = ClientId::parse(uuid::Uuid::now_v7().to_string())
                        && ours
                    {
                        store(&topic, text, client_id).await;
                    }
                }
            }
        };
        shutdown.run_until_cancelled(adopting).await;
    });
}

/// The name of the command that adopts what was sent then. Two processes that say the same in the same microsecond are
/// taken for one.
pub(super) fn client_id(sent: f64, text: &str) -> Option<ClientId> {
    let digest = Sha256::digest(text.as_bytes());
    ClientId::parse(format!("sent:{sent:.6}:{}", hex(&digest[..16]))).ok()
}

async fn store(topic: &Topic, text: String, client_id: ClientId) {
    let Ok(id) = PersonId::parse(store::DJANGO) else { return };
    let by = Person { id, name: String::new() };
    for attempt in 1_u32.. {
        let command = Command::Post { body: text.clone(), reply_to: None };
        match topic.services.store.command(&topic.group, &by, Some(&client_id), command).await {
            Ok(_) => return,
            Err(StoreError::Refused(refusal)) => {
                return error!(group = %topic.group, %refusal, "Could not adopt what was said elsewhere");
            }
            Err(error) => {
                if attempt == 1 {
                    warn!(group = %topic.group, %error, "Could not adopt what was said elsewhere yet; trying again");
                }
                pause(attempt).await;
            }
        }
    }
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
    fn each_orphan_is_taken_once_even_if_it_was_said_twice() {
        let mut orphans = Orphans::default();
        ["a", "a", "b"].into_iter().for_each(|text| orphans.add(text));
        assert_eq!(["a", "a", "a", "b", "b"].map(|text| orphans.take(text)), [true, true, false, true, false]);
    }
}
