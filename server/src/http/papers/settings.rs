//! One's own settings: name and colour of the person, and what this device keeps in cookies. Never another's.

use app::{
    i18n::Locale,
    paper::{Answer, Choices, Done, Field, Paper, Why},
    preferences::{Enter, Hours, Motion, Preferences, TextSize, Theme},
};
use protocol::COLOURS;

use super::{Asked, Page, Posted, form::Form, rows};
use crate::http::{identity::set_cookie, preferences};

const HERE: &str = "/settings";

/// `GET /settings`. For nobody, too.
pub(crate) async fn page(asked: Asked) -> Page {
    let name = asked.who.as_ref().map(|who| who.person.name.clone()).unwrap_or_default();
    Ok(asked.show(&Paper::Choices(Choices { name })).await)
}

/// `POST /settings`: what this device keeps. What is not understood stays as it was.
pub(crate) async fn set(Posted(asked, form): Posted) -> Page {
    let chosen = chosen(&form, asked.visitor.preferences);
    // Only if it is another: who never chose follows their browser's language.
    let locale = Locale::from_tag(form.text("lang")).filter(|locale| *locale != asked.visitor.locale);
    let cookie = preferences::cookie(&asked.visitor, &chosen);
    let mut response = asked.on(HERE, Some(Done::Saved));
    set_cookie(&mut response, Some(&cookie));
    set_cookie(&mut response, locale.map(Locale::cookie).as_deref());
    Ok(response)
}

fn chosen(form: &Form, before: Preferences) -> Preferences {
    Preferences {
        theme: Theme::from_tag(form.text("theme")).unwrap_or(before.theme),
        text: TextSize::from_tag(form.text("text")).unwrap_or(before.text),
        motion: Motion::from_tag(form.text("motion")).unwrap_or(before.motion),
        hours: Hours::from_tag(form.text("clock")).unwrap_or(before.hours),
        enter: Enter::from_tag(form.text("enter")).unwrap_or(before.enter),
        ..before
    }
}

/// `POST /me/name`.
pub(crate) async fn rename(Posted(asked, form): Posted) -> Page {
    let Some(who) = asked.who.clone() else { return Err(asked.sign_in()) };
    let name = match rows::name(form.text("name")) {
        Ok(name) => name,
        Err(why) => {
            let paper = Paper::Choices(Choices { name: form.text("name").to_owned() });
            return Ok(asked.again(&paper, &Answer::wrong(Field::Name, why)).await);
        }
    };
    match asked.state.chat.store.rename(&who.person.id, &name).await {
        Ok(_) => Ok(asked.on(HERE, Some(Done::NameChanged))),
        Err(error) => Err(asked.fails(&error)),
    }
}

/// `POST /me/colour`: one of those that there are, or, empty, the one that follows from the id.
pub(crate) async fn colour(Posted(asked, form): Posted) -> Page {
    let Some(who) = asked.who.clone() else { return Err(asked.sign_in()) };
    let colour = match form.text("colour") {
        "" => None,
        typed => match typed.parse().ok().filter(|colour| *colour < COLOURS) {
            Some(colour) => Some(colour),
            None => {
                let paper = Paper::Choices(Choices { name: who.person.name });
                return Ok(asked.again(&paper, &Answer::wrong(Field::Colour, Why::BadNumber)).await);
            }
        },
    };
    match asked.state.chat.store.set_colour(&who.person.id, colour).await {
        Ok(()) => Ok(asked.on(HERE, Some(Done::ColourChanged))),
        Err(error) => Err(asked.fails(&error)),
    }
}
