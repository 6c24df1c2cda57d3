//! Things in the order of their numbers, in a deque: they come and go at its ends, or near. A `BTreeMap` would do, and
//! weighs several kilobytes more for everyone who opens a page. Never two with one number.

use std::collections::VecDeque;

use protocol::{Event, Message, Seq};

/// What has a number of its own.
pub(crate) trait Numbered {
    fn seq(&self) -> Seq;
}

impl Numbered for Message {
    fn seq(&self) -> Seq {
        self.seq
    }
}

impl Numbered for Event {
    fn seq(&self) -> Seq {
        self.seq
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Sorted<T>(VecDeque<T>);

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T: Numbered> Sorted<T> {
    /// Puts a thing in its place; one that was there under its number goes.
    pub(crate) fn insert(&mut self, thing: T) {
        match self.place(thing.seq()) {
            Ok(place) => self.0[place] = thing,
            Err(place) => self.0.insert(place, thing),
        }
    }

    pub(crate) fn remove(&mut self, seq: Seq) -> Option<T> {
        self.place(seq).ok().and_then(|place| self.0.remove(place))
    }

    pub(crate) fn get(&self, seq: Seq) -> Option<&T> {
        self.place(seq).ok().and_then(|place| self.0.get(place))
    }

    pub(crate) fn get_mut(&mut self, seq: Seq) -> Option<&mut T> {
        self.place(seq).ok().and_then(|place| self.0.get_mut(place))
    }

    pub(crate) fn first(&self) -> Option<&T> {
        self.0.front()
    }

    pub(crate) fn last(&self) -> Option<&T> {
        self.0.back()
    }

    /// How many have a smaller number.
    pub(crate) fn before(&self, seq: Seq) -> usize {
        self.place(seq).unwrap_or_else(|place| place)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.0.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut()
    }

    pub(crate) fn into_iter(self) -> impl Iterator<Item = T> {
        self.0.into_iter()
    }

    fn place(&self, seq: Seq) -> Result<usize, usize> {
        self.0.binary_search_by_key(&seq, Numbered::seq)
    }
}
