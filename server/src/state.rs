//! What every handler may use, made once at the start. Never per-connection state.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use store::Store;
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinHandle,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Error, RunConfig,
    chat::{Chat, Services},
    config::Switch,
    http::{assets::Assets, pages::Kept},
    layer::{self, Layer, LayerHealth},
    limits::Limits,
    passwords::Passwords,
    socket::origin::AllowedOrigins,
};

/// Batches of committed events on their way to the channel layer; the store waits when they are not fetched.
const COMMITS: usize = 64;
/// Searches at once: on PostgreSQL the store has four readers, on SQLite each takes a thread.
const SEARCHES: usize = 2;

/// A handle: every request and many a socket has one.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) chat: Chat,
    pub(crate) layer: Layer,
    pub(crate) layer_health: LayerHealth,
    pub(crate) origins: Arc<AllowedOrigins>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) passwords: Passwords,
    /// Pages of groups as nobody in particular sees them.
    pub(crate) kept: Arc<Kept>,
    /// Turns to search, the dearest of what anybody may ask of the store's readers.
    pub(crate) searches: Arc<Semaphore>,
    /// The proxy before this server says where requests come from.
    pub(crate) trust_proxy: bool,
    /// Cancelled when the server stops; each session closes its socket with 1012 then.
    pub(crate) shutdown: CancellationToken,
    /// Owns every connection and session; `run` awaits it.
    pub(crate) tasks: TaskTracker,
    pub(crate) assets: Assets,
    pub(crate) leptos: LeptosOptions,
    sockets: AtomicU64,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// With the task that publishes, which ends after the store was closed.
    pub(crate) async fn new(
        config: &RunConfig,
        shutdown: CancellationToken,
        tasks: TaskTracker,
    ) -> Result<(Self, JoinHandle<()>), Error> {
        let (layer, layer_health) = layer::open(config).await?;
        let (committed, commits) = mpsc::channel(COMMITS);
        let store = Store::open(store::Config::new(config.database.parse()?), committed).await?;
        let limits = Arc::new(Limits::new(config.limits == Switch::On));
        let services = Services {
            limits: limits.clone(),
            store,
            layer: layer.clone(),
            node: uuid::Uuid::new_v4().simple().to_string(),
            tasks: tasks.clone(),
            shutdown: shutdown.clone(),
            left_out: Arc::default(),
        };
        let (chat, publishing) = Chat::new(services, commits);
        let state = Shared {
            chat,
            layer,
            layer_health,
            origins: Arc::new(AllowedOrigins::new(&config.public_url, &config.allow_origin)),
            limits,
            passwords: Passwords::new(),
            kept: Arc::default(),
            searches: Arc::new(Semaphore::new(SEARCHES)),
            trust_proxy: config.trust_proxy,
            shutdown,
            tasks,
            assets: Assets::find()?,
            leptos: leptos_options(),
            sockets: AtomicU64::default(),
        };
        Ok((Self(Arc::new(state)), publishing))
    }

    /// A number for a new socket, so that its log lines can be told apart.
    pub(crate) fn next_socket(&self) -> u64 {
        self.sockets.fetch_add(1, Ordering::Relaxed)
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// What Leptos wants to know. The names of the site's files come from [`Assets`], not from here; the reload port serves
/// `cargo leptos watch`, which sets it.
fn leptos_options() -> LeptosOptions {
    let reload_port = std::env::var("LEPTOS_RELOAD_PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3001);
    LeptosOptions::builder().output_name("teahouse").reload_port(reload_port).build()
}
