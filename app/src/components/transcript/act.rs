//! What a press on a row does: the row's HTML names it, the log hears of it. Never how a row looks.

use leptos::{
    ev,
    prelude::document,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlAnchorElement, HtmlElement},
};
use protocol::{ClientId, Message, MessageId};

use super::{message::QUOTED, scroll::Scroll};
use crate::{
    components::browser,
    connection::live::{Drafting, Group, Live, Wish},
};

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
        "pick" => {
            group.set(|open| open.picking = Some(seq));
        }
        "reply" => reply(group, seq),
        "edit" => edit(group, seq),
        "jump" => {
            follow(live, group, click, &value(), Some(seq).filter(|seq| *seq > 0));
        }
        "pin" => pin(live, group, seq),
        "back" => {
            if let Some(from) = group.peek(|open| open.came_from).flatten() {
                scroll.jump(from, None);
            }
        }
        // Without a clipboard the link is followed, and the address can be copied.
        "link" if pressed.dyn_ref::<HtmlAnchorElement>().is_some_and(|link| browser::copy(&link.href())) => {
            click.prevent_default();
            group.set(|open| open.copied = Some(seq));
        }
        "delete" => delete(live, group, seq),
        "retry" => by_id(&value(), |id| live.retry(group, id)),
        "discard" => by_id(&value(), |id| live.discard(group, id)),
        _ => {}
    }
}

/// Follows a link to a message without loading a page, unless it is to open elsewhere.
pub(super) fn follow(live: Live, group: Group, click: &ev::MouseEvent, id: &str, from: Option<u64>) -> bool {
    let Ok(id) = MessageId::parse(id) else { return false };
    let here = !(click.ctrl_key() || click.meta_key() || click.shift_key());
    if here {
        click.prevent_default();
        live.lead(group, id, from);
    }
    here
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

fn reply(group: Group, seq: u64) {
    let text = message(group, seq)
        .and_then(|message| group.peek(|open| markdown::plain(&message.body, &|id| open.name(id), QUOTED)));
    draft(group, seq, |message| Drafting::Reply {
        to: message.id,
        name: message.by.name,
        text: text.unwrap_or_default(),
    });
}

fn edit(group: Group, seq: u64) {
    draft(group, seq, |message| Drafting::Edit { message: message.id, body: message.body });
}

/// Puts what one said last into the box. `false` if one said nothing that is loaded.
pub(crate) fn edit_last(live: Live, group: Group) -> bool {
    let Some(me) = live.my_person() else { return false };
    let last = group.peek(|open| {
        let mut mine = open.timeline.messages().rev().filter(|message| message.by.id == me.id && !message.deleted);
        mine.next().map(|message| message.seq)
    });
    let Some(seq) = last.flatten() else { return false };
    edit(group, seq);
    true
}

fn draft(group: Group, seq: u64, drafting: impl FnOnce(Message) -> Drafting) {
    if let Some(message) = message(group, seq) {
        group.change(|open| (open.drafting, open.menu) = (drafting(message), None));
    }
}

/// Puts one's own reaction, or takes it back.
pub(crate) fn react(live: Live, group: Group, seq: u64, emoji: &str) {
    let (Some(message), Some(me)) = (message(group, seq), live.my_person()) else { return };
    let reaction = message.reactions.iter().find(|reaction| reaction.emoji == emoji);
    let on = !reaction.is_some_and(|reaction| reaction.people.iter().any(|person| person.id == me.id));
    let _ = live.wish(group, Wish::React { message: message.id, emoji: emoji.to_owned(), on });
}

/// Pins a message, or unpins it.
fn pin(live: Live, group: Group, seq: u64) {
    close(group);
    if let Some(message) = message(group, seq) {
        let _ = live.wish(group, Wish::Pin { message: message.id, on: !message.pinned });
    }
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

/// Escape closes the menu; up and down go from message to message; R answers the one that has the focus.
pub(super) fn key(group: Group, key: &ev::KeyboardEvent) {
    let step: i32 = match key.key().as_str() {
        "Escape" => return close(group),
        "ArrowUp" => -1,
        "ArrowDown" => 1,
        "r" | "R" if !(key.ctrl_key() || key.meta_key() || key.alt_key()) => 0,
        _ => return,
    };
    let Some(frame) = key.current_target().and_then(|frame| frame.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(stops) = frame.query_selector_all(".message-more") else { return };
    let stop = |place: u32| stops.get(place).and_then(|stop| stop.dyn_into::<HtmlElement>().ok());
    let focused = document().active_element();
    let row = |stop: HtmlElement| stop.closest(".message").ok().flatten();
    let here = (0..stops.length())
        .find(|&place| stop(place).and_then(row).is_some_and(|row| row.contains(focused.as_ref().map(AsRef::as_ref))));
    if step == 0 {
        if let Some(here) = here.and_then(stop) {
            key.prevent_default();
            reply(group, here.get_attribute("data-seq").and_then(|seq| seq.parse().ok()).unwrap_or(0));
        }
        return;
    }
    let next = match here {
        Some(here) => here.checked_add_signed(step),
        None => stops.length().checked_sub(1),
    };
    if let Some(next) = next.and_then(stop) {
        key.prevent_default();
        let _ = next.focus();
    }
}
