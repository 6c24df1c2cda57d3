//! How far each of a direct conversation's people has read: told to the sockets of the others, on every node, and kept for as
//! long as the topic is, so that nothing goes back. Never in another group, never stored here.

use std::sync::Arc;

use protocol::{Person, Seq, ServerFrame};
use websocket::Frame;

use super::{
    event::{GroupEvent, encode},
    subscriber::Subscriber,
    topic::Topic,
};

/// People whose marks are kept; a direct conversation has a few.
const MOST: usize = 64;

/// The latest mark of each person.
#[derive(Default)]
pub(super) struct Marks(Vec<(Person, Seq)>);

impl Marks {
    /// Whether this is news.
    fn put(&mut self, by: &Person, seq: Seq) -> bool {
        if let Some((_, known)) = self.0.iter_mut().find(|(known, _)| known.id == by.id) {
            return std::mem::replace(known, seq.max(*known)) < seq;
        }
        let room = self.0.len() < MOST;
        if room {
            self.0.push((by.clone(), seq));
        }
        room
    }
}

impl Topic {
    /// Someone here has read up to this event: the others hear it, on every node.
    pub(crate) async fn say_seen(&self, by: &Person, seq: Seq) {
        // Nobody has read what was not said yet.
        let seq = seq.min(self.head().1);
        if self.show_seen(by, seq) {
            self.say(GroupEvent::Seen(by.clone(), seq)).await;
        }
    }

    /// Tells our own sockets, if it is news. The same comes back through the layer, and is none then.
    pub(super) fn show_seen(&self, by: &Person, seq: Seq) -> bool {
        let mut state = self.lock();
        let news = state.seen.put(by, seq);
        if news {
            let frame = self.seen_frame(by, seq);
            state.subscribers.iter().for_each(|place| place.subscriber.seen(&self.group, &by.id, &frame));
        }
        news
    }

    /// Tells somebody new how far the others are: as the store has it, or as was heard since. In one step with what is heard,
    /// so that nothing older comes after.
    pub(crate) fn tell_seen(&self, to: &Arc<dyn Subscriber>, stored: Vec<(Person, Seq)>) {
        let mut state = self.lock();
        for (by, seq) in stored {
            state.seen.put(&by, seq);
        }
        state.seen.0.iter().for_each(|(by, seq)| to.seen(&self.group, &by.id, &self.seen_frame(by, *seq)));
    }

    fn seen_frame(&self, by: &Person, seq: Seq) -> Frame {
        encode(&ServerFrame::Seen { group: self.group.clone(), by: by.clone(), seq })
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Person, PersonId};

    use super::{MOST, Marks};

    fn person(id: usize) -> Person {
        Person::new(PersonId::parse(format!("p{id}")).unwrap(), "")
    }

    #[test]
    fn a_mark_only_moves_forward() {
        let mut marks = Marks::default();
        assert!(marks.put(&person(1), 0) && marks.put(&person(1), 7));
        assert!(!marks.put(&person(1), 7) && !marks.put(&person(1), 3));
        assert!(marks.put(&person(2), 3));
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut marks = Marks::default();
        assert_eq!((0..2 * MOST).filter(|id| marks.put(&person(*id), 1)).count(), MOST);
        assert!(marks.put(&person(0), 2) && !marks.put(&person(MOST), 2));
    }
}
