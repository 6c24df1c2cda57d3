//! A new group: a name nobody uses, by a plain link, so that it works without JavaScript. Nothing is stored; a group
//! exists while somebody is in it.

use axum::response::Redirect;
use uuid::Uuid;

/// `GET /chatgroup/new`: off to a group with a name that cannot be guessed.
pub(crate) async fn redirect() -> Redirect {
    let id = Uuid::new_v4().simple().to_string();
    Redirect::to(&format!("/chatgroup?groupID={}", &id[..12]))
}
