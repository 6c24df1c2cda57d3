//! A WebSocket over any connection: messages out of what is read, frames into what is written, everything that waits in
//! one write. Holds no buffer while nothing is under way. Never what a message means, never a clock.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use websocket::{Decoder, Error, Frame, Message};

use super::sleeper::Begun;

/// What one read takes. Each thread has one such buffer, whatever the number of its sockets.
const READ_BYTES: usize = 16 * 1024;
/// Pieces that one write takes: as many as the system does (`IOV_MAX`), where more than a few wait.
const MANY: usize = 1024;
const FEW: usize = 16;

thread_local! {
    static READ: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into());
}

pub(crate) struct Wire<S> {
    stream: S,
    decoder: Decoder,
    deflates: bool,
    /// Read, and not decoded yet: what came with the last message, from here on.
    unread: Vec<u8>,
    decoded: usize,
    /// What follows a broken frame means nothing.
    is_broken: bool,
    waiting: VecDeque<Frame>,
    /// So much of the first frame that waits is written.
    written: usize,
    /// The answer to the latest ping; an earlier one that has not left by then need not.
    pong: Option<Frame>,
}

/// What has been read.
pub(crate) type Incoming = Result<Message, Broken>;

/// Why there is nothing more to read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It is no WebSocket any more.
    Frame(Error),
    /// The connection has ended.
    Lost,
}

impl<S> Wire<S> {
    /// `unread` is what came with the handshake. Messages may have `max_message` bytes.
    pub(crate) fn new(stream: S, unread: &[u8], max_message: usize) -> Self {
        let (deflates, waiting, written, pong, decoded, is_broken) = Default::default();
        let (decoder, unread) = (Decoder::new(max_message), unread.to_vec());
        Self { stream, decoder, deflates, unread, decoded, is_broken, waiting, written, pong }
    }

    /// The same, where compression may have been agreed.
    pub(crate) fn deflating(self, deflates: bool) -> Self {
        Self { decoder: self.decoder.deflating(deflates), deflates, ..self }
    }

    /// What carries it.
    pub(crate) fn stream(&mut self) -> &mut S {
        &mut self.stream
    }

    /// Goes on with a frame that somebody else has begun to write: nothing waited then.
    pub(crate) fn begin(&mut self, begun: Option<Begun>) {
        if let Some(Begun { frame, written }) = begun {
            self.waiting.push_front(frame);
            self.written = written;
        }
    }

    /// Queues frames after those that wait.
    pub(crate) fn queue(&mut self, frames: impl IntoIterator<Item = Frame>) {
        let deflates = self.deflates;
        let as_agreed = |frame: Frame| if deflates { frame.deflated().clone() } else { frame };
        self.waiting.extend(frames.into_iter().map(as_agreed));
    }

    /// Queues many at once.
    pub(crate) fn queue_all(&mut self, frames: VecDeque<Frame>) {
        if self.waiting.is_empty() && !self.deflates {
            self.waiting = frames;
        } else {
            self.queue(frames);
        }
    }

    /// Queues the answer to a ping.
    pub(crate) fn answer_ping(&mut self, payload: &[u8]) {
        self.pong = Some(Frame::pong(payload));
    }

    /// Forgets what waits, but for a frame that has begun: without its end what follows would be no frame.
    pub(crate) fn forget(&mut self) {
        self.waiting.truncate(usize::from(self.written > 0));
        self.pong = None;
    }

    /// Whether everything was written.
    pub(crate) fn is_flushed(&self) -> bool {
        self.waiting.is_empty() && self.pong.is_none()
    }

    /// Frames that wait. That it changes is a sign that the reader reads.
    pub(crate) fn waits(&self) -> usize {
        self.waiting.len()
    }

    /// The next message of what has been read already.
    fn decode_rest(&mut self) -> Option<Incoming> {
        if self.unread.is_empty() {
            return None;
        }
        let mut rest = &mut self.unread[self.decoded..];
        let message = self.decoder.next(&mut rest).map_err(Broken::Frame).transpose();
        let left = rest.len();
        self.decoded = self.unread.len() - left;
        if left == 0 || matches!(message, Some(Err(_))) {
            (self.unread, self.decoded) = (Vec::new(), 0);
        }
        message
    }
}

impl<S: AsyncRead + Unpin> Wire<S> {
    /// The next message. Each call may read once and more, until there is one or nothing more to read.
    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        if self.is_broken {
            return Poll::Ready(Err(Broken::Lost));
        }
        let message = loop {
            if let Some(message) = self.decode_rest() {
                break message;
            }
            let decoded = READ.with_borrow_mut(|buffer| self.poll_read(cx, buffer));
            if let Some(message) = ready!(decoded) {
                break message;
            }
        };
        self.is_broken = message.is_err();
        Poll::Ready(message)
    }

    /// Reads once. The first message of it, if it has a whole one; the rest is kept.
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Option<Incoming>> {
        let mut read = ReadBuf::new(buffer);
        if ready!(Pin::new(&mut self.stream).poll_read(cx, &mut read)).is_err() || read.filled().is_empty() {
            return Poll::Ready(Some(Err(Broken::Lost)));
        }
        let mut input = read.filled_mut();
        let message = self.decoder.next(&mut input).map_err(Broken::Frame).transpose();
        if matches!(message, Some(Ok(_))) {
            self.unread = input.to_vec();
        }
        Poll::Ready(message)
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// Writes all that waits, as much at a time as the connection takes.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            // After a frame that has begun.
            if let Some(pong) = self.pong.take() {
                self.waiting.insert(usize::from(self.written > 0), pong);
            }
            let wrote = match self.waiting.len() {
                0 => return Poll::Ready(Ok(())),
                1 => Pin::new(&mut self.stream).poll_write(cx, &self.waiting[0].bytes()[self.written..]),
                2..=FEW => self.poll_write_some::<FEW>(cx),
                _ => self.poll_write_some::<MANY>(cx),
            };
            match ready!(wrote)? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                bytes => self.wrote(bytes),
            }
        }
    }

    fn poll_write_some<const N: usize>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut slices = [IoSlice::new(&[]); N];
        let count = self.waiting.len().min(N);
        for (slice, frame) in slices.iter_mut().zip(&self.waiting) {
            *slice = IoSlice::new(frame.bytes());
        }
        slices[0].advance(self.written);
        Pin::new(&mut self.stream).poll_write_vectored(cx, &slices[..count])
    }

    /// So many bytes are gone.
    fn wrote(&mut self, bytes: usize) {
        self.written += bytes;
        while let Some(first) = self.waiting.front().map(|frame| frame.bytes().len()).filter(|len| *len <= self.written)
        {
            self.written -= first;
            self.waiting.pop_front();
        }
        if self.waiting.is_empty() {
            self.waiting = VecDeque::new();
        }
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
