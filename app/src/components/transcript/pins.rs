//! What is pinned, above the log: the latest in one line, and all of it when one asks. Works without script. Never what is
//! pinned: that is the group's.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    act,
    html::Html,
    message::{QUOTED, name},
    paint::rewrite,
};
use crate::{
    components::recent::message_page,
    connection::live::{Group, Live, Open},
    i18n::{Key, Language, use_language},
    pinned::Pin,
};

#[component]
pub(crate) fn Pins(group: Group) -> impl IntoView {
    let language = use_language();
    let html = move || group.read(|open| html(open, language)).unwrap_or_default();
    let first = untrack(html);
    let mut shown = first.clone();
    Effect::new(move |_| {
        let html = html();
        if html != shown
            && let Some(pins) = document().get_element_by_id("pins")
        {
            rewrite(&pins, &html);
            shown = html;
        }
    });
    view! { <details id="pins" name="head" class="pins" inner_html=first></details> }
}

fn html(open: &Open, language: Language) -> String {
    let pins = open.pins.as_ref().map_or(&[][..], |pins| &pins.pins);
    let Some(latest) = pins.first() else { return String::new() };
    let html = Html::default()
        .markup("<summary data-act=\"pins\"><span class=\"pins-mark\" aria-hidden=\"true\">📌</span> <span class=\"pins-line\">")
        .pin(open, language, latest)
        .markup("</span> <span class=\"pins-count\">")
        .text(&language.filled(Key::PinsCount, pins.len().to_string())())
        .markup("</span></summary><ol class=\"pins-list\">");
    let html = pins.iter().fold(html, |html, pin| {
        html.markup("<li><a class=\"pins-line\" rel=\"external\" data-act=\"jump\" data-value=\"")
            .text(pin.message.as_str())
            .markup("\" href=\"")
            .text(&message_page(&open.id, &pin.message))
            .markup("\">")
            .pin(open, language, pin)
            .markup("</a></li>")
    });
    html.markup("</ol>").end()
}

impl Html {
    fn pin(self, open: &Open, language: Language, pin: &Pin) -> Self {
        let everyone = language.text(Key::Everyone)();
        self.markup("<cite>")
            .text(&pin.by.name)
            .markup("</cite> <span>")
            .text(&markdown::plain(&pin.text, &|id| name(open, everyone, id), QUOTED))
            .markup("</span>")
    }
}

/// Something of the page was pressed: a pin leads to its message.
pub(in crate::components) fn press(live: Live, group: Group, click: &ev::MouseEvent) {
    if let Some(pin) = closest(click, "#pins [data-value]")
        && act::follow(live, group, click, &pin.get_attribute("data-value").unwrap_or_default(), None)
        && let Some(pins) = pin.closest("details").ok().flatten()
    {
        let _ = pins.remove_attribute("open");
    }
}

/// Escape closes what a `<details>` opened; who was in it is at its beginning.
pub(in crate::components) fn fold(key: &ev::KeyboardEvent) {
    if key.key() == "Escape"
        && let Some(details) = closest(key, "details[open]")
    {
        let _ = details.remove_attribute("open");
        if let Some(summary) = details.first_element_child() {
            let _ = summary.unchecked_into::<HtmlElement>().focus();
        }
    }
}

fn closest(event: &ev::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}
