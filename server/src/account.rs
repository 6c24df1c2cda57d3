//! What an account is known by: its login as it is looked up, and the tokens of sessions and links. Never a password
//! (`passwords`), never a page.

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

const LENGTH: std::ops::RangeInclusive<usize> = 2..=32;

/// A login as it is looked up: however it was typed, it is the same.
pub(crate) fn login(typed: &str) -> String {
    typed.trim().nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// Whether a login, as it is looked up, may be one.
pub(crate) fn is_login(login: &str) -> bool {
    LENGTH.contains(&login.chars().count()) && login.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Two random UUIDs: 244 bits that nobody guesses, as 64 hexadecimal digits.
pub(crate) fn new_token() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// Of an account's session: told apart from a newcomer's, so that nobody comes as a guest by one that has ended.
pub(crate) fn accounts_token() -> String {
    marked(ACCOUNTS)
}

/// Of somebody who does not exist yet.
pub(crate) fn newcomers_token() -> String {
    marked('0')
}

/// Whether a token that nobody has may be a guest's from now on.
pub(crate) fn is_newcomers(token: &str) -> bool {
    !token.starts_with(ACCOUNTS)
}

const ACCOUNTS: char = 'f';

/// Of 240 random bits.
fn marked(mark: char) -> String {
    let mut token = new_token();
    token.replace_range(..1, mark.encode_utf8(&mut [0; 4]));
    token
}

#[cfg(test)]
mod tests {
    use super::{is_login, login};

    #[test]
    fn a_login_is_the_same_however_it_is_typed() {
        assert_eq!(login(" Ｌｉ-Xiao "), "li-xiao");
        assert_eq!(login("李小明"), "李小明");
        assert_eq!(login("ǅ"), login("ǆ"));
    }

    #[test]
    fn what_is_no_login_is_refused() {
        for text in ["", "a", "a b", "a@b", "a\0b", &"x".repeat(33), "<script>"] {
            assert!(!is_login(&login(text)), "{text:?}");
        }
        assert!(is_login("李小明") && is_login("li_xiao-ming2"));
    }
}
