//! What the process asks of the system before it serves. What is refused is said in the log and lived with. Never what it
//! needs to serve at all, never a socket.

use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::disable_transparent_huge_pages,
};
use tracing::{debug, warn};

/// Each socket is an open file, so as many as the system allows; and small pages, since what a socket needs is small and
/// far from the next socket's.
pub fn prepare() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => debug!("May open {} files", named(maximum)),
        Err(error) => warn!(%error, "May open only {} files", named(current)),
    }
    if let Err(error) = disable_transparent_huge_pages(true) {
        warn!(%error, "Could not turn transparent huge pages off");
    }
}

fn named(limit: Option<u64>) -> String {
    limit.map_or_else(|| "any number of".to_owned(), |files| files.to_string())
}
