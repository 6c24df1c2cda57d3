//! The page for what did not work: nothing here (404), refused (other 4xx), or broken on our side (5xx).

use leptos::prelude::*;

use super::set_status;
use crate::{
    app::ErrorStatus,
    components::page_title::PageTitle,
    i18n::{Key, use_language},
};

#[component]
pub(crate) fn Failure(status: ErrorStatus) -> impl IntoView {
    let language = use_language();
    let ErrorStatus(code) = status;
    set_status(code);
    let (title, text) = match code {
        404 => (Key::NotFoundTitle, Key::NotFoundText),
        500.. => (Key::BrokenTitle, Key::BrokenText),
        _ => (Key::RefusedTitle, Key::RefusedText),
    };
    view! {
        <PageTitle text=Signal::derive(move || language.text(title)().to_owned()) />
        <section class="door door-alone failure">
            <p class="failure-code" aria-hidden="true">
                {code.to_string()}
            </p>
            <h1>{language.text(title)}</h1>
            <p>{language.filled(text, code.to_string())}</p>
            <a href="/" class="button button-main">
                {language.text(Key::BackHome)}
            </a>
        </section>
    }
}
