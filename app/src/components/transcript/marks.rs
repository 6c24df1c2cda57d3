//! Rows that nobody said: a day begins, what is new begins, messages are missing, news of the connection.

use leptos::prelude::*;
use timeline::{Day, Gap};

use crate::{
    components::{log::status_name, recent::page},
    connection::{Status, live::Group},
    i18n::{Key, clock, use_language},
};

#[component]
pub(super) fn DayMark(day: Day) -> impl IntoView {
    let language = use_language();
    view! {
        <li class="entry mark mark-day">
            <span>{move || clock::date(day, language.get())}</span>
        </li>
    }
}

#[component]
pub(super) fn UnreadMark() -> impl IntoView {
    let language = use_language();
    view! {
        <li class="entry mark mark-unread">
            <span>{language.text(Key::NewSince)}</span>
        </li>
    }
}

/// A link, so that it works without JavaScript; with it, the page stays and scrolling is enough.
#[component]
pub(super) fn GapMark(gap: Gap, group: Group, load: impl Fn(u64) + 'static) -> impl IntoView {
    let language = use_language();
    let href = group.id.with_value(|id| format!("{}&before={}", page(id), gap.before));
    let words = move || match gap.missing {
        Some(missing) => language.filled(Key::GapCount, missing.to_string())(),
        None => language.text(Key::Gap)().to_owned(),
    };
    view! {
        <li class="entry mark mark-gap">
            <a
                href=href
                rel="external nofollow"
                on:click=move |click| {
                    click.prevent_default();
                    load(gap.before);
                }
            >
                {words}
            </a>
        </li>
    }
}

#[component]
pub(super) fn NewsLine(status: Status) -> impl IntoView {
    let language = use_language();
    let words = match status {
        Status::Open => Key::LineOpen,
        Status::Failed => Key::LineFailed,
        Status::Lost => Key::LineLost,
        Status::ClosedByVisitor => Key::LineClosedGroup,
    };
    view! {
        <li class="entry line line-status" data-status=status_name(status)>
            {language.text(words)}
        </li>
    }
}
