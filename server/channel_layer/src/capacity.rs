//! How many unread messages a channel may hold: a default and overrides by pattern. Counting them is the queue's work.

mod glob;

use self::glob::Glob;
use crate::{ChannelName, ConfigError};

/// A default capacity and its overrides, each pattern compiled when this is made. (Channels compiles its patterns only
/// in the Redis layer; in its memory layer an override fails at the first send.)
#[derive(Debug)]
pub(crate) struct Capacities {
    default: usize,
    overrides: Vec<(Glob, usize)>,
}

impl Capacities {
    pub(crate) fn compile(default: usize, overrides: Vec<(String, usize)>) -> Result<Self, ConfigError> {
        if default == 0 {
            return Err(ConfigError::ZeroCapacity);
        }
        let overrides = overrides.into_iter().map(compile_one).collect::<Result<_, _>>()?;
        Ok(Self { default, overrides })
    }

    /// The capacity of the first override whose pattern matches the full name, else the default.
    pub(crate) fn of(&self, channel: &ChannelName) -> usize {
        self.of_text(channel.as_str())
    }

    /// The same for a name that came from elsewhere and may be none.
    pub(crate) fn of_text(&self, channel: &str) -> usize {
        let first = self.overrides.iter().find(|(glob, _)| glob.matches(channel));
        first.map_or(self.default, |(_, capacity)| *capacity)
    }
}

fn compile_one((pattern, capacity): (String, usize)) -> Result<(Glob, usize), ConfigError> {
    match Glob::compile(&pattern) {
        Err(reason) => Err(ConfigError::BadPattern { pattern, reason }),
        Ok(_) if capacity == 0 => Err(ConfigError::ZeroCapacityFor { pattern }),
        Ok(glob) => Ok((glob, capacity)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capacity_of(name: &str, overrides: &[(&str, usize)]) -> usize {
        let overrides = overrides.iter().map(|(pattern, n)| ((*pattern).to_owned(), *n)).collect();
        Capacities::compile(100, overrides).unwrap().of(&ChannelName::parse(name).unwrap())
    }

    #[test]
    fn the_first_pattern_that_matches_wins() {
        let overrides = [("http.*", 2), ("*", 3), ("http.request", 4)];
        assert_eq!(capacity_of("http.request", &overrides), 2);
        assert_eq!(capacity_of("worker", &overrides), 3);
    }

    #[test]
    fn a_channel_that_no_pattern_matches_has_the_default() {
        assert_eq!(capacity_of("worker", &[("work", 1), ("Worker", 2)]), 100);
    }

    #[test]
    fn a_pattern_sees_the_local_part_too() {
        assert_eq!(capacity_of("specific.a!b", &[("specific.a!", 1), ("specific.?!b", 2)]), 2);
    }

    #[test]
    fn a_capacity_of_zero_is_refused_when_the_layer_is_made() {
        assert_eq!(Capacities::compile(0, vec![]).unwrap_err(), ConfigError::ZeroCapacity);
        let pattern = "tiny".to_owned();
        let error = Capacities::compile(100, vec![(pattern.clone(), 0)]).unwrap_err();
        assert_eq!(error, ConfigError::ZeroCapacityFor { pattern });
    }

    #[test]
    fn a_pattern_that_is_none_is_refused_when_the_layer_is_made() {
        let error = Capacities::compile(100, vec![("ok".to_owned(), 1), ("[a".to_owned(), 1)]).unwrap_err();
        assert!(matches!(error, ConfigError::BadPattern { pattern, .. } if pattern == "[a"));
    }
}
