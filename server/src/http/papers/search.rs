//! Searching what was said: over everything that whoever asks may read, and nothing else. Never how it is found (`store`),
//! never what a question means (`search`).

mod places;
mod shown;

use app::paper::{Found, Hit, Paper, Search, SearchWrong};
use protocol::{GroupId, Millis};
use search::{Query, QueryError};
use store::{Cursor, Hits, PersonKind, Readable, SearchQuery, StoreError};

use self::shown::Names;
use super::{Asked, Page};

/// Hits on a page.
const HITS: usize = 30;
/// Groups that are searched.
const MAX_GROUPS: u32 = 10_000;

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
        readable = places::called(store, me, readable, within).await?;
        if readable.is_empty() {
            return Ok(Err(SearchWrong::NoGroup));
        }
    }
    let from = match &query.from {
        Some(name) => Some(places::people(store, name).await?),
        None => None,
    };
    if from.as_ref().is_some_and(Vec::is_empty) {
        // Who is known here is nobody's business who only asks.
        return Ok(Ok(Found { complete: true, ..Found::default() }));
    }
    let query = places::meant(store, query).await?;
    let groups: Vec<GroupId> = readable.iter().map(|group| group.id.clone()).collect();
    let (before, after) = time(&query, asked.visitor.preferences.offset_minutes);
    let search = SearchQuery {
        query: &query,
        groups: &groups,
        from: from.as_deref(),
        before,
        after,
        older_than: asked.query("older").and_then(|older| older.parse().ok()).map(Cursor),
        limit: HITS,
        patience: SearchQuery::PATIENCE,
    };
    let hits = store.search(&search).await?;
    found(asked, &query, readable, hits).await.map(Ok)
}

/// What is to be said before, and then or after: days are those of the asker's clock, or of UTC where that is not known.
fn time(query: &Query, offset_minutes: Option<i32>) -> (Option<Millis>, Option<Millis>) {
    let offset = offset_minutes.unwrap_or(0);
    (query.before.map(|day| day.begins(offset)), query.after.map(|day| day.ends(offset)))
}

async fn found(asked: &Asked, query: &Query, mut groups: Vec<Readable>, hits: Hits) -> Result<Found, StoreError> {
    let store = &asked.state.chat.store;
    groups.retain(|group| hits.messages.iter().any(|found| found.group == group.id));
    let with = places::others(store, asked.who.as_ref().map(|who| &who.person.id), &groups).await?;
    let names = Names::of(store, &hits.messages, asked.visitor.locale).await?;
    let called = |id: &GroupId| {
        let group = groups.iter().find(|group| group.id == *id)?;
        places::name(group, with.get(id).map(Vec::as_slice).unwrap_or_default())
    };
    let hit = |found: store::Found| Hit {
        group_name: called(&found.group),
        group: found.group,
        at: found.message.at,
        text: names.pieces(&found.message.body, query),
        by: found.message.by,
        message: found.message.id,
    };
    Ok(Found {
        hits: hits.messages.into_iter().map(hit).collect(),
        older: hits.more.map(|Cursor(at)| at),
        complete: hits.complete,
    })
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

    use super::time;

    #[test]
    fn days_begin_and_end_by_the_askers_clock() {
        let query = Query::parse("before:2026-01-02 after:2025-12-30").unwrap();
        // 2026-01-02T00:00Z and 2025-12-31T00:00Z.
        let (before, after, hour) = (1_767_312_000_000, 1_767_139_200_000, 3_600_000);
        for (offset, ahead) in [(None, 0), (Some(0), 0), (Some(480), 8 * hour), (Some(-300), -5 * hour)] {
            assert_eq!(time(&query, offset), (Some(before - ahead), Some(after - ahead)), "{offset:?}");
        }
        assert_eq!(time(&Query::parse("tea").unwrap(), Some(480)), (None, None));
    }
}
