//! Signing in and out. Never how an account begins (`sign_up`), never a new password (`me`, `reset`).

use app::paper::{Answer, Field, OwnPath, Paper, SignIn, Stop, Why};
use axum::response::Response;
use store::{Account, PersonKind, Refusal, StoreError, Who};
use tracing::warn;

use super::{Asked, Page, Posted, form::Form, rows, sign_up::door};
use crate::{account::accounts_token, passwords::Password, state::AppState};

/// `GET /signin`.
pub(crate) async fn page(asked: Asked) -> Page {
    let next = asked.query("next").and_then(|next| OwnPath::parse(&next));
    let paper = paper(&asked, next, String::new()).await?;
    Ok(asked.show(&paper).await)
}

async fn paper(asked: &Asked, next: Option<OwnPath>, login: String) -> Result<Paper, Response> {
    let door = door(asked).await.map_err(|error| asked.fails(&error))?;
    Ok(Paper::SignIn(SignIn { next, door, login }))
}

/// `POST /signin`. Unknown and known logins are answered alike, in words and in time.
pub(crate) async fn sign_in(Posted(mut asked, form): Posted) -> Page {
    let login = rows::login(form.text("login"));
    asked.attempt(&login)?;
    let Some(account) = verified(&asked, &login, &form).await? else { return wrong(asked, &form).await };
    if account.closed {
        return Err(asked.stop(Stop::Closed));
    }
    let (token, verified) = (accounts_token(), Some(account.password.as_str()));
    match asked.state.chat.store.sign_in(&account.person.id, verified, &token, asked.visitor.device()).await {
        Ok(who) => {
            // Whoever this browser was before, a guest or another account, is signed out of it.
            if let Some(before) = asked.who.take()
                && let Err(error) = end(&asked.state, before).await
            {
                warn!(%error, "Could not end the session before");
            }
            asked.becomes(who, &token);
            let next = OwnPath::parse(form.text("next"));
            Ok(asked.on(next.as_ref().map_or("/groups", OwnPath::as_str), None))
        }
        Err(StoreError::Refused(Refusal::PasswordChanged)) => wrong(asked, &form).await,
        Err(StoreError::Refused(Refusal::Banned)) => Err(asked.stop(Stop::Closed)),
        Err(error) => Err(asked.fails(&error)),
    }
}

/// The account with this login, if the password of the form is its. Where there is none as much is computed.
async fn verified(asked: &Asked, login: &str, form: &Form) -> Result<Option<Account>, Response> {
    let account = asked.state.chat.store.account(login).await.map_err(|error| asked.fails(&error))?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let is_it = asked.state.passwords.verify(Password::typed(form.raw("password")), hash).await;
    let is_it = is_it.map_err(|error| asked.unhashed(&error))?;
    Ok(account.filter(|_| is_it))
}

async fn wrong(asked: Asked, form: &Form) -> Page {
    let paper = paper(&asked, OwnPath::parse(form.text("next")), form.text("login").to_owned()).await?;
    Ok(asked.again(&paper, &Answer::wrong(Field::Page, Why::WrongLogin)).await)
}

/// A guest's session stays: it is all that they have. It only leaves this browser.
async fn end(state: &AppState, who: Who) -> Result<(), StoreError> {
    if who.kind != PersonKind::Guest {
        state.chat.store.sign_out(&who.session).await?;
        state.chat.sessions.end(vec![who.session], false).await;
    }
    Ok(())
}

/// `POST /signout`: the session is over, on every node, and so are its sockets.
pub(crate) async fn sign_out(Posted(mut asked, _): Posted) -> Page {
    if let Some(who) = asked.who.take() {
        asked.state.chat.store.sign_out(&who.session).await.map_err(|error| asked.fails(&error))?;
        asked.state.chat.sessions.end(vec![who.session], false).await;
    }
    asked.forget();
    Ok(asked.on("/", None))
}
