//! Every route and every layer, on one screen. Never a handler.

use axum::{
    Router, middleware,
    routing::{get, post},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};

use crate::{
    consumers,
    http::{api, assets, form, health, language, new_group, pages, refusal, security},
    state::AppState,
};

pub(crate) fn router(state: AppState) -> Router {
    // Pages are rendered on tokio. Once in a process; a second server in it, as tests start, finds it so.
    let _ = any_spawner::Executor::init_tokio();
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
        .route("/", get(pages::plain))
        .route("/chatone", get(pages::plain))
        .route("/chatone/", get(pages::without_slash))
        .route("/chatgroup/", get(pages::without_slash))
        .route("/chatgroup", get(pages::group).post(form::post))
        .route("/chatgroup/new", get(new_group::redirect))
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
