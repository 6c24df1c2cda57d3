//! The store's words for what was done to others, and the sentences for them. A word that is not here is shown as it is.

use super::Text;

/// The sentence for a word, and whether it names the person that it was done to.
pub(crate) fn sentence(action: &str) -> Option<(Text, bool)> {
    Some(match action {
        "created" => (Text::AuditCreated, false),
        "described" => (Text::AuditDescribed, false),
        "archived" => (Text::AuditArchived, false),
        "unarchived" => (Text::AuditUnarchived, false),
        "joined" => (Text::AuditJoined, false),
        "left" => (Text::AuditLeft, false),
        "added" => (Text::AuditAdded, true),
        "removed" => (Text::AuditRemoved, true),
        "role" => (Text::AuditRole, true),
        "banned" => (Text::AuditBanned, true),
        "unbanned" => (Text::AuditUnbanned, true),
        "invited" => (Text::AuditInvited, false),
        "uninvited" => (Text::AuditUninvited, false),
        "deleted" => (Text::AuditDeleted, true),
        "settings" => (Text::AuditSettings, false),
        "closed" => (Text::AuditClosed, true),
        "opened" => (Text::AuditOpened, true),
        "admin" => (Text::AuditAdmin, true),
        "unadmin" => (Text::AuditUnadmin, true),
        "reset_link" => (Text::AuditResetLink, true),
        "password" => (Text::AuditPassword, false),
        "set_up" => (Text::AuditSetUp, false),
        _ => return None,
    })
}
