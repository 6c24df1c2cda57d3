//! A new password by a link that an administrator gave out. Never by the old one (`me`).

use app::paper::{Done, Paper, Reset, Stop};
use axum::{extract::Path, response::Response};
use store::{LinkKind, StoreError};

use super::{Asked, Page, Posted, rows, token};

/// `GET /reset/{token}`.
pub(crate) async fn page(Path(token): Path<String>, asked: Asked) -> Page {
    let (paper, _) = paper(&asked, &token).await?;
    Ok(asked.show(&paper).await)
}

/// `POST /reset/{token}`: a new password. Every session of the account is over.
pub(crate) async fn reset(Path(token): Path<String>, Posted(asked, form): Posted) -> Page {
    let (paper, login) = paper(&asked, &token).await?;
    let password = match rows::new_password(&form, &login) {
        Ok(password) => password,
        Err(answer) => return Ok(asked.again(&paper, &answer).await),
    };
    let hash = asked.state.passwords.hash(password).await.map_err(|error| asked.unhashed(&error))?;
    match asked.state.chat.store.reset_password(&token, &hash).await {
        Ok(ended) => {
            asked.state.chat.sessions.end(ended, false).await;
            Ok(asked.on("/signin", Some(Done::PasswordChanged)))
        }
        Err(StoreError::Refused(_)) => Err(asked.stop(Stop::LinkSpent)),
        Err(error) => Err(asked.fails(&error)),
    }
}

/// The page, and whose login it is about.
async fn paper(asked: &Asked, token: &str) -> Result<(Paper, String), Response> {
    let parsed = token::usable(asked, token, LinkKind::Reset).await?;
    let account = async {
        let link = token::link(asked, &parsed, &[LinkKind::Reset]).await?;
        match link.and_then(|link| link.person) {
            Some(person) => asked.state.chat.store.account_of(&person).await,
            None => Ok(None),
        }
    };
    match account.await {
        Ok(Some(account)) => Ok((Paper::Reset(Reset { token: parsed, login: account.login.clone() }), account.login)),
        Ok(None) => Err(asked.stop(Stop::LinkSpent)),
        Err(error) => Err(asked.fails(&error)),
    }
}
