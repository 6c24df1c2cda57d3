//! Who of those that listen to a topic still may: asked again whenever something has changed, on every node;
//! those who stay are told that it has. Never what
//! the rule is (`access`).

use std::{collections::BTreeSet, sync::Arc};

use protocol::{PersonId, ServerFrame};
use store::{StoreError, Who};
use tracing::warn;

use super::{
    access::{self, Act, Denied},
    event::encode,
    pause,
    subscriber::Subscriber,
    topic::Topic,
};

impl Topic {
    /// Who may do what has changed. Whoever may no longer read here is told so and hears nothing more.
    pub(super) fn recheck(&self) {
        let mut state = self.lock();
        state.changes += 1;
        state.check_again = state.checking;
        let first = !std::mem::replace(&mut state.checking, true);
        drop(state);
        if let (true, Some(topic)) = (first, self.me.upgrade()) {
            let shutdown = self.services.shutdown.clone();
            self.services.tasks.spawn(async move { shutdown.run_until_cancelled(topic.check_all()).await });
        }
    }

    /// What the store says of the group's rights: has it changed and the layer not told?
    pub(super) fn saw_access(&self, version: u64) {
        let before = self.lock().access.replace(version);
        if before.is_some_and(|before| before != version) {
            self.recheck();
        }
    }

    /// How often rights have changed here: who was let in before a change and came in after it is asked again.
    pub(crate) fn changes(&self) -> u64 {
        self.lock().changes
    }

    /// Someone was let in when rights had changed so often.
    pub(crate) fn let_in_at(&self, changes: u64) {
        if self.changes() != changes {
            self.recheck();
        }
    }

    async fn check_all(self: Arc<Self>) {
        loop {
            let mut attempt = 0;
            while let Err(error) = self.turn_out().await {
                if attempt == 0 {
                    warn!(group = %self.group, %error, "Could not ask who may still read a group; trying again");
                }
                pause(attempt).await;
                attempt += 1;
            }
            let mut state = self.lock();
            if !std::mem::take(&mut state.check_again) {
                state.checking = false;
                return;
            }
        }
    }

    async fn turn_out(&self) -> Result<(), StoreError> {
        let people: Vec<PersonId> = {
            let state = self.lock();
            let listening = state.subscribers.iter().filter_map(|place| Some(place.subscriber.who()?.person.id));
            listening.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let (of_all, of_each) = self.services.store.access_of(&self.group, &people).await?;
        let denied = |who: Option<&Who>| {
            let mut access = of_all.clone();
            if let Some((role, banned)) = who.and_then(|who| of_each.get(&who.person.id)) {
                (access.role, access.banned) = (*role, *banned);
            }
            access::decide(who, &access, Act::Read).err()
        };
        let mut gone: Vec<(Arc<dyn Subscriber>, Denied)> = Vec::new();
        {
            let mut state = self.lock();
            let mut stay = Vec::with_capacity(state.subscribers.len());
            for place in std::mem::take(&mut state.subscribers) {
                let who = place.subscriber.who();
                // Who came after we asked has been let in since.
                let is_new = who.as_ref().is_some_and(|who| people.binary_search(&who.person.id).is_err());
                match denied(who.as_ref()).filter(|_| !is_new) {
                    Some(denied) => {
                        state.presence.went(place.subscriber.person());
                        gone.push((place.subscriber, denied));
                    }
                    None => stay.push(place),
                }
            }
            let frame = encode(&ServerFrame::Changed { group: self.group.clone() });
            stay.iter().for_each(|place| place.subscriber.changed(&self.group, &frame));
            state.subscribers = stay;
        }
        gone.iter().for_each(|(subscriber, denied)| subscriber.gone(&self.group, *denied));
        Ok(())
    }
}
