//! A plain socket's inbox: what waits to be written to it, bounded in frames and bytes. Full means the reader is too
//! slow, and the session is told. What comes while nothing waits is written at once (`sleeper`). Never waits.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use protocol::CloseCode;
use tokio::net::TcpStream;
use websocket::Frame;

use super::sleeper::{Begun, Sleeper};

/// The most frames that wait for one socket.
const MAX_FRAMES: usize = 1024;
/// The most bytes that wait for one socket; one frame alone may be larger.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What a session writes from; `/live` has another kind than the plain sockets.
pub(crate) trait Outbound: End {
    /// What there is to do. Asked only when everything is written: while it is pending, others write. Nothing is taken
    /// then.
    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Waiting>;

    /// The session, under the lock of what waits, and why the socket is to be closed, if it is.
    fn with_session<T>(&self, look: impl FnOnce(&mut Sleeper, Option<CloseCode>) -> T) -> T;

    /// Whether the socket is to be closed, leaving what waits where it is: its reader is too slow, or someone has ended
    /// it.
    fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<CloseCode> {
        self.with_session(|session, ended| ended.map_or_else(|| session.block(cx), Poll::Ready))
    }

    /// The session is awake, and from now on the only one that writes. What somebody has begun to write is to be ended
    /// before anything else.
    fn rouse(&self) -> Option<Begun> {
        self.with_session(|session, _| session.rouse())
    }

    /// What others may write to while the session rests, or that they may not any more.
    fn share(&self, stream: Option<Arc<TcpStream>>) {
        self.with_session(|session, _| session.share(stream));
    }

    /// What others write is compressed, as was agreed with this client.
    fn deflate(&self) {
        self.with_session(|session, _| session.deflate());
    }
}

/// What can be ended from elsewhere.
pub(crate) trait End: Send + Sync + 'static {
    /// Closes the socket. Nothing that waits is written any more but answers; nothing more is taken.
    fn end(&self, code: CloseCode);
}

#[derive(Default)]
pub(crate) struct Inbox {
    /// Held for a push or a swap, never across an await.
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Frame>,
    bytes: usize,
    ended: Option<CloseCode>,
    session: Sleeper,
}

/// What a session finds when it looks into its inbox.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Frames to write, oldest first; never empty.
    Frames(VecDeque<Frame>),
    /// The inbox was full, or the socket is to be closed; what waited is gone and nothing more will come.
    Ended(CloseCode),
}

impl Inbox {
    /// Takes frames, all or none: writes them if nothing waits, queues what is left. `false` when they do not fit; from then
    /// on the inbox takes nothing.
    pub(crate) fn push<'a>(&self, frames: impl IntoIterator<Item = &'a Frame, IntoIter: Clone>) -> bool {
        let (mut queue, frames) = (self.lock(), frames.into_iter());
        let written = queue.session.write(frames.clone());
        frames.skip(written).all(|frame| queue.push(frame))
    }

    /// Whether at most half of what may wait does.
    pub(crate) fn has_room(&self) -> bool {
        let queue = self.lock();
        queue.frames.len() <= MAX_FRAMES / 2 && queue.bytes <= MAX_BYTES / 2
    }

    /// Whether whoever has something writes it themself.
    #[cfg(test)]
    pub(super) fn is_written_to(&self) -> bool {
        self.lock().session.rests()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A panic elsewhere leaves a whole queue behind: each change below is complete before anything can panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbound for Inbox {
    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Waiting> {
        let mut queue = self.lock();
        match queue.take() {
            Some(waiting) => Poll::Ready(waiting),
            None => queue.session.rest(cx),
        }
    }

    fn with_session<T>(&self, look: impl FnOnce(&mut Sleeper, Option<CloseCode>) -> T) -> T {
        let mut queue = self.lock();
        let ended = queue.ended;
        look(&mut queue.session, ended)
    }
}

impl End for Inbox {
    fn end(&self, code: CloseCode) {
        self.lock().end(code);
    }
}

impl Queue {
    fn push(&mut self, frame: &Frame) -> bool {
        let bytes = self.bytes.saturating_add(frame.len());
        if self.frames.len() >= MAX_FRAMES || (bytes > MAX_BYTES && !self.frames.is_empty()) {
            self.end(CloseCode::TooSlow);
        }
        if self.ended.is_some() {
            return false;
        }
        self.frames.push_back(frame.clone());
        self.bytes = bytes;
        self.session.wake();
        true
    }

    /// The first reason stays.
    fn end(&mut self, code: CloseCode) {
        self.ended.get_or_insert(code);
        (self.frames, self.bytes) = Default::default();
        self.session.wake();
    }

    fn take(&mut self) -> Option<Waiting> {
        if let Some(code) = self.ended {
            return Some(Waiting::Ended(code));
        }
        self.bytes = 0;
        let frames = mem::take(&mut self.frames);
        (!frames.is_empty()).then_some(Waiting::Frames(frames))
    }
}

/// What a session waits for, as tests do.
#[cfg(test)]
pub(crate) trait Await: Outbound {
    fn next(&self) -> impl Future<Output = Waiting> + Send {
        std::future::poll_fn(|cx| self.poll_next(cx))
    }

    fn ended(&self) -> impl Future<Output = CloseCode> + Send {
        std::future::poll_fn(|cx| self.poll_ended(cx))
    }
}

#[cfg(test)]
impl<I: Outbound> Await for I {}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::{Context, Wake, Waker},
    };

    use super::{Await, CloseCode, End, Frame, Inbox, MAX_BYTES, MAX_FRAMES, Outbound, Waiting};

    fn frame(text: &str) -> Frame {
        Frame::from(text)
    }

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_session_is_woken_once_however_much_comes_and_not_at_all_while_it_is_awake() {
        let (inbox, woken) = (Inbox::default(), Arc::new(Woken::default()));
        let waker = Waker::from(woken.clone());
        let mut cx = Context::from_waker(&waker);
        assert!(inbox.push(&[frame("before it ever looked")]));
        assert!(inbox.poll_next(&mut cx).is_ready());
        assert!(inbox.push(&[frame("while it writes")]));
        assert_eq!(woken.0.load(Ordering::Relaxed), 0);
        assert!(inbox.poll_next(&mut cx).is_ready() && inbox.poll_next(&mut cx).is_pending());
        assert!(["a", "b", "c"].iter().all(|text| inbox.push(&[frame(text)])));
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
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
        assert_eq!(inbox.ended().await, CloseCode::TooSlow);
        assert_eq!(inbox.next().await, Waiting::Ended(CloseCode::TooSlow));
        assert!(!inbox.push(&one), "nothing fits after an overflow");
    }

    #[tokio::test]
    async fn one_that_is_ended_from_elsewhere_writes_nothing_more_and_takes_nothing() {
        let inbox = Inbox::default();
        assert!(inbox.push(&[frame("secret")]));
        inbox.end(CloseCode::Banned);
        inbox.end(CloseCode::SignIn);
        assert!(!inbox.push(&[frame("secret")]));
        assert_eq!(inbox.next().await, Waiting::Ended(CloseCode::Banned), "the first reason stays");
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
