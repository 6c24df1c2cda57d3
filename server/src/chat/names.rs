//! How a group is called in the channel layer. Never what goes through it.

use channel_layer::{GroupName, NameError};
use protocol::GroupId;
use sha2::{Digest, Sha256};

/// The layer group that the tutorial's Django app joins too. A group id that is a legal layer name (ASCII) is used
/// verbatim, as Django would. Any other becomes `u.` and the SHA-256 of its UTF-8 in lower-case hex; no id contains a dot,
/// so the two kinds never meet. In Python: `"u." + hashlib.sha256(id.encode()).hexdigest()`.
pub(crate) fn shared(group: &GroupId) -> Result<GroupName, NameError> {
    GroupName::parse(&shared_text(group))
}

/// Its sibling, for what a Django consumer could not handle. No Django group is called so: an id has no dot.
pub(crate) fn ours(group: &GroupId) -> Result<GroupName, NameError> {
    GroupName::parse(&format!("live.{}", shared_text(group)))
}

/// Where every node of ours hears what concerns all. No sibling is called so: it would be `live.` and an id.
pub(crate) fn nodes() -> Result<GroupName, NameError> {
    GroupName::parse("teahouse.nodes")
}

fn shared_text(group: &GroupId) -> String {
    let id = group.as_str();
    if id.is_ascii() { id.to_owned() } else { format!("u.{}", hex(&Sha256::digest(id))) }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use protocol::GroupId;

    use super::{ours, shared};

    fn name_of(id: &str) -> String {
        shared(&GroupId::parse(id).unwrap()).unwrap().as_str().to_owned()
    }

    #[test]
    fn an_ascii_id_is_its_own_layer_name() {
        assert_eq!(name_of("tea_House-1"), "tea_House-1");
        assert_eq!(name_of(&"a".repeat(64)), "a".repeat(64));
    }

    #[test]
    fn any_other_id_is_named_by_its_hash() {
        // python3 -c 'import hashlib; print("u." + hashlib.sha256("茶馆".encode()).hexdigest())'
        assert_eq!(name_of("茶馆"), "u.bff4af268fe4e4093939550aa4e186ac89ba110edcb87b167b58ab4e6031a801");
        assert!(name_of(&"茶".repeat(64)).len() < 100);
        assert_ne!(name_of("茶馆"), name_of("茶館"));
    }

    #[test]
    fn every_group_has_a_sibling_that_no_id_is_called() {
        for id in ["1", "live", "茶馆", &"a".repeat(64), &"茶".repeat(64)] {
            let sibling = ours(&GroupId::parse(id).unwrap()).unwrap();
            assert!(GroupId::parse(sibling.as_str()).is_err(), "{sibling:?}");
        }
    }
}
