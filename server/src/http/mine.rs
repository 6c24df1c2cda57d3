//! The visitor's own groups, for the list beside a chat and for `GET /api/groups`. Never another person's, never what was
//! said there; who may see what is `chat::access`'s.

use app::listed::{Kind, Listed};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use protocol::{GroupId, RejectionCode};
use serde::{Deserialize, Serialize};
use store::{Access, Front, GroupInfo, GroupKind, GroupOf, Role, StoreError, Who};

use super::{
    api::{broken, refuse, unknown},
    identity::Visitor,
    spell::spell,
};
use crate::{
    chat::{Act, Refused, anywhere, decide},
    state::AppState,
};

/// Of what a group is for, this much: the list is in every page.
const MAX_ABOUT_CHARS: usize = 200;

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Also this group, if the visitor may read it.
    with: Option<String>,
}

#[derive(Serialize)]
struct Groups {
    groups: Vec<Listed>,
}

/// `GET /api/groups?with=ID`: the groups that one is a member of, and the open ones where one has read; `with` adds one
/// that one may read. The latest message first.
pub(crate) async fn list(
    State(state): State<AppState>,
    asked: Result<Query<Asked>, QueryRejection>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Response {
    let with = match asked.map(|Query(Asked { with })| with.map(|id| GroupId::parse(&id)).transpose()) {
        Ok(Ok(with)) => with,
        Ok(Err(_)) => return refuse(&headers, RejectionCode::NoGroup.into()),
        Err(_) => return broken(StatusCode::BAD_REQUEST, "with is a group's id"),
    };
    let read = async {
        let Some(who) = Visitor::of(&state, &extensions, &headers).known(&state).await? else { return Ok(None) };
        Ok::<_, Refused>(Some(mine(&state, Some(&who), with.as_ref()).await?))
    };
    match read.await {
        Ok(Some(Ok(groups))) => {
            let mut response = Json(Groups { groups }).into_response();
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            response
        }
        Ok(Some(Err(denied))) => refuse(&headers, denied.into()),
        Ok(None) => unknown(&headers),
        Err(refused) => refuse(&headers, refused),
    }
}

/// The groups of whoever asks, and `with`, if they may read it. Denied is who may be nowhere on this server.
pub(crate) async fn mine(
    state: &AppState,
    who: Option<&Who>,
    with: Option<&GroupId>,
) -> Result<Result<Vec<Listed>, crate::chat::Denied>, StoreError> {
    let store = &state.chat.store;
    let anywhere = anywhere(store.settings().await?.guests);
    if let Err(denied) = decide(who, &anywhere, Act::Read) {
        return Ok(Err(denied));
    }
    let mut list = own(state, who, &anywhere).await?;
    if let Some(group) = with.filter(|group| lacks(&list, group))
        && let Ok(access) = state.chat.may(who, group, Act::Read).await?
    {
        list.push(other(who, group, store.group(group).await?, &access));
    }
    Ok(Ok(spelt(list)))
}

/// The same beside a group that they may read, of which all is known.
pub(crate) async fn beside(
    state: &AppState,
    who: Option<&Who>,
    group: &GroupId,
    Front { access, info, .. }: &Front,
) -> Result<Vec<Listed>, StoreError> {
    let mut list = own(state, who, &anywhere(access.guests)).await?;
    if lacks(&list, group) {
        list.push(other(who, group, info.clone(), access));
    }
    Ok(spelt(list))
}

async fn own(state: &AppState, who: Option<&Who>, anywhere: &Access) -> Result<Vec<Listed>, StoreError> {
    let own = match who {
        Some(who) => state.chat.store.groups_of(&who.person.id).await?,
        None => Vec::new(),
    };
    let of = |info: &GroupInfo, role| Access { kind: info.kind, archived: info.archived, role, ..anywhere.clone() };
    let own = own.into_iter().filter(|group| decide(who, &of(&group.info, group.role), Act::Read).is_ok());
    let listed = |group| {
        let GroupOf { info, role, head, unread, mentions, at, with, .. } = group;
        let access = of(&info, role);
        Listed { head, unread, mentions, at, with, ..described(who, info, &access) }
    };
    Ok(own.map(listed).collect())
}

fn lacks(list: &[Listed], group: &GroupId) -> bool {
    list.iter().all(|listed| listed.group != *group)
}

fn other(who: Option<&Who>, group: &GroupId, info: Option<GroupInfo>, access: &Access) -> Listed {
    info.map_or_else(|| Listed::unknown(group.clone()), |info| described(who, info, access))
}

fn spelt(mut list: Vec<Listed>) -> Vec<Listed> {
    list.iter_mut().for_each(|listed| listed.spell = spell(&listed.title()));
    list
}

fn described(who: Option<&Who>, info: GroupInfo, access: &Access) -> Listed {
    let short = |about: String| match about.char_indices().nth(MAX_ABOUT_CHARS) {
        Some((end, _)) => format!("{}…", &about[..end]),
        None => about,
    };
    let role = access.role.map(|role| match role {
        Role::Owner => "owner",
        Role::Moderator => "moderator",
        Role::Member => "member",
    });
    Listed {
        kind: match info.kind {
            GroupKind::Open => Kind::Open,
            GroupKind::Private => Kind::Private,
            GroupKind::Direct => Kind::Direct,
        },
        name: info.name,
        about: info.about.map(short),
        members: info.members,
        role: role.map(str::to_owned),
        moderates: decide(who, access, Act::Moderate).is_ok(),
        archived: info.archived,
        ..Listed::unknown(info.id)
    }
}
