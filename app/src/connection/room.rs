//! A room's ear: each text is a line of its log. Never a socket.

use leptos::prelude::*;
use protocol::Millis;

use super::{Log, Seen, Status, socket::Ear};
use crate::{
    i18n::{clock::Clock, rendered},
    preferences::{Preferences, local_offset},
};

pub(super) struct Room(pub(super) RwSignal<Log>);

impl Ear for Room {
    fn heard(&self, texts: Vec<String>) {
        let at = clock();
        self.0.update(|log| texts.into_iter().for_each(|text| log.push(at.clone(), Seen::Text(text.into()))));
    }

    fn see(&self, status: Status) {
        self.0.update(|log| log.push(clock(), Seen::Status(status)));
    }
}

fn clock() -> String {
    let (locale, hours) = (rendered().unwrap_or_default(), Preferences::rendered().hours);
    Clock { locale, hours, offset_minutes: local_offset() }.hour_minute(js_sys::Date::now() as Millis)
}
