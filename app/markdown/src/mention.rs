//! Mentions between what is typed, `@Ann`, and what is stored, `<@id>`: the same for a composer with script and for a form
//! without. Pure; never a list of whom one might mean.

use alloc::string::String;

use crate::EVERYONE;

/// What mentions everyone after an `@`: each word that is shown or was ever understood.
pub const EVERYONE_WORDS: [&str; 5] = ["所有人", "全体成员", "全体", "everyone", EVERYONE];

/// A text as it is stored: who was named becomes their id, so that they are meant though their name changes. `named` are
/// names with their ids; of two that fit the longer is meant, of two alike the earlier.
///
/// ```
/// assert_eq!(markdown::stored("@Ann, @所有人 @nobody", &[("Ann", "p1")]), "<@p1>, <@all> @nobody");
/// ```
#[must_use]
pub fn stored(text: &str, named: &[(&str, &str)]) -> String {
    let mut stored = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        stored.push_str(before);
        let begins = !stored.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '<' || c == '\\');
        let mut meant: Option<(&str, &str)> = None;
        for (name, id) in EVERYONE_WORDS.iter().map(|word| (*word, EVERYONE)).chain(named.iter().copied()) {
            if begins && is_named(after, name) && meant.is_none_or(|(known, _)| known.len() < name.len()) {
                meant = Some((name, id));
            }
        }
        match meant {
            Some((name, id)) => {
                stored.extend(["<@", id, ">"]);
                rest = &after[name.len()..];
            }
            None => {
                stored.push('@');
                rest = after;
            }
        }
    }
    stored.push_str(rest);
    stored
}

/// Whether a text begins with a name, and not with a longer word.
fn is_named(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty()
        && text.strip_prefix(name).is_some_and(|after| !(name.ends_with(is_word) && after.starts_with(is_word)))
}

#[cfg(test)]
mod tests {
    use super::{EVERYONE_WORDS, stored};

    const PEOPLE: [(&str, &str); 4] = [("Ann", "p1"), ("Ann Lee", "p2"), ("小明", "p3"), ("Ann", "p4")];

    #[test]
    fn who_was_named_is_stored_by_id() {
        for (text, body) in [
            ("@Ann hello", "<@p1> hello"),
            ("@Ann Lee, @Ann", "<@p2>, <@p1>"),
            ("问@小明好", "问<@p3>好"),
            ("@all", "<@all>"),
            ("@全体 开会", "<@all> 开会"),
        ] {
            assert_eq!(stored(text, &PEOPLE), body);
        }
    }

    #[test]
    fn every_word_for_everyone_is_understood_whole() {
        for word in EVERYONE_WORDS {
            assert_eq!(stored(&std::format!("@{word} 开会"), &[]), "<@all> 开会");
        }
        assert_eq!(stored("@全体成员开会", &[]), "<@all>开会", "and not <@all>成员");
    }

    #[test]
    fn what_names_nobody_stays_as_it_is() {
        for text in
            ["ann@Ann.org", "@Anna", "@nobody", "@", "<@p1>", "@alligator", "@everyone_else", "\\@Ann", "@所有", ""]
        {
            assert_eq!(stored(text, &PEOPLE), text);
        }
    }
}
