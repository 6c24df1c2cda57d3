//! One member of a group, and what the visitor may do to them.

use leptos::prelude::*;
use protocol::Person;

use super::{choice::message, manage::act};
use crate::paper::{
    data::{Manage, MemberPowers, MemberRow, Role, SpeakerRow},
    form::{form, hidden, select},
    part::{badge, face, named, unseen, when},
    sheet::Sheet,
    text::{Text, isolated},
};

pub(super) fn row(number: usize, row: &MemberRow, page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let is = (row.role != Role::Member).then(|| badge(sheet.tongue.role(row.role)));
    view! {
        <li class="row">
            {face(&row.person)}
            <div class="row-text">
                <p class="row-title">
                    {named(&row.person.name)} {row.me.then(|| badge(sheet.say(Text::MeBadge)))} {is}
                </p>
                <p class="row-facts">{when(Text::Since, row.since, sheet)}</p>
            </div>
            {row.may.message.then(|| message(&row.person, sheet))}
            {more(&row.person, row.may, page, sheet, |sheet| role(number, row, page, sheet))}
        </li>
    }
    .into_any()
}

/// Somebody who is no member and has spoken.
pub(super) fn speaker(row: &SpeakerRow, page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    view! {
        <li class="row">
            {face(&row.person)}
            <div class="row-text">
                <p class="row-title">
                    {named(&row.person.name)} {row.me.then(|| badge(sheet.say(Text::MeBadge)))}
                    {sheet.tongue.person_kind(row.kind).map(badge)}
                </p>
                <p class="row-facts">{when(Text::SpokeAt, row.at, sheet)}</p>
            </div>
            {row.may.message.then(|| message(&row.person, sheet))}
            {more(&row.person, row.may, page, sheet, |_| ().into_any())}
        </li>
    }
    .into_any()
}

/// All that can be done to somebody, behind one word.
fn more(
    person: &Person,
    may: MemberPowers,
    page: &Manage,
    sheet: &Sheet<'_>,
    role: impl FnOnce(&Sheet<'_>) -> AnyView,
) -> Option<AnyView> {
    let name = isolated(&person.name);
    (may.role || may.remove || may.ban).then(|| {
        let ask = |question: Text, button: Text, word: &str| {
            let fields = view! {
                {hidden("person", person.id.as_str())}
                <p>{sheet.fill(question, &[&name])}</p>
                <button type="submit" class="button button-danger">
                    {sheet.say(button)}
                </button>
            };
            form(act(page, word), "sure-form", fields)
        };
        view! {
            <details class="sure">
                <summary class="button button-quiet">
                    {sheet.say(Text::ManagePerson)} {unseen(&person.name)}
                </summary>
                <div class="sure-many">
                    {may.role.then(|| role(sheet))}
                    {may.remove.then(|| ask(Text::RemoveSure, Text::Remove, "remove"))}
                    {may.ban.then(|| ask(Text::BanSure, Text::Ban, "ban"))}
                </div>
            </details>
        }
        .into_any()
    })
}

fn role(number: usize, row: &MemberRow, page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let roles = Role::ALL.map(|role| (role.tag(), sheet.tongue.role(role).to_owned())).to_vec();
    let fields = view! {
        {hidden("person", row.person.id.as_str())}
        {select("role", format!("field-role-{number}"), sheet.say(Text::Role), roles, row.role.tag())}
        <button type="submit" class="button">
            {sheet.say(Text::RoleButton)}
        </button>
    };
    form(act(page, "role"), "sure-form", fields)
}
