//! Random histories, delivered at random: whatever is lost, doubled, late or out of order, the timeline ends as the
//! group is.

use std::collections::{BTreeMap, VecDeque};

use crate::model::{Group, ME, Op, epoch, op, person};
use proptest::{prelude::*, sample::Index};
use protocol::{Change, ClientId, Event, Message, Seq};
use timeline::{Inserted, Next, Page, PendingChange, Timeline};

/// Past this the model's server says `reset`; small, so that it happens.
const REPLAY: u64 = 12;

#[derive(Clone, Debug)]
enum Step {
    Happen(Op),
    /// Events arrive: so many, of the queue's first ones, in an order of their own, some twice.
    Arrive {
        many: usize,
        order: Vec<Index>,
    },
    /// A cut: what is on its way is lost.
    Cut,
    /// The client asks for what it misses; the answer may be cut short.
    Resume {
        cut_after: usize,
    },
    /// The client asks for a page, which is read now and arrives later.
    Ask {
        before: Option<Index>,
        limit: usize,
    },
    PageArrives,
    Look(Option<Index>),
}

fn step() -> impl Strategy<Value = Step> {
    let order = prop::collection::vec(any::<Index>(), 0..6);
    prop_oneof![
        8 => op().prop_map(Step::Happen),
        4 => (1..8_usize, order).prop_map(|(many, order)| Step::Arrive { many, order }),
        1 => Just(Step::Cut),
        2 => (0..20_usize).prop_map(|cut_after| Step::Resume { cut_after }),
        2 => (prop::option::of(any::<Index>()), 1..6_usize).prop_map(|(before, limit)| Step::Ask { before, limit }),
        2 => Just(Step::PageArrives),
        1 => prop::option::of(any::<Index>()).prop_map(Step::Look),
    ]
}

/// One client of the group, and what is between the two.
struct Client {
    timeline: Timeline,
    on_the_way: VecDeque<Event>,
    pages: VecDeque<Page>,
    /// Messages up to here are of before a reset.
    outdated: Seq,
    confirmed: BTreeMap<ClientId, u32>,
    wished: Vec<Event>,
}

impl Client {
    fn of(group: &Group) -> Self {
        let page = group.page(group.head(), group.head() + 1, 5);
        let timeline = Timeline::from_snapshot(epoch(), page.seq, page.messages, page.more);
        let (on_the_way, pages) = (VecDeque::new(), VecDeque::new());
        Self { timeline, on_the_way, pages, outdated: 0, confirmed: BTreeMap::new(), wished: Vec::new() }
    }

    fn hear(&mut self, events: Vec<Event>) {
        let applied = self.timeline.apply(&epoch(), events);
        self.count(applied.confirmed);
    }

    fn count(&mut self, confirmed: Vec<ClientId>) {
        for id in confirmed {
            *self.confirmed.entry(id).or_default() += 1;
        }
    }

    fn step(&mut self, group: &mut Group, step: &Step) {
        match step {
            Step::Happen(op) => {
                let event = group.happen(op).clone();
                self.wish(&event);
                self.on_the_way.push_back(event);
            }
            Step::Arrive { many, order } => {
                let mut batch: Vec<Event> = self.on_the_way.iter().take(*many).cloned().collect();
                self.on_the_way.drain(..batch.len());
                for index in order.iter().take(if batch.is_empty() { 0 } else { order.len() }) {
                    let early = batch[index.index(batch.len())].clone();
                    batch.insert(0, early);
                }
                self.hear(batch);
            }
            Step::Cut => self.on_the_way.clear(),
            Step::Resume { cut_after } => self.resume(group, *cut_after),
            Step::Ask { before, limit } => {
                let before = before.map_or(group.head() + 1, |index| index.index(group.events.len() + 2) as Seq);
                self.pages.push_back(group.page(group.head(), before, *limit));
            }
            Step::PageArrives => {
                if let Some(page) = self.pages.pop_front() {
                    self.insert(group, page);
                }
            }
            Step::Look(index) => {
                self.timeline.look_at(index.map(|index| index.index(group.events.len() + 1) as Seq));
            }
        }
        self.check(group);
    }

    /// What I do is shown before it is stored.
    fn wish(&mut self, event: &Event) {
        let Some(client_id) = event.client_id.clone() else { return };
        let is_new = match &event.change {
            Change::Posted { body, reply_to, .. } => {
                self.timeline.pend(client_id, body.clone(), reply_to.clone(), event.at)
            }
            Change::Edited { .. }
            | Change::Deleted { .. }
            | Change::Reacted { .. }
            | Change::Pinned { .. }
            | Change::Unknown => {
                let (by, change) = (person(ME), event.change.clone());
                self.timeline.pend_change(PendingChange { client_id, by, at: event.at, change })
            }
        };
        assert!(is_new);
        self.wished.push(event.clone());
    }

    fn resume(&mut self, group: &Group, cut_after: usize) {
        self.on_the_way.clear();
        let (last, head) = (self.timeline.last(), group.head());
        if head - last > REPLAY {
            self.timeline.reset(epoch(), head);
            self.outdated = head;
        } else {
            self.hear(group.between(last, head).into_iter().take(cut_after).collect());
        }
        self.timeline.heard(head);
    }

    fn insert(&mut self, group: &Group, page: Page) {
        let again = group.page(group.head(), page.before, page.messages.len().max(1));
        let inserted = match self.timeline.insert_page(page) {
            Inserted::Stale => self.timeline.insert_page(again),
            done => done,
        };
        let Inserted::Done { confirmed } = inserted else { panic!("a page of this moment is never stale") };
        self.outdated = 0;
        self.count(confirmed);
    }

    /// Every message is as the group had it, at the timeline's last event or at that of a page from later.
    fn check(&self, group: &Group) {
        for message in self.timeline.messages().filter(|message| message.seq > self.outdated) {
            let as_of = message.changed.max(self.timeline.last());
            let truth = group.messages(as_of).into_iter().find(|truth| truth.seq == message.seq);
            assert_eq!(Some(message), truth.as_ref(), "as of {as_of}");
        }
        let behind = self.timeline.next() != Next::Nothing;
        assert!(behind || self.timeline.last() <= group.head());
    }

    /// The network holds at last: catch up, load all there is, send again what is not confirmed.
    fn settle(&mut self, group: &Group) {
        self.resume(group, usize::MAX);
        assert_eq!(self.timeline.next(), Next::Nothing);
        self.timeline.look_at(None);
        while let Some(gap) = self.timeline.gaps().last() {
            self.insert(group, group.page(group.head(), gap.before, 7));
            self.check(group);
        }
        self.hear(self.wished.clone());
    }
}

fn messages(timeline: &Timeline) -> Vec<Message> {
    timeline.messages().cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_old_snapshot_and_the_events_since_are_a_new_snapshot(ops in prop::collection::vec(op(), 0..40), limit in 1..8_usize) {
        let group = Group::of(&ops);
        let now = group.messages(group.head());
        for then in 0..=group.head() {
            let page = group.page(then, then + 1, limit);
            let from = page.messages.first().map_or(then + 1, |oldest| oldest.seq);
            let more = page.more;
            let mut timeline = Timeline::from_snapshot(epoch(), then, page.messages, more);
            timeline.apply(&epoch(), group.between(then, group.head()));
            let loaded: Vec<Message> = now.iter().filter(|message| message.seq >= from).cloned().collect();
            prop_assert_eq!(messages(&timeline), loaded);
            prop_assert_eq!(timeline.more(), more);
        }
    }

    #[test]
    fn whatever_the_network_does_the_timeline_ends_as_the_group_is(
        before in prop::collection::vec(op(), 0..30),
        steps in prop::collection::vec(step(), 0..120),
    ) {
        let mut group = Group::of(&before);
        let mut client = Client::of(&group);
        for step in &steps {
            client.step(&mut group, step);
        }
        client.settle(&group);
        prop_assert_eq!(client.timeline.last(), group.head());
        prop_assert_eq!(messages(&client.timeline), group.messages(group.head()));
        prop_assert!(client.timeline.pending().is_empty() && client.timeline.pending_changes().is_empty());
        let once: BTreeMap<ClientId, u32> =
            client.wished.iter().map(|event| (event.client_id.clone().unwrap(), 1)).collect();
        prop_assert_eq!(client.confirmed, once);
    }

    #[test]
    fn any_order_within_the_waiting_room_gives_the_same(
        ops in prop::collection::vec(op(), 1..60),
        order in Just((0..240_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let group = Group::of(&ops);
        let mut timeline = Timeline::from_snapshot(epoch(), 0, Vec::new(), false);
        for place in order {
            // Every event about four times.
            timeline.apply(&epoch(), [group.events[place % group.events.len()].clone()]);
        }
        prop_assert_eq!(messages(&timeline), group.messages(group.head()));
        prop_assert_eq!(timeline.gaps().count(), 0);
    }
}
