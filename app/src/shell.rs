//! The HTML document around the app. Server only; the browser never renders it.

mod keys;

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use keys::KeySheets;

use crate::{
    app::{App, ErrorStatus},
    i18n::Locale,
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
    view! {
        <!DOCTYPE html>
        <html lang=locale.tag() data-error=error>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f7f5ef" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#14201b" media="(prefers-color-scheme: dark)" />
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
                <KeySheets />
            </body>
        </html>
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
