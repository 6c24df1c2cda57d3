//! One's own settings: name and colour, which everybody sees, and what is kept on this device alone.

use leptos::prelude::*;
use protocol::{COLOURS, Millis};

use super::{Page, account::name};
use crate::{
    avatar::{Avatar, avatar},
    i18n::Locale,
    paper::{
        address::OwnPath,
        data::{Choices, Field, Visitor},
        document::doors,
        form::{Pick, form, picks, submit},
        part::section,
        sheet::Sheet,
        text::Text,
    },
    preferences::{Enter, Hours, Motion, Preferences, TextSize, Theme},
};

pub(super) fn page(page: &Choices, sheet: &Sheet<'_>) -> Page {
    let title = sheet.say(Text::ChoicesTitle);
    let me = sheet.chrome.me.as_ref();
    let person = match me {
        Some(me) => view! {
            {form("/me/name".to_owned(), "form", view! { {name(&page.name, sheet)} {submit(sheet.say(Text::Save))} })}
            {form(
                "/me/colour".to_owned(),
                "form card-next",
                view! { {colours(me, sheet)} {submit(sheet.say(Text::Save))} },
            )}
        }
        .into_any(),
        None => view! {
            <p class="quiet">{sheet.say(Text::PersonNobody)}</p>
            {doors(OwnPath::parse("/settings").as_ref(), sheet)}
        }
        .into_any(),
    };
    let device = view! {
        <p class="quiet">{sheet.say(Text::DeviceHint)}</p>
        {form("/settings".to_owned(), "form", device(sheet))}
    };
    let body = view! {
        <h1>{title}</h1>
        {section("person", sheet.say(Text::PersonTitle), person)}
        {section("device", sheet.say(Text::DeviceTitle), device)}
    };
    let fields: &[Field] = if me.is_some() { &[Field::Name, Field::Colour] } else { &[] };
    Page::cards(title, fields, body)
}

const DYES: [Text; COLOURS as usize] = [
    Text::DyeBrick,
    Text::DyeOchre,
    Text::DyeMoss,
    Text::DyePine,
    Text::DyeLake,
    Text::DyeIndigo,
    Text::DyeViolet,
    Text::DyePlum,
];

/// One's own letter in every colour, and in the one that follows from one's id.
fn colours(me: &Visitor, sheet: &Sheet<'_>) -> AnyView {
    let dyes = (0..COLOURS).zip(DYES).map(|(colour, text)| (Some(colour), text));
    let picks_of = |(colour, text): (Option<u8>, Text)| {
        let mut person = me.person.clone();
        person.colour = colour;
        let Avatar { class, letter } = avatar(&person);
        let value = colour.map(|colour| colour.to_string()).unwrap_or_default();
        Pick::new(value, sheet.say(text), me.person.colour == colour).face(class, letter)
    };
    let all = std::iter::once((None, Text::DyeOwn)).chain(dyes).map(picks_of).collect();
    let wrong = sheet.wrong_at(Field::Colour);
    picks("colour", sheet.say(Text::Colour), Some(sheet.say(Text::ColourHint)), all, wrong)
}

/// Five past two in the afternoon, UTC.
const AFTERNOON: Millis = (14 * 60 + 5) * 60_000;

fn device(sheet: &Sheet<'_>) -> AnyView {
    let chosen = sheet.chrome.preferences;
    let languages = Locale::ALL
        .map(|locale| Pick::new(locale.tag(), locale.own_name(), locale == sheet.chrome.locale).lang(locale.tag()));
    let hours = |hours| {
        let clock = sheet.tongue.clock(Preferences { hours, offset_minutes: None, ..chosen });
        let text = if hours == Hours::H12 { Text::Hours12 } else { Text::Hours24 };
        Pick::new(hours.tag(), sheet.fill(text, &[&clock.hour_minute(AFTERNOON)]), hours == chosen.hours)
    };
    let theme = |theme: Theme, text| Pick::new(theme.tag(), sheet.say(text), theme == chosen.theme);
    let size = |size: TextSize, text| Pick::new(size.tag(), sheet.say(text), size == chosen.text);
    let motion = |motion: Motion, text| Pick::new(motion.tag(), sheet.say(text), motion == chosen.motion);
    let enter = |enter: Enter, text| Pick::new(enter.tag(), sheet.say(text), enter == chosen.enter);
    let themes = vec![
        theme(Theme::System, Text::FollowSystem),
        theme(Theme::Light, Text::ThemeLight),
        theme(Theme::Dark, Text::ThemeDark),
    ];
    let sizes = vec![
        size(TextSize::Small, Text::LettersSmall),
        size(TextSize::Normal, Text::LettersNormal),
        size(TextSize::Large, Text::LettersLarge),
        size(TextSize::Larger, Text::LettersLarger),
    ];
    let motions = vec![motion(Motion::System, Text::FollowSystem), motion(Motion::Still, Text::MotionStill)];
    let enters = vec![enter(Enter::Sends, Text::EnterSends), enter(Enter::Breaks, Text::EnterBreaks)];
    let row = |name, text, options| picks(name, sheet.say(text), None, options, Vec::new());
    view! {
        {row("lang", Text::Language, languages.into())}
        {row("theme", Text::Theme, themes)}
        {row("text", Text::LettersSize, sizes)}
        {row("clock", Text::TimeFormat, vec![hours(Hours::H24), hours(Hours::H12)])}
        {row("enter", Text::EnterKey, enters)}
        {row("motion", Text::Motion, motions)}
        {submit(sheet.say(Text::Save))}
    }
    .into_any()
}
