//! The document's title. Never a heading.

use leptos::{prelude::*, text_prop::TextProp};
use leptos_meta::Title;

#[component]
pub(crate) fn PageTitle(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <Title text=now_or_later(text) /> }
}

/// On the server at once: leptos_meta reads a title when the page is rendered, and what it is made of may be gone by then.
/// And as text: it writes a title into the document as it is, and a group's name is what people wrote.
#[cfg(not(feature = "hydrate"))]
fn now_or_later(text: Signal<String>) -> TextProp {
    TextProp::from(text.get_untracked().replace('&', "&amp;").replace('<', "&lt;"))
}

/// In a browser it is a property, and follows.
#[cfg(feature = "hydrate")]
fn now_or_later(text: Signal<String>) -> TextProp {
    TextProp::from(move || text.get())
}
