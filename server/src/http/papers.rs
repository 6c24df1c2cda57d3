//! The pages that need no script: accounts, groups, links, the server's settings. A handler reads the form, asks `chat`
//! and the store, and answers with a page or a redirect. Never markup (`app::paper`), never who may do what
//! (`chat::access`).

pub(crate) mod admin;
mod asked;
pub(crate) mod direct;
mod form;
pub(crate) mod groups;
pub(crate) mod invite;
pub(crate) mod manage;
pub(crate) mod me;
pub(crate) mod reset;
mod rows;
pub(crate) mod search;
pub(crate) mod set_up;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
mod token;
mod whom;

use axum::{extract::Request, response::Response};

use self::asked::{Asked, Posted, denied};
use crate::{chat::Denied, state::AppState};

/// What is shown, or instead of it why not.
type Page = Result<Response, Response>;

/// The page for who may not see a group.
pub(crate) async fn denied_page(state: &AppState, request: Request, why: Denied) -> Response {
    let (parts, _) = request.into_parts();
    Asked::page(state, &parts).await.map_or_else(|response| response, |asked| denied(&asked, why))
}
