//! Bytes of one connection in, messages out. Between messages it holds nothing. Never a socket, never an answer.

use std::mem;

use crate::{
    Error, Message,
    header::{Beginning, Header, Opcode},
    mask::unmask,
    message::Assembly,
};

/// What a client's bytes mean. After an error it is of no more use.
pub struct Decoder {
    max_message: u32,
    deflate: bool,
    /// What has begun and not ended; an idle connection has none.
    partial: Option<Box<Partial>>,
}

#[derive(Default)]
struct Partial {
    beginning: Beginning,
    /// The frame that the next bytes belong to; `len` and `mask` are of what is still to come.
    frame: Option<Header>,
    control: Vec<u8>,
    message: Option<Assembly>,
}

impl Decoder {
    /// Takes messages of so many bytes, in however many fragments; at most 4 GiB.
    #[must_use]
    pub fn new(max_message: usize) -> Self {
        Self { max_message: u32::try_from(max_message).unwrap_or(u32::MAX), deflate: false, partial: None }
    }

    /// The same, for a client with which compression was agreed. A message is so long when it is inflated.
    #[must_use]
    pub fn deflating(self, deflate: bool) -> Self {
        Self { deflate, ..self }
    }

    /// The next message, if the input has all of it; the input is left with what comes after. `None`: the input was used
    /// up. The bytes that were used are overwritten.
    ///
    /// # Errors
    /// [`Error`] as soon as it is certain that no message can come of it.
    pub fn next(&mut self, input: &mut &mut [u8]) -> Result<Option<Message>, Error> {
        if input.is_empty() {
            return Ok(None);
        }
        let mut partial = self.partial.take().map_or_else(Partial::default, |partial| *partial);
        let message = partial.next(input, self.max_message as usize, self.deflate)?;
        if !partial.is_empty() {
            self.partial = Some(Box::new(partial));
        }
        Ok(message)
    }
}

/// So many bytes of the input, or as many as there are.
pub(crate) fn take<'a>(input: &mut &'a mut [u8], len: usize) -> &'a mut [u8] {
    let all = mem::take(input);
    let (taken, rest) = all.split_at_mut(len.min(all.len()));
    *input = rest;
    taken
}

impl Partial {
    fn is_empty(&self) -> bool {
        self.beginning.is_empty() && self.frame.is_none() && self.message.is_none()
    }

    fn next(&mut self, input: &mut &mut [u8], max_message: usize, deflate: bool) -> Result<Option<Message>, Error> {
        loop {
            let mut frame = match self.frame.take() {
                Some(frame) => frame,
                None => match self.beginning.take(input, deflate)? {
                    Some(header) => self.begin(header, max_message)?,
                    None => return Ok(None),
                },
            };
            let some = take(input, usize::try_from(frame.len).unwrap_or(usize::MAX));
            frame.mask = unmask(some, frame.mask);
            frame.len -= some.len() as u64;
            if frame.len > 0 {
                self.keep(frame, some)?;
                return Ok(None);
            }
            if let Some(message) = self.end(frame, some, max_message)? {
                return Ok(Some(message));
            }
        }
    }

    /// Whether a frame may come now, and be so long.
    fn begin(&mut self, header: Header, max_message: usize) -> Result<Header, Error> {
        if header.opcode.is_control() {
            return Ok(header);
        }
        let begun = self.message.as_ref().map(Assembly::len);
        match (header.opcode, begun) {
            (Opcode::Continuation, None) => return Err(Error::Protocol("a continuation of nothing")),
            (Opcode::Text | Opcode::Binary, Some(_)) => {
                return Err(Error::Protocol("a new message within another's fragments"));
            }
            _ => {}
        }
        let before = begun.unwrap_or_default();
        let room = max_message.saturating_sub(before);
        if usize::try_from(header.len).map_or(true, |len| len > room) {
            return Err(Error::TooBig);
        }
        match header.opcode {
            Opcode::Text => self.message = Some(Assembly::text(header.is_deflated)),
            Opcode::Binary => self.message = Some(Assembly::binary(header.is_deflated)),
            _ => {}
        }
        Ok(header)
    }

    /// A part of a frame's payload.
    fn keep(&mut self, frame: Header, some: &[u8]) -> Result<(), Error> {
        self.frame = Some(frame);
        match &mut self.message {
            Some(message) if !frame.opcode.is_control() => message.push(some),
            _ => {
                self.control.extend_from_slice(some);
                Ok(())
            }
        }
    }

    /// The last part of a frame's payload; a message, if the frame is the last of one.
    fn end(&mut self, frame: Header, last: &[u8], max_message: usize) -> Result<Option<Message>, Error> {
        let mut control = || {
            let mut payload = mem::take(&mut self.control);
            payload.extend_from_slice(last);
            payload
        };
        Ok(Some(match frame.opcode {
            Opcode::Ping => Message::Ping(control()),
            Opcode::Pong => Message::Pong(control()),
            Opcode::Close => Message::Close(close_code(&control())?),
            Opcode::Continuation | Opcode::Text | Opcode::Binary => {
                let Some(mut message) = self.message.take() else {
                    return Err(Error::Protocol("a continuation of nothing"));
                };
                if !frame.is_final {
                    message.push(last)?;
                    self.message = Some(message);
                    return Ok(None);
                }
                message.finish(last, max_message)?
            }
        }))
    }
}

/// A close frame's payload: nothing, or a code that may be sent and a reason in UTF-8 (RFC 6455 §5.5.1, §7.4).
fn close_code(payload: &[u8]) -> Result<Option<u16>, Error> {
    match payload {
        [] => Ok(None),
        [_] => Err(Error::Protocol("half a close code")),
        [high, low, reason @ ..] => match u16::from_be_bytes([*high, *low]) {
            code @ (1000..=1003 | 1007..=1014 | 3000..=4999) => {
                std::str::from_utf8(reason).map_err(|_| Error::Utf8)?;
                Ok(Some(code))
            }
            _ => Err(Error::Protocol("a close code that nobody may send")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoder, Message};

    #[test]
    fn between_messages_nothing_is_held() {
        let mut decoder = Decoder::new(100);
        let mut text = [0x81, 0x82, 0, 0, 0, 0, b'h', b'i'];
        let (first, second) = text.split_at_mut(3);
        assert_eq!(decoder.next(&mut &mut *first), Ok(None));
        assert!(decoder.partial.is_some());
        assert_eq!(decoder.next(&mut &mut *second), Ok(Some(Message::Text("hi".to_owned()))));
        assert!(decoder.partial.is_none());
        assert!(size_of::<Decoder>() <= 16);
    }
}
