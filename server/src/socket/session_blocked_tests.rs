//! A session whose reader takes nothing, on paused time.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future;
use protocol::MAX_FRAME_BYTES;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt, DuplexStream, Join, duplex, join},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    super::{WRITE_WITHIN, Wire, run},
    Echo, PIPE, closed_with, text,
};
use crate::socket::{inbox::Inbox, parting::CLOSE_WITHIN};

/// Takes nothing, ever.
struct Blocked;

impl AsyncWrite for Blocked {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Pending
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

/// A socket that says `a` and `b` and takes nothing; and its client, which must stay.
async fn blocked() -> (Wire<Join<DuplexStream, Blocked>>, DuplexStream) {
    let (server, mut client) = duplex(PIPE);
    client.write_all(&[text("a"), text("b")].concat()).await.unwrap();
    (Wire::new(join(server, Blocked), &[], MAX_FRAME_BYTES), client)
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_blocks_every_write_is_closed_as_too_slow_and_holds_nobody_up() {
    let start = Instant::now();
    let inbox = Inbox::default();
    let (mut wire, _client) = blocked().await;
    let ended = run(&mut wire, &mut Echo(&inbox), &inbox, &CancellationToken::new()).await;
    assert_eq!(ended, closed_with(4008));
    assert!(start.elapsed() <= WRITE_WITHIN + 2 * CLOSE_WITHIN, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_inbox_that_overflows_behind_a_blocked_write_closes_with_4008_at_once() {
    let start = Instant::now();
    let inbox = Inbox::default();
    let (mut wire, _client) = blocked().await;
    let mut consumer = Echo(&inbox);
    let flood = async {
        tokio::task::yield_now().await;
        while inbox.push(&["x".into()]) {}
    };
    let (ended, ()) = future::join(run(&mut wire, &mut consumer, &inbox, &CancellationToken::new()), flood).await;
    assert_eq!(ended, closed_with(4008));
    assert!(start.elapsed() <= 2 * CLOSE_WITHIN, "{:?}", start.elapsed());
}
