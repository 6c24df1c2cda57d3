//! Looking after a group: what it is, who is in it, who may come, who may not, what was done.

use leptos::prelude::*;
use protocol::{Millis, Person};

use super::{Page, choice::choice, groups::others, member};
use crate::paper::{
    address::{chat, manage},
    data::{Field, GroupKind, Manage},
    form::{Input, area, form, hidden, radios, submit, sure},
    part::{audit, badge, contents, empty, face, fresh, inviting, links, named, section, when},
    sheet::Sheet,
    text::{Text, isolated},
};

pub(super) fn page(page: &Manage, sheet: &Sheet<'_>) -> Page {
    let name = called(page, sheet);
    let powers = page.powers;
    let mut fields = Vec::new();
    if powers.describe {
        fields.extend([Field::GroupName, Field::About, Field::Slow]);
    }
    if powers.describe && page.kind != GroupKind::Direct {
        fields.push(Field::Kind);
    }
    if powers.invite {
        fields.extend([Field::Add, Field::Invite]);
    }
    let mut parts = vec![("about", Text::AboutTitle), ("members", Text::MembersTitle)];
    if powers.invite {
        parts.push(("invites", Text::InvitesTitle));
    }
    if powers.moderate {
        parts.extend([("bans", Text::BansTitle), ("audit", Text::AuditTitle)]);
    }
    let has_about = powers.describe || page.kind != GroupKind::Direct || !page.about.trim().is_empty();
    parts.retain(|(id, _)| has_about || *id != "about");
    let parts: Vec<_> = parts.into_iter().map(|(id, text)| (id, sheet.say(text))).collect();
    let body = view! {
        {top(page, &name, sheet)}
        {(parts.len() > 1).then(|| contents(parts, sheet))}
        {has_about.then(|| section("about", sheet.say(Text::AboutTitle), about(page, sheet)))}
        {section("members", sheet.say(Text::MembersTitle), members(page, sheet))}
        {powers.invite.then(|| section("invites", sheet.say(Text::InvitesTitle), invites(page, sheet)))}
        {powers.moderate.then(|| section("bans", sheet.say(Text::BansTitle), bans(page, sheet)))}
        {powers.moderate.then(|| section("audit", sheet.say(Text::AuditTitle), log(page, sheet)))}
        {leaving(page, sheet)}
    };
    Page::cards(sheet.fill(Text::ManageTitle, &[&isolated(&name)]), &fields, body)
}

/// The address of an act upon this group.
pub(super) fn act(page: &Manage, word: &str) -> String {
    format!("{}/{word}", manage(&page.id))
}

fn called(page: &Manage, sheet: &Sheet<'_>) -> String {
    match page.name.trim() {
        "" => others(&page.with, sheet).unwrap_or_else(|| page.id.to_string()),
        name => name.to_owned(),
    }
}

fn top(page: &Manage, name: &str, sheet: &Sheet<'_>) -> AnyView {
    let archived = page.archived.then(|| {
        view! { <p class="notice">{sheet.say(Text::ArchivedNote)}</p> }
    });
    view! {
        <div class="top">
            <h1>{named(name)}</h1>
            <p class="row-facts">
                {badge(sheet.tongue.group_kind(page.kind))}
                <span class="fact">{sheet.tongue.count(page.members_count, Text::MembersOne, Text::MembersMany)}</span>
            </p>
            <a href=chat(&page.id) class="button">
                {sheet.say(Text::BackToChat)}
            </a>
        </div>
        {archived}
    }
    .into_any()
}

fn about(page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    if !page.powers.describe {
        let text = page.about.trim();
        return if text.is_empty() {
            view! { <p class="quiet"><bdi>{page.id.to_string()}</bdi></p> }.into_any()
        } else {
            view! { <p class="prose" dir="auto">{text.to_owned()}</p> }.into_any()
        };
    }
    let name = Input::new(Field::GroupName, "name", sheet.say(Text::GroupName), 64).value(&page.name).optional();
    let slow = Input::number(Field::Slow, "slow", sheet.say(Text::Slow)).value(&page.slow);
    // A direct group stays one.
    let kinds = (page.kind != GroupKind::Direct).then(|| {
        let kinds = vec![
            (GroupKind::Open.tag(), sheet.say(Text::KindOpenHint)),
            (GroupKind::Private.tag(), sheet.say(Text::KindPrivateHint)),
        ];
        radios(Field::Kind, "kind", sheet.say(Text::Kind), kinds, page.kind.tag(), sheet)
    });
    let fields = view! {
        {name.hint(sheet.fill(Text::NameEmpty, &[&isolated(page.id.as_str())])).view(sheet)}
        {area(Field::About, "about", sheet.say(Text::About), sheet.say(Text::AboutHint), &page.about, sheet)}
        {kinds}
        {slow.hint(sheet.say(Text::SlowHint)).view(sheet)}
        {submit(sheet.say(Text::Save))}
    };
    form(act(page, "describe"), "form", fields)
}

fn members(page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let shown = page.members.len() as u64;
    let some = (shown < page.members_count).then(|| {
        let numbers = [shown.to_string(), page.members_count.to_string()];
        view! { <p class="quiet">{sheet.fill(Text::MembersShown, &[&numbers[0], &numbers[1]])}</p> }
    });
    let rows = page.members.iter().enumerate().map(|(n, row)| member::row(n, row, page, sheet)).collect_view();
    let add = page.powers.invite.then(|| {
        let input = Input::login(Field::Add, "add", sheet.say(Text::Add)).value(&page.add);
        let fields = view! {
            {input.view(sheet)}
            <div class="form-buttons">
                <button type="submit" class="button">
                    {sheet.say(Text::AddButton)}
                </button>
            </div>
        };
        form(act(page, "add"), "form form-line", fields)
    });
    let choice = page.choice.as_ref().map(|several| {
        choice(several, &act(page, "add"), Text::AddButton, |one| hidden("person", one.person.id.as_str()), sheet)
    });
    let speakers = page.speakers.iter().map(|row| member::speaker(row, page, sheet)).collect_view();
    let speakers = (!page.speakers.is_empty()).then(|| {
        view! {
            <h3>{sheet.say(Text::SpeakersTitle)}</h3>
            <ul class="rows">{speakers}</ul>
        }
    });
    view! {
        <ul class="rows">{rows}</ul>
        {some}
        {add}
        {choice}
        {speakers}
    }
    .into_any()
}

fn invites(page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let new = page.fresh.as_deref().map(|address| fresh(sheet.say(Text::FreshInvite).to_owned(), address, sheet));
    view! {
        {new}
        {links(&page.invites, &act(page, "uninvite"), sheet)}
        {inviting(act(page, "invite"), sheet)}
    }
    .into_any()
}

fn bans(page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    if page.banned.is_empty() {
        return empty(Text::BansEmpty, sheet);
    }
    let rows = page.banned.iter().map(|(person, at)| banned(person, *at, page, sheet)).collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

fn banned(person: &Person, at: Millis, page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let button = view! {
        {hidden("person", person.id.as_str())}
        <button type="submit" class="button button-quiet">
            {sheet.say(Text::Unban)}
        </button>
    };
    view! {
        <li class="row">
            {face(person)}
            <div class="row-text">
                <p class="row-title">{named(&person.name)}</p>
                <p class="row-facts">{when(Text::BannedAt, at, sheet)}</p>
            </div>
            {form(act(page, "unban"), "row-form", button)}
        </li>
    }
    .into_any()
}

fn log(page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let older = page.older.map(|before| format!("{}?before={before}#audit", manage(&page.id)));
    audit(&page.audit, older, sheet)
}

/// What ends something for somebody, at the end.
fn leaving(page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let archive = (page.powers.describe && !page.archived).then(|| {
        let archive = sheet.say(Text::Archive);
        let sentence = sheet.say(Text::ArchiveSure).to_owned();
        sure(archive, act(page, "archive"), sentence, archive, hidden("archived", "1"))
    });
    let unarchive = (page.powers.describe && page.archived).then(|| {
        let button = view! {
            {hidden("archived", "0")}
            <button type="submit" class="button">
                {sheet.say(Text::Unarchive)}
            </button>
        };
        form(act(page, "archive"), "row-form", button)
    });
    let leave = page.powers.leave.then(|| {
        let leave = sheet.say(Text::Leave);
        sure(leave, act(page, "leave"), sheet.say(Text::LeaveSure).to_owned(), leave, ())
    });
    view! { <div class="endings">{unarchive} {archive} {leave}</div> }.into_any()
}
