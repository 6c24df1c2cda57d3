//! From a date to what was said then: a form that works without script, where days are UTC's; with it, the reader's. Never
//! how one gets there.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlInputElement},
};
use protocol::GroupId;

use super::transcript::fold_on_escape;
use crate::{
    connection::live::{Group, Live, use_live},
    i18n::{Key, use_language},
    opening::Dated,
};

#[component]
pub(crate) fn ToDate(group: Group, id: GroupId) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    view! {
        <details class="present to-date" on:keydown=move |key| fold_on_escape(&key)>
            <summary>{language.text(Key::DateJump)}</summary>
            <form
                class="to-date-form"
                action="/chatgroup"
                method="get"
                on:submit=move |submit| go(live, group, &submit)
            >
                <input type="hidden" name="groupID" value=id.to_string() />
                <input type="date" name="date" required aria-label=language.text(Key::DateLabel) />
                <button type="submit" class="button button-main">
                    {language.text(Key::DateGo)}
                </button>
            </form>
        </details>
    }
}

/// Why a date led nowhere.
#[component]
pub(crate) fn DateNotice(group: Group) -> impl IntoView {
    let language = use_language();
    let dated = move || group.read(|open| open.dated).flatten();
    let words = Signal::derive(move || {
        dated().map_or_else(String::new, |dated| {
            let key = match dated {
                Dated::Late => Key::DateLate,
                Dated::Nonsense => Key::DateNonsense,
                Dated::Unknown => Key::DateUnknown,
            };
            language.text(key)().to_owned()
        })
    });
    view! {
        <p class="notice" role="status" hidden=Signal::derive(move || dated().is_none())>
            {words}
        </p>
    }
}

fn go(live: Live, group: Group, submit: &ev::SubmitEvent) {
    let form = submit.current_target().and_then(|form| form.dyn_into::<HtmlElement>().ok());
    let Some(form) = form else { return };
    let day = form.query_selector("[type=date]").ok().flatten();
    let Some(day) = day.and_then(|day| day.dyn_into::<HtmlInputElement>().ok()) else { return };
    submit.prevent_default();
    live.lead_to_date(group, &day.value());
    if let Some(details) = form.parent_element() {
        let _ = details.remove_attribute("open");
    }
}
