//! Mentions in the text box: what was picked there as it is stored, what is stored as it is typed. Pure; what an `@` means is
//! `markdown::stored`'s.

use protocol::Person;

/// A text as it is stored: who was named becomes their id.
pub(super) fn stored(text: &str, named: &[Person]) -> String {
    // Who was picked last is meant where two are called the same.
    let named: Vec<_> = named.iter().rev().map(|person| (person.name.as_str(), person.id.as_str())).collect();
    markdown::stored(text, &named)
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
    fn an_edit_shows_names_and_stores_the_same_ids() {
        let body = "<@p3> and <@p9>, <@all>";
        let known = people();
        let (text, named) =
            typed(body, |id| known.iter().find(|one| one.id.as_str() == id).map(|one| one.name.as_str()));
        assert_eq!(text, "@小明 and <@p9>, @all");
        assert_eq!(stored(&text, &named), body);
    }
}
