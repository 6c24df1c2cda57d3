//! What a supervisor, load balancer or Prometheus asks. Never what people do.

use axum::extract::State;

use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: traffic is welcome. A Redis that is away shows in the answer but is no reason to send people elsewhere:
/// pages, rooms and everyone on this node work on, and every other node misses the same Redis. A server that stops no
/// longer accepts connections, so nobody hears a "no" from it.
pub(crate) async fn ready(State(state): State<AppState>) -> String {
    match state.layer_health.trouble() {
        None => "ready\n".to_owned(),
        Some(trouble) => format!("ready, on its own: {trouble}\n"),
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
            ("redis_pruned_total", redis.pruned),
        ]);
    }
    lines.into_iter().map(|(name, value)| format!("teahouse_channel_layer_{name} {value}\n")).collect()
}
