//! Teahouse's server as a library: [`run`] is the whole of it, and tests call it as `main` does.
//! Never the command line's process (`main.rs`), never markup (`app`).
#![warn(clippy::unwrap_used)]
#![expect(missing_docs, reason = "a binary's own library: `run`, `Cli` and `Error` are documented where they live")]

pub mod admin;
pub mod logging;
pub mod process;
pub mod shutdown;

mod account;
mod chat;
mod config;
mod consumers;
mod error;
mod http;
mod layer;
mod limits;
mod passwords;
mod router;
mod serve;
mod socket;
mod state;

use std::{future::Future, time::Duration};

use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

pub use crate::{
    config::{AdminErrand, Cli, DatabaseFlags, Errand, RunConfig, Switch, Task},
    error::Error,
};
use crate::{shutdown::GRACE, state::AppState};

/// How long closing the database may take.
const STORE_GRACE: Duration = Duration::from_millis(300);
/// How long taking this node's memberships out of Redis may take.
const LAYER_GRACE: Duration = Duration::from_millis(500);

/// Serves `listener` until `stop` resolves, then stops gracefully: no new connections, every socket told 1012, all
/// tasks awaited, at most [`GRACE`].
///
/// # Errors
/// [`Error`] when the configuration cannot be served.
pub async fn run(config: RunConfig, listener: TcpListener, stop: impl Future<Output = ()>) -> Result<(), Error> {
    let shutdown = CancellationToken::new();
    let tasks = TaskTracker::new();
    let (state, mut publishing) = AppState::new(&config, shutdown.clone(), tasks.clone()).await?;
    let (limits, until) = (state.limits.clone(), shutdown.clone());
    tasks.spawn(async move { limits.sweep(&until).await });
    tasks.spawn(admin::expire(state.chat.store.clone(), config.retention, shutdown.clone()));
    let public = state.origins.public();
    let base = public.or_else(|| Some(format!("http://{}", listener.local_addr().ok()?))).unwrap_or_default();
    tasks.spawn(shutdown.clone().run_until_cancelled_owned(admin::invite_to_set_up(state.chat.store.clone(), base)));
    tasks.spawn(shutdown.clone().run_until_cancelled_owned(state.layer_health.clone().watch_keys()));
    let (layer, store, hub) = (state.layer.clone(), state.chat.store.clone(), state.chat.hub.clone());

    let mut accepting = tasks.spawn(serve::accept(
        listener,
        router::router(state),
        config.head_timeout,
        shutdown.clone(),
        tasks.clone(),
    ));
    tokio::select! {
        () = stop => {}
        ended = &mut accepting => return Err(Error::Accept(ended.err())),
    }
    info!("Stopping: telling every socket, for at most {} ms", GRACE.as_millis());
    let parting = hub.part();
    shutdown.cancel();
    tasks.close();
    let told = tokio::time::timeout(LAYER_GRACE, parting);
    if tokio::join!(tokio::time::timeout(GRACE, tasks.wait()), told).0.is_err() {
        warn!("{} connections did not finish in time and are cut", tasks.len());
    }
    // In this order: what was stored is published, and then nobody needs the layer.
    let stored_and_published = async { (store.close().await, (&mut publishing).await) };
    if tokio::time::timeout(STORE_GRACE, stored_and_published).await.is_err() {
        warn!("The store did not close in time; what was confirmed is on disk");
        publishing.abort();
    }
    // A Redis that does not answer must not keep the process.
    match tokio::time::timeout(LAYER_GRACE, layer.close()).await {
        Ok(closed) => closed?,
        Err(_) => warn!("The channel layer did not close in time"),
    }
    info!("Stopped");
    Ok(())
}
