//! A message while its fragments come in. Text is checked as it comes, so that what is no UTF-8 is refused at once.

use crate::{Error, Message};

/// A text or a binary message, so far.
#[derive(Debug)]
pub(crate) struct Assembly {
    bytes: Vec<u8>,
    /// So much of it is UTF-8; nothing if it is binary.
    checked: Option<usize>,
}

impl Assembly {
    pub(crate) fn text() -> Self {
        Self { bytes: Vec::new(), checked: Some(0) }
    }

    pub(crate) fn binary() -> Self {
        Self { bytes: Vec::new(), checked: None }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds unmasked bytes. A character may end in the next.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.bytes.is_empty() {
            self.bytes.reserve_exact(bytes.len());
        }
        self.bytes.extend_from_slice(bytes);
        let Some(checked) = &mut self.checked else { return Ok(()) };
        match std::str::from_utf8(&self.bytes[*checked..]) {
            Ok(_) => *checked = self.bytes.len(),
            Err(error) if error.error_len().is_none() => *checked += error.valid_up_to(),
            Err(_) => return Err(Error::Utf8),
        }
        Ok(())
    }

    /// The whole message, with its last bytes.
    pub(crate) fn finish(mut self, last: &[u8]) -> Result<Message, Error> {
        if self.bytes.is_empty() {
            self.bytes = last.to_vec();
        } else {
            self.bytes.extend_from_slice(last);
        }
        match self.checked {
            Some(_) => String::from_utf8(self.bytes).map(Message::Text).map_err(|_| Error::Utf8),
            None => Ok(Message::Binary(self.bytes)),
        }
    }
}
