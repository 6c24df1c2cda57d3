//! One HTTP/1.1 client that keeps its connection: a request out, an answer in, by length or in chunks. Never more than
//! one request under way; never what the answer says.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
};

const READ: usize = 64 * 1024;

#[derive(Default)]
pub(super) struct Client {
    stream: Option<TcpStream>,
    answer: Vec<u8>,
    /// When the last request left.
    pub(super) asked: u64,
}

/// What a read brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Got {
    /// Not all yet.
    Part,
    All {
        status: u16,
        bytes: usize,
        /// The server will say nothing more on this connection.
        closes: bool,
    },
    Ended,
}

impl Client {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream: Some(stream), answer: Vec::new(), asked: 0 }
    }

    /// A request is far smaller than a socket's buffer; one that does not fit is one that gets no answer.
    pub(super) fn ask(&mut self, request: &[u8], now: u64) {
        self.answer.clear();
        self.asked = now;
        if let Some(stream) = &mut self.stream {
            let _ = stream.write_all(request);
        }
    }

    pub(super) fn read(&mut self) -> Got {
        let Some(stream) = &mut self.stream else { return Got::Ended };
        let from = self.answer.len();
        self.answer.resize(from + READ, 0);
        let got = stream.read(&mut self.answer[from..]);
        self.answer.truncate(from + *got.as_ref().unwrap_or(&0));
        match got {
            Ok(0) => Got::Ended,
            Ok(_) => understand(&self.answer),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Got::Part,
            Err(_) => Got::Ended,
        }
    }
}

fn understand(answer: &[u8]) -> Got {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let head = match response.parse(answer) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => return Got::Part,
        Err(_) => return Got::Ended,
    };
    let header = |name: &str| {
        let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    let (status, body) = (response.code.unwrap_or(0), &answer[head..]);
    let end = if header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        chunks_end(body)
    } else {
        // Without a length, these have no body.
        let length = header("content-length").and_then(|length| length.parse().ok());
        let length = if matches!(status, 204 | 304) { Some(0) } else { length };
        match length {
            Some(length) => (body.len() >= length).then_some(length),
            None => return Got::Ended,
        }
    };
    let closes = header("connection").is_some_and(|connection| connection.eq_ignore_ascii_case("close"));
    end.map_or(Got::Part, |end| Got::All { status, bytes: head + end, closes })
}

/// Where a body in chunks ends, if it is all there.
fn chunks_end(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let (skip, length) = match httparse::parse_chunk_size(&body[at..]) {
            Ok(httparse::Status::Complete(size)) => size,
            Ok(httparse::Status::Partial) | Err(_) => return None,
        };
        at += skip + usize::try_from(length).ok()? + 2;
        if at > body.len() {
            return None;
        }
        if length == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: usize, closes: bool) -> Got {
        Got::All { status: 200, bytes, closes }
    }

    #[test]
    fn an_answer_ends_by_its_length_or_its_last_chunk() {
        let length = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        let chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        for answer in [&length[..], &chunks[..]] {
            for part in 0..answer.len() {
                assert_eq!(understand(&answer[..part]), Got::Part);
            }
            assert_eq!(understand(answer), all(answer.len(), false));
        }
    }

    #[test]
    fn who_closes_is_asked_no_more_and_who_is_not_http_has_ended() {
        let closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(understand(closing), all(closing.len(), true));
        assert_eq!(understand(b"\x00\x01\x02\x03"), Got::Ended);
        assert_eq!(
            understand(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
            Got::All { status: 304, bytes: 29, closes: false }
        );
    }
}
