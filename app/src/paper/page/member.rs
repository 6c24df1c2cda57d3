//! One member of a group, and what the visitor may do to them.

use leptos::prelude::*;

use super::manage::act;
use crate::paper::{
    data::{Manage, MemberRow, Role},
    form::{form, hidden, select},
    part::{badge, face, named, unseen, when},
    sheet::Sheet,
    text::{Text, isolated},
};

pub(super) fn row(number: usize, row: &MemberRow, page: &Manage, sheet: &Sheet<'_>) -> AnyView {
    let role = (row.role != Role::Member).then(|| badge(sheet.tongue.role(row.role)));
    view! {
        <li class="row">
            {face(&row.person)}
            <div class="row-text">
                <p class="row-title">
                    {named(&row.person.name)} {row.me.then(|| badge(sheet.say(Text::MeBadge)))} {role}
                </p>
                <p class="row-facts">{when(Text::Since, row.since, sheet)}</p>
            </div>
            {more(number, row, page, sheet)}
        </li>
    }
    .into_any()
}

/// All that can be done to a member, behind one word.
fn more(number: usize, row: &MemberRow, page: &Manage, sheet: &Sheet<'_>) -> Option<AnyView> {
    let may = row.may;
    let name = isolated(&row.person.name);
    (may.role || may.remove || may.ban).then(|| {
        let ask = |question: Text, button: Text, word: &str| {
            let fields = view! {
                {hidden("person", row.person.id.as_str())}
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
                    {sheet.say(Text::ManagePerson)} {unseen(&row.person.name)}
                </summary>
                <div class="sure-many">
                    {may.role.then(|| role(number, row, page, sheet))}
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
