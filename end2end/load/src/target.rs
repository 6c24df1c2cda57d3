//! The server that is measured: its address, and how many sockets one may have to it. Never a protocol.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs},
    process,
};

use rustix::{
    net::{AddressFamily, SocketFlags, SocketType, bind, connect, socket_with, sockopt},
    process::{Resource, Rlimit, getrlimit, setrlimit},
};
use url::Url;

use crate::trouble::Trouble;

/// Sockets from one loopback address: a tenth of the ports that Linux gives out, so that a free one is found at once.
const PER_ADDRESS: usize = 2_500;
/// Loopback addresses that a run has for itself: enough for 160,000 sockets.
const PER_RUN: u32 = 64;
/// Where they begin and how many there are: 127.0.0.0/8 without its first and last 65,536, where servers listen.
const FIRST_SOURCE: u32 = u32::from_be_bytes([127, 1, 0, 0]);
const SOURCES: u32 = 254 << 16;
/// Files that are open besides the sockets.
const OTHER_FILES: u64 = 32;

#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// As it was given.
    pub(crate) url: String,
    /// The Host header.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) address: SocketAddr,
}

impl Target {
    /// Reads `ws://host:port/path` or `http://…`; the path may hold `{group}`.
    ///
    /// # Errors
    /// [`Trouble::Usage`] for anything else, [`Trouble::Away`] for a name that nobody knows.
    pub(crate) fn parse(text: &str) -> Result<Self, Trouble> {
        let bad =
            |why: &str| Trouble::Usage(format!("{text} is no address to load: {why}, such as ws://127.0.0.1:8080"));
        let url = Url::parse(text).map_err(|_| bad("it takes a ws:// URL"))?;
        match url.scheme() {
            "ws" | "http" => {}
            "wss" | "https" => {
                return Err(bad("TLS is not spoken here, measure behind the proxy that ends it; a plain ws:// URL"));
            }
            _ => return Err(bad("it takes a ws:// URL")),
        }
        let host = url.host_str().ok_or_else(|| bad("it names no host"))?;
        let port = url.port_or_known_default().unwrap_or(80);
        let addresses = (host.trim_matches(['[', ']']), port).to_socket_addrs();
        let address = addresses.map_err(|error| Trouble::Away { url: text.to_owned(), why: error.to_string() })?.next();
        let address = address.ok_or_else(|| bad("its host has no address"))?;
        let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        // What the URL crate has escaped, but is ours to replace.
        let path = format!("{}{query}", url.path()).replace("%7B", "{").replace("%7D", "}");
        Ok(Self { url: text.to_owned(), host: format!("{host}:{port}"), path, address })
    }

    /// Begins a connection that does not block. The `index`th of a run: towards loopback each few thousand come from an
    /// address of their own ([`source`]).
    ///
    /// # Errors
    /// [`Trouble::System`] when this machine has no more sockets.
    pub(crate) fn dial(&self, index: usize, receive: Option<usize>) -> Result<TcpStream, Trouble> {
        let family = if self.address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(family, SocketType::STREAM, flags, None).map_err(Trouble::system("a socket"))?;
        if let Some(bytes) = receive {
            sockopt::set_socket_recv_buffer_size(&socket, bytes).map_err(Trouble::system("a receive buffer"))?;
        }
        if let IpAddr::V4(to) = self.address.ip()
            && to.is_loopback()
        {
            let from = source(process::id(), index);
            bind(&socket, &SocketAddr::from((from, 0))).map_err(Trouble::system("an address of our own"))?;
        }
        match connect(&socket, &self.address) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => {}
            Err(error) => {
                return Err(Trouble::Away { url: self.url.clone(), why: std::io::Error::from(error).to_string() });
            }
        }
        let stream = TcpStream::from(socket);
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

/// Where the `index`th socket of a run comes from. One address has 28,000 ports, and a socket that was closed keeps its
/// own for a minute (TIME_WAIT), in which the kernel looks for a free one among thousands that are not. So a run has
/// addresses that none before it had: processes are numbered one after the other.
fn source(run: u32, index: usize) -> Ipv4Addr {
    let nth = run.wrapping_mul(PER_RUN).wrapping_add((index / PER_ADDRESS) as u32 % PER_RUN);
    Ipv4Addr::from(FIRST_SOURCE + nth % SOURCES)
}

/// Raises this process's limit of open files to what it may have.
///
/// # Errors
/// [`Trouble::Files`] when so many sockets will not fit.
pub(crate) fn room_for(sockets: usize) -> Result<(), Trouble> {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let (needed, limit) = (sockets as u64 + OTHER_FILES, getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX));
    if needed > limit { Err(Trouble::Files { wanted: sockets, needed, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_group_may_be_anywhere_in_the_path() {
        let target = Target::parse("ws://127.0.0.1:9/a/{group}/?x={group}").unwrap();
        assert_eq!((target.path.as_str(), target.host.as_str()), ("/a/{group}/?x={group}", "127.0.0.1:9"));
        assert_eq!(Target::parse("ws://[::1]:9").unwrap().address, "[::1]:9".parse().unwrap());
    }

    #[test]
    fn what_is_no_address_is_refused_in_a_sentence() {
        for text in ["", "teahouse", "127.0.0.1:8080", "ftp://127.0.0.1/", "wss://127.0.0.1/"] {
            let refusal = Target::parse(text).unwrap_err().to_string();
            assert!(refusal.contains("ws://127.0.0.1:8080"), "{refusal}");
        }
    }

    #[test]
    fn runs_after_each_other_come_from_addresses_of_their_own() {
        let of = |run| (0..20_000).map(|index| source(run, index)).collect::<HashSet<_>>();
        let (one, next) = (of(4711), of(4712));
        assert_eq!((one.len(), next.len()), (8, 8));
        assert!(one.is_disjoint(&next));
    }

    #[test]
    fn whatever_a_process_is_called_it_comes_from_loopback_and_from_no_address_that_a_server_has() {
        for run in [0, 1, 0xffff, 0x10_0000, 0x40_0000, u32::MAX] {
            for index in [0, PER_ADDRESS, usize::MAX] {
                let [net, part, ..] = source(run, index).octets();
                assert!(net == 127 && (1..=254).contains(&part), "{run} {index}");
            }
        }
    }

    #[test]
    fn more_sockets_than_files_are_refused_before_any_is_opened() {
        assert!(room_for(1).is_ok());
        assert!(matches!(room_for(usize::MAX / 2), Err(Trouble::Files { .. })));
    }
}
