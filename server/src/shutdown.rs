//! Signals. The first SIGINT or SIGTERM asks the server to stop, the second ends the process at once.
//! Never what stopping means (`run` in `lib.rs`).

use std::{future::Future, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Error;

/// How long a graceful stop waits before what is left is cut; the whole stop then stays within 5 s.
pub const GRACE: Duration = Duration::from_millis(4200);

/// Resolves at the first SIGINT or SIGTERM. From then on a second one ends the process with status 130.
///
/// # Errors
/// [`Error::Runtime`] when the handlers cannot be installed.
pub fn first_signal() -> Result<impl Future<Output = ()>, Error> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::Runtime)?;
    Ok(async move {
        either(&mut interrupt, &mut terminate).await;
        tokio::spawn(async move {
            either(&mut interrupt, &mut terminate).await;
            end_now();
        });
    })
}

async fn either(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "a second signal means: now, whatever is lost")]
fn end_now() {
    std::process::exit(130);
}
