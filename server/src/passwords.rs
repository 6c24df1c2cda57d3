//! Passwords: which are good enough, how they are hashed and compared. Never kept, never logged, never who they belong to.
//!
//! argon2id with OWASP's first recommendation (19 MiB, 2 passes), which are the crate's defaults; on threads where
//! blocking is allowed, a few at a time, so that a flood of sign-ins costs others neither their sockets nor memory.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Hashes at once, 19 MiB each.
const AT_ONCE: usize = 2;
const SHORTEST: usize = 8;
/// Longer ones are no safer, and hashing must not be a way to keep us busy.
const LONGEST_BYTES: usize = 1024;

/// The commonest of those that are long enough; who guesses, guesses these first.
const COMMON: [&str; 32] = [
    "123456789",
    "12345678",
    "1234567890",
    "password",
    "password1",
    "qwertyuiop",
    "qwerty123",
    "1q2w3e4r",
    "1qaz2wsx",
    "11111111",
    "88888888",
    "00000000",
    "66666666",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "woaini1314",
    "woaini520",
    "5201314520",
    "zxcvbnm123",
    "a123456789",
    "aa123456",
    "abc12345",
    "abcd1234",
    "qq123456",
    "asdfghjkl",
    "147258369",
    "987654321",
];

/// A password as somebody typed it.
pub(crate) struct Password(String);

/// Why it cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    #[error("has fewer than 8 characters")]
    TooShort,
    #[error("is longer than 1,024 bytes")]
    TooLong,
    #[error("is among the first that anybody guesses")]
    Common,
    #[error("is the login")]
    LikeLogin,
}

/// It could not be hashed; try again.
#[derive(Clone, Debug, thiserror::Error)]
#[error("a password could not be hashed: {0}")]
pub struct HashError(String);

impl Password {
    /// What is typed in different ways on different keyboards is the same.
    pub(crate) fn typed(text: &str) -> Self {
        let most = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST_BYTES).last().unwrap_or(0);
        Self(if text.len() > LONGEST_BYTES { text[..most].to_owned() } else { text.nfkc().collect() })
    }

    /// Whether a new password may be this one.
    pub(crate) fn check(&self, login: &str) -> Result<(), Weak> {
        let lower = self.0.to_lowercase();
        let one_character = self.0.chars().all(|c| self.0.starts_with(c));
        if self.0.len() >= LONGEST_BYTES {
            Err(Weak::TooLong)
        } else if self.0.chars().count() < SHORTEST {
            Err(Weak::TooShort)
        } else if lower == login.to_lowercase() {
            Err(Weak::LikeLogin)
        } else if COMMON.contains(&lower.as_str()) || one_character {
            Err(Weak::Common)
        } else {
            Ok(())
        }
    }
}

/// Where passwords are hashed.
#[derive(Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// How often one was compared: of two answers that must look alike both have cost as much.
    compared: Arc<AtomicU64>,
    /// What a password is compared with when nobody has the login: it must take as long.
    nobodys: Arc<str>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        // Of a password that nobody knows, made once with the parameters that new hashes have.
        let nobodys = "$argon2id$v=19$m=19456,t=2,p=1$dGVhaG91c2Utbm9ib2R5$2VvS5CdbfDCSIiPDRNfOfJ6lwA3f0S0zXDDG2UKIIhU";
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), compared: Arc::default(), nobodys: nobodys.into() }
    }

    /// As it is stored: a PHC string with its own salt.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, HashError> {
        self.work(move || {
            let hash = Argon2::default().hash_password(password.0.as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| HashError(error.to_string()))
        })
        .await?
    }

    /// Whether this is the password behind a hash. Without a hash never, in the same time.
    pub(crate) async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, HashError> {
        let (known, hash) = (hash.is_some(), hash.unwrap_or_else(|| self.nobodys.as_ref().to_owned()));
        let compared = Arc::clone(&self.compared);
        let fits = self.work(move || {
            compared.fetch_add(1, Ordering::Relaxed);
            let hash = PasswordHash::new(&hash).map_err(|error| HashError(error.to_string()))?;
            Ok(Argon2::default().verify_password(password.0.as_bytes(), &hash).is_ok())
        });
        Ok(fits.await?? && known)
    }

    /// How often a password was compared with a hash since the server began.
    pub(crate) fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|error| HashError(error.to_string()))?;
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        working.await.map_err(|error| HashError(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Password, Passwords, Weak};

    fn weakness(text: &str) -> Option<Weak> {
        Password::typed(text).check("lixiaoming").err()
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other_does() {
        let passwords = Passwords::new();
        let hash = passwords.hash(Password::typed("龙井与碧螺春，各半")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(Password::typed("龙井与碧螺春，各半"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(Password::typed("龙井与碧螺春"), Some(hash.clone())).await.unwrap());
        let again = passwords.hash(Password::typed("龙井与碧螺春，各半")).await.unwrap();
        assert_ne!(hash, again, "each hash has its own salt");
    }

    #[tokio::test]
    async fn without_a_hash_nothing_fits_and_it_is_tried_all_the_same() {
        let passwords = Passwords::new();
        assert!(!passwords.verify(Password::typed("anything at all"), None).await.unwrap());
        let parsed = argon2::password_hash::phc::PasswordHash::new(&passwords.nobodys).unwrap();
        assert_eq!(parsed.params.to_string(), "m=19456,t=2,p=1");
    }

    #[test]
    fn what_everyone_guesses_first_is_refused() {
        for text in ["password", "PASSWORD", "12345678", "Woaini1314", "aaaaaaaaaa"] {
            assert_eq!(weakness(text), Some(Weak::Common), "{text}");
        }
        assert_eq!(weakness("LiXiaoMing"), Some(Weak::LikeLogin));
        assert_eq!(weakness("1234567"), Some(Weak::TooShort));
        assert_eq!(weakness("喝茶去喝茶去"), Some(Weak::TooShort));
        assert_eq!(weakness(&"ab".repeat(600)), Some(Weak::TooLong));
        assert_eq!(weakness("correct horse"), None);
    }

    #[tokio::test]
    async fn full_width_and_half_width_are_the_same_keys() {
        let passwords = Passwords::new();
        let hash = passwords.hash(Password::typed("ａｂｃ１２３ｘｙｚ")).await.unwrap();
        assert!(passwords.verify(Password::typed("abc123xyz"), Some(hash)).await.unwrap());
    }
}
