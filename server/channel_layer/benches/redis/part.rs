//! What one process of the benchmark does: the JSON in its first argument, for Rust (here) and Python
//! (end2end/django/bench.py) alike, and what they answer. No scenario is chosen here and nothing is measured.
//!
//! A process answers by lines of JSON on stdout. A sender says `bound` when members may start, `ready` when all have
//! joined and a few messages have warmed everything up; it begins when it reads a line, and says `done` when
//! everything has arrived, or nothing more for three seconds. When stdin ends, each says what its members got.
//! Members tell the sender by datagrams `ready <process> <channel>` and `got <process> <arrivals>`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a process does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) role: Role,
    pub(crate) url: String,
    /// The layer's capacity: high enough that nothing is full.
    pub(crate) capacity: usize,
    /// The sender's socket.
    pub(crate) acks: String,
    /// Which of the members' processes this is.
    pub(crate) index: usize,
    pub(crate) kind: Kind,
    /// Members in this process.
    pub(crate) members: usize,
    /// Other processes that hold members, and how many each.
    pub(crate) processes: usize,
    pub(crate) each: usize,
    /// Messages under way, at most: sent and not yet arrived at all members.
    pub(crate) window: usize,
    /// Tasks that send.
    pub(crate) tasks: usize,
    pub(crate) seconds: f64,
    /// Messages per second; 0 is as many as the window allows. Only then are latencies measured.
    pub(crate) rate: f64,
    /// Rust: members are inboxes, as Teahouse's consumers are; else tasks in a `receive` loop, as Channels' are.
    pub(crate) inboxes: bool,
    pub(crate) workload: Workload,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Sender,
    Members,
    Churn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// To one channel of another process.
    Send,
    Group,
}

/// That of end2end/django/churn.py, as far as it is used here.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Workload {
    pub(crate) messages: u32,
    pub(crate) rate: f64,
    pub(crate) opens: f64,
    pub(crate) lifetime: f64,
    pub(crate) settle: f64,
}

/// What a sender says on the way.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(crate) enum Event {
    Bound,
    Ready,
    Done {
        /// With those of the warming up.
        sent: u64,
        measured: u64,
        seconds: f64,
        /// Group messages that a Rust layer left out because too many waited.
        unsent: u64,
    },
}

/// What the members of a process got.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Without duplicates.
    pub(crate) got: u64,
    pub(crate) duplicated: u64,
    /// Python: exceptions that ended a consumer.
    pub(crate) failures: BTreeMap<String, u64>,
    /// From before sending until the member has it, in nanoseconds.
    pub(crate) latencies: Vec<i64>,
}

/// What became of the churn workload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Churned {
    pub(crate) sent: u64,
    pub(crate) received: u64,
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) out_of_order: u64,
    pub(crate) full: u64,
    pub(crate) opened: u64,
    pub(crate) failures: BTreeMap<String, u64>,
    pub(crate) seconds: f64,
}
