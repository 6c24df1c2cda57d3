//! The whole server: its settings, its people, who may sign up, what was done.

use leptos::prelude::*;

use super::Page;
use crate::{
    components::header::escape,
    paper::{
        data::{Admin, Field, FreshLink, PersonKind, PersonRow, SignUpDoor},
        form::{Input, checkbox, form, hidden, radios, submit},
        part::{audit, badge, contents, empty, face, fresh, inviting, links, named, section, unseen, when},
        sheet::Sheet,
        text::{Text, isolated},
    },
};

pub(super) fn page(page: &Admin, sheet: &Sheet<'_>) -> Page {
    let title = sheet.say(Text::AdminTitle);
    let parts = [
        ("settings", Text::SettingsTitle),
        ("people", Text::PeopleTitle),
        ("invites", Text::ServerInvites),
        ("audit", Text::AuditTitle),
    ];
    let parts = parts.map(|(id, text)| (id, sheet.say(text))).to_vec();
    let older = page.older.map(|before| format!("/admin?before={before}#audit"));
    let body = view! {
        <h1>{title}</h1>
        {contents(parts, sheet)}
        {section("settings", sheet.say(Text::SettingsTitle), settings(page, sheet))}
        {section("people", sheet.say(Text::PeopleTitle), people(page, sheet))}
        {section("invites", sheet.say(Text::ServerInvites), invites(page, sheet))}
        {section("audit", sheet.say(Text::AuditTitle), audit(&page.audit, older, sheet))}
    };
    Page::cards(title, &[Field::ServerName, Field::Kind, Field::Invite], body)
}

fn settings(page: &Admin, sheet: &Sheet<'_>) -> AnyView {
    let settings = &page.settings;
    let name = Input::new(Field::ServerName, "server_name", sheet.say(Text::ServerName), 64).optional();
    let doors = SignUpDoor::ALL.map(|door| {
        let text = match door {
            SignUpDoor::Open => Text::DoorOpen,
            SignUpDoor::Invite => Text::DoorInvite,
            SignUpDoor::Closed => Text::DoorClosed,
        };
        (door.tag(), sheet.say(text))
    });
    let door = settings.sign_up.tag();
    let fields = view! {
        {name.hint(sheet.say(Text::ServerNameHint)).value(&settings.server_name).view(sheet)}
        {radios(Field::Kind, "sign_up", sheet.say(Text::SignUpLabel), doors.to_vec(), door, sheet)}
        {checkbox("guests", sheet.say(Text::GuestsLabel), settings.guests)}
        {submit(sheet.say(Text::Save))}
    };
    form("/admin/settings".to_owned(), "form", fields)
}

fn people(page: &Admin, sheet: &Sheet<'_>) -> AnyView {
    let reset = match &page.fresh {
        Some(FreshLink::Reset { person, address }) => {
            Some(fresh(sheet.fill(Text::FreshReset, &[&isolated(&person.name)]), address, sheet))
        }
        Some(FreshLink::Invite(_)) | None => None,
    };
    let list = if page.people.is_empty() {
        empty(Text::PeopleEmpty, sheet)
    } else {
        let rows = page.people.iter().map(|row| person(row, sheet)).collect_view();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let next = page.next.as_deref().map(|after| {
        let find = if page.find.is_empty() { String::new() } else { format!("&find={}", escape(&page.find)) };
        view! {
            <a href=format!("/admin?after={}{find}#people", escape(after)) class="button">
                {sheet.say(Text::PeopleNext)}
            </a>
        }
    });
    view! {
        {reset}
        {finding(&page.find, sheet)}
        {list}
        {next}
    }
    .into_any()
}

/// The one form that asks and does nothing.
fn finding(find: &str, sheet: &Sheet<'_>) -> AnyView {
    let input = Input::new(Field::Page, "find", sheet.say(Text::Find), 64).value(find).searching();
    view! {
        <form method="get" action="/admin#people" class="form form-line" role="search">
            {input.view(sheet)}
            <div class="form-buttons">
                <button type="submit" class="button">
                    {sheet.say(Text::FindButton)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn person(row: &PersonRow, sheet: &Sheet<'_>) -> AnyView {
    let login = row.login.clone().map(|login| view! { <bdi class="fact">"@" {login}</bdi> });
    view! {
        <li class="row">
            {face(&row.person)}
            <div class="row-text">
                <p class="row-title">
                    {named(&row.person.name)} {login} {row.me.then(|| badge(sheet.say(Text::MeBadge)))}
                    {row.admin.then(|| badge(sheet.say(Text::AdminBadge)))}
                    {sheet.tongue.person_kind(row.kind).map(badge)}
                    {row.closed.then(|| badge(sheet.say(Text::ClosedBadge)))}
                </p>
                <p class="row-facts">
                    {(row.created_at > 0).then(|| when(Text::HereSince, row.created_at, sheet))}
                    {row.seen_at.map(|at| when(Text::SeenAt, at, sheet))}
                </p>
            </div>
            {more(row, sheet)}
        </li>
    }
    .into_any()
}

/// All that can be done about a person, behind one word.
fn more(row: &PersonRow, sheet: &Sheet<'_>) -> AnyView {
    let name = isolated(&row.person.name);
    let act = |word: &str, sentence: Option<Text>, button: Text, danger: bool, admin: Option<&'static str>| {
        let class = if danger { "button button-danger" } else { "button" };
        let fields = view! {
            {hidden("person", row.person.id.as_str())}
            {admin.map(|admin| hidden("admin", admin))}
            {sentence.map(|sentence| view! { <p>{sheet.fill(sentence, &[&name])}</p> })}
            <button type="submit" class=class>
                {sheet.say(button)}
            </button>
        };
        form(format!("/admin/{word}"), "sure-form", fields)
    };
    let account = row.kind == PersonKind::Account;
    let reset = account.then(|| act("reset", None, Text::ResetMake, false, None));
    let rights = account.then(|| {
        if row.admin {
            act("admin", Some(Text::AdminUnmakeSure), Text::AdminUnmake, true, Some("0"))
        } else {
            act("admin", Some(Text::AdminMakeSure), Text::AdminMake, true, Some("1"))
        }
    });
    // Nobody bans themself.
    let door = match (row.me, row.closed) {
        (true, _) => None,
        (false, true) => Some(act("open", None, Text::Reopen, false, None)),
        (false, false) => Some(act("close", Some(Text::CloseSure), Text::Close, true, None)),
    };
    view! {
        <details class="sure">
            <summary class="button button-quiet">
                    {sheet.say(Text::ManagePerson)} {unseen(&row.person.name)}
            </summary>
            <div class="sure-many">{reset} {rights} {door}</div>
        </details>
    }
    .into_any()
}

fn invites(page: &Admin, sheet: &Sheet<'_>) -> AnyView {
    let new = match &page.fresh {
        Some(FreshLink::Invite(address)) => Some(fresh(sheet.say(Text::FreshInvite).to_owned(), address, sheet)),
        Some(FreshLink::Reset { .. }) | None => None,
    };
    view! {
        {new}
        {links(&page.invites, "/admin/uninvite", sheet)}
        {inviting("/admin/invite".to_owned(), sheet)}
    }
    .into_any()
}
