//! One of a few, all in sight beside each other. Never what is chosen.

use leptos::prelude::*;

use super::{described, id, mistakes};

/// What may be picked.
pub(in crate::paper) struct Pick {
    value: String,
    text: String,
    chosen: bool,
    lang: Option<&'static str>,
    face: Option<(&'static str, String)>,
}

impl Pick {
    pub(in crate::paper) fn new(value: impl Into<String>, text: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), text: text.into(), chosen, lang: None, face: None }
    }

    /// The language that its text is in, if not the page's.
    pub(in crate::paper) const fn lang(mut self, lang: &'static str) -> Self {
        self.lang = Some(lang);
        self
    }

    /// A picture above the text.
    pub(in crate::paper) fn face(mut self, class: &'static str, letter: String) -> Self {
        self.face = Some((class, letter));
        self
    }

    fn view(self, name: &'static str) -> AnyView {
        let face = self.face.map(|(class, letter)| {
            view! {
                <span class=class aria-hidden="true">
                    {letter}
                </span>
            }
        });
        view! {
            <label class="choice choice-pick">
                <input type="radio" name=name value=self.value checked=self.chosen />
                {face}
                <span lang=self.lang>{self.text}</span>
            </label>
        }
        .into_any()
    }
}

pub(in crate::paper) fn picks(
    name: &'static str,
    legend: &'static str,
    hint: Option<&'static str>,
    picks: Vec<Pick>,
    wrong: Vec<String>,
) -> AnyView {
    let described = described(name, hint.is_some(), !wrong.is_empty());
    let hint = hint.map(|hint| view! { <p id=format!("{}-hint", id(name)) class="field-hint">{hint}</p> });
    let picks = picks.into_iter().map(|pick| pick.view(name)).collect_view();
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend>{legend}</legend>
            <div class="choices">{picks}</div>
            {mistakes(name, wrong)}
            {hint}
        </fieldset>
    }
    .into_any()
}
