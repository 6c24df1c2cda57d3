//! The log of a group: what was said, what waits to be saved, and news of the connection. Where the reader is in it is
//! `scroll`'s; how a row looks is in the files beside.

mod entries;
mod marks;
mod menu;
mod message;
mod pending;
mod reactions;
mod scroll;

use std::sync::Arc;

use leptos::{ev, prelude::*};
use timeline::{Row, View};

use self::{
    entries::{Entry, entries},
    marks::{DayMark, GapMark, NewsLine, UnreadMark},
    message::MessageRow,
    pending::PendingRow,
    scroll::Scroll,
};
use super::{group_composer::Drafting, log::on_resize};
use crate::{
    connection::live::{Group, use_live},
    i18n::{Key, use_language},
};

/// What every row of a log may ask.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) group: Group,
    /// How far the reader's clock is ahead of UTC; nothing is known of it on the server.
    pub(super) offset: RwSignal<i32>,
    /// The message whose menu is open.
    pub(super) menu: RwSignal<Option<u64>>,
    pub(super) drafting: RwSignal<Drafting>,
}

#[component]
pub(crate) fn Transcript(group: Group, drafting: RwSignal<Drafting>) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let desk = Desk { group, offset: RwSignal::new(0), menu: RwSignal::new(None), drafting };
    Effect::new(move |_| desk.offset.set(local_offset()));
    let all = Memo::new(move |_| {
        let (read, offset_minutes) = (group.read.get(), desk.offset.get());
        let rows = live.me.with(|me| {
            let view = View { me: me.as_ref().map(|me| &me.id), read, offset_minutes };
            group.timeline.with(|timeline| group.news.with(|news| entries(timeline, view, news)))
        });
        Arc::new(rows)
    });
    let scroll = Scroll::new(live, group, all);
    on_resize(scroll.frame, move || scroll.look());
    Effect::new(move |_| {
        desk.menu.track();
        scroll.look();
    });
    let unseen = unseen(group);

    view! {
        <div class="log-frame">
            <div
                class="transcript"
                node_ref=scroll.frame
                role="log"
                tabindex="0"
                aria-label=language.text(Key::LogLabel)
                aria-live=move || if group.at_end.get() { "polite" } else { "off" }
                on:scroll=move |_| scroll.scrolled()
                on:keydown=move |key| walk(&key)
            >
                <div class="transcript-sheet">
                    <div node_ref=scroll.above></div>
                    <ol node_ref=scroll.list>
                        <For
                            each=move || scroll.drawn.get().to_vec()
                            key=Entry::drawn
                            children=move |entry| view! { <EntryRow entry desk scroll /> }
                        />
                    </ol>
                    <div node_ref=scroll.below></div>
                </div>
            </div>
            <Show when=move || group.is_silent()>
                <p class="log-empty">{language.text(Key::LogEmptyGroup)}</p>
            </Show>
            <Show when=move || !group.at_end.get()>
                <button
                    type="button"
                    class="log-jump"
                    aria-label=move || jump_words(language, unseen.get())
                    on:click=move |_| scroll.to_end()
                >
                    {move || (unseen.get() > 0).then(|| jump_words(language, unseen.get()))}
                    <span aria-hidden="true">" ↓"</span>
                </button>
            </Show>
        </div>
    }
}

#[component]
fn EntryRow(entry: Entry, desk: Desk, scroll: Scroll) -> impl IntoView {
    match entry {
        Entry::News(news) => view! { <NewsLine status=news.status /> }.into_any(),
        Entry::Row(Row::Gap(gap)) => {
            view! { <GapMark gap group=desk.group load=move |before| scroll.load(before) /> }.into_any()
        }
        Entry::Row(Row::Day { day, .. }) => view! { <DayMark day /> }.into_any(),
        Entry::Row(Row::Unread) => view! { <UnreadMark /> }.into_any(),
        Entry::Row(Row::Message { seq, first }) => view! { <MessageRow desk seq first /> }.into_any(),
        Entry::Row(Row::Pending { client_id }) => view! { <PendingRow desk client_id /> }.into_any(),
    }
}

fn jump_words(language: crate::i18n::Language, unseen: usize) -> String {
    if unseen > 0 {
        language.filled(Key::NewCount, unseen.to_string())()
    } else {
        language.text(Key::ToEnd)().to_owned()
    }
}

/// How many messages came since the reader left the end.
fn unseen(group: Group) -> Memo<usize> {
    let left = Memo::new(move |before: Option<&Option<u64>>| {
        let last = || group.timeline.with_untracked(timeline::Timeline::last);
        (!group.at_end.get()).then(|| before.copied().flatten().unwrap_or_else(last))
    });
    Memo::new(move |_| {
        let Some(left) = left.get() else { return 0 };
        group.timeline.with(|timeline| timeline.messages().rev().take_while(|message| message.seq > left).count())
    })
}

/// Up and down go from message to message once one of them has the focus.
fn walk(key: &ev::KeyboardEvent) {
    use leptos::{wasm_bindgen::JsCast, web_sys::HtmlElement};
    let step: i32 = match key.key().as_str() {
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

/// Minutes that the reader's clock is ahead of UTC.
#[cfg(feature = "hydrate")]
fn local_offset() -> i32 {
    -(js_sys::Date::new_0().get_timezone_offset() as i32)
}

#[cfg(not(feature = "hydrate"))]
fn local_offset() -> i32 {
    0
}
