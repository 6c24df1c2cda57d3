//! The log of a group: what was said, what waits to be saved, and news of the connection. Where the reader is in it is
//! `scroll`'s; how a row looks is in `row` and `message`; what a press does is in `act`.

mod act;
mod entries;
pub(crate) mod html;
mod message;
pub(super) mod paint;
mod parts;
mod pins;
mod row;
mod scroll;

use leptos::prelude::*;

pub(super) use self::{
    act::{edit_last, react},
    pins::{Pins, fold, press},
};
use self::{row::Look, scroll::Scroll};
use super::{browser, log::on_resize};
#[cfg(feature = "hydrate")]
use crate::preferences::local_offset;
use crate::{
    connection::{
        State,
        live::{Group, Live, use_live},
    },
    i18n::{Key, Language, use_language},
    preferences::Preferences,
};

#[component]
pub(crate) fn Transcript(group: Group) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let scroll = Scroll::new(live, group, look(language, live));
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            set_clock(group);
        }
        group.read(|_| ());
        scroll.refresh(look(language, live));
        if before.is_none() {
            scroll.begin();
        }
        scroll.follow();
    });
    on_resize(scroll.frame, move || scroll.look());
    let away = Signal::derive(move || group.read(|open| open.left_end.is_some()).unwrap_or(false));
    let rush = move || group.read(|open| (open.rush.is_on, open.rush.told)).unwrap_or_default();
    let heard = Signal::derive(move || if away.get() || rush().0 { "off" } else { "polite" });
    let told = Signal::derive(move || match rush().1 {
        told if told > 0 && !away.get() => language.filled(Key::NewCount, told.to_string())(),
        _ => String::new(),
    });
    let unseen = Signal::derive(move || match group.read(|open| open.unseen()) {
        None | Some(0) => language.text(Key::ToEnd)().to_owned(),
        Some(unseen) => language.filled(Key::NewCount, unseen.to_string())(),
    });
    let fresh = Signal::derive(move || match group.read(|open| (open.fresh_above, open.fresh)) {
        Some((true, fresh)) => language.filled(Key::NewCount, fresh.to_string())(),
        _ => String::new(),
    });
    view! {
        <div class="log-frame">
            <button
                type="button"
                class="log-new"
                hidden=Signal::derive(move || fresh.with(String::is_empty))
                on:click=move |_| scroll.to_new()
            >
                <span aria-hidden="true">"↑ "</span>
                {fresh}
            </button>
            <div
                class="transcript"
                node_ref=scroll.frame
                role="log"
                tabindex="0"
                aria-label=language.text(Key::LogLabel)
                aria-live=heard
                on:scroll=move |_| scroll.scrolled()
                on:keydown=move |key| act::key(group, &key)
                on:click=move |click| act::press(live, group, scroll, &click)
            >
                <div class="transcript-sheet">
                    <div></div>
                    <ol inner_html=scroll.html()></ol>
                    <div></div>
                </div>
            </div>
            <p class="log-empty" hidden=Signal::derive(move || group.read(|open| !open.is_silent()).unwrap_or(true))>
                {language.text(Key::LogEmptyGroup)}
            </p>
            <button
                type="button"
                class="log-jump"
                hidden=Signal::derive(move || !away.get())
                on:click=move |_| scroll.to_end()
            >
                {unseen}
                <span aria-hidden="true">" ↓"</span>
            </button>
            <p class="hidden" role="status">
                {told}
            </p>
        </div>
    }
}

fn look(language: Language, live: Live) -> Look {
    Look {
        locale: language.get(),
        hours: Preferences::rendered().hours,
        me: live.me.with(|me| me.as_ref().map(|me| me.id.clone())),
        connected: live.connection.state.get() == State::Open,
        now: browser::now(),
    }
}

/// The first render went by what the server knew of the reader's clock; from now on it is the clock itself.
#[cfg(feature = "hydrate")]
fn set_clock(group: Group) {
    let offset = local_offset();
    if group.peek(|open| open.offset_minutes != offset) == Some(true) {
        group.change(|open| open.offset_minutes = offset);
    }
}

#[cfg(not(feature = "hydrate"))]
fn set_clock(_group: Group) {}
