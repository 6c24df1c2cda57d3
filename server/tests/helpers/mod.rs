//! A real server on a free loopback port, and clients that read as dialogues. Never an assertion about behaviour.
#![allow(dead_code, unreachable_pub, clippy::allow_attributes, reason = "each test file uses its own part of this")]

use std::{net::SocketAddr, time::Duration};

use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use server::{Cli, RunConfig, Switch};
use tempfile::TempDir;
use tokio::{net::TcpStream, sync::oneshot, task::JoinHandle, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, http::Response},
};

/// Longer than anything should take; only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct TestServer {
    pub address: SocketAddr,
    /// Its database; gone with it, unless the flags name another.
    data: TempDir,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<Result<(), server::Error>>>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::with_flags(&[]).await
    }

    pub async fn with_flags(flags: &[&str]) -> Self {
        Self::configured(flags, |_| ()).await
    }

    pub async fn configured(flags: &[&str], change: impl FnOnce(&mut RunConfig)) -> Self {
        let data = TempDir::new().unwrap();
        let place = data.path().to_str().unwrap();
        let bare = ["teahouse", "--listen", "127.0.0.1:0", "--data", place];
        let mut config = Cli::parse_from(bare.iter().chain(flags)).into_task().serve().unwrap();
        // Tests speak faster than people do, all from one address; those about limits turn them on.
        if !flags.contains(&"--limits") {
            config.limits = Switch::Off;
        }
        change(&mut config);
        let listener = config.bind().await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server::run(config, listener, async {
            let _ = stopped.await;
        }));
        Self { address, data, stop: Some(stop), running: Some(running) }
    }

    /// Waits until the channel layer is whole.
    pub async fn ready(&self) {
        let ready = async { while self.readiness().await != "ready\n" {} };
        timeout(PATIENCE, ready).await.expect("the channel layer never became whole");
    }

    pub async fn readiness(&self) -> String {
        reqwest::get(self.url("/readyz")).await.unwrap().text().await.unwrap()
    }

    /// The newest messages of a group, as the API tells them.
    pub async fn page(&self, group: &str) -> serde_json::Value {
        let page = reqwest::get(self.url(&format!("/api/groups/{group}/messages"))).await.unwrap();
        serde_json::from_str(&page.text().await.unwrap()).unwrap()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Stops gracefully and waits for the end.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        timeout(PATIENCE, self.running.take().unwrap()).await.unwrap().unwrap().unwrap();
    }

    pub async fn connect(&self, path: &str) -> Client {
        self.try_connect(path, None).await.unwrap_or_else(|refusal| panic!("{path} was refused: {refusal}"))
    }

    /// Opens a socket as a page of `origin` would, or says with which status it was refused.
    pub async fn try_connect(&self, path: &str, origin: Option<&str>) -> Result<Client, u16> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match timeout(PATIENCE, connect_async(request)).await.unwrap() {
            Ok((socket, _)) => Ok(Client(socket)),
            Err(tungstenite::Error::Http(response)) => Err(status(&response)),
            Err(error) => panic!("{path}: {error}"),
        }
    }
}

fn status<B>(response: &Response<B>) -> u16 {
    response.status().as_u16()
}

pub struct Client(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub async fn says(&mut self, text: &str) {
        self.sends(Message::text(text)).await;
    }

    pub async fn sends(&mut self, frame: Message) {
        timeout(PATIENCE, self.0.send(frame)).await.unwrap().unwrap();
    }

    /// The next text; anything but a text or a ping fails the test.
    pub async fn heard(&mut self) -> String {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("nothing was heard") {
                Some(Ok(Message::Text(text))) => return text.to_string(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("expected a text, got {other:?}"),
            }
        }
    }

    pub async fn hears(&mut self, text: &str) {
        assert_eq!(self.heard().await, text);
    }

    /// The code with which the server closes; texts on the way are skipped.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("the socket stayed open") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("expected a close frame, got {other:?}"),
            }
        }
    }

    /// The code with which the server closes, or nothing if the connection just ends; texts on the way are skipped.
    pub async fn end(&mut self) -> Option<u16> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("the socket stayed open") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    pub async fn leaves(mut self) {
        self.0.close(None).await.unwrap();
        // Until the server has answered: from then on it no longer counts us.
        while let Some(Ok(_)) = timeout(PATIENCE, self.0.next()).await.unwrap() {}
    }
}
