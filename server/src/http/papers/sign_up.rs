//! Signing up: a new account, or a guest who keeps who they are. Never the first administrator (`set_up`).

use app::paper::{Answer, Done, Field, LinkToken, OwnPath, Paper, SignUp, SignUpDoor, Why};
use axum::response::Response;
use store::{LinkKind, PersonKind, Refusal, StoreError, Who};

use super::{
    Asked, Page, Posted,
    form::Form,
    rows::{self, Chosen},
    token,
};
use crate::account::accounts_token;

/// `GET /signup`, with `?invite=` and `?next=`.
pub(crate) async fn page(asked: Asked) -> Page {
    if is_account(&asked) {
        return Ok(asked.on("/me", None));
    }
    let invite = asked.query("invite").and_then(|token| LinkToken::parse(&token));
    let next = asked.query("next").and_then(|next| OwnPath::parse(&next));
    let paper = paper(&asked, invite, next, None).await?;
    Ok(asked.show(&paper).await)
}

async fn paper(
    asked: &Asked,
    invite: Option<LinkToken>,
    next: Option<OwnPath>,
    typed: Option<&Form>,
) -> Result<Paper, Response> {
    let read = async { Ok((is_invited(asked, invite.as_ref()).await?, door(asked).await?)) };
    let (invited, door) = read.await.map_err(|error: StoreError| asked.fails(&error))?;
    let door = if invited && door == SignUpDoor::Invite { SignUpDoor::Open } else { door };
    let guest = guest(asked);
    let keep = guest.is_some();
    let name = guest.map(|who| who.person.name).unwrap_or_default();
    Ok(Paper::SignUp(SignUp {
        keep,
        door,
        invite: invite.filter(|_| invited),
        next,
        login: typed.map_or_else(String::new, |form| form.text("login").to_owned()),
        name: typed.map_or(name, |form| form.text("name").to_owned()),
    }))
}

/// `POST /signup`: a new account, or the guest keeps who they are.
pub(crate) async fn sign_up(Posted(mut asked, form): Posted) -> Page {
    if is_account(&asked) {
        return Ok(asked.on("/me", None));
    }
    let invite = LinkToken::parse(form.text("invite"));
    let chosen = match Chosen::of(&form) {
        Ok(chosen) => chosen,
        Err(answer) => return again(asked, invite, &form, &answer).await,
    };
    asked.attempt(&chosen.login)?;
    if let Err(why) = may(&asked, invite.as_ref()).await.map_err(|error| asked.fails(&error))? {
        return again(asked, invite, &form, &Answer::wrong(Field::Page, why)).await;
    }
    let account = chosen.account(&asked.state).await.map_err(|error| asked.unhashed(&error))?;
    let (token, guest) = (accounts_token(), guest(&asked));
    let (kept, link) = (guest.as_ref().map(|who| &who.person.id), invite.as_ref().map(LinkToken::as_str));
    match asked.state.chat.store.sign_up(account, &token, asked.visitor.device(), kept, link).await {
        Ok(who) => {
            let done = if guest.is_some() { Done::Kept } else { Done::SignedUp };
            leave_guest(&asked, guest).await;
            asked.becomes(who, &token);
            let next = OwnPath::parse(form.text("next"));
            Ok(asked.on(next.as_ref().map_or("/groups", OwnPath::as_str), Some(done)))
        }
        Err(StoreError::Refused(Refusal::Taken)) => {
            again(asked, invite, &form, &Answer::wrong(Field::Login, Why::NameTaken)).await
        }
        Err(StoreError::Refused(Refusal::LinkSpent)) => {
            again(asked, None, &form, &Answer::wrong(Field::Page, Why::LinkSpent)).await
        }
        Err(error) => Err(asked.fails(&error)),
    }
}

async fn again(asked: Asked, invite: Option<LinkToken>, form: &Form, answer: &Answer) -> Page {
    let paper = paper(&asked, invite, OwnPath::parse(form.text("next")), Some(form)).await?;
    Ok(asked.again(&paper, answer).await)
}

/// Whether they may, with this invitation or none.
async fn may(asked: &Asked, invite: Option<&LinkToken>) -> Result<Result<(), Why>, StoreError> {
    let invited = is_invited(asked, invite).await?;
    Ok(match door(asked).await? {
        SignUpDoor::Open => Ok(()),
        SignUpDoor::Invite if invited => Ok(()),
        SignUpDoor::Invite => Err(Why::SignUpInvite),
        SignUpDoor::Closed => Err(Why::SignUpClosed),
    })
}

async fn is_invited(asked: &Asked, invite: Option<&LinkToken>) -> Result<bool, StoreError> {
    let Some(invite) = invite else { return Ok(false) };
    Ok(token::link(asked, invite, &[LinkKind::Server, LinkKind::Group]).await?.is_some())
}

/// Who may sign up.
pub(super) async fn door(asked: &Asked) -> Result<SignUpDoor, StoreError> {
    Ok(rows::door(asked.state.chat.store.settings().await?.sign_up))
}

fn is_account(asked: &Asked) -> bool {
    asked.who.as_ref().is_some_and(|who| who.kind == PersonKind::Account)
}

/// The guest who asks, if it is one.
pub(super) fn guest(asked: &Asked) -> Option<Who> {
    asked.who.clone().filter(|who| who.kind == PersonKind::Guest)
}

/// The token that a guest's browser carried is no account's: no session is taken over into another.
pub(super) async fn leave_guest(asked: &Asked, guest: Option<Who>) {
    if let Some(guest) = guest {
        asked.state.chat.sessions.end(vec![guest.session], false).await;
    }
}
