//! Whom somebody means by a name, a login or a row of a list. Who may be met at all, `chat::access` says; never a list of
//! people whom nobody named.

use app::paper::{Candidate, Choice};
use protocol::{Person, PersonId};
use store::{PersonRow, Store, StoreError};

use super::rows;
use crate::chat::may_be_met;

/// Of one name.
const MOST: usize = 20;

/// Who is called so.
pub(super) enum Whom {
    Nobody,
    One(PersonId),
    /// That is what all of these are called.
    Several(Choice),
}

/// By a login, with `@` before it by that alone, or by a name, however wide or in which case it is typed.
pub(super) async fn called(store: &Store, typed: &str) -> Result<Whom, StoreError> {
    let folded = rows::login(typed);
    let mut found = match typed.trim().strip_prefix(['@', '＠']) {
        Some(login) => match store.account(&rows::login(login)).await? {
            Some(account) => store.people_of(&[account.person.id]).await?,
            None => Vec::new(),
        },
        None if folded.is_empty() => Vec::new(),
        None => store.named(&folded, typed.trim(), MOST, |name| rows::login(name) == folded).await?,
    };
    let guests = store.settings().await?.guests;
    found.retain(|row| met(row, guests));
    Ok(match found.as_slice() {
        [] => Whom::Nobody,
        [one] => Whom::One(one.person.id.clone()),
        _ => {
            Whom::Several(Choice { name: typed.trim().to_owned(), people: found.into_iter().map(candidate).collect() })
        }
    })
}

/// The person of this id, if they may be met.
pub(super) async fn chosen(store: &Store, id: &str) -> Result<Option<PersonId>, StoreError> {
    let Ok(id) = PersonId::parse(id) else { return Ok(None) };
    let guests = store.settings().await?.guests;
    let found = store.people_of(&[id]).await?;
    Ok(found.into_iter().find(|row| met(row, guests)).map(|row| row.person.id))
}

/// These people as they are shown, of those who are somebody.
pub(super) async fn people(store: &Store, ids: &[PersonId]) -> Result<Vec<Person>, StoreError> {
    Ok(store.people_of(ids).await?.into_iter().map(|row| row.person).collect())
}

fn met(row: &PersonRow, guests: bool) -> bool {
    may_be_met(row.kind, row.closed_at.is_some(), guests)
}

fn candidate(row: PersonRow) -> Candidate {
    Candidate { person: row.person, kind: rows::person_kind(row.kind), login: row.login }
}
