//! Frames: `random bytes ‖ payload`, or `‖ token` when encrypted; the payload is a message's map with the layer's own
//! entry `__asgi_channel__` last. Pure: no Redis and no registry. Reading never panics, whatever the bytes.

use serde::Serialize;
use uuid::Uuid;

use super::clock::Score;
use super::fernet;
use crate::wire::{Map, Value};

/// The entry that says for which channels of one process a frame is.
const ADDRESSEES: &str = "__asgi_channel__";

/// How a message's map becomes bytes. Both sides must agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// MessagePack, as channels_redis does by default.
    #[default]
    MsgPack,
    /// JSON: readable, larger, and without bytes.
    Json,
}

/// Makes and reads frames.
#[derive(Debug, Clone)]
pub(crate) struct Codec {
    pub(crate) format: Format,
    pub(crate) random_prefix: usize,
    pub(crate) keys: Option<fernet::Keys>,
    /// How old a token may be, in seconds.
    pub(crate) ttl: u64,
}

/// A message's own entries, encoded once however many frames carry them.
pub(crate) struct Body {
    entries: usize,
    bytes: Vec<u8>,
}

/// For whom a frame is.
pub(crate) enum Addressees<'a> {
    /// Whoever reads an ordinary channel: no entry.
    Reader,
    /// One process-local channel, by `send`: a text.
    One(&'a str),
    /// Members of a group: a list, even of one.
    Members(&'a [&'a str]),
}

/// What was in a frame.
#[derive(Debug, PartialEq)]
pub(crate) struct Letter {
    pub(crate) message: Map,
    /// Channel names as they came, unchecked.
    pub(crate) channels: Vec<String>,
}

/// Why a frame cannot be read. Says nothing of its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// No key of ours made it, or it is encrypted and we have none.
    Token,
    /// A key of ours made it, too long ago or in the future.
    Age,
    Format,
}

/// The message holds what the format cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unwritable;

impl Codec {
    pub(crate) fn body(&self, mut message: Map) -> Result<Body, Unwritable> {
        message.remove(ADDRESSEES);
        let mut bytes = Vec::new();
        for (at, (key, value)) in message.iter().enumerate() {
            if at > 0 && self.format == Format::Json {
                bytes.push(b',');
            }
            self.entry(&mut bytes, key, value)?;
        }
        Ok(Body { entries: message.len(), bytes })
    }

    pub(crate) fn frame(&self, body: &Body, addressees: &Addressees<'_>, now: Score) -> Result<Vec<u8>, Unwritable> {
        let addressees = match addressees {
            Addressees::Reader => None,
            Addressees::One(channel) => Some(Value::from(*channel)),
            Addressees::Members(channels) => Some(Value::List(channels.iter().map(|one| Value::from(*one)).collect())),
        };
        let mut payload = Vec::with_capacity(body.bytes.len() + 32);
        let mut random = random(self.random_prefix);
        if self.keys.is_none() {
            payload.append(&mut random);
        }
        self.open_map(&mut payload, body.entries + usize::from(addressees.is_some()))?;
        payload.extend_from_slice(&body.bytes);
        if let Some(addressees) = addressees {
            if body.entries > 0 && self.format == Format::Json {
                payload.push(b',');
            }
            self.entry(&mut payload, ADDRESSEES, &addressees)?;
        }
        if self.format == Format::Json {
            payload.push(b'}');
        }
        let Some(keys) = &self.keys else { return Ok(payload) };
        random.append(&mut keys.encrypt(&payload, now.seconds(), *Uuid::new_v4().as_bytes()));
        Ok(random)
    }

    pub(crate) fn read(&self, frame: &[u8], now: Score) -> Result<Letter, Unreadable> {
        let payload = frame.get(self.random_prefix..).ok_or(Unreadable::Format)?;
        let decrypted;
        let payload = match &self.keys {
            None => payload,
            Some(keys) => {
                decrypted = keys.decrypt(payload, now.seconds(), self.ttl).map_err(|shut| match shut {
                    fernet::Shut::Key => Unreadable::Token,
                    fernet::Shut::Age => Unreadable::Age,
                })?;
                &decrypted
            }
        };
        let mut message: Map = match self.format {
            Format::MsgPack => read_msgpack(payload),
            Format::Json => serde_json::from_slice(payload).ok(),
        }
        .ok_or_else(|| self.no_message(payload))?;
        let channels = match message.remove(ADDRESSEES) {
            None => Vec::new(),
            Some(Value::Text(channel)) => vec![channel],
            Some(Value::List(channels)) => {
                let texts = channels.into_iter().map(|channel| match channel {
                    Value::Text(channel) => Some(channel),
                    _ => None,
                });
                texts.collect::<Option<_>>().ok_or(Unreadable::Format)?
            }
            Some(_) => return Err(Unreadable::Format),
        };
        Ok(Letter { message, channels })
    }

    /// What a payload is that is no message.
    fn no_message(&self, payload: &[u8]) -> Unreadable {
        if self.keys.is_none() && fernet::is_token(payload) { Unreadable::Token } else { Unreadable::Format }
    }

    fn open_map(&self, payload: &mut Vec<u8>, entries: usize) -> Result<(), Unwritable> {
        match self.format {
            Format::MsgPack => {
                let entries = u32::try_from(entries).map_err(|_| Unwritable)?;
                rmp::encode::write_map_len(payload, entries).map_err(|_| Unwritable)?;
            }
            Format::Json => payload.push(b'{'),
        }
        Ok(())
    }

    fn entry(&self, payload: &mut Vec<u8>, key: &str, value: &Value) -> Result<(), Unwritable> {
        match self.format {
            Format::MsgPack => {
                let mut serializer = rmp_serde::Serializer::new(payload);
                (key.serialize(&mut serializer)).and_then(|()| value.serialize(&mut serializer)).map_err(|_| Unwritable)
            }
            Format::Json => {
                serde_json::to_writer(&mut *payload, key).map_err(|_| Unwritable)?;
                payload.push(b':');
                serde_json::to_writer(payload, value).map_err(|_| Unwritable)
            }
        }
    }
}

/// Python's `unpackb` takes no bytes behind the message, so neither do we.
fn read_msgpack(payload: &[u8]) -> Option<Map> {
    let mut reader = rmp_serde::Deserializer::new(payload);
    // Deeper than any message is meant to be, shallow enough for any stack.
    reader.set_max_depth(128);
    let message = serde::Deserialize::deserialize(&mut reader).ok()?;
    reader.get_ref().is_empty().then_some(message)
}

/// Makes two frames of one message different members of a sorted set. Need not be secret.
fn random(length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 16);
    while bytes.len() < length {
        bytes.extend_from_slice(Uuid::new_v4().as_bytes());
    }
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests;
