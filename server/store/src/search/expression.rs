//! What a message's terms must be, as each engine is asked for it.

use search::{author_term, group_term};

use super::SearchQuery;
use super::block::{Asked, Block};
use crate::engine::{Arg, Result, Row, Tx};
use crate::read::PAGE_BYTES;
use crate::sql;

/// Groups that are asked for in the index; of more, what is found elsewhere is left out afterwards.
pub(super) const MOST_GROUP_TERMS: usize = 500;

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
    /// looked for.
    fn expression(&self, block: &Block) -> String {
        let without = |what: String| match self.without.as_str() {
            "" => what,
            without => format!("({what} NOT ({without}))"),
        };
        let wanted = self.both.join(" AND ");
        match &block.term {
            None => without(format!("({wanted})")),
            Some(term) => {
                let block = without(quoted(std::slice::from_ref(term), ""));
                if wanted.is_empty() { block } else { format!("{block} AND {wanted}") }
            }
        }
    }
}

/// No term has a quote in it.
fn quoted(terms: &[String], with: &str) -> String {
    terms.iter().map(|term| format!("\"{term}\"")).collect::<Vec<_>>().join(with)
}
