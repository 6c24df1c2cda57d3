//! What a message said before.

use leptos::prelude::*;

use super::Page;
use crate::paper::{
    address::chat,
    data::{Edits, Version},
    part::{badge, empty, face, moment},
    sheet::Sheet,
    text::{Text, isolated},
};

pub(super) fn page(page: &Edits, sheet: &Sheet<'_>) -> Page {
    let last = page.versions.len().saturating_sub(1);
    let body = if page.versions.is_empty() {
        empty(Text::EditsDeleted, sheet)
    } else {
        let versions = page.versions.iter().enumerate().map(|(n, one)| version(one, n == 0, n == last, sheet));
        let versions = versions.collect_view();
        view! { <ol class="versions">{versions}</ol> }.into_any()
    };
    let group = page.group_name.clone().unwrap_or_else(|| page.group.to_string());
    let body = view! {
        <p class="who">
            {face(&page.author)} <span class="who-text">{sheet.fill(Text::EditsLead, &[&isolated(&page.author.name)])}</span>
        </p>
        {body}
        <p class="aside">
            <a href=chat(&page.group)>
                <span>{sheet.say(Text::BackToChat)} " " <bdi>{group}</bdi></span>
            </a>
        </p>
    };
    Page { wide: true, ..Page::card(sheet.say(Text::EditsTitle), &[], body) }
}

fn version(version: &Version, first: bool, last: bool, sheet: &Sheet<'_>) -> AnyView {
    let first = (first && !last).then(|| badge(sheet.say(Text::EditsFirst)));
    let last = last.then(|| badge(sheet.say(Text::EditsNow)));
    view! {
        <li>
            <p class="row-facts">{moment(version.at, sheet)} {first} {last}</p>
            <blockquote class="version" dir="auto">
                {version.body.clone()}
            </blockquote>
        </li>
    }
    .into_any()
}
