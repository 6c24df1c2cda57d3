//! Who asks for a page, and what they are answered with. Never one page's own affair.

use app::paper::{self, Answer, Chrome, Done, OwnPath, Paper, Stop};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, Uri, header, request::Parts};
use store::{StoreError, Who};
use tracing::warn;

use super::{form::Form, rows};
use crate::{
    chat::{Denied, Refused},
    http::{
        body::BodyError,
        identity::{self, Visitor},
        security,
    },
    limits::TooFast,
    passwords::HashError,
    state::AppState,
};

/// A request for a page without script: who looks at it.
pub(crate) struct Asked {
    pub(super) state: AppState,
    pub(super) visitor: Visitor,
    pub(super) who: Option<Who>,
    /// What this server is called, if anything.
    server_name: Option<String>,
    uri: Uri,
    host: String,
    /// A cookie that goes with the answer.
    cookie: Option<String>,
}

/// A form that was sent, from one of our own pages, not too fast; and who sent it.
pub(crate) struct Posted(pub(super) Asked, pub(super) Form);

impl FromRequestParts<AppState> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        Self::page(state, parts).await
    }
}

impl FromRequest<AppState> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        Asked::form(state, request).await.map(|(asked, form)| Self(asked, form))
    }
}

impl Asked {
    /// A page that is looked at.
    pub(super) async fn page(state: &AppState, parts: &Parts) -> Result<Self, Response> {
        let visitor = Visitor::of(state, &parts.extensions, &parts.headers);
        let uri = parts.uri.clone();
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
        let mut asked = Self { state: state.clone(), visitor, who: None, server_name: None, uri, host, cookie: None };
        let known = async { Ok((asked.visitor.known(state).await?, state.chat.store.settings().await?)) };
        match known.await {
            Ok((who, settings)) => {
                asked.server_name = settings.name;
                asked.cookie = who.as_ref().and_then(|who| asked.visitor.renewal(who));
                asked.who = who;
            }
            Err(error) => return Err(asked.fails(&error)),
        }
        Ok(asked)
    }

    /// A form that was sent; only from our own pages.
    pub(super) async fn form(state: &AppState, request: Request) -> Result<(Self, Form), Response> {
        let (parts, body) = request.into_parts();
        let asked = Self::page(state, &parts).await?;
        if !state.origins.admit(&parts.headers) {
            return Err(asked.stop(Stop::CrossSite));
        }
        let from = asked.visitor.from;
        let slow = match &asked.who {
            Some(who) => state.limits.command(&who.person.id, from),
            None => state.limits.form(from),
        };
        slow.map_err(|too_fast| asked.too_fast(too_fast))?;
        match Form::read(body).await {
            Ok(form) => Ok((asked, form)),
            Err(BodyError::TooLong) => Err(bare(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(BodyError::TooSlow) => Err(bare(StatusCode::REQUEST_TIMEOUT)),
            Err(BodyError::Broken) => Err(bare(StatusCode::BAD_REQUEST)),
        }
    }

    /// For who must be somebody to see this: the way to the door.
    pub(super) fn sign_in(&self) -> Response {
        self.stop(Stop::SignIn { next: self.here() })
    }

    /// Somebody guesses, at a password or at a link's secret: or they have to wait.
    #[expect(clippy::result_large_err, reason = "it is the answer itself, made once and sent")]
    pub(super) fn attempt(&self, guessed: &str) -> Result<(), Response> {
        self.state.limits.attempt(guessed, self.visitor.from).map_err(|too_fast| self.too_fast(too_fast))
    }

    pub(super) fn too_fast(&self, TooFast(wait): TooFast) -> Response {
        self.stop(Stop::TooMany { seconds: seconds(&Refused::too_fast(wait)) })
    }

    /// What stands in the address after the `?`.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let query = self.uri.query()?;
        url::form_urlencoded::parse(query.as_bytes()).find(|(field, _)| field == name).map(|(_, value)| value.into())
    }

    /// The same visitor is somebody else from now on: this token is their browser's.
    pub(super) fn becomes(&mut self, who: Who, token: &str) {
        self.who = Some(who);
        self.cookie = Some(self.visitor.cookie(token));
    }

    /// The browser forgets who it was.
    pub(super) fn forget(&mut self) {
        self.who = None;
        self.cookie = Some(self.visitor.no_cookie());
    }

    /// The page, with what was just done on top.
    pub(super) async fn show(self, paper: &Paper) -> Response {
        let done = self.query("done").and_then(|tag| Done::from_tag(&tag));
        self.render(StatusCode::OK, paper, &Answer::done(done))
    }

    /// The page again, with what was wrong.
    pub(super) async fn again(self, paper: &Paper, answer: &Answer) -> Response {
        self.render(StatusCode::UNPROCESSABLE_ENTITY, paper, answer)
    }

    /// There is no page to see.
    pub(super) fn stop(&self, stop: Stop) -> Response {
        let status = StatusCode::from_u16(stop.status()).unwrap_or(StatusCode::FORBIDDEN);
        let seconds = if let Stop::TooMany { seconds } = stop { Some(seconds) } else { None };
        let mut response = self.document(status, &Paper::Stop(stop), &Answer::none());
        if let Some(Ok(seconds)) = seconds.map(|seconds| HeaderValue::from_str(&seconds.to_string())) {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }

    /// What the store could not do. Logged here, once.
    pub(super) fn fails(&self, error: &StoreError) -> Response {
        // The first part alone: what follows may be a link's secret.
        let page = self.uri.path().split('/').nth(1).unwrap_or_default();
        warn!(page, %error, "Could not serve a page");
        self.stop(Stop::StoreAway)
    }

    /// A password that could be neither hashed nor compared. Logged here, once.
    pub(super) fn unhashed(&self, error: &HashError) -> Response {
        warn!(%error, "Could not hash or compare a password");
        self.stop(Stop::StoreAway)
    }

    /// On to another page, where it says what was done.
    pub(super) fn on(self, to: &str, done: Option<Done>) -> Response {
        let to = match done {
            Some(done) => format!("{to}{}done={}", if to.contains('?') { '&' } else { '?' }, done.tag()),
            None => to.to_owned(),
        };
        let mut response = Redirect::to(&to).into_response();
        self.set_cookie(&mut response);
        response
    }

    /// What addresses that are given out begin with: the public one if it is known, or what the asker's own request says.
    pub(super) fn base(&self) -> String {
        let scheme = if self.visitor.https { "https" } else { "http" };
        self.state.origins.public().unwrap_or_else(|| format!("{scheme}://{}", self.host))
    }

    /// This very page as a way back, without what was done.
    pub(super) fn here(&self) -> Option<OwnPath> {
        OwnPath::parse(&self.address())
    }

    fn address(&self) -> String {
        let kept = url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes())
            .filter(|(name, _)| name != "done")
            .fold(url::form_urlencoded::Serializer::new(String::new()), |mut kept, (name, value)| {
                kept.append_pair(&name, &value);
                kept
            })
            .finish();
        if kept.is_empty() { self.uri.path().to_owned() } else { format!("{}?{kept}", self.uri.path()) }
    }

    fn render(self, status: StatusCode, paper: &Paper, answer: &Answer) -> Response {
        let mut response = self.document(status, paper, answer);
        self.set_cookie(&mut response);
        response
    }

    fn document(&self, status: StatusCode, paper: &Paper, answer: &Answer) -> Response {
        let chrome = Chrome {
            locale: self.visitor.locale,
            preferences: self.visitor.preferences,
            css: self.state.assets.files().css,
            me: self.who.as_ref().map(rows::visitor),
            server_name: self.server_name.clone().filter(|name| !name.trim().is_empty()),
            here: self.address(),
        };
        let mut response = (status, Html(paper::render(paper, answer, &chrome))).into_response();
        let headers: [(HeaderName, Option<HeaderValue>); 3] = [
            (header::CONTENT_SECURITY_POLICY, Some(HeaderValue::from_static(security::paper_policy()))),
            (header::CACHE_CONTROL, Some(HeaderValue::from_static("private, no-store"))),
            (header::VARY, Some(HeaderValue::from_static("accept-language, cookie, accept-encoding"))),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    fn set_cookie(&self, response: &mut Response) {
        identity::set_cookie(response, self.cookie.as_deref());
    }
}

/// Why somebody may not see a page.
pub(super) fn denied(asked: &Asked, denied: Denied) -> Response {
    asked.stop(match denied {
        Denied::SignIn => return asked.sign_in(),
        Denied::Hidden => Stop::Hidden,
        Denied::Forbidden => Stop::Forbidden,
        Denied::Banned if asked.who.as_ref().is_some_and(|who| who.closed) => Stop::Closed,
        Denied::Banned => Stop::Banned,
        Denied::Archived => Stop::Archived { group: None },
    })
}

/// Seconds that a refusal tells to wait, rounded up.
pub(super) fn seconds(refused: &Refused) -> u64 {
    let millis = refused.retry_after.map_or(1_000, |wait| wait.as_millis());
    u64::try_from(millis.div_ceil(1_000)).unwrap_or(u64::MAX).max(1)
}

/// For who sends what no browser of ours sends.
fn bare(status: StatusCode) -> Response {
    crate::http::refusal::refuse(status, "this form did not arrive as it should")
}
