//! The workload of end2end/django/churn.py on our layer, in one process: a steady consumer counts what a second layer
//! sends, while others beside it come, listen a moment and go. Read by `receive`, as there. No verdict here.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use channel_layer::{ChannelLayer, ChannelName, LayerError, Map, RedisLayer, Value, Wire};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::member::{lock, now};
use crate::part::{Churned, Part, Workload};
use crate::process::layer;

struct Numbered(i64);

impl Wire for Numbered {
    fn to_wire(&self) -> Map {
        Map::new().with("type", "churn").with("number", self.0)
    }

    fn from_wire(map: Map) -> Option<Self> {
        match map.get("number") {
            Some(Value::Int(number)) => Some(Self(*number)),
            _ => None,
        }
    }
}

type Layer = Arc<RedisLayer<Numbered>>;

/// What happened.
#[derive(Default)]
struct Tally {
    sent: AtomicU64,
    full: AtomicU64,
    opened: AtomicU64,
    arrived: Mutex<Vec<i64>>,
    latest: AtomicI64,
    failures: Mutex<BTreeMap<String, u64>>,
}

impl Tally {
    fn fail(&self, error: &LayerError) {
        *lock(&self.failures).entry(error.to_string()).or_default() += 1;
    }

    fn report(&self, seconds: f64) -> Churned {
        let arrived = lock(&self.arrived).clone();
        let distinct: HashSet<_> = arrived.iter().collect();
        let (sent, received) = (self.sent.load(Relaxed), distinct.len() as u64);
        Churned {
            sent,
            received,
            lost: sent - received,
            duplicated: arrived.len() as u64 - received,
            out_of_order: out_of_order(&arrived),
            full: self.full.load(Relaxed),
            opened: self.opened.load(Relaxed),
            failures: lock(&self.failures).clone(),
            seconds,
        }
    }
}

/// How many first arrivals came after a younger one.
fn out_of_order(arrived: &[i64]) -> u64 {
    let (mut met, mut youngest) = (HashSet::new(), i64::MIN);
    let late = arrived.iter().filter(|number| {
        let late = met.insert(**number) && **number < youngest;
        youngest = youngest.max(**number);
        late
    });
    late.count() as u64
}

pub(crate) async fn run(part: &Part) -> Churned {
    let (sender, reader): (Layer, Layer) = (layer(part).await, layer(part).await);
    let (tally, workload) = (Arc::new(Tally::default()), part.workload.clone());
    let steady = reader.new_channel("specific").expect("a channel");
    let mut tasks = JoinSet::new();
    tasks.spawn(come_and_go(Arc::clone(&reader), workload.clone(), Arc::clone(&tally)));
    tasks.spawn(read(Arc::clone(&reader), steady.clone(), Arc::clone(&tally)));
    let begin = Instant::now();
    send_all(&sender, &steady, &workload, &tally).await;
    let seconds = begin.elapsed().as_secs_f64();
    until_silent(workload.settle, &tally).await;
    tasks.shutdown().await;
    for layer in [sender, reader] {
        let _ = layer.close().await;
    }
    tally.report(seconds)
}

/// The steady consumer.
async fn read(layer: Layer, channel: ChannelName, tally: Arc<Tally>) {
    loop {
        match layer.receive(&channel).await {
            Ok(message) => {
                lock(&tally.arrived).push(message.0);
                tally.latest.store(now(), Relaxed);
            }
            Err(error) => return tally.fail(&error),
        }
    }
}

async fn send_all(layer: &Layer, to: &ChannelName, workload: &Workload, tally: &Tally) {
    let begin = Instant::now();
    for number in 0..workload.messages {
        sleep_until(begin + Duration::from_secs_f64(f64::from(number) / workload.rate)).await;
        match layer.send(to, Arc::new(Numbered(number.into()))).await {
            Ok(()) => tally.sent.fetch_add(1, Relaxed),
            Err(LayerError::ChannelFull) => tally.full.fetch_add(1, Relaxed),
            Err(error) => panic!("{error}"),
        };
    }
}

/// Opens consumers at the asked rate.
async fn come_and_go(layer: Layer, workload: Workload, tally: Arc<Tally>) {
    let (begin, mut visits) = (Instant::now(), JoinSet::new());
    for visit in 0_u32.. {
        sleep_until(begin + Duration::from_secs_f64(f64::from(visit) / workload.opens)).await;
        visits.spawn(listen(Arc::clone(&layer), workload.lifetime, Arc::clone(&tally)));
        while visits.try_join_next().is_some() {}
    }
}

/// A visitor: listens on a channel of its own, is cancelled, and goes.
async fn listen(layer: Layer, lifetime: f64, tally: Arc<Tally>) {
    let channel = layer.new_channel("specific").expect("a channel");
    tally.opened.fetch_add(1, Relaxed);
    if let Ok(Err(error)) = timeout(Duration::from_secs_f64(lifetime), layer.receive(&channel)).await {
        tally.fail(&error);
    }
    layer.detach(&channel);
}

async fn until_silent(settle: f64, tally: &Tally) {
    tally.latest.store(now(), Relaxed);
    loop {
        let silence = Duration::from_nanos((now() - tally.latest.load(Relaxed)).unsigned_abs());
        let Some(rest) = Duration::from_secs_f64(settle).checked_sub(silence).filter(|rest| !rest.is_zero()) else {
            return;
        };
        sleep(rest).await;
    }
}
