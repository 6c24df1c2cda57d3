//! What a conversation does while the store does not answer. Never what it asks of it.

use std::{fmt::Display, sync::atomic::Ordering, time::Duration};

use protocol::RejectionCode;
use tokio::time::sleep;
use tracing::warn;

use super::Conversation;
use crate::consumers::live::{command_of, desk::MAX_WAITING};

/// The pause before the store is asked again.
const RETRY: Duration = Duration::from_millis(500);

impl Conversation {
    /// Asks until there is an answer. Meanwhile commands are refused, to be tried again: those that wait for their turn
    /// here, later ones as they come.
    pub(super) async fn patiently<T, E: Display, F>(&mut self, what: &str, ask: impl Fn() -> F) -> T
    where
        F: Future<Output = Result<T, E>>,
    {
        loop {
            match ask().await {
                Ok(answer) => {
                    self.away.store(false, Ordering::Relaxed);
                    return answer;
                }
                Err(error) => {
                    if !self.away.swap(true, Ordering::Relaxed) {
                        warn!(%error, "Could not {what}; trying again");
                    }
                    self.refuse_commands();
                    sleep(RETRY).await;
                }
            }
        }
    }

    /// The other frames that wait keep their turn.
    fn refuse_commands(&mut self) {
        while self.later.len() < MAX_WAITING
            && let Some(frame) = self.desk.upgrade().and_then(|desk| desk.next())
        {
            match command_of(&frame) {
                Some(client_id) => self.reject(client_id.clone(), RejectionCode::Unavailable.into()),
                None => self.later.push_back(frame),
            }
        }
    }
}
