//! A message that was found, as it is shown: its text as people read it, around what was looked for. Never what is found.

use std::collections::HashMap;

use app::i18n::Locale;
use protocol::PersonId;
use search::Query;
use store::{Found, Store, StoreError};

use super::super::whom;

/// Of a long text, so much is shown before the first mark, and so much in all, in characters.
const BEFORE: usize = 80;
const SHOWN: usize = 400;

/// What those are called whom messages mention.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// Of everybody whom one of these mentions.
    pub(super) async fn of(store: &Store, found: &[Found], locale: Locale) -> Result<Self, StoreError> {
        let ids = found.iter().flat_map(|found| markdown::mentions(&found.message.body));
        let mut ids: Vec<PersonId> = ids.filter_map(|id| PersonId::parse(id).ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        let people = whom::people(store, &ids).await?;
        let mut names: HashMap<_, _> = people.into_iter().map(|person| (person.id.to_string(), person.name)).collect();
        let everyone = match locale {
            Locale::Zh => "所有人",
            Locale::En => "everyone",
        };
        names.insert(markdown::EVERYONE.to_owned(), everyone.to_owned());
        Ok(Self(names))
    }

    /// A text without its marks, around the first place of what was looked for: pieces, and whether each is marked.
    pub(super) fn pieces(&self, body: &str, query: &Query) -> Vec<(String, bool)> {
        pieces(&markdown::plain(body, &|id| self.0.get(id).map(String::as_str), usize::MAX), query)
    }
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

#[cfg(test)]
mod tests {
    use search::Query;

    use super::{Names, pieces};

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
    fn a_text_is_shown_as_people_read_it() {
        let names = Names([("p1", "Ann Lee"), ("all", "所有人")].map(|(id, name)| (id.into(), name.into())).into());
        let shown = |body: &str, query: &str| {
            let pieces = names.pieces(body, &Query::parse(query).unwrap());
            pieces
                .into_iter()
                .map(|(piece, marked)| if marked { format!("[{piece}]") } else { piece })
                .collect::<String>()
        };
        assert_eq!(shown("<@p1>, **bold** _tea_", "bold"), "@Ann Lee, [bold] tea");
        assert_eq!(shown("<@all> 开会\n> 项目\n\n- 一", "项目"), "@所有人 开会 [项目] 一");
        assert_eq!(shown("<@p1> tea <@gone>", "\"Ann Lee\""), "@[Ann Lee] tea @gone");
        assert_eq!(shown("`<@p1>` <b>&amp; tea", "tea"), "<@p1> <b>&amp; [tea]");
    }

    #[test]
    fn of_a_long_text_the_part_around_the_first_mark_is_shown() {
        let text = format!("{}开会{}", "前".repeat(1000), "后".repeat(1000));
        let shown = shown(&text, "开会");
        assert!(shown.starts_with("…前") && shown.ends_with("后…") && shown.contains("[开会]"));
        assert_eq!(shown.chars().count(), 400 + 4);
    }
}
