//! What a message's terms must be, as each engine is asked for it. Never which terms there are (that is the `search` crate),
//! never which messages are shown.

use protocol::GroupId;
use search::{author_term, group_term};

use super::SearchQuery;
use super::block::{Asked, Block};
use crate::engine::{Arg, Column, Result, Row, Tx};
use crate::read::PAGE_BYTES;
use crate::sql;

/// So many are tried whatever their group: to look for dozens of groups beside a rare word takes longer than the word.
const ANY_GROUP: usize = 200;
/// Of so many messages one is in groups that are worth asking for at once, where it is slow without.
const FEW: i64 = 16;
/// Groups that are asked for in the index; of more, what is found elsewhere is left out afterwards.
const MOST_GROUP_TERMS: usize = 500;

/// For PostgreSQL as texts of terms, for SQLite as an expression.
pub(super) struct Terms {
    all: String,
    any: String,
    /// Others of which any: of several such, PostgreSQL is asked for the first alone.
    either: String,
    none: String,
    /// Of all of them and of any, then of none, for SQLite.
    both: Vec<String>,
    without: String,
    asked: Asked,
    in_groups: bool,
}

impl Terms {
    /// Without groups only if there is anything else, or too many of them.
    pub(super) fn new(search: &SearchQuery<'_>, in_groups: bool) -> Self {
        let mut needs = search.query.needs();
        let from = search.from.map(|from| from.iter().map(|one| author_term(one.as_str())));
        match from {
            Some(mut one) if one.len() == 1 => needs.all.extend(one.next()),
            Some(many) => needs.any.push(many.collect()),
            None => {}
        }
        let either: Vec<Vec<_>> = needs.any.into_iter().map(|any| any.into_iter().collect()).collect();
        let all: Vec<_> = needs.all.into_iter().collect();
        let none: Vec<_> = needs.none.into_iter().collect();
        let few = search.groups.len() <= MOST_GROUP_TERMS;
        let groups = if (in_groups || all.is_empty() && either.is_empty()) && few { search.groups } else { &[] };
        let any: Vec<_> = groups.iter().map(|group| group_term(group.as_str())).collect();
        let wanted = all.len() + any.len() + either.iter().map(Vec::len).sum::<usize>();
        let both = [quoted(&all, " AND "), quoted(&any, " OR ")];
        Self {
            asked: Asked { terms: wanted + none.len(), wanted },
            both: both
                .into_iter()
                .chain(either.iter().map(|either| quoted(either, " OR ")))
                .filter(|part| !part.is_empty())
                .map(|part| format!("({part})"))
                .collect(),
            without: quoted(&none, " OR "),
            all: all.join(" "),
            any: any.join(" "),
            either: either.first().map(|first| first.join(" ")).unwrap_or_default(),
            none: none.join(" "),
            in_groups,
        }
    }

    pub(super) const fn asked(&self) -> Asked {
        self.asked
    }

    /// Messages of a block before a doc, the newest so many; fewer if they are long.
    pub(super) async fn found(&self, tx: &mut Tx, block: &Block, before: i64, most: usize) -> Result<Vec<Row>> {
        let expression = self.expression(block);
        let args = [
            Arg::Text(&expression),
            Arg::Text(&self.all),
            Arg::Text(&self.any),
            Arg::Text(&self.none),
            Arg::Int(before),
            Arg::Int(block.docs.start),
            Arg::Int(i64::try_from(most).unwrap_or(i64::MAX)),
            Arg::Int(PAGE_BYTES),
            Arg::Text(&self.either),
        ];
        tx.rows(sql::FOUND, &args).await
    }

    /// For SQLite. In a block, what is not wanted is taken from the block: of what is left, often nothing, the others are
    /// looked for. In few groups there is less to take it from.
    fn expression(&self, block: &Block) -> String {
        let without = |what: String| match self.without.as_str() {
            "" => what,
            without => format!("({what} NOT ({without}))"),
        };
        let wanted = self.both.join(" AND ");
        match block.term.as_ref().map(|term| quoted(std::slice::from_ref(term), "")) {
            None => without(format!("({wanted})")),
            Some(block) if wanted.is_empty() => without(block),
            Some(block) if self.in_groups => without(format!("({block} AND {wanted})")),
            Some(block) => format!("{} AND {wanted}", without(block)),
        }
    }
}

/// What is asked for: without groups first, since most of what is found may be read.
pub(super) struct Asking<'a> {
    search: &'a SearchQuery<'a>,
    pub(super) terms: Terms,
    /// Whether it is known already if the groups are worth asking for.
    counted: bool,
}

impl<'a> Asking<'a> {
    pub(super) fn new(search: &'a SearchQuery<'a>) -> Self {
        Self { search, terms: Terms::new(search, false), counted: false }
    }

    /// Asks for the groups too if many candidates were not enough, or if it is slow without them and few of all docs are
    /// theirs. Whether something else is asked now.
    pub(super) async fn narrows(&mut self, tx: &mut Tx, candidates: usize, slow: bool, docs: i64) -> Result<bool> {
        if self.terms.in_groups || self.search.groups.len() > MOST_GROUP_TERMS {
            return Ok(false);
        }
        let mut narrows = candidates >= ANY_GROUP;
        if slow && !narrows && !self.counted {
            self.counted = true;
            narrows = messages(tx, self.search.groups).await?.saturating_mul(FEW) <= docs;
        }
        if narrows {
            self.terms = Terms::new(self.search, true);
        }
        Ok(narrows)
    }
}

/// How many there ever were in these groups.
async fn messages(tx: &mut Tx, groups: &[GroupId]) -> Result<i64> {
    let rows = tx.rows_of(&sql::HEADS, &[Column::texts(groups.iter().map(GroupId::as_str))]).await?;
    rows.iter().try_fold(0, |sum: i64, row| Ok(sum.saturating_add(row.int(2)?)))
}

/// No term has a quote in it.
fn quoted(terms: &[String], with: &str) -> String {
    terms.iter().map(|term| format!("\"{term}\"")).collect::<Vec<_>>().join(with)
}
