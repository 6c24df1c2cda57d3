//! What an invitation leads to, shown to whoever bears it, and accepting it. Never making one (`manage`, `admin`).

use app::paper::{self, Invite, InvitedTo, LinkToken, Paper, Stop};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use protocol::RejectionCode;
use store::{GroupKind, Link, LinkKind, PersonKind, Refusal, StoreError};

use super::{Asked, Page, Posted, asked, denied, token};
use crate::{chat::Denied, http::identity};

/// `GET /invite/{token}`.
pub(crate) async fn page(Path(token): Path<String>, asked: Asked) -> Page {
    let (token, link) = found(&asked, &token).await?;
    match paper(&asked, token, &link).await {
        Ok(Some(paper)) => Ok(asked.show(&paper).await),
        Ok(None) => Err(asked.stop(Stop::LinkSpent)),
        Err(error) => Err(asked.fails(&error)),
    }
}

async fn found(asked: &Asked, token: &str) -> Result<(LinkToken, Link), Response> {
    // Those who guess are slowed; a link that works is opened by many from one address.
    let Some(parsed) = LinkToken::parse(token) else { return Err(asked.stop(Stop::LinkSpent)) };
    match token::link(asked, &parsed, &[LinkKind::Group, LinkKind::Server]).await {
        Ok(Some(link)) => Ok((parsed, link)),
        Ok(None) => {
            asked.attempt("/invite")?;
            Err(asked.stop(Stop::LinkSpent))
        }
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
pub(crate) async fn accept(Path(token): Path<String>, Posted(asked, _): Posted) -> Page {
    let (token, link) = found(&asked, &token).await?;
    let sign_up = format!("/signup?invite={}", token.as_str());
    if link.kind != LinkKind::Group {
        return Ok(asked.on(&sign_up, None));
    }
    let guest = match asked.visitor.guest(&asked.state).await {
        Ok(guest) => guest,
        Err(refused) if refused.code == RejectionCode::SignIn => return Ok(asked.on(&sign_up, None)),
        Err(refused) if refused.retry_after.is_some() => {
            return Err(asked.stop(Stop::TooMany { seconds: asked::seconds(&refused) }));
        }
        Err(refused) if refused.code == RejectionCode::Forbidden => return Err(asked.stop(Stop::Closed)),
        Err(_) => return Err(asked.stop(Stop::StoreAway)),
    };
    let (who, chat) = (&guest.caller.who, &asked.state.chat);
    let settings = chat.store.settings().await.map_err(|error| asked.fails(&error))?;
    if !settings.guests && who.kind == PersonKind::Guest {
        return Ok(asked.on(&sign_up, None));
    }
    match chat.store.join_by_link(&who.person.id, token.as_str()).await {
        Ok(group) => {
            chat.changed(&group).await;
            let mut response = Redirect::to(&paper::chat(&group)).into_response();
            identity::set_cookie(&mut response, guest.cookie.as_deref());
            Ok(response)
        }
        Err(StoreError::Refused(Refusal::Banned)) => Err(denied(&asked, Denied::Banned)),
        Err(StoreError::Refused(_)) => Err(asked.stop(Stop::LinkSpent)),
        Err(error) => Err(asked.fails(&error)),
    }
}

/// Whether an invitation to a group makes sense: a direct conversation's people do not change.
pub(super) const fn takes_links(kind: GroupKind) -> bool {
    !matches!(kind, GroupKind::Direct)
}
