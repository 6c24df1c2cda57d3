//! What can keep the server from starting or running. A person reads these on a terminal, so each names the flag and
//! what to do. Never what a visitor is told (pages and close codes are).

use std::io;

/// Why the server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "cannot listen on {address}: {source}. Choose another address with --listen (or TEAHOUSE_LISTEN), or stop the program that uses it"
    )]
    Listen { address: String, source: io::Error },
    #[error(
        "--channel-layer {0}: this version has only the in-memory layer. Use --channel-layer memory, or leave the flag out"
    )]
    UnknownLayer(String),
    #[error("the channel layer failed: {0}")]
    Layer(#[from] channel_layer::LayerError),
    #[error("the channel layer's settings do not work: {0}")]
    LayerConfig(#[from] channel_layer::ConfigError),
    #[error(
        "the site's files are missing from this binary. Build it with `make build`, which builds the frontend first"
    )]
    NoSite,
    #[error("accepting connections ended unexpectedly: {0:?}")]
    Accept(Option<tokio::task::JoinError>),
    #[error("the operating system refused: {0}")]
    Runtime(#[source] io::Error),
}
