//! The HTML document around the app. Server only; the browser never renders it.

mod keys;

use leptos::{attr::custom::custom_attribute, config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use keys::KeySheets;

use crate::{
    app::{App, ErrorStatus},
    house::{House, rendered},
    i18n::Locale,
    preferences::{Preferences, Theme},
};

/// The addresses of the files that every page loads, as the server found them. Leptos's own `HydrationScripts` would
/// read a `hash.txt` beside the binary; Teahouse is one file.
#[derive(Clone, Debug)]
pub struct SiteFiles {
    pub js: String,
    pub wasm: String,
    pub css: String,
}

pub fn shell(options: LeptosOptions) -> impl IntoView {
    let locale = use_context::<Locale>().unwrap_or_default();
    let error = use_context::<ErrorStatus>().map(|ErrorStatus(code)| code.to_string());
    let SiteFiles { js, wasm, css } = expect_context();
    let nonce = use_nonce();
    let preferences = use_context::<Preferences>().unwrap_or_default();
    let House { name, door } = rendered();
    let carried = crate::carried::sheets();
    view! {
        <!DOCTYPE html>
        <html
            lang=locale.tag()
            data-error=error
            data-house=name
            data-door=door.mark()
            data-theme=preferences.theme.mark()
            data-text=preferences.text.mark()
            data-motion=preferences.motion.mark()
            data-clock=preferences.hours.mark()
            data-enter=preferences.enter.mark()
            data-offset=preferences.offset_minutes.map(|minutes| minutes.to_string())
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content" />
                {colours(preferences.theme)}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" id="leptos" href=css />
                <link rel="modulepreload" href=js.clone() />
                <link rel="preload" href=wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="" />
                <noscript>
                    <style nonce=nonce.clone()>".needs-script{display:none!important}.without-script{display:block!important}"</style>
                </noscript>
                <AutoReload options />
                <MetaTags />
                <script type="module" nonce=nonce>
                    {hydration(&js, &wasm)}
                </script>
            </head>
            <body>
                <App />
                {carried}
                <KeySheets enter=preferences.enter />
            </body>
        </html>
    }
}

/// What the browser paints around the page and before its style sheet has come.
pub(crate) fn colours(theme: Theme) -> AnyView {
    match theme {
        Theme::System => view! {
            <meta name="color-scheme" content="light dark" />
            <meta name="theme-color" content="#f7f5ef" {..custom_attribute("media", "(prefers-color-scheme: light)")} />
            <meta name="theme-color" content="#14201b" {..custom_attribute("media", "(prefers-color-scheme: dark)")} />
        }
        .into_any(),
        Theme::Light => view! {
            <meta name="color-scheme" content="light" />
            <meta name="theme-color" content="#f7f5ef" />
        }
        .into_any(),
        Theme::Dark => view! {
            <meta name="color-scheme" content="dark" />
            <meta name="theme-color" content="#14201b" />
        }
        .into_any(),
    }
}

/// Starts the app and then says that it works (`html[data-hydrated]`, which tests wait for): a hydrated page is clickable
/// before it works. A browser that cannot run it is told so instead of being left with buttons that never wake.
fn hydration(js: &str, wasm: &str) -> String {
    format!(
        "import({js:?}).then(app=>app.default({{module_or_path:{wasm:?}}}).then(()=>app.hydrate()))\
         .then(()=>{{document.documentElement.dataset.hydrated=''}})\
         .catch(error=>{{console.error(error);document.documentElement.dataset.failed=''}});{}",
        keys::SCRIPT
    )
}
