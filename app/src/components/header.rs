//! The bar on top: the name, where one can go, the language switch.

use leptos::prelude::*;

use crate::{
    house::rendered,
    i18n::{Key, Locale, use_language},
};

#[component]
pub(crate) fn Header(here: Signal<String>) -> impl IntoView {
    let language = use_language();
    let name = language.own_or(rendered().name, Key::Name);
    let current =
        move |page: &'static str| move || here.with(|here| here.split('?').next() == Some(page)).then_some("page");
    view! {
        <header class="bar">
            <a href="/" class="brand" aria-current=current("/")>
                <span class="brand-mark" aria-hidden="true">
                    "茶"
                </span>
                <bdi class="brand-name">{name}</bdi>
            </a>
            <nav class="bar-nav" aria-label=language.text(Key::Navigation)>
                <a href="/chatone" aria-current=current("/chatone")>
                    {language.text(Key::NavRoom)}
                </a>
                <a href="/chatgroup" aria-current=current("/chatgroup")>
                    {language.text(Key::NavGroup)}
                </a>
            </nav>
            <LanguageSwitch here />
        </header>
    }
}

/// Links, so that it works without JavaScript; with it, the page stays and its socket with it.
#[component]
fn LanguageSwitch(here: Signal<String>) -> impl IntoView {
    let language = use_language();
    view! {
        <nav class="languages" aria-label=language.text(Key::LanguageSwitch)>
            {Locale::ALL
                .map(|locale| {
                    view! {
                        <a
                            href=move || format!("/lang/{}?next={}", locale.tag(), here.with(|here| escape(here)))
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

/// A path and query as one value of another query.
pub(crate) fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn an_address_fits_into_another_and_comes_out_whole() {
        assert_eq!(escape("/chatgroup?groupID=茶&x=1"), "/chatgroup%3FgroupID%3D%E8%8C%B6%26x%3D1");
    }
}
