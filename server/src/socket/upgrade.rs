//! From an HTTP request to a running session: checks the handshake and the Origin, answers 101, spawns the session as
//! a task that the server owns. Never what the socket is for. The handshake is tungstenite's; done here rather than by
//! axum's extractor, whose task nobody owns at shutdown, whose socket cannot be drained after an oversized frame, and whose
//! connection stays hyper's.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use hyper::upgrade::OnUpgrade;
use protocol::MAX_FRAME_BYTES;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};
use tungstenite::handshake::server::create_response_with_body;

use super::{
    inbox::Outbound,
    session::{self, Consumer, Ended},
    stream::Stream,
    wire::Wire,
};
use crate::{
    http::{address, refusal::refuse},
    limits::{Address, Held},
    state::AppState,
};

/// How much of an oversized frame is read and thrown away, so that its sender hears why it was closed.
const DRAIN_BYTES: u64 = 64 * 1024 * 1024;
const DRAIN_WITHIN: Duration = Duration::from_secs(2);

/// A kind of socket.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// For the log.
    pub(crate) name: &'static str,
    /// The longest frame it takes, in bytes of payload; a longer one closes with 1009.
    pub(crate) max_frame: usize,
    /// What is spoken on it. A client that offers others but not this one is refused; one that offers none is not.
    pub(crate) subprotocol: Option<&'static str>,
}

impl Kind {
    /// A socket that speaks plain text, as the tutorial's do.
    pub(crate) const fn plain(name: &'static str) -> Self {
        Self { name, max_frame: MAX_FRAME_BYTES, subprotocol: None }
    }

    /// Whether the request offers what this socket speaks, or offers nothing.
    fn suits(self, headers: &HeaderMap) -> bool {
        let offers = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL);
        let mut offers = offers.iter().filter_map(|offer| offer.to_str().ok()).flat_map(|offer| offer.split(','));
        self.subprotocol.is_none_or(|ours| {
            let mut offered = offers.by_ref().peekable();
            offered.peek().is_none() || offered.any(|offer| offer.trim() == ours)
        })
    }
}

/// Answers an upgrade request and serves the socket with the consumer that `connect` makes.
///
/// `connect` runs before the answer: when a client sees its socket open, it is a member already and misses nothing.
/// What it answers instead of a consumer is what the client gets.
pub(crate) async fn upgrade<C, I, F>(
    state: &AppState,
    kind: Kind,
    request: Request,
    connect: impl FnOnce(Arc<I>) -> F,
) -> Response
where
    C: Consumer + 'static,
    I: Outbound + Default,
    F: Future<Output = Result<C, Response>>,
{
    if !state.origins.admit(request.headers()) {
        info!(socket.kind = kind.name, origin = ?request.headers().get(header::ORIGIN), "Refused a socket to another site's page");
        return refuse(
            StatusCode::FORBIDDEN,
            "this page's origin may not open sockets here (--allow-origin lists those that may)",
        );
    }
    let Ok(mut response) = create_response_with_body(&request, Body::empty) else {
        return refuse_plain_http();
    };
    if !kind.suits(request.headers()) {
        return refuse(StatusCode::BAD_REQUEST, "none of the subprotocols offered is spoken here");
    }
    if let Some(subprotocol) = kind.subprotocol
        && request.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL)
    {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol));
    }
    let deflates = deflate(request.headers(), &mut response);
    let from = address::of(request.extensions(), request.headers(), state.trust_proxy);
    let Ok(held) = state.limits.socket_from(from) else {
        return refuse(
            StatusCode::TOO_MANY_REQUESTS,
            "too many sockets are open from this address; close some of them",
        );
    };
    let inbox = Arc::new(I::default());
    let consumer = match connect(inbox.clone()).await {
        Ok(consumer) => consumer,
        Err(refusal) => return refusal,
    };
    // Boxed: its task would keep it twice, where it is handed over and where it is used.
    let socket = Box::new(Upgrade {
        shutdown: state.shutdown.clone(),
        kind,
        id: state.next_socket(),
        deflates,
        inbox,
        consumer,
        _held: held,
    });
    state.tasks.spawn(socket.serve(hyper::upgrade::on(request)));
    response
}

/// Agrees to compression if the client offers one that is spoken here. Whether it did.
fn deflate(headers: &HeaderMap, response: &mut Response) -> bool {
    let offers = headers.get_all(header::SEC_WEBSOCKET_EXTENSIONS);
    let agreed = offers.iter().filter_map(|offers| offers.to_str().ok()).find_map(websocket::accept);
    if let Some(agreed) = agreed {
        response.headers_mut().insert(header::SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(agreed));
    }
    agreed.is_some()
}

fn refuse_plain_http() -> Response {
    let mut refusal = refuse(StatusCode::UPGRADE_REQUIRED, "a WebSocket is spoken here (RFC 6455, version 13)");
    for (name, value) in [
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::CONNECTION, HeaderValue::from_static("upgrade")),
        (header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
    ] {
        refusal.headers_mut().insert(name, value);
    }
    refusal
}

/// A socket between its 101 and its end.
struct Upgrade<C, I> {
    shutdown: CancellationToken,
    kind: Kind,
    id: u64,
    deflates: bool,
    inbox: Arc<I>,
    consumer: C,
    /// As long as the connection lives it counts.
    _held: Held<Address>,
}

impl<C: Consumer, I: Outbound> Upgrade<C, I> {
    async fn serve(mut self: Box<Self>, upgraded: OnUpgrade) {
        let (id, kind) = (self.id, self.kind.name);
        let mut wire = match upgraded.await {
            Ok(upgraded) => {
                let (stream, unread) = Stream::taken_from(upgraded);
                if self.deflates {
                    self.inbox.deflate();
                }
                self.inbox.share(stream.shared());
                Wire::new(stream, &unread, self.kind.max_frame).deflating(self.deflates)
            }
            Err(error) => return debug!(socket.id = id, socket.kind = kind, %error, "The handshake broke off"),
        };
        let started = Instant::now();
        info!(socket.id = id, socket.kind = kind, "Connected socket {id} ({kind})");
        let ended = session::run(&mut wire, &mut self.consumer, &*self.inbox, &self.shutdown).await;
        // Leaves its groups before the log says so.
        drop(self.consumer);
        let seconds = started.elapsed().as_secs();
        info!(socket.id = id, socket.kind = kind, %ended, seconds, "Disconnected socket {id} ({kind}): {ended}");
        Box::pin(hang_up(wire.stream(), ended, &self.shutdown)).await;
    }
}

/// Closes the connection under the socket. The server hangs up first (RFC 6455 §7.1.1): browsers wait for that. But
/// bytes that nobody read would make the kernel reset the connection, and the reset would overtake the close frame: a
/// client that has not answered may still be sending, so what it sends is read away for a moment.
async fn hang_up(stream: &mut Stream, ended: Ended, shutdown: &CancellationToken) {
    let _ = timeout(DRAIN_WITHIN, stream.shutdown()).await;
    if matches!(ended, Ended::Closed { answered: false, .. }) && !shutdown.is_cancelled() {
        let mut rest = stream.take(DRAIN_BYTES);
        let _ = timeout(DRAIN_WITHIN, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}
