//! The parts of a form: a field with its label, hint and mistake, choices, what asks again before it is done. Every form
//! posts, and works without script. Never which form.

mod input;
mod pick;

use leptos::prelude::*;

pub(super) use self::{
    input::Input,
    pick::{Pick, picks},
};

use super::{data::Field, sheet::Sheet, text::Text};

/// A form that posts to an address of ours.
pub(super) fn form(action: String, class: &'static str, children: impl IntoView + 'static) -> AnyView {
    view! {
        <form method="post" action=action class=class>
            {children}
        </form>
    }
    .into_any()
}

/// What travels along unseen.
pub(super) fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    view! { <input type="hidden" name=name value=value.into() /> }.into_any()
}

pub(super) fn submit(text: &'static str) -> AnyView {
    view! {
        <div class="form-buttons">
            <button type="submit" class="button button-main">
                {text}
            </button>
        </div>
    }
    .into_any()
}

/// A button that asks again: the sentence and the button that does it are inside.
pub(super) fn sure(
    summary: &'static str,
    action: String,
    sentence: String,
    button: &'static str,
    fields: impl IntoView + 'static,
) -> AnyView {
    view! {
        <details class="sure">
            <summary class="button button-quiet">{summary}</summary>
            <form method="post" action=action class="sure-form">
                {fields}
                <p>{sentence}</p>
                <button type="submit" class="button button-danger">
                    {button}
                </button>
            </form>
        </details>
    }
    .into_any()
}

/// Several lines to type in.
pub(super) fn area(
    field: Field,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    text: &str,
    sheet: &Sheet<'_>,
) -> AnyView {
    let wrong = sheet.wrong_at(field);
    let field = view! {
        <textarea
            id=id(name)
            name=name
            rows="3"
            maxlength="2000"
            dir="auto"
            autocomplete="off"
            autofocus=sheet.focuses(field, false)
            aria-describedby=described(name, true, !wrong.is_empty())
            aria-invalid=(!wrong.is_empty()).then_some("true")
        >
            {inside_textarea(text)}
        </textarea>
    };
    labelled(name, label, true, Some(hint.to_owned()), wrong, field.into_any(), sheet)
}

/// Leptos writes the children of a `<textarea>` as they are. A browser decodes references there, and drops a first line
/// end: one of ours, so that none of the text's.
fn inside_textarea(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

/// One of a few, in a box that opens.
pub(super) fn select(
    name: &'static str,
    id: String,
    label: &'static str,
    options: Vec<(&'static str, String)>,
    chosen: &'static str,
) -> AnyView {
    let options = options
        .into_iter()
        .map(|(value, text)| view! { <option value=value selected=value == chosen>{text}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// One of a few, all in sight.
pub(super) fn radios(
    field: Field,
    name: &'static str,
    legend: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: &'static str,
    sheet: &Sheet<'_>,
) -> AnyView {
    let wrong = sheet.wrong_at(field);
    let described = described(name, false, !wrong.is_empty());
    let options = options
        .into_iter()
        .map(|(value, text)| {
            view! {
                <label class="choice">
                    <input type="radio" name=name value=value checked=value == chosen />
                    <span>{text}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend>{legend}</legend>
            {options}
            {mistakes(name, wrong)}
        </fieldset>
    }
    .into_any()
}

pub(super) fn checkbox(name: &'static str, label: &'static str, checked: bool) -> AnyView {
    view! {
        <label class="choice">
            <input type="checkbox" name=name value="1" checked=checked />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

fn labelled(
    name: &'static str,
    label: &'static str,
    optional: bool,
    hint: Option<String>,
    wrong: Vec<String>,
    field: AnyView,
    sheet: &Sheet<'_>,
) -> AnyView {
    let optional = optional.then(|| view! { <span class="field-optional">{sheet.say(Text::Optional)}</span> });
    let hint = hint.map(|hint| view! { <p id=format!("{}-hint", id(name)) class="field-hint">{hint}</p> });
    view! {
        <div class="field">
            <label for=id(name)>{label} {optional}</label>
            {field}
            {mistakes(name, wrong)}
            {hint}
        </div>
    }
    .into_any()
}

fn mistakes(name: &str, wrong: Vec<String>) -> Option<AnyView> {
    let id = format!("{}-wrong", id(name));
    (!wrong.is_empty()).then(|| {
        view! {
            <p id=id class="field-wrong" role="alert">
                {wrong.join(" ")}
            </p>
        }
        .into_any()
    })
}

fn id(name: &str) -> String {
    format!("field-{name}")
}

fn described(name: &str, hint: bool, wrong: bool) -> Option<String> {
    let id = id(name);
    match (wrong, hint) {
        (true, true) => Some(format!("{id}-wrong {id}-hint")),
        (true, false) => Some(format!("{id}-wrong")),
        (false, true) => Some(format!("{id}-hint")),
        (false, false) => None,
    }
}
