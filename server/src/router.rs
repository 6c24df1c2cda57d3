//! Every route and every layer, on one screen. Never a handler.

use app::app::App;
use axum::{
    Router, middleware,
    routing::{get, post},
};
use leptos_axum::{LeptosRoutes, generate_route_list_with_exclusions};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};

use crate::{
    consumers,
    http::{
        api, assets, form, health, language, new_group, pages,
        papers::{account, admin, groups, invite, manage, me},
        refusal, security,
    },
    state::AppState,
};

pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .route("/room/", get(consumers::room))
        .route("/room/{*anything}", get(consumers::room))
        .route("/group/{*id}", get(consumers::group))
        .route("/live", get(consumers::live))
        .route("/api/guests", post(api::guest))
        .route("/api/groups/{id}/messages", get(api::page).post(api::post))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/lang/{tag}", get(language::switch))
        .route("/chatone/", get(pages::without_slash))
        .route("/chatgroup/", get(pages::without_slash))
        .route("/chatgroup", get(pages::group).post(form::post))
        .route("/chatgroup/new", get(new_group::redirect))
        .route("/setup/{token}", get(account::set_up_page).post(account::set_up))
        .route("/signup", get(account::sign_up_page).post(account::sign_up))
        .route("/signin", get(account::sign_in_page).post(account::sign_in))
        .route("/signout", post(account::sign_out))
        .route("/reset/{token}", get(account::reset_page).post(account::reset))
        .route("/me", get(me::page))
        .route("/me/name", post(me::rename))
        .route("/me/password", post(me::password))
        .route("/me/sessions/end", post(me::end_sessions))
        .route("/groups", get(groups::page))
        .route("/groups/new", post(groups::create))
        .route("/groups/direct", post(groups::direct))
        .route("/groups/{id}", get(manage::page))
        .route("/groups/{id}/{act}", post(manage::act))
        .route("/groups/{id}/edits/{message}", get(manage::edits))
        .route("/invite/{token}", get(invite::page).post(invite::accept))
        .route("/admin", get(admin::page))
        .route("/admin/{act}", post(admin::act))
        .leptos_routes_with_context(
            &state,
            generate_route_list_with_exclusions(App, Some(vec!["/chatgroup".to_owned()])),
            pages::context(state.assets.clone()),
            pages::document(state.leptos.clone()),
        )
        .fallback(assets::serve)
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(CatchPanicLayer::custom(|_| refusal::panicked()))
        .layer(middleware::from_fn_with_state(state.clone(), refusal::for_people))
        .layer(middleware::from_fn(security::headers))
        .with_state(state)
}

/// Pages. The site's files were compressed when they were built, and small answers grow.
fn worth_compressing() -> impl Predicate {
    SizeAbove::new(512).and(NotForContentType::const_new("application/wasm")).and(NotForContentType::IMAGES)
}
