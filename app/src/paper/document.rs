//! The document around a paper: head, the app's own bar and footer, the way between the papers, and what is said on top.
//! Never what is on one page only.

use leptos::prelude::*;

use super::{
    address::with_next,
    data::{Answer, Chrome, Paper},
    page::{self, Page},
    part::face,
    sheet::Sheet,
    text::Text,
};
use crate::{
    components::{footer::Footer, header::Header},
    house::House,
    i18n::{Key, provide_language},
    shell::colours,
};

pub(super) fn render(paper: &Paper, answer: &Answer, chrome: &Chrome) -> String {
    // The app's components read the language from the context of an owner, as they do in the app.
    Owner::new().with(|| {
        provide_context(chrome.locale);
        provide_language();
        provide_context(House { name: chrome.server_name.clone(), ..House::default() });
        let sheet = Sheet::new(chrome, answer);
        document(page::of(paper, &sheet), &sheet).into_any().to_html()
    })
}

fn document(page: Page, sheet: &Sheet<'_>) -> impl IntoView + use<> {
    let Page { title, fields, wide, body } = page;
    let full_title = format!("{title} · {}", sheet.server_name());
    let full_title =
        if sheet.answer.wrong.is_empty() { full_title } else { sheet.fill(Text::TitleWrong, &[&full_title]) };
    let class = if wide { "paper paper-wide" } else { "paper" };
    let here = Signal::stored(sheet.chrome.here.clone());
    let preferences = sheet.chrome.preferences;
    view! {
        <!DOCTYPE html>
        <html
            lang=sheet.chrome.locale.tag()
            data-theme=preferences.theme.mark()
            data-text=preferences.text.mark()
            data-motion=preferences.motion.mark()
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                {colours(preferences.theme)}
                <meta name="robots" content="noindex" />
                <title inner_html=escaped(&full_title) />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=sheet.chrome.css.clone() />
            </head>
            <body>
                <a class="skip" href="#main">
                    {Key::SkipToContent.in_locale(sheet.chrome.locale)}
                </a>
                <Header here />
                {ways(sheet)}
                <main id="main" tabindex="-1" class=class>
                    {said(&fields, sheet)}
                    {body}
                </main>
                <Footer />
            </body>
        </html>
    }
}

/// A title as one text. Leptos ends a text with a comment that it would find again, and in a title that is text, too.
fn escaped(title: &str) -> String {
    title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The way between the papers.
fn ways(sheet: &Sheet<'_>) -> AnyView {
    let here = sheet.chrome.here.split('?').next().unwrap_or_default();
    let current = |page: &str| (here == page).then_some("page");
    let way = |page: &'static str, text: Text| {
        view! {
            <a href=page aria-current=current(page)>
                {sheet.say(text)}
            </a>
        }
    };
    let me = sheet.chrome.me.as_ref();
    let mine = match me {
        Some(me) => view! {
            <a href="/me" class="ways-me" aria-current=current("/me")>
                {face(&me.person)}
                <span class="hidden">{sheet.say(Text::NavMe)} " "</span>
                <bdi class="ways-name">{me.person.name.clone()}</bdi>
            </a>
        }
        .into_any(),
        None => view! { {way("/signin", Text::SignIn)} {way("/signup", Text::SignUp)} }.into_any(),
    };
    view! {
        <nav class="ways" aria-label=sheet.say(Text::NavLabel)>
            {way("/groups", Text::NavGroups)}
            {way("/search", Text::NavSearch)}
            {me.is_some_and(|me| me.admin).then(|| way("/admin", Text::NavAdmin))}
            <span class="ways-mine">{way("/settings", Text::NavSettings)} {mine}</span>
        </nav>
    }
    .into_any()
}

/// What was done, and what was wrong at no field of this page.
fn said(fields: &[super::data::Field], sheet: &Sheet<'_>) -> AnyView {
    let done = sheet.answer.done.map(|done| {
        view! {
            <p class="notice notice-done" role="status">
                {sheet.tongue.done(done)}
            </p>
        }
    });
    let wrong = sheet
        .wrong_elsewhere(fields)
        .into_iter()
        .map(|why| {
            view! {
                <p class="notice notice-error" role="alert">
                    {why}
                </p>
            }
        })
        .collect_view();
    view! { {done} {wrong} }.into_any()
}

/// Where a person who is nobody yet is led, and from there back.
pub(super) fn doors(next: Option<&super::address::OwnPath>, sheet: &Sheet<'_>) -> AnyView {
    view! {
        <div class="form-buttons">
            <a href=with_next("/signin", next) class="button button-main">
                {sheet.say(Text::SignIn)}
            </a>
            <a href=with_next("/signup", next) class="button">
                {sheet.say(Text::SignUp)}
            </a>
        </div>
    }
    .into_any()
}
