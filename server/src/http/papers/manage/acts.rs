//! What is done to a group and to those in it, from a form to the store: there it is judged. Never who may.

use app::paper::{self, Done, Field, Why};
use axum::response::Response;
use protocol::PersonId;
use store::{Description, GroupKind, LinkId, Role, Warrant};

use super::place::Place;
use crate::{
    account::new_token,
    http::papers::{
        form::Form,
        groups::{MAX_ABOUT, MAX_GROUP_NAME},
        invite::takes_links,
        rows,
        whom::{self, Whom},
    },
};

const MAX_SLOW_SECONDS: u64 = 3_600;

pub(super) async fn describe(place: Place, by: Warrant, form: &Form) -> Response {
    let name = match rows::text(form.text("name"), MAX_GROUP_NAME) {
        Ok(name) => name,
        Err(why) => return place.again(Some(form), Field::GroupName, why).await,
    };
    let about = match rows::text(form.text("about"), MAX_ABOUT) {
        Ok(about) => about,
        Err(why) => return place.again(Some(form), Field::About, why).await,
    };
    let slow_ms = match form.text("slow").parse::<u64>() {
        Ok(seconds) if seconds <= MAX_SLOW_SECONDS => seconds * 1_000,
        Err(_) if form.text("slow").is_empty() => 0,
        Ok(_) | Err(_) => return place.again(Some(form), Field::Slow, Why::BadNumber).await,
    };
    let kind = match (place.info.kind, form.text("kind")) {
        (GroupKind::Open | GroupKind::Private, "open") => Some(GroupKind::Open),
        (GroupKind::Open | GroupKind::Private, "private") => Some(GroupKind::Private),
        _ => None,
    };
    let description = Description { name, about, slow_ms, kind };
    let described = place.asked.state.chat.store.describe(by, &place.group, description).await;
    place.changed(Done::Saved, described).await
}

pub(super) async fn archive(place: Place, by: Warrant, form: &Form) -> Response {
    let archived = form.text("archived") == "1";
    let result = place.asked.state.chat.store.archive(by, &place.group, archived).await;
    place.changed(if archived { Done::Archived } else { Done::Unarchived }, result).await
}

pub(super) async fn set_role(place: Place, by: Warrant, form: &Form) -> Response {
    let (Ok(person), Some(role)) = (PersonId::parse(form.text("person")), Role::parse(form.text("role"))) else {
        return place.again(None, Field::Page, Why::NoPerson).await;
    };
    if place.info.kind == GroupKind::Direct {
        return place.again(None, Field::Page, Why::Forbidden).await;
    }
    let changed = place.asked.state.chat.store.set_role(by, &place.group, &person, role).await;
    place.changed(Done::RoleChanged, changed).await
}

pub(super) async fn add(place: Place, by: Warrant, form: &Form) -> Response {
    if !takes_links(place.info.kind) {
        return place.again(None, Field::Page, Why::Forbidden).await;
    }
    let store = &place.asked.state.chat.store;
    let meant = match form.text("person") {
        "" => whom::called(store, form.text("add")).await,
        id => whom::chosen(store, id).await.map(|person| person.map_or(Whom::Nobody, Whom::One)),
    };
    let person = match meant {
        Ok(Whom::One(person)) => person,
        Ok(Whom::Several(choice)) => return place.choose(choice).await,
        Ok(Whom::Nobody) => return place.again(Some(form), Field::Add, Why::NoPerson).await,
        Err(error) => return place.asked.fails(&error),
    };
    let added = place.asked.state.chat.store.add_member(by, &place.group, &person).await;
    place.changed(Done::Added, added).await
}

pub(super) async fn turn_out(place: Place, by: Warrant, form: &Form, ban: bool) -> Response {
    let Ok(person) = PersonId::parse(form.text("person")) else {
        return place.again(None, Field::Page, Why::NoPerson).await;
    };
    if person == by.who.person.id {
        return place.again(None, Field::Page, Why::Yourself).await;
    }
    let store = &place.asked.state.chat.store;
    let (done, result) = if ban {
        (Done::Banned, store.ban(by, &place.group, &person).await)
    } else {
        (Done::Removed, store.remove(by, &place.group, &person).await)
    };
    place.changed(done, result).await
}

pub(super) async fn unban(place: Place, by: Warrant, form: &Form) -> Response {
    let Ok(person) = PersonId::parse(form.text("person")) else {
        return place.again(None, Field::Page, Why::NoPerson).await;
    };
    let unbanned = place.asked.state.chat.store.unban(by, &place.group, &person).await;
    place.changed(Done::Unbanned, unbanned).await
}

/// Shows the new link this once, on the page that the form stood on: who reloads it makes another.
pub(super) async fn invite(place: Place, by: Warrant, form: &Form) -> Response {
    let Ok((expires_at, uses)) = rows::terms(form) else {
        return place.again(None, Field::Invite, Why::BadNumber).await;
    };
    if !takes_links(place.info.kind) {
        return place.again(None, Field::Page, Why::Forbidden).await;
    }
    let token = new_token();
    if let Err(error) = place.asked.state.chat.store.invite(by, &place.group, expires_at, uses, &token).await {
        return place.refused(error).await;
    }
    let address = format!("{}/invite/{token}", place.asked.base());
    place.show(Some(address)).await
}

pub(super) async fn uninvite(place: Place, by: Warrant, form: &Form) -> Response {
    let Ok(link) = LinkId::parse(form.text("id")) else { return place.again(None, Field::Page, Why::Gone).await };
    match place.asked.state.chat.store.uninvite(by, &place.group, &link).await {
        Ok(()) => place.asked.on(&paper::manage(&place.group), Some(Done::LinkRevoked)),
        Err(error) => place.refused(error).await,
    }
}

pub(super) async fn leave(place: Place, me: &PersonId) -> Response {
    match place.asked.state.chat.store.leave(&place.group, me).await {
        Ok(()) => {
            place.asked.state.chat.changed(&place.group).await;
            place.asked.on("/groups", Some(Done::Left))
        }
        Err(error) => place.refused(error).await,
    }
}
