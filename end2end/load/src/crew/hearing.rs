//! What a socket of the crew hears: bytes to frames, frames to deliveries, answers and ends. Never what is said of one's
//! own accord.

use std::{
    io::{ErrorKind, Read},
    mem,
};

use super::{Crew, Listener, READ, member::State};
use crate::{
    adapter::Heard,
    stamp,
    wire::{Answer, Header, Opcode, header},
};

impl Crew<'_> {
    /// One read of what came, and what follows from it.
    pub(super) fn read<L: Listener>(&mut self, index: usize, listener: &mut L) {
        let mut buffer = mem::take(&mut self.buffer);
        let member = &mut self.members[index];
        let kept = member.rest.len();
        if buffer.len() < kept + READ {
            buffer.resize(kept + READ, 0);
        }
        buffer[..kept].copy_from_slice(&member.rest);
        let got = member.stream.as_mut().map(|stream| stream.read(&mut buffer[kept..]));
        match got {
            None => {}
            Some(Err(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Some(Err(error)) => self.end(index, &error.to_string()),
            Some(Ok(0)) => self.end(index, "the connection ended without a close frame"),
            Some(Ok(got)) => {
                self.counts.bytes_in += got as u64;
                let (all, now) = (kept + got, self.now());
                let used = self.understand(index, &buffer[..all], now, listener);
                let rest = &mut self.members[index].rest;
                rest.clear();
                rest.extend_from_slice(&buffer[used..all]);
            }
        }
        self.buffer = buffer;
    }

    /// Deals with everything in `bytes` that is complete; says how much that was.
    fn understand<L: Listener>(&mut self, index: usize, bytes: &[u8], now: u64, listener: &mut L) -> usize {
        let mut used = 0;
        if matches!(self.members[index].state, State::Dialling | State::Opening) {
            match self.handshake.answer(bytes) {
                Answer::Incomplete => return 0,
                Answer::Refused(why) => self.end(index, &why),
                Answer::Agreed { length, .. } => {
                    used = length;
                    self.open(index, now);
                }
            }
        }
        while self.members[index].stream.is_some() {
            match header(&bytes[used..], self.inflate.is_some()) {
                Ok(Some(header)) if used + header.end <= bytes.len() => {
                    let payload = &bytes[used + header.begin..used + header.end];
                    used += header.end;
                    self.counts.frames_in += 1;
                    self.frame(index, header, payload, now, listener);
                }
                Ok(_) => break,
                Err(broken) => self.end(index, &broken.to_string()),
            }
        }
        used
    }

    /// The server agreed to speak WebSocket.
    fn open(&mut self, index: usize, now: u64) {
        let group = &self.groups[self.members[index].group as usize];
        match self.adapter.opening(group) {
            Some(opening) => {
                self.members[index].state = State::Joining;
                self.send(index, opening.as_bytes());
            }
            None => self.joined(index, now),
        }
    }

    fn joined(&mut self, index: usize, now: u64) {
        let member = &mut self.members[index];
        member.state = State::Ready;
        self.joins.record(now.saturating_sub(member.dialled));
        self.ready += 1;
        self.opening -= 1;
    }

    fn frame<L: Listener>(&mut self, index: usize, header: Header, payload: &[u8], now: u64, listener: &mut L) {
        let Header { opcode, fin, deflated, .. } = header;
        match opcode {
            Opcode::Ping => {
                self.queue(index, Opcode::Pong, payload);
            }
            Opcode::Pong => {}
            Opcode::Close => self.end(index, &farewell(payload)),
            Opcode::Text | Opcode::Binary if fin => self.whole(index, deflated, payload, now, listener),
            // A message in pieces: rare enough for a copy.
            Opcode::Text | Opcode::Binary | Opcode::Continuation => {
                let member = &mut self.members[index];
                // Only its first frame says so.
                member.deflated |= deflated;
                member.pieces.extend_from_slice(payload);
                if fin {
                    let (whole, deflated) = (mem::take(&mut member.pieces), mem::take(&mut member.deflated));
                    self.whole(index, deflated, &whole, now, listener);
                }
            }
        }
    }

    /// All of a message, perhaps compressed.
    fn whole<L: Listener>(&mut self, index: usize, deflated: bool, payload: &[u8], now: u64, listener: &mut L) {
        let Some(mut inflate) = self.inflate.take_if(|_| deflated) else {
            return self.message(index, payload, now, listener);
        };
        match inflate.message(payload) {
            Some(message) => self.message(index, message, now, listener),
            None => self.end(index, "a message that says it is compressed and is not"),
        }
        self.inflate = Some(inflate);
    }

    fn message<L: Listener>(&mut self, index: usize, payload: &[u8], now: u64, listener: &mut L) {
        if self.adapter.delivers(payload) && stamp::each(payload, |stamp| listener.delivered(index, stamp, now)) > 0 {
            return;
        }
        let (group, ready) = (self.members[index].group, self.members[index].state == State::Ready);
        match self.adapter.hear(payload, &self.groups[group as usize], ready) {
            Heard::Nothing => {}
            Heard::Joined if ready => {}
            Heard::Joined => self.joined(index, now),
            Heard::Answer(answer) => {
                self.send(index, answer.as_bytes());
            }
            Heard::Replied(reply) => listener.replied(index, reply, now),
            Heard::Refused(why) => {
                self.counts.complaints += 1;
                self.counts.complaint = Some(why);
            }
        }
    }

    /// A socket is over, by the server or by its own fault.
    pub(super) fn end(&mut self, index: usize, why: &str) {
        let member = &mut self.members[index];
        // Closing takes it out of epoll.
        if member.stream.take().is_none() {
            return;
        }
        if mem::replace(&mut member.state, State::Gone) == State::Ready {
            self.ready -= 1;
            self.counts.cut += 1;
            self.counts.cut_why = Some(why.to_owned());
        } else {
            self.opening -= 1;
            self.counts.refused += 1;
            self.counts.refused_why = Some(why.to_owned());
            self.lost.push(index);
        }
    }
}

/// What a close frame says, for a person.
fn farewell(payload: &[u8]) -> String {
    match payload {
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            format!("closed with {code} {}", String::from_utf8_lossy(reason)).trim_end().to_owned()
        }
        _ => "closed without a code".to_owned(),
    }
}
