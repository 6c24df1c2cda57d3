//! The sender of the benchmark in a Rust process: it keeps the window full, or sends at a pace, and knows how much of it
//! has arrived at all members of all processes. The sums are done elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName};
use tokio::net::UnixDatagram;
use tokio::sync::{Notify, OnceCell};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::member::{Layer, Members, Note, now, room};
use crate::part::{Event, Kind, Part};
use crate::process::{emit, layer};

/// Without any arrival for so long, the rest counts as lost.
const STALL: Duration = Duration::from_secs(3);

/// What was sent, and what of it has arrived.
struct Progress {
    sent: AtomicU64,
    /// Arrivals by place, and how many make one message: other processes; ours; Redis, for what ours had before it.
    got: Vec<(AtomicU64, u64)>,
    ready: AtomicUsize,
    target: OnceCell<ChannelName>,
    changed: Notify,
}

impl Progress {
    fn new(part: &Part) -> Self {
        let mut sizes = vec![part.each as u64; part.processes];
        if part.members > 0 {
            sizes.extend([part.members as u64, 1]);
        }
        Self {
            sent: AtomicU64::new(0),
            got: sizes.into_iter().map(|size| (AtomicU64::new(0), size)).collect(),
            ready: AtomicUsize::new(0),
            target: OnceCell::new(),
            changed: Notify::new(),
        }
    }

    fn arrived(&self, place: usize, got: u64) {
        self.got[place].0.fetch_max(got, Relaxed);
        self.changed.notify_waiters();
    }

    fn completed(&self) -> u64 {
        self.got.iter().map(|(got, size)| got.load(Relaxed) / size).min().unwrap_or(0)
    }

    /// The next number, if the window has room.
    fn claim(&self, window: u64) -> Option<u64> {
        let completed = self.completed();
        self.sent.fetch_update(Relaxed, Relaxed, |sent| (sent < completed + window).then_some(sent + 1)).ok()
    }

    /// Waits until it holds; `false` when nothing has arrived for a while.
    async fn until(&self, holds: impl Fn(&Self) -> bool) -> bool {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if holds(self) {
                return true;
            }
            if timeout(STALL, changed).await.is_err() {
                return false;
            }
        }
    }

    async fn drained(&self) -> bool {
        self.until(|progress| progress.completed() >= progress.sent.load(Relaxed)).await
    }
}

/// One sender's things, shared by its tasks.
struct Sender {
    layer: Arc<Layer>,
    part: Part,
    progress: Arc<Progress>,
}

/// Runs the part until everything has arrived, and answers its own members.
pub(crate) async fn run(part: Part, go: impl Future) -> Members {
    let socket = UnixDatagram::bind(&part.acks).expect("a socket");
    emit(&Event::Bound);
    let progress = Arc::new(Progress::new(&part));
    tokio::spawn(hear(socket, Arc::clone(&progress)));
    let layer = layer(&part).await;
    let own = Members::new(Arc::clone(&layer), &part, {
        let (progress, place) = (Arc::clone(&progress), part.processes);
        move |got| progress.arrived(place, got)
    });
    if own.join(&part, true).await.is_some() {
        tokio::spawn(settle(Arc::clone(&layer), Arc::clone(&progress), part.processes + 1));
    }
    while !progress.until(|progress| progress.ready.load(Relaxed) == part.processes).await {}

    let sender = Arc::new(Sender { layer, part, progress });
    for _ in 0..sender.part.window.min(10) {
        sender.say(sender.progress.sent.fetch_add(1, Relaxed), 0).await;
    }
    sender.progress.drained().await;
    let warm = sender.progress.sent.load(Relaxed);
    emit(&Event::Ready);
    go.await;
    let begin = Instant::now();
    sender.send_all(begin + Duration::from_secs_f64(sender.part.seconds)).await;
    sender.progress.drained().await;
    let seconds = begin.elapsed().as_secs_f64();
    let sent = sender.progress.sent.load(Relaxed);
    let unsent = sender.layer.redis_counters().unsent;
    emit(&Event::Done { sent, measured: sent - warm, seconds, unsent });
    own
}

impl Sender {
    async fn send_all(self: &Arc<Self>, until: Instant) {
        if self.part.rate > 0.0 {
            return self.pace(until).await;
        }
        let mut tasks = JoinSet::new();
        for _ in 0..self.part.tasks {
            tasks.spawn(flood(Arc::clone(self), until));
        }
        tasks.join_all().await;
    }

    async fn say(&self, n: u64, at: i64) {
        let note = Arc::new(Note { n: n.cast_signed(), at });
        match self.part.kind {
            Kind::Send => {
                let target = self.progress.target.get().expect("a member is ready");
                self.layer.send(target, note).await.expect("it is sent");
            }
            Kind::Group => drop(self.layer.group_send(&room(), note).await.expect("it is sent")),
        }
    }

    async fn pace(&self, until: Instant) {
        let begin = Instant::now();
        for at in 0_u32.. {
            sleep_until(begin + Duration::from_secs_f64(f64::from(at) / self.part.rate)).await;
            if Instant::now() >= until {
                return;
            }
            self.say(self.progress.sent.fetch_add(1, Relaxed), now()).await;
        }
    }
}

/// One of several tasks that send as fast as the window lets them.
async fn flood(sender: Arc<Sender>, until: Instant) {
    let window = sender.part.window as u64;
    while Instant::now() < until {
        if let Some(n) = sender.progress.claim(window) {
            sender.say(n, 0).await;
            continue;
        }
        let room = |progress: &Progress| progress.sent.load(Relaxed) < progress.completed() + window;
        let _ = tokio::time::timeout_at(until, sender.progress.until(room)).await;
    }
}

/// A member in our process has a message before Redis has heard of it: what Redis has not had does not count as done.
async fn settle(layer: Arc<Layer>, progress: Arc<Progress>, place: usize) {
    let mut settled = 0;
    loop {
        let sent = progress.sent.load(Relaxed);
        if sent == settled {
            sleep(Duration::from_micros(200)).await;
            continue;
        }
        layer.settled().await.expect("Redis is there");
        settled = sent;
        progress.arrived(place, settled);
    }
}

/// `ready <process> <channel>` or `got <process> <arrivals>`.
async fn hear(socket: UnixDatagram, progress: Arc<Progress>) {
    let mut datagram = [0; 256];
    loop {
        let length = socket.recv(&mut datagram).await.expect("a datagram");
        let text = std::str::from_utf8(&datagram[..length]).expect("text");
        let words: Vec<&str> = text.split(' ').collect();
        match words[..] {
            ["ready", _, channel] => {
                let _ = progress.target.set(channel.parse().expect("a channel's name"));
                progress.ready.fetch_add(1, Relaxed);
                progress.changed.notify_waiters();
            }
            ["got", process, got] => {
                progress.arrived(process.parse().expect("a number"), got.parse().expect("a number"));
            }
            _ => panic!("not understood: {text}"),
        }
    }
}
