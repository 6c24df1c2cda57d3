//! Setting the server up: its name and its first administrator, by the link that it printed.

use app::paper::{Answer, Done, Field, Paper, SetUp, Stop, Why};
use axum::extract::Path;
use store::{LinkKind, Refusal, StoreError};

use super::{
    Asked, Page, Posted,
    rows::{self, Chosen},
    sign_up::{guest, leave_guest},
    token,
};
use crate::account::accounts_token;

/// `GET /setup/{token}`: whoever has the link that the server printed.
pub(crate) async fn page(Path(token): Path<String>, asked: Asked) -> Page {
    let token = token::usable(&asked, &token, LinkKind::Setup).await?;
    let (server_name, login, name) = Default::default();
    Ok(asked.show(&Paper::SetUp(SetUp { token, server_name, login, name })).await)
}

/// `POST /setup/{token}`: names the server and makes its admin. However many try at once, one succeeds.
pub(crate) async fn set_up(Path(token): Path<String>, Posted(mut asked, form): Posted) -> Page {
    let token = token::usable(&asked, &token, LinkKind::Setup).await?;
    let server_name = form.text("server_name").to_owned();
    let (login, name) = (form.text("login").to_owned(), form.text("name").to_owned());
    let paper = Paper::SetUp(SetUp { token, server_name: server_name.clone(), login, name });
    let chosen = match (rows::server_name(&server_name), Chosen::of(&form)) {
        (Ok(()), Ok(chosen)) => chosen,
        (Err(answer), _) | (_, Err(answer)) => return Ok(asked.again(&paper, &answer).await),
    };
    let account = chosen.account(&asked.state).await.map_err(|error| asked.unhashed(&error))?;
    let (session, guest) = (accounts_token(), guest(&asked));
    let kept = guest.as_ref().map(|who| &who.person.id);
    match asked.state.chat.store.set_up(account, &server_name, &session, asked.visitor.device(), kept).await {
        Ok(who) => {
            leave_guest(&asked, guest).await;
            asked.becomes(who, &session);
            Ok(asked.on("/admin", Some(Done::SetUp)))
        }
        Err(StoreError::Refused(Refusal::Done)) => Err(asked.stop(Stop::AlreadySetUp)),
        Err(StoreError::Refused(Refusal::Taken)) => {
            Ok(asked.again(&paper, &Answer::wrong(Field::Login, Why::NameTaken)).await)
        }
        Err(error) => Err(asked.fails(&error)),
    }
}
