//! permessage-deflate over real sockets: who offers it is written to in it and understood, and who does not hears the same.
//! What every kind of compressed message means is `websocket`'s to test.

mod helpers;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use helpers::{PATIENCE, TestServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// A whole text, and one that is compressed.
const TEXT: u8 = 0x81;
const DEFLATED: u8 = 0xc1;
/// What browsers offer.
const OFFER: &str = "permessage-deflate; client_max_window_bits";
const AGREED: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// A client that sees its frames as they come.
struct Raw(TcpStream);

impl Raw {
    /// With what the server agreed to.
    async fn connect(server: &TestServer, path: &str, offer: Option<&str>) -> (Self, Option<String>) {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let offer = offer.map(|offer| format!("Sec-WebSocket-Extensions: {offer}\r\n")).unwrap_or_default();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{offer}\r\n",
            server.address
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(timeout(PATIENCE, stream.read_u8()).await.expect("an answer").unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        let agreed = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("sec-websocket-extensions").then(|| value.to_owned())
        });
        (Self(stream), agreed)
    }

    /// Masked with zeros.
    async fn sends(&mut self, first: u8, payload: &[u8]) {
        let len = u16::try_from(payload.len()).unwrap().to_be_bytes();
        let frame = [&[first, 0x80 | 126], len.as_slice(), &[0; 4], payload].concat();
        self.0.write_all(&frame).await.unwrap();
    }

    /// A frame's first byte and its payload.
    async fn hears(&mut self) -> (u8, Vec<u8>) {
        let read = async {
            let first = self.0.read_u8().await.unwrap();
            let len = match self.0.read_u8().await.unwrap() {
                126 => self.0.read_u16().await.unwrap().into(),
                127 => self.0.read_u64().await.unwrap(),
                short => short.into(),
            };
            let mut payload = vec![0; usize::try_from(len).unwrap()];
            self.0.read_exact(&mut payload).await.unwrap();
            (first, payload)
        };
        timeout(PATIENCE, read).await.expect("a frame")
    }

    async fn hears_text(&mut self) -> (u8, String) {
        let (first, payload) = self.hears().await;
        let text = if first == DEFLATED { inflated(payload) } else { payload };
        (first, String::from_utf8(text).unwrap())
    }
}

fn compressed(text: &str) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(text.len() + 64);
    Compress::new(Compression::fast(), false)
        .compress_vec(text.as_bytes(), &mut deflated, FlushCompress::Sync)
        .unwrap();
    deflated.strip_suffix(&TAIL).unwrap().to_vec()
}

fn inflated(mut deflated: Vec<u8>) -> Vec<u8> {
    deflated.extend(TAIL);
    let mut text = Vec::with_capacity(1 << 20);
    Decompress::new(false).decompress_vec(&deflated, &mut text, FlushDecompress::Sync).unwrap();
    text
}

#[tokio::test]
async fn who_offers_compression_says_and_hears_long_texts_in_it_and_others_hear_the_same() {
    let server = TestServer::start().await;
    let (mut ann, agreed) = Raw::connect(&server, "/group/1/", Some(OFFER)).await;
    assert_eq!(agreed.as_deref(), Some(AGREED));
    let (mut bo, agreed) = Raw::connect(&server, "/group/1/", None).await;
    assert_eq!(agreed, None);
    let long = "今天喝什么茶？".repeat(30);
    ann.sends(DEFLATED, &compressed(&long)).await;
    let said = format!("组内主动推送消息:{long}");
    assert_eq!(ann.hears_text().await, (DEFLATED, said.clone()));
    assert_eq!(bo.hears_text().await, (TEXT, said));
}

#[tokio::test]
async fn a_short_text_is_not_worth_compressing() {
    let server = TestServer::start().await;
    let (mut ann, _) = Raw::connect(&server, "/group/1/", Some(OFFER)).await;
    ann.sends(DEFLATED, &compressed("好")).await;
    assert_eq!(ann.hears_text().await, (TEXT, "组内主动推送消息:好".to_owned()));
}

#[tokio::test]
async fn many_long_texts_at_once_come_in_order_to_who_takes_them_compressed() {
    let server = TestServer::start().await;
    let (mut ann, _) = Raw::connect(&server, "/group/1/", Some(OFFER)).await;
    let mut bo = server.connect("/group/1/").await;
    for n in 0..300 {
        bo.says(&format!("{n} {}", "茶".repeat(200))).await;
    }
    for n in 0..300 {
        let (first, text) = ann.hears_text().await;
        assert_eq!(first, DEFLATED);
        assert!(text.starts_with(&format!("组内主动推送消息:{n} 茶")), "{n}: {text}");
    }
}

#[tokio::test]
async fn what_is_offered_in_other_words_than_ours_is_not_agreed_to_and_the_socket_opens_all_the_same() {
    let server = TestServer::start().await;
    for offer in ["x-webkit-deflate-frame", "permessage-deflate; server_max_window_bits=10", "permessage-deflate; tea"]
    {
        let (mut ann, agreed) = Raw::connect(&server, "/group/1/", Some(offer)).await;
        assert_eq!(agreed, None, "{offer}");
        let long = "tea ".repeat(100);
        ann.sends(TEXT, long.as_bytes()).await;
        assert_eq!(ann.hears_text().await, (TEXT, format!("组内主动推送消息:{long}")));
    }
}

#[tokio::test]
async fn compressed_data_that_is_broken_closes_with_1007_and_compressed_data_nobody_agreed_to_with_1002() {
    let server = TestServer::start().await;
    for (offer, code) in [(Some(OFFER), 1007), (None, 1002_u16)] {
        let (mut ann, _) = Raw::connect(&server, "/room/1/", offer).await;
        ann.sends(DEFLATED, &[0xff; 200]).await;
        let (first, payload) = ann.hears().await;
        assert_eq!((first, payload.get(..2)), (0x88, Some(code.to_be_bytes().as_slice())), "{offer:?}");
    }
}

#[tokio::test]
async fn what_would_inflate_beyond_a_frames_bound_closes_with_1009() {
    let server = TestServer::start().await;
    let (mut ann, _) = Raw::connect(&server, "/room/1/", Some(OFFER)).await;
    ann.sends(DEFLATED, &compressed(&"茶".repeat(1 << 20))).await;
    let (first, payload) = ann.hears().await;
    assert_eq!((first, payload.get(..2)), (0x88, Some(1009_u16.to_be_bytes().as_slice())));
}
