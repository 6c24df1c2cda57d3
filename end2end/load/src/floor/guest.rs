//! One socket of the floor: handshake, frames in, bytes out. Never a group's list.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
};

use crate::wire::{AGREEMENT, OFFER, Opcode, accept_key, header, unmask};

/// What waits at most for a socket that does not read; past it, it is cut.
const MAX_WAITING: usize = 64 << 20;
const MAX_HEAD: usize = 16 * 1024;

/// What a read brought.
pub(super) enum Said {
    /// The handshake, for this path; already answered.
    Hello(String),
    Message(Vec<u8>),
}

pub(super) struct Guest {
    pub(super) stream: TcpStream,
    pub(super) group: Option<usize>,
    /// Whether it hears what is said compressed.
    pub(super) deflates: bool,
    open: bool,
    /// Half a frame or half a request. Empty, and so nowhere, nearly always.
    rest: Vec<u8>,
    waiting: Vec<u8>,
    written: usize,
}

impl Guest {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, group: None, deflates: false, open: false, rest: Vec::new(), waiting: Vec::new(), written: 0 }
    }

    /// One read; an error, or the end, means that it has gone.
    pub(super) fn read(&mut self, buffer: &mut [u8], said: &mut Vec<Said>) -> io::Result<()> {
        let got = match self.stream.read(buffer) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(got) => got,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => return Ok(()),
            Err(error) => return Err(error),
        };
        if self.rest.is_empty() {
            let used = self.understand(&mut buffer[..got], said)?;
            self.rest.extend_from_slice(&buffer[used..got]);
            return Ok(());
        }
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(&buffer[..got]);
        let used = self.understand(&mut all, said)?;
        all.drain(..used);
        // An empty one gives its memory back.
        self.rest = if all.is_empty() { Vec::new() } else { all };
        Ok(())
    }

    fn understand(&mut self, bytes: &mut [u8], said: &mut Vec<Said>) -> io::Result<usize> {
        let mut used = 0;
        if !self.open {
            let Some(Request { path, key, deflates, length }) = request(bytes)? else { return Ok(0) };
            let extensions =
                if deflates { format!("Sec-WebSocket-Extensions: {AGREEMENT}\r\n") } else { String::new() };
            let answer = format!(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{extensions}\
                 Sec-WebSocket-Accept: {}\r\n\r\n",
                accept_key(&key)
            );
            self.write(answer.as_bytes())?;
            (self.open, self.deflates, used) = (true, deflates, length);
            said.push(Said::Hello(path));
        }
        while let Some(header) = header(&bytes[used..], false).map_err(io::Error::other)? {
            let Some(payload) = bytes[used..].get_mut(header.begin..header.end) else { break };
            used += header.end;
            match header.opcode {
                Opcode::Text | Opcode::Binary => {
                    unmask(payload, header.key.unwrap_or_default());
                    said.push(Said::Message(payload.to_vec()));
                }
                Opcode::Close => return Err(ErrorKind::ConnectionAborted.into()),
                Opcode::Ping | Opcode::Pong | Opcode::Continuation => {}
            }
        }
        Ok(used)
    }

    /// Writes, or lets it wait behind what waits already; says whether it has just become full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<bool> {
        if !self.waiting.is_empty() {
            self.waiting.extend_from_slice(bytes);
            let too_much = self.waiting.len() - self.written > MAX_WAITING;
            return if too_much { Err(ErrorKind::TimedOut.into()) } else { Ok(false) };
        }
        let went = write(&mut self.stream, bytes)?;
        self.waiting.extend_from_slice(&bytes[went..]);
        Ok(!self.waiting.is_empty())
    }

    /// Writes what waits, all at once; says whether that was all.
    pub(super) fn drain(&mut self) -> io::Result<bool> {
        let went = write(&mut self.stream, &self.waiting[self.written..])?;
        self.forget(went);
        Ok(self.waiting.is_empty())
    }

    fn forget(&mut self, bytes: usize) {
        self.written += bytes;
        if self.written == self.waiting.len() {
            (self.waiting, self.written) = (Vec::new(), 0);
        } else if self.written > self.waiting.len() / 2 {
            self.waiting.drain(..self.written);
            self.written = 0;
        }
    }
}

/// One write; nothing, if the socket takes nothing.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    match stream.write(bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(0),
        result => result,
    }
}

/// What an upgrade request asks for, and how long it is.
struct Request {
    path: String,
    key: String,
    /// Only as our own generator offers it: then what it says itself is not compressed.
    deflates: bool,
    length: usize,
}

/// Once it is all there.
fn request(bytes: &[u8]) -> io::Result<Option<Request>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes).map_err(io::Error::other)? {
        httparse::Status::Partial if bytes.len() > MAX_HEAD => Err(ErrorKind::InvalidData.into()),
        httparse::Status::Partial => Ok(None),
        httparse::Status::Complete(length) => {
            let value = |name: &str| {
                let header = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
                Some(String::from_utf8_lossy(header.value).into_owned())
            };
            let key = value("Sec-WebSocket-Key").ok_or(ErrorKind::InvalidData)?;
            let deflates = value("Sec-WebSocket-Extensions").is_some_and(|offer| offer == OFFER);
            Ok(Some(Request { path: request.path.unwrap_or_default().to_owned(), key, deflates, length }))
        }
    }
}
