//! Which of several people of one name is meant. Never a list of people that nobody named.

use leptos::prelude::*;

use crate::paper::{
    data::{Candidate, Choice},
    form::{form, hidden},
    part::{badge, face, named, unseen},
    sheet::Sheet,
    text::{Text, isolated},
};

/// The people of that name; each button sends `action` the person, and `rest` with it.
pub(super) fn choice<Rest: IntoView + 'static>(
    choice: &Choice,
    action: &str,
    button: Text,
    rest: impl Fn(&Candidate) -> Rest,
    sheet: &Sheet<'_>,
) -> AnyView {
    let rows = choice
        .people
        .iter()
        .map(|one| {
            let login = one.login.clone().map(|login| view! { <bdi class="fact">{format!("@{login}")}</bdi> });
            let fields = view! {
                {rest(one)}
                <button type="submit" class="button">
                    {sheet.say(button)} {unseen(&one.person.name)}
                </button>
            };
            view! {
                <li class="row">
                    {face(&one.person)}
                    <div class="row-text">
                        <p class="row-title">
                            {named(&one.person.name)} {login} {sheet.tongue.person_kind(one.kind).map(badge)}
                        </p>
                    </div>
                    {form(action.to_owned(), "row-form", fields)}
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="notice" role="status">
            {sheet.fill(Text::ChooseLead, &[&isolated(&choice.name)])}
        </p>
        <ul class="rows">{rows}</ul>
    }
    .into_any()
}

/// Opens the direct conversation with somebody, or finds it.
pub(super) fn message(person: &protocol::Person, sheet: &Sheet<'_>) -> AnyView {
    let fields = view! {
        {hidden("chosen", person.id.as_str())}
        <button type="submit" class="button button-quiet">
            {sheet.say(Text::Message)} {unseen(&person.name)}
        </button>
    };
    form("/groups/direct".to_owned(), "row-form", fields)
}
