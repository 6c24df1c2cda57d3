//! You may not, or not now: what it is, and where to go instead.

use leptos::prelude::*;

use super::Page;
use crate::{
    i18n::Key,
    paper::{address::chat, data::Stop, document::doors, sheet::Sheet, text::Text},
};

pub(super) fn page(stop: &Stop, sheet: &Sheet<'_>) -> Page {
    let (title, text) = match stop {
        Stop::SignIn { .. } => (Text::StopSignIn, Text::StopSignInLead),
        Stop::Forbidden => (Text::StopForbidden, Text::StopForbiddenLead),
        Stop::Banned => (Text::StopBanned, Text::StopBannedLead),
        Stop::Closed => (Text::StopClosed, Text::StopClosedLead),
        Stop::Archived { .. } => (Text::StopArchived, Text::StopArchivedLead),
        Stop::CrossSite => (Text::StopCrossSite, Text::StopCrossSiteLead),
        Stop::Hidden => (Text::StopHidden, Text::StopHiddenLead),
        Stop::LinkSpent => (Text::StopLink, Text::StopLinkLead),
        Stop::AlreadySetUp => (Text::StopSetUp, Text::StopSetUpLead),
        Stop::TooMany { .. } => (Text::StopTooMany, Text::StopTooManyLead),
        Stop::StoreAway => (Text::StopStore, Text::StopStoreLead),
    };
    let text = match stop {
        Stop::TooMany { seconds } => sheet.fill(text, &[&sheet.tongue.wait(*seconds)]),
        _ => sheet.say(text).to_owned(),
    };
    let body = view! {
        <p class="lead">{text}</p>
        {way_on(stop, sheet)}
    };
    Page::card(sheet.say(title), &[], body)
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
