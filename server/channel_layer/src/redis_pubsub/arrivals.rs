//! What comes from Redis: handed over right where the connection reads it, in its order. So nothing is buffered here
//! and nothing can overflow. Who reads too slowly for Redis' own bound (`client-output-buffer-limit pubsub`) loses the
//! connection, which is a gap like any other.

use std::slice;
use std::sync::{Arc, Weak};

use redis::{PushInfo, PushKind, Value};
use tokio::sync::Notify;

use super::ledger::Ledger;
use super::node::Node;
use super::topic::Topic;
use crate::Wire;

/// One connection's arrivals. Weak, because the connection is not the layer's owner.
pub(super) struct Arrivals<M> {
    pub(super) node: Weak<Node<M>>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) broken: Arc<Notify>,
}

impl<M: Wire> Arrivals<M> {
    pub(super) fn take(&self, push: PushInfo) {
        let PushInfo { kind, data } = push;
        let mut data = data.into_iter().rev();
        match (kind, data.next(), data.next()) {
            (PushKind::Disconnection, ..) => self.broken.notify_one(),
            // Behind a pattern, if that is what was subscribed.
            (
                PushKind::Message | PushKind::PMessage,
                Some(Value::BulkString(payload)),
                Some(Value::BulkString(name)),
            ) => self.deliver(&name, &payload),
            // Answers to our own commands, which await them elsewhere.
            (..) => {}
        }
    }

    fn deliver(&self, name: &[u8], payload: &[u8]) {
        let Some(node) = self.node.upgrade() else { return };
        let Some(topic) = node.names.read(name) else { return };
        if self.ledger.is_over() || self.ledger.settle(&topic, payload) {
            return;
        }
        node.pulse.meter.frames_received.add(1);
        match topic {
            Topic::Group(group) => {
                // The last member may just have left.
                if node.local.has_group(&group) {
                    node.read(payload).iter().for_each(|message| node.local.arrive_in_group(&group, message));
                }
            }
            Topic::Channel(channel) => {
                node.read(payload)
                    .iter()
                    .for_each(|message| node.local.arrive(&channel, slice::from_ref(message), &[]));
            }
            Topic::Own(_) => {}
        }
    }
}
