//! What a wire reads and writes over pipes that take and give as little as they like.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, duplex};
use websocket::{Frame, Message};

use super::{Broken, MANY, Wire};

/// Takes so many bytes, then as many more, and so on; between, it is full once.
struct Narrow {
    width: usize,
    is_full: bool,
    calls: usize,
    taken: Vec<u8>,
}

impl Narrow {
    fn new(width: usize) -> Self {
        Self { width, is_full: false, calls: 0, taken: Vec::new() }
    }
}

impl AsyncRead for Narrow {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Narrow {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_full {
            self.is_full = false;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let offered: Vec<u8> = slices.iter().flat_map(|slice| slice.iter()).copied().take(self.width).collect();
        (self.is_full, self.calls) = (true, self.calls + 1);
        self.taken.extend_from_slice(&offered);
        Poll::Ready(Ok(offered.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn frames(count: usize) -> VecDeque<Frame> {
    (0..count).map(|n| Frame::from("x".repeat(n % 7) + &n.to_string())).collect()
}

fn bytes_of(frames: &VecDeque<Frame>) -> Vec<u8> {
    frames.iter().flat_map(|frame| frame.bytes()).copied().collect()
}

#[tokio::test]
async fn however_little_is_taken_at_a_time_the_bytes_keep_their_order() {
    for (count, width) in [(1, 1), (5, 1), (40, 3), (300, 11), (MANY + 500, 1000)] {
        let mut wire = Wire::new(Narrow::new(width), &[], 100);
        let frames = frames(count);
        wire.queue_all(frames.clone());
        poll_fn(|cx| wire.poll_flush(cx)).await.unwrap();
        assert!(wire.stream().taken == bytes_of(&frames), "{count} frames, {width} bytes at a time");
    }
}

#[tokio::test]
async fn all_that_waits_leaves_in_one_write() {
    for count in [1, 2, 16, 17, MANY] {
        let mut wire = Wire::new(Narrow::new(usize::MAX), &[], 100);
        wire.queue_all(frames(count));
        poll_fn(|cx| wire.poll_flush(cx)).await.unwrap();
        assert_eq!(wire.stream().calls, 1, "{count} frames");
    }
}

/// One write, which takes as much as the stream is wide.
async fn begin(wire: &mut Wire<Narrow>) {
    poll_fn(|cx| {
        assert!(wire.poll_flush(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn what_is_forgotten_leaves_a_frame_whole_that_has_begun() {
    let mut wire = Wire::new(Narrow::new(5), &[], 100);
    wire.queue(["one".into(), "two".into(), "three".into()]);
    wire.stream().width = 7;
    begin(&mut wire).await;
    wire.forget();
    wire.queue([Frame::close(Some(4008), "")]);
    poll_fn(|cx| wire.poll_flush(cx)).await.unwrap();
    assert_eq!(wire.stream().taken, b"\x81\x03one\x81\x03two\x88\x02\x0f\xa8");
}

#[tokio::test]
async fn what_has_not_begun_is_forgotten_whole() {
    let mut wire = Wire::new(Narrow::new(5), &[], 100);
    wire.queue(["one".into(), "two".into()]);
    begin(&mut wire).await;
    wire.forget();
    poll_fn(|cx| wire.poll_flush(cx)).await.unwrap();
    assert_eq!(wire.stream().taken, b"\x81\x03one");
}

#[tokio::test]
async fn only_the_latest_ping_is_answered_and_not_within_another_frame() {
    let mut wire = Wire::new(Narrow::new(2), &[], 100);
    wire.queue(["one".into(), "two".into()]);
    begin(&mut wire).await;
    wire.answer_ping(b"a");
    wire.answer_ping(b"b");
    poll_fn(|cx| wire.poll_flush(cx)).await.unwrap();
    assert_eq!(wire.stream().taken, b"\x81\x03one\x8a\x01b\x81\x03two");
}

fn masked(text: &str) -> Vec<u8> {
    [&[0x81, 0x80 | text.len() as u8, 0, 0, 0, 0], text.as_bytes()].concat()
}

#[tokio::test]
async fn what_came_with_the_handshake_is_read_first_and_nothing_is_kept_afterwards() {
    let (server, mut client) = duplex(1000);
    let all = [masked("a"), masked("b"), masked("c"), masked("d")].concat();
    client.write_all(&all[10..]).await.unwrap();
    drop(client);
    let mut wire = Wire::new(server, &all[..10], 100);
    for text in ["a", "b", "c", "d"] {
        assert_eq!(poll_fn(|cx| wire.poll_message(cx)).await, Ok(Message::Text(text.to_owned())));
    }
    assert_eq!(wire.unread.capacity(), 0);
    assert_eq!(poll_fn(|cx| wire.poll_message(cx)).await, Err(Broken::Lost));
}

#[tokio::test]
async fn bytes_that_come_one_by_one_are_messages_too() {
    let (server, mut client) = duplex(1);
    let mut wire = Wire::new(server, &[], 100);
    let says = async { client.write_all(&[masked("大家"), masked("好")].concat()).await.unwrap() };
    let hears = async {
        for text in ["大家", "好"] {
            assert_eq!(poll_fn(|cx| wire.poll_message(cx)).await, Ok(Message::Text(text.to_owned())));
        }
    };
    tokio::join!(says, hears);
}

#[tokio::test]
async fn what_follows_a_broken_frame_is_not_taken_for_one() {
    let broken = [&[0x81, 1, b'x'][..], &masked("what looks like a message")].concat();
    let mut wire = Wire::new(Narrow::new(1), &broken, 100);
    assert!(matches!(poll_fn(|cx| wire.poll_message(cx)).await, Err(Broken::Frame(_))));
    assert_eq!(poll_fn(|cx| wire.poll_message(cx)).await, Err(Broken::Lost));
}
