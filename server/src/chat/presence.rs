//! Who is in a group: the people on this node by their sockets, those on others by what their nodes last said. No I/O.

use std::{collections::BTreeMap, time::Duration};

use protocol::{Person, PersonId};
use tokio::time::Instant;

/// How often a node says who is there, even if nothing has changed.
const REPORT_EVERY: Duration = Duration::from_secs(15);
/// How long a node that says nothing is believed.
const BELIEVED: Duration = Duration::from_secs(40);
/// People in a list, ours to our sockets and a node's report alike; their number is told besides.
const MAX_LISTED: usize = 200;
/// Nodes that are listened to.
const MAX_NODES: usize = 256;

#[derive(Default)]
pub(crate) struct Presence {
    /// With the number of their sockets.
    here: BTreeMap<PersonId, (Person, u32)>,
    elsewhere: BTreeMap<String, Report>,
    /// Not told to our own sockets yet.
    changed: bool,
    /// Not told to other nodes yet.
    unreported: bool,
    reported: Option<Instant>,
}

/// What another node said last.
struct Report {
    people: Vec<Person>,
    /// Besides those.
    unlisted: u64,
    heard: Instant,
}

impl Presence {
    pub(crate) fn came(&mut self, person: Option<&Person>) {
        let Some(person) = person else { return };
        let (_, sockets) = self.here.entry(person.id.clone()).or_insert_with(|| (person.clone(), 0));
        *sockets += 1;
        let is_new = *sockets == 1;
        (self.changed, self.unreported) = (self.changed || is_new, self.unreported || is_new);
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
    pub(crate) fn heard(&mut self, node: &str, people: &[Person], count: u64) {
        if self.elsewhere.len() >= MAX_NODES && !self.elsewhere.contains_key(node) {
            return;
        }
        let people = people[..people.len().min(MAX_LISTED)].to_vec();
        let unlisted = count.saturating_sub(people.len() as u64);
        let report = Report { people, unlisted, heard: Instant::now() };
        let said = |report: &Report| (report.people.clone(), report.unlisted);
        let (now, before) = (said(&report), self.elsewhere.insert(node.to_owned(), report));
        // A node that is new does not know of us.
        self.unreported |= before.is_none();
        self.changed |= before.is_none_or(|before| said(&before) != now);
    }

    /// Forgets nodes that have fallen silent.
    pub(crate) fn expire(&mut self) {
        let before = self.elsewhere.len();
        self.elsewhere.retain(|_, report| report.heard.elapsed() < BELIEVED);
        let fell_silent = self.elsewhere.len() != before;
        self.changed |= fell_silent;
        // Perhaps it was we who could not hear, and they have forgotten us as well.
        self.unreported |= fell_silent;
    }

    /// Whether our own sockets are to be told; once.
    pub(crate) fn take_change(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// What other nodes are to be told now, if anything: people, and how many there are.
    pub(crate) fn take_report(&mut self) -> Option<(Vec<Person>, u64)> {
        let due = self.reported.is_none_or(|reported| reported.elapsed() >= REPORT_EVERY);
        if !self.unreported && !due {
            return None;
        }
        (self.unreported, self.reported) = (false, Some(Instant::now()));
        let people = self.here.values().take(MAX_LISTED).map(|(person, _)| person.clone()).collect();
        Some((people, self.here.len() as u64))
    }

    /// Whether other nodes may believe that somebody is here.
    pub(crate) fn has_reported(&self) -> bool {
        self.reported.is_some()
    }

    /// How many of the other nodes have a name before this one.
    pub(crate) fn nodes_before(&self, node: &str) -> u32 {
        self.elsewhere.keys().take_while(|other| other.as_str() < node).count() as u32
    }

    /// Everyone, each once, in the order of their ids; the list is cut, the number is not. Past what a node lists it is
    /// only nearly right: who is not listed there and is on another node too counts twice.
    pub(crate) fn everyone(&self) -> (Vec<Person>, u64) {
        let mut all: BTreeMap<&PersonId, &Person> = self.here.iter().map(|(id, (person, _))| (id, person)).collect();
        let elsewhere = self.elsewhere.values().flat_map(|report| &report.people);
        elsewhere.for_each(|person| {
            all.entry(&person.id).or_insert(person);
        });
        let unlisted: u64 = self.elsewhere.values().map(|report| report.unlisted).fold(0, u64::saturating_add);
        let count = (all.len() as u64).saturating_add(unlisted);
        (all.values().take(MAX_LISTED).map(|person| (*person).clone()).collect(), count)
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Person, PersonId};

    use super::{BELIEVED, MAX_LISTED, Presence, REPORT_EVERY};

    fn person(id: &str) -> Person {
        Person::new(PersonId::parse(id).unwrap(), id.to_uppercase())
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
        presence.heard("n2", &[person("b"), person("a")], 2);
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
        assert_eq!(presence.take_report(), Some((vec![person("a")], 1)));
        assert_eq!(presence.take_report(), None);
        tokio::time::advance(REPORT_EVERY).await;
        assert!(presence.take_report().is_some());
        presence.heard("n2", &[], 0);
        assert!(presence.take_report().is_some(), "a new node is told");
    }

    #[tokio::test(start_paused = true)]
    async fn all_are_counted_though_not_all_are_listed() {
        let mut presence = Presence::default();
        let many: Vec<_> = (0..MAX_LISTED + 50).map(|n| person(&format!("p{n:04}"))).collect();
        many.iter().for_each(|person| presence.came(Some(person)));
        let Some((listed, count)) = presence.take_report() else { panic!("a report") };
        assert_eq!((listed.len(), count), (MAX_LISTED, 250));
        let mut other = Presence::default();
        other.came(Some(&person("p0000")));
        other.came(Some(&person("z")));
        other.heard("n1", &listed, count);
        let (people, count) = other.everyone();
        assert_eq!((people.len(), count), (MAX_LISTED, 251), "who is listed on both counts once");
        assert!(other.take_change());
        other.heard("n1", &listed, 249);
        assert!(other.take_change(), "the number changes too");
    }

    #[tokio::test(start_paused = true)]
    async fn another_socket_of_the_same_person_or_of_nobody_changes_nothing() {
        let (mut presence, a) = (Presence::default(), person("a"));
        presence.came(Some(&a));
        assert!(presence.take_change());
        presence.came(None);
        presence.went(None);
        presence.came(Some(&a));
        presence.went(Some(&a));
        assert!(!presence.take_change());
    }
}
