//! What a supervisor or load balancer asks: is it alive, should it get traffic. Never metrics.

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: traffic is welcome. A server that stops no longer accepts connections, so nobody hears a "no" from it.
pub(crate) async fn ready() -> &'static str {
    "ready\n"
}
