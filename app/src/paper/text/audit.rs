//! What was done to others, as sentences: the store's words, and who, and whom. A word that is not here is shown as it is.

use super::{Text, Told, Tongue, isolated};
use crate::paper::data::{AuditRow, Role};

impl Tongue {
    /// Who did what to whom.
    pub(in crate::paper) fn act(self, row: &AuditRow) -> String {
        let by = row.by.as_ref().map_or_else(|| self.say(Text::Console).to_owned(), |by| isolated(&by.name));
        let person = row.person.as_ref().map(|person| isolated(&person.name));
        let role = Role::ALL.into_iter().find(|role| row.detail.as_deref() == Some(role.tag()));
        match (row.action.as_str(), person) {
            ("described", _) => self.tell_of(Told::AuditDescribed, &[&by]),
            ("archived", _) => self.tell_of(Told::AuditArchived, &[&by]),
            ("unarchived", _) => self.tell_of(Told::AuditUnarchived, &[&by]),
            ("settings", _) => self.tell_of(Told::AuditSettings, &[&by]),
            ("invited", None) => self.tell_of(Told::AuditInvited, &[&by]),
            ("uninvited", None) => self.tell_of(Told::AuditUninvited, &[&by]),
            ("role", Some(person)) => match role {
                Some(role) => self.tell_of(Told::AuditRoleTo, &[&by, &person, self.role(role)]),
                None => self.tell_of(Told::AuditRole, &[&by, &person]),
            },
            (action, Some(person)) => match done_to_somebody(action) {
                Some(told) => self.tell_of(told, &[&by, &person]),
                None => self.tell_of(Told::AuditUnknown, &[&by, &isolated(action)]),
            },
            // A word of a newer store, or one that lacks its person.
            (action, None) => self.tell_of(Told::AuditUnknown, &[&by, &isolated(action)]),
        }
    }
}

fn done_to_somebody(action: &str) -> Option<Told> {
    Some(match action {
        "added" => Told::AuditAdded,
        "removed" => Told::AuditRemoved,
        "banned" => Told::AuditBanned,
        "unbanned" => Told::AuditUnbanned,
        "deleted" => Told::AuditDeleted,
        "pinned" => Told::AuditPinned,
        "unpinned" => Told::AuditUnpinned,
        "closed" => Told::AuditClosed,
        "opened" => Told::AuditOpened,
        "admin" => Told::AuditAdmin,
        "no_admin" => Told::AuditNoAdmin,
        // A link for somebody sets their password.
        "invited" => Told::AuditResetLink,
        "uninvited" => Told::AuditResetRevoked,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use protocol::{Person, PersonId};

    use super::{AuditRow, Tongue};
    use crate::i18n::Locale;

    const ZH: Tongue = Tongue(Locale::Zh);
    const EN: Tongue = Tongue(Locale::En);

    fn row(by: Option<&str>, action: &str, person: Option<&str>, detail: &str) -> AuditRow {
        let person_of = |name: &str| Person::new(PersonId::parse("p").unwrap(), name);
        AuditRow {
            at: 0,
            by: by.map(person_of),
            action: action.to_owned(),
            group: None,
            person: person.map(person_of),
            detail: Some(detail.to_owned()),
        }
    }

    #[test]
    fn the_log_says_who_did_what_to_whom_and_keeps_names_apart() {
        assert_eq!(ZH.act(&row(Some("A"), "banned", Some("B"), "")), "\u{2068}A\u{2069} 拉黑了 \u{2068}B\u{2069}");
        assert_eq!(
            ZH.act(&row(Some("A"), "unpinned", Some("B"), "m1")),
            "\u{2068}A\u{2069} 取消置顶了 \u{2068}B\u{2069} 的消息"
        );
        assert_eq!(
            EN.act(&row(Some("A"), "pinned", Some("B"), "m1")),
            "\u{2068}A\u{2069} pinned a message by \u{2068}B\u{2069}"
        );
        assert_eq!(ZH.act(&row(Some("A"), "archived", None, "")), "\u{2068}A\u{2069} 归档了这个群");
        assert_eq!(
            EN.act(&row(Some("A"), "role", Some("B"), "moderator")),
            "\u{2068}A\u{2069} made \u{2068}B\u{2069} moderator"
        );
        assert_eq!(EN.act(&row(None, "admin", Some("B"), "")), "The console made \u{2068}B\u{2069} an admin");
    }

    #[test]
    fn a_link_for_somebody_sets_their_password_and_another_invites() {
        assert_eq!(EN.act(&row(Some("A"), "invited", None, "group")), "\u{2068}A\u{2069} made an invitation");
        assert_eq!(
            EN.act(&row(Some("A"), "invited", Some("B"), "reset")),
            "\u{2068}A\u{2069} made a reset link for \u{2068}B\u{2069}"
        );
    }

    #[test]
    fn a_word_that_nobody_knows_stands_there_as_it_is() {
        assert_eq!(EN.act(&row(Some("A"), "polished", None, "")), "\u{2068}A\u{2069}: \u{2068}polished\u{2069}");
        assert_eq!(EN.act(&row(Some("A"), "banned", None, "")), "\u{2068}A\u{2069}: \u{2068}banned\u{2069}");
    }
}
