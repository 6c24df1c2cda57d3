//! Why a run could not be made, in one sentence for whoever started it. Never a figure: a server that is slow or loses
//! messages is no trouble, it is what is measured.

use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// What was asked makes no sense.
    #[error("{0}")]
    Usage(String),
    #[error("nobody listens at {url}: {why}. Is the server started, and is the address right?")]
    Away { url: String, why: String },
    /// It refused more often than a server under load may.
    #[error("the server at {url} refused a socket: {why}")]
    Refused { url: String, why: String },
    #[error("only {ready} of {wanted} sockets were there when nothing had moved for {seconds} s{last}")]
    Stuck { ready: usize, wanted: usize, seconds: u64, last: String },
    #[error(
        "{wanted} sockets need {needed} open files and this process may have {limit}: fewer of them, or a higher hard limit \
         (ulimit -Hn)"
    )]
    Files { wanted: usize, needed: u64, limit: u64 },
    #[error("{path}: {error}", path = path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{what}: {error}")]
    System { what: &'static str, error: io::Error },
    /// Of the suite: what it starts did not start.
    #[error("{0}")]
    Peer(String),
}

impl Trouble {
    /// For `map_err`: names what was being done.
    pub(crate) fn system<E: Into<io::Error>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::System { what, error: error.into() }
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, error }
    }
}
