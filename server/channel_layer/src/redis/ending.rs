//! How a layer leaves Redis when it closes: nobody's member, nothing kept for it, and what it took for others given back.
//! How long that may take is its caller's business.

use std::sync::Arc;

use futures_util::future::join_all;

use super::RedisLayer;
use super::exchange::Exchange;
use crate::{ChannelName, Wire};

impl<M: Wire> RedisLayer<M> {
    /// Takes this process out of Redis, as far as Redis answers in time.
    pub(super) async fn leave_redis(&self, untaken: Vec<(ChannelName, Arc<M>)>) {
        self.node.roster.depart_all();
        let back = untaken.into_iter().map(|(channel, message)| async move {
            let returned = self.post(&channel, message).await.is_ok();
            let meter = &self.node.pulse.meter;
            if returned { meter.returned.add(1) } else { meter.unreturned.add(1) }
        });
        let _ = tokio::join!(join_all(back), self.settled());
        let mut exchange = Exchange::new(self.node.hosts.len());
        for non_local in self.readers.known() {
            for host in 0..self.node.hosts.len() {
                exchange.add(host, self.node.unlink(&non_local));
            }
        }
        exchange.run(&self.node.links).await;
    }
}
