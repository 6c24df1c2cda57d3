//! The HTTP doors as a script uses them: new guests, posts, pages. Never an expectation beyond success.

use std::net::SocketAddr;

use protocol::{Epoch, Message, Person, Seq, ServerFrame};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;

/// Somebody, and the token that is them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Guest {
    pub(crate) person: Person,
    pub(crate) token: String,
}

impl Guest {
    pub(crate) async fn new(address: SocketAddr) -> Self {
        let answer =
            reqwest::Client::new().post(format!("http://{address}/api/guests")).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED);
        read(answer).await
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub(crate) fn cookie(&self) -> String {
        format!("person={}", self.token)
    }
}

pub(crate) async fn read<T: for<'a> Deserialize<'a>>(answer: Response) -> T {
    let text = answer.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A request to say something; who says it and how is the caller's to add.
pub(crate) fn to_group(address: SocketAddr, group: &str) -> RequestBuilder {
    reqwest::Client::new().post(format!("http://{address}/api/groups/{group}/messages"))
}

/// What the store has of a group, read back to its beginning.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) epoch: Epoch,
    pub(crate) head: Seq,
    pub(crate) messages: Vec<Message>,
}

impl Stored {
    /// Nobody may write meanwhile.
    pub(crate) async fn read(address: SocketAddr, group: &str) -> Self {
        let mut all: Vec<Message> = Vec::new();
        let mut before = i64::MAX as Seq;
        loop {
            let page = format!("http://{address}/api/groups/{group}/messages?before={before}&limit=100");
            let answer = reqwest::get(page).await.expect("an answer");
            let ServerFrame::Page { epoch, seq, mut messages, more, .. } = read(answer).await else {
                panic!("no page")
            };
            messages.append(&mut all);
            all = messages;
            if !more {
                return Self { epoch, head: seq, messages: all };
            }
            before = all.first().expect("more comes after some").seq;
        }
    }

    /// Each number once: seq beneath the head, n without a hole.
    pub(crate) fn is_whole(&self) {
        let ns: Vec<u64> = self.messages.iter().map(|message| message.n).collect();
        assert_eq!(ns, (1..=ns.len() as u64).collect::<Vec<_>>());
        assert!(self.messages.is_sorted_by(|a, b| a.seq < b.seq));
        assert!(self.messages.iter().all(|message| message.seq <= message.changed && message.changed <= self.head));
    }

    pub(crate) fn text(&self) -> String {
        timeline(self.messages.iter())
    }

    pub(crate) fn bodies(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message.body.as_str()).collect()
    }
}

/// A timeline to the byte, as everyone sees it: only authors know client ids.
pub(crate) fn timeline<'a>(messages: impl Iterator<Item = &'a Message>) -> String {
    let lines = messages
        .map(|message| serde_json::to_string(&Message { client_id: None, ..message.clone() }).expect("JSON") + "\n");
    lines.collect()
}
