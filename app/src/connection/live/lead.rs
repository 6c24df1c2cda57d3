//! To a message or a date that need not be loaded: the server is asked for the page around it, and no page is left. Never
//! how the log gets there.

use leptos::prelude::window;
use protocol::{MessageId, Seq, ServerFrame};
use timeline::Page;

use super::{
    Group, Live,
    ask::{ask, of_group},
    open::Wanted,
};
use crate::{components::recent::message_page, connection::wire, opening::Dated};

/// The status that says that nothing was said since.
const NOTHING_SINCE: u16 = 204;

impl Live {
    /// Shows a message; one can go back to where one came `from`.
    pub(crate) fn lead(self, group: Group, to: MessageId, from: Option<Seq>) {
        let address = group.change(|open| {
            open.dated = None;
            if open.timeline.message(&to).is_some() {
                open.wanted = Some(Wanted::Message(to.clone(), from));
                return None;
            }
            Some((["/around?message=", to.as_str()].concat(), message_page(&open.id, &to)))
        });
        if let Some((asked, link)) = address.flatten() {
            let failed = move |status| match status {
                // Offline one stays.
                0 => group.set(|open| open.dated = Some(Dated::Unknown)),
                _ => drop(window().location().set_href(&link)),
            };
            self.find(group, &asked, from, Box::new(failed));
        }
    }

    /// Shows what was said first on a day, as `2026-01-31`, or later.
    pub(crate) fn lead_to_date(self, group: Group, day: &str) {
        let begins = js_sys::Date::parse(day);
        let since = group.change(|open| {
            open.dated = begins.is_nan().then_some(Dated::Nonsense);
            (begins - f64::from(open.offset_minutes) * 60_000.0) as i64
        });
        let Some(since) = since.filter(|_| !begins.is_nan()) else { return };
        let failed = move |status| {
            group.change(|open| {
                open.dated = Some(if status == NOTHING_SINCE { Dated::Late } else { Dated::Unknown });
                open.wanted = (status == NOTHING_SINCE).then_some(Wanted::End);
            });
        };
        self.find(group, &["/around?since=", &since.to_string()].concat(), None, Box::new(failed));
    }

    fn find(self, group: Group, asked: &str, from: Option<Seq>, failed: Box<dyn FnOnce(u16)>) {
        let Some(address) = group.peek(|open| of_group(open.id.as_str(), asked)) else { return };
        let then = move |status, text: &str| {
            let Some((ServerFrame::Page { group: id, epoch, before, seq, messages, more }, to)) = wire::around(text)
            else {
                return failed(status);
            };
            group.quietly(|open| {
                let to_seq = messages.iter().find(|message| message.id == to).map(|message| message.seq);
                open.timeline.look_at(to_seq);
            });
            self.read(&id, Page { epoch, before, seq, messages, more });
            group.change(|open| open.wanted = Some(Wanted::Message(to, from)));
        };
        ask(address, Box::new(then));
    }
}
