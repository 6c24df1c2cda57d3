//! Which process listens on a port of this machine, so that nobody needs to look up a process id. Never another
//! machine's: there, only what the client sees is measured.

use std::{fs, net::SocketAddr};

use super::tree::{parent, processes};

/// The process that listens there; of several (a master and its workers) the one from which the others descend.
pub(crate) fn listener_of(address: SocketAddr) -> Option<u32> {
    if !address.ip().is_loopback() && !address.ip().is_unspecified() {
        return None;
    }
    let sockets = sockets(address.port());
    let holders: Vec<u32> = processes().into_iter().filter(|process| holds(*process, &sockets)).collect();
    holders.iter().copied().find(|holder| parent(*holder).is_none_or(|parent| !holders.contains(&parent)))
}

/// Inodes of the sockets that listen on a port.
fn sockets(port: u16) -> Vec<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| fs::read_to_string(table).unwrap_or_default());
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    lines.filter_map(|line| listens(line, port)).map(|inode| format!("socket:[{inode}]")).collect()
}

/// The inode of a line of the kernel's table, if it is a socket that listens (state 0A) on this port.
fn listens(line: &str, port: u16) -> Option<&str> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
    let at = u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()?;
    (at == port && *state == "0A").then_some(*inode)
}

fn holds(process: u32, sockets: &[String]) -> bool {
    let files = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let mut links = files.filter_map(|file| fs::read_link(file.path()).ok());
    links.any(|link| link.to_str().is_some_and(|link| sockets.iter().any(|socket| socket == link)))
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, process::id};

    use super::*;

    #[test]
    fn whoever_listens_is_found_and_nobody_where_nobody_does() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(listener_of(address), Some(id()));
        drop(listener);
        assert_eq!(listener_of(address), None);
        assert_eq!(listener_of("192.0.2.1:80".parse().unwrap()), None);
    }
}
