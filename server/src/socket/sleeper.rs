//! A socket's session as those see it who have something for that socket: while it is awake, or blocked, they leave it
//! there; while it rests, with everything written, they write it at once themselves. Kept under the lock of what waits, so that
//! nothing comes between a look and a sleep, and two never write at a time. Never what waits, never a bound.

use std::{
    cell::RefCell,
    io::{self, IoSlice},
    mem,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tokio::net::TcpStream;
use websocket::Frame;

/// Frames that one write takes at most: a step of a group's events, where they are more than a few.
const MANY: usize = 256;
const FEW: usize = 16;

/// Bytes that are copied into one piece: of many small pieces the kernel takes longer than that takes.
const SMALL: usize = 8 * 1024;

thread_local! {
    /// Where they are; what was written from it is of no use to the next.
    static PIECE: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(SMALL));
}

/// The one session that writes what waits. While it is awake, waking it costs nothing.
#[derive(Default)]
pub(crate) struct Sleeper {
    waker: Option<Waker>,
    state: State,
    /// What others may write to while it rests.
    stream: Option<Arc<TcpStream>>,
    /// Whether compression was agreed with the client. What waits is as it was said: bounds count that.
    deflates: bool,
    begun: Option<Box<Begun>>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Awake,
    /// It has written everything, and nothing waits.
    Rests,
    /// It has something to write and cannot.
    Blocked,
}

/// A frame of which so many bytes are written: without the rest, what follows would be no frame.
pub(crate) struct Begun {
    pub(super) frame: Frame,
    pub(super) written: usize,
}

impl Sleeper {
    /// Something waits for it.
    pub(super) fn wake(&mut self) {
        if mem::take(&mut self.state) != State::Awake
            && let Some(waker) = &self.waker
        {
            waker.wake_by_ref();
        }
    }

    /// It has written everything and nothing waits: from now on others write.
    pub(super) fn rest<T>(&mut self, cx: &Context<'_>) -> Poll<T> {
        self.sleep(cx, State::Rests)
    }

    /// It waits until it can go on writing.
    pub(super) fn block<T>(&mut self, cx: &Context<'_>) -> Poll<T> {
        self.sleep(cx, State::Blocked)
    }

    fn sleep<T>(&mut self, cx: &Context<'_>, state: State) -> Poll<T> {
        self.state = state;
        match &mut self.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    #[cfg(test)]
    pub(super) fn rests(&self) -> bool {
        self.state == State::Rests
    }

    /// It is awake: from now on nobody else writes. What somebody has begun is for it to end, before anything else.
    pub(super) fn rouse(&mut self) -> Option<Begun> {
        self.state = State::Awake;
        self.begun.take().map(|begun| *begun)
    }

    /// What others may write to while it rests, or that they may not any more.
    pub(super) fn share(&mut self, stream: Option<Arc<TcpStream>>) {
        self.stream = stream;
    }

    /// From now on what is written is compressed.
    pub(super) fn deflate(&mut self) {
        self.deflates = true;
    }

    /// Writes frames at once if it rests. How many of them need not wait any more; the session is woken where it has to
    /// end the last of them.
    pub(super) fn write<'a>(&mut self, frames: impl Iterator<Item = &'a Frame> + Clone) -> usize {
        let (State::Rests, Some(stream)) = (self.state, &self.stream) else { return 0 };
        let deflates = self.deflates;
        let frames = frames.map(move |frame| if deflates { frame.deflated() } else { frame });
        let mut two = frames.clone();
        let wrote = match (two.next(), two.next()) {
            (None, _) => return 0,
            (Some(only), None) => stream.try_write(only.bytes()),
            _ if bytes_of(frames.clone()) <= SMALL => write_as_one(stream, frames.clone()),
            _ if frames.clone().nth(FEW).is_none() => write_some::<FEW>(stream, frames.clone()),
            _ => write_some::<MANY>(stream, frames.clone()),
        };
        // Whatever is wrong with the connection, the session finds out when it tries.
        self.count(frames, wrote.unwrap_or_default())
    }

    /// How many frames so many bytes are, the last of them perhaps not whole.
    fn count<'a>(&mut self, frames: impl Iterator<Item = &'a Frame>, mut bytes: usize) -> usize {
        let mut count = 0;
        for frame in frames {
            if bytes == 0 {
                break;
            }
            count += 1;
            if let Some(rest) = bytes.checked_sub(frame.bytes().len()) {
                bytes = rest;
                continue;
            }
            self.begun = Some(Box::new(Begun { frame: frame.clone(), written: bytes }));
            self.wake();
            break;
        }
        count
    }
}

fn bytes_of<'a>(frames: impl Iterator<Item = &'a Frame>) -> usize {
    frames.map(|frame| frame.bytes().len()).sum()
}

fn write_as_one<'a>(stream: &TcpStream, frames: impl Iterator<Item = &'a Frame>) -> io::Result<usize> {
    PIECE.with_borrow_mut(|piece| {
        piece.clear();
        frames.for_each(|frame| piece.extend_from_slice(frame.bytes()));
        stream.try_write(piece)
    })
}

fn write_some<'a, const N: usize>(stream: &TcpStream, frames: impl Iterator<Item = &'a Frame>) -> io::Result<usize> {
    let mut slices = [IoSlice::new(&[]); N];
    let mut count = 0;
    for (slice, frame) in slices.iter_mut().zip(frames) {
        *slice = IoSlice::new(frame.bytes());
        count += 1;
    }
    stream.try_write_vectored(&slices[..count])
}

#[cfg(test)]
#[path = "sleeper_tests.rs"]
mod tests;
