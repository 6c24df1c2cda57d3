//! The accept loop: one task per connection, HTTP/1.1 with upgrades, a limit on how long a request head may take.
//! Never routes, never what a socket says. Ours instead of `axum::serve` because that sets no such limit.

mod patient;

use std::{convert::Infallible, io, time::Duration};

use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;
use tracing::{debug, warn};

pub(crate) use self::patient::Patient;
use crate::http::address::Peer;

/// How long a response may wait for a client that does not read. Longer than a socket's own limit on a blocked write,
/// which says why it closes.
const WRITE_WITHIN: Duration = Duration::from_secs(30);

/// The pause after an accept that failed because this process ran out of something.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts until `shutdown`; each connection is a task of `tasks`. A request head may take `head_timeout`.
pub(crate) async fn accept(
    listener: TcpListener,
    router: Router,
    head_timeout: Duration,
    shutdown: CancellationToken,
    tasks: TaskTracker,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_timeout);
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    tasks.spawn(connection(stream, Peer(peer.ip()), http.clone(), router.clone(), shutdown.clone()));
                }
                Err(error) => pause_after(&error).await,
            },
        }
    }
}

async fn connection(stream: TcpStream, peer: Peer, http: http1::Builder, router: Router, shutdown: CancellationToken) {
    // Small frames matter more than full packets.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "Could not set TCP_NODELAY");
    }
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let router = router.clone();
        request.extensions_mut().insert(peer);
        async move {
            Ok::<_, Infallible>(router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {}))
        }
    });
    let stream = TokioIo::new(Patient::new(stream, WRITE_WITHIN));
    let connection = http.serve_connection(stream, service).with_upgrades();
    tokio::pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        debug!(%error, "A connection ended early");
    }
}

/// A connection that broke while it waited is the client's affair; running out of file descriptors is ours, and
/// trying again at once would spin.
async fn pause_after(error: &io::Error) {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset => {}
        _ => {
            warn!(%error, "Could not accept a connection");
            tokio::time::sleep(ACCEPT_PAUSE).await;
        }
    }
}
