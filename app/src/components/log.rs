//! What was seen in a room, line by line; follows new lines while the reader is at the end.

use leptos::{html, prelude::*};
use protocol::ROOM_PREFIX;

use crate::{
    connection::{Line, Log, Seen, Status},
    i18n::{Key, Language, use_language},
};

/// How far from the end, in CSS pixels, still counts as reading the end.
const AT_END_PX: i32 = 48;

#[component]
pub(crate) fn ChatLog(log: RwSignal<Log>) -> impl IntoView {
    let language = use_language();
    let list = NodeRef::<html::Div>::new();
    let at_end = RwSignal::new(true);
    let unseen = RwSignal::new(false);

    Effect::new(move |before: Option<()>| {
        log.track();
        if before.is_none() {
            return;
        }
        if at_end.get_untracked() {
            request_animation_frame(move || scroll_to_end(list));
        } else {
            unseen.set(true);
        }
    });
    // A composer that grows with its text takes room from the log.
    on_resize(list, move || {
        if at_end.get_untracked() {
            scroll_to_end(list);
        }
    });
    // Our own scrolling to the end is heard here too, perhaps after yet another line has come: only moving up is leaving.
    let last_top = StoredValue::new(0);
    let on_scroll = move |_| {
        let Some(list) = mounted(list) else { return };
        let top = list.scroll_top();
        if list.scroll_height() - top - list.client_height() <= AT_END_PX {
            at_end.set(true);
            unseen.set(false);
        } else if top < last_top.get_value() {
            at_end.set(false);
        }
        last_top.set_value(top);
    };

    view! {
        <div class="log-frame">
            <div
                class="log"
                node_ref=list
                role="log"
                tabindex="0"
                aria-label=language.text(Key::LogLabel)
                on:scroll=on_scroll
            >
                <ol>
                    <For
                        each=move || log.with(|log| log.lines().cloned().collect::<Vec<_>>())
                        key=|line| line.id
                        children=move |line| view! { <LogLine line /> }
                    />
                </ol>
            </div>
            <p class="log-empty" hidden=Signal::derive(move || !log.with(Log::is_silent))>
                {language.text(Key::LogEmptyRoom)}
            </p>
            <button
                type="button"
                class="log-jump"
                hidden=Signal::derive(move || !unseen.get())
                on:click=move |_| scroll_to_end(list)
            >
                {language.text(Key::NewBelow)}
                <span aria-hidden="true">" ↓"</span>
            </button>
        </div>
    }
}

#[component]
fn LogLine(line: Line) -> impl IntoView {
    let language = use_language();
    match line.seen {
        Seen::Status(status) => {
            view! { <li class="line line-status" data-status=status_name(status)>{language.text(status_words(status))}</li> }
                .into_any()
        }
        Seen::Text(text) => match text.strip_prefix(ROOM_PREFIX).map(str::to_owned) {
            Some(said) => said_line(language, Key::RoomPrefix, said, line.at).into_any(),
            None => view! { <li class="line line-said" data-at=line.at>{text.to_string()}</li> }.into_any(),
        },
    }
}

/// The wire's fixed prefix is shown small, in the visitor's language; in Chinese the line reads as it crossed the wire.
fn said_line(language: Language, prefix: Key, said: String, at: String) -> impl IntoView {
    view! {
        <li class="line line-said" data-at=at>
            <span class="line-prefix">{language.text(prefix)}</span>
            <span class="line-text">{said}</span>
        </li>
    }
}

fn status_words(status: Status) -> Key {
    match status {
        Status::Open => Key::LineOpen,
        Status::Failed => Key::LineFailed,
        Status::Lost => Key::LineLost,
        Status::ClosedByVisitor => Key::LineClosedRoom,
    }
}

pub(crate) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Failed => "failed",
        Status::Lost => "lost",
        Status::ClosedByVisitor => "closed",
    }
}

fn scroll_to_end(list: NodeRef<html::Div>) {
    if let Some(list) = mounted(list) {
        list.set_scroll_top(list.scroll_height());
    }
}

/// The element, unless its page was left: an animation frame or a scroll event may come after that.
fn mounted(list: NodeRef<html::Div>) -> Option<leptos::web_sys::HtmlDivElement> {
    list.try_get_untracked().flatten()
}

/// Calls back when the element changes its size. Only in a browser.
#[cfg(feature = "hydrate")]
pub(crate) fn on_resize(element: NodeRef<html::Div>, then: impl Fn() + 'static) {
    use wasm_bindgen::{JsCast, closure::Closure};

    let then = Closure::<dyn Fn()>::new(then);
    let Ok(observer) = web_sys::ResizeObserver::new(then.as_ref().unchecked_ref()) else { return };
    let observed = observer.clone();
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            observed.observe(&element);
        }
    });
    // The closure lives as long as the observer that calls it.
    let alive = StoredValue::new_local((observer, then));
    on_cleanup(move || alive.with_value(|(observer, _)| observer.disconnect()));
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn on_resize(_element: NodeRef<html::Div>, _then: impl Fn() + 'static) {}
