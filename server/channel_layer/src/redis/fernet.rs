//! Symmetric encryption as channels_redis does it: Fernet tokens, their keys the SHA-256 of what an operator wrote.
//! Keys are in memory only: no `Debug`, `Display`, log line or error shows one.
//!
//! A token is base64url of `80 ‖ u64be unix seconds ‖ 16 B IV ‖ AES-128-CBC/PKCS7 ‖ HMAC-SHA256 of all before`.

use std::fmt;

use aes::Aes128;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const VERSION: u8 = 0x80;
const HEAD: usize = 1 + 8 + 16;
const TAG: usize = 32;
/// A token may be this far ahead of our clock, in seconds.
const MAX_CLOCK_SKEW: u64 = 60;

/// The keys of one layer: the first encrypts, all decrypt, so a new one is put in front and an old one dropped later.
#[derive(Clone)]
pub(crate) struct Keys(Vec<Key>);

/// Why a token was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shut {
    /// No key of ours made it, or it is no token.
    Key,
    /// One did, too long ago or in the future.
    Age,
}

/// Whether it has the beginning of every token made before the year 2106.
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    bytes.starts_with(b"gAAAAA")
}

#[derive(Clone)]
struct Key {
    signing: [u8; 16],
    encryption: [u8; 16],
}

impl Keys {
    /// `None` without a key: nothing is encrypted then.
    pub(crate) fn derive<S: AsRef<str>>(secrets: &[S]) -> Option<Self> {
        let keys: Vec<_> = secrets.iter().map(|secret| Key::derive(secret.as_ref())).collect();
        if keys.is_empty() { None } else { Some(Self(keys)) }
    }

    pub(crate) fn encrypt(&self, plaintext: &[u8], now: u64, iv: [u8; 16]) -> Vec<u8> {
        self.0.first().map(|key| key.encrypt(plaintext, now, iv)).unwrap_or_default()
    }

    /// The plaintext, if one of the keys made the token and it is at most `ttl` seconds old.
    pub(crate) fn decrypt(&self, token: &[u8], now: u64, ttl: u64) -> Result<Vec<u8>, Shut> {
        let (written, plaintext) = self.verify(token).ok_or(Shut::Key)?;
        if written.saturating_add(ttl) < now || written > now.saturating_add(MAX_CLOCK_SKEW) {
            return Err(Shut::Age);
        }
        Ok(plaintext)
    }

    /// When one of the keys made the token, and of what.
    fn verify(&self, token: &[u8]) -> Option<(u64, Vec<u8>)> {
        let token = URL_SAFE.decode(token).ok()?;
        if token.len() < HEAD + TAG || token.first() != Some(&VERSION) {
            return None;
        }
        let (signed, tag) = token.split_at(token.len() - TAG);
        let written = u64::from_be_bytes(signed.get(1..9)?.try_into().ok()?);
        Some((written, self.0.iter().find_map(|key| key.decrypt(signed, tag))?))
    }
}

impl Key {
    fn derive(secret: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let (mut signing, mut encryption) = ([0; 16], [0; 16]);
        signing.copy_from_slice(&digest[..16]);
        encryption.copy_from_slice(&digest[16..]);
        Self { signing, encryption }
    }

    fn encrypt(&self, plaintext: &[u8], now: u64, iv: [u8; 16]) -> Vec<u8> {
        let cipher = cbc::Encryptor::<Aes128>::new(&self.encryption.into(), &iv.into());
        let ciphertext = cipher.encrypt_padded_vec::<Pkcs7>(plaintext);
        let mut token = Vec::with_capacity(HEAD + ciphertext.len() + TAG);
        token.push(VERSION);
        token.extend_from_slice(&now.to_be_bytes());
        token.extend_from_slice(&iv);
        token.extend_from_slice(&ciphertext);
        let tag = self.mac(&token).map(|mac| mac.finalize().into_bytes());
        tag.iter().for_each(|tag| token.extend_from_slice(tag));
        URL_SAFE.encode(token).into_bytes()
    }

    fn decrypt(&self, signed: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
        // Compares in constant time: how long it takes must not tell a forger how much of a tag was right.
        self.mac(signed)?.verify_slice(tag).ok()?;
        let iv: [u8; 16] = signed.get(9..HEAD)?.try_into().ok()?;
        let cipher = cbc::Decryptor::<Aes128>::new(&self.encryption.into(), &iv.into());
        cipher.decrypt_padded_vec::<Pkcs7>(signed.get(HEAD..)?).ok()
    }

    fn mac(&self, signed: &[u8]) -> Option<Hmac<Sha256>> {
        // An HMAC takes a key of any length; `None` cannot happen.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.signing).ok()?;
        mac.update(signed);
        Some(mac)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str =
        "gAAAAABlU_EAAAECAwQFBgcICQoLDA0OD0cAaGNcZmIUvvu3x-yxsFPrlwVnIsfA405AsM0k2XIJWMHBPIf999SgssHLlkVXxQ==";
    const PLAIN: &[u8] = b"\x82\xa4type\xa1m\xa1x\x01";
    const WRITTEN: u64 = 1_700_000_000;

    fn keys(secrets: &[&str]) -> Keys {
        Keys::derive(secrets).unwrap()
    }

    fn iv() -> [u8; 16] {
        std::array::from_fn(|n| u8::try_from(n).unwrap())
    }

    #[test]
    fn the_references_vector_is_made_and_read() {
        let keys = keys(&["a-test-key"]);
        assert_eq!(keys.encrypt(PLAIN, WRITTEN, iv()), TOKEN.as_bytes());
        assert!(is_token(TOKEN.as_bytes()) && !is_token(PLAIN));
        assert_eq!(keys.decrypt(TOKEN.as_bytes(), WRITTEN + 1, 70).as_deref(), Ok(PLAIN));
    }

    #[test]
    fn the_first_key_encrypts_and_every_key_decrypts() {
        let token = keys(&["new", "a-test-key"]).encrypt(PLAIN, WRITTEN, iv());
        assert_eq!(keys(&["new"]).decrypt(&token, WRITTEN, 70).as_deref(), Ok(PLAIN));
        assert_eq!(keys(&["new", "a-test-key"]).decrypt(TOKEN.as_bytes(), WRITTEN, 70).as_deref(), Ok(PLAIN));
        assert_eq!(keys(&["a-test-key"]).decrypt(&token, WRITTEN, 70), Err(Shut::Key));
    }

    #[test]
    fn a_token_too_old_or_from_the_future_is_refused() {
        let read = |now| keys(&["a-test-key"]).decrypt(TOKEN.as_bytes(), now, 70);
        assert!(read(WRITTEN + 70).is_ok() && read(WRITTEN - 60).is_ok());
        assert_eq!((read(WRITTEN + 71), read(WRITTEN - 61)), (Err(Shut::Age), Err(Shut::Age)));
        assert_eq!(keys(&["other"]).decrypt(TOKEN.as_bytes(), WRITTEN + 71, 70), Err(Shut::Key));
    }

    #[test]
    fn what_was_tampered_with_or_is_no_token_is_refused() {
        let keys = keys(&["a-test-key"]);
        for at in 0..TOKEN.len() {
            let mut token = TOKEN.as_bytes().to_vec();
            token[at] = if token[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(keys.decrypt(&token, WRITTEN, 70), Err(Shut::Key), "byte {at}");
            assert_eq!(keys.decrypt(&TOKEN.as_bytes()[..at], WRITTEN, 70), Err(Shut::Key), "cut at {at}");
        }
        assert_eq!(keys.decrypt(PLAIN, WRITTEN, 70), Err(Shut::Key));
    }

    #[test]
    fn no_key_shows_when_they_are_printed() {
        assert_eq!(format!("{:?}", keys(&["a-test-key", "old"])), "2 keys");
        assert!(Keys::derive::<&str>(&[]).is_none());
    }
}
