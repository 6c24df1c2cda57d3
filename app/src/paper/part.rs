//! What several papers show: a face, a moment, links that were given out, the log of acts. Never a whole page.

use leptos::prelude::*;
use protocol::{Millis, Person};

use super::{
    data::{AuditRow, Field, LinkRow},
    form::{form, hidden, select, submit, sure},
    sheet::Sheet,
    text::{Text, isolated, machine},
};
use crate::avatar::avatar;

/// The picture of a person, without their name: that stands beside it.
pub(super) fn face(person: &Person) -> AnyView {
    let face = avatar(person);
    view! {
        <span class=face.class aria-hidden="true">
            {face.letter}
        </span>
    }
    .into_any()
}

/// A name that people chose, whichever way it is written.
pub(super) fn named(name: &str) -> AnyView {
    view! { <bdi class="name">{name.to_owned()}</bdi> }.into_any()
}

/// A name after a button's word, for those who hear the button without what stands beside it.
pub(super) fn unseen(name: &str) -> AnyView {
    view! {
        <span class="hidden">
            " "
            <bdi>{name.to_owned()}</bdi>
        </span>
    }
    .into_any()
}

/// A word about somebody or something.
pub(super) fn badge(text: &'static str) -> AnyView {
    view! { <span class="badge">{text}</span> }.into_any()
}

pub(super) fn moment(at: Millis, sheet: &Sheet<'_>) -> AnyView {
    view! { <time datetime=machine(at)>{sheet.moment(at)}</time> }.into_any()
}

/// A word and the moment it belongs to.
pub(super) fn when(word: Text, at: Millis, sheet: &Sheet<'_>) -> AnyView {
    view! {
        <span class="fact">
            {sheet.say(word)}
            " "
            {moment(at, sheet)}
        </span>
    }
    .into_any()
}

/// A card of the page; its name is the target of the page's own links.
pub(super) fn section(id: &'static str, title: &'static str, body: impl IntoView + 'static) -> AnyView {
    let heading = format!("{id}-title");
    view! {
        <section id=id class="card" aria-labelledby=heading>
            <h2 id=heading.clone()>{title}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// The way to the cards of a long page.
pub(super) fn contents(parts: Vec<(&'static str, &'static str)>, sheet: &Sheet<'_>) -> AnyView {
    let parts = parts
        .into_iter()
        .map(|(id, title)| {
            view! {
                <a href=format!("#{id}") class="pick">
                    {title}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="picks" aria-label=sheet.say(Text::JumpTo)>
            {parts}
        </nav>
    }
    .into_any()
}

pub(super) fn empty(text: Text, sheet: &Sheet<'_>) -> AnyView {
    view! { <p class="quiet">{sheet.say(text)}</p> }.into_any()
}

/// A secret address, shown once. A box, because a tap in it chooses all of it.
pub(super) fn fresh(label: String, address: &str, sheet: &Sheet<'_>) -> AnyView {
    view! {
        <div class="fresh" role="status">
            <label for="fresh">{label}</label>
            <input
                id="fresh"
                type="text"
                readonly
                value=address.to_owned()
                dir="ltr"
                autocomplete="off"
                autofocus
                aria-describedby="fresh-hint"
            />
            <p id="fresh-hint" class="field-hint">
                {sheet.say(Text::FreshHint)}
            </p>
        </div>
    }
    .into_any()
}

/// Makes an invitation: for how long and for how many.
pub(super) fn inviting(action: String, sheet: &Sheet<'_>) -> AnyView {
    let days = |n: u64| sheet.tongue.count(n, Text::DaysOne, Text::Days);
    let uses = |n: u64| sheet.tongue.count(n, Text::UsesOne, Text::UsesMany);
    let days = vec![("1", days(1)), ("7", days(7)), ("30", days(30)), ("", sheet.say(Text::DaysForever).to_owned())];
    let uses = vec![("1", uses(1)), ("10", uses(10)), ("", sheet.say(Text::UsesAny).to_owned())];
    let wrong = sheet.wrong_at(Field::Invite);
    let wrong = (!wrong.is_empty()).then(|| view! { <p class="field-wrong" role="alert">{wrong.join(" ")}</p> });
    let fields = view! {
        <div class="fields-row">
            {select("days", "field-days".to_owned(), sheet.say(Text::InviteDays), days, "7")}
            {select("uses", "field-uses".to_owned(), sheet.say(Text::InviteUses), uses, "")}
        </div>
        {wrong}
        {submit(sheet.say(Text::InviteButton))}
    };
    form(action, "form", fields)
}

/// The invitations that work still; `action` revokes one.
pub(super) fn links(rows: &[LinkRow], action: &str, sheet: &Sheet<'_>) -> AnyView {
    if rows.is_empty() {
        return empty(Text::InvitesEmpty, sheet);
    }
    let rows = rows.iter().map(|row| link(row, action, sheet)).collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

fn link(row: &LinkRow, action: &str, sheet: &Sheet<'_>) -> AnyView {
    let until = match row.expires_at {
        Some(at) => when(Text::Until, at, sheet),
        None => view! { <span class="fact">{sheet.say(Text::DaysForever)}</span> }.into_any(),
    };
    let left = match row.uses_left {
        Some(n) => sheet.tongue.count(n, Text::LeftOne, Text::LeftMany),
        None => sheet.say(Text::LeftAny).to_owned(),
    };
    let made = match &row.by {
        Some(by) => sheet.fill(Text::MadeBy, &[&isolated(&by.name)]),
        None => sheet.say(Text::MadeAt).to_owned(),
    };
    let resets = row.resets.as_ref().map(|person| {
        view! { <p class="row-title">{sheet.fill(Text::FreshReset, &[&isolated(&person.name)])}</p> }
    });
    let revoke = sure(
        sheet.say(Text::Uninvite),
        action.to_owned(),
        sheet.say(Text::UninviteSure).to_owned(),
        sheet.say(Text::Uninvite),
        hidden("id", row.id.clone()),
    );
    view! {
        <li class="row">
            <div class="row-text">
                {resets}
                <p class="row-title">{made} " " {moment(row.created_at, sheet)}</p>
                <p class="row-facts">{until} <span class="fact">{left}</span></p>
            </div>
            {revoke}
        </li>
    }
    .into_any()
}

/// What was done, newest first; `older` is where more stands.
pub(super) fn audit(rows: &[AuditRow], older: Option<String>, sheet: &Sheet<'_>) -> AnyView {
    if rows.is_empty() {
        return empty(Text::AuditEmpty, sheet);
    }
    let rows = rows.iter().map(|row| act(row, sheet)).collect_view();
    let older = older.map(|address| {
        view! {
            <a href=address class="button">
                {sheet.say(Text::AuditOlder)}
            </a>
        }
    });
    view! {
        <ol class="log-rows">{rows}</ol>
        {older}
    }
    .into_any()
}

fn act(row: &AuditRow, sheet: &Sheet<'_>) -> AnyView {
    let group = row.group.as_ref().map(|group| {
        view! {
            <a href=super::address::manage(group) class="fact">
                <bdi>{group.to_string()}</bdi>
            </a>
        }
    });
    view! {
        <li>
            <span class="log-act">{sheet.tongue.act(row)}</span>
            {group}
            <span class="fact">{moment(row.at, sheet)}</span>
        </li>
    }
    .into_any()
}
