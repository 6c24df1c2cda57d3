//! Who is in a group: the people on this node by their sockets, those on others by what their nodes last said. No I/O.

use std::{collections::BTreeMap, time::Duration};

use protocol::{Person, PersonId};
use tokio::time::Instant;

/// How often a node says who is there, even if nothing has changed.
const REPORT_EVERY: Duration = Duration::from_secs(15);
/// How long a node that says nothing is believed.
const BELIEVED: Duration = Duration::from_secs(40);
/// People in a list; their number is told in full.
const MAX_LISTED: usize = 200;
/// Nodes that are listened to.
const MAX_NODES: usize = 256;

#[derive(Default)]
pub(crate) struct Presence {
    /// With the number of their sockets.
    here: BTreeMap<PersonId, (Person, u32)>,
    elsewhere: BTreeMap<String, (Vec<Person>, Instant)>,
    /// Not told to our own sockets yet.
    changed: bool,
    /// Not told to other nodes yet.
    unreported: bool,
    reported: Option<Instant>,
}

impl Presence {
    pub(crate) fn came(&mut self, person: Option<&Person>) {
        // A new socket wants the list, even if nobody new came.
        self.changed = true;
        let Some(person) = person else { return };
        let (_, sockets) = self.here.entry(person.id.clone()).or_insert_with(|| (person.clone(), 0));
        *sockets += 1;
        self.unreported |= *sockets == 1;
    }

    pub(crate) fn went(&mut self, person: Option<&Person>) {
        let Some((_, sockets)) = person.and_then(|person| self.here.get_mut(&person.id)) else { return };
        *sockets -= 1;
        if *sockets == 0 {
            person.and_then(|person| self.here.remove(&person.id));
            (self.changed, self.unreported) = (true, true);
        }
    }

    /// Whether nobody is here, on this node.
    pub(crate) fn is_empty(&self) -> bool {
        self.here.is_empty()
    }

    /// What another node says.
    pub(crate) fn heard(&mut self, node: &str, people: &[Person]) {
        if self.elsewhere.len() >= MAX_NODES && !self.elsewhere.contains_key(node) {
            return;
        }
        let people = people[..people.len().min(MAX_LISTED)].to_vec();
        let before = self.elsewhere.insert(node.to_owned(), (people.clone(), Instant::now()));
        // A node that is new does not know of us.
        self.unreported |= before.is_none();
        self.changed |= before.is_none_or(|(before, _)| before != people);
    }

    /// Forgets nodes that have fallen silent.
    pub(crate) fn expire(&mut self) {
        let before = self.elsewhere.len();
        self.elsewhere.retain(|_, (_, heard)| heard.elapsed() < BELIEVED);
        self.changed |= self.elsewhere.len() != before;
    }

    /// Whether our own sockets are to be told; once.
    pub(crate) fn take_change(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// What other nodes are to be told now, if anything.
    pub(crate) fn take_report(&mut self) -> Option<Vec<Person>> {
        let due = self.reported.is_none_or(|reported| reported.elapsed() >= REPORT_EVERY);
        if !self.unreported && !due {
            return None;
        }
        (self.unreported, self.reported) = (false, Some(Instant::now()));
        Some(self.here.values().take(MAX_LISTED).map(|(person, _)| person.clone()).collect())
    }

    /// How many of the other nodes have a name before this one.
    pub(crate) fn nodes_before(&self, node: &str) -> u32 {
        self.elsewhere.keys().take_while(|other| other.as_str() < node).count() as u32
    }

    /// Everyone, each once, in the order of their ids; the list is cut, the number is not.
    pub(crate) fn everyone(&self) -> (Vec<Person>, u64) {
        let mut all: BTreeMap<&PersonId, &Person> = self.here.iter().map(|(id, (person, _))| (id, person)).collect();
        let elsewhere = self.elsewhere.values().flat_map(|(people, _)| people);
        elsewhere.for_each(|person| {
            all.entry(&person.id).or_insert(person);
        });
        (all.values().take(MAX_LISTED).map(|person| (*person).clone()).collect(), all.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Person, PersonId};

    use super::{BELIEVED, Presence, REPORT_EVERY};

    fn person(id: &str) -> Person {
        Person { id: PersonId::parse(id).unwrap(), name: id.to_uppercase() }
    }

    fn ids(presence: &Presence) -> Vec<String> {
        presence.everyone().0.into_iter().map(|person| person.id.into()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_is_here_once_until_their_last_socket_goes() {
        let (mut presence, a) = (Presence::default(), person("a"));
        presence.came(Some(&a));
        presence.came(Some(&a));
        presence.went(Some(&a));
        assert_eq!(ids(&presence), ["a"]);
        presence.went(Some(&a));
        assert_eq!(ids(&presence), [""; 0]);
        presence.went(Some(&a));
        presence.went(None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_is_believed_until_it_has_been_silent_for_long() {
        let mut presence = Presence::default();
        presence.came(Some(&person("a")));
        presence.heard("n2", &[person("b"), person("a")]);
        assert_eq!(ids(&presence), ["a", "b"]);
        assert!(presence.take_change() && !presence.take_change());
        tokio::time::advance(BELIEVED).await;
        presence.expire();
        assert_eq!(ids(&presence), ["a"]);
        assert!(presence.take_change());
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_says_who_is_there_when_that_changes_and_every_while() {
        let mut presence = Presence::default();
        presence.came(Some(&person("a")));
        assert_eq!(presence.take_report(), Some(vec![person("a")]));
        assert_eq!(presence.take_report(), None);
        tokio::time::advance(REPORT_EVERY).await;
        assert!(presence.take_report().is_some());
        presence.heard("n2", &[]);
        assert!(presence.take_report().is_some(), "a new node is told");
    }
}
