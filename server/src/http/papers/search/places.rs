//! Groups and people as whoever searches calls them: which groups `in:` means, who `from:` does, whom a word does. Never
//! what is found there.

use std::collections::HashMap;

use app::listed::{Kind, Listed};
use protocol::{GroupId, Person, PersonId};
use search::Query;
use store::{GroupKind, Readable, Store, StoreError};

use super::super::rows::login;

/// People of one name who are looked for at once.
const MAX_ALIKE: u32 = 500;

/// Those of these groups that are called so, in any case: by their id, their name, or, where they are direct, by the others
/// in them, together or one alone.
pub(super) async fn called(
    store: &Store,
    me: Option<&PersonId>,
    mut groups: Vec<Readable>,
    typed: &str,
) -> Result<Vec<Readable>, StoreError> {
    let typed = login(typed);
    let with = others(store, me, &groups).await?;
    let is = |name: &str| login(name) == typed;
    groups.retain(|group| {
        let with = with.get(&group.id).map(Vec::as_slice).unwrap_or_default();
        is(group.id.as_str())
            || name(group, with).is_some_and(|name| is(&name))
            || with.iter().any(|person| is(&person.name))
    });
    Ok(groups)
}

/// Who else is in those of these groups that are direct.
pub(super) async fn others(
    store: &Store,
    me: Option<&PersonId>,
    groups: &[Readable],
) -> Result<HashMap<GroupId, Vec<Person>>, StoreError> {
    let direct = groups.iter().filter(|group| group.kind == GroupKind::Direct);
    let direct: Vec<GroupId> = direct.map(|group| group.id.clone()).collect();
    let mut people = store.people_in(&direct).await?;
    people.values_mut().for_each(|people| people.retain(|person| me != Some(&person.id)));
    Ok(people)
}

/// What a group is called in the list beside the chat, where that is not its id.
pub(super) fn name(group: &Readable, with: &[Person]) -> Option<String> {
    let kind = if group.kind == GroupKind::Direct { Kind::Direct } else { Kind::Open };
    let (name, with) = (group.name.clone(), with.to_vec());
    Listed { kind, name, with, ..Listed::unknown(group.id.clone()) }.name()
}

/// Everybody who is called so.
pub(super) async fn people(store: &Store, typed: &str) -> Result<Vec<PersonId>, StoreError> {
    store.called(&login(typed), typed, MAX_ALIKE).await
}

/// The question, asking too for whoever mentions those who are called as a word or a phrase of it.
pub(super) async fn meant(store: &Store, query: &Query) -> Result<Query, StoreError> {
    let mut meant = query.clone();
    for typed in query.typed() {
        let name = typed.strip_prefix(['@', '＠']).unwrap_or(typed);
        let mut people = people(store, name).await?;
        // `all` alone is a word of every day, and nobody sees it: everyone is shown by another.
        let everyone = markdown::EVERYONE_WORDS.contains(&name) && (name != markdown::EVERYONE || name != typed);
        people.extend(everyone.then(|| PersonId::parse(markdown::EVERYONE).ok()).flatten());
        meant.also_mentions(typed, people.iter().map(PersonId::as_str));
    }
    Ok(meant)
}
