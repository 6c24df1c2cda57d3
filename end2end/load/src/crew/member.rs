//! One socket of the crew: where it stands, what it has half read and not yet written. Never what frames mean.

use std::{
    io::{self, ErrorKind, Write},
    net::TcpStream,
    os::fd::OwnedFd,
};

use rustix::event::epoll::{self, EventData, EventFlags};

use crate::wire::{Opcode, client_frame};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Until the request is written.
    Dialling,
    /// Until the server has agreed.
    Opening,
    /// Until it hears its group.
    Joining,
    Ready,
    Gone,
}

pub(super) struct Member {
    pub(super) stream: Option<TcpStream>,
    pub(super) state: State,
    pub(super) group: u32,
    /// When it was dialled, by the crew's clock.
    pub(super) dialled: u64,
    /// Bytes of a frame that is not all there.
    pub(super) rest: Vec<u8>,
    /// Frames of a message that is not all there.
    pub(super) pieces: Vec<u8>,
    /// Whether they are of a compressed one.
    pub(super) deflated: bool,
    out: Vec<u8>,
    written: usize,
    /// Whether epoll tells when it can be written to.
    blocked: bool,
    /// Whether it reads.
    pub(super) deaf: bool,
}

impl Member {
    /// A connection that has begun, with the request that opens it.
    pub(super) fn new(stream: TcpStream, group: u32, dialled: u64, request: Vec<u8>) -> Self {
        Self {
            stream: Some(stream),
            state: State::Dialling,
            group,
            dialled,
            rest: Vec::new(),
            pieces: Vec::new(),
            deflated: false,
            out: request,
            written: 0,
            blocked: true,
            deaf: false,
        }
    }

    pub(super) fn queue(&mut self, opcode: Opcode, payload: &[u8], key: [u8; 4]) {
        client_frame(opcode, payload, key, &mut self.out);
    }

    /// Tells epoll about a new socket.
    pub(super) fn register(&self, epoll: &OwnedFd, index: usize) -> io::Result<()> {
        let Some(stream) = &self.stream else { return Ok(()) };
        Ok(epoll::add(epoll, stream, EventData::new_u64(index as u64), self.interest())?)
    }

    fn interest(&self) -> EventFlags {
        let mut flags = EventFlags::empty();
        flags.set(EventFlags::IN, !self.deaf);
        flags.set(EventFlags::OUT, self.blocked);
        flags
    }

    /// Writes what waits, as far as it goes; says how many bytes went.
    pub(super) fn write(&mut self, epoll: &OwnedFd, index: usize) -> io::Result<u64> {
        let (Some(stream), before) = (self.stream.as_mut(), self.written) else { return Ok(0) };
        let mut blocked = false;
        while self.written < self.out.len() {
            match stream.write(&self.out[self.written..]) {
                Ok(bytes) => self.written += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    blocked = true;
                    break;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let went = (self.written - before) as u64;
        if self.state == State::Dialling && !blocked {
            self.state = State::Opening;
        }
        if self.written == self.out.len() {
            self.out.clear();
            self.written = 0;
        }
        if blocked != self.blocked {
            self.blocked = blocked;
            self.renew(epoll, index)?;
        }
        Ok(went)
    }

    /// Tells epoll what this socket waits for now.
    pub(super) fn renew(&self, epoll: &OwnedFd, index: usize) -> io::Result<()> {
        let Some(stream) = &self.stream else { return Ok(()) };
        Ok(epoll::modify(epoll, stream, EventData::new_u64(index as u64), self.interest())?)
    }
}
