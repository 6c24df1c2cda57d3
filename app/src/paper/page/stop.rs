//! You may not, or not now: what it is, and where to go instead.

use leptos::prelude::*;

use super::Page;
use crate::{
    i18n::Key,
    paper::{
        address::chat,
        data::Stop,
        document::doors,
        sheet::Sheet,
        text::{Text, Told},
    },
};

pub(super) fn page(stop: &Stop, sheet: &Sheet<'_>) -> Page {
    let (title, told) = match stop {
        Stop::SignIn { .. } => (Told::StopSignIn, Told::StopSignInLead),
        Stop::Forbidden => (Told::StopForbidden, Told::StopForbiddenLead),
        Stop::Banned => (Told::StopBanned, Told::StopBannedLead),
        Stop::Closed => (Told::StopClosed, Told::StopClosedLead),
        Stop::Archived { .. } => (Told::StopArchived, Told::StopArchivedLead),
        Stop::CrossSite => (Told::StopCrossSite, Told::StopCrossSiteLead),
        Stop::Hidden => (Told::StopHidden, Told::StopHiddenLead),
        Stop::LinkSpent => (Told::StopLink, Told::StopLinkLead),
        Stop::AlreadySetUp => (Told::StopSetUp, Told::StopSetUpLead),
        Stop::TooMany { .. } => (Told::StopTooMany, Told::StopTooManyLead),
        Stop::StoreAway => (Told::StopStore, Told::StopStoreLead),
    };
    let text = match stop {
        Stop::TooMany { seconds } => sheet.tongue.tell_of(told, &[&sheet.tongue.wait(*seconds)]),
        _ => sheet.tongue.tell(told).to_owned(),
    };
    let body = view! {
        <p class="lead">{text}</p>
        {way_on(stop, sheet)}
    };
    Page::card(sheet.tongue.tell(title), &[], body)
}

fn way_on(stop: &Stop, sheet: &Sheet<'_>) -> AnyView {
    let to = |href: String, text: &'static str| {
        view! {
            <div class="form-buttons">
                <a href=href class="button button-main">
                    {text}
                </a>
            </div>
        }
        .into_any()
    };
    match stop {
        Stop::SignIn { next } => doors(next.as_ref(), sheet),
        Stop::AlreadySetUp => to("/signin".to_owned(), sheet.say(Text::SignIn)),
        Stop::Archived { group: Some(group) } => to(chat(group), sheet.say(Text::BackToChat)),
        // The form is one step back, and what was typed is in it.
        Stop::TooMany { .. } | Stop::StoreAway => ().into_any(),
        Stop::Forbidden
        | Stop::Banned
        | Stop::Closed
        | Stop::Archived { group: None }
        | Stop::CrossSite
        | Stop::Hidden
        | Stop::LinkSpent => to("/".to_owned(), Key::BackHome.in_locale(sheet.chrome.locale)),
    }
}
