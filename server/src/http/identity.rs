//! Who asks: a guest's token, in a cookie or as a bearer token. Never what they may do.

use std::time::Duration;

use app::i18n::{Key, Locale};
use http::{HeaderMap, header};
use protocol::Person;
use store::StoreError;
use uuid::Uuid;

use crate::state::AppState;

const COOKIE: &str = "person";
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// A person, and the cookie that makes their browser remember it, if it does not yet.
pub(crate) struct Guest {
    pub(crate) person: Person,
    pub(crate) cookie: Option<String>,
}

/// Who the request says it comes from, if that is somebody.
pub(crate) async fn known(state: &AppState, headers: &HeaderMap) -> Result<Option<Person>, StoreError> {
    match token(headers) {
        Some(token) => Ok(state.chat.store.who(&token).await?.map(|who| who.person)),
        None => Ok(None),
    }
}

/// Who the request comes from; a new guest if that is nobody yet.
pub(crate) async fn guest(state: &AppState, headers: &HeaderMap, locale: Locale) -> Result<Guest, StoreError> {
    if let Some(person) = known(state, headers).await? {
        return Ok(Guest { person, cookie: None });
    }
    // A token that nobody has was given out with a page: now there is somebody.
    if let Some(token) = token(headers) {
        return Ok(Guest { person: add(state, locale, &token).await?, cookie: None });
    }
    let (person, token) = new_guest(state, locale).await?;
    Ok(Guest { person, cookie: Some(cookie(state, &token)) })
}

/// The cookie that a page sets where there is none: who only looks need not exist, but what they then do twice, or in two
/// tabs at once, is done by one person.
pub(crate) fn newcomers_cookie(state: &AppState, headers: &HeaderMap) -> Option<String> {
    token(headers).is_none().then(|| cookie(state, &new_token()))
}

fn cookie(state: &AppState, token: &str) -> String {
    let secure = if state.origins.is_https() { "; Secure" } else { "" };
    let age = YEAR.as_secs();
    format!("{COOKIE}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}

/// A guest who did not exist before, and their token.
pub(crate) async fn new_guest(state: &AppState, locale: Locale) -> Result<(Person, String), StoreError> {
    let token = new_token();
    Ok((add(state, locale, &token).await?, token))
}

/// Two random UUIDs: 244 bits that nobody guesses.
fn new_token() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// The same token twice at once is one person: the store sees to that.
async fn add(state: &AppState, locale: Locale, token: &str) -> Result<Person, StoreError> {
    let number = Uuid::new_v4().simple().to_string();
    let name = Key::GuestName.in_locale(locale).replacen("{}", &number[..4], 1);
    Ok(state.chat.store.add_guest(&name, token, "").await?.person)
}

fn token(headers: &HeaderMap) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let cookie = || {
        let mut cookies =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
        cookies.find(|(name, _)| *name == COOKIE).map(|(_, token)| token)
    };
    let token = bearer.or_else(cookie)?;
    // Nothing else was ever given out; and a long one is not worth hashing.
    (token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, header};

    use super::token;

    fn found(pairs: &[(HeaderName, String)]) -> Option<String> {
        let pair = |(name, value): &(HeaderName, String)| (name.clone(), HeaderValue::from_str(value).unwrap());
        token(&pairs.iter().map(pair).collect::<HeaderMap>())
    }

    #[test]
    fn a_token_comes_in_a_cookie_or_as_a_bearer_token() {
        let token = "0123456789abcdef".repeat(4);
        assert_eq!(found(&[(header::COOKIE, format!("lang=en; person={token}"))]), Some(token.clone()));
        assert_eq!(found(&[(header::AUTHORIZATION, format!("Bearer {token}"))]), Some(token));
    }

    #[test]
    fn what_we_never_gave_out_is_none() {
        for text in ["", "x", &"g".repeat(64), &"a".repeat(65)] {
            assert_eq!(found(&[(header::COOKIE, format!("person={text}"))]), None);
        }
        assert_eq!(found(&[]), None);
    }
}
