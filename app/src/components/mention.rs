//! Mentions between what is typed, `@Ann`, and what is stored, `<@id>`. Pure; never a list of whom one might mean.

use protocol::Person;

/// What mentions everyone, besides `all` itself.
pub(super) const EVERYONE: [&str; 2] = [markdown::EVERYONE, "全体"];

/// A text as it is stored: who was named becomes their id, so that they are meant though their name changes.
pub(super) fn stored(text: &str, named: &[Person]) -> String {
    let everyone = EVERYONE.iter().map(|name| (*name, markdown::EVERYONE));
    let named = named.iter().map(|person| (person.name.as_str(), person.id.as_str()));
    let names: Vec<(&str, &str)> = named.chain(everyone).collect();
    let mut stored = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        stored.push_str(before);
        let begins = !stored.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '<' || c == '\\');
        // Of two names that fit the longer is meant.
        let fits = names.iter().filter(|(name, _)| begins && is_named(after, name));
        match fits.max_by_key(|(name, _)| name.len()) {
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

/// A stored text as it is typed, and who is named in it. Whoever is not known keeps their id.
pub(super) fn typed<'a>(body: &str, name: impl Fn(&str) -> Option<&'a str>) -> (String, Vec<Person>) {
    let (mut text, mut named) = (body.to_owned(), Vec::new());
    for id in markdown::mentions(body) {
        let known = if id == markdown::EVERYONE { Some(markdown::EVERYONE) } else { name(&id) };
        let Some(known) = known else { continue };
        text = text.replace(&["<@", &id, ">"].concat(), &["@", known].concat());
        if let Ok(id) = protocol::PersonId::parse(&id) {
            named.push(Person::new(id, known));
        }
    }
    (text, named)
}

#[cfg(test)]
mod tests {
    use protocol::{Person, PersonId};

    use super::{stored, typed};

    fn people() -> Vec<Person> {
        let person = |id: &str, name: &str| Person::new(PersonId::parse(id).unwrap(), name);
        vec![person("p1", "Ann"), person("p2", "Ann Lee"), person("p3", "小明")]
    }

    #[test]
    fn who_was_named_is_stored_by_id() {
        for (text, body) in [
            ("@Ann hello", "<@p1> hello"),
            ("@Ann Lee, @Ann", "<@p2>, <@p1>"),
            ("问@小明好", "问<@p3>好"),
            ("@all", "<@all>"),
            ("@全体 开会", "<@all> 开会"),
        ] {
            assert_eq!(stored(text, &people()), body);
        }
    }

    #[test]
    fn what_names_nobody_stays_as_it_is() {
        for text in ["ann@Ann.org", "@Anna", "@nobody", "@", "<@p1>", "@alligator", "\\@Ann", ""] {
            assert_eq!(stored(text, &people()), text);
        }
    }

    #[test]
    fn an_edit_shows_names_and_stores_the_same_ids() {
        let body = "<@p3> and <@p9>, <@all>";
        let known = people();
        let (text, named) =
            typed(body, |id| known.iter().find(|one| one.id.as_str() == id).map(|one| one.name.as_str()));
        assert_eq!(text, "@小明 and <@p9>, @all");
        assert_eq!(stored(&text, &named), body);
    }
}
