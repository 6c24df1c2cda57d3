//! How many of something one may have at a time: counted until it is given back, which dropping does. Never how fast.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// As many as one may have are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// So many for each key. Who has none costs nothing.
pub(super) struct Counts<K> {
    most: u32,
    /// Held for a map operation, never across an await.
    taken: Mutex<HashMap<K, u32>>,
}

impl<K: Hash + Eq + Clone> Counts<K> {
    pub(super) fn new(most: u32) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default() })
    }

    pub(super) fn take(self: &Arc<Self>, key: &K) -> Result<Taken<K>, TooMany> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(key).copied().unwrap_or_default();
        if count >= self.most {
            return Err(TooMany);
        }
        taken.insert(key.clone(), count + 1);
        Ok(Taken { counts: Arc::clone(self), key: key.clone() })
    }
}

/// One of those. Dropping it gives it back.
pub(crate) struct Taken<K: Hash + Eq + Clone> {
    counts: Arc<Counts<K>>,
    key: K,
}

impl<K: Hash + Eq + Clone> Drop for Taken<K> {
    fn drop(&mut self) {
        let mut taken = self.counts.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.remove(&self.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, TooMany};

    #[test]
    fn each_has_as_many_as_allowed_and_what_is_dropped_makes_room() {
        let counts = Counts::new(2);
        let (one, two) = (counts.take(&"li"), counts.take(&"li"));
        assert_eq!(counts.take(&"li").err(), Some(TooMany));
        assert!(counts.take(&"wang").is_ok(), "another's are another's");
        drop(one);
        let again = counts.take(&"li");
        assert!(again.is_ok() && counts.take(&"li").is_err());
        drop((two, again));
        assert!(counts.taken.lock().unwrap().is_empty(), "nobody is remembered");
    }

    #[test]
    fn of_many_threads_no_more_get_one_than_there_are_and_all_come_back() {
        let counts = Counts::new(3);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..1_000 {
                        let taken = counts.take(&0);
                        assert!(counts.taken.lock().unwrap().get(&0).is_none_or(|count| *count <= 3));
                        drop(taken);
                    }
                });
            }
        });
        assert!(counts.taken.lock().unwrap().is_empty());
    }
}
