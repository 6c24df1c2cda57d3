//! A line to type in, made step by step. Never what is written around it: that is the form's.

use leptos::prelude::*;

use super::{described, id, labelled};
use crate::paper::{data::Field, sheet::Sheet, text::Text};

/// A line to type in. `id` is the name: a name stands on a page once.
pub(in crate::paper) struct Input {
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
    pub(in crate::paper) fn new(field: Field, name: &'static str, label: &'static str, max: u16) -> Self {
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

    pub(in crate::paper) fn login(field: Field, name: &'static str, label: &'static str) -> Self {
        Self::new(field, name, label, 64)
    }

    /// One's own login, made or given.
    pub(in crate::paper) fn own_login(value: &str, sheet: &Sheet<'_>) -> Self {
        Self::login(Field::Login, "login", sheet.say(Text::Login)).autocomplete("username").value(value)
    }

    /// A login that is new: its rule is checked before it is sent.
    pub(in crate::paper) fn fresh_login(value: &str, sheet: &Sheet<'_>) -> Self {
        let input = Self::own_login(value, sheet).hint(sheet.say(Text::LoginHint));
        Self { pattern: Some(LOGIN), ..input }
    }

    /// A password; it is never given back.
    pub(in crate::paper) fn password(
        field: Field,
        name: &'static str,
        label: &'static str,
        autocomplete: &'static str,
    ) -> Self {
        let min = (autocomplete == "new-password").then_some(8);
        Self { kind: "password", autocomplete, min, ..Self::new(field, name, label, 256) }
    }

    pub(in crate::paper) fn number(field: Field, name: &'static str, label: &'static str) -> Self {
        Self { inputmode: Some("numeric"), pattern: Some(r"\s*\d*\s*"), ..Self::new(field, name, label, 8) }
    }

    /// Looks for something: nothing has to be typed, and nothing is wrong with it.
    pub(in crate::paper) fn searching(self) -> Self {
        Self { kind: "search", required: false, bare: true, ..self }
    }

    pub(in crate::paper) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(in crate::paper) fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    pub(in crate::paper) fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    pub(in crate::paper) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    pub(in crate::paper) fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    pub(in crate::paper) fn view(self, sheet: &Sheet<'_>) -> AnyView {
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
