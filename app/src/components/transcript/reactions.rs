//! How people reacted to a message: one chip an emoji, which puts one's own or takes it back.

use leptos::prelude::*;
use protocol::{PersonId, Reaction};

use super::{Desk, message::Said};
use crate::connection::live::{Wish, use_live};

#[component]
pub(super) fn Reactions(desk: Desk, said: Memo<Option<Said>>) -> impl IntoView {
    let all = move || said.with(|said| said.as_ref().map(|said| said.message.reactions.clone()).unwrap_or_default());
    view! {
        <Show when=move || !all().is_empty()>
            <div class="reactions">
                <For
                    each=all
                    key=|reaction| reaction.emoji.clone()
                    children=move |reaction| view! { <Chip desk said emoji=reaction.emoji /> }
                />
            </div>
        </Show>
    }
}

#[component]
fn Chip(desk: Desk, said: Memo<Option<Said>>, emoji: String) -> impl IntoView {
    let live = use_live();
    let emoji = StoredValue::new(emoji);
    let reaction = move || emoji.with_value(|emoji| said.with(|said| of(said.as_ref(), emoji)));
    let count = move || reaction().map_or(0, |reaction| reaction.people.len());
    let names = move || {
        let people = reaction().map(|reaction| reaction.people).unwrap_or_default();
        people.into_iter().map(|person| person.name).collect::<Vec<_>>().join(", ")
    };
    let mine = move || {
        let me = live.me.with(|me| me.as_ref().map(|me| me.id.clone()));
        reaction().is_some_and(|reaction| has(&reaction, me.as_ref()))
    };
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || mine().to_string()
            title=names
            on:click=move |_| toggle(desk, said, &emoji.get_value())
        >
            <span>{emoji.get_value()}</span>
            " "
            <span>{count}</span>
        </button>
    }
}

fn of(said: Option<&Said>, emoji: &str) -> Option<Reaction> {
    said?.message.reactions.iter().find(|reaction| reaction.emoji == emoji).cloned()
}

fn has(reaction: &Reaction, me: Option<&PersonId>) -> bool {
    reaction.people.iter().any(|person| Some(&person.id) == me)
}

/// Puts one's own reaction, or takes it back.
pub(super) fn toggle(desk: Desk, said: Memo<Option<Said>>, emoji: &str) {
    let live = crate::connection::live::use_live();
    let me = live.me.with_untracked(|me| me.as_ref().map(|me| me.id.clone()));
    let Some(message) = said.with_untracked(|said| said.as_ref().map(|said| said.message.id.clone())) else { return };
    let on = !said.with_untracked(|said| of(said.as_ref(), emoji).is_some_and(|reaction| has(&reaction, me.as_ref())));
    let _ = live.wish(desk.group, Wish::React { message, emoji: emoji.to_owned(), on });
}
