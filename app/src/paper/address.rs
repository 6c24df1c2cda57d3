//! The parts of addresses that papers write, parsed before they are written. Never a whole address of another site.

use std::fmt;

use protocol::{GroupId, MessageId};

use crate::components::header::escape;

/// The secret part of a link that was given out: what stands in `/invite/{token}`, `/reset/{token}`, `/setup/{token}`.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

impl LinkToken {
    /// A token is 1 to 128 of A-Z, a-z, 0-9, `-` and `_`; anything else was never given out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        ((1..=128).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A token is a secret: it does not enter a log by accident.
impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// A path (with its query) of this very site, fit for `?next=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPath(String);

impl OwnPath {
    /// `//host` and `/\host` are other sites to a browser, and control characters, which browsers strip, must not make
    /// one.
    #[must_use]
    pub fn parse(next: &str) -> Option<Self> {
        let is_path = next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains('\\')
            && next.len() <= 2048
            && next.chars().all(|c| !c.is_control());
        is_path.then(|| Self(next.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The chat of a group.
#[must_use]
pub fn chat(group: &GroupId) -> String {
    format!("/chatgroup?groupID={}", escape(group.as_str()))
}

/// A message in the chat of its group.
#[must_use]
pub fn message(group: &GroupId, message: &MessageId) -> String {
    format!("{}&message={}", chat(group), escape(message.as_str()))
}

/// The page where a group is looked after.
#[must_use]
pub fn manage(group: &GroupId) -> String {
    format!("/groups/{}", escape(group.as_str()))
}

/// A page, and where to go from there.
pub(super) fn with_next(page: &str, next: Option<&OwnPath>) -> String {
    next.map_or_else(|| page.to_owned(), |next| format!("{page}?next={}", escape(next.as_str())))
}

#[cfg(test)]
mod tests {
    use protocol::GroupId;

    use super::{LinkToken, OwnPath, chat, manage, with_next};

    #[test]
    fn what_we_never_gave_out_is_no_token() {
        for text in ["", "a b", "a/b", "\"", "茶", "a%2f", &"x".repeat(129)] {
            assert_eq!(LinkToken::parse(text), None, "{text:?}");
        }
        assert_eq!(LinkToken::parse("aZ0-_").map(|token| token.0).as_deref(), Some("aZ0-_"));
    }

    #[test]
    fn the_way_on_leads_nowhere_else() {
        for text in ["", "x", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil", "javascript:x"] {
            assert_eq!(OwnPath::parse(text), None, "{text:?}");
        }
        let next = OwnPath::parse("/chatgroup?groupID=茶&x=\"").unwrap();
        assert_eq!(with_next("/signin", Some(&next)), "/signin?next=/chatgroup%3FgroupID%3D%E8%8C%B6%26x%3D%22");
    }

    #[test]
    fn a_group_of_any_script_has_plain_addresses() {
        let group = GroupId::parse("茶馆").unwrap();
        assert_eq!(chat(&group), "/chatgroup?groupID=%E8%8C%B6%E9%A6%86");
        assert_eq!(manage(&group), "/groups/%E8%8C%B6%E9%A6%86");
    }
}
