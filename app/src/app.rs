//! The app: routes, what every page shares, and the sign that it is alive. No markup beyond landmarks.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::{footer::Footer, header::Header},
    i18n::{Key, provide_language, use_language},
    pages::{chat_group::ChatGroup, chat_one::ChatOne, failure::Failure, home::Home},
};

/// In the context when this page is an error page: its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorStatus(pub u16);

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_language();
    let language = use_language();
    let error = error_status();
    view! {
        <Router>
            // `external`: the browser moves the focus there, the router would only scroll.
            <a class="skip" href="#main" rel="external">
                {language.text(Key::SkipToContent)}
            </a>
            <Header />
            <main id="main" tabindex="-1">
                {match error {
                    Some(status) => view! { <Failure status /> }.into_any(),
                    None => {
                        view! {
                            <Routes fallback=|| view! { <Failure status=ErrorStatus(404) /> }>
                                <Route path=path!("/") view=Home />
                                <Route path=path!("/chatone") view=ChatOne />
                                <Route path=path!("/chatgroup") view=ChatGroup />
                            </Routes>
                        }
                            .into_any()
                    }
                }}
            </main>
            <Footer />
        </Router>
    }
}

/// The same answer on both ends: the server's context, carried over in the document.
#[cfg(feature = "hydrate")]
fn error_status() -> Option<ErrorStatus> {
    let status = document().document_element()?.get_attribute("data-error")?;
    status.parse().ok().map(ErrorStatus)
}

#[cfg(not(feature = "hydrate"))]
fn error_status() -> Option<ErrorStatus> {
    use_context()
}
