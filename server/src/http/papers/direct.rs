//! A direct conversation: with whom, by name, by login, or by a button beside them. Never what is said in it.

use app::paper::{self, DirectChoice, Field, Why};
use protocol::PersonId;
use store::StoreError;

use super::{
    Page, Posted,
    form::Form,
    groups::{account, again, choose},
    whom::{self, Whom},
};
use crate::http::papers::Asked;

/// People of a direct group, with oneself.
const MAX_DIRECT: usize = 20;

/// `POST /groups/direct`: the conversation of these people; the same people have one.
pub(crate) async fn direct(Posted(asked, form): Posted) -> Page {
    let Some(who) = account(&asked) else { return Err(asked.sign_in()) };
    match meant(&asked, &form, who.person.id).await {
        Ok(Meant::These(people)) if people.len() < 2 => again(asked, &form, Field::People, Why::Yourself).await,
        Ok(Meant::These(people)) => match asked.state.chat.store.direct(&people).await {
            Ok(group) => Ok(asked.on(&paper::chat(&group), None)),
            Err(error) => Err(asked.fails(&error)),
        },
        Ok(Meant::Unclear(choice)) => choose(asked, choice).await,
        Ok(Meant::Not(why)) => again(asked, &form, Field::People, why).await,
        Err(error) => Err(asked.fails(&error)),
    }
}

enum Meant {
    These(Vec<PersonId>),
    /// A name that several have.
    Unclear(DirectChoice),
    Not(Why),
}

async fn meant(asked: &Asked, form: &Form, me: PersonId) -> Result<Meant, StoreError> {
    let store = &asked.state.chat.store;
    let mut names = names(form.text("people"));
    let chosen: Vec<&str> = form.text("chosen").split_whitespace().collect();
    if names.is_empty() && chosen.is_empty() {
        return Ok(Meant::Not(Why::Empty));
    }
    if names.len() + chosen.len() >= MAX_DIRECT {
        return Ok(Meant::Not(Why::TooLong));
    }
    let mut people = vec![me];
    for id in chosen {
        let Some(person) = whom::chosen(store, id).await? else { return Ok(Meant::Not(Why::NoPerson)) };
        add(&mut people, person);
    }
    while !names.is_empty() {
        let name = names.remove(0);
        match whom::called(store, &name).await? {
            Whom::One(person) => add(&mut people, person),
            Whom::Several(choice) => {
                // Oneself is in it anyway.
                let chosen = people.iter().skip(1).map(|id| format!("{id} ")).collect();
                return Ok(Meant::Unclear(DirectChoice { choice, chosen, people: names.join(", ") }));
            }
            // Nobody is called all of it: perhaps these are logins with spaces between.
            Whom::Nobody if name.contains(char::is_whitespace) => {
                names.splice(..0, name.split_whitespace().map(str::to_owned));
                if names.len() + people.len() > MAX_DIRECT {
                    return Ok(Meant::Not(Why::TooLong));
                }
            }
            Whom::Nobody => return Ok(Meant::Not(Why::NoPerson)),
        }
    }
    Ok(Meant::These(people))
}

/// What stands between commas or line ends: a name may have spaces in it.
fn names(typed: &str) -> Vec<String> {
    let parts = typed.split(['\n', '\r', ',', '，', '、', ';', '；']);
    parts.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn add(people: &mut Vec<PersonId>, person: PersonId) {
    if !people.contains(&person) {
        people.push(person);
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_stand_between_commas_of_any_kind_and_keep_their_spaces() {
        assert_eq!(names(" Ann Lee，小明、bo;;\r\n@cy ,"), ["Ann Lee", "小明", "bo", "@cy"]);
        assert!(names(" ，, ").is_empty());
    }
}
