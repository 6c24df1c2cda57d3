//! The list of groups and a new one. Never looking after one (`manage`), never whom a direct one is with (`direct`).

use app::paper::{self, Answer, DirectChoice, Field, GroupLine, Groups, NewGroup, Paper, Why};
use axum::response::Response;
use protocol::GroupId;
use store::{GroupInfo, GroupKind, GroupOf, PersonKind, Refusal, StoreError, Who};

use super::{Asked, Page, Posted, form::Form, rows};
use crate::http::new_group;

/// Open groups in the list.
const MAX_OPEN: u32 = 100;
pub(super) const MAX_GROUP_NAME: usize = 64;
pub(super) const MAX_ABOUT: usize = 2_000;

/// `GET /groups`.
pub(crate) async fn page(asked: Asked) -> Page {
    let paper = paper(&asked, None, None).await?;
    Ok(asked.show(&paper).await)
}

/// The same page, which asks whom of several one means.
pub(super) async fn choose(asked: Asked, choice: DirectChoice) -> Page {
    let paper = paper(&asked, None, Some(choice)).await?;
    Ok(asked.show(&paper).await)
}

async fn paper(asked: &Asked, typed: Option<&Form>, choice: Option<DirectChoice>) -> Result<Paper, Response> {
    let store = &asked.state.chat.store;
    let read = async {
        let mine = match &asked.who {
            Some(who) => store.groups_of(&who.person.id).await?,
            None => Vec::new(),
        };
        Ok::<_, StoreError>((store.settings().await?, mine, store.open_groups(MAX_OPEN).await?))
    };
    let (settings, mine, open) = read.await.map_err(|error| asked.fails(&error))?;
    if !settings.guests && asked.who.as_ref().is_none_or(|who| who.kind == PersonKind::Guest) {
        return Err(asked.sign_in());
    }
    let others = |group: &GroupInfo| mine.iter().all(|own| own.info.id != group.id);
    let open = open.into_iter().filter(others).map(of_all).collect();
    let said = |name| typed.map(|form| form.text(name).to_owned()).unwrap_or_default();
    let is_private = typed.is_some_and(|form| form.text("kind") == "private");
    let kind = if is_private { paper::GroupKind::Private } else { paper::GroupKind::Open };
    let may = asked.who.as_ref().is_some_and(|who| who.kind == PersonKind::Account);
    Ok(Paper::Groups(Groups {
        new: may.then(|| NewGroup { name: said("name"), about: said("about"), kind }),
        people: may.then(|| said("people")),
        choice,
        mine: mine.into_iter().map(of_mine).collect(),
        open,
    }))
}

fn of_all(group: GroupInfo) -> GroupLine {
    GroupLine {
        kind: rows::group_kind(group.kind),
        members: None,
        unread: 0,
        at: None,
        role: None,
        with: Vec::new(),
        id: group.id,
        name: group.name,
        about: group.about,
        archived: group.archived,
    }
}

fn of_mine(group: GroupOf) -> GroupLine {
    let GroupOf { info, role, unread, at, with, .. } = group;
    let members = (info.kind == GroupKind::Private).then_some(info.members);
    let role = role.map(rows::role);
    GroupLine { members, unread, at: (at > 0).then_some(at), role, with, ..of_all(info) }
}

/// Only who has an account makes groups of their own: somebody must be there to look after them.
pub(super) fn account(asked: &Asked) -> Option<Who> {
    asked.who.clone().filter(|who| who.kind == PersonKind::Account)
}

pub(super) async fn again(asked: Asked, form: &Form, at: Field, why: Why) -> Page {
    let paper = paper(&asked, Some(form), None).await?;
    Ok(asked.again(&paper, &Answer::wrong(at, why)).await)
}

/// `POST /groups/new`. An open group's name is its address where it can be; a private one's address cannot be guessed.
pub(crate) async fn create(Posted(asked, form): Posted) -> Page {
    let Some(who) = account(&asked) else { return Err(asked.sign_in()) };
    let name = match rows::text(form.text("name"), MAX_GROUP_NAME) {
        Ok(Some(name)) => name,
        Ok(None) => return again(asked, &form, Field::GroupName, Why::Empty).await,
        Err(why) => return again(asked, &form, Field::GroupName, why).await,
    };
    let about = match rows::text(form.text("about"), MAX_ABOUT) {
        Ok(about) => about,
        Err(why) => return again(asked, &form, Field::About, why).await,
    };
    let kind = if form.text("kind") == "private" { GroupKind::Private } else { GroupKind::Open };
    let spoken = GroupId::parse(&name).ok().filter(|_| kind == GroupKind::Open);
    let mut taken = None;
    if let Some(id) = spoken {
        match asked.state.chat.store.create_group(&id, kind, None, about.as_deref(), &who.person.id).await {
            Ok(()) => return Ok(asked.on(&paper::chat(&id), None)),
            Err(StoreError::Refused(Refusal::Taken)) => taken = Some(id),
            Err(error) => return Err(asked.fails(&error)),
        }
    }
    if taken.is_some() {
        return again(asked, &form, Field::GroupName, Why::GroupTaken).await;
    }
    let id = new_group::unguessable();
    match asked.state.chat.store.create_group(&id, kind, Some(&name), about.as_deref(), &who.person.id).await {
        Ok(()) => Ok(asked.on(&paper::chat(&id), None)),
        Err(error) => Err(asked.fails(&error)),
    }
}
