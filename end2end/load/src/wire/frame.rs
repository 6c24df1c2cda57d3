//! One WebSocket frame (RFC 6455 §5.2): its header read in place, and whole frames written. Never a message of several
//! frames, never a payload's meaning.

/// The longest frame that is read. A server that sends more is not one that anybody measures here.
const MAX_PAYLOAD: usize = 64 << 20;

/// What a frame is for.
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
    const fn of(bits: u8) -> Option<Self> {
        Some(match bits {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return None,
        })
    }

    const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0,
            Self::Text => 1,
            Self::Binary => 2,
            Self::Close => 8,
            Self::Ping => 9,
            Self::Pong => 10,
        }
    }

    /// Whether frames of this kind may stand between those of one message.
    const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// What a frame's first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The last frame of its message.
    pub(crate) fin: bool,
    /// The message that begins here is compressed (RFC 7692 §6).
    pub(crate) deflated: bool,
    pub(crate) opcode: Opcode,
    /// What the payload was masked with; only clients mask.
    pub(crate) key: Option<[u8; 4]>,
    /// Bytes of the header itself: the payload begins here.
    pub(crate) begin: usize,
    /// The frame's last byte is the one before this.
    pub(crate) end: usize,
}

/// Bytes that are no frame; the connection cannot be understood any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    #[error("a frame with reserved bits: an extension that was never agreed on")]
    Reserved,
    #[error("a frame of an unknown kind")]
    Unknown,
    #[error("a control frame in pieces or longer than 125 bytes")]
    Control,
    #[error("a frame of more than 64 MiB")]
    TooLong,
}

/// The header at the beginning of `bytes`; `None` while it is not all there. The payload need not be there yet. Only where
/// it was agreed on may messages be `deflated`.
pub(crate) fn header(bytes: &[u8], deflates: bool) -> Result<Option<Header>, Broken> {
    let [first, second, ..] = *bytes else { return Ok(None) };
    let opcode = Opcode::of(first & 0x0f).ok_or(Broken::Unknown)?;
    let deflated = first & 0x40 != 0;
    if first & 0x30 != 0 || deflated && !(deflates && matches!(opcode, Opcode::Text | Opcode::Binary)) {
        return Err(Broken::Reserved);
    }
    let fin = first & 0x80 != 0;
    let Some((length, after)) = length(second & 0x7f, bytes) else { return Ok(None) };
    if opcode.is_control() && (!fin || length > 125) {
        return Err(Broken::Control);
    }
    let length = usize::try_from(length).ok().filter(|length| *length <= MAX_PAYLOAD).ok_or(Broken::TooLong)?;
    if second & 0x80 == 0 {
        return Ok(Some(Header { fin, deflated, opcode, key: None, begin: after, end: after + length }));
    }
    let Some(key) = bytes.get(after..after + 4) else { return Ok(None) };
    let key = Some([key[0], key[1], key[2], key[3]]);
    Ok(Some(Header { fin, deflated, opcode, key, begin: after + 4, end: after + 4 + length }))
}

/// The payload's length and where the header goes on behind it.
fn length(short: u8, bytes: &[u8]) -> Option<(u64, usize)> {
    match short {
        126 => {
            let two = bytes.get(2..4)?;
            Some((u64::from(u16::from_be_bytes([two[0], two[1]])), 4))
        }
        127 => {
            let eight: [u8; 8] = bytes.get(2..10)?.try_into().ok()?;
            Some((u64::from_be_bytes(eight), 10))
        }
        short => Some((u64::from(short), 2)),
    }
}

/// Appends a whole frame as a client writes it: masked with `key`.
pub(crate) fn client_frame(opcode: Opcode, payload: &[u8], key: [u8; 4], out: &mut Vec<u8>) {
    begin(opcode, payload.len(), 0x80, out);
    out.extend_from_slice(&key);
    let from = out.len();
    out.extend_from_slice(payload);
    unmask(&mut out[from..], key);
}

/// Appends a whole frame as a server writes it.
pub(crate) fn server_frame(opcode: Opcode, payload: &[u8], out: &mut Vec<u8>) {
    begin(opcode, payload.len(), 0, out);
    out.extend_from_slice(payload);
}

/// The same of a message that is compressed.
pub(crate) fn deflated_frame(opcode: Opcode, deflated: &[u8], out: &mut Vec<u8>) {
    let at = out.len();
    server_frame(opcode, deflated, out);
    out[at] |= 0x40;
}

fn begin(opcode: Opcode, length: usize, mask: u8, out: &mut Vec<u8>) {
    out.push(0x80 | opcode.bits());
    match length {
        0..126 => out.push(mask | length as u8),
        126..=0xffff => {
            out.push(mask | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(mask | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// Masks, or takes a mask off: the same (§5.3).
pub(crate) fn unmask(payload: &mut [u8], key: [u8; 4]) {
    let [a, b, c, d] = key;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut words = payload.chunks_exact_mut(8);
    for word in &mut words {
        let masked = u64::from_ne_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]);
        word.copy_from_slice(&(masked ^ wide).to_ne_bytes());
    }
    for (at, byte) in words.into_remainder().iter_mut().enumerate() {
        *byte ^= key[at % 4];
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::{
        Message,
        protocol::{Role, WebSocket},
    };

    use super::*;

    /// What a real server understands of our bytes.
    fn read_by_tungstenite(bytes: Vec<u8>) -> Message {
        WebSocket::from_raw_socket(Cursor::new(bytes), Role::Server, None).read().unwrap()
    }

    /// What a real server writes.
    fn written_by_tungstenite(message: Message) -> Vec<u8> {
        let mut socket = WebSocket::from_raw_socket(Cursor::new(Vec::new()), Role::Server, None);
        socket.send(message).unwrap();
        socket.into_inner().into_inner()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn tungstenite_reads_what_we_write(length in prop_oneof![0..300usize, 65_530..65_540usize], key: [u8; 4]) {
            let payload: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let mut bytes = Vec::new();
            client_frame(Opcode::Binary, &payload, key, &mut bytes);
            prop_assert_eq!(read_by_tungstenite(bytes), Message::binary(payload));
        }

        #[test]
        fn we_read_what_tungstenite_writes(length in prop_oneof![0..300usize, 65_530..65_540usize], text: bool) {
            let payload = vec![b'x'; length];
            let message = if text { Message::text("x".repeat(length)) } else { Message::binary(payload.clone()) };
            let bytes = written_by_tungstenite(message);
            let header = header(&bytes, false).unwrap().unwrap();
            prop_assert_eq!(header.opcode, if text { Opcode::Text } else { Opcode::Binary });
            prop_assert!(header.fin && header.key.is_none());
            prop_assert_eq!(&bytes[header.begin..header.end], &payload[..]);
            prop_assert_eq!(header.end, bytes.len());
        }

        #[test]
        fn a_server_frame_is_byte_for_byte_tungstenites(length in prop_oneof![0..300usize, 65_530..65_540usize]) {
            let mut ours = Vec::new();
            server_frame(Opcode::Text, "x".repeat(length).as_bytes(), &mut ours);
            prop_assert_eq!(ours, written_by_tungstenite(Message::text("x".repeat(length))));
        }

        #[test]
        fn any_bytes_are_a_header_or_wait_or_are_broken(bytes: Vec<u8>) {
            if let Ok(Some(header)) = header(&bytes, true) {
                prop_assert!(header.begin <= bytes.len() && header.begin <= header.end);
            }
        }

        #[test]
        fn a_header_in_pieces_waits(length in prop_oneof![0..300usize, 65_530..65_540usize], key: [u8; 4]) {
            let mut bytes = Vec::new();
            client_frame(Opcode::Text, &vec![0; length], key, &mut bytes);
            let whole = header(&bytes, false).unwrap().unwrap();
            for part in 0..whole.begin {
                prop_assert_eq!(header(&bytes[..part], false), Ok(None));
            }
        }
    }

    #[test]
    fn a_compressed_message_is_told_apart_where_it_was_agreed_on() {
        let deflated = |bytes: &[u8]| header(bytes, true).unwrap().unwrap().deflated;
        let mut bytes = Vec::new();
        deflated_frame(Opcode::Text, b"x", &mut bytes);
        assert!(deflated(&bytes));
        assert!(deflated(&[0xc1, 0]) && deflated(&[0x42, 0]) && !deflated(&[0x81, 0]));
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        assert_eq!(header(&[0xc1, 0], false), Err(Broken::Reserved));
        for never in [0xa1, 0x91, 0xc0, 0xc8, 0xc9] {
            assert_eq!(header(&[never, 0], true), Err(Broken::Reserved), "{never:02x}");
        }
        assert_eq!(header(&[0x83, 0], true), Err(Broken::Unknown));
        assert_eq!(header(&[0x09, 0], true), Err(Broken::Control));
        assert_eq!(header(&[0x88, 126, 0, 126], true), Err(Broken::Control));
        assert_eq!(header(&[0x82, 127, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], true), Err(Broken::TooLong));
    }
}
