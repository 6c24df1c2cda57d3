//! Publishers talk, everyone listens: warm-up, a measured window, and at the end a drain. An open loop at an offered
//! rate, or saturated with a window of messages in flight. Never how many groups, never what else a mode does.

use std::time::Duration;

use super::{
    Subject,
    ears::{Ears, Flight},
    nanoseconds, own, own_since,
};
use crate::{
    crew::{Counts, Crew},
    outcome::{Outcome, Talked},
    progress::Progress,
    speech::Speech,
    stamp::Stamp,
};

/// How long silence must last before a drain gives up.
const SILENCE: Duration = Duration::from_secs(3);
/// How long a drain may take.
const DRAIN: Duration = Duration::from_secs(30);
/// A window in which nothing lands for so long has lost something.
const STALL: Duration = Duration::from_secs(2);

/// How fast is spoken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// So many messages a second in all, whatever comes back: an open loop.
    Offered(f64),
    /// Always so many that not everyone has heard yet: saturation.
    Window(usize),
}

/// A talk among members `0..groups × members` of a crew, where the member `m` is in group `m % groups`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk {
    pub(crate) groups: usize,
    /// Of each group, those that only listen too.
    pub(crate) members: usize,
    /// Of each group; its first members.
    pub(crate) publishers: usize,
    pub(crate) pace: Pace,
    pub(crate) speech: Speech,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
    /// Of each group, members that hear nothing, the last ones: nothing is expected of them.
    pub(crate) deaf: usize,
}

/// A talk under way.
struct Talking<'t, 'c, 'a> {
    talk: &'t Talk,
    crew: &'c mut Crew<'a>,
    ears: Ears,
    /// Messages said, by publisher.
    numbers: Vec<u32>,
    said: u64,
    unsent: u64,
    /// Whose turn it is.
    turn: usize,
}

/// Lets the crew talk and enters what came of it into `outcome`.
pub(crate) fn talk(subject: &Subject, crew: &mut Crew<'_>, talk: &Talk, progress: &Progress, outcome: &mut Outcome) {
    let begin = crew.now();
    let start = begin + nanoseconds(talk.warm_up);
    let flight = matches!(talk.pace, Pace::Window(_))
        .then(|| Flight::new(talk.groups, talk.members - talk.deaf, talk.publishers));
    let groups = (0..talk.groups * talk.members).map(|member| crew.group_of(member)).collect();
    let ears = Ears::new(groups, talk.publishers, 0..0, flight);
    let numbers = vec![0; talk.groups * talk.publishers];
    let mut talking = Talking { talk, crew, ears, numbers, said: 0, unsent: 0, turn: 0 };

    progress.begin("talking", nanoseconds(talk.warm_up + talk.measured));
    talking.run(begin, start, progress);
    let (usage, ourselves, counts, said) = (subject.usage(), own(), talking.crew.counts.clone(), talking.said);
    // The readings took a moment, which belongs to no window: what is late by it is late by our fault.
    let from = talking.crew.now();
    let end = from + nanoseconds(talk.measured);
    talking.ears.measure(from..end);
    talking.run(begin, end, progress);
    let seconds = (talking.crew.now() - from) as f64 / 1e9;
    let delivered = talking.ears.within;
    outcome.server = subject.cost(usage.as_ref(), delivered);
    outcome.generator = own_since(&ourselves, seconds);
    let wire = spent(&talking.crew.counts, &counts);
    let published = (talking.said - said) as f64 / seconds;
    progress.begin("draining", 1);
    let drained = talking.drain();
    let talked = talking.talked(seconds, delivered, published, &wire, drained);
    outcome.seconds = seconds;
    outcome.latency = talking.ears.latencies.report();
    talking.explain(outcome);
    outcome.talk = Some(talked);
}

/// What the sockets did between two looks.
fn spent(now: &Counts, before: &Counts) -> Counts {
    Counts {
        bytes_in: now.bytes_in - before.bytes_in,
        bytes_out: now.bytes_out - before.bytes_out,
        frames_in: now.frames_in - before.frames_in,
        ..Counts::default()
    }
}

impl Talking<'_, '_, '_> {
    /// Talks until `until`.
    fn run(&mut self, begin: u64, until: u64, progress: &Progress) {
        loop {
            let now = self.crew.now();
            if now >= until {
                return;
            }
            progress.at(now - begin);
            let wake = match self.talk.pace {
                Pace::Offered(rate) => self.say_what_is_due(begin, now, rate),
                Pace::Window(window) => self.fill(window, now),
            };
            self.crew.turn(wake.min(until), &mut self.ears);
        }
    }

    /// Says everything that was meant to be said by now; when the next is due.
    fn say_what_is_due(&mut self, begin: u64, now: u64, rate: f64) -> u64 {
        loop {
            let due = begin + ((self.said + self.unsent) as f64 * 1e9 / rate) as u64;
            if due > now {
                return due;
            }
            self.say(due);
        }
    }

    /// Says so much that the window is full; when to look for a stall.
    fn fill(&mut self, window: usize, now: u64) -> u64 {
        let stall = nanoseconds(STALL);
        if self.ears.in_flight() >= window
            && now.saturating_sub(self.ears.last) > stall
            && let Some(flight) = &mut self.ears.flight
        {
            flight.forget();
            self.ears.last = now;
        }
        let mut tries = self.numbers.len();
        while self.ears.in_flight() < window && tries > 0 {
            if !self.say(now) {
                tries -= 1;
            }
        }
        now + stall
    }

    /// The next publisher says its next message; false if its socket is gone.
    fn say(&mut self, meant: u64) -> bool {
        let publisher = self.turn;
        self.turn = (self.turn + 1) % self.numbers.len();
        // All groups' first publishers take their turn, then the second ones.
        let (group, slot) = (publisher % self.talk.groups, publisher / self.talk.groups);
        let number = self.numbers[publisher] + 1;
        let stamp = Stamp { group: group as u32, slot: slot as u32, number, meant };
        if !self.crew.say(publisher, stamp, self.talk.speech) {
            self.unsent += 1;
            return false;
        }
        self.numbers[publisher] = number;
        self.said += 1;
        if let Some(flight) = &mut self.ears.flight {
            flight.started(stamp.group, stamp.slot);
        }
        true
    }

    fn expected(&self) -> u64 {
        self.said * (self.talk.members - self.talk.deaf) as u64
    }

    /// Listens until everything has come, or nothing comes any more. Says which.
    fn drain(&mut self) -> bool {
        let begin = self.crew.now();
        loop {
            let now = self.crew.now();
            if self.ears.ledger.heard >= self.expected() {
                return true;
            }
            let silent = now.saturating_sub(self.ears.last.max(begin)) > nanoseconds(SILENCE);
            if silent || now - begin > nanoseconds(DRAIN) {
                return false;
            }
            self.crew.turn(now + nanoseconds(SILENCE) / 10, &mut self.ears);
        }
    }

    fn talked(&self, seconds: f64, delivered: u64, published: f64, wire: &Counts, drained: bool) -> Talked {
        let (ledger, counts, expected) = (&self.ears.ledger, &self.crew.counts, self.expected());
        let each = |what: u64| if delivered == 0 { 0.0 } else { what as f64 / delivered as f64 };
        Talked {
            offered: match self.talk.pace {
                Pace::Offered(rate) => Some(rate),
                Pace::Window(_) => None,
            },
            window: match self.talk.pace {
                Pace::Window(window) => Some(window),
                Pace::Offered(_) => None,
            },
            published,
            delivered,
            rate: delivered as f64 / seconds,
            expected,
            lost: expected.saturating_sub(ledger.heard),
            duplicates: ledger.faults.duplicates,
            disordered: ledger.faults.disordered,
            foreign: ledger.faults.foreign,
            unsent: self.unsent,
            cut: counts.cut,
            complaints: counts.complaints,
            drained,
            bytes_per_delivery: each(wire.bytes_in),
            bytes_out: wire.bytes_out,
            frames_per_delivery: each(wire.frames_in),
        }
    }

    /// The server's last words, where it had some.
    fn explain(&self, outcome: &mut Outcome) {
        let counts = &self.crew.counts;
        if let Some(why) = &counts.cut_why {
            outcome.notes.push(format!("the server ended {} sockets, the last one: {why}", counts.cut));
        }
        if let Some(complaint) = &counts.complaint {
            outcome.notes.push(format!("the server complained {} times, last: {complaint}", counts.complaints));
        }
    }
}
