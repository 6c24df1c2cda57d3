//! Looking after a group: what it is, who is in it, invitations, bans, what moderators did. Each act asks
//! `chat::access` and is heard by everyone in the group at once. Never the chat itself.

mod acts;
mod place;

use app::paper::{Edits, Paper, Stop, Version};
use axum::extract::Path;
use protocol::MessageId;
use store::StoreError;

use self::place::Place;
use super::{Asked, Page, Posted};
use crate::chat::{Act, warrant};

/// `GET /groups/{id}`.
pub(crate) async fn page(Path(id): Path<String>, asked: Asked) -> Page {
    Ok(Place::find(asked, &id, Act::Read).await?.show(None).await)
}

/// `POST /groups/{id}/{act}`.
pub(crate) async fn act(Path((id, act)): Path<(String, String)>, Posted(asked, form): Posted) -> Page {
    let needed = match act.as_str() {
        "describe" | "archive" | "role" => Act::Manage,
        "add" | "remove" | "ban" | "unban" | "invite" | "uninvite" => Act::Moderate,
        "leave" => Act::Read,
        _ => return Err(asked.stop(Stop::Hidden)),
    };
    let Some(by) = asked.who.as_ref().map(|who| warrant(who, needed)) else { return Err(asked.sign_in()) };
    let place = Place::find(asked, &id, needed).await?;
    Ok(match act.as_str() {
        "describe" => acts::describe(place, by, &form).await,
        "archive" => acts::archive(place, by, &form).await,
        "role" => acts::set_role(place, by, &form).await,
        "add" => acts::add(place, by, &form).await,
        "remove" | "ban" => acts::turn_out(place, by, &form, act == "ban").await,
        "unban" => acts::unban(place, by, &form).await,
        "invite" => acts::invite(place, by, &form).await,
        "uninvite" => acts::uninvite(place, by, &form).await,
        _ => acts::leave(place, &by.who.person.id).await,
    })
}

/// `GET /groups/{id}/edits/{message}`: what a message said before, for those who keep order.
pub(crate) async fn edits(Path((id, message)): Path<(String, String)>, asked: Asked) -> Page {
    if asked.who.is_none() {
        return Err(asked.sign_in());
    }
    let Place { asked, group, info, .. } = Place::find(asked, &id, Act::Moderate).await?;
    let Ok(message) = MessageId::parse(message) else { return Err(asked.stop(Stop::Hidden)) };
    let store = &asked.state.chat.store;
    let read =
        async { Ok::<_, StoreError>((store.author(&group, &message).await?, store.edits(&group, &message).await?)) };
    let (author, edits) = read.await.map_err(|error| asked.fails(&error))?;
    let Some(author) = author else { return Err(asked.stop(Stop::Hidden)) };
    let versions = edits.into_iter().map(|edit| Version { at: edit.at, body: edit.body }).collect();
    let paper = Paper::Edits(Edits { group, group_name: info.name, message, author, versions });
    Ok(asked.show(&paper).await)
}
