//! Setting up, signing up, in and out, a new password by a link.

use app::paper::{Answer, Done, Field, LinkToken, OwnPath, Paper, Reset, SetUp, SignIn, SignUp, SignUpDoor, Stop, Why};
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use http::request::Parts;
use store::{Link, LinkKind, PersonKind, Refusal, StoreError};
use tracing::warn;

use super::{
    Asked, asked,
    form::Form,
    rows::{self, Chosen},
};
use crate::{account::accounts_token, chat::Refused, limits::TooFast, passwords::Password, state::AppState};

/// `GET /signin`.
pub(crate) async fn sign_in_page(State(state): State<AppState>, parts: Parts) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let next = asked.query("next").and_then(|next| OwnPath::parse(&next));
    let door = match door(&asked).await {
        Ok(door) => door,
        Err(error) => return asked.fails(&error),
    };
    asked.show(&Paper::SignIn(SignIn { next, door, login: String::new() })).await
}

/// `POST /signin`. Unknown and known logins are answered alike, in words and in time.
pub(crate) async fn sign_in(State(state): State<AppState>, request: Request) -> Response {
    let (mut asked, form) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let login = rows::login(form.text("login"));
    let next = OwnPath::parse(form.text("next"));
    let again = async |asked: Asked, why| {
        let Ok(door) = door(&asked).await else { return asked.stop(Stop::StoreAway) };
        let paper = Paper::SignIn(SignIn { next: next.clone(), door, login: form.text("login").to_owned() });
        asked.again(&paper, &Answer::wrong(Field::Page, why)).await
    };
    if let Err(TooFast(wait)) = state.limits.attempt(&login, asked.visitor.from) {
        return asked.stop(Stop::TooMany { seconds: asked::seconds(&Refused::too_fast(wait)) });
    }
    let account = match state.chat.store.account(&login).await {
        Ok(account) => account,
        Err(error) => return asked.fails(&error),
    };
    let hash = account.as_ref().map(|account| account.password.clone());
    match state.passwords.verify(Password::typed(form.raw("password")), hash).await {
        Ok(true) => {}
        Ok(false) => return again(asked, Why::WrongLogin).await,
        Err(error) => {
            warn!(%error, "Could not compare a password");
            return asked.stop(Stop::StoreAway);
        }
    }
    let Some(account) = account else { return again(asked, Why::WrongLogin).await };
    if account.closed {
        return asked.stop(Stop::Closed);
    }
    let token = accounts_token();
    let verified = Some(account.password.as_str());
    match state.chat.store.sign_in(&account.person.id, verified, &token, asked.visitor.device()).await {
        Ok(who) => {
            // Whoever this browser was before, a guest or another account, is signed out of it.
            if let Some(before) = asked.who.take()
                && let Err(error) = end(&state, &before).await
            {
                warn!(%error, "Could not end the session before");
            }
            asked.becomes(who, &token);
            asked.on(next.as_ref().map_or("/groups", OwnPath::as_str), None)
        }
        Err(StoreError::Refused(Refusal::PasswordChanged)) => again(asked, Why::WrongLogin).await,
        Err(StoreError::Refused(Refusal::Banned)) => asked.stop(Stop::Closed),
        Err(error) => asked.fails(&error),
    }
}

/// A guest's session stays: it is all that they have. It only leaves this browser.
async fn end(state: &AppState, who: &store::Who) -> Result<(), StoreError> {
    if who.kind == PersonKind::Guest {
        return Ok(());
    }
    state.chat.store.sign_out(&who.session).await?;
    state.chat.sessions.end(vec![who.session.clone()], false).await;
    Ok(())
}

/// `POST /signout`: the session is over, on every node, and so are its sockets.
pub(crate) async fn sign_out(State(state): State<AppState>, request: Request) -> Response {
    let (mut asked, _) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    if let Some(who) = asked.who.take() {
        if let Err(error) = state.chat.store.sign_out(&who.session).await {
            return asked.fails(&error);
        }
        state.chat.sessions.end(vec![who.session], false).await;
    }
    asked.forget();
    asked.on("/", None)
}

/// `GET /signup`, with `?invite=` and `?next=`.
pub(crate) async fn sign_up_page(State(state): State<AppState>, parts: Parts) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    if asked.who.as_ref().is_some_and(|who| who.kind == PersonKind::Account) {
        return asked.on("/me", None);
    }
    let invite = asked.query("invite").and_then(|token| LinkToken::parse(&token));
    let next = asked.query("next").and_then(|next| OwnPath::parse(&next));
    match paper_of_sign_up(&asked, invite, next, None).await {
        Ok(paper) => asked.show(&paper).await,
        Err(error) => asked.fails(&error),
    }
}

async fn paper_of_sign_up(
    asked: &Asked,
    invite: Option<LinkToken>,
    next: Option<OwnPath>,
    typed: Option<&Form>,
) -> Result<Paper, StoreError> {
    let invited = match &invite {
        Some(token) => link(asked, token, &[LinkKind::Server, LinkKind::Group]).await?.is_some(),
        None => false,
    };
    let door = match door(asked).await? {
        SignUpDoor::Invite if invited => SignUpDoor::Open,
        door => door,
    };
    let guest = asked.who.as_ref().filter(|who| who.kind == PersonKind::Guest);
    let name = guest.map(|who| who.person.name.clone()).unwrap_or_default();
    Ok(Paper::SignUp(SignUp {
        keep: guest.is_some(),
        door,
        invite: invite.filter(|_| invited),
        next,
        login: typed.map_or_else(String::new, |form| form.text("login").to_owned()),
        name: typed.map_or(name, |form| form.text("name").to_owned()),
    }))
}

/// `POST /signup`: a new account, or the guest keeps who they are.
pub(crate) async fn sign_up(State(state): State<AppState>, request: Request) -> Response {
    let (mut asked, form) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    if asked.who.as_ref().is_some_and(|who| who.kind == PersonKind::Account) {
        return asked.on("/me", None);
    }
    let invite = LinkToken::parse(form.text("invite"));
    let next = OwnPath::parse(form.text("next"));
    let chosen = match Chosen::of(&form) {
        Ok(chosen) => chosen,
        Err(answer) => return sign_up_again(asked, invite, next, &form, &answer).await,
    };
    if let Err(TooFast(wait)) = state.limits.attempt(&chosen.login, asked.visitor.from) {
        return asked.stop(Stop::TooMany { seconds: asked::seconds(&Refused::too_fast(wait)) });
    }
    let invited = match &invite {
        Some(token) => link(&asked, token, &[LinkKind::Server, LinkKind::Group]).await,
        None => Ok(None),
    };
    let may = match (invited, door(&asked).await) {
        (Ok(Some(_)), Ok(SignUpDoor::Invite)) | (Ok(_), Ok(SignUpDoor::Open)) => Ok(()),
        (Ok(None), Ok(SignUpDoor::Invite)) => Err(Why::SignUpInvite),
        (Ok(_), Ok(SignUpDoor::Closed)) => Err(Why::SignUpClosed),
        (Err(error), _) | (_, Err(error)) => return asked.fails(&error),
    };
    if let Err(why) = may {
        return sign_up_again(asked, invite, next, &form, &Answer::wrong(Field::Page, why)).await;
    }
    let account = match chosen.account(&state).await {
        Ok(account) => account,
        Err(error) => {
            warn!(%error, "Could not hash a password");
            return asked.stop(Stop::StoreAway);
        }
    };
    let token = accounts_token();
    let guest = asked.who.as_ref().filter(|who| who.kind == PersonKind::Guest).cloned();
    let signed = state.chat.store.sign_up(
        account,
        &token,
        asked.visitor.device(),
        guest.as_ref().map(|who| &who.person.id),
        invite.as_ref().map(LinkToken::as_str),
    );
    match signed.await {
        Ok(who) => {
            let done = if let Some(guest) = guest {
                // The token that a guest's browser carried is no account's: no session is taken over into another.
                state.chat.sessions.end(vec![guest.session], false).await;
                Done::Kept
            } else {
                Done::SignedUp
            };
            asked.becomes(who, &token);
            asked.on(next.as_ref().map_or("/groups", OwnPath::as_str), Some(done))
        }
        Err(StoreError::Refused(Refusal::Taken)) => {
            sign_up_again(asked, invite, next, &form, &Answer::wrong(Field::Login, Why::NameTaken)).await
        }
        Err(StoreError::Refused(Refusal::LinkSpent)) => {
            sign_up_again(asked, None, next, &form, &Answer::wrong(Field::Page, Why::LinkSpent)).await
        }
        Err(error) => asked.fails(&error),
    }
}

async fn sign_up_again(
    asked: Asked,
    invite: Option<LinkToken>,
    next: Option<OwnPath>,
    form: &Form,
    answer: &Answer,
) -> Response {
    match paper_of_sign_up(&asked, invite, next, Some(form)).await {
        Ok(paper) => asked.again(&paper, answer).await,
        Err(error) => asked.fails(&error),
    }
}

/// `GET /setup/{token}`: whoever has the link that the server printed.
pub(crate) async fn set_up_page(State(state): State<AppState>, Path(token): Path<String>, parts: Parts) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let token = match usable(&asked, &token, LinkKind::Setup).await {
        Ok(token) => token,
        Err(response) => return response,
    };
    let (server_name, login, name) = Default::default();
    asked.show(&Paper::SetUp(SetUp { token, server_name, login, name })).await
}

/// `POST /setup/{token}`: names the server and makes its admin. However many try at once, one succeeds.
pub(crate) async fn set_up(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let (mut asked, form) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let token = match usable(&asked, &token, LinkKind::Setup).await {
        Ok(token) => token,
        Err(response) => return response,
    };
    let server_name = form.text("server_name").to_owned();
    let paper = Paper::SetUp(SetUp {
        token,
        server_name: server_name.clone(),
        login: form.text("login").to_owned(),
        name: form.text("name").to_owned(),
    });
    let chosen = match (rows::server_name(&server_name), Chosen::of(&form)) {
        (Ok(()), Ok(chosen)) => chosen,
        (Err(answer), _) | (_, Err(answer)) => return asked.again(&paper, &answer).await,
    };
    let account = match chosen.account(&state).await {
        Ok(account) => account,
        Err(error) => {
            warn!(%error, "Could not hash a password");
            return asked.stop(Stop::StoreAway);
        }
    };
    let session = accounts_token();
    let guest = asked.who.clone().filter(|who| who.kind == PersonKind::Guest);
    let guest_id = guest.as_ref().map(|who| &who.person.id);
    match state.chat.store.set_up(account, &server_name, &session, asked.visitor.device(), guest_id).await {
        Ok(who) => {
            if let Some(guest) = guest {
                state.chat.sessions.end(vec![guest.session], false).await;
            }
            asked.becomes(who, &session);
            asked.on("/admin", Some(Done::SetUp))
        }
        Err(StoreError::Refused(Refusal::Done)) => asked.stop(Stop::AlreadySetUp),
        Err(StoreError::Refused(Refusal::Taken)) => {
            asked.again(&paper, &Answer::wrong(Field::Login, Why::NameTaken)).await
        }
        Err(error) => asked.fails(&error),
    }
}

/// `GET /reset/{token}`.
pub(crate) async fn reset_page(State(state): State<AppState>, Path(token): Path<String>, parts: Parts) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    match paper_of_reset(&asked, &token).await {
        Ok((paper, _)) => asked.show(&paper).await,
        Err(response) => response,
    }
}

/// `POST /reset/{token}`: a new password. Every session of the account is over.
pub(crate) async fn reset(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let (asked, form) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let (paper, login) = match paper_of_reset(&asked, &token).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let password = match rows::new_password(&form, &login) {
        Ok(password) => password,
        Err(answer) => return asked.again(&paper, &answer).await,
    };
    let hash = match state.passwords.hash(password).await {
        Ok(hash) => hash,
        Err(error) => {
            warn!(%error, "Could not hash a password");
            return asked.stop(Stop::StoreAway);
        }
    };
    match state.chat.store.reset_password(&token, &hash).await {
        Ok(ended) => {
            state.chat.sessions.end(ended, false).await;
            asked.on("/signin", Some(Done::PasswordChanged))
        }
        Err(StoreError::Refused(_)) => asked.stop(Stop::LinkSpent),
        Err(error) => asked.fails(&error),
    }
}

async fn paper_of_reset(asked: &Asked, token: &str) -> Result<(Paper, String), Response> {
    let parsed = usable(asked, token, LinkKind::Reset).await?;
    let link = link(asked, &parsed, &[LinkKind::Reset]).await.map_err(|error| asked.fails(&error))?;
    let Some(person) = link.and_then(|link| link.person) else { return Err(asked.stop(Stop::LinkSpent)) };
    match asked.state.chat.store.account_of(&person).await {
        Ok(Some(account)) => Ok((Paper::Reset(Reset { token: parsed, login: account.login.clone() }), account.login)),
        Ok(None) => Err(asked.stop(Stop::LinkSpent)),
        Err(error) => Err(asked.fails(&error)),
    }
}

/// A token of this kind that works, or the page that says that it does not. Guesses are limited like passwords.
async fn usable(asked: &Asked, token: &str, kind: LinkKind) -> Result<LinkToken, Response> {
    let Some(token) = LinkToken::parse(token) else { return Err(asked.stop(Stop::LinkSpent)) };
    let attempt = asked.state.limits.attempt(token.as_str(), asked.visitor.from);
    if let Err(TooFast(wait)) = attempt {
        return Err(asked.stop(Stop::TooMany { seconds: asked::seconds(&Refused::too_fast(wait)) }));
    }
    match link(asked, &token, &[kind]).await {
        Ok(Some(_)) => Ok(token),
        Ok(None) if kind == LinkKind::Setup => Err(asked.stop(Stop::AlreadySetUp)),
        Ok(None) => Err(asked.stop(Stop::LinkSpent)),
        Err(error) => Err(asked.fails(&error)),
    }
}

/// The link of a token, if it works and is of one of these kinds.
pub(super) async fn link(asked: &Asked, token: &LinkToken, kinds: &[LinkKind]) -> Result<Option<Link>, StoreError> {
    let found = asked.state.chat.store.link(token.as_str()).await?;
    Ok(found.filter(|link| kinds.contains(&link.kind)))
}

async fn door(asked: &Asked) -> Result<SignUpDoor, StoreError> {
    Ok(rows::door(asked.state.chat.store.settings().await?.sign_up))
}
