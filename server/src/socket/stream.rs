//! What carries a socket after the handshake: the TCP connection itself, taken back from hyper and its buffers, or
//! whatever else hyper served. Never a frame.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use hyper::upgrade::{Parts, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::serve::Patient;

pub(super) enum Stream {
    Tcp(TcpStream),
    /// Through hyper, which is dearer: a listener of another kind.
    Other(Box<TokioIo<Upgraded>>),
}

impl Stream {
    /// With the bytes that came right after the handshake.
    pub(super) fn taken_from(upgraded: Upgraded) -> (Self, Vec<u8>) {
        match upgraded.downcast::<TokioIo<Patient<TcpStream>>>() {
            Ok(Parts { io, read_buf, .. }) => (Self::Tcp(io.into_inner().into_inner()), read_buf.to_vec()),
            Err(upgraded) => (Self::Other(Box::new(TokioIo::new(upgraded))), Vec::new()),
        }
    }
}

macro_rules! of_either {
    ($stream:expr, $inner:ident => $poll:expr) => {
        match $stream.get_mut() {
            Self::Tcp(tcp) => {
                let $inner = Pin::new(tcp);
                $poll
            }
            Self::Other(other) => {
                let $inner = Pin::new(&mut **other);
                $poll
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        of_either!(self, stream => stream.poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        of_either!(self, stream => stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        of_either!(self, stream => stream.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(tcp) => tcp.is_write_vectored(),
            Self::Other(other) => other.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        of_either!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        of_either!(self, stream => stream.poll_shutdown(cx))
    }
}
