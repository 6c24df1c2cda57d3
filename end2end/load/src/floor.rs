//! The floor: the least that any server can do. It agrees to a handshake, and writes each message, framed once, to every
//! socket of the group that the path names. No names, no history, no rights, no pings, no close handshake.
//!
//! Two of them. `frame` writes each message to each socket as it comes: nothing costs less at a low rate. `coalesce`
//! writes everything that has come meanwhile in one write for each socket: nothing delivers more at a high one. What a
//! real server costs is best told as a ratio to them, on the same machine, in the same run.

mod guest;

use std::{
    collections::HashMap,
    io::{self, Write},
    net::TcpListener,
    os::fd::OwnedFd,
};

use clap::ValueEnum;
use rustix::{
    buffer::spare_capacity,
    event::epoll::{self, EventData, EventFlags},
};

use self::guest::{Guest, Said};
use crate::{
    target::room_for,
    trouble::Trouble,
    wire::{Deflate, Opcode, deflated_frame, server_frame},
};

const LISTENER: u64 = u64::MAX;
const READ: usize = 64 * 1024;
/// As many sockets as may be waiting to be accepted.
const BACKLOG: i32 = 4096;

/// When a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Each for itself: one write per message and socket
    Frame,
    /// All that came meanwhile: one write per socket
    Coalesce,
}

struct Floor {
    mode: Mode,
    epoll: OwnedFd,
    guests: Vec<Option<Guest>>,
    free: Vec<usize>,
    groups: HashMap<String, usize>,
    /// By group.
    members: Vec<Vec<usize>>,
    /// By group: frames that wait to be written.
    pending: Vec<Frames>,
    /// Groups with something pending.
    stirred: Vec<usize>,
    buffer: Vec<u8>,
    /// Once somebody hears what is said compressed.
    deflate: Option<Deflate>,
}

/// Frames that wait, as they are and for those who hear them compressed.
#[derive(Default)]
struct Frames {
    plain: Vec<u8>,
    deflated: Vec<u8>,
}

impl Frames {
    /// One more. A message is compressed once, however many hear it.
    fn push(&mut self, text: &[u8], deflate: Option<&mut Deflate>) {
        server_frame(Opcode::Text, text, &mut self.plain);
        let Some(deflate) = deflate else { return };
        match deflate.message(text) {
            Some(deflated) => deflated_frame(Opcode::Text, deflated, &mut self.deflated),
            None => server_frame(Opcode::Text, text, &mut self.deflated),
        }
    }
}

/// Serves until the process is ended. `listening` hears the address.
///
/// # Errors
/// [`Trouble::System`] when it cannot listen, or the kernel has no more of something.
pub(crate) fn serve(listen: &str, mode: Mode, listening: impl FnOnce(std::net::SocketAddr)) -> Result<(), Trouble> {
    room_for(0)?;
    let listener = TcpListener::bind(listen).map_err(Trouble::system("listening"))?;
    listener.set_nonblocking(true).map_err(Trouble::system("listening"))?;
    // The standard library's backlog is 128: a storm would wait for retransmissions.
    rustix::net::listen(&listener, BACKLOG).map_err(Trouble::system("listening"))?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(Trouble::system("epoll"))?;
    epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN).map_err(Trouble::system("epoll"))?;
    listening(listener.local_addr().map_err(Trouble::system("listening"))?);
    let floor = Floor {
        mode,
        epoll,
        guests: Vec::new(),
        free: Vec::new(),
        groups: HashMap::new(),
        members: Vec::new(),
        pending: Vec::new(),
        stirred: Vec::new(),
        buffer: vec![0; READ],
        deflate: None,
    };
    floor.run(&listener)
}

impl Floor {
    fn run(mut self, listener: &TcpListener) -> Result<(), Trouble> {
        let mut events = Vec::with_capacity(1024);
        loop {
            events.clear();
            match epoll::wait(&self.epoll, spare_capacity(&mut events), None) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(Trouble::system("epoll")(error)),
            }
            for event in &events {
                let (at, flags) = (event.data.u64(), event.flags);
                if at == LISTENER {
                    self.accept(listener);
                    continue;
                }
                if flags.contains(EventFlags::OUT) {
                    self.drain(at as usize);
                }
                if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
                    self.read(at as usize);
                }
            }
            // All that this turn brought, in one write for each member.
            while let Some(group) = self.stirred.pop() {
                let mut frames = std::mem::take(&mut self.pending[group]);
                self.tell(group, &frames);
                frames.plain.clear();
                frames.deflated.clear();
                self.pending[group] = frames;
            }
        }
    }

    fn accept(&mut self, listener: &TcpListener) {
        while let Ok((stream, _)) = listener.accept() {
            if stream.set_nonblocking(true).is_err() {
                continue;
            }
            let _ = stream.set_nodelay(true);
            let at = self.free.pop().unwrap_or(self.guests.len());
            let added = epoll::add(&self.epoll, &stream, EventData::new_u64(at as u64), EventFlags::IN);
            if at == self.guests.len() {
                self.guests.push(None);
            }
            match added {
                Ok(()) => self.guests[at] = Some(Guest::new(stream)),
                Err(_) => self.free.push(at),
            }
        }
    }

    fn read(&mut self, at: usize) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut said = Vec::new();
        let read = match self.guests.get_mut(at).and_then(Option::as_mut) {
            Some(guest) => guest.read(&mut buffer, &mut said),
            None => Ok(()),
        };
        self.buffer = buffer;
        for one in said {
            match one {
                Said::Hello(path) => self.join(at, path),
                Said::Message(text) => self.publish(at, &text),
            }
        }
        if read.is_err() {
            self.leave(at);
        }
    }

    fn join(&mut self, at: usize, path: String) {
        let next = self.groups.len();
        let group = *self.groups.entry(path).or_insert(next);
        if group == next {
            self.members.push(Vec::new());
            self.pending.push(Frames::default());
        }
        self.members[group].push(at);
        if let Some(guest) = &mut self.guests[at] {
            guest.group = Some(group);
            if guest.deflates {
                self.deflate.get_or_insert_with(Deflate::new);
            }
        }
    }

    fn publish(&mut self, at: usize, text: &[u8]) {
        let Some(group) = self.guests[at].as_ref().and_then(|guest| guest.group) else { return };
        match self.mode {
            Mode::Frame => {
                let mut frame = Frames { plain: Vec::with_capacity(text.len() + 10), deflated: Vec::new() };
                frame.push(text, self.deflate.as_mut());
                self.tell(group, &frame);
            }
            Mode::Coalesce => {
                if self.pending[group].plain.is_empty() {
                    self.stirred.push(group);
                }
                self.pending[group].push(text, self.deflate.as_mut());
            }
        }
    }

    fn tell(&mut self, group: usize, frames: &Frames) {
        let mut ended = Vec::new();
        for at in &self.members[group] {
            let Some(guest) = &mut self.guests[*at] else { continue };
            match guest.write(if guest.deflates { &frames.deflated } else { &frames.plain }) {
                Ok(false) => {}
                Ok(true) => watch(&self.epoll, guest, *at, EventFlags::IN | EventFlags::OUT),
                Err(_) => ended.push(*at),
            }
        }
        ended.into_iter().for_each(|at| self.leave(at));
    }

    /// A socket that was full takes more.
    fn drain(&mut self, at: usize) {
        let Some(guest) = self.guests.get_mut(at).and_then(Option::as_mut) else { return };
        match guest.drain() {
            Ok(true) => watch(&self.epoll, guest, at, EventFlags::IN),
            Ok(false) => {}
            Err(_) => self.leave(at),
        }
    }

    fn leave(&mut self, at: usize) {
        let Some(guest) = self.guests.get_mut(at).and_then(Option::take) else { return };
        if let Some(group) = guest.group {
            self.members[group].retain(|member| *member != at);
        }
        self.free.push(at);
    }
}

fn watch(epoll: &OwnedFd, guest: &Guest, at: usize, flags: EventFlags) {
    // A socket that epoll does not know has ended; its read will say so.
    let _ = epoll::modify(epoll, &guest.stream, EventData::new_u64(at as u64), flags);
}

/// One line, so that whoever starts it knows where it is.
pub(crate) fn announce(address: std::net::SocketAddr) {
    let _ = writeln!(io::stdout(), "listening on {address}");
    let _ = io::stdout().flush();
}
