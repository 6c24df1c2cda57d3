//! Which channel layer this server runs on: from flags to an open layer. Never what goes through it.

use std::{fs, sync::Arc};

use channel_layer::{ChannelLayer, Format, Health, MemoryConfig, MemoryLayer, RedisConfig, RedisCounters, RedisLayer};
use tokio::sync::watch;

use crate::{Error, RunConfig, chat::GroupEvent, config::Serializer};

/// The channel layer that carries group events between consumers.
pub(crate) type Layer = Arc<dyn ChannelLayer<GroupEvent>>;

/// How the layer fares: nothing to say in memory.
#[derive(Clone)]
pub(crate) enum LayerHealth {
    Memory,
    Redis { health: watch::Receiver<Health>, layer: Arc<RedisLayer<GroupEvent>> },
}

/// Opens the layer of `--channel-layer`. A Redis that cannot be reached is waited for; one that will never do (a wrong
/// password, too old) is an error now.
pub(crate) async fn open(config: &RunConfig) -> Result<(Layer, LayerHealth), Error> {
    if matches!(config.channel_layer.as_str(), "" | "memory") {
        return Ok((Arc::new(MemoryLayer::new(MemoryConfig::default())?), LayerHealth::Memory));
    }
    let redis = redis(config)?;
    redis.check().await?;
    let layer = Arc::new(RedisLayer::new(redis)?);
    Ok((layer.clone(), LayerHealth::Redis { health: layer.health(), layer }))
}

fn redis(config: &RunConfig) -> Result<RedisConfig, Error> {
    // Only a scheme is repeated: the rest may hold a password. A piece without one continues the address before it, as
    // Sentinels do.
    for (place, address) in config.channel_layer.split(',').enumerate() {
        let scheme = address.trim().split_once("://").map(|(scheme, _)| scheme);
        if !matches!(
            (place, scheme),
            (_, Some("redis" | "rediss" | "unix" | "redis+sentinel" | "rediss+sentinel")) | (1.., None)
        ) {
            return Err(Error::UnknownLayer(scheme.unwrap_or_default().to_owned()));
        }
    }
    let mut redis = RedisConfig::parse(&config.channel_layer)?;
    redis.prefix.clone_from(&config.channel_layer_prefix);
    redis.capacity = config.channel_layer_capacity;
    redis.format = match config.channel_layer_serializer {
        Serializer::Msgpack => Format::MsgPack,
        Serializer::Json => Format::Json,
    };
    redis.encryption_keys = keys(&config.channel_layer_keys)?;
    Ok(redis)
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
        (!health.is_connected()).then(|| troubles.collect::<Vec<_>>().join("; "))
    }

    pub(crate) fn redis_counters(&self) -> Option<RedisCounters> {
        match self {
            Self::Memory => None,
            Self::Redis { layer, .. } => Some(layer.redis_counters()),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{keys, redis};
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

    #[test]
    fn several_sentinels_are_one_address_and_other_schemes_are_refused() {
        let layer = |address: &str| redis(&Cli::parse_from(["teahouse", "--channel-layer", address]).into_config());
        assert!(layer("redis+sentinel://127.0.0.1:26379,127.0.0.2:26379/mymaster").is_ok());
        assert!(layer("redis://127.0.0.1:1,redis://127.0.0.1:2").is_ok());
        for address in ["amqp://x", "redis+pubsub://127.0.0.1", "127.0.0.1:6379", "redis://127.0.0.1,amqp://x"] {
            assert!(layer(address).is_err(), "{address}");
        }
    }
}
