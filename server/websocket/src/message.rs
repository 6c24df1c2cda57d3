//! A message while its fragments come in. Text is checked as it comes, so that what is no UTF-8 is refused at once;
//! compressed text when it is whole. Never a header, never a control frame.

use crate::{Error, Message, deflate::inflate};

/// A text or a binary message, so far.
#[derive(Debug)]
pub(crate) struct Assembly {
    bytes: Vec<u8>,
    kind: Kind,
    is_deflated: bool,
}

#[derive(Debug)]
enum Kind {
    /// So many bytes of it are UTF-8.
    Text(usize),
    Binary,
}

impl Assembly {
    pub(crate) fn text(is_deflated: bool) -> Self {
        Self { bytes: Vec::new(), kind: Kind::Text(0), is_deflated }
    }

    pub(crate) fn binary(is_deflated: bool) -> Self {
        Self { bytes: Vec::new(), kind: Kind::Binary, is_deflated }
    }

    /// As it came.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds unmasked bytes. A character may end in the next.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.bytes.is_empty() {
            self.bytes.reserve_exact(bytes.len());
        }
        self.bytes.extend_from_slice(bytes);
        match &mut self.kind {
            Kind::Text(checked) if !self.is_deflated => match std::str::from_utf8(&self.bytes[*checked..]) {
                Ok(_) => *checked = self.bytes.len(),
                Err(error) if error.error_len().is_none() => *checked += error.valid_up_to(),
                Err(_) => return Err(Error::Utf8),
            },
            Kind::Text(_) | Kind::Binary => {}
        }
        Ok(())
    }

    /// The whole message, with its last bytes. Inflated it has at most `max` bytes.
    pub(crate) fn finish(mut self, last: &[u8], max: usize) -> Result<Message, Error> {
        if self.bytes.is_empty() {
            self.bytes = last.to_vec();
        } else {
            self.bytes.extend_from_slice(last);
        }
        if self.is_deflated {
            self.bytes = inflate(&self.bytes, max)?;
        }
        match self.kind {
            Kind::Text(_) => String::from_utf8(self.bytes).map(Message::Text).map_err(|_| Error::Utf8),
            Kind::Binary => Ok(Message::Binary(self.bytes)),
        }
    }
}
