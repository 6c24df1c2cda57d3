//! Several nodes on one real Redis are one house; without it each goes on alone, and says so.

use crate::{
    node::{are_one_group, is_away, is_whole, metric, node},
    redis_server::Server,
};

#[tokio::test]
async fn two_nodes_on_one_redis_are_one_group() {
    let redis = Server::start().await;
    are_one_group(&node(&redis.url(), &[]).await, &node(&redis.url(), &[]).await).await;
}

#[tokio::test]
async fn a_password_and_encryption_keys_work_and_keys_rotate() {
    let redis = Server::start_with(&["--requirepass", "sesame"]).await;
    let url = format!("redis://:sesame@127.0.0.1:{}/0", redis.port());
    let one = node(&url, &["--channel-layer-keys", "new,old"]).await;
    let other = node(&url, &["--channel-layer-keys", "old,new"]).await;
    are_one_group(&one, &other).await;
}

#[tokio::test]
async fn another_prefix_is_another_house() {
    let redis = Server::start().await;
    let one = node(&redis.url(), &[]).await;
    let other = node(&redis.url(), &["--channel-layer-prefix", "other"]).await;
    let mut ann = one.connect("/group/1/").await;
    let mut bo = other.connect("/group/1/").await;
    ann.says("here").await;
    ann.hears("组内主动推送消息:here").await;
    bo.says("there").await;
    bo.hears("组内主动推送消息:there").await;
}

#[tokio::test]
async fn while_redis_is_away_a_node_goes_on_alone_and_afterwards_they_are_one_again() {
    let mut redis = Server::start().await;
    let (one, other) = (node(&redis.url(), &[]).await, node(&redis.url(), &[]).await);
    let mut ann = one.connect("/group/1/").await;
    let mut bo = other.connect("/group/1/").await;
    redis.kill();
    // A node that has not noticed yet would take its old connection for a whole one.
    for node in [&one, &other] {
        is_away(node.address).await;
    }

    let mut cy = one.connect("/group/1/").await;
    cy.says("alone").await;
    cy.hears("组内主动推送消息:alone").await;
    ann.hears("组内主动推送消息:alone").await;

    redis.start_again().await;
    is_whole(one.address).await;
    is_whole(other.address).await;
    bo.hears("组内主动推送消息:alone").await;
    bo.says("back").await;
    for person in [&mut ann, &mut bo, &mut cy] {
        person.hears("组内主动推送消息:back").await;
    }
}

#[tokio::test]
async fn by_pubsub_two_nodes_are_one_group_and_say_when_redis_is_away() {
    let mut redis = Server::start().await;
    let url = redis.url().replace("redis://", "redis+pubsub://");
    let (one, other) = (node(&url, &[]).await, node(&url, &[]).await);
    are_one_group(&one, &other).await;
    // Each of the twenty, and who is here, which both nodes tell each other.
    assert!(metric(one.address, "redis_frames_sent_total").await >= 20);
    redis.kill();
    is_away(one.address).await;
    is_away(other.address).await;
    redis.start_again().await;
    is_whole(one.address).await;
    is_whole(other.address).await;
    are_one_group(&one, &other).await;
}

#[tokio::test]
async fn the_layers_figures_can_be_read() {
    let redis = Server::start().await;
    let node = node(&redis.url(), &[]).await;
    let mut ann = node.connect("/group/1/").await;
    ann.says("x").await;
    ann.hears("组内主动推送消息:x").await;
    assert_eq!((metric(node.address, "connected").await, metric(node.address, "group_sent_total").await), (1, 1));
}
