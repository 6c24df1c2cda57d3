//! Who may open a socket, and what becomes of a handshake that is no handshake.

mod helpers;

use std::time::Duration;

use futures_util::SinkExt;
use helpers::{PATIENCE, TestServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

#[tokio::test]
async fn our_own_pages_and_programs_without_an_origin_may() {
    let server = TestServer::start().await;
    let own = server.url("");
    assert!(server.try_connect("/room/1/", Some(&own)).await.is_ok());
    assert!(server.try_connect("/room/1/", None).await.is_ok());
}

#[tokio::test]
async fn another_sites_page_is_refused_with_403() {
    let server = TestServer::start().await;
    for path in ["/room/1/", "/group/1/"] {
        assert_eq!(server.try_connect(path, Some("http://evil.example")).await.err(), Some(403));
    }
}

#[tokio::test]
async fn an_allowed_origin_and_the_public_address_may() {
    let flags = ["--allow-origin", "http://tutorial.example:8000,null", "--public-url", "https://chat.example"];
    let server = TestServer::with_flags(&flags).await;
    for origin in ["http://tutorial.example:8000", "null", "https://chat.example"] {
        assert!(server.try_connect("/group/1/", Some(origin)).await.is_ok(), "{origin}");
    }
    assert_eq!(server.try_connect("/group/1/", Some("http://tutorial.example")).await.err(), Some(403));
}

#[tokio::test]
async fn a_plain_request_is_told_what_is_spoken_here() {
    let server = TestServer::start().await;
    for path in ["/room/1/", "/group/1/"] {
        let response = reqwest::get(server.url(path)).await.unwrap();
        assert_eq!(response.status(), 426);
        assert_eq!(response.headers()["upgrade"], "websocket");
        assert_eq!(response.headers()["sec-websocket-version"], "13");
    }
}

#[tokio::test]
async fn a_handshake_that_never_finishes_is_cut() {
    let server = TestServer::configured(&[], |config| config.head_timeout = Duration::from_millis(50)).await;
    let mut client = TcpStream::connect(server.address).await.unwrap();
    client.write_all(b"GET /room/1/ HTTP/1.1\r\nHost: x\r\nUpgrade: webso").await.unwrap();
    let mut rest = Vec::new();
    timeout(PATIENCE, client.read_to_end(&mut rest)).await.expect("the server waits for ever").unwrap();
    assert!(!rest.starts_with(b"HTTP/1.1 101"));
}

#[tokio::test]
async fn the_server_hangs_up_as_soon_as_its_close_is_answered() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/1/").await;
    visitor.says("exit").await;
    assert_eq!(visitor.close_code().await, 1000);
    let answered = tokio::time::Instant::now();
    visitor.0.flush().await.unwrap();
    let tokio_tungstenite::MaybeTlsStream::Plain(raw) = visitor.0.get_mut() else { unreachable!("no TLS here") };
    // As a browser does: it waits for the server to end the connection.
    assert_eq!(timeout(PATIENCE, raw.read(&mut [0; 8])).await.unwrap().unwrap(), 0);
    assert!(answered.elapsed() < Duration::from_secs(1), "{:?}", answered.elapsed());
}

#[tokio::test]
async fn bytes_that_are_no_websocket_frames_close_with_1002() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/1/").await;
    let tokio_tungstenite::MaybeTlsStream::Plain(raw) = visitor.0.get_mut() else { unreachable!("no TLS here") };
    // A text frame that is not masked.
    raw.write_all(&[0x81, 0x01, b'x']).await.unwrap();
    assert_eq!(visitor.close_code().await, 1002);
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_with_1007() {
    let server = TestServer::start().await;
    let mut visitor = server.connect("/room/1/").await;
    let tokio_tungstenite::MaybeTlsStream::Plain(raw) = visitor.0.get_mut() else { unreachable!("no TLS here") };
    // Masked with zeros: 0xff.
    raw.write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xff]).await.unwrap();
    assert_eq!(visitor.close_code().await, 1007);
}
