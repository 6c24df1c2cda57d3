//! Every door, tried by somebody: what comes of it as one word. Never what should.

use protocol::{ClientFrame, MessageId, RejectionCode, Resume, ServerFrame};
use tokio_tungstenite::tungstenite::{self, Message};
use uuid::Uuid;

use crate::{
    api::Guest,
    plain,
    socket::{Socket, delete, edit, group, now, pin, post, react},
    town::Town,
};

fn word(code: RejectionCode) -> String {
    serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned)).expect("a word")
}

/// A `/live` socket of somebody, or of nobody.
pub(crate) async fn live(town: &Town, node: usize, by: Option<&Guest>) -> Socket {
    try_live(town, node, by).await.unwrap_or_else(|status| panic!("refused with {status}"))
}

pub(crate) async fn try_live(town: &Town, node: usize, by: Option<&Guest>) -> Result<Socket, u16> {
    let cookie = by.map(Guest::cookie);
    let headers: Vec<_> = cookie.iter().map(|cookie| ("cookie", cookie.as_str())).collect();
    let mut socket = match Socket::try_open(town.nodes[node].address, &headers).await {
        Ok((socket, _)) => socket,
        Err(tungstenite::Error::Http(answer)) => return Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    };
    socket.hello(vec![]).await;
    socket.welcomed().await;
    Ok(socket)
}

/// A `/live` socket of this session on each node.
pub(crate) async fn on_both(town: &Town, by: &Guest) -> [Socket; 2] {
    [live(town, 0, Some(by)).await, live(town, 1, Some(by)).await]
}

pub(crate) async fn subscribe(socket: &mut Socket, name: &str) -> String {
    socket.send(ClientFrame::Subscribe(now(name))).await;
    let subscribed = socket.until("subscribed", |frame| match frame {
        ServerFrame::Subscribed(standing) => Some(standing),
        _ => None,
    });
    let standing = subscribed.await;
    if standing.resume != Resume::Gone {
        return "here".to_owned();
    }
    assert_eq!((standing.head, standing.read, standing.unread), (0, 0, 0), "it tells nothing");
    socket.until("gone", |frame| matches!(frame, ServerFrame::Gone { .. }).then_some("gone".to_owned())).await
}

pub(crate) async fn history(socket: &mut Socket, name: &str) -> String {
    socket.send(ClientFrame::History { group: group(name), before: i64::MAX as u64, limit: 10 }).await;
    let answer = socket.until("a page", |frame| match frame {
        ServerFrame::Page { .. } => Some("page"),
        ServerFrame::Gone { .. } => Some("gone"),
        _ => None,
    });
    answer.await.to_owned()
}

/// A command's code, or `done`.
pub(crate) async fn command(socket: &mut Socket, frame: impl FnOnce(&str) -> ClientFrame) -> String {
    let id = Uuid::now_v7().to_string();
    socket.send(frame(&id)).await;
    let answer = socket.until("an answer", |frame| match frame {
        ServerFrame::Events { events, .. } => {
            let mine = |event: &protocol::Event| event.client_id.as_ref().is_some_and(|own| own.as_str() == id);
            events.iter().any(mine).then(|| "done".to_owned())
        }
        ServerFrame::Rejected { client_id, rejection } if client_id.as_str() == id => Some(word(rejection.code)),
        _ => None,
    });
    answer.await
}

pub(crate) async fn says(socket: &mut Socket, name: &str, body: &str) -> String {
    command(socket, |id| post(name, id, body)).await
}

pub(crate) async fn edits(socket: &mut Socket, name: &str, message: &str) -> String {
    command(socket, |id| edit(name, id, &message_id(message), "changed")).await
}

pub(crate) async fn deletes(socket: &mut Socket, name: &str, message: &str) -> String {
    command(socket, |id| delete(name, id, &message_id(message))).await
}

pub(crate) async fn reacts(socket: &mut Socket, name: &str, message: &str) -> String {
    command(socket, |id| react(name, id, &message_id(message), "👍", true)).await
}

pub(crate) async fn pins(socket: &mut Socket, name: &str, message: &str) -> String {
    command(socket, |id| pin(name, id, &message_id(message), true)).await
}

fn message_id(text: &str) -> MessageId {
    MessageId::parse(text).expect("an id")
}

/// Whether the plain socket opens.
pub(crate) async fn opens_plain(town: &Town, name: &str, by: Option<&Guest>) -> String {
    match plain::connect(town.address(), name, by).await {
        Ok(_) => "open".to_owned(),
        Err(status) => status.to_string(),
    }
}

/// What comes of a text on it.
pub(crate) async fn says_plainly(town: &Town, name: &str, by: Option<&Guest>) -> String {
    use futures_util::StreamExt;
    let Ok(mut socket) = plain::connect(town.address(), name, by).await else { return "-".to_owned() };
    let words = Uuid::new_v4().to_string();
    socket.says(&words).await;
    let heard = async {
        loop {
            match socket.0.next().await {
                Some(Ok(Message::Text(text))) if text.ends_with(&words) => return "done".to_owned(),
                Some(Ok(Message::Close(Some(frame)))) => return u16::from(frame.code).to_string(),
                Some(Ok(_)) => {}
                end => panic!("{end:?}"),
            }
        }
    };
    tokio::time::timeout(crate::helpers::PATIENCE, heard).await.expect("an answer")
}
