//! Asking for what was said, and what was found.

use leptos::prelude::*;

use super::{Page, groups::others};
use crate::{
    components::header::escape,
    paper::{
        address::message,
        data::{Found, Hit, Search, SearchWrong},
        part::{empty, face, moment, named},
        sheet::Sheet,
        text::Text,
    },
};

pub(super) fn page(page: &Search, sheet: &Sheet<'_>) -> Page {
    let answer = page.answer.as_ref().map(|answer| found(answer, &page.typed, sheet));
    let body = view! {
        <h1>{sheet.say(Text::SearchTitle)}</h1>
        {question(page, sheet)}
        {answer}
    };
    Page { wide: true, ..Page::cards(sheet.say(Text::SearchTitle), &[], body) }
}

fn question(page: &Search, sheet: &Sheet<'_>) -> AnyView {
    let wrong = page.wrong.map(|wrong| sentence(wrong, sheet));
    let described = if wrong.is_some() { "q-hint q-wrong" } else { "q-hint" };
    let wrong = wrong.map(|wrong| {
        view! {
            <p id="q-wrong" class="field-wrong" role="alert">
                {wrong}
            </p>
        }
    });
    view! {
        <form method="get" action="/search" class="form search-form" role="search">
            <div class="field">
                <label for="q">{sheet.say(Text::SearchLabel)}</label>
                <input
                    id="q"
                    name="q"
                    type="search"
                    value=page.typed.clone()
                    maxlength="300"
                    autocomplete="off"
                    enterkeyhint="search"
                    dir="auto"
                    autofocus=page.answer.is_none()
                    aria-describedby=described
                />
                <p id="q-hint" class="field-hint">
                    {sheet.fill(Text::SearchHint, &["from:", "in:", "before:", "after:"])}
                </p>
                {wrong}
            </div>
            <div class="form-buttons">
                <button type="submit" class="button button-main">
                    {sheet.say(Text::SearchButton)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn found(found: &Found, typed: &str, sheet: &Sheet<'_>) -> AnyView {
    let list = if found.hits.is_empty() {
        empty(if found.older.is_some() { Text::SearchNoneYet } else { Text::SearchNone }, sheet)
    } else {
        let hits = found.hits.iter().map(|hit| row(hit, sheet)).collect_view();
        view! { <ol class="hits">{hits}</ol> }.into_any()
    };
    let older = found.older.map(|older| {
        view! {
            <p class="aside">
                <a href=format!("/search?q={}&older={older}", escape(typed)) class="button">
                    {sheet.say(Text::SearchOlder)}
                </a>
            </p>
        }
    });
    let incomplete = (!found.complete).then(|| {
        view! {
            <p class="notice" role="status">
                {sheet.say(Text::SearchIncomplete)}
            </p>
        }
    });
    view! { {incomplete} {list} {older} }.into_any()
}

fn row(hit: &Hit, sheet: &Sheet<'_>) -> AnyView {
    let group = hit.group_name.clone().or_else(|| others(&hit.with, sheet)).unwrap_or_else(|| hit.group.to_string());
    let pieces = hit.text.iter().map(|(piece, marked)| match marked {
        true => view! { <mark>{piece.clone()}</mark> }.into_any(),
        false => view! { {piece.clone()} }.into_any(),
    });
    view! {
        <li class="card hit">
            <p class="row-facts">
                {face(&hit.by)} {named(&hit.by.name)} <bdi class="hit-group">{group}</bdi>
                <a href=message(&hit.group, &hit.message)>{moment(hit.at, sheet)}</a>
            </p>
            <p class="hit-text" dir="auto">
                {pieces.collect_view()}
            </p>
        </li>
    }
    .into_any()
}

fn sentence(wrong: SearchWrong, sheet: &Sheet<'_>) -> String {
    match wrong {
        SearchWrong::TooLong => sheet.say(Text::SearchTooLong).to_owned(),
        SearchWrong::TooMany => sheet.say(Text::SearchTooMany).to_owned(),
        SearchWrong::NoValue(filter) => sheet.fill(Text::SearchNoValue, &[filter]),
        SearchWrong::Twice(filter) => sheet.fill(Text::SearchTwice, &[filter]),
        SearchWrong::Negated(filter) => sheet.fill(Text::SearchNegated, &[filter]),
        SearchWrong::NoDate(filter) => sheet.fill(Text::SearchNoDate, &[filter]),
        SearchWrong::NoGroup => sheet.say(Text::SearchNoGroup).to_owned(),
    }
}
