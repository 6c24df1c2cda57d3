//! The parts of a form: a field with its label, hint and mistake, choices, what asks again before it is done. Every form
//! posts, and works without script. Never which form.

use leptos::prelude::*;

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

/// A line to type in. `id` is the name: a name stands on a page once.
pub(super) struct Input {
    field: Field,
    name: &'static str,
    label: &'static str,
    hint: Option<String>,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
    inputmode: Option<&'static str>,
    pattern: Option<&'static str>,
    min: Option<u16>,
    max: u16,
    required: bool,
    focus: bool,
    /// Without a word on being optional.
    bare: bool,
}

/// What a login is made of, as the browser checks it.
const LOGIN: &str = r"\s*[\p{Alphabetic}\p{N}_\-]{2,32}\s*";

impl Input {
    pub(super) fn new(field: Field, name: &'static str, label: &'static str, max: u16) -> Self {
        Self {
            field,
            name,
            label,
            hint: None,
            kind: "text",
            value: String::new(),
            autocomplete: "off",
            inputmode: None,
            pattern: None,
            min: None,
            max,
            required: true,
            focus: false,
            bare: false,
        }
    }

    pub(super) fn login(field: Field, name: &'static str, label: &'static str) -> Self {
        Self::new(field, name, label, 64)
    }

    /// One's own login, made or given.
    pub(super) fn own_login(value: &str, sheet: &Sheet<'_>) -> Self {
        Self::login(Field::Login, "login", sheet.say(Text::Login)).autocomplete("username").value(value)
    }

    /// A login that is new: its rule is checked before it is sent.
    pub(super) fn fresh_login(value: &str, sheet: &Sheet<'_>) -> Self {
        let input = Self::own_login(value, sheet).hint(sheet.say(Text::LoginHint));
        Self { pattern: Some(LOGIN), ..input }
    }

    /// A password; it is never given back.
    pub(super) fn password(field: Field, name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        let min = (autocomplete == "new-password").then_some(8);
        Self { kind: "password", autocomplete, min, ..Self::new(field, name, label, 256) }
    }

    pub(super) fn number(field: Field, name: &'static str, label: &'static str) -> Self {
        Self { inputmode: Some("numeric"), pattern: Some(r"\s*\d*\s*"), ..Self::new(field, name, label, 8) }
    }

    /// Looks for something: nothing has to be typed, and nothing is wrong with it.
    pub(super) fn searching(self) -> Self {
        Self { kind: "search", required: false, bare: true, ..self }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    pub(super) fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    pub(super) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    pub(super) fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    pub(super) fn view(self, sheet: &Sheet<'_>) -> AnyView {
        let wrong = if self.bare { Vec::new() } else { sheet.wrong_at(self.field) };
        let plain = matches!(self.autocomplete, "off" | "username") || self.kind == "password";
        let is_text = self.kind != "password";
        let field = view! {
            <input
                id=id(self.name)
                name=self.name
                type=self.kind
                value=is_text.then_some(self.value)
                autocomplete=self.autocomplete
                autocapitalize=plain.then_some("none")
                spellcheck=plain.then_some("false")
                inputmode=self.inputmode
                pattern=self.pattern
                title=self.pattern.and(self.hint.clone())
                minlength=self.min
                maxlength=self.max
                required=self.required
                autofocus=!self.bare && sheet.focuses(self.field, self.focus)
                dir=is_text.then_some("auto")
                aria-describedby=described(self.name, self.hint.is_some(), !wrong.is_empty())
                aria-invalid=(!wrong.is_empty()).then_some("true")
            />
        };
        labelled(self.name, self.label, !self.required && !self.bare, self.hint, wrong, field.into_any(), sheet)
    }
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
