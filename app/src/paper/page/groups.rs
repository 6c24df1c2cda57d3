//! The groups: mine, the open ones, a new one, a direct one.

use leptos::prelude::*;

use super::{Page, choice::choice};
use crate::paper::{
    address::{chat, manage},
    data::{DirectChoice, Field, GroupKind, GroupLine, Groups, NewGroup},
    document::doors,
    form::{Input, area, form, hidden, radios, submit},
    part::{badge, empty, face, section, unseen, when},
    sheet::Sheet,
    text::Text,
};

pub(super) fn page(page: &Groups, sheet: &Sheet<'_>) -> Page {
    let mut fields = Vec::new();
    if page.new.is_some() {
        fields.extend([Field::GroupName, Field::About, Field::Kind]);
    }
    if page.people.is_some() {
        fields.push(Field::People);
    }
    let shut = (page.new.is_none() && page.people.is_none()).then(|| {
        let body = view! {
            <p class="lead">{sheet.say(Text::GroupsSignIn)}</p>
            {doors(None, sheet)}
        };
        section("account", sheet.say(Text::SignIn), body)
    });
    let title = sheet.say(Text::GroupsTitle);
    let body = view! {
        <h1>{title}</h1>
        {section("mine", sheet.say(Text::MineTitle), lines(&page.mine, Text::MineEmpty, sheet))}
        {section("open", sheet.say(Text::OpenTitle), lines(&page.open, Text::OpenEmpty, sheet))}
        <div class="cards-pair">
            {page.new.as_ref().map(|typed| new(typed, sheet))}
            {page.people.as_deref().map(|typed| direct(typed, page.choice.as_ref(), sheet))}
        </div>
        {shut}
    };
    Page::cards(title, &fields, body)
}

fn lines(groups: &[GroupLine], none: Text, sheet: &Sheet<'_>) -> AnyView {
    if groups.is_empty() {
        return empty(none, sheet);
    }
    let rows = groups.iter().map(|group| line(group, sheet)).collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}

fn line(group: &GroupLine, sheet: &Sheet<'_>) -> AnyView {
    let name = called(group, sheet);
    let unread = (group.unread > 0).then(
        || view! { <span class="badge badge-new">{sheet.fill(Text::UnreadCount, &[&group.unread.to_string()])}</span> },
    );
    let about = group.about.clone().filter(|about| !about.trim().is_empty());
    let members = group.members.map(|n| sheet.tongue.count(n, Text::MembersOne, Text::MembersMany));
    let details = group.role.map(|_| {
        view! {
            <a href=manage(&group.id) class="button button-quiet">
                {sheet.say(Text::Details)} {unseen(&name)}
            </a>
        }
    });
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">
                    {group.with.first().map(face)} <a href=chat(&group.id)>
                        <bdi class="name">{name}</bdi>
                    </a> {unread}
                </p>
                {about.map(|about| view! { <p class="row-about" dir="auto">{about}</p> })}
                <p class="row-facts">
                    {badge(sheet.tongue.group_kind(group.kind))}
                    {group.archived.then(|| badge(sheet.say(Text::ArchivedBadge)))}
                    {group.role.map(|role| badge(sheet.tongue.role(role)))}
                    {members.map(|members| view! { <span class="fact">{members}</span> })}
                    {group.at.map(|at| when(Text::LastAt, at, sheet))}
                </p>
            </div>
            {details}
        </li>
    }
    .into_any()
}

/// What a group goes by: its name, the others in it, or its id.
fn called(group: &GroupLine, sheet: &Sheet<'_>) -> String {
    match group.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => others(&group.with, sheet).unwrap_or_else(|| group.id.to_string()),
    }
}

/// The names of a direct group's others.
pub(super) fn others(people: &[protocol::Person], sheet: &Sheet<'_>) -> Option<String> {
    let names: Vec<_> = people.iter().map(|person| crate::paper::text::isolated(&person.name)).collect();
    (!names.is_empty()).then(|| names.join(sheet.say(Text::ListComma)))
}

fn new(typed: &NewGroup, sheet: &Sheet<'_>) -> AnyView {
    let name = Input::new(Field::GroupName, "name", sheet.say(Text::GroupName), 64).value(&typed.name);
    let kinds = vec![
        (GroupKind::Open.tag(), sheet.say(Text::KindOpenHint)),
        (GroupKind::Private.tag(), sheet.say(Text::KindPrivateHint)),
    ];
    let fields = view! {
        {name.view(sheet)}
        {area(Field::About, "about", sheet.say(Text::About), sheet.say(Text::AboutHint), &typed.about, sheet)}
        {radios(Field::Kind, "kind", sheet.say(Text::Kind), kinds, typed.kind.tag(), sheet)}
        {submit(sheet.say(Text::NewButton))}
    };
    section("new", sheet.say(Text::NewTitle), form("/groups/new".to_owned(), "form", fields))
}

fn direct(typed: &str, several: Option<&DirectChoice>, sheet: &Sheet<'_>) -> AnyView {
    let people = Input::new(Field::People, "people", sheet.say(Text::People), 1000);
    let fields = view! {
        {people.hint(sheet.say(Text::PeopleHint)).value(typed).view(sheet)}
        {submit(sheet.say(Text::DirectButton))}
    };
    let several = several.map(|several| {
        let rest = |one: &crate::paper::data::Candidate| {
            view! {
                {hidden("chosen", format!("{}{}", several.chosen, one.person.id))}
                {hidden("people", several.people.clone())}
            }
        };
        choice(&several.choice, "/groups/direct", Text::ChooseOne, rest, sheet)
    });
    let body = view! {
        {several}
        {form("/groups/direct".to_owned(), "form", fields)}
    };
    section("direct", sheet.say(Text::DirectTitle), body)
}
