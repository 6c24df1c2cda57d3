//! What we have published on topics that the same connection has subscribed: Redis sends each of these back once, and
//! its members here have had it. One ledger per connection: with the connection goes what was owed on it.
//!
//! Nothing on the wire says who published, and Python's peers must read our bytes, so an echo is known by them. Of
//! equal messages on one topic as many are echoes as we published; which of them does not matter for how often each
//! is heard. It can matter for order: see the crate's `README.md`.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::topic::Topic;
use crate::sync::lock;

#[derive(Default)]
pub(super) struct Ledger {
    owed: Mutex<HashMap<Topic, HashMap<Vec<u8>, usize>>>,
    /// The connection is given up: what still comes on it comes on its successor too.
    over: AtomicBool,
}

impl Ledger {
    /// Enters a message that is about to be published. Before it is written, or the echo could be faster.
    pub(super) fn enter(&self, topic: &Topic, payload: &[u8]) {
        let mut owed = lock(&self.owed);
        let owed = owed.entry(topic.clone()).or_default();
        *owed.entry(payload.to_vec()).or_default() += 1;
    }

    /// Takes a message out, and says whether it was in: then it is an echo. Also for one that was not published.
    pub(super) fn settle(&self, topic: &Topic, payload: &[u8]) -> bool {
        let mut all = lock(&self.owed);
        let Some(owed) = all.get_mut(topic) else { return false };
        let Some(times) = owed.get_mut(payload) else { return false };
        *times -= 1;
        if *times == 0 {
            owed.remove(payload);
        }
        if owed.is_empty() {
            all.remove(topic);
        }
        true
    }

    pub(super) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GroupName;

    fn room(name: &str) -> Topic {
        Topic::Group(GroupName::parse(name).unwrap())
    }

    #[test]
    fn as_many_equal_messages_are_echoes_as_were_entered() {
        let ledger = Ledger::default();
        ledger.enter(&room("a"), b"hi");
        ledger.enter(&room("a"), b"hi");
        assert!(ledger.settle(&room("a"), b"hi"));
        assert!(ledger.settle(&room("a"), b"hi"));
        assert!(!ledger.settle(&room("a"), b"hi"), "the third is someone else's");
        assert!(lock(&ledger.owed).is_empty(), "nothing is kept of what was settled");
    }

    #[test]
    fn another_message_or_topic_is_no_echo() {
        let ledger = Ledger::default();
        ledger.enter(&room("a"), b"hi");
        assert!(!ledger.settle(&room("a"), b"ho"));
        assert!(!ledger.settle(&room("b"), b"hi"));
        assert!(ledger.settle(&room("a"), b"hi"));
    }
}
