//! From the store to the channel layer: what was committed goes to its group, in seq order. One task, the only one that
//! publishes durable events. Never before the commit.

use std::{sync::Arc, time::Duration};

use protocol::{Change, Epoch, Event};
use store::Committed;
use tokio::{sync::mpsc, time::Instant};
use tracing::warn;

use super::{
    Services,
    event::{GroupEvent, Happened},
    names, pause,
};

/// So long the database is believed to live the same life: nobody should restore it under a running server.
const BELIEVED: Duration = Duration::from_secs(3);

/// Until the store is closed and everything that it committed is out. What cannot be published is not lost: every node
/// looks at the store's heads.
pub(super) async fn run(services: Services, mut commits: mpsc::Receiver<Vec<Committed>>) {
    let (mut epoch, mut read) = (read_epoch(&services).await, Instant::now());
    while let Some(batch) = commits.recv().await {
        if read.elapsed() > BELIEVED
            && let Ok(now) = services.store.epoch().await
        {
            (epoch, read) = (now, Instant::now());
        }
        for committed in batch {
            publish(&services, &epoch, committed).await;
        }
    }
}

async fn publish(services: &Services, epoch: &Epoch, committed: Committed) {
    let Committed { group, event, open, .. } = committed;
    let name = if open && is_for_everyone(&event) { names::shared(&group) } else { names::ours(&group) };
    let happened = Happened::new(group.clone(), epoch.clone(), event).kept_private(!open);
    let event = Arc::new(GroupEvent::Happened(Arc::new(happened)));
    let sent = match name {
        Ok(name) => services.layer.group_send(&name, event).await.map(drop),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = sent {
        warn!(%group, %error, "Could not publish an event; nodes will find it in the store");
    }
}

/// Whether a Django process that has joined the group can handle it and has not heard it yet.
fn is_for_everyone(event: &Event) -> bool {
    matches!(event.change, Change::Posted { .. }) && event.by.id.as_str() != store::DJANGO
}

/// There was one when the store was opened: a read that fails will heal.
async fn read_epoch(services: &Services) -> Epoch {
    let mut attempt = 0;
    loop {
        match services.store.epoch().await {
            Ok(epoch) => return epoch,
            Err(_) => pause(attempt).await,
        }
        attempt += 1;
    }
}
