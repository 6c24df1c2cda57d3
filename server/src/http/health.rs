//! What a supervisor, load balancer or Prometheus asks. Never what people do.

use axum::extract::State;
use http::StatusCode;

use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when everything this node needs is there; 503 and the reason while Redis is away. Pages, rooms and
/// everyone on this node work on meanwhile. A server that stops no longer accepts connections, so nobody hears from it.
pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, String) {
    match state.layer_health.trouble() {
        None => (StatusCode::OK, "ready\n".to_owned()),
        Some(trouble) => (StatusCode::SERVICE_UNAVAILABLE, format!("on its own: {trouble}\n")),
    }
}

/// `GET /metrics`: the channel layer's counters, in Prometheus' text format.
pub(crate) async fn metrics(State(state): State<AppState>) -> String {
    let counters = state.layer.counters();
    let mut lines = vec![
        ("connected", u64::from(state.layer_health.trouble().is_none())),
        ("group_sent_total", counters.group_sent),
        ("delivered_total", counters.delivered),
        ("skipped_full_total", counters.skipped_full),
        ("expired_total", counters.expired),
        ("unrouted_total", counters.unrouted),
    ];
    if let Some(redis) = state.layer_health.redis_counters() {
        lines.extend([
            ("redis_gaps_total", redis.gaps),
            ("redis_reconnects_total", redis.reconnects),
            ("redis_frames_sent_total", redis.frames_sent),
            ("redis_frames_received_total", redis.frames_received),
            ("redis_undecodable_total", redis.undecodable),
            ("redis_undecryptable_total", redis.undecryptable),
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
    lines.into_iter().map(|(name, value)| format!("teahouse_channel_layer_{name} {value}\n")).collect()
}
