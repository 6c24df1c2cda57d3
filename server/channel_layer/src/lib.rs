//! Named channels and groups of channels: how the server's consumers talk to each other.
//!
//! Here live the contract (`README.md`), the [`ChannelLayer`] trait and its backends. Chat, HTTP, SQL and sockets
//! never do: a message is any `M`, and nothing here looks inside it.
//!
//! A group send shares one `Arc<M>` with every member: no deep copy and no encoding per member.

#![warn(clippy::unwrap_used)]

mod capacity;
mod counters;
mod error;
mod inbox;
mod layer;
mod local;
mod memory;
mod name;
// Loom models the registry, and tokio has no network under it.
#[cfg(not(loom))]
mod redis;
#[cfg(not(loom))]
mod redis_pubsub;
mod sync;
#[cfg(not(loom))]
mod wire;

pub use counters::{Counters, Footprint};
pub use error::{ConfigError, LayerError};
pub use inbox::{Delivery, Inbox};
pub use layer::{ChannelLayer, GroupSent};
pub use memory::{MemoryConfig, MemoryLayer};
pub use name::{ChannelName, GroupName, NameError};
#[cfg(not(loom))]
pub use redis::{Format, Health, Host, HostHealth, RedisConfig, RedisCounters, RedisLayer, Trouble};
#[cfg(not(loom))]
pub use redis_pubsub::RedisPubSubLayer;
#[cfg(not(loom))]
pub use wire::{Map, SENT, Value, Wire};
