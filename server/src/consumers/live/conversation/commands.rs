//! What a client asks to be done: on its way to the store, and how it learns what came of it. Never what it asks to be told.

use std::{pin::Pin, sync::atomic::Ordering};

use protocol::{ClientId, Event, GroupId, Rejection, RejectionCode, ServerFrame};
use store::{Command, Committed};
use tracing::debug;

use super::{Conversation, sentence};
use crate::{
    chat::{Refused, encode},
    consumers::live::RETRY_AFTER_MS,
};

/// A command that will be answered.
pub(super) struct Submitted {
    group: GroupId,
    client_id: ClientId,
    answer: Pin<Box<dyn Future<Output = Result<Committed, Refused>> + Send + Sync>>,
}

impl Conversation {
    /// The next may be submitted before it is stored: then they are stored together.
    pub(super) async fn command(&mut self, group: GroupId, client_id: ClientId, command: Command) {
        match self.chat.submit(&group, &self.me, Some(&client_id), command).await {
            Ok(answer) => self.submitted.push_back(Submitted { group, client_id, answer: Box::pin(answer) }),
            Err(refused) => self.reject(client_id, refused),
        }
    }

    /// Waits for everything that was submitted.
    pub(super) async fn settle(&mut self) {
        while let Some(Submitted { group, client_id, answer }) = self.submitted.pop_front() {
            let answer = answer.await;
            self.settled(group, client_id, answer).await;
        }
    }

    /// The broadcast confirms it, unless this socket will not hear it: it has not subscribed, or it is an old one.
    async fn settled(&mut self, group: GroupId, client_id: ClientId, answer: Result<Committed, Refused>) {
        match answer {
            Ok(committed) => {
                if (!committed.fresh || !self.hears(&group)) && !self.confirm(group, &committed.event).await {
                    // It is stored; sent again it is confirmed, but only who is told so sends it again.
                    return self.reject(client_id, RejectionCode::Unavailable.into());
                }
                self.unconfirmed.fetch_sub(1, Ordering::Relaxed);
            }
            Err(refused) => self.reject(client_id, refused),
        }
    }

    /// `false`: the store does not answer.
    async fn confirm(&mut self, group: GroupId, event: &Event) -> bool {
        match self.chat.store.epoch().await {
            Ok(epoch) => {
                let events = vec![event.clone()];
                self.lanes.answer(encode(&ServerFrame::Events { group, epoch, events }));
                true
            }
            Err(error) => {
                debug!(%error, "Could not confirm a command");
                false
            }
        }
    }

    pub(super) fn reject(&self, client_id: ClientId, Refused { code, retry_after }: Refused) {
        self.unconfirmed.fetch_sub(1, Ordering::Relaxed);
        let known = retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1));
        let retry_after_ms = known.or(code.is_retryable().then_some(RETRY_AFTER_MS));
        let rejection = Rejection { code, message: sentence(code, self.locale), retry_after_ms };
        self.lanes.answer(encode(&ServerFrame::Rejected { client_id, rejection }));
    }
}
