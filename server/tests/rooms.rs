//! `/room/…` as dialogues on a real port.

mod helpers;

use helpers::TestServer;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn the_server_pushes_back_what_was_said_with_its_prefix() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/123/").await;
    visitor.says("你好").await;
    visitor.hears("服务端主动推送消息你好").await;
    visitor.says("").await;
    visitor.hears("服务端主动推送消息").await;
    visitor.says("two\nlines 🍵").await;
    visitor.hears("服务端主动推送消息two\nlines 🍵").await;
}

#[tokio::test]
async fn exit_ends_the_room_with_1000() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/123/").await;
    visitor.says("exit").await;
    assert_eq!(visitor.close_code().await, 1000);
}

#[tokio::test]
async fn only_the_exact_word_ends_it() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/123/").await;
    for words in ["exit ", "EXIT", " exit", "exit\n"] {
        visitor.says(words).await;
        visitor.hears(&format!("服务端主动推送消息{words}")).await;
    }
}

#[tokio::test]
async fn any_path_below_is_a_room() {
    let server = TestServer::start().await;
    for path in ["/room/", "/room/1", "/room/a/b/c/", "/room/%E8%8C%B6/", "/room/%ff/"] {
        let mut visitor = server.connect(path).await;
        visitor.says("x").await;
        visitor.hears("服务端主动推送消息x").await;
    }
}

#[tokio::test]
async fn a_room_is_one_visitors_alone() {
    let server = TestServer::start().await;
    let mut one = server.connect("/room/same/").await;
    let mut other = server.connect("/room/same/").await;
    one.says("mine").await;
    one.hears("服务端主动推送消息mine").await;
    other.says("theirs").await;
    other.hears("服务端主动推送消息theirs").await;
}

#[tokio::test]
async fn a_binary_frame_closes_with_1003() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/1/").await;
    visitor.sends(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(visitor.close_code().await, 1003);
}

#[tokio::test]
async fn a_mebibyte_passes_and_a_byte_more_closes_with_1009() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/1/").await;
    let largest = "x".repeat(1024 * 1024);
    visitor.says(&largest).await;
    visitor.hears(&format!("服务端主动推送消息{largest}")).await;
    visitor.says(&format!("{largest}x")).await;
    assert_eq!(visitor.close_code().await, 1009);
}

#[tokio::test]
async fn a_frame_far_too_big_still_hears_why() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/1/").await;
    visitor.says(&"x".repeat(12 * 1024 * 1024)).await;
    assert_eq!(visitor.close_code().await, 1009);
}

#[tokio::test]
async fn many_small_frames_come_back_in_order() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/1/").await;
    for n in 0..500 {
        visitor.says(&n.to_string()).await;
    }
    for n in 0..500 {
        visitor.hears(&format!("服务端主动推送消息{n}")).await;
    }
}
