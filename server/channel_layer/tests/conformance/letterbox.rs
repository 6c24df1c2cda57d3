//! An inbox that remembers what it was given. It knows no layer but the one a case tells it to detach from.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use channel_layer::{ChannelName, Delivery, Inbox};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::{Layer, Note};

#[derive(Default)]
pub(crate) struct Letterbox {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    notes: Vec<Arc<Note>>,
    offered: usize,
    room: usize,
    gone: bool,
    detach_when_offered: Option<(Layer, ChannelName)>,
}

impl Letterbox {
    pub(crate) fn new() -> Arc<Self> {
        Self::with_room(usize::MAX)
    }

    pub(crate) fn with_room(room: usize) -> Arc<Self> {
        let letterbox = Self::default();
        letterbox.change(|state| state.room = room);
        Arc::new(letterbox)
    }

    pub(crate) fn make_room(&self, room: usize) {
        self.change(|state| state.room = room);
    }

    pub(crate) fn go(&self) {
        self.change(|state| state.gone = true);
    }

    pub(crate) fn detach_when_offered(&self, layer: &Layer, channel: &ChannelName) {
        self.change(|state| state.detach_when_offered = Some((Arc::clone(layer), channel.clone())));
    }

    /// How often it was offered something, whether or not it took it.
    pub(crate) fn offered(&self) -> usize {
        self.change(|state| state.offered)
    }

    /// Exactly these notes have come, in this order, once as many have.
    pub(crate) async fn assert_holds(&self, texts: &[&str]) {
        let enough = async {
            loop {
                let changed = self.changed.notified();
                if self.change(|state| state.notes.len()) >= texts.len() {
                    break;
                }
                changed.await;
            }
        };
        timeout(Duration::from_secs(5), enough).await.expect("the notes come");
        let held = self.change(|state| state.notes.iter().map(|note| note.0.clone()).collect::<Vec<_>>());
        assert_eq!(held, texts);
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take(state: &mut State, batch: &[Arc<Note>]) -> Delivery {
        state.offered += 1;
        if state.gone {
            return Delivery::Gone;
        }
        if state.room < batch.len() {
            return Delivery::Full;
        }
        state.room -= batch.len();
        state.notes.extend_from_slice(batch);
        Delivery::Taken
    }
}

impl Inbox<Note> for Letterbox {
    fn deliver(&self, batch: &[Arc<Note>]) -> Delivery {
        if let Some((layer, channel)) = self.change(|state| state.detach_when_offered.take()) {
            layer.detach(&channel);
        }
        let delivery = self.change(|state| Self::take(state, batch));
        self.changed.notify_waiters();
        delivery
    }
}
