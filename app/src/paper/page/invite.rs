//! What one is invited to, before one says yes.

use leptos::prelude::*;

use super::Page;
use crate::paper::{
    address::{OwnPath, chat, with_next},
    data::{Invite, InvitedTo},
    form::{form, submit},
    sheet::Sheet,
    text::{Text, isolated},
};

pub(super) fn page(page: &Invite, sheet: &Sheet<'_>) -> Page {
    match &page.to {
        InvitedTo::Server => {
            let title = sheet.fill(Text::InviteToServer, &[&isolated(&sheet.server_name())]);
            let body = view! {
                <p class="lead">{sheet.say(Text::InviteServerLead)}</p>
                {ways_in(page, sheet)}
            };
            Page::card(title, &[], body)
        }
        InvitedTo::Group { name, about, members, joined } => {
            let title = sheet.fill(Text::InviteToGroup, &[&isolated(name)]);
            let about = about.clone().filter(|about| !about.trim().is_empty());
            let step = match joined {
                Some(group) => view! {
                    <p>{sheet.say(Text::Joined)}</p>
                    <a href=chat(group) class="button button-main">
                        {sheet.say(Text::EnterChat)}
                    </a>
                }
                .into_any(),
                None if page.may_join => join(page, sheet),
                None => view! {
                    <p>{sheet.say(Text::JoinNeedsAccount)}</p>
                    {ways_in(page, sheet)}
                }
                .into_any(),
            };
            let body = view! {
                {about.map(|about| view! { <p class="lead" dir="auto">{about}</p> })}
                <p class="quiet">{sheet.tongue.count(*members, Text::MembersOne, Text::MembersMany)}</p>
                {step}
            };
            Page::card(title, &[], body)
        }
    }
}

fn join(page: &Invite, sheet: &Sheet<'_>) -> AnyView {
    form(format!("/invite/{}", page.token.as_str()), "form", submit(sheet.say(Text::Join)))
}

/// An account first: a new one, which this link opens the door for, or one's own, and then back here.
fn ways_in(page: &Invite, sheet: &Sheet<'_>) -> AnyView {
    let back = OwnPath::parse(&format!("/invite/{}", page.token.as_str()));
    view! {
        <div class="form-buttons">
            <a href=format!("/signup?invite={}", page.token.as_str()) class="button button-main">
                {sheet.say(Text::SignUp)}
            </a>
            <a href=with_next("/signin", back.as_ref()) class="button">
                {sheet.say(Text::SignIn)}
            </a>
        </div>
    }
    .into_any()
}
