//! What stands between clients and servers: a proxy that sees where WebSocket frames end and cuts there, and a plain TCP
//! round-robin. Never looks into a frame.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the client to the server.
    Up,
    Down,
}

/// Where a connection is cut, once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) way: Way,
    /// The how-manieth frame of that way, from 1, over all connections.
    pub(crate) frame: usize,
    /// Whether that frame still arrives.
    pub(crate) after: bool,
}

/// A proxy for one client.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    /// Frames that came by.
    up: Arc<AtomicUsize>,
    down: Arc<AtomicUsize>,
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr, cut: Option<Cut>) -> Self {
        let (listener, address) = listen().await;
        let (up, down) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counters = (Arc::clone(&up), Arc::clone(&down));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(server).await else { continue };
                let (up, down) = (Arc::clone(&counters.0), Arc::clone(&counters.1));
                tokio::spawn(async move {
                    let ((from_client, to_client), (from_server, to_server)) =
                        (client.into_split(), server.into_split());
                    let at = |way| cut.filter(|cut| cut.way == way);
                    // Whichever ends takes the other with it: both connections are gone at that moment.
                    tokio::select! {
                        () = pass(from_client, to_server, up, at(Way::Up)) => {}
                        () = pass(from_server, to_client, down, at(Way::Down)) => {}
                    }
                });
            }
        });
        Self { address, up, down }
    }

    pub(crate) fn frames(&self, way: Way) -> usize {
        match way {
            Way::Up => self.up.load(Ordering::Relaxed),
            Way::Down => self.down.load(Ordering::Relaxed),
        }
    }
}

/// One way of one connection, frame by frame, until it ends or is cut.
async fn pass(from: OwnedReadHalf, mut to: OwnedWriteHalf, count: Arc<AtomicUsize>, cut: Option<Cut>) {
    let mut from = BufReader::new(from);
    let Some(head) = http_head(&mut from).await else { return };
    if to.write_all(&head).await.is_err() {
        return;
    }
    while let Some(frame) = frame(&mut from).await {
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        let cut = cut.filter(|cut| cut.frame == number);
        if cut.is_some_and(|cut| !cut.after) || to.write_all(&frame).await.is_err() || cut.is_some() {
            return;
        }
    }
}

async fn http_head(from: &mut BufReader<OwnedReadHalf>) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if from.read_until(b'\n', &mut head).await.ok()? == 0 {
            return None;
        }
    }
    Some(head)
}

/// One whole frame (RFC 6455 §5.2), as it is.
async fn frame(from: &mut BufReader<OwnedReadHalf>) -> Option<Vec<u8>> {
    let mut frame = vec![0; 2];
    from.read_exact(&mut frame).await.ok()?;
    let (masked, short) = (frame[1] & 0x80 != 0, frame[1] & 0x7f);
    let extended = match short {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    more(from, &mut frame, extended).await?;
    let length = match extended {
        0 => usize::from(short),
        _ => frame[2..].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)),
    };
    more(from, &mut frame, length + if masked { 4 } else { 0 }).await?;
    Some(frame)
}

async fn more(from: &mut BufReader<OwnedReadHalf>, frame: &mut Vec<u8>, bytes: usize) -> Option<()> {
    let place = frame.len();
    frame.resize(place + bytes, 0);
    from.read_exact(&mut frame[place..]).await.ok().map(drop)
}

/// Each connection goes to the next server, whoever comes. A server that is away is passed over.
pub(crate) async fn round_robin(servers: Vec<SocketAddr>) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        let mut next = servers.iter().cycle();
        while let Ok((mut client, _)) = listener.accept().await {
            for server in next.by_ref().take(servers.len()) {
                if let Ok(mut server) = TcpStream::connect(server).await {
                    tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut server).await });
                    break;
                }
            }
        }
    });
    address
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}
