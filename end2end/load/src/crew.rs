//! All sockets of a run in one thread and one epoll: dialling, handshakes, reading, writing. What is delivered goes to a
//! [`Listener`]; what is said comes from a mode. Never a figure beyond counts, never what a mode wants.
//!
//! Cheap, because it shares the machine with what it measures: one read per readiness into one buffer that all sockets
//! share, frames understood where they lie, one look at the clock per read, writes gathered per turn.

mod gather;
mod hearing;
mod member;

use std::{
    mem,
    os::fd::OwnedFd,
    time::{Duration, Instant},
};

use rustix::{
    buffer::spare_capacity,
    event::{Timespec, epoll},
};

pub(crate) use self::gather::{Gathered, Wanted};
use self::member::{Member, State};
use crate::{
    adapter::{Adapter, Reply},
    latency::Latencies,
    speech::Speech,
    stamp::Stamp,
    target::Target,
    trouble::Trouble,
    wire::{Handshake, Inflate, Opcode},
};

/// What one read takes at most. Large: at saturation many messages wait for each socket.
const READ: usize = 256 * 1024;
/// Sockets that one wait tells of.
const EVENTS: usize = 1024;

/// Hears what is delivered. `now` is in nanoseconds of the crew's clock.
pub(crate) trait Listener {
    fn delivered(&mut self, member: usize, stamp: Stamp, now: u64);

    /// The server answered something that is no message.
    fn replied(&mut self, _member: usize, _reply: Reply, _now: u64) {}
}

/// Nobody, while sockets are opened or only held.
pub(crate) struct Nobody;

impl Listener for Nobody {
    fn delivered(&mut self, _: usize, _: Stamp, _: u64) {}
}

/// What the sockets did, since the beginning.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) frames_in: u64,
    /// Sockets that the server ended after they had joined, and why the last of them.
    pub(crate) cut: u64,
    pub(crate) cut_why: Option<String>,
    /// Sockets that ended before they had joined; each was tried again.
    pub(crate) refused: u64,
    pub(crate) refused_why: Option<String>,
    /// Times that a server said in its own protocol that it refused or dropped something, and the last of them.
    pub(crate) complaints: u64,
    pub(crate) complaint: Option<String>,
}

pub(crate) struct Crew<'a> {
    adapter: &'a dyn Adapter,
    target: &'a Target,
    handshake: Handshake,
    /// If the server compresses what it sends.
    inflate: Option<Inflate>,
    /// Names of the groups; members and stamps have their indices.
    groups: Vec<String>,
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
    members: Vec<Member>,
    buffer: Vec<u8>,
    /// Members with something to write.
    dirty: Vec<usize>,
    /// Members that ended before they had joined.
    lost: Vec<usize>,
    ready: usize,
    /// Under way: dialled, and neither joined nor refused.
    opening: usize,
    joins: Latencies,
    body: String,
    frame: String,
    said: u64,
    mask: u32,
    begin: Instant,
    pub(crate) counts: Counts,
}

impl<'a> Crew<'a> {
    /// Nobody yet, and so many groups that they may join. `headers` are added to each handshake, and the
    /// server must agree to compression if it `deflates`.
    ///
    /// # Errors
    /// [`Trouble::System`] when the kernel has no epoll for us.
    pub(crate) fn new(
        adapter: &'a dyn Adapter,
        target: &'a Target,
        groups: usize,
        headers: &[(String, String)],
        deflates: bool,
    ) -> Result<Self, Trouble> {
        // A name that no other run has: what is kept of those would be heard again.
        let run =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let headers = adapter.headers().into_iter().chain(headers.iter().cloned()).collect();
        Ok(Self {
            adapter,
            target,
            handshake: Handshake::new(headers, deflates),
            inflate: deflates.then(Inflate::new),
            groups: (0..groups).map(|group| format!("load-{run:x}-{group}")).collect(),
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC).map_err(Trouble::system("epoll"))?,
            events: Vec::with_capacity(EVENTS),
            members: Vec::new(),
            buffer: vec![0; READ],
            dirty: Vec::new(),
            lost: Vec::new(),
            ready: 0,
            opening: 0,
            joins: Latencies::new(),
            body: String::new(),
            frame: String::new(),
            said: 0,
            mask: 0x9e37_79b9,
            begin: Instant::now(),
            counts: Counts::default(),
        })
    }

    /// Nanoseconds since the crew was made.
    pub(crate) fn now(&self) -> u64 {
        self.begin.elapsed().as_nanos() as u64
    }

    pub(crate) fn group(&self, group: u32) -> &str {
        &self.groups[group as usize]
    }

    pub(crate) fn is_ready(&self, member: usize) -> bool {
        self.members[member].state == State::Ready
    }

    /// Waits for something to happen, until `until` at the latest, and deals with it. What was said before is written
    /// first.
    pub(crate) fn turn<L: Listener>(&mut self, until: u64, listener: &mut L) {
        self.flush();
        let wait = Duration::from_nanos(until.saturating_sub(self.now()));
        let wait = Timespec { tv_sec: wait.as_secs().cast_signed(), tv_nsec: wait.subsec_nanos().into() };
        let mut events = mem::take(&mut self.events);
        events.clear();
        // An interrupted wait is a short one.
        let _ = epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&wait));
        for event in &events {
            let (member, flags) = (event.data.u64() as usize, event.flags);
            if flags.contains(epoll::EventFlags::OUT) {
                self.write(member);
            }
            if flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP | epoll::EventFlags::ERR) {
                self.read(member, listener);
            }
        }
        self.events = events;
        self.flush();
    }

    /// Lets a member say a message; false if its socket is gone.
    pub(crate) fn say(&mut self, member: usize, stamp: Stamp, speech: Speech) -> bool {
        stamp.write(speech, &mut self.body);
        self.said += 1;
        self.frame.clear();
        let group = &self.groups[stamp.group as usize];
        self.adapter.say(group, &self.body, self.said, &mut self.frame);
        let frame = mem::take(&mut self.frame);
        let said = self.send(member, frame.as_bytes());
        self.frame = frame;
        said
    }

    /// Sends any payload of the server's protocol; false if the socket is gone.
    pub(crate) fn send(&mut self, member: usize, payload: &[u8]) -> bool {
        let opcode = if self.adapter.binary() { Opcode::Binary } else { Opcode::Text };
        self.queue(member, opcode, payload)
    }

    fn queue(&mut self, index: usize, opcode: Opcode, payload: &[u8]) -> bool {
        // Xorshift: masks need not be secret here, only different.
        self.mask ^= self.mask << 13;
        self.mask ^= self.mask >> 17;
        self.mask ^= self.mask << 5;
        let member = &mut self.members[index];
        if member.stream.is_none() {
            return false;
        }
        member.queue(opcode, payload, self.mask.to_ne_bytes());
        self.dirty.push(index);
        true
    }

    fn flush(&mut self) {
        while let Some(member) = self.dirty.pop() {
            self.write(member);
        }
    }

    fn write(&mut self, index: usize) {
        match self.members[index].write(&self.epoll, index) {
            Ok(bytes) => self.counts.bytes_out += bytes,
            Err(error) => self.end(index, &error.to_string()),
        }
    }
}
