//! One's own page: password, sessions. Never another's.

use app::paper::{Answer, Done, Field, Me, Paper, SessionRow, Stop, Why};
use axum::response::Response;
use store::{Refusal, SessionId, StoreError};

use super::{Asked, Page, Posted, rows};
use crate::passwords::Password;

/// `GET /me`.
pub(crate) async fn page(asked: Asked) -> Page {
    let paper = paper(&asked).await?;
    Ok(asked.show(&paper).await)
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

async fn again(asked: Asked, answer: &Answer) -> Page {
    let paper = paper(&asked).await?;
    Ok(asked.again(&paper, answer).await)
}

/// `POST /me/password`. All other sessions are over: who knows the old password knows nothing.
pub(crate) async fn password(Posted(asked, form): Posted) -> Page {
    let Some(who) = asked.who.clone() else { return Err(asked.sign_in()) };
    let account = match asked.state.chat.store.account_of(&who.person.id).await {
        Ok(Some(account)) => account,
        Ok(None) => return Err(asked.stop(Stop::Forbidden)),
        Err(error) => return Err(asked.fails(&error)),
    };
    asked.attempt(&account.login)?;
    let (passwords, wrong) = (asked.state.passwords.clone(), Answer::wrong(Field::Current, Why::WrongPassword));
    match passwords.verify(Password::typed(form.raw("current")), Some(account.password.clone())).await {
        Ok(true) => {}
        Ok(false) => return again(asked, &wrong).await,
        Err(error) => return Err(asked.unhashed(&error)),
    }
    let password = match rows::new_password(&form, &account.login) {
        Ok(password) => password,
        Err(answer) => return again(asked, &answer).await,
    };
    let hash = passwords.hash(password).await.map_err(|error| asked.unhashed(&error))?;
    match asked.state.chat.store.set_password(&who.person.id, &account.password, &hash, Some(&who.session)).await {
        Ok(ended) => {
            asked.state.chat.sessions.end(ended, false).await;
            Ok(asked.on("/me", Some(Done::PasswordChanged)))
        }
        Err(StoreError::Refused(Refusal::PasswordChanged)) => again(asked, &wrong).await,
        Err(error) => Err(asked.fails(&error)),
    }
}

/// `POST /me/sessions/end`: one of one's own, or all but this.
pub(crate) async fn end_sessions(Posted(asked, form): Posted) -> Page {
    let Some(who) = asked.who.clone() else { return Err(asked.sign_in()) };
    let store = &asked.state.chat.store;
    let (ended, done) = match form.text("id") {
        "all" => (store.revoke_all(&who.person.id, Some(&who.session)).await, Done::SessionsEnded),
        id => match SessionId::parse(id) {
            Ok(id) => (store.revoke(&who.person.id, &id).await, Done::SessionEnded),
            Err(_) => return again(asked, &Answer::wrong(Field::Page, Why::Gone)).await,
        },
    };
    match ended {
        Ok(ended) => {
            asked.state.chat.sessions.end(ended, false).await;
            Ok(asked.on("/me", Some(done)))
        }
        Err(error) => Err(asked.fails(&error)),
    }
}
