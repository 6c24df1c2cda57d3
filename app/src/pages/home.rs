//! `/`: what this is; open a room; type or pick a group.

use leptos::prelude::*;

use crate::{
    components::group_form::GroupForm,
    components::page_title::PageTitle,
    house::{Door, House, rendered},
    i18n::{Key, use_language},
};

#[component]
pub(crate) fn Home() -> impl IntoView {
    let language = use_language();
    let House { name, door } = rendered();
    let lead = match door {
        Door::Guests => Key::HomeLead,
        Door::SignUp => Key::HomeLeadSignUp,
        Door::Members => Key::HomeLeadMembers,
    };
    view! {
        <PageTitle text=language.own_or(name, Key::Name) />
        <section class="hero">
            <h1>{language.text(Key::Tagline)}</h1>
            <p>{language.text(lead)}</p>
        </section>
        <div class="doors">
            <section class="door" aria-labelledby="door-group">
                <h2 id="door-group">{language.text(Key::NavGroup)}</h2>
                <p>{language.text(Key::GroupAbout)}</p>
                <GroupForm />
            </section>
            <section class="door" aria-labelledby="door-room">
                <h2 id="door-room">{language.text(Key::RoomTitle)}</h2>
                <p>{language.text(Key::RoomAbout)}</p>
                <a href="/chatone" class="button">
                    {language.text(Key::RoomOpen)}
                </a>
            </section>
        </div>
    }
}
