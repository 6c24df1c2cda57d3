//! What a message is on a wire: a map of plain values, as the channel layer specification has it. How a map becomes
//! bytes is a backend's work; what the entries mean is the message's own.

mod serde;

/// A message that can leave the process.
///
/// What is sent is a map with text keys; Channels' consumers need an entry `type`. The key `__asgi_channel__` belongs
/// to the layer and is left out if a message has it.
pub trait Wire: Sized + Send + Sync + 'static {
    /// The message as a map.
    fn to_wire(&self) -> Map;

    /// The message that a map stands for; `None` if it stands for none of ours, which the layer counts and drops. The
    /// map may come from a Django application, so nothing about it can be trusted.
    fn from_wire(map: Map) -> Option<Self>;
}

/// The key under which a map from the core Redis layer tells when it was sent, in seconds since 1970 by its sender's
/// clock: a `Float`, the same for every process that a group message reaches. Never on the wire; no other layer knows it.
pub const SENT: &str = "__asgi_sent__";

/// A value as the specification allows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing (`None`).
    Null,
    /// True or false.
    Bool(bool),
    /// An integer up to the largest signed one.
    Int(i64),
    /// A larger integer. One that fits is an `Int`.
    Large(u64),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes. The JSON format cannot carry them.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A map with text keys.
    Map(Map),
}

/// A map with text keys, in the order in which its entries were added. Maps here are small: looking up is a search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map(Vec<(String, Value)>);

impl Map {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The map with one more entry; of two with one key the later counts.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.insert(key.to_owned(), value.into());
        self
    }

    /// Adds an entry, or replaces the one of the same key.
    pub fn insert(&mut self, key: String, value: Value) {
        match self.0.iter_mut().find(|(had, _)| *had == key) {
            Some(entry) => entry.1 = value,
            None => self.0.push((key, value)),
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(had, _)| had == key).map(|(_, value)| value)
    }

    /// The value of a key, if it is a text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text),
            Some(_) | None => None,
        }
    }

    /// Takes the entry of a key out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(had, _)| had == key)?;
        Some(self.0.remove(at).1)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        let mut map = Self::new();
        entries.into_iter().for_each(|(key, value)| map.insert(key, value));
        map
    }
}

macro_rules! from {
    ($($kind:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::$variant(value)
            }
        })+
    };
}

from! { bool => Bool, i64 => Int, f64 => Float, String => Text, Vec<u8> => Bytes, Vec<Value> => List, Map => Map }

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::Large(value), Self::Int)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_entries_with_one_key_the_later_counts_in_the_earlier_ones_place() {
        let map = Map::new().with("a", 1_i64).with("b", true).with("a", "x");
        assert_eq!(map.iter().collect::<Vec<_>>(), [("a", &Value::from("x")), ("b", &Value::Bool(true))]);
    }

    #[test]
    fn an_unsigned_integer_that_fits_is_a_signed_one() {
        assert_eq!(Value::from(7_u64), Value::Int(7));
        assert_eq!(Value::from(u64::MAX), Value::Large(u64::MAX));
    }
}
