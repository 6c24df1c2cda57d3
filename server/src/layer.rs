//! Which channel layer this server runs on: from flags to an open layer. Never what goes through it.

use std::{fs, sync::Arc, time::Duration};

use channel_layer::{
    ChannelLayer, Format, Health, MemoryConfig, MemoryLayer, RedisConfig, RedisCounters, RedisLayer, RedisPubSubLayer,
};
use tokio::sync::watch;
use tracing::{info, warn};

use crate::{Error, RunConfig, chat::GroupEvent, config::Serializer};

/// The channel layer that carries group events between consumers.
pub(crate) type Layer = Arc<dyn ChannelLayer<GroupEvent>>;

/// How the layer fares: nothing to say in memory.
#[derive(Clone)]
pub(crate) enum LayerHealth {
    Memory,
    /// Either kind of Redis layer.
    Redis {
        health: watch::Receiver<Health>,
        counters: Arc<dyn Fn() -> RedisCounters + Send + Sync>,
    },
}

/// What is said of keys that are not those of the others.
const LOCKED_OUT: &str =
    "--channel-layer-keys opens no message that comes through Redis. Give all nodes and Django a key in common";

/// What the end of an address' scheme says: the other of channels_redis' two wires.
const PUBSUB: &str = "+pubsub";

/// Opens the layer of `--channel-layer`. A Redis that cannot be reached is waited for; one that will never do (a wrong
/// password, too old) is an error now.
pub(crate) async fn open(config: &RunConfig) -> Result<(Layer, LayerHealth), Error> {
    if matches!(config.channel_layer.as_str(), "" | "memory") {
        return Ok((Arc::new(MemoryLayer::new(memory(config))?), LayerHealth::Memory));
    }
    let (redis, is_pubsub) = redis(config)?;
    if is_pubsub {
        redis.check_for_pubsub().await?;
        let layer = Arc::new(RedisPubSubLayer::new(redis)?);
        let (health, counted) = (layer.health(), layer.clone());
        return Ok((layer, LayerHealth::Redis { health, counters: Arc::new(move || counted.redis_counters()) }));
    }
    redis.check().await?;
    let layer = Arc::new(RedisLayer::new(redis)?);
    let (health, counted) = (layer.health(), layer.clone());
    Ok((layer, LayerHealth::Redis { health, counters: Arc::new(move || counted.redis_counters()) }))
}

/// What does not depend on where the layer lives. In memory a channel's queue is its own, not its whole process's.
fn memory(config: &RunConfig) -> MemoryConfig {
    MemoryConfig {
        capacity: config.channel_layer_capacity,
        channel_capacity: config.channel_layer_channel_capacity.clone(),
        expiry: Duration::from_secs(config.channel_layer_expiry),
        group_expiry: Duration::from_secs(config.channel_layer_group_expiry),
    }
}

/// The settings, and whether they are for pub/sub.
fn redis(config: &RunConfig) -> Result<(RedisConfig, bool), Error> {
    // Only a scheme is repeated: the rest may hold a password. A piece without one continues the address before it, as
    // Sentinels do.
    let (mut addresses, mut pubsub) = (Vec::new(), Vec::new());
    for (place, address) in config.channel_layer.split(',').enumerate() {
        let Some((scheme, rest)) = address.trim().split_once("://") else {
            if place == 0 {
                return Err(Error::NoScheme);
            }
            addresses.push(address.to_owned());
            continue;
        };
        let plain = scheme.strip_suffix(PUBSUB);
        pubsub.push(plain.is_some());
        let plain = plain.unwrap_or(scheme);
        if !matches!(plain, "redis" | "rediss" | "unix" | "redis+sentinel" | "rediss+sentinel") {
            return Err(Error::UnknownLayer(scheme.to_owned()));
        }
        addresses.push(format!("{plain}://{rest}"));
    }
    let is_pubsub = pubsub.contains(&true);
    if is_pubsub && pubsub.contains(&false) {
        return Err(Error::TwoLayers);
    }
    let mut redis = RedisConfig::parse(&addresses.join(","))?;
    redis.prefix.clone_from(&config.channel_layer_prefix);
    let MemoryConfig { capacity, channel_capacity, expiry, group_expiry } = memory(config);
    (redis.capacity, redis.channel_capacity) = (capacity, channel_capacity);
    (redis.expiry, redis.group_expiry) = (expiry, group_expiry);
    redis.format = match config.channel_layer_serializer {
        Serializer::Msgpack => Format::MsgPack,
        Serializer::Json => Format::Json,
    };
    redis.encryption_keys = keys(&config.channel_layer_keys)?;
    Ok((redis, is_pubsub))
}

/// Keys separated by commas, or `@FILE` with one key a line. Neither is repeated in an error: a key may begin with `@`.
fn keys(given: &str) -> Result<Vec<String>, Error> {
    let listed = match given.strip_prefix('@') {
        Some(path) => fs::read_to_string(path).map_err(Error::KeyFile)?,
        None => given.replace(',', "\n"),
    };
    let keys: Vec<String> = listed.lines().map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect();
    // Whoever names a file with nothing in it wants encryption, not to go on without.
    if keys.is_empty() && !given.is_empty() { Err(Error::NoKeys) } else { Ok(keys) }
}

impl LayerHealth {
    /// Why the layer is not whole, if it is not: one line, without passwords.
    pub(crate) fn trouble(&self) -> Option<String> {
        let Self::Redis { health, .. } = self else { return None };
        let health = health.borrow();
        let away = health.hosts.iter().filter(|host| !host.connected);
        let troubles = away.map(|host| host.trouble.as_ref().map_or_else(|| host.host.clone(), ToString::to_string));
        let troubles: Vec<String> = troubles.chain(health.locked_out.then(|| LOCKED_OUT.to_owned())).collect();
        (!troubles.is_empty()).then(|| troubles.join("; "))
    }

    /// Whether everything that the layer lives on is connected.
    pub(crate) fn is_connected(&self) -> bool {
        match self {
            Self::Memory => true,
            Self::Redis { health, .. } => health.borrow().is_connected(),
        }
    }

    /// Whether our keys open nothing of what comes.
    pub(crate) fn is_locked_out(&self) -> bool {
        matches!(self, Self::Redis { health, .. } if health.borrow().locked_out)
    }

    /// Logs once whenever our keys open nothing of what comes, and when they do again.
    pub(crate) async fn watch_keys(self) {
        let Self::Redis { mut health, .. } = self else { return };
        while health.wait_for(|health| health.locked_out).await.is_ok() {
            warn!("{LOCKED_OUT}");
            if health.wait_for(|health| !health.locked_out).await.is_ok() {
                info!("--channel-layer-keys opens what comes through Redis");
            }
        }
    }

    pub(crate) fn redis_counters(&self) -> Option<RedisCounters> {
        match self {
            Self::Memory => None,
            Self::Redis { counters, .. } => Some(counters()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{keys, open, redis};
    use crate::Cli;

    #[test]
    fn keys_are_listed_in_the_flag_or_in_a_file() {
        assert_eq!(keys("").unwrap(), [""; 0]);
        assert_eq!(keys("new,old").unwrap(), ["new", "old"]);
        let file = std::env::temp_dir().join(format!("teahouse-keys-{}", std::process::id()));
        std::fs::write(&file, "new, with a comma\nold\n").unwrap();
        assert_eq!(keys(&format!("@{}", file.display())).unwrap(), ["new, with a comma", "old"]);
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn what_holds_no_key_does_not_turn_encryption_off() {
        for given in [",", " , ", "@/dev/null"] {
            assert!(keys(given).unwrap_err().to_string().contains("--channel-layer-keys"), "{given}");
        }
    }

    #[test]
    fn a_key_file_that_is_not_there_is_no_reason_to_print_what_may_be_a_key() {
        let error = keys("@nowhere").unwrap_err().to_string();
        assert!(error.contains("--channel-layer-keys") && !error.contains("nowhere"), "{error}");
    }

    #[tokio::test]
    async fn settings_that_would_lose_everything_are_refused_with_their_flag() {
        for (flag, value) in [
            ("--channel-layer-capacity", "0"),
            ("--channel-layer-channel-capacity", "a*=0"),
            ("--channel-layer-channel-capacity", "[a=1"),
            ("--channel-layer-expiry", "0"),
            ("--channel-layer-group-expiry", "0"),
        ] {
            for layer in ["memory", "redis://127.0.0.1:1"] {
                let config =
                    Cli::parse_from(["teahouse", "--channel-layer", layer, flag, value]).into_task().serve().unwrap();
                let error = open(&config).await.err().expect("it is refused").to_string();
                assert!(error.starts_with(&format!("{flag}:")), "{error}");
            }
        }
    }

    #[test]
    fn several_sentinels_are_one_address_and_other_schemes_are_refused() {
        let layer = |address: &str| {
            redis(&Cli::parse_from(["teahouse", "--channel-layer", address]).into_task().serve().unwrap())
        };
        assert!(layer("redis+sentinel://127.0.0.1:26379,127.0.0.2:26379/mymaster").is_ok());
        assert!(layer("redis://127.0.0.1:1,redis://127.0.0.1:2").is_ok());
        for (address, word) in [
            ("amqp://x", "amqp:// is no channel layer"),
            ("amqp+pubsub://x", "amqp+pubsub:// is no channel layer"),
            ("redis://127.0.0.1,amqp://x", "amqp:// is no channel layer"),
            (":hidden@127.0.0.1:6379", "has no scheme. Use memory, or did you mean redis://"),
        ] {
            let error = layer(address).unwrap_err().to_string();
            assert!(error.starts_with("--channel-layer: ") && error.contains(word), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn pubsub_is_chosen_by_every_scheme_or_by_none() {
        let layer = |address: &str| {
            redis(&Cli::parse_from(["teahouse", "--channel-layer", address]).into_task().serve().unwrap())
        };
        for (address, labels) in [
            ("redis+pubsub://:secret@127.0.0.1:1/2", vec!["127.0.0.1:1"]),
            ("rediss+pubsub://127.0.0.1:1, redis+pubsub://127.0.0.1:2", vec!["127.0.0.1:1", "127.0.0.1:2"]),
            ("unix+pubsub:///run/redis.sock", vec!["/run/redis.sock"]),
            ("redis+sentinel+pubsub://127.0.0.1:3,127.0.0.1:4/tea", vec!["tea at 127.0.0.1:3,127.0.0.1:4"]),
        ] {
            let (config, is_pubsub) = layer(address).unwrap();
            assert!(is_pubsub, "{address}");
            assert_eq!(config.hosts.iter().map(channel_layer::Host::label).collect::<Vec<_>>(), labels);
        }
        assert!(!layer("redis://127.0.0.1:1").unwrap().1);
        let error = layer("redis://:hidden@127.0.0.1:1,redis+pubsub://127.0.0.1:2").unwrap_err().to_string();
        assert!(error.contains("--channel-layer") && !error.contains("hidden"), "{error}");
    }
}
