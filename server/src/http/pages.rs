//! Rendering the app's pages: what a render is told about its request, and the headers of a page. What is kept
//! of them is `kept`'s. Never markup.

mod kept;
mod packed;
mod reading;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use app::{
    app::ErrorStatus,
    house::{Door, House},
    listed::Mine,
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
use protocol::GroupId;
use store::{Settings, SignUp, StoreError, Who};
use tracing::warn;

pub(crate) use self::{kept::Kept, packed::IsPacked};
use super::{
    assets::Assets,
    identity::{Visitor, set_cookie},
    language, papers, preferences, security,
};
use crate::state::AppState;

/// A page is its visitor's alone, and asked for again each time.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-cache");
const VARY: HeaderValue = HeaderValue::from_static("accept-language, cookie, accept-encoding");

/// What the app's components find in their context on the server.
fn context(assets: Assets, house: House) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let parts = expect_context::<Parts>();
        provide_context(language::of(&parts.headers));
        provide_context(preferences::of(&parts.headers));
        provide_context::<SiteFiles>(assets.files());
        provide_context(house.clone());
        page_headers();
    }
}

/// What every page says of this server. Without a store the page comes all the same, and without a name.
async fn house(state: &AppState) -> House {
    shown(state.chat.store.settings().await.unwrap_or_default())
}

fn shown(settings: Settings) -> House {
    let door = match settings.sign_up {
        _ if settings.guests => Door::Guests,
        SignUp::Open => Door::SignUp,
        SignUp::Invite | SignUp::Closed => Door::Members,
    };
    House { name: settings.name.filter(|name| !name.trim().is_empty()), door }
}

/// `GET` of a page that the server knows nothing about but its language and preferences.
pub(crate) async fn plain(State(state): State<AppState>, request: Request) -> Response {
    let (document, house) = (document(state.leptos.clone()), house(&state).await);
    leptos_axum::render_app_to_stream_with_context(context(state.assets.clone(), house), document)(request).await
}

/// `GET /chatgroup`: with what has been said lately in it, so that it can be read before any script runs.
pub(crate) async fn group(State(state): State<AppState>, request: Request) -> Response {
    let visitor = Visitor::of(&state, request.extensions(), request.headers());
    let who = match kept::who(&state, &visitor).await {
        Ok(None) => {
            let asked = query(request.uri());
            match kept::key(request.uri(), asked_group(&asked).as_ref(), &visitor) {
                Some(key) => return kept::page(&state, key, &visitor, request).await,
                None => Ok(None),
            }
        }
        who => who,
    };
    rendered(&state, &visitor, who, request).await.response
}

/// A page, and the nonce of its scripts if it is a group's as nobody in particular sees it.
struct Rendered {
    response: Response,
    nonce: Option<String>,
}

async fn rendered(
    state: &AppState,
    visitor: &Visitor,
    who: Result<Option<Who>, StoreError>,
    request: Request,
) -> Rendered {
    let asked = query(request.uri());
    let group = asked_group(&asked);
    let read = match who {
        Ok(who) => reading::read(state, group.as_ref(), &asked, who).await,
        Err(error) => Err(error),
    };
    let (mine, opening, settings) = match read {
        Ok(Ok(read)) => read,
        Ok(Err(why)) => return Rendered { response: papers::denied_page(state, request, why).await, nonce: None },
        Err(error) => {
            warn!(?group, %error, "Could not read a group for its page");
            (Mine::default(), None, None)
        }
    };
    let is_nobodys = opening.as_ref().is_some_and(|opening| opening.me.is_none());
    let house = match settings {
        Some(settings) => shown(settings),
        None => house(state).await,
    };
    let (assets, options) = (state.assets.clone(), state.leptos.clone());
    let nonce = Arc::<OnceLock<String>>::default();
    let told = Arc::clone(&nonce);
    // Asked for once, and not copied: it is all that the page says.
    let said = Arc::new(Mutex::new(Some((mine, opening))));
    let context = move || {
        context(assets.clone(), house.clone())();
        use_nonce().map(|nonce| told.set(nonce.to_string()));
        if let Some((mine, opening)) = said.lock().unwrap_or_else(PoisonError::into_inner).take() {
            provide_context(mine);
            if let Some(opening) = opening {
                provide_context(opening);
            }
        }
    };
    let mut response = leptos_axum::render_app_to_stream_with_context(context, document(options))(request).await;
    if is_nobodys {
        set_cookie(&mut response, visitor.newcomers_cookie().as_deref());
    }
    let nonce = nonce.get().filter(|_| is_nobodys && response.status() == StatusCode::OK).cloned();
    Rendered { response, nonce }
}

fn query(uri: &Uri) -> HashMap<String, String> {
    Query::try_from_uri(uri).map(|Query(query)| query).unwrap_or_default()
}

fn asked_group(query: &HashMap<String, String>) -> Option<GroupId> {
    query.get("groupID").and_then(|id| GroupId::parse(id.trim()).ok())
}

/// A page's address with a slash too many leads to the page.
pub(crate) async fn without_slash(uri: Uri) -> Redirect {
    let page = uri.path().trim_end_matches('/');
    Redirect::permanent(&uri.query().map_or_else(|| page.to_owned(), |query| format!("{page}?{query}")))
}

/// The page for a request that was refused.
pub(crate) async fn error(state: &AppState, request: Request, status: StatusCode) -> Response {
    let (assets, options, house) = (state.assets.clone(), state.leptos.clone(), house(state).await);
    let context = move || {
        context(assets.clone(), house.clone())();
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

/// A page that was rendered for one visitor holds a nonce and is in one language.
fn page_headers() {
    let response = expect_context::<ResponseOptions>();
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = security::content_policy(&format!("'nonce-{nonce}'"));
    let headers: [(HeaderName, Option<HeaderValue>); 3] = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).ok()),
        (header::CACHE_CONTROL, Some(CACHE_CONTROL)),
        (header::VARY, Some(VARY)),
    ];
    for (name, value) in headers {
        if let Some(value) = value {
            response.insert_header(name, value);
        }
    }
}
