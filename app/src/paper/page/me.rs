//! One's own page: who one is, the password, where one is signed in. The name is changed at `/settings`.

use leptos::prelude::*;

use super::{Page, account::new_password};
use crate::paper::{
    data::{Field, Me, SessionRow},
    form::{Input, form, hidden, submit, sure},
    part::{badge, face, named, section, when},
    sheet::Sheet,
    text::Text,
};

pub(super) fn page(page: &Me, sheet: &Sheet<'_>) -> Page {
    let title = sheet.say(Text::MeTitle);
    let fields: &[Field] = if page.login.is_some() { &[Field::Current, Field::Password, Field::Again] } else { &[] };
    let body = view! {
        {top(page, title, sheet)}
        {page.login.as_deref().map(|login| password(login, sheet))}
        {section("sessions", sheet.say(Text::SessionsTitle), sessions(&page.sessions, sheet))}
        {leaving(page, sheet)}
    };
    Page::cards(title, fields, body)
}

/// Who one is here.
fn top(page: &Me, title: &'static str, sheet: &Sheet<'_>) -> AnyView {
    let me = sheet.chrome.me.as_ref();
    let admin = me.is_some_and(|me| me.admin).then(|| badge(sheet.say(Text::AdminBadge)));
    let kind = me.and_then(|me| sheet.tongue.person_kind(me.kind)).map(badge);
    let login = page.login.clone().map(|login| view! { <bdi class="fact">"@" {login}</bdi> });
    let keep = page.login.is_none().then(|| {
        view! {
            <div class="notice keep">
                <p>{sheet.say(Text::MeGuest)}</p>
                <a href="/signup" class="button button-main">
                    {sheet.say(Text::KeepTitle)}
                </a>
            </div>
        }
    });
    view! {
        <h1>{title}</h1>
        {me
            .map(|me| {
                view! {
                    <p class="who">
                        {face(&me.person)} <span class="who-text">{named(&me.person.name)} {login} {kind} {admin}</span>
                    </p>
                }
            })}
        <p>
            <a href="/settings" class="button">
                {sheet.say(Text::ToSettings)}
            </a>
        </p>
        {keep}
    }
    .into_any()
}

fn password(login: &str, sheet: &Sheet<'_>) -> AnyView {
    let current = Input::password(Field::Current, "current", sheet.say(Text::Current), "current-password");
    let fields = view! {
        // For password managers, which ask whose password it is.
        <input type="text" hidden readonly autocomplete="username" value=login.to_owned() />
        {current.view(sheet)}
        {new_password(sheet, Text::NewPassword)}
        {submit(sheet.say(Text::PasswordTitle))}
    };
    section("password", sheet.say(Text::PasswordTitle), form("/me/password".to_owned(), "form", fields))
}

const END: &str = "/me/sessions/end";

fn sessions(rows: &[SessionRow], sheet: &Sheet<'_>) -> AnyView {
    let others = rows.iter().any(|row| !row.this).then(|| {
        sure(
            sheet.say(Text::SessionsEndAll),
            END.to_owned(),
            sheet.say(Text::SessionsEndAllSure).to_owned(),
            sheet.say(Text::SessionsEndAll),
            hidden("id", "all"),
        )
    });
    let rows = rows.iter().map(|row| session(row, sheet)).collect_view();
    view! {
        <ul class="rows">{rows}</ul>
        {others}
    }
    .into_any()
}

fn session(row: &SessionRow, sheet: &Sheet<'_>) -> AnyView {
    let device = if row.device.trim().is_empty() { sheet.say(Text::SessionUnknown) } else { &row.device };
    // Noted to the hour alone; and whoever reads this is there.
    let seen = if row.this {
        view! { <span class="fact">{sheet.say(Text::SessionNow)}</span> }.into_any()
    } else {
        when(Text::SeenAt, row.seen_at, sheet)
    };
    let end = (!row.this).then(|| {
        sure(
            sheet.say(Text::SessionEnd),
            END.to_owned(),
            sheet.say(Text::SessionEndSure).to_owned(),
            sheet.say(Text::SessionEnd),
            hidden("id", row.id.clone()),
        )
    });
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{named(device)} {row.this.then(|| badge(sheet.say(Text::SessionThis)))}</p>
                <p class="row-facts">
                    {seen} {when(Text::SignedInAt, row.created_at, sheet)}
                </p>
            </div>
            {end}
        </li>
    }
    .into_any()
}

/// An account comes back; a guest does not, and is asked first.
fn leaving(page: &Me, sheet: &Sheet<'_>) -> AnyView {
    let out = sheet.say(Text::SignOut);
    if page.login.is_none() {
        return sure(out, "/signout".to_owned(), sheet.say(Text::SignOutGuest).to_owned(), out, ());
    }
    let button = view! {
        <button type="submit" class="button">
            {out}
        </button>
    };
    form("/signout".to_owned(), "row-form", button)
}
