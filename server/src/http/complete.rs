//! What completes while one types: people of a group by a part of their name or by pinyin, emoji by their names. Here and
//! not in the browser, because the tables weigh more than the whole app. Never who may read: that is `chat`'s.

use std::collections::HashSet;

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderValue, header};
use protocol::{GroupId, PAGE, Person, RejectionCode};
use serde::{Deserialize, Serialize};
use store::StoreError;

use super::{api::refuse, emoji_names, identity::Visitor, spell::sounds};
use crate::{
    chat::{Act, Refused},
    state::AppState,
};

/// Answers in a list.
const MOST: usize = 8;
/// The longest question, in characters.
const LONGEST: usize = 32;

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

impl Asked {
    /// As it is compared; nothing if nobody is called that.
    fn words(&self) -> Option<String> {
        (self.q.chars().count() <= LONGEST).then(|| self.q.trim().to_lowercase())
    }
}

#[derive(Serialize)]
struct People {
    people: Vec<Person>,
}

/// `GET /api/groups/{id}/people?q=`: who is here, who spoke lately and the members, at most eight.
pub(crate) async fn people(
    State(state): State<AppState>,
    Path(group): Path<String>,
    Query(asked): Query<Asked>,
    extensions: Extensions,
    headers: HeaderMap,
) -> Response {
    let Ok(group) = GroupId::parse(&group) else { return refuse(&headers, RejectionCode::NoGroup.into()) };
    let read = async {
        let who = Visitor::of(&state, &extensions, &headers).known(&state).await?;
        state.chat.may(who.as_ref(), &group, Act::Read).await??;
        Ok::<_, Refused>(people_of(&state, &group).await?)
    };
    let everyone = match read.await {
        Ok(found) => found,
        Err(refused) => return refuse(&headers, refused),
    };
    let words = asked.words();
    let called = |person: &Person| words.as_ref().is_some_and(|words| is_called(&person.name, words));
    private(Json(People { people: everyone.into_iter().filter(called).take(MOST).collect() }))
}

/// Who is here, who spoke lately and the members of a group, each once and in that order.
pub(super) async fn people_of(state: &AppState, group: &GroupId) -> Result<Vec<Person>, StoreError> {
    let spoke = state.chat.store.newest(group, PAGE as u32).await?.messages;
    let members = state.chat.store.members(group).await?;
    let mut known = HashSet::new();
    let here = state.chat.hub.here(group).into_iter();
    let everyone = here
        .chain(spoke.into_iter().rev().map(|message| message.by))
        .chain(members.into_iter().map(|member| member.person));
    Ok(everyone.filter(|person| known.insert(person.id.clone())).collect())
}

#[derive(Serialize)]
struct Found {
    emoji: Vec<Named>,
}

#[derive(Serialize)]
struct Named {
    emoji: &'static str,
    name: String,
}

/// `GET /api/emoji?q=`: emoji by a part of their English shortcode or of a Chinese name, at most eight.
pub(crate) async fn emoji(Query(asked): Query<Asked>) -> Response {
    let found = asked.words().filter(|words| !words.is_empty()).map(|words| find(&words)).unwrap_or_default();
    private(Json(Found { emoji: found }))
}

/// Those that begin with the words come first, then those that hold them.
fn find(words: &str) -> Vec<Named> {
    let chinese = emoji_names::ZH.iter().map(|&(name, emoji)| (name, emoji));
    let english = emojis::iter().flat_map(|emoji| emoji.shortcodes().map(|code| (code, emoji.as_str())));
    let mut found: Vec<(&str, &str)> = chinese.chain(english).filter(|(name, _)| name.contains(words)).collect();
    found.sort_by_key(|(name, _)| (!name.starts_with(words), name.chars().count()));
    let mut known = HashSet::new();
    found.retain(|(_, emoji)| known.insert(*emoji));
    found.into_iter().take(MOST).map(|(name, emoji)| Named { emoji, name: name.to_owned() }).collect()
}

/// By a part of the name, by the initials of its pinyin, or by the pinyin itself.
fn is_called(name: &str, words: &str) -> bool {
    let name = name.to_lowercase();
    if name.contains(words) {
        return true;
    }
    let sounds: Vec<String> = sounds(&name).collect();
    let initials: String = sounds.iter().filter_map(|sound| sound.chars().next()).collect();
    initials.contains(words) || sounds.concat().contains(words)
}

fn private(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::{Asked, find, is_called};

    #[test]
    fn a_person_is_found_by_a_part_of_their_name_by_initials_and_by_pinyin() {
        for (name, words) in [("小明", "明"), ("小明", "xm"), ("小明", "xiaom"), ("Ann Lee", "lee"), ("茶客 a1", "ck")]
        {
            assert!(is_called(name, words), "{name} {words}");
        }
    }

    #[test]
    fn nobody_is_found_by_what_they_are_not_called() {
        for (name, words) in [("小明", "mx"), ("Ann", "bo"), ("小明", "x m"), ("", "x")] {
            assert!(!is_called(name, words), "{name} {words}");
        }
    }

    #[test]
    fn an_emoji_is_found_by_its_names_in_both_languages() {
        let first = |words| find(words).first().map(|found| found.emoji);
        assert_eq!((first("tea"), first("茶"), first("笑哭")), (Some("🍵"), Some("🍵"), Some("😂")));
        assert!(find("no such thing").is_empty());
        assert!(find("a").len() <= super::MOST);
    }

    #[test]
    fn what_is_too_long_is_no_name() {
        assert!(Asked { q: "x".repeat(33) }.words().is_none());
    }
}
