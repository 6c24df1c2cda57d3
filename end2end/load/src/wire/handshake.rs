//! The opening handshake (RFC 6455 §4) of a client: the request, and whether the answer is an agreement. Also the one
//! value that a server needs for its own answer. Never a socket.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::deflate::{OFFER, agreed};

const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// A response head longer than this is none that anybody sends with a 101.
const MAX_HEAD: usize = 16 * 1024;

/// The request of every connection of a run. The key is the same in all of them: it protects caches from confused
/// clients, and a generator that makes 19,000 of them has better use for the time.
pub(crate) struct Handshake {
    key: String,
    accept: String,
    /// Names and values that an adapter or the command line adds; `{n}` in a value is the connection's number.
    headers: Vec<(String, String)>,
    /// Whether compression is offered, and then insisted on.
    deflates: bool,
}

impl Handshake {
    pub(crate) fn new(mut headers: Vec<(String, String)>, deflates: bool) -> Self {
        let key = BASE64_STANDARD.encode(b"teahouse-load ~ ");
        if deflates {
            headers.push(("Sec-WebSocket-Extensions".to_owned(), OFFER.to_owned()));
        }
        Self { accept: accept_key(&key), key, headers, deflates }
    }

    /// The bytes that ask `host` for the `n`th socket, at `path`.
    pub(crate) fn request(&self, host: &str, path: &str, n: usize) -> Vec<u8> {
        let mut request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n",
            self.key
        );
        for (name, value) in &self.headers {
            request.push_str(&format!("{name}: {}\r\n", value.replace("{n}", &n.to_string())));
        }
        request.push_str("\r\n");
        request.into_bytes()
    }

    /// What the server answered, once its head is all there.
    pub(crate) fn answer(&self, bytes: &[u8]) -> Answer {
        match read_answer(bytes) {
            Answer::Agreed { accept, .. } if accept != self.accept => {
                Answer::Refused("it answered 101 with a wrong Sec-WebSocket-Accept: no WebSocket server".to_owned())
            }
            Answer::Agreed { extensions, .. } if self.deflates && !agreed(&extensions) => {
                Answer::Refused("it declined permessage-deflate, so --deflate would measure nothing".to_owned())
            }
            Answer::Agreed { extensions, .. } if !self.deflates && !extensions.is_empty() => {
                Answer::Refused(format!("it agreed to an extension that nobody offered: {extensions}"))
            }
            answer => answer,
        }
    }
}

/// A server's answer to an upgrade.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Not all of it has come.
    Incomplete,
    /// 101, with this `Sec-WebSocket-Accept` and `Sec-WebSocket-Extensions`; frames begin after so many bytes.
    Agreed { accept: String, extensions: String, length: usize },
    /// Anything else, in words.
    Refused(String),
}

/// Reads the head of an answer, whatever key it was for.
fn read_answer(bytes: &[u8]) -> Answer {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if response.code == Some(101) => {
            let value = |name: &str| {
                let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
                String::from_utf8_lossy(header.map_or(&b""[..], |header| header.value)).trim().to_owned()
            };
            let [accept, extensions] = ["Sec-WebSocket-Accept", "Sec-WebSocket-Extensions"].map(value);
            Answer::Agreed { accept, extensions, length }
        }
        Ok(httparse::Status::Complete(_)) => Answer::Refused(format!(
            "it answered HTTP {} {} instead of 101",
            response.code.unwrap_or_default(),
            response.reason.unwrap_or_default()
        )),
        Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => Answer::Incomplete,
        Ok(httparse::Status::Partial) => Answer::Refused("its answer has no end".to_owned()),
        Err(_) => Answer::Refused("its answer is not HTTP".to_owned()),
    }
}

/// `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`.
pub(crate) fn accept_key(key: &str) -> String {
    let digest = sha1_smol::Sha1::from([key.as_bytes(), GUID.as_bytes()].concat()).digest();
    BASE64_STANDARD.encode(digest.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accept_key_is_that_of_the_rfc() {
        assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn an_answer_agrees_waits_or_refuses() {
        let handshake = Handshake::new(Vec::new(), false);
        let right = format!("HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: {}\r\n\r\n", handshake.accept);
        let after = [right.as_bytes(), b"\x81\x00"].concat();
        assert!(matches!(handshake.answer(&after), Answer::Agreed { length, .. } if length == right.len()));
        assert_eq!(handshake.answer(&after[..20]), Answer::Incomplete);
        let wrong = handshake.answer(b"HTTP/1.1 101 x\r\nSec-WebSocket-Accept: x\r\n\r\n");
        assert!(matches!(wrong, Answer::Refused(why) if why.contains("wrong")));
        let refused = handshake.answer(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(refused, Answer::Refused("it answered HTTP 403 Forbidden instead of 101".to_owned()));
        assert!(matches!(handshake.answer(b"SSH-2.0-x\r\n"), Answer::Refused(_)));
    }

    #[test]
    fn compression_is_offered_and_must_be_agreed_to_and_nothing_else_may_be() {
        let [plain, deflating] = [false, true].map(|deflates| Handshake::new(Vec::new(), deflates));
        let offers = |handshake: &Handshake| {
            handshake.request("h", "/", 0).windows(OFFER.len()).any(|at| at == OFFER.as_bytes())
        };
        assert!(offers(&deflating) && !offers(&plain));
        let answer = |extensions: &str| {
            format!("HTTP/1.1 101 x\r\nSec-WebSocket-Accept: {}\r\n{extensions}\r\n", plain.accept).into_bytes()
        };
        let agreement = answer("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n");
        assert!(matches!(deflating.answer(&agreement), Answer::Agreed { .. }));
        assert!(matches!(plain.answer(&agreement), Answer::Refused(why) if why.contains("nobody offered")));
        assert!(matches!(deflating.answer(&answer("")), Answer::Refused(why) if why.contains("declined")));
        let keeping = answer("Sec-WebSocket-Extensions: permessage-deflate\r\n");
        assert!(matches!(deflating.answer(&keeping), Answer::Refused(_)), "each message for itself");
    }
}
