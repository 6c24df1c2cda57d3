//! The app: routes, what every page shares, and the sign that it is alive. No markup beyond landmarks.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::{
    components::{footer::Footer, header::Header},
    connection::live::provide_live,
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
    provide_live();
    match error_status() {
        // Without a router: what was refused is refused at this address, and every link away from it loads a page.
        Some(status) => {
            let here = refused_address();
            view! {
                <Frame here=Signal::stored(here)>
                    <Failure status />
                </Frame>
            }
            .into_any()
        }
        None => view! {
            <Router>
                <Routed />
            </Router>
        }
        .into_any(),
    }
}

#[component]
fn Routed() -> impl IntoView {
    let location = use_location();
    focus_after_navigation(location.pathname);
    let here = Signal::derive(move || address(&location.pathname.get(), &location.search.get()));
    view! {
        <Frame here>
            <Routes fallback=|| view! { <Failure status=ErrorStatus(404) /> }>
                <Route path=path!("/") view=Home />
                <Route path=path!("/chatone") view=ChatOne />
                <Route path=path!("/chatgroup") view=ChatGroup />
            </Routes>
        </Frame>
    }
}

/// What surrounds every page; `here` is its path and query.
#[component]
fn Frame(here: Signal<String>, children: Children) -> impl IntoView {
    let language = use_language();
    view! {
        // `external`: the browser moves the focus there, the router would only scroll.
        <a class="skip" href="#main" rel="external">
            {language.text(Key::SkipToContent)}
        </a>
        <Header here />
        <main id="main" tabindex="-1">
            {children()}
        </main>
        <Footer />
    }
}

fn address(path: &str, search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") }
}

/// A new page inside the app begins at its content for the keyboard and for a screen reader, as a loaded page would.
fn focus_after_navigation(pathname: Memo<String>) {
    Effect::new(move |before: Option<String>| {
        let now = pathname.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = document().get_element_by_id("main")
        {
            use leptos::wasm_bindgen::JsCast;
            let _ = main.unchecked_into::<leptos::web_sys::HtmlElement>().focus();
        }
        now
    });
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

#[cfg(feature = "hydrate")]
fn refused_address() -> String {
    let location = window().location();
    address(&location.pathname().unwrap_or_default(), &location.search().unwrap_or_default())
}

#[cfg(not(feature = "hydrate"))]
fn refused_address() -> String {
    use_context::<http::request::Parts>()
        .map_or_else(String::new, |parts| address(parts.uri.path(), parts.uri.query().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_empty_query_leaves_no_question_mark() {
        assert_eq!(address("/", ""), "/");
        assert_eq!(address("/", "?"), "/");
        assert_eq!(address("/a", "?b=1"), "/a?b=1");
        assert_eq!(address("/a", "b=1"), "/a?b=1");
    }
}
