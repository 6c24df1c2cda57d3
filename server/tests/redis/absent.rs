//! A Redis that is not there yet keeps no server from starting.

use crate::{
    helpers::TestServer,
    node::{WIRES, are_one_group, is_away, is_whole},
    redis_server::Server,
};

#[tokio::test]
async fn without_redis_a_node_starts_says_that_it_is_not_ready_and_is_whole_when_redis_comes() {
    for wire in WIRES {
        let mut redis = Server::start().await;
        // Its port is free now, as that of a Redis that starts later than we do.
        redis.kill();
        let layer = redis.url().replacen("redis", wire, 1);
        let flags = ["--channel-layer", &layer];
        let (one, other) = tokio::join!(TestServer::with_flags(&flags), TestServer::with_flags(&flags));
        for node in [&one, &other] {
            is_away(node.address).await;
        }
        let mut ann = one.connect("/group/1/").await;
        ann.says("alone").await;
        ann.hears("组内主动推送消息:alone").await;

        redis.start_again().await;
        for node in [&one, &other] {
            is_whole(node.address).await;
        }
        are_one_group(&one, &other).await;
    }
}
