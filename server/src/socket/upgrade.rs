//! From an HTTP request to a running session: checks the handshake and the Origin, answers 101, spawns the session as
//! a task that the server owns. Never what the socket is for. The handshake is tungstenite's; done here rather than by
//! axum's extractor, whose task nobody owns at shutdown and whose socket cannot be drained after an oversized frame.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use http::{StatusCode, header};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use protocol::{CloseCode, MAX_FRAME_BYTES};
use tokio::{io::AsyncReadExt, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::server::create_response_with_body,
        protocol::{Role, WebSocketConfig},
    },
};
use tracing::{debug, info};

use super::{
    inbox::Inbox,
    session::{self, Consumer, Ended},
};
use crate::{http::refusal::refuse, state::AppState};

/// A socket reads into this much; an idle connection holds it for as long as it lives.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// How much of an oversized frame is read and thrown away, so that its sender hears why it was closed.
const DRAIN_BYTES: u64 = 64 * 1024 * 1024;
const DRAIN_WITHIN: Duration = Duration::from_secs(2);

/// Answers an upgrade request and serves the socket with the consumer that `connect` makes.
///
/// `None` from `connect` means that it could not be served; the client is told to come back.
pub(crate) fn upgrade<C, F>(
    state: &AppState,
    kind: &'static str,
    request: Request,
    connect: impl FnOnce(Arc<Inbox>) -> F + Send + 'static,
) -> Response
where
    C: Consumer + 'static,
    F: Future<Output = Option<C>> + Send + 'static,
{
    if !state.origins.admit(request.headers()) {
        info!(socket.kind = kind, "Refused a socket to another site's page");
        return refuse(
            StatusCode::FORBIDDEN,
            "this page's origin may not open sockets here (--allow-origin lists those that may)",
        );
    }
    let Ok(response) = create_response_with_body(&request, Body::empty) else {
        let mut refusal = refuse(StatusCode::UPGRADE_REQUIRED, "a WebSocket is spoken here (RFC 6455, version 13)");
        refusal.headers_mut().insert(header::UPGRADE, http::HeaderValue::from_static("websocket"));
        return refusal;
    };
    let id = state.next_socket();
    let upgraded = hyper::upgrade::on(request);
    state.tasks.spawn(serve(state.clone(), kind, id, upgraded, connect));
    response
}

async fn serve<C, F>(
    state: AppState,
    kind: &'static str,
    id: u64,
    upgraded: OnUpgrade,
    connect: impl FnOnce(Arc<Inbox>) -> F + Send,
) where
    C: Consumer,
    F: Future<Output = Option<C>> + Send,
{
    let upgraded = match upgraded.await {
        Ok(upgraded) => upgraded,
        Err(error) => return debug!(socket.id = id, socket.kind = kind, %error, "The handshake broke off"),
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
    let inbox = Arc::new(Inbox::default());
    let started = tokio::time::Instant::now();
    info!(socket.id = id, socket.kind = kind, "Connected socket {id} ({kind})");
    let ended = match connect(inbox.clone()).await {
        Some(mut consumer) => session::run(&mut socket, &mut consumer, &inbox, &state.shutdown).await,
        None => session::say_goodbye(&mut socket, CloseCode::Restarting.code(), CloseCode::Restarting.reason()).await,
    };
    let seconds = started.elapsed().as_secs();
    info!(socket.id = id, socket.kind = kind, %ended, seconds, "Disconnected socket {id} ({kind}): {ended}");
    if matches!(ended, Ended::Closed(_)) {
        drain(socket).await;
    }
}

/// Bytes that nobody read would make the kernel reset the connection, and the reset would overtake the close frame.
async fn drain(mut socket: WebSocketStream<TokioIo<Upgraded>>) {
    let mut rest = socket.get_mut().take(DRAIN_BYTES);
    let _ = timeout(DRAIN_WITHIN, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
}
