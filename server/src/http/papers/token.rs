//! Links' secrets, as they stand in addresses and forms. Never what a link does.

use app::paper::{LinkToken, Stop};
use axum::response::Response;
use store::{Link, LinkKind, StoreError};

use super::Asked;

/// The token of a link of this kind that works, or the page that says that it does not. Guesses are limited like passwords.
pub(super) async fn usable(asked: &Asked, token: &str, kind: LinkKind) -> Result<LinkToken, Response> {
    let Some(token) = LinkToken::parse(token) else { return Err(asked.stop(Stop::LinkSpent)) };
    asked.attempt(token.as_str())?;
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
