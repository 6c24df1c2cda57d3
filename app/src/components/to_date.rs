//! From a date to what was said then: a form that works without script, where days are UTC's; with it, the reader's. Never
//! how one gets there.

use leptos::{
    ev,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement},
};
use protocol::GroupId;

use super::transcript::html::Html;
use crate::{
    connection::live::{Group, Live},
    i18n::{Key, Locale},
    opening::Dated,
};

/// The inside of a `<details>`.
pub(super) fn html(id: &GroupId, locale: Locale) -> String {
    Html::default()
        .markup("<summary>")
        .text(Key::DateJump.in_locale(locale))
        .markup("</summary><form class=\"to-date-form\" action=\"/chatgroup\"><input type=\"hidden\" name=\"groupID\" value=\"")
        .text(id.as_str())
        .markup("\"><input type=\"date\" name=\"date\" required aria-label=\"")
        .text(Key::DateLabel.in_locale(locale))
        .markup("\"><button type=\"submit\" class=\"button button-main\">")
        .text(Key::DateGo.in_locale(locale))
        .markup("</button></form>")
        .end()
}

/// Why a date led nowhere.
pub(super) const fn why(dated: Dated) -> Key {
    match dated {
        Dated::Late => Key::DateLate,
        Dated::Nonsense => Key::DateNonsense,
        Dated::Unknown => Key::DateUnknown,
    }
}

/// A form of the page was sent: that of a date leads there without leaving the page.
pub(super) fn go(live: Live, group: Group, submit: &ev::SubmitEvent) {
    let form = submit.target().and_then(|form| form.dyn_into::<Element>().ok());
    let Some(form) = form else { return };
    let day = form.query_selector("[type=date]").ok().flatten();
    let Some(day) = day.and_then(|day| day.dyn_into::<HtmlInputElement>().ok()) else { return };
    submit.prevent_default();
    live.lead_to_date(group, &day.value());
    if let Some(details) = form.parent_element() {
        let _ = details.remove_attribute("open");
    }
}
