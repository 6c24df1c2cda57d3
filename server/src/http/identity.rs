//! Who asks: a session's token, in a cookie or as a bearer token. Never what they may do.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use app::{
    i18n::{Locale, guest_name},
    preferences::Preferences,
};
use axum::response::Response;
use http::{Extensions, HeaderMap, HeaderValue, header};
use protocol::RejectionCode;
use store::{StoreError, Who};
use uuid::Uuid;

use super::{address, cookie, language, preferences};
use crate::{
    account::{is_newcomers, newcomers_token},
    chat::{Caller, Refused},
    limits::{Address, TooFast},
    state::AppState,
};

const COOKIE: &str = "person";
const DAY_MS: i64 = 86_400_000;
const YEAR: Duration = Duration::from_secs(365 * 86_400);
/// Of what a browser calls itself, this much is kept.
const MAX_DEVICE_BYTES: usize = 256;

/// What a request says of whoever sent it.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) locale: Locale,
    pub(crate) preferences: Preferences,
    pub(crate) from: Address,
    /// Whether their browser reaches us by https, as far as we were told: then its cookies go no other way.
    pub(crate) https: bool,
    token: Option<String>,
    by_cookie: bool,
    device: String,
}

/// A person, and the cookie that makes their browser remember it, if it does not yet.
pub(crate) struct Guest {
    pub(crate) caller: Caller,
    pub(crate) cookie: Option<String>,
    /// They did not exist before, and so guests may come.
    pub(crate) is_new: bool,
}

impl Visitor {
    pub(crate) fn of(state: &AppState, extensions: &Extensions, headers: &HeaderMap) -> Self {
        let device = headers.get(header::USER_AGENT).and_then(|device| device.to_str().ok()).unwrap_or_default();
        Self {
            locale: language::of(headers),
            preferences: preferences::of(headers),
            from: address::of(extensions, headers, state.trust_proxy),
            // A public address that was given says it alone.
            https: match state.origins.public() {
                Some(_) => state.origins.is_https(),
                None => address::forwarded_https(headers, state.trust_proxy),
            },
            token: token(headers),
            by_cookie: !headers.contains_key(header::AUTHORIZATION),
            // Visible ASCII, as `to_str` has made sure.
            device: device.chars().take(MAX_DEVICE_BYTES).collect(),
        }
    }

    /// Who it is, if that is somebody.
    pub(crate) async fn known(&self, state: &AppState) -> Result<Option<Who>, StoreError> {
        match &self.token {
            Some(token) => state.chat.store.who(token).await,
            None => Ok(None),
        }
    }

    /// Who it is; a new guest if that is nobody yet and guests may come.
    pub(crate) async fn guest(&self, state: &AppState) -> Result<Guest, Refused> {
        if let Some(who) = self.known(state).await? {
            return Ok(Guest { caller: self.caller(who), cookie: None, is_new: false });
        }
        // A newcomer's token that nobody has was given out with a page: now there is somebody. An account's is of a session
        // that has ended, and others may know it.
        if let Some(token) = self.newcomers_token() {
            return Ok(Guest { caller: self.caller(self.add(state, token).await?), cookie: None, is_new: true });
        }
        let (who, token) = self.new_guest(state).await?;
        Ok(Guest { caller: self.caller(who), cookie: Some(self.cookie(&token)), is_new: true })
    }

    /// A guest who did not exist before, and their token.
    pub(crate) async fn new_guest(&self, state: &AppState) -> Result<(Who, String), Refused> {
        let token = newcomers_token();
        Ok((self.add(state, &token).await?, token))
    }

    /// The cookie that a page sets where there is none: who only looks need not exist, but what they then do twice, or in
    /// two tabs at once, is done by one person.
    pub(crate) fn newcomers_cookie(&self) -> Option<String> {
        self.newcomers_token().is_none().then(|| self.cookie(&newcomers_token()))
    }

    /// The token, if it is one that a page gives to newcomers: it may be a guest's or nobody's yet.
    pub(crate) fn newcomers_token(&self) -> Option<&str> {
        self.token.as_deref().filter(|token| is_newcomers(token))
    }

    /// A cookie that lasts a year from now, for who was last seen yesterday or before.
    pub(crate) fn renewal(&self, who: &Who) -> Option<String> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let unseen = i64::try_from(since).unwrap_or_default().saturating_sub(who.seen_at);
        self.token.as_ref().filter(|_| self.by_cookie && unseen > DAY_MS).map(|token| self.cookie(token))
    }

    /// By which a browser is this session's for a year.
    pub(crate) fn cookie(&self, token: &str) -> String {
        format!("{COOKIE}={token}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", YEAR.as_secs(), self.secure())
    }

    /// By which a browser forgets who it was.
    pub(crate) fn no_cookie(&self) -> String {
        format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{}", self.secure())
    }

    /// What ends a cookie that the browser keeps to itself.
    pub(crate) const fn secure(&self) -> &'static str {
        if self.https { "; Secure" } else { "" }
    }

    /// What the browser calls itself.
    pub(crate) fn device(&self) -> &str {
        &self.device
    }

    fn caller(&self, who: Who) -> Caller {
        Caller { who: Arc::new(who), from: self.from }
    }

    /// The same token twice at once is one person: the store sees to that.
    async fn add(&self, state: &AppState, token: &str) -> Result<Who, Refused> {
        if !state.chat.store.settings().await?.guests {
            return Err(RejectionCode::SignIn.into());
        }
        state.limits.newcomer(self.from).map_err(|TooFast(wait)| Refused::too_fast(wait))?;
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        let name = guest_name(self.locale, seed);
        Ok(state.chat.store.add_guest(&name, token, &self.device).await?)
    }
}

/// Goes with the answer, if there is one.
pub(crate) fn set_cookie(response: &mut Response, cookie: Option<&str>) {
    if let Some(Ok(cookie)) = cookie.map(HeaderValue::from_str) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn token(headers: &HeaderMap) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let token = bearer.or_else(|| cookie::find(headers, COOKIE))?;
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
