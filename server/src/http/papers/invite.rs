//! What an invitation leads to, shown to whoever bears it, and accepting it. Never making one (`manage`, `admin`).

use app::paper::{self, Invite, InvitedTo, LinkToken, Paper, Stop};
use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use http::request::Parts;
use store::{GroupKind, Link, LinkKind, PersonKind, Refusal, StoreError};

use super::{Asked, account, asked};
use crate::{
    chat::{Denied, Refused},
    limits::TooFast,
    state::AppState,
};

/// `GET /invite/{token}`.
pub(crate) async fn page(State(state): State<AppState>, Path(token): Path<String>, parts: Parts) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    match found(&asked, &token).await {
        Ok((token, link)) => match paper(&asked, token, &link).await {
            Ok(Some(paper)) => asked.show(&paper).await,
            Ok(None) => asked.stop(Stop::LinkSpent),
            Err(error) => asked.fails(&error),
        },
        Err(response) => response,
    }
}

async fn found(asked: &Asked, token: &str) -> Result<(LinkToken, Link), Response> {
    // Those who guess are slowed; a link that works is opened by many from one address.
    let Some(parsed) = LinkToken::parse(token) else { return Err(asked.stop(Stop::LinkSpent)) };
    match account::link(asked, &parsed, &[LinkKind::Group, LinkKind::Server]).await {
        Ok(Some(link)) => Ok((parsed, link)),
        Ok(None) => match asked.state.limits.attempt("/invite", asked.visitor.from) {
            Ok(()) => Err(asked.stop(Stop::LinkSpent)),
            Err(TooFast(wait)) => Err(asked.stop(Stop::TooMany { seconds: asked::seconds(&Refused::too_fast(wait)) })),
        },
        Err(error) => Err(asked.fails(&error)),
    }
}

async fn paper(asked: &Asked, token: LinkToken, link: &Link) -> Result<Option<Paper>, StoreError> {
    let store = &asked.state.chat.store;
    let Some(group) = &link.group else {
        return Ok(Some(Paper::Invite(Invite { token, to: InvitedTo::Server, may_join: false })));
    };
    let Some(info) = store.group(group).await? else { return Ok(None) };
    let role = match &asked.who {
        Some(who) => store.access(group, Some(&who.person.id)).await?.role,
        None => None,
    };
    let is_account = asked.who.as_ref().is_some_and(|who| who.kind == PersonKind::Account);
    let to = InvitedTo::Group {
        name: info.name.unwrap_or_else(|| group.to_string()),
        about: info.about,
        members: info.members,
        joined: role.map(|_| group.clone()),
    };
    let may_join = is_account || store.settings().await?.guests;
    Ok(Some(Paper::Invite(Invite { token, to, may_join })))
}

/// `POST /invite/{token}`: joins. Who is nobody yet becomes a guest, where guests may come.
pub(crate) async fn accept(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let (asked, _) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let (token, link) = match found(&asked, &token).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let sign_up = format!("/signup?invite={}", token.as_str());
    if link.kind != LinkKind::Group {
        return asked.on(&sign_up, None);
    }
    let guest = match asked.visitor.guest(&state).await {
        Ok(guest) => guest,
        Err(refused) if refused.code == protocol::RejectionCode::SignIn => return asked.on(&sign_up, None),
        Err(refused) if refused.retry_after.is_some() => {
            return asked.stop(Stop::TooMany { seconds: asked::seconds(&refused) });
        }
        Err(refused) if refused.code == protocol::RejectionCode::Forbidden => return asked.stop(Stop::Closed),
        Err(_) => return asked.stop(Stop::StoreAway),
    };
    let who = &guest.caller.who;
    match state.chat.store.settings().await {
        Ok(settings) if !settings.guests && who.kind == PersonKind::Guest => return asked.on(&sign_up, None),
        Ok(_) => {}
        Err(error) => return asked.fails(&error),
    }
    match state.chat.store.join_by_link(&who.person.id, token.as_str()).await {
        Ok(group) => {
            state.chat.changed(&group).await;
            let mut response = Redirect::to(&paper::chat(&group)).into_response();
            crate::http::identity::set_cookie(&mut response, guest.cookie.as_deref());
            response
        }
        Err(StoreError::Refused(Refusal::Banned)) => super::denied(&asked, Denied::Banned),
        Err(StoreError::Refused(_)) => asked.stop(Stop::LinkSpent),
        Err(error) => asked.fails(&error),
    }
}

/// Whether an invitation to a group makes sense: a direct conversation's people do not change.
pub(super) const fn takes_links(kind: GroupKind) -> bool {
    !matches!(kind, GroupKind::Direct)
}
