//! What a client does about each frame. Never a connection.

use std::time::Duration;

use protocol::{ClientFrame, ClientId, Event, GroupId, Message, RejectionCode, Seq, ServerFrame, Standing};
use tokio::time::Instant;

use super::Client;

impl Client {
    /// Whether the connection is still good.
    pub(super) async fn take(&mut self, frame: ServerFrame) -> bool {
        match frame {
            ServerFrame::Welcome { you, groups, .. } => {
                assert_eq!(you, self.guest.person);
                self.welcomed = true;
                for standing in groups {
                    if !self.stand(standing).await {
                        return false;
                    }
                }
                true
            }
            ServerFrame::Subscribed(standing) => self.stand(standing).await,
            ServerFrame::Events { group, epoch, events } => {
                assert!(!events.is_empty());
                events.iter().for_each(|event| self.confirm(&event.client_id, event.seq));
                let Some(log) = self.logs.get_mut(&group) else { return true };
                if log.epoch.as_ref() != Some(&epoch) {
                    return true;
                }
                let whole = events.into_iter().fold(true, |_, event: Event| log.take(event));
                whole || self.subscribe(group).await
            }
            ServerFrame::Reset { group, epoch, head, .. } => {
                let Some(log) = self.logs.get_mut(&group) else { return true };
                log.resets += 1;
                log.begin(epoch, head);
                self.look_back(group).await
            }
            ServerFrame::Page { group, messages, more, .. } => self.turn(group, messages, more).await,
            ServerFrame::Lag { group, .. } => {
                self.lags += 1;
                self.subscribe(group).await
            }
            ServerFrame::Pong { heads, .. } => {
                for (group, head) in heads {
                    if self.logs.get(&group).is_some_and(|log| log.last < head) && !self.subscribe(group).await {
                        return false;
                    }
                }
                true
            }
            ServerFrame::Rejected { client_id, rejection } => {
                self.reject(client_id, rejection.code, rejection.retry_after_ms);
                true
            }
            ServerFrame::Gone { group, why } => panic!("{group} is gone: {why}"),
            _ => true,
        }
    }

    /// A group that nothing is known of begins with its newest page.
    async fn stand(&mut self, standing: Standing) -> bool {
        let Standing { group, epoch, head, .. } = standing;
        if let Some(log) = self.logs.get_mut(&group).filter(|log| log.epoch.is_none()) {
            log.begin(epoch, head);
        }
        self.look_back(group).await
    }

    /// Asks for what was said before, if it is not known.
    async fn look_back(&mut self, group: GroupId) -> bool {
        match self.logs.get(&group).and_then(|log| log.older) {
            Some(before) => self.send(ClientFrame::History { group, before, limit: 100 }).await,
            None => true,
        }
    }

    async fn turn(&mut self, group: GroupId, messages: Vec<Message>, more: bool) -> bool {
        messages.iter().for_each(|message| self.confirm(&message.client_id, message.seq));
        if let Some(log) = self.logs.get_mut(&group) {
            log.merge(messages, more);
        }
        self.look_back(group).await
    }

    async fn subscribe(&mut self, group: GroupId) -> bool {
        let place = self.place(&group);
        self.send(ClientFrame::Subscribe(place)).await
    }

    fn confirm(&mut self, id: &Option<ClientId>, seq: Seq) {
        let Some(id) = id else { return };
        let before = self.confirmed.insert(id.clone(), seq);
        assert!(before.is_none_or(|before| before == seq), "{id} was stored as {before:?} and as {seq}");
        self.outbox.retain(|(waits, _, _)| waits != id);
    }

    fn reject(&mut self, id: ClientId, code: RejectionCode, retry_after_ms: Option<u64>) {
        if !code.is_retryable() {
            self.outbox.retain(|(waits, _, _)| *waits != id);
            return self.refused.push((id, code));
        }
        self.put_off = (self.put_off.0 + 1, Some(code));
        self.wait_until = Instant::now() + Duration::from_millis(retry_after_ms.unwrap_or(100).min(200));
        self.outbox.iter_mut().filter(|(waits, _, _)| *waits == id).for_each(|(_, _, sent)| *sent = false);
    }
}
