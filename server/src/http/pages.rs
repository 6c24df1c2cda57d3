//! Rendering the app's pages: what a render is told about its request, and the headers of a page. Never markup.

use std::collections::HashMap;

use app::{
    app::ErrorStatus,
    listed::Mine,
    opening::{Dated, Opening},
    shell::{SiteFiles, shell},
};
use axum::{
    body::Body,
    extract::{Query, Request, State},
    response::{Redirect, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, Uri, header, request::Parts};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{expect_context, provide_context},
};
use leptos_axum::ResponseOptions;
use protocol::{GroupId, MessageId, Millis, PAGE, Seq};
use search::Date;
use store::{Around, Snapshot, StoreError};
use tracing::warn;

use super::{assets::Assets, identity::Visitor, language, mine::mine, papers, pins::pins, preferences, security};
use crate::{
    chat::{Act, Denied},
    consumers::live::told_to,
    state::AppState,
};

/// What the app's components find in their context on the server.
fn context(assets: Assets) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let parts = expect_context::<Parts>();
        provide_context(language::of(&parts.headers));
        provide_context(preferences::of(&parts.headers));
        provide_context::<SiteFiles>(assets.files());
        page_headers();
    }
}

/// `GET` of a page that the server knows nothing about but its language and preferences.
pub(crate) async fn plain(State(state): State<AppState>, request: Request) -> Response {
    let document = document(state.leptos.clone());
    leptos_axum::render_app_to_stream_with_context(context(state.assets.clone()), document)(request).await
}

/// `GET /chatgroup`: with what has been said lately in it, so that it can be read before any script runs.
pub(crate) async fn group(State(state): State<AppState>, request: Request) -> Response {
    let query = Query::<HashMap<String, String>>::try_from_uri(request.uri()).map(|Query(query)| query);
    let query = query.unwrap_or_default();
    let visitor = Visitor::of(&state, request.extensions(), request.headers());
    let group = query.get("groupID").and_then(|id| GroupId::parse(id.trim()).ok());
    let (mine, opening) = match read(&state, group.as_ref(), place(&query), &visitor).await {
        Ok(Ok(read)) => read,
        Ok(Err(why)) => return papers::denied_page(&state, request, why).await,
        Err(error) => {
            warn!(?group, %error, "Could not read a group for its page");
            (Mine::default(), None)
        }
    };
    let cookie = opening.as_ref().filter(|opening| opening.me.is_none()).and_then(|_| visitor.newcomers_cookie(&state));
    let (assets, options) = (state.assets.clone(), state.leptos.clone());
    let context = move || {
        context(assets.clone())();
        provide_context(mine.clone());
        if let Some(opening) = opening.clone() {
            provide_context(opening);
        }
    };
    let mut response = leptos_axum::render_app_to_stream_with_context(context, document(options))(request).await;
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Which messages of a group an address asks for: who runs no script pages back by address, and a link leads to a message.
enum Place {
    End,
    Before(Seq),
    Around(MessageId),
    /// A day's beginning.
    Since(Millis),
    /// A date that is none.
    Nonsense,
}

fn place(query: &HashMap<String, String>) -> Place {
    if let Some(message) = query.get("message").and_then(|message| MessageId::parse(message).ok()) {
        return Place::Around(message);
    }
    // Where the visitor's clock is, only a script knows: it asks the API.
    match query.get("date").map(|date| Date::parse(date.trim())) {
        Some(Some(date)) => Place::Since(date.begins(0)),
        Some(None) => Place::Nonsense,
        None => query.get("before").and_then(|before| before.parse().ok()).map_or(Place::End, Place::Before),
    }
}

/// The messages that an address asks for, before which event they are, the one that is meant, and what came of a date.
type Shown = (Snapshot, Option<Seq>, Option<MessageId>, Option<Dated>);

/// What has expired or never was leads to the newest: the group is there all the same.
async fn shown(store: &store::Store, group: &GroupId, place: Place) -> Result<Shown, StoreError> {
    let (found, dated) = match place {
        Place::End => (None, None),
        Place::Nonsense => (None, Some(Dated::Nonsense)),
        Place::Before(before) => {
            return Ok((store.before(group, before, PAGE as u32).await?, Some(before), None, None));
        }
        Place::Around(message) => (store.around(group, &message, PAGE as u32).await?, None),
        Place::Since(at) => {
            let found = store.since(group, at, PAGE as u32).await?;
            let late = found.is_none().then_some(Dated::Late);
            (found, late)
        }
    };
    Ok(match found {
        Some(Around { message, page, before }) => (page, before, Some(message), dated),
        None => (store.newest(group, PAGE as u32).await?, None, None, dated),
    })
}

/// The visitor's groups, and of the open one the messages that are asked for. Without a store the page comes all the same, and says so.
async fn read(
    state: &AppState,
    group: Option<&GroupId>,
    place: Place,
    visitor: &Visitor,
) -> Result<Result<(Mine, Option<Opening>), Denied>, StoreError> {
    let store = &state.chat.store;
    let who = visitor.known(state).await?;
    let Some(group) = group else {
        // To choose a group one need not be anybody.
        return Ok(Ok((Mine(mine(state, who.as_ref(), None).await?.unwrap_or_default()), None)));
    };
    let access = match state.chat.may(who.as_ref(), group, Act::Read).await? {
        Ok(access) => access,
        Err(denied) => return Ok(Err(denied)),
    };
    let mut mine = mine(state, who.as_ref(), Some(group)).await?.unwrap_or_default();
    let (page, before, marked, dated) = shown(store, group, place).await?;
    let pins = pins(state, who.as_ref(), group, &access).await?;
    let me = who.map(|who| who.person);
    let read = match &me {
        Some(me) => store.standings(&me.id, std::slice::from_ref(group)).await?.groups.first().map(|one| one.read),
        None => None,
    };
    let (read, form) = (read.unwrap_or(0), uuid::Uuid::now_v7().to_string());
    let Snapshot { epoch, seq, messages, more, .. } = page;
    // It is being read.
    let unread = mine.iter().find(|listed| listed.group == *group).map_or(0, |listed| listed.unread);
    for listed in mine.iter_mut().filter(|listed| listed.group == *group) {
        (listed.head, listed.unread, listed.mentions) = (seq, 0, 0);
        listed.at = messages.last().map_or(0, |message| message.at).max(listed.at);
    }
    let messages = told_to(me.as_ref(), messages);
    let group = group.clone();
    let opening = Opening { group, me, epoch, seq, before, messages, more, read, unread, form, pins, marked, dated };
    Ok(Ok((Mine(mine), Some(opening))))
}

/// A page's address with a slash too many leads to the page.
pub(crate) async fn without_slash(uri: Uri) -> Redirect {
    let page = uri.path().trim_end_matches('/');
    Redirect::permanent(&uri.query().map_or_else(|| page.to_owned(), |query| format!("{page}?{query}")))
}

/// The page for a request that was refused.
pub(crate) async fn error(state: &AppState, request: Request, status: StatusCode) -> Response {
    let (assets, options) = (state.assets.clone(), state.leptos.clone());
    let context = move || {
        context(assets.clone())();
        provide_context(ErrorStatus(status.as_u16()));
    };
    leptos_axum::render_app_to_stream_with_context(context, document(options))(request).await
}

/// The app in its document, as leptos_axum wants it.
fn document(options: LeptosOptions) -> impl Fn() -> leptos::prelude::AnyView + Clone + Send + Sync + 'static {
    use leptos::prelude::IntoAny;
    move || shell(options.clone()).into_any()
}

/// A request for the same page in the same language, to render an error page with after the first was used up.
pub(crate) fn request_like(request: &Request) -> Request {
    let mut copy = Request::new(Body::empty());
    copy.uri_mut().clone_from(request.uri());
    for name in [header::COOKIE, header::ACCEPT_LANGUAGE] {
        for value in request.headers().get_all(&name) {
            copy.headers_mut().append(&name, value.clone());
        }
    }
    copy
}

/// A page is its visitor's alone: it holds a nonce and is in one language.
fn page_headers() {
    let response = expect_context::<ResponseOptions>();
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let headers: [(HeaderName, Option<HeaderValue>); 3] = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&security::content_policy(&nonce)).ok()),
        (header::CACHE_CONTROL, Some(HeaderValue::from_static("private, no-cache"))),
        (header::VARY, Some(HeaderValue::from_static("accept-language, cookie, accept-encoding"))),
    ];
    for (name, value) in headers {
        if let Some(value) = value {
            response.insert_header(name, value);
        }
    }
}
