//! What a supervisor, load balancer or Prometheus asks. Never what people do.

use axum::extract::State;
use http::StatusCode;
use store::{Health, Store};

use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when everything this node needs is there; 503 and the reason while Redis or the database is away, or
/// our keys open nothing of what comes through Redis.
/// Pages and rooms work on meanwhile, without Redis everyone on this node too. A server that stops no longer accepts
/// connections, so nobody hears from it.
pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, String) {
    let layer = state.layer_health.trouble().map(|trouble| format!("on its own: {trouble}"));
    let store = store_trouble(&state.chat.store).await.map(|trouble| format!("nothing can be stored: {trouble}"));
    let troubles: Vec<String> = layer.into_iter().chain(store).collect();
    match troubles.as_slice() {
        [] => (StatusCode::OK, "ready\n".to_owned()),
        troubles => (StatusCode::SERVICE_UNAVAILABLE, troubles.join("; ") + "\n"),
    }
}

/// The writer knows of trouble only when it has something to write: so a read is tried too.
async fn store_trouble(store: &Store) -> Option<String> {
    if let Health::Failing(why) = &*store.health().borrow() {
        return Some(why.clone());
    }
    store.epoch().await.err().map(|error| error.to_string())
}

/// `GET /metrics`: the channel layer's counters, whether the database is there and how often it was read, what of pages is
/// kept, and how often a password was compared, in Prometheus' text format.
pub(crate) async fn metrics(State(state): State<AppState>) -> String {
    let counters = state.layer.counters();
    let mut lines = vec![
        ("connected", u64::from(state.layer_health.is_connected())),
        ("group_sent_total", counters.group_sent),
        ("delivered_total", counters.delivered),
        ("skipped_full_total", counters.skipped_full),
        ("expired_total", counters.expired),
        ("unrouted_total", counters.unrouted),
    ];
    let store = u64::from(store_trouble(&state.chat.store).await.is_none());
    if let Some(redis) = state.layer_health.redis_counters() {
        lines.extend([
            ("redis_gaps_total", redis.gaps),
            ("redis_reconnects_total", redis.reconnects),
            ("redis_frames_sent_total", redis.frames_sent),
            ("redis_frames_received_total", redis.frames_received),
            ("redis_undecodable_total", redis.undecodable),
            ("redis_undecryptable_total", redis.undecryptable),
            ("redis_locked_out", u64::from(state.layer_health.is_locked_out())),
            ("redis_unsent_total", redis.unsent),
            ("redis_held_total", redis.held),
            ("redis_frames_refused_total", redis.frames_refused),
            ("redis_memberships_refused_total", redis.memberships_refused),
            ("redis_pruned_total", redis.pruned),
            ("redis_returned_total", redis.returned),
            ("redis_unreturned_total", redis.unreturned),
            ("redis_round_trips_total", redis.round_trips),
        ]);
    }
    let lines = lines.into_iter().map(|(name, value)| format!("teahouse_channel_layer_{name} {value}\n"));
    let (pages, bytes, answered) = state.kept.figures();
    let ours = [
        ("store_available", store),
        ("store_reads_total", state.chat.store.reads()),
        ("foreign_left_out_total", state.chat.hub.left_out()),
        ("pages_kept", pages),
        ("pages_kept_bytes", bytes),
        ("pages_kept_answered_total", answered),
        ("groups_watched", state.chat.watches.count() as u64),
        ("passwords_compared_total", state.passwords.compared()),
    ];
    lines.chain(ours.map(|(name, value)| format!("teahouse_{name} {value}\n"))).collect()
}
