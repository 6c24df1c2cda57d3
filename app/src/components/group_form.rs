//! Choosing a group: type its id, pick one, or start a new one. A plain form and plain links: it works without
//! JavaScript.

use leptos::prelude::*;

use super::recent::RecentGroups;
use crate::i18n::{Key, use_language};

/// `typed` is what did not work; it stays in the box so that it can be mended.
#[component]
pub(crate) fn GroupForm(#[prop(optional)] typed: Option<String>) -> impl IntoView {
    let language = use_language();
    let wrong = typed.is_some();
    view! {
        <form class="group-form" action="/chatgroup" method="get">
            <label for="groupID">{language.text(Key::GroupIdLabel)}</label>
            <div class="group-form-row">
                <input
                    id="groupID"
                    name="groupID"
                    value=typed.clone()
                    required
                    pattern=r"\s*[\p{Alphabetic}\p{N}_\-]{1,64}\s*"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=language.text(Key::GroupIdPlaceholder)
                    title=language.text(Key::GroupIdHint)
                    aria-describedby="group-hint"
                    aria-invalid=wrong.then_some("true")
                />
                <button type="submit" class="button button-main">
                    {language.text(Key::GroupEnter)}
                </button>
            </div>
            <p id="group-hint" class="group-form-hint">
                {language.text(Key::GroupIdHint)}
            </p>
        </form>
        {typed
            .map(|typed| {
                view! {
                    <p class="notice notice-error" role="alert">
                        {language.filled(Key::GroupIdBad, shortened(&typed))}
                    </p>
                }
            })}
        <RecentGroups />
        <nav class="picks" aria-label=language.text(Key::GroupSuggested)>
            <span class="picks-label">{language.text(Key::GroupSuggested)}</span>
            <a href=move || format!("/chatgroup?groupID={}", language.text(Key::GroupLobby)()) class="pick">
                {language.text(Key::GroupLobby)}
            </a>
            <a href=move || format!("/chatgroup?groupID={}", language.text(Key::GroupTeahouse)()) class="pick">
                {language.text(Key::GroupTeahouse)}
            </a>
            <a href="/chatgroup/new" rel="external nofollow" class="pick pick-new">
                {language.text(Key::GroupNew)}
            </a>
        </nav>
    }
}

/// An address can hold a novel; an error message should not.
fn shortened(typed: &str) -> String {
    const SHOWN: usize = 64;
    match typed.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &typed[..end]),
        None => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_long_id_is_quoted_by_its_beginning() {
        assert_eq!(shortened("短"), "短");
        assert_eq!(shortened(&"茶".repeat(65)), format!("{}…", "茶".repeat(64)));
    }
}
