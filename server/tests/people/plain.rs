//! A plain socket of somebody. Never an expectation.

use std::net::SocketAddr;

use tokio::time::timeout;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{self, client::IntoClientRequest},
};

use crate::{
    api::Guest,
    helpers::{Client, PATIENCE},
};

/// Opens `/group/{id}/`, or says with which status it was refused.
pub(crate) async fn connect(address: SocketAddr, group: &str, by: Option<&Guest>) -> Result<Client, u16> {
    let mut request = format!("ws://{address}/group/{group}/").into_client_request().expect("an address");
    if let Some(by) = by {
        request.headers_mut().insert("cookie", by.cookie().parse().expect("a header"));
    }
    match timeout(PATIENCE, connect_async(request)).await.expect("no handshake") {
        Ok((socket, _)) => Ok(Client(socket)),
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{group}: {error}"),
    }
}
