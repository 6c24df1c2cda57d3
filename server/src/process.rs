//! What the process asks of the system before it serves. What is refused is said in the log and lived with. Never what it
//! needs to serve at all, never a socket.

use std::hint::black_box;

use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::disable_transparent_huge_pages,
};
use tracing::{debug, warn};

/// A page needs less than this while it is rendered. Bytes.
const AT_HAND: usize = 1024 * 1024;

/// Each socket is an open file, so as many as the system allows; and small pages, since what a socket needs is small and
/// far from the next socket's.
pub fn prepare() {
    keep_at_hand();
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => debug!("May open {} files", named(maximum)),
        Err(error) => warn!(%error, "May open only {} files", named(current)),
    }
    if let Err(error) = disable_transparent_huge_pages(true) {
        warn!(%error, "Could not turn transparent huge pages off");
    }
}

/// glibc gives memory back to the kernel as soon as 128 KiB of it are free, so that each page had its own brought anew. It
/// keeps twice as much as the largest block it was given back once, up to 32 MiB (mallopt(3), "dynamic mmap threshold"):
/// so here is one, which nobody has touched. Elsewhere this does nothing.
fn keep_at_hand() {
    drop(black_box(Vec::<u8>::with_capacity(AT_HAND)));
}

fn named(limit: Option<u64>) -> String {
    limit.map_or_else(|| "any number of".to_owned(), |files| files.to_string())
}
