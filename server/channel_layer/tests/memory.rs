//! The memory layer passes the conformance suite. What only it promises is in `tests/memory_only.rs`.

mod conformance;

use std::sync::Arc;
use std::time::Duration;

use channel_layer::{MemoryConfig, MemoryLayer};
use conformance::{Fixture, Layer, Settings};

struct Memory;

impl Fixture for Memory {
    async fn layer(&self, settings: Settings) -> Layer {
        let Settings { capacity, channel_capacity, expiry, group_expiry } = settings;
        let config = MemoryConfig { capacity, channel_capacity, expiry, group_expiry };
        Arc::new(MemoryLayer::new(config).expect("these settings are sound"))
    }

    async fn elapse(&self, time: Duration) {
        tokio::time::advance(time).await;
    }

    /// A send has arrived when it returns.
    async fn settle(&self) {}
}

conformance! { #[tokio::test(start_paused = true)] for Memory }
