//! The bar on top: the name, where one can go, the language switch.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};

use crate::i18n::{Key, Locale, use_language};

#[component]
pub(crate) fn Header() -> impl IntoView {
    let language = use_language();
    view! {
        <header class="bar">
            <A href="/" attr:class="brand">
                <span class="brand-mark" aria-hidden="true">
                    "茶"
                </span>
                <span class="brand-name">{language.text(Key::Name)}</span>
            </A>
            <nav class="bar-nav" aria-label=language.text(Key::Navigation)>
                <A href="/chatone">{language.text(Key::NavRoom)}</A>
                <A href="/chatgroup">{language.text(Key::NavGroup)}</A>
            </nav>
            <LanguageSwitch />
        </header>
    }
}

/// Links, so that it works without JavaScript; with it, the page stays and its socket with it.
#[component]
fn LanguageSwitch() -> impl IntoView {
    let language = use_language();
    let location = use_location();
    let here = move || format!("{}{}", location.pathname.get(), query(&location.search.get()));
    view! {
        <nav class="languages" aria-label=language.text(Key::LanguageSwitch)>
            {Locale::ALL
                .map(|locale| {
                    view! {
                        <a
                            href=move || format!("/lang/{}?next={}", locale.tag(), escape(&here()))
                            rel="external nofollow"
                            lang=locale.tag()
                            hreflang=locale.tag()
                            aria-current=move || (language.get() == locale).then_some("true")
                            on:click=move |click| {
                                click.prevent_default();
                                language.switch(locale);
                            }
                        >
                            {locale.own_name()}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
}

fn query(search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

/// A path and query as one value of another query.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{escape, query};

    #[test]
    fn an_address_fits_into_another_and_comes_out_whole() {
        assert_eq!(escape("/chatgroup?groupID=茶&x=1"), "/chatgroup%3FgroupID%3D%E8%8C%B6%26x%3D1");
    }

    #[test]
    fn an_empty_query_leaves_no_question_mark() {
        assert_eq!(query(""), "");
        assert_eq!(query("?a=1"), "?a=1");
        assert_eq!(query("a=1"), "?a=1");
    }
}
