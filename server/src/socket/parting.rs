//! How a socket parts: last words, the closing handshake. Never why it does (`session`).

use std::{future::poll_fn, task::Poll, time::Duration};

use protocol::CloseCode;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use websocket::{Frame, Message};

use super::{
    inbox::{Outbound, Waiting},
    session::{Consumer, Ended, Outcome},
    wire::Wire,
};

/// How long last words and the closing handshake may take, each; together within the server's own time to stop.
pub(super) const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// Whatever is still to be said before a socket goes.
pub(super) async fn part<S, C, I>(
    wire: &mut Wire<S>,
    consumer: &mut C,
    inbox: &I,
    shutdown: &CancellationToken,
    outcome: Outcome,
) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
    C: Consumer,
    I: Outbound,
{
    match outcome {
        Outcome::Close(code, reason) => {
            if shutdown.is_cancelled() {
                consumer.part();
            }
            if code != CloseCode::Restarting.code() {
                wire.forget();
            }
            last_words(wire, inbox).await;
            say_goodbye(wire, code, reason).await
        }
        Outcome::ByClient(code) => {
            wire.forget();
            wire.queue([Frame::close(code, "")]);
            let _ = timeout(CLOSE_WITHIN, flush(wire)).await;
            Ended::ByClient(code)
        }
        Outcome::Lost => Ended::Lost,
    }
}

async fn flush<S: AsyncWrite + Unpin>(wire: &mut Wire<S>) -> Option<()> {
    poll_fn(|cx| wire.poll_flush(cx)).await.ok()
}

/// What was taken for this socket before it closes is still said: there is no second place to read it from.
async fn last_words<S, I>(wire: &mut Wire<S>, inbox: &I)
where
    I: Outbound,
    S: AsyncWrite + Unpin,
{
    if let Poll::Ready(Waiting::Frames(frames)) = poll_fn(|cx| Poll::Ready(inbox.poll_next(cx))).await {
        wire.queue_all(frames);
    }
    let _ = timeout(CLOSE_WITHIN, flush(wire)).await;
}

/// Sends the close frame and reads on until the client has answered it, so that the client sees the code before the
/// connection goes.
async fn say_goodbye<S>(wire: &mut Wire<S>, code: u16, reason: &'static str) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    wire.queue([Frame::close(Some(code), reason)]);
    let goodbye = async {
        flush(wire).await?;
        while let Ok(message) = poll_fn(|cx| wire.poll_message(cx)).await {
            if matches!(message, Message::Close(_)) {
                return Some(());
            }
        }
        None
    };
    // Past the limit the client does not listen; the connection goes without its answer.
    let answered = matches!(timeout(CLOSE_WITHIN, goodbye).await, Ok(Some(())));
    Ended::Closed { code, answered }
}
