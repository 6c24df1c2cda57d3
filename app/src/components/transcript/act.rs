//! What a press on a row does: the row's HTML names it, the log hears of it. Never how a row looks.

use leptos::{
    ev,
    prelude::document,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use protocol::{ClientId, Message};

use super::scroll::Scroll;
use crate::connection::live::{Drafting, Group, Live, Wish};

/// Does what the pressed thing names.
pub(super) fn press(live: Live, group: Group, scroll: Scroll, click: &ev::MouseEvent) {
    let target = click.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(pressed) = target.and_then(|target| target.closest("[data-act]").ok().flatten()) else { return };
    let value = || pressed.get_attribute("data-value").unwrap_or_default();
    let seq = pressed.get_attribute("data-seq").and_then(|seq| seq.parse().ok()).unwrap_or(0);
    match pressed.get_attribute("data-act").unwrap_or_default().as_str() {
        "load" => {
            click.prevent_default();
            scroll.load(seq);
        }
        "more" => {
            let opened = group.change(|open| {
                open.menu = if open.menu.is_some_and(|(of, _)| of == seq) { None } else { Some((seq, false)) };
                open.menu.is_some()
            });
            if opened == Some(true) {
                scroll.focus_next(".menu button");
            }
        }
        "react" | "put" => {
            close(group);
            react(live, group, seq, &value());
        }
        "reply" => draft(group, seq, |message| Drafting::Reply { to: message.id, name: message.by.name }),
        "edit" => draft(group, seq, |message| Drafting::Edit { message: message.id, body: message.body }),
        "delete" => delete(live, group, seq),
        "retry" => by_id(&value(), |id| live.retry(group, id)),
        "discard" => by_id(&value(), |id| live.discard(group, id)),
        _ => {}
    }
}

fn by_id(id: &str, act: impl FnOnce(&ClientId)) {
    if let Ok(id) = ClientId::parse(id) {
        act(&id);
    }
}

fn close(group: Group) {
    if group.peek(|open| open.menu.is_some()) == Some(true) {
        group.change(|open| open.menu = None);
    }
}

fn message(group: Group, seq: u64) -> Option<Message> {
    group.peek(|open| open.timeline.shown(seq).map(|shown| shown.message.into_owned())).flatten()
}

fn draft(group: Group, seq: u64, drafting: impl FnOnce(Message) -> Drafting) {
    if let Some(message) = message(group, seq) {
        group.change(|open| (open.drafting, open.menu) = (drafting(message), None));
    }
}

/// Puts one's own reaction, or takes it back.
fn react(live: Live, group: Group, seq: u64, emoji: &str) {
    let (Some(message), Some(me)) = (message(group, seq), live.my_person()) else { return };
    let reaction = message.reactions.iter().find(|reaction| reaction.emoji == emoji);
    let on = !reaction.is_some_and(|reaction| reaction.people.iter().any(|person| person.id == me.id));
    let _ = live.wish(group, Wish::React { message: message.id, emoji: emoji.to_owned(), on });
}

/// Asked for twice.
fn delete(live: Live, group: Group, seq: u64) {
    if group.peek(|open| open.menu) == Some(Some((seq, true))) {
        close(group);
        if let Some(message) = message(group, seq) {
            let _ = live.wish(group, Wish::Delete { message: message.id });
        }
    } else {
        group.change(|open| open.menu = Some((seq, true)));
    }
}

/// Escape closes the menu; up and down go from message to message.
pub(super) fn key(group: Group, key: &ev::KeyboardEvent) {
    let step: i32 = match key.key().as_str() {
        "Escape" => return close(group),
        "ArrowUp" => -1,
        "ArrowDown" => 1,
        _ => return,
    };
    let Some(frame) = key.current_target().and_then(|frame| frame.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(stops) = frame.query_selector_all(".message-more") else { return };
    let stop = |place: u32| stops.get(place).and_then(|stop| stop.dyn_into::<HtmlElement>().ok());
    let focused = document().active_element();
    let here = (0..stops.length()).find(|&place| stop(place).map(Into::into) == focused);
    let next = match here {
        Some(here) => here.checked_add_signed(step),
        None => stops.length().checked_sub(1),
    };
    if let Some(next) = next.and_then(stop) {
        key.prevent_default();
        let _ = next.focus();
    }
}
