//! Names for commands and tabs: UUIDs of version 7, by the person's clock. Unique is enough, nobody has to be kept from
//! guessing them. Never an id that the server gives.

use protocol::ClientId;

pub(super) fn uuid() -> String {
    let time = js_sys::Date::now() as u64;
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        time >> 16,
        time & 0xffff,
        high & 0xfff,
        0x8000 | ((high >> 12) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

pub(super) fn client_id() -> ClientId {
    #[expect(clippy::expect_used, reason = "a UUID is an id")]
    ClientId::parse(uuid()).expect("a UUID is an id")
}

/// 48 random bits.
fn random() -> u64 {
    (js_sys::Math::random() * (1_u64 << 48) as f64) as u64
}
