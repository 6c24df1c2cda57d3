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
        "--channel-layer: {0}:// is no channel layer. Use memory, or redis://[user:password@]host:port/db (also rediss://, unix://, redis+sentinel://; each also with +pubsub, as redis+pubsub://)"
    )]
    UnknownLayer(String),
    // Not quoted: what has no scheme may be a password.
    #[error("--channel-layer: the address has no scheme. Use memory, or did you mean redis://host:port?")]
    NoScheme,
    #[error(
        "--channel-layer: some addresses are for pub/sub and some are not. Let every scheme end in +pubsub, or none, as in the Django application's backend"
    )]
    TwoLayers,
    #[error("{flag}: {0}", flag = flag_of(.0))]
    Layer(#[from] channel_layer::ConfigError),
    #[error("--channel-layer: {0}. Mend the address or the server, then start again")]
    Redis(#[from] channel_layer::Trouble),
    #[error("--channel-layer-keys: cannot read the file behind @: {0}")]
    KeyFile(#[source] io::Error),
    #[error("--channel-layer-keys: no key was given. Give one, or leave the flag out to go unencrypted")]
    NoKeys,
    #[error("--database: {0}")]
    Database(#[source] store::DatabaseError),
    #[error("--database: {0}")]
    Store(#[from] store::OpenError),
    #[error("{0}")]
    Admin(#[from] store::AdminError),
    #[error("{0} things are wrong in the database:\n{1}")]
    Wrong(usize, String),
    #[error("{0:?} is no group: {1}")]
    Group(String, protocol::GroupIdError),
    #[error("{0:?} is no login: give 2 to 32 letters, numbers, _ or -")]
    Login(String),
    #[error("the password {0}. Give a better one on the standard input")]
    Password(crate::passwords::Weak),
    #[error(transparent)]
    Hash(#[from] crate::passwords::HashError),
    #[error("the database: {0}")]
    Command(#[from] store::StoreError),
    #[error("the channel layer did not close: {0}")]
    LayerClose(#[from] channel_layer::LayerError),
    #[error(
        "the site's files are missing from this binary. Build it with `make build`, which builds the frontend first"
    )]
    NoSite,
    #[error("accepting connections ended unexpectedly: {0:?}")]
    Accept(Option<tokio::task::JoinError>),
    #[error("the operating system refused: {0}")]
    Runtime(#[source] io::Error),
}

/// The flag that set what is wrong.
fn flag_of(error: &channel_layer::ConfigError) -> &'static str {
    use channel_layer::ConfigError::{
        BadHost, BadPattern, EmptyKey, NoHosts, ZeroCapacity, ZeroCapacityFor, ZeroExpiry,
    };
    match error {
        ZeroCapacity => "--channel-layer-capacity",
        ZeroCapacityFor { .. } | BadPattern { .. } => "--channel-layer-channel-capacity",
        ZeroExpiry { setting: "group_expiry" } => "--channel-layer-group-expiry",
        ZeroExpiry { .. } => "--channel-layer-expiry",
        BadHost { .. } | NoHosts => "--channel-layer",
        EmptyKey => "--channel-layer-keys",
    }
}
