//! `mixed`: people as they are. Each reads pages of history, types, posts and switches groups; open loop: what is due is
//! done, whatever the server has answered. Only over `/live`, because the plain sockets know none of it.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::{Subject, nanoseconds, own, own_since};
use crate::{
    adapter::{Live, Reply},
    cli,
    crew::{Crew, Listener},
    latency::Latencies,
    outcome::{Outcome, Talked},
    progress::Progress,
    speech::Speech,
    stamp::Stamp,
    trouble::Trouble,
};

const SPEECH: Speech = Speech { bytes: 100, text: false };
/// What is unanswered so long after the end never will be.
const DRAIN: Duration = Duration::from_secs(5);

pub(crate) struct Mix {
    people: usize,
    groups: usize,
    /// A second, of each.
    actions: f64,
    warm_up: Duration,
    measured: Duration,
}

impl From<&cli::Mixed> for Mix {
    fn from(cli: &cli::Mixed) -> Self {
        let (people, groups) = (cli.people as usize, cli.groups as usize);
        Self { people, groups, actions: cli.actions, warm_up: cli.warm_up, measured: cli.seconds }
    }
}

/// What people do; of ten things three are this, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Read,
    Type,
    Post,
    Switch,
}

const TEN_ACTS: [Act; 10] =
    [Act::Read, Act::Type, Act::Post, Act::Read, Act::Type, Act::Switch, Act::Read, Act::Type, Act::Post, Act::Type];

/// Everybody's books.
struct People {
    /// By person: since when the server owes them pages, and subscriptions. Each kind is answered in order.
    pages_owed: Vec<VecDeque<u64>>,
    switches_owed: Vec<VecDeque<u64>>,
    /// By post: who said it and has not seen it confirmed.
    unconfirmed: HashMap<u32, usize>,
    from: u64,
    pages: Latencies,
    switches: Latencies,
    confirmed: Latencies,
    delivered: Latencies,
    deliveries: u64,
}

impl Listener for People {
    fn delivered(&mut self, member: usize, stamp: Stamp, now: u64) {
        let measured = stamp.meant >= self.from;
        self.deliveries += u64::from(now >= self.from);
        if measured {
            self.delivered.record(now.saturating_sub(stamp.meant));
        }
        if self.unconfirmed.get(&stamp.number) == Some(&member) {
            self.unconfirmed.remove(&stamp.number);
            if measured {
                self.confirmed.record(now.saturating_sub(stamp.meant));
            }
        }
    }

    fn replied(&mut self, member: usize, reply: Reply, now: u64) {
        let (owed, times) = match reply {
            Reply::Page => (&mut self.pages_owed[member], &mut self.pages),
            Reply::Subscribed => (&mut self.switches_owed[member], &mut self.switches),
        };
        if let Some(since) = owed.pop_front().filter(|since| *since >= self.from) {
            times.record(now.saturating_sub(since));
        }
    }
}

/// # Errors
/// [`Trouble`] when the sockets cannot be opened.
pub(crate) fn run(subject: &Subject, mix: &Mix, progress: &Progress) -> Result<Outcome, Trouble> {
    let Mix { people, groups, actions, .. } = *mix;
    let what = format!(
        "{people} people in {groups} groups, each {actions} actions/s: 3 of 10 read a page, 4 type, 2 post, 1 switches"
    );
    let mut outcome = subject.outcome("mixed", what);
    let mut crew = subject.crew(groups)?;
    subject.gather(&mut crew, people, groups as u32, progress)?;
    let mut books = People {
        pages_owed: vec![VecDeque::new(); people],
        switches_owed: vec![VecDeque::new(); people],
        unconfirmed: HashMap::new(),
        from: 0,
        pages: Latencies::new(),
        switches: Latencies::new(),
        confirmed: Latencies::new(),
        delivered: Latencies::new(),
        deliveries: 0,
    };
    let mut town = Town { mix, crew: &mut crew, begin: 0, acts: 0, posts: 0, unsent: 0 };
    town.begin = town.crew.now();
    progress.begin("living", nanoseconds(mix.warm_up + mix.measured));
    town.live(town.begin + nanoseconds(mix.warm_up), &mut books, progress);
    let (usage, ourselves) = (subject.usage(), own());
    let (from, posts_before) = (town.crew.now(), town.posts);
    (books.from, books.deliveries) = (from, 0);
    town.live(from + nanoseconds(mix.measured), &mut books, progress);
    let seconds = (town.crew.now() - from) as f64 / 1e9;
    let (delivered, posted) = (books.deliveries, town.posts - posts_before);
    outcome.server = subject.cost(usage.as_ref(), delivered);
    outcome.generator = own_since(&ourselves, seconds);
    outcome.seconds = seconds;
    town.drain(&mut books);
    let unsent = town.unsent;
    outcome.talk = Some(Talked {
        published: f64::from(posted) / seconds,
        delivered,
        rate: delivered as f64 / seconds,
        expected: u64::from(town.posts),
        lost: books.unconfirmed.len() as u64,
        unsent,
        cut: crew.counts.cut,
        complaints: crew.counts.complaints,
        drained: books.unconfirmed.is_empty(),
        ..Talked::default()
    });
    if let Some(complaint) = &crew.counts.complaint {
        outcome.notes.push(format!("the server complained, last: {complaint}"));
    }
    outcome.notes.push(
        "expected and lost are posts and their confirmations: who is in which group changes all the time".to_owned(),
    );
    outcome.latency = books.delivered.report();
    let named = [("confirmed", &books.confirmed), ("a page", &books.pages), ("a switch", &books.switches)];
    outcome.others = named.iter().filter_map(|(name, times)| Some(((*name).to_owned(), times.report()?))).collect();
    outcome.judge();
    Ok(outcome)
}

/// The people and what they have done.
struct Town<'m, 'c, 'a> {
    mix: &'m Mix,
    crew: &'c mut Crew<'a>,
    begin: u64,
    acts: u64,
    posts: u32,
    unsent: u64,
}

impl Town<'_, '_, '_> {
    fn live(&mut self, until: u64, books: &mut People, progress: &Progress) {
        let rate = self.mix.actions * self.mix.people as f64;
        loop {
            let now = self.crew.now();
            if now >= until {
                return;
            }
            progress.at(now - self.begin);
            let mut due = self.due(rate);
            while due <= now {
                self.act(due, books);
                due = self.due(rate);
            }
            self.crew.turn(due.min(until), books);
        }
    }

    /// When the next thing is to be done.
    fn due(&self, rate: f64) -> u64 {
        self.begin + (self.acts as f64 * 1e9 / rate) as u64
    }

    fn act(&mut self, meant: u64, books: &mut People) {
        let (people, groups) = (self.mix.people as u64, self.mix.groups as u64);
        // By turns; each round another tenth of the people does another of the ten things.
        let (person, round) = ((self.acts % people) as usize, self.acts / people);
        let act = TEN_ACTS[((person as u64 + round) % 10) as usize];
        self.acts += 1;
        let here = self.crew.group_of(person);
        let group = self.crew.group(here).to_owned();
        let sent = match act {
            Act::Read => self.crew.send(person, Live::history(&group, u64::from(u32::MAX)).as_bytes()),
            Act::Type => self.crew.send(person, Live::typing(&group).as_bytes()),
            Act::Post => {
                self.posts += 1;
                books.unconfirmed.insert(self.posts, person);
                self.crew.say(person, Stamp { group: here, slot: 0, number: self.posts, meant }, SPEECH)
            }
            Act::Switch => {
                let there = ((u64::from(here) + 1 + self.acts % groups.max(2)) % groups) as u32;
                self.crew.move_to(person, there);
                let next = self.crew.group(there).to_owned();
                let left = there == here || self.crew.send(person, Live::unsubscribe(&group).as_bytes());
                left && self.crew.send(person, Live::subscribe(&next).as_bytes())
            }
        };
        match act {
            _ if !sent => self.unsent += 1,
            Act::Read => books.pages_owed[person].push_back(meant),
            Act::Switch => books.switches_owed[person].push_back(meant),
            Act::Type | Act::Post => {}
        }
    }

    fn drain(&mut self, books: &mut People) {
        let until = self.crew.now() + nanoseconds(DRAIN);
        while self.crew.now() < until && !books.unconfirmed.is_empty() {
            self.crew.turn(until, books);
        }
    }
}
