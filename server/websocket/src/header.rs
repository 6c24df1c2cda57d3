//! A client frame's header (RFC 6455 §5.2): two bytes, the rest of the length, the mask. Refused as soon as it can be.
//! Never a payload, never what frames a message may be of.

use crate::Error;

/// The longest control frame.
const MAX_CONTROL: usize = 125;
/// Two bytes, eight more of length, four of mask.
const MAX_HEADER: usize = 14;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    pub(crate) fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) opcode: Opcode,
    pub(crate) is_final: bool,
    /// Its message is compressed.
    pub(crate) is_deflated: bool,
    pub(crate) len: u64,
    pub(crate) mask: [u8; 4],
}

/// A header that comes in parts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Beginning {
    bytes: [u8; MAX_HEADER],
    len: usize,
}

impl Beginning {
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes from the input what belongs to the header. Nothing if the rest is still to come. Messages may be compressed if
    /// `deflate` was agreed.
    pub(crate) fn take(&mut self, input: &mut &mut [u8], deflate: bool) -> Result<Option<Header>, Error> {
        loop {
            let wanted = self.wanted(deflate)?;
            if self.len == wanted {
                let header = self.header(deflate)?;
                *self = Self::default();
                return Ok(Some(header));
            }
            let some = super::decoder::take(input, wanted - self.len);
            if some.is_empty() {
                return Ok(None);
            }
            self.bytes[self.len..][..some.len()].copy_from_slice(some);
            self.len += some.len();
        }
    }

    /// How long the header is, as far as it is known yet.
    fn wanted(&self, deflate: bool) -> Result<usize, Error> {
        if self.len > 0 {
            let First { opcode, is_final, .. } = first(self.bytes[0], deflate)?;
            if opcode.is_control() && !is_final {
                return Err(Error::Protocol("a control frame in fragments"));
            }
            if self.len > 1 {
                return second(self.bytes[1], opcode);
            }
        }
        Ok(2)
    }

    fn header(&self, deflate: bool) -> Result<Header, Error> {
        let First { opcode, is_final, is_deflated } = first(self.bytes[0], deflate)?;
        let [.., a, b, c, d] = self.bytes[..self.len] else { return Err(Error::Protocol("no header")) };
        let extended = self.bytes[2..self.len - 4].iter().fold(0, |len, byte| len << 8 | u64::from(*byte));
        let len = if self.len == 6 { u64::from(self.bytes[1] & 0x7f) } else { extended };
        if len >> 63 == 1 {
            return Err(Error::Protocol("a length beyond 63 bits"));
        }
        Ok(Header { opcode, is_final, is_deflated, len, mask: [a, b, c, d] })
    }
}

/// What the first byte says.
struct First {
    opcode: Opcode,
    is_final: bool,
    is_deflated: bool,
}

/// FIN, three bits of which the first may be negotiated (RFC 7692 §6), the opcode.
fn first(byte: u8, deflate: bool) -> Result<First, Error> {
    let (is_final, is_deflated) = (byte & 0x80 != 0, byte & 0x40 != 0);
    if byte & 0x30 != 0 || (is_deflated && !deflate) {
        return Err(Error::Protocol("reserved bits"));
    }
    let opcode = match byte & 0x0f {
        0 => Opcode::Continuation,
        1 => Opcode::Text,
        2 => Opcode::Binary,
        8 => Opcode::Close,
        9 => Opcode::Ping,
        10 => Opcode::Pong,
        _ => return Err(Error::Protocol("a reserved opcode")),
    };
    if is_deflated && !matches!(opcode, Opcode::Text | Opcode::Binary) {
        return Err(Error::Protocol("compression begins with a message"));
    }
    Ok(First { opcode, is_final, is_deflated })
}

/// What the second byte says: MASK and the length, from which the header's own follows.
fn second(byte: u8, opcode: Opcode) -> Result<usize, Error> {
    let len = byte & 0x7f;
    if byte & 0x80 == 0 {
        return Err(Error::Protocol("a client's frame without a mask"));
    }
    if opcode.is_control() && usize::from(len) > MAX_CONTROL {
        return Err(Error::Protocol("a control frame too long"));
    }
    Ok(match len {
        126 => 2 + 2 + 4,
        127 => 2 + 8 + 4,
        _ => 2 + 4,
    })
}
