//! `/group/{id}/` as dialogues on a real port.

mod helpers;

use helpers::{PATIENCE, TestServer};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn everyone_in_the_group_hears_it_the_one_who_says_it_too() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    let mut bo = server.connect("/group/1/").await;
    bo.says("在吗").await;
    ann.hears("组内主动推送消息:在吗").await;
    bo.hears("组内主动推送消息:在吗").await;
    ann.says("在").await;
    ann.hears("组内主动推送消息:在").await;
    bo.hears("组内主动推送消息:在").await;
}

#[tokio::test]
async fn exit_is_an_ordinary_word_in_a_group() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    ann.says("exit").await;
    ann.hears("组内主动推送消息:exit").await;
}

#[tokio::test]
async fn another_group_hears_nothing() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    let mut bo = server.connect("/group/2/").await;
    ann.says("for one").await;
    ann.hears("组内主动推送消息:for one").await;
    bo.says("for two").await;
    bo.hears("组内主动推送消息:for two").await;
}

#[tokio::test]
async fn a_group_may_be_named_in_any_script() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/%E8%8C%B6%E9%A6%86/").await;
    let mut bo = server.connect("/group/%e8%8c%b6%e9%a6%86/").await;
    let mut other = server.connect("/group/%E8%8C%B6%E9%A4%A8/").await;
    ann.says("水开了").await;
    bo.hears("组内主动推送消息:水开了").await;
    other.says("别处").await;
    other.hears("组内主动推送消息:别处").await;
}

#[tokio::test]
async fn the_address_without_its_last_slash_is_the_same_group() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1").await;
    let mut bo = server.connect("/group/1/").await;
    bo.says("hi").await;
    ann.hears("组内主动推送消息:hi").await;
}

#[tokio::test]
async fn whoever_is_connected_misses_nothing_from_the_first_moment() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    for n in 0..200 {
        let mut bo = server.connect("/group/1/").await;
        ann.says(&n.to_string()).await;
        bo.hears(&format!("组内主动推送消息:{n}")).await;
    }
}

#[tokio::test]
async fn when_one_leaves_the_others_go_on() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    let bo = server.connect("/group/1/").await;
    bo.leaves().await;
    ann.says("still here").await;
    ann.hears("组内主动推送消息:still here").await;
}

#[tokio::test]
async fn a_bad_id_is_a_404_before_the_upgrade() {
    let server = TestServer::start().await;
    for path in ["/group/", "/group//", "/group/a%20b/", "/group/a.b/", "/group/%ff/", "/group/a/b/"] {
        assert_eq!(server.try_connect(path, None).await.err(), Some(404), "{path}");
    }
    let too_long = format!("/group/{}/", "a".repeat(65));
    assert_eq!(server.try_connect(&too_long, None).await.err(), Some(404));
}

#[tokio::test]
async fn a_binary_frame_closes_with_1003_and_reaches_nobody() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    let mut bo = server.connect("/group/1/").await;
    bo.sends(Message::binary(vec![1])).await;
    assert_eq!(bo.close_code().await, 1003);
    ann.says("next").await;
    ann.hears("组内主动推送消息:next").await;
}

#[tokio::test]
async fn one_senders_words_arrive_in_their_order_at_everyone() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    let mut bo = server.connect("/group/1/").await;
    for n in 0..500 {
        ann.says(&n.to_string()).await;
    }
    for n in 0..500 {
        let words = format!("组内主动推送消息:{n}");
        ann.hears(&words).await;
        bo.hears(&words).await;
    }
}

#[tokio::test]
async fn a_member_that_never_reads_is_closed_with_4008_and_slows_nobody() {
    let server = TestServer::start().await;
    let mut deaf = server.connect("/group/1/").await;
    let mut ann = server.connect("/group/1/").await;
    let start = Instant::now();
    // More than any socket buffer and the inbox behind it hold.
    let words = "x".repeat(64 * 1024);
    for n in 0..600 {
        ann.says(&format!("{n} {words}")).await;
        assert!(ann.heard().await.starts_with(&format!("组内主动推送消息:{n} ")));
    }
    assert!(start.elapsed() < PATIENCE, "one deaf member held the group up for {:?}", start.elapsed());
    // The close frame is the last thing a full socket can take; a client that wakes too late sees the connection end.
    let end = timeout(PATIENCE, deaf.end()).await.expect("the deaf member is still there");
    assert!(matches!(end, Some(4008) | None), "{end:?}");
}
