//! Members of the benchmark in a Rust process: each checks the numbers that come, and together they tell the sender how
//! much has arrived. Nothing is sent here but that.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName, Delivery, GroupName, Inbox, Map, RedisLayer, Value, Wire};
use rustix::time::{ClockId, clock_gettime};
use tokio::time::interval;

use crate::part::{Part, Report};

pub(crate) type Layer = RedisLayer<Note>;

const TEXT: [u8; 100] = [b'x'; 100];
/// After which what has arrived is told, however little; and when latencies are taken, where more would only keep the
/// machine awake.
const TICK: Duration = Duration::from_millis(5);
const SLOW_TICK: Duration = Duration::from_millis(50);

/// What is sent: the number, and when, or 0.
pub(crate) struct Note {
    pub(crate) n: i64,
    pub(crate) at: i64,
}

impl Wire for Note {
    fn to_wire(&self) -> Map {
        let text = String::from_utf8_lossy(&TEXT).into_owned();
        Map::new().with("type", "number").with("n", self.n).with("at", self.at).with("text", text)
    }

    fn from_wire(map: Map) -> Option<Self> {
        match (map.text("type"), map.get("n"), map.get("at"), map.text("text")) {
            (Some("number"), Some(Value::Int(n)), Some(Value::Int(at)), Some(_)) => Some(Self { n: *n, at: *at }),
            _ => None,
        }
    }
}

/// Nanoseconds of the clock that all processes of a machine share.
pub(crate) fn now() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

pub(crate) fn room() -> GroupName {
    "bench".parse().expect("a group's name")
}

/// The members of this process.
pub(crate) struct Members {
    layer: Arc<Layer>,
    tally: Arc<Tally>,
    all: Mutex<Vec<Arc<Member>>>,
}

/// What they got together.
struct Tally {
    got: AtomicU64,
    told: AtomicU64,
    /// Told at every so many, so that the sender's window never waits for it.
    stride: u64,
    timed: bool,
    tell: Box<dyn Fn(u64) + Send + Sync>,
}

struct Member {
    tally: Arc<Tally>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    following: i64,
    missing: BTreeSet<i64>,
    duplicated: u64,
    latencies: Vec<i64>,
}

impl Members {
    pub(crate) fn new(layer: Arc<Layer>, part: &Part, tell: impl Fn(u64) + Send + Sync + 'static) -> Self {
        let stride = (part.window / 8).max(1) * part.members.max(1);
        let tally = Tally {
            got: AtomicU64::new(0),
            told: AtomicU64::new(0),
            stride: stride as u64,
            timed: part.rate > 0.0,
            tell: Box::new(tell),
        };
        Self { layer, tally: Arc::new(tally), all: Mutex::default() }
    }

    /// Starts as many, and answers the last one's name.
    pub(crate) async fn join(&self, part: &Part, in_group: bool) -> Option<ChannelName> {
        let mut last = None;
        for _ in 0..part.members {
            let member = Arc::new(Member { tally: Arc::clone(&self.tally), seen: Mutex::default() });
            lock(&self.all).push(Arc::clone(&member));
            let channel = self.open(member, part.inboxes);
            if in_group {
                self.layer.group_add(&room(), &channel).await.expect("it joins");
            }
            last = Some(channel);
        }
        tokio::spawn(tick(Arc::clone(&self.tally)));
        last
    }

    fn open(&self, member: Arc<Member>, inboxes: bool) -> ChannelName {
        if inboxes {
            return self.layer.attach("specific", member).expect("it attaches");
        }
        let channel = self.layer.new_channel("specific").expect("a channel");
        tokio::spawn(read(Arc::clone(&self.layer), channel.clone(), member));
        channel
    }

    pub(crate) fn report(&self) -> Report {
        let mut report = Report { got: self.tally.got.load(Relaxed), ..Report::default() };
        for member in lock(&self.all).iter() {
            let mut seen = lock(&member.seen);
            report.duplicated += seen.duplicated;
            report.latencies.append(&mut seen.latencies);
        }
        report
    }
}

async fn read(layer: Arc<Layer>, channel: ChannelName, member: Arc<Member>) {
    while let Ok(note) = layer.receive(&channel).await {
        member.deliver(&[note]);
    }
}

async fn tick(tally: Arc<Tally>) {
    let mut ticks = interval(if tally.timed { SLOW_TICK } else { TICK });
    loop {
        ticks.tick().await;
        tally.say(1);
    }
}

impl Tally {
    /// Tells, if at least so many are untold.
    fn say(&self, least: u64) {
        let (got, told) = (self.got.load(Relaxed), self.told.load(Relaxed));
        if got >= told + least && self.told.compare_exchange(told, got, Relaxed, Relaxed).is_ok() {
            (self.tell)(got);
        }
    }
}

impl Inbox<Note> for Member {
    fn deliver(&self, batch: &[Arc<Note>]) -> Delivery {
        let arrived = self.tally.timed.then(now);
        let mut seen = lock(&self.seen);
        let fresh = batch.iter().filter(|note| seen.see(note, arrived)).count();
        drop(seen);
        self.tally.got.fetch_add(fresh as u64, Relaxed);
        self.tally.say(self.tally.stride);
        Delivery::Taken
    }

    fn gap(&self) {}
}

impl Seen {
    /// Whether it is new.
    fn see(&mut self, note: &Note, arrived: Option<i64>) -> bool {
        if note.n >= self.following {
            self.missing.extend(self.following..note.n);
            self.following = note.n + 1;
        } else if !self.missing.remove(&note.n) {
            self.duplicated += 1;
            return false;
        }
        if let Some(arrived) = arrived.filter(|_| note.at > 0) {
            self.latencies.push(arrived - note.at);
        }
        true
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
