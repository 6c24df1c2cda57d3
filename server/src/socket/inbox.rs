//! A plain socket's inbox: what waits to be written to it, bounded in frames and bytes. Full means the reader is too
//! slow, and the session is told. Never writes to a socket itself, never waits.

use std::{
    collections::VecDeque,
    future::Future,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use protocol::CloseCode;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The most frames that wait for one socket.
const MAX_FRAMES: usize = 1024;
/// The most bytes that wait for one socket; one frame alone may be larger.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What a session writes from; `/live` has another kind than the plain sockets.
pub(crate) trait Outbound: Send + Sync + 'static {
    /// Waits until there is something to do. Safe to cancel: nothing is taken before it returns.
    fn next(&self) -> impl Future<Output = Waiting> + Send;

    /// Waits until the reader is too slow to be kept, leaving what waits where it is.
    fn overflowed(&self) -> impl Future<Output = ()> + Send;
}

#[derive(Default)]
pub(crate) struct Inbox {
    /// Held for a push or a swap, never across an await.
    queue: Mutex<Queue>,
    /// Wakes the one session that drains this inbox.
    changed: Notify,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Utf8Bytes>,
    bytes: usize,
    overflowed: bool,
}

/// What a session finds when it looks into its inbox.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Frames to write, oldest first; never empty.
    Frames(VecDeque<Utf8Bytes>),
    /// The inbox was full; what waited is gone and nothing more will come.
    Overflowed,
    /// Everything was written, and the socket is to be closed.
    Done(CloseCode),
}

impl Inbox {
    /// Queues frames, all or none. `false` when they do not fit; from then on the inbox takes nothing.
    pub(crate) fn push<'a>(&self, frames: impl IntoIterator<Item = &'a Utf8Bytes>) -> bool {
        let mut queue = self.lock();
        let taken = frames.into_iter().all(|frame| queue.push(frame));
        drop(queue);
        self.changed.notify_one();
        taken
    }

    /// Whether at most half of what may wait does.
    pub(crate) fn has_room(&self) -> bool {
        let queue = self.lock();
        queue.frames.len() <= MAX_FRAMES / 2 && queue.bytes <= MAX_BYTES / 2
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A panic elsewhere leaves a whole queue behind: each change below is complete before anything can panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbound for Inbox {
    async fn next(&self) -> Waiting {
        loop {
            if let Some(waiting) = self.lock().take() {
                return waiting;
            }
            self.changed.notified().await;
        }
    }

    async fn overflowed(&self) {
        while !self.lock().overflowed {
            self.changed.notified().await;
        }
    }
}

impl Queue {
    fn push(&mut self, frame: &Utf8Bytes) -> bool {
        let bytes = self.bytes.saturating_add(frame.len());
        if self.overflowed || self.frames.len() >= MAX_FRAMES || (bytes > MAX_BYTES && !self.frames.is_empty()) {
            *self = Self { overflowed: true, ..Self::default() };
            return false;
        }
        self.frames.push_back(frame.clone());
        self.bytes = bytes;
        true
    }

    fn take(&mut self) -> Option<Waiting> {
        if self.overflowed {
            return Some(Waiting::Overflowed);
        }
        self.bytes = 0;
        let frames = mem::take(&mut self.frames);
        (!frames.is_empty()).then_some(Waiting::Frames(frames))
    }
}

#[cfg(test)]
mod tests {
    use super::{Inbox, MAX_BYTES, MAX_FRAMES, Outbound, Utf8Bytes, Waiting};

    fn frame(text: &str) -> Utf8Bytes {
        Utf8Bytes::from(text)
    }

    #[tokio::test]
    async fn frames_come_out_together_in_the_order_they_went_in() {
        let inbox = Inbox::default();
        assert!(inbox.push(&[frame("1"), frame("2")]));
        assert!(inbox.push(&[frame("3")]));
        assert_eq!(inbox.next().await, Waiting::Frames([frame("1"), frame("2"), frame("3")].into()));
    }

    #[tokio::test]
    async fn too_many_frames_overflow_it_for_good() {
        let inbox = Inbox::default();
        let one = [frame("x")];
        assert!((0..MAX_FRAMES).all(|_| inbox.push(&one)));
        assert!(!inbox.push(&one));
        inbox.overflowed().await;
        assert_eq!(inbox.next().await, Waiting::Overflowed);
        assert!(!inbox.push(&one), "nothing fits after an overflow");
    }

    #[tokio::test]
    async fn too_many_bytes_overflow_it_but_one_large_frame_passes() {
        let inbox = Inbox::default();
        let large = [frame(&"x".repeat(MAX_BYTES + 1))];
        assert!(inbox.push(&large));
        assert!(!inbox.push(&[frame("x")]));
    }

    #[tokio::test]
    async fn what_was_drained_no_longer_counts() {
        let inbox = Inbox::default();
        let half = [frame(&"x".repeat(MAX_BYTES / 2 + 1))];
        for _ in 0..10 {
            assert!(inbox.push(&half));
            assert!(matches!(inbox.next().await, Waiting::Frames(_)));
        }
    }
}
