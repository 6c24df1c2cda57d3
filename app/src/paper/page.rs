//! One file per page: from its data to what stands in `<main>`. Never the document around it.

mod account;
mod admin;
mod choice;
mod choices;
mod edits;
mod groups;
mod invite;
mod manage;
mod me;
mod member;
mod search;
mod stop;

use leptos::prelude::*;

use super::{
    data::{Field, Paper},
    sheet::Sheet,
};

/// A page, ready for its document.
pub(super) struct Page {
    pub(super) title: String,
    /// The fields that it has: mistakes at others stand on top.
    pub(super) fields: Vec<Field>,
    /// Lists need more room than a form.
    pub(super) wide: bool,
    pub(super) body: AnyView,
}

impl Page {
    /// A card alone, with a form or a few words.
    fn card(title: impl Into<String>, fields: &[Field], body: impl IntoView + 'static) -> Self {
        let title = title.into();
        let body = view! {
            <section class="card">
                <h1>{title.clone()}</h1>
                {body}
            </section>
        };
        Self { title, fields: fields.to_vec(), wide: false, body: body.into_any() }
    }

    /// A heading, and cards below it.
    fn cards(title: impl Into<String>, fields: &[Field], body: impl IntoView + 'static) -> Self {
        Self { title: title.into(), fields: fields.to_vec(), wide: true, body: body.into_any() }
    }
}

pub(super) fn of(paper: &Paper, sheet: &Sheet<'_>) -> Page {
    match paper {
        Paper::SetUp(page) => account::set_up(page, sheet),
        Paper::SignUp(page) => account::sign_up(page, sheet),
        Paper::SignIn(page) => account::sign_in(page, sheet),
        Paper::Reset(page) => account::reset(page, sheet),
        Paper::Me(page) => me::page(page, sheet),
        Paper::Choices(page) => choices::page(page, sheet),
        Paper::Groups(page) => groups::page(page, sheet),
        Paper::Manage(page) => manage::page(page, sheet),
        Paper::Edits(page) => edits::page(page, sheet),
        Paper::Invite(page) => invite::page(page, sheet),
        Paper::Admin(page) => admin::page(page, sheet),
        Paper::Search(page) => search::page(page, sheet),
        Paper::Stop(page) => stop::page(page, sheet),
    }
}
