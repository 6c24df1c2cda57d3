//! The line below every page.

use leptos::prelude::*;

use crate::i18n::{Key, use_language};

#[component]
pub(crate) fn Footer() -> impl IntoView {
    let language = use_language();
    view! {
        <footer class="foot">
            <p>
                {language.text(Key::FooterText)}
                " "
                <a href="/settings" rel="external">
                    {language.text(Key::Settings)}
                </a>
            </p>
        </footer>
    }
}
