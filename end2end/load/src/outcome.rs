//! What a run found: the figures of `--json`, of which tables and reports are made. Never how they were measured.

use serde::{Deserialize, Serialize};

use crate::{
    latency::Latency,
    process::{Memory, Spent},
};

/// One run. What a mode does not measure is not there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Outcome {
    /// `fanout`, `groups`, `idle`, `storm`, `slow`, `mixed`, `pages`.
    pub(crate) mode: String,
    pub(crate) adapter: String,
    pub(crate) url: String,
    /// The sentence that says what was done.
    pub(crate) what: String,
    /// Of the measured window.
    pub(crate) seconds: f64,
    pub(crate) talk: Option<Talked>,
    /// From when a thing was meant to be sent until it was there.
    pub(crate) latency: Option<Latency>,
    /// Of `slow`: the same without the slow ones. Of `mixed`: the other things people do, by name.
    pub(crate) others: Vec<(String, Latency)>,
    pub(crate) server: Option<Server>,
    pub(crate) idle: Option<Idle>,
    pub(crate) storm: Option<Storm>,
    pub(crate) pages: Option<Pages>,
    /// Processor time of the generator itself, as a part of one core.
    pub(crate) generator: f64,
    /// What a reader must know before believing a figure.
    pub(crate) notes: Vec<String>,
}

/// What was said and heard.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Talked {
    /// A second, if it was an offered rate.
    pub(crate) offered: Option<f64>,
    /// Messages in flight, if it was saturated.
    pub(crate) window: Option<usize>,
    /// Messages a second in the window.
    pub(crate) published: f64,
    /// Deliveries in the window, and a second.
    pub(crate) delivered: u64,
    pub(crate) rate: f64,
    /// Of the whole run, warm-up and drain too: deliveries that should have been, and those that never were.
    pub(crate) expected: u64,
    pub(crate) lost: u64,
    pub(crate) duplicates: u64,
    pub(crate) disordered: u64,
    pub(crate) foreign: u64,
    /// Messages that could not be said, because their publisher's socket was gone.
    pub(crate) unsent: u64,
    /// Sockets that the server ended.
    pub(crate) cut: u64,
    /// Times that it refused or dropped something in its own words.
    pub(crate) complaints: u64,
    /// Whether everything came in the end.
    pub(crate) drained: bool,
    /// Bytes from the server per delivery, frames and all; and all bytes to it.
    pub(crate) bytes_per_delivery: f64,
    pub(crate) bytes_out: u64,
    /// Frames per delivery: less than one where a server gathers several messages in a frame.
    pub(crate) frames_per_delivery: f64,
}

/// What the server's processes cost in the window.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Server {
    pub(crate) process: u32,
    pub(crate) spent: Spent,
    /// Seconds of processor time per million deliveries (of `pages`: requests): microseconds for one.
    pub(crate) per_million: f64,
    pub(crate) switches_each: f64,
    /// At the end of the window.
    pub(crate) memory: Memory,
}

/// Memory of sockets that do nothing.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Idle {
    pub(crate) few: usize,
    pub(crate) many: usize,
    pub(crate) with_few: Memory,
    pub(crate) with_many: Memory,
    /// Bytes by the slope between the two.
    pub(crate) pss_each: f64,
    pub(crate) rss_each: f64,
}

/// Sockets that came all at once.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Storm {
    pub(crate) sockets: usize,
    pub(crate) at_once: usize,
    pub(crate) seconds: f64,
    /// Handshakes, subscriptions included, a second.
    pub(crate) rate: f64,
    pub(crate) refused: u64,
}

/// Pages over HTTP.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pages {
    pub(crate) clients: usize,
    pub(crate) requests: u64,
    pub(crate) rate: f64,
    /// Answers that were not 200.
    pub(crate) failed: u64,
    pub(crate) bytes_each: f64,
}

impl Outcome {
    /// Adds what the figures themselves say against them.
    pub(crate) fn judge(&mut self) {
        if self.generator > 0.9 {
            let busy = 100.0 * self.generator;
            self.notes.push(format!("the generator was busy {busy:.0} % of a core: the server may be able to do more"));
        }
        let Some(talk) = &self.talk else { return };
        if !talk.drained {
            self.notes.push("the run did not drain: some of the lost may only have been late".to_owned());
        }
        if let Some(offered) = talk.offered
            && talk.published < 0.98 * offered
        {
            self.notes.push(format!("only {:.0} messages/s were said of {offered:.0} offered", talk.published));
        }
    }
}
