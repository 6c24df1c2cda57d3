//! One `/live` connection as a test holds it: frames of the protocol's types in and out. Never resends, never reconnects.

use std::{fmt::Debug, net::SocketAddr};

use futures_util::{SinkExt, StreamExt};
use protocol::{ClientFrame, ClientId, Event, GroupId, MessageId, Place, RejectionCode, SUBPROTOCOL, ServerFrame};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use crate::{api::Guest, helpers::PATIENCE};

pub(crate) struct Socket {
    pub(crate) stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// With the subprotocol and these further headers.
    pub(crate) async fn try_open(
        address: SocketAddr,
        headers: &[(&'static str, &str)],
    ) -> Result<(Self, tungstenite::handshake::client::Response), tungstenite::Error> {
        let stream = TcpStream::connect(address).await?;
        Self::over(stream, headers).await
    }

    pub(crate) async fn over(
        stream: TcpStream,
        headers: &[(&'static str, &str)],
    ) -> Result<(Self, tungstenite::handshake::client::Response), tungstenite::Error> {
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{}/live", stream.peer_addr()?).into_client_request()?;
        for (name, value) in [("sec-websocket-protocol", SUBPROTOCOL)].iter().chain(headers) {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        let (stream, response) = client_async(request, stream).await?;
        Ok((Self { stream }, response))
    }

    pub(crate) async fn open(address: SocketAddr, guest: &Guest) -> Self {
        let bearer = guest.bearer();
        let headers = [("authorization", bearer.as_str())];
        let opened = Self::try_open(address, &headers);
        timeout(PATIENCE, opened).await.expect("no handshake").expect("the socket opens").0
    }

    /// Opens, subscribes from now on, and is welcomed.
    pub(crate) async fn in_group(address: SocketAddr, guest: &Guest, name: &str) -> Self {
        let mut socket = Self::open(address, guest).await;
        socket.hello(vec![now(name)]).await;
        socket.welcomed().await;
        socket
    }

    pub(crate) async fn try_send(&mut self, frame: &ClientFrame) -> Result<(), tungstenite::Error> {
        self.stream.send(Message::text(serde_json::to_string(frame).expect("JSON"))).await
    }

    pub(crate) async fn send(&mut self, frame: ClientFrame) {
        timeout(PATIENCE, self.try_send(&frame)).await.expect("it blocks").expect("it is sent");
    }

    pub(crate) async fn raw(&mut self, frame: Message) {
        timeout(PATIENCE, self.stream.send(frame)).await.expect("it blocks").expect("it is sent");
    }

    pub(crate) async fn hello(&mut self, groups: Vec<Place>) {
        self.send(ClientFrame::Hello { client: "test".to_owned(), groups, focus: None }).await;
    }

    pub(crate) async fn says(&mut self, name: &str, client_id: &str, body: &str) {
        self.send(post(name, client_id, body)).await;
    }

    /// The next frame; nothing when the connection ended.
    pub(crate) async fn try_next(&mut self) -> Result<ServerFrame, Option<u16>> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")));
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The next frame that `wanted` takes; others are skipped, a close fails the test.
    pub(crate) async fn until<T: Debug>(&mut self, what: &str, wanted: impl Fn(ServerFrame) -> Option<T>) -> T {
        let found = async {
            loop {
                match self.try_next().await {
                    Ok(frame) => {
                        if let Some(found) = wanted(frame) {
                            return found;
                        }
                    }
                    Err(code) => panic!("closed with {code:?} before {what}"),
                }
            }
        };
        timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("{what} never came"))
    }

    pub(crate) async fn welcomed(&mut self) -> ServerFrame {
        self.until("the welcome", |frame| matches!(frame, ServerFrame::Welcome { .. }).then_some(frame)).await
    }

    /// The next frame of events.
    pub(crate) async fn events(&mut self) -> Vec<Event> {
        self.until("events", |frame| match frame {
            ServerFrame::Events { events, .. } => Some(events),
            _ => None,
        })
        .await
    }

    /// The next event, which comes alone.
    pub(crate) async fn event(&mut self) -> Event {
        let mut events = self.events().await;
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }

    pub(crate) async fn rejected(&mut self) -> (ClientId, RejectionCode, Option<u64>) {
        self.until("a rejection", |frame| match frame {
            ServerFrame::Rejected { client_id, rejection } => {
                assert!(!rejection.message.is_empty());
                Some((client_id, rejection.code, rejection.retry_after_ms))
            }
            ServerFrame::Events { events, .. } => panic!("an event before the rejection: {events:?}"),
            _ => None,
        })
        .await
    }

    /// The code with which the server closes; frames on the way are skipped.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        let closed = async {
            loop {
                if let Err(code) = self.try_next().await {
                    return code;
                }
            }
        };
        timeout(PATIENCE, closed).await.expect("the socket stayed open")
    }

    pub(crate) async fn leaves(mut self) {
        self.stream.close(None).await.expect("it closes");
        self.close_code().await;
    }
}

pub(crate) fn group(name: &str) -> GroupId {
    GroupId::parse(name).expect("a group id")
}

pub(crate) fn client_id(text: &str) -> ClientId {
    ClientId::parse(text).expect("a client id")
}

/// A group from now on.
pub(crate) fn now(name: &str) -> Place {
    Place { group: group(name), epoch: None, after: None }
}

pub(crate) fn post(name: &str, id: &str, body: &str) -> ClientFrame {
    ClientFrame::Post { client_id: client_id(id), group: group(name), body: body.to_owned(), reply_to: None }
}

pub(crate) fn edit(name: &str, id: &str, message: &MessageId, body: &str) -> ClientFrame {
    ClientFrame::Edit { client_id: client_id(id), group: group(name), message: message.clone(), body: body.to_owned() }
}

pub(crate) fn delete(name: &str, id: &str, message: &MessageId) -> ClientFrame {
    ClientFrame::Delete { client_id: client_id(id), group: group(name), message: message.clone() }
}

pub(crate) fn react(name: &str, id: &str, message: &MessageId, emoji: &str, on: bool) -> ClientFrame {
    ClientFrame::React {
        client_id: client_id(id),
        group: group(name),
        message: message.clone(),
        emoji: emoji.to_owned(),
        on,
    }
}

pub(crate) fn pin(name: &str, id: &str, message: &MessageId, on: bool) -> ClientFrame {
    ClientFrame::Pin { client_id: client_id(id), group: group(name), message: message.clone(), on }
}
