//! Joining a group, leaving it, and saying something in it.

use std::sync::Arc;

use channel_layer::{ChannelName, GroupName, Inbox, LayerError};
use protocol::GroupId;
use sha2::{Digest, Sha256};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::GroupEvent;
use crate::layer::Layer;

/// The prefix of a consumer's own channel, as Django Channels names it.
const CHANNEL_PREFIX: &str = "specific";

/// One consumer's place in a group. Dropping it leaves the group.
pub(crate) struct Membership {
    layer: Layer,
    channel: ChannelName,
    group: GroupName,
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.layer.detach(&self.channel);
    }
}

/// Joins a group; its events go to `inbox` from now on.
pub(crate) async fn join(
    layer: Layer,
    group: &GroupId,
    inbox: Arc<dyn Inbox<GroupEvent>>,
) -> Result<Membership, LayerError> {
    let group = layer_name(group)?;
    let channel = layer.attach(CHANNEL_PREFIX, inbox)?;
    let membership = Membership { layer, channel, group };
    match membership.layer.group_add(&membership.group, &membership.channel).await {
        // Its server is away: who is on this node is reached already, and the layer joins there when it is back.
        Ok(()) | Err(LayerError::Unavailable) => Ok(membership),
        Err(error) => Err(error),
    }
}

/// Says something to every member, the one who says it too.
pub(crate) async fn say(membership: &Membership, text: Utf8Bytes) -> Result<(), LayerError> {
    let event = Arc::new(GroupEvent::said(text));
    membership.layer.group_send(&membership.group, event).await.map(|_| ())
}

/// The channel layer's name for a group. A group id that is a legal layer name (ASCII) is used verbatim, as Django
/// would. Any other becomes `u.` and the SHA-256 of its UTF-8 in lower-case hex; no id contains a dot, so the two kinds
/// never meet. In Python: `"u." + hashlib.sha256(id.encode()).hexdigest()`.
fn layer_name(group: &GroupId) -> Result<GroupName, LayerError> {
    let id = group.as_str();
    let name = if id.is_ascii() {
        GroupName::parse(id)
    } else {
        use std::fmt::Write;
        let mut name = String::from("u.");
        for byte in Sha256::digest(id) {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        GroupName::parse(&name)
    };
    Ok(name?)
}

#[cfg(test)]
mod tests {
    use protocol::GroupId;

    use super::layer_name;

    fn name_of(id: &str) -> String {
        layer_name(&GroupId::parse(id).unwrap()).unwrap().as_str().to_owned()
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
}
