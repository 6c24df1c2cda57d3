//! Searching what was said: over everything that whoever asks may read, and nothing else. Never how it is found (`store`),
//! never what a question means (`search`).

use app::paper::{Found, Hit, Paper, Search, SearchWrong};
use protocol::{GroupId, PersonId};
use search::{Query, QueryError};
use store::{Cursor, PersonKind, SearchQuery, StoreError};

use super::{Asked, Page, rows};

/// Hits on a page.
const HITS: usize = 30;
/// Groups that are searched.
const MAX_GROUPS: u32 = 10_000;
/// Of a long text, so much is shown before the first mark, and so much in all, in characters.
const BEFORE: usize = 80;
const SHOWN: usize = 400;

/// `GET /search`, with `?q=` and `&older=`.
pub(crate) async fn page(asked: Asked) -> Page {
    let settings = asked.state.chat.store.settings().await.map_err(|error| asked.fails(&error))?;
    if !settings.guests && asked.who.as_ref().is_none_or(|who| who.kind != PersonKind::Account) {
        return Err(asked.sign_in());
    }
    let typed = asked.query("q").unwrap_or_default();
    let query = match Query::parse(&typed) {
        Ok(query) => query,
        Err(error) => {
            return Ok(asked.show(&Paper::Search(Search { typed, answer: None, wrong: wrong(&error) })).await);
        }
    };
    asked.state.limits.search(asked.visitor.from).map_err(|too_fast| asked.too_fast(too_fast))?;
    // A few at a time: whoever only chats never waits for a reader because of those who search.
    let turn = asked.state.searches.acquire().await;
    let answered = answer(&asked, &query).await;
    drop(turn);
    let (answer, wrong) = match answered.map_err(|error| asked.fails(&error))? {
        Ok(found) => (Some(found), None),
        Err(wrong) => (None, Some(wrong)),
    };
    Ok(asked.show(&Paper::Search(Search { typed, answer, wrong })).await)
}

async fn answer(asked: &Asked, query: &Query) -> Result<Result<Found, SearchWrong>, StoreError> {
    let store = &asked.state.chat.store;
    let me = asked.who.as_ref().map(|who| &who.person.id);
    let mut readable = store.readable(me, MAX_GROUPS).await?;
    if let Some(within) = &query.within {
        readable.retain(|(id, name)| id.as_str() == within || name.as_deref() == Some(within.as_str()));
        if readable.is_empty() {
            return Ok(Err(SearchWrong::NoGroup));
        }
    }
    let from: Option<PersonId> = match &query.from {
        Some(name) => match store.called(&rows::login(name), name).await? {
            Some(person) => Some(person),
            // Who is known here is nobody's business who only asks.
            None => return Ok(Ok(Found { complete: true, ..Found::default() })),
        },
        None => None,
    };
    let groups: Vec<GroupId> = readable.iter().map(|(id, _)| id.clone()).collect();
    let search = SearchQuery {
        query,
        groups: &groups,
        from: from.as_ref(),
        before: query.before.map(|day| day.begins(0)),
        after: query.after.map(|day| day.ends(0)),
        older_than: asked.query("older").and_then(|older| older.parse().ok()).map(Cursor),
        limit: HITS,
        patience: SearchQuery::PATIENCE,
    };
    let hits = store.search(&search).await?;
    let name = |group: &GroupId| readable.iter().find(|(id, _)| id == group).and_then(|(_, name)| name.clone());
    // A direct conversation has no name: it is called by who is in it.
    let mine = match me.filter(|_| hits.messages.iter().any(|found| name(&found.group).is_none())) {
        Some(me) => store.groups_of(me).await?,
        None => Vec::new(),
    };
    let with = |group: &GroupId| mine.iter().find(|own| own.info.id == *group).map(|own| own.with.clone());
    let hit = |found: store::Found| Hit {
        group_name: name(&found.group),
        with: with(&found.group).unwrap_or_default(),
        group: found.group,
        at: found.message.at,
        text: pieces(&found.message.body, query),
        by: found.message.by,
        message: found.message.id,
    };
    Ok(Ok(Found {
        hits: hits.messages.into_iter().map(hit).collect(),
        older: hits.more.map(|Cursor(at)| at),
        complete: hits.complete,
    }))
}

/// A text around its first mark: pieces, and whether each is marked.
fn pieces(text: &str, query: &Query) -> Vec<(String, bool)> {
    let marks = query.highlights(text);
    let first = marks.first().map_or(0, |mark| mark.start);
    let back = text[..first].char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
    let end = text[back..].char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| back + at);
    let mut pieces = Vec::new();
    let mut add = |piece: &str, marked| {
        if !piece.is_empty() {
            pieces.push((piece.to_owned(), marked));
        }
    };
    add(if back > 0 { "…" } else { "" }, false);
    let mut at = back;
    for mark in marks.into_iter().filter(|mark| mark.start < end) {
        add(&text[at..mark.start], false);
        add(&text[mark.start..mark.end.min(end)], true);
        at = mark.end.min(end);
    }
    add(&text[at..end], false);
    add(if end < text.len() { "…" } else { "" }, false);
    pieces
}

/// Nothing was asked yet: nothing is wrong.
const fn wrong(error: &QueryError) -> Option<SearchWrong> {
    Some(match error {
        QueryError::Empty => return None,
        QueryError::TooLong => SearchWrong::TooLong,
        QueryError::TooMany => SearchWrong::TooMany,
        QueryError::NoValue(filter) => SearchWrong::NoValue(filter),
        QueryError::Twice(filter) => SearchWrong::Twice(filter),
        QueryError::Negated(filter) => SearchWrong::Negated(filter),
        QueryError::NoDate(filter) => SearchWrong::NoDate(filter),
    })
}

#[cfg(test)]
mod tests {
    use search::Query;

    use super::pieces;

    fn shown(text: &str, query: &str) -> String {
        let pieces = pieces(text, &Query::parse(query).unwrap());
        pieces.into_iter().map(|(piece, marked)| if marked { format!("[{piece}]") } else { piece }).collect()
    }

    #[test]
    fn what_was_looked_for_is_marked_where_it_stands() {
        assert_eq!(shown("明天下午开会，别忘了", "开会"), "明天下午[开会]，别忘了");
        assert_eq!(shown("Rust和WASM", "rust"), "[Rust]和WASM");
    }

    #[test]
    fn of_a_long_text_the_part_around_the_first_mark_is_shown() {
        let text = format!("{}开会{}", "前".repeat(1000), "后".repeat(1000));
        let shown = shown(&text, "开会");
        assert!(shown.starts_with("…前") && shown.ends_with("后…") && shown.contains("[开会]"));
        assert_eq!(shown.chars().count(), 400 + 4);
    }
}
