//! One's own page: password, sessions. Never another's.

use app::paper::{Answer, Done, Field, Me, Paper, SessionRow, Stop, Why};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::request::Parts;
use store::{SessionId, StoreError};
use tracing::warn;

use super::{Asked, asked, rows};
use crate::{chat::Refused, limits::TooFast, passwords::Password, state::AppState};

/// `GET /me`.
pub(crate) async fn page(State(state): State<AppState>, parts: Parts) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    match paper(&asked).await {
        Ok(paper) => asked.show(&paper).await,
        Err(response) => response,
    }
}

async fn paper(asked: &Asked) -> Result<Paper, Response> {
    let Some(who) = &asked.who else { return Err(asked.sign_in()) };
    let store = &asked.state.chat.store;
    let read =
        async { Ok::<_, StoreError>((store.account_of(&who.person.id).await?, store.sessions(&who.person.id).await?)) };
    let (account, sessions) = read.await.map_err(|error| asked.fails(&error))?;
    let row = |session: store::Session| SessionRow {
        this: session.id == who.session,
        id: session.id.to_string(),
        device: rows::device(&session.device),
        created_at: session.created_at,
        seen_at: session.seen_at,
    };
    let mut sessions: Vec<_> = sessions.into_iter().map(row).collect();
    sessions.sort_by_key(|session| (!session.this, -session.seen_at));
    Ok(Paper::Me(Me { login: account.map(|account| account.login), sessions }))
}

async fn again(asked: Asked, at: Field, why: Why) -> Response {
    match paper(&asked).await {
        Ok(paper) => asked.again(&paper, &Answer::wrong(at, why)).await,
        Err(response) => response,
    }
}

/// `POST /me/password`. All other sessions are over: who knows the old password knows nothing.
pub(crate) async fn password(State(state): State<AppState>, request: Request) -> Response {
    let (asked, form) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let Some(who) = asked.who.clone() else { return asked.sign_in() };
    let account = match state.chat.store.account_of(&who.person.id).await {
        Ok(Some(account)) => account,
        Ok(None) => return asked.stop(Stop::Forbidden),
        Err(error) => return asked.fails(&error),
    };
    if let Err(TooFast(wait)) = state.limits.attempt(&account.login, asked.visitor.from) {
        return asked.stop(Stop::TooMany { seconds: asked::seconds(&Refused::too_fast(wait)) });
    }
    match state.passwords.verify(Password::typed(form.raw("current")), Some(account.password)).await {
        Ok(true) => {}
        Ok(false) => return again(asked, Field::Current, Why::WrongPassword).await,
        Err(error) => {
            warn!(%error, "Could not compare a password");
            return asked.stop(Stop::StoreAway);
        }
    }
    let password = match rows::new_password(&form, &account.login) {
        Ok(password) => password,
        Err(answer) => {
            return match paper(&asked).await {
                Ok(paper) => asked.again(&paper, &answer).await,
                Err(response) => response,
            };
        }
    };
    let hash = match state.passwords.hash(password).await {
        Ok(hash) => hash,
        Err(error) => {
            warn!(%error, "Could not hash a password");
            return asked.stop(Stop::StoreAway);
        }
    };
    let change = async {
        state.chat.store.set_password(&who.person.id, &hash).await?;
        state.chat.store.revoke_all(&who.person.id, Some(&who.session)).await
    };
    match change.await {
        Ok(ended) => {
            state.chat.sessions.end(ended, false).await;
            asked.on("/me", Some(Done::PasswordChanged))
        }
        Err(error) => asked.fails(&error),
    }
}

/// `POST /me/sessions/end`: one of one's own, or all but this.
pub(crate) async fn end_sessions(State(state): State<AppState>, request: Request) -> Response {
    let (asked, form) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let Some(who) = asked.who.clone() else { return asked.sign_in() };
    let store = &state.chat.store;
    let (ended, done) = match form.text("id") {
        "all" => (store.revoke_all(&who.person.id, Some(&who.session)).await, Done::SessionsEnded),
        id => match SessionId::parse(id) {
            Ok(id) => (store.revoke(&who.person.id, &id).await, Done::SessionEnded),
            Err(_) => return again(asked, Field::Page, Why::Gone).await,
        },
    };
    match ended {
        Ok(ended) => {
            state.chat.sessions.end(ended, false).await;
            asked.on("/me", Some(done))
        }
        Err(error) => asked.fails(&error),
    }
}
