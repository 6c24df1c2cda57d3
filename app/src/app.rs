//! The app: which page is shown, what every page shares, and the sign that it is alive. No markup beyond landmarks.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;

use crate::{
    address::{Address, Page, provide_address},
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
    #[cfg(feature = "hydrate")]
    crate::preferences::note_offset();
    let address = provide_address();
    let here = Signal::derive(move || address.get());
    match error_status() {
        // What was refused is refused at this address, and every link away from it loads a page.
        Some(status) => view! {
            <Frame here>
                <Failure status />
            </Frame>
        }
        .into_any(),
        None => {
            address.follow_links();
            focus_after_navigation(address);
            let page = Memo::new(move |_| address.page());
            view! {
                <Frame here>
                    {move || match page.get() {
                        Page::Home => view! { <Home /> }.into_any(),
                        Page::ChatOne => view! { <ChatOne /> }.into_any(),
                        Page::ChatGroup => view! { <ChatGroup /> }.into_any(),
                        Page::Nothing => view! { <Failure status=ErrorStatus(404) /> }.into_any(),
                    }}
                </Frame>
            }
            .into_any()
        }
    }
}

/// What surrounds every page; `here` is its path and query.
#[component]
fn Frame(here: Signal<String>, children: Children) -> impl IntoView {
    let language = use_language();
    view! {
        <a class="skip" href="#main">
            {language.text(Key::SkipToContent)}
        </a>
        <Header here />
        <main id="main" tabindex="-1">
            {children()}
        </main>
        <Footer />
    }
}

/// A new page inside the app begins at its content for the keyboard and for a screen reader, as a loaded page would.
fn focus_after_navigation(address: Address) {
    Effect::new(move |before: Option<String>| {
        let now = address.path();
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
    let status = crate::preferences::root("data-error")?;
    status.parse().ok().map(ErrorStatus)
}

#[cfg(not(feature = "hydrate"))]
fn error_status() -> Option<ErrorStatus> {
    use_context()
}
