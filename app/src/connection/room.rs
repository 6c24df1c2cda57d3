//! A room's ear: each text is a line of its log. Never a socket.

use leptos::prelude::*;

use super::{Log, Seen, Status, socket::Ear};

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
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}", now.get_hours(), now.get_minutes())
}
