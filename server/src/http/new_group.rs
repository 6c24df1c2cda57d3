//! A new group: a name nobody uses, by a plain link, so that it works without JavaScript. Nothing is stored; a group
//! exists while somebody is in it.

use axum::response::Redirect;
use protocol::GroupId;
use uuid::Uuid;

/// `GET /chatgroup/new`: off to a group with a name that cannot be guessed.
pub(crate) async fn redirect() -> Redirect {
    Redirect::to(&format!("/chatgroup?groupID={}", unguessable()))
}

/// An id that nobody guesses and that is short enough to be read out.
pub(crate) fn unguessable() -> GroupId {
    let id = Uuid::new_v4().simple().to_string();
    GroupId::parse(&id[..12]).unwrap_or_else(|_| unreachable!("letters and numbers"))
}
