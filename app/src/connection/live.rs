//! The app's one live socket, as pages see it: which group is open, what is wished there, who one is. It opens with the
//! first group page and stays across pages. Signals and verbs; what they do in a browser is `desk`'s. Never markup.

#[cfg(feature = "hydrate")]
mod ask;
#[cfg(feature = "hydrate")]
mod desk;
mod group;
#[cfg(feature = "hydrate")]
mod hear;
#[cfg(feature = "hydrate")]
mod held;
#[cfg(not(feature = "hydrate"))]
mod idle;
#[cfg(feature = "hydrate")]
mod keep;
#[cfg(feature = "hydrate")]
mod lead;
#[cfg(feature = "hydrate")]
mod mine;
#[cfg(feature = "hydrate")]
mod name;
mod open;
#[cfg(feature = "hydrate")]
mod pins;
#[cfg(feature = "hydrate")]
mod resting;
mod rush;
#[cfg(feature = "hydrate")]
mod tick;
#[cfg(feature = "hydrate")]
mod wish;

pub(crate) use group::Group;
pub(crate) use open::{Drafting, News, Open, Wanted};

#[cfg(feature = "hydrate")]
use std::{cell::RefCell, rc::Rc};

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{MessageId, Person};

use super::Connection;
use crate::listed::Listed;

/// What a person wishes in a group.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nobody wishes anything on the server"))]
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Say { body: String, reply_to: Option<MessageId> },
    Edit { message: MessageId, body: String },
    Delete { message: MessageId },
    React { message: MessageId, emoji: String, on: bool },
    Pin { message: MessageId, on: bool },
}

/// A handle to the socket; copies are the same socket. Idle on the server.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    pub(crate) connection: Connection,
    /// Who the server takes us for.
    pub(crate) me: RwSignal<Option<Person>>,
    /// The visitor's groups, in the order in which they stand.
    mine: RwSignal<Arc<Vec<Listed>>>,
    #[cfg(feature = "hydrate")]
    desk: StoredValue<Rc<RefCell<desk::Desk>>, LocalStorage>,
    /// A group page was there: the socket is to be opened.
    #[cfg(feature = "hydrate")]
    wanted: RwSignal<bool>,
}

/// Puts the socket into the context; it belongs to the app and not to a page.
pub(crate) fn provide_live() {
    let live = Live {
        connection: Connection::new(),
        me: RwSignal::new(None),
        mine: RwSignal::new(Arc::default()),
        #[cfg(feature = "hydrate")]
        desk: StoredValue::new_local(Rc::default()),
        #[cfg(feature = "hydrate")]
        wanted: RwSignal::new(false),
    };
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if live.wanted.get() {
            live.start();
        }
    });
    provide_context(live);
}

pub(crate) fn use_live() -> Live {
    expect_context()
}

impl Live {
    /// The visitor's groups, in the order in which they stand. All of them at once: a closure for each question would be
    /// compiled into every visitor's download.
    pub(crate) fn groups(self) -> Arc<Vec<Listed>> {
        self.mine.get()
    }

    /// Who the server takes us for.
    pub(crate) fn my_person(self) -> Option<Person> {
        self.me.get_untracked()
    }
}
