//! Every route and every layer, on one screen. Never a handler.

use axum::{
    Router, middleware,
    routing::{get, post},
};
use http::{Extensions, HeaderMap};
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
        api, around, assets, complete, form, health, language, mine, new_group, pages,
        papers::{admin, direct, groups, invite, manage, me, reset, search, set_up, settings, sign_in, sign_up},
        pins, refusal, security,
    },
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
        .route("/api/groups", get(mine::list))
        .route("/api/groups/{id}/messages", get(api::page).post(api::post))
        .route("/api/groups/{id}/people", get(complete::people))
        .route("/api/groups/{id}/around", get(around::page))
        .route("/api/groups/{id}/pins", get(pins::list))
        .route("/api/emoji", get(complete::emoji))
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
        .route("/setup/{token}", get(set_up::page).post(set_up::set_up))
        .route("/signup", get(sign_up::page).post(sign_up::sign_up))
        .route("/signin", get(sign_in::page).post(sign_in::sign_in))
        .route("/signout", post(sign_in::sign_out))
        .route("/reset/{token}", get(reset::page).post(reset::reset))
        .route("/me", get(me::page))
        .route("/me/name", post(settings::rename))
        .route("/me/colour", post(settings::colour))
        .route("/me/password", post(me::password))
        .route("/me/sessions/end", post(me::end_sessions))
        .route("/groups", get(groups::page))
        .route("/groups/new", post(groups::create))
        .route("/groups/direct", post(direct::direct))
        .route("/groups/{id}", get(manage::page))
        .route("/groups/{id}/{act}", post(manage::act))
        .route("/groups/{id}/edits/{message}", get(manage::edits))
        .route("/invite/{token}", get(invite::page).post(invite::accept))
        .route("/search", get(search::page))
        .route("/settings", get(settings::page).post(settings::set))
        .route("/admin", get(admin::page))
        .route("/admin/{act}", post(admin::act))
        .fallback(assets::serve)
        // Gzip first: Brotli makes a page an eighth shorter and costs four times as much, more than rendering it. Who reads
        // nothing but Brotli has that.
        .layer(CompressionLayer::new().no_br().compress_when(worth_compressing()))
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(CatchPanicLayer::custom(|_| refusal::panicked()))
        .layer(middleware::from_fn_with_state(state.clone(), refusal::for_people))
        .layer(middleware::from_fn(security::headers))
        .with_state(state)
}

/// Pages. The site's files were compressed when they were built, kept pages when they were asked for; small answers grow.
fn worth_compressing() -> impl Predicate {
    let is_loose = |_, _, _: &HeaderMap, extensions: &Extensions| extensions.get::<pages::IsPacked>().is_none();
    SizeAbove::new(512)
        .and(is_loose)
        .and(NotForContentType::const_new("application/wasm"))
        .and(NotForContentType::IMAGES)
}
