//! What carries a socket after the handshake: the TCP connection itself, taken back from hyper and its buffers, or
//! whatever else hyper served. Never a frame.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use hyper::upgrade::{Parts, Upgraded};
use hyper_util::rt::TokioIo;
use rustix::net::Shutdown;
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf},
    net::TcpStream,
};

use crate::serve::Patient;

pub(super) enum Stream {
    /// Shared with whoever writes to it while its session sleeps.
    Tcp(Arc<TcpStream>),
    /// Through hyper, which is dearer: a listener of another kind.
    Other(Box<TokioIo<Upgraded>>),
}

impl Stream {
    /// With the bytes that came right after the handshake.
    pub(super) fn taken_from(upgraded: Upgraded) -> (Self, Vec<u8>) {
        match upgraded.downcast::<TokioIo<Patient<TcpStream>>>() {
            Ok(Parts { io, read_buf, .. }) => (Self::Tcp(Arc::new(io.into_inner().into_inner())), read_buf.to_vec()),
            Err(upgraded) => (Self::Other(Box::new(TokioIo::new(upgraded))), Vec::new()),
        }
    }

    /// What others may write to, if it can be shared.
    pub(super) fn shared(&self) -> Option<Arc<TcpStream>> {
        match self {
            Self::Tcp(tcp) => Some(Arc::clone(tcp)),
            Self::Other(_) => None,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => {
                let read = ready!(when_ready(|| tcp.poll_read_ready(cx), || read(tcp, buffer.initialize_unfilled())))?;
                buffer.advance(read);
                Poll::Ready(Ok(()))
            }
            Self::Other(other) => Pin::new(&mut **other).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => when_ready(|| tcp.poll_write_ready(cx), || tcp.try_write(bytes)),
            Self::Other(other) => Pin::new(&mut **other).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => when_ready(|| tcp.poll_write_ready(cx), || tcp.try_write_vectored(slices)),
            Self::Other(other) => Pin::new(&mut **other).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(_) => true,
            Self::Other(other) => other.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(_) => Poll::Ready(Ok(())),
            Self::Other(other) => Pin::new(&mut **other).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Poll::Ready(rustix::net::shutdown(&**tcp, Shutdown::Write).map_err(Into::into)),
            Self::Other(other) => Pin::new(&mut **other).poll_shutdown(cx),
        }
    }
}

/// Tries until it need not wait, or until it has to.
fn when_ready<T>(
    mut poll_ready: impl FnMut() -> Poll<io::Result<()>>,
    mut act: impl FnMut() -> io::Result<T>,
) -> Poll<io::Result<T>> {
    loop {
        ready!(poll_ready())?;
        match act() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return Poll::Ready(done),
        }
    }
}

/// Reads once. Less than there is room for means that there is no more: to tokio it is as if it had been asked once more and
/// had said so, which saves asking. (So does its own `poll_read`, which wants the connection for itself.)
fn read(tcp: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let (room, mut read) = (buffer.len(), 0);
    let tried = tcp.try_io(Interest::READABLE, || {
        read = rustix::io::read(tcp, &mut *buffer)?;
        if (1..room).contains(&read) { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    });
    match tried {
        Err(error) if read == 0 => Err(error),
        _ => Ok(read),
    }
}
