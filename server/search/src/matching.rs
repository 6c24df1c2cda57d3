//! Whether a text matches a query, and where. The truth that every index is measured against.

use std::borrow::Cow;
use std::ops::Range;

use crate::query::{Clause, Query};
use crate::terms::stem;
use crate::units::{Unit, units};

impl Query {
    /// Whether a text has all that the query wants and nothing that it does not want. Filters are not looked at.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.clauses.is_empty() {
            return true;
        }
        let units = units(text);
        self.clauses.iter().all(|clause| clause.places(&units).next().is_some() != clause.not)
    }

    /// Where to mark a text that matches: ranges of bytes on the borders of characters, in order, apart from each other.
    #[must_use]
    pub fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        let units = units(text);
        let wanted = self.clauses.iter().filter(|clause| !clause.not);
        let mut found: Vec<_> = wanted.flat_map(|clause| clause.places(&units)).collect();
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }
}

impl Clause {
    fn places(&self, units: &[Unit]) -> impl Iterator<Item = Range<usize>> {
        let stem = self.stem();
        let said = units.windows(self.units.len()).filter(move |window| self.is(window, stem.as_deref()));
        let said = said.filter_map(|window| Some(window.first()?.range.start..window.last()?.range.end));
        // Few queries mean anybody: the others do not look twice.
        let meant = if self.meant.is_empty() { &[] } else { units };
        said.chain(meant.iter().filter(|unit| self.meant.contains(&unit.text)).map(|unit| unit.range.clone()))
    }

    fn stem(&self) -> Option<Cow<'static, str>> {
        self.units.first().filter(|_| self.stemmed).map(|unit| stem(&unit.text).into())
    }

    /// Characters that stand together in the query stand together in the text, and those apart, apart.
    fn is(&self, window: &[Unit], stemmed: Option<&str>) -> bool {
        let same =
            |at: usize, ours: &Unit, theirs: &Unit| ours.text == theirs.text && (at == 0 || ours.kind == theirs.kind);
        match (stemmed, window.first()) {
            (Some(stemmed), Some(unit)) => stem(&unit.text) == stemmed,
            _ => self.units.iter().zip(window).enumerate().all(|(at, (ours, theirs))| same(at, ours, theirs)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use crate::{Query, terms};

    fn query(text: &str) -> Query {
        Query::parse(text).expect("a query")
    }

    #[test]
    fn what_is_there_is_found() {
        for (asked, text) in [
            ("开会", "明天开会吗？"),
            ("项目进度", "看看项目进度。"),
            ("会", "开会"),
            ("Rust和WASM", "用Rust和WASM写的"),
            ("rust和wasm", "Rust 和 WASM"),
            ("Rust和", "Rust和平"),
            ("和WASM", "平和WASM"),
            ("かな", "ひらがなとかな"),
            ("ｶﾀｶﾅ", "カタカナ語"),
            ("한국어", "한국어를 배워요"),
            ("running", "She runs."),
            ("\"two cups\"", "Two CUPS, please"),
            ("tea -coffee", "only tea"),
            ("🍵", "好茶🍵！"),
            ("café", "CAFE\u{301}"),
            ("from:x", "anything"),
        ] {
            assert!(query(asked).matches(text), "{asked} in {text}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for (asked, text) in [
            ("项目进度", "进度项目"),
            ("项目进度", "项目，进度"),
            ("开会", "会开"),
            ("开会", "开、会"),
            ("\"two cups\"", "cups two"),
            ("\"run\"", "running"),
            ("tea -coffee", "tea or coffee"),
            ("tea 茶", "tea"),
            ("ea", "tea"),
            ("か", "が"),
        ] {
            assert!(!query(asked).matches(text), "{asked} in {text}");
        }
    }

    #[test]
    fn who_is_mentioned_is_found_by_what_they_are_called() {
        let mut ann = query("Ann tea");
        ann.also_mentions("Ann", ["p1", "p2"]);
        for text in ["<@p1> tea", "tea, <@p2>!", "ann: tea"] {
            assert!(ann.matches(text), "{text}");
        }
        for text in ["<@p3> tea", "<@p1>", "p1 tea", "<@P1> tea"] {
            assert!(!ann.matches(text), "{text}");
        }
        assert_eq!(ann.highlights("tea <@p1>"), [0..3, 4..9]);
        let mut without = query("tea -@小明");
        without.also_mentions("@小明", ["p1"]);
        assert!(without.matches("tea <@p2>") && !without.matches("tea <@p1>") && !without.matches("tea 小明"));
        assert_eq!(without.typed().collect::<Vec<_>>(), ["tea", "@小明"]);
    }

    #[test]
    fn no_word_is_found_within_a_mention() {
        for asked in ["all", "0191", "p1", "\"p1 tea\"", "@p1"] {
            assert!(!query(asked).matches("<@0191-p1> tea, <@all>, <@p1> tea"), "{asked}");
        }
        assert!(query("<@p1>").matches("so <@p1>") && query("\"so <@p1>\"").matches("so <@p1>"));
    }

    #[test]
    fn hits_are_marked_where_they_stand() {
        for (asked, text, marked) in [
            ("开会", "明天开会，后天不开会", &["开会", "开会"][..]),
            ("tea cups", "Two cups of TEA. Teas!", &["cups", "TEA", "Teas"]),
            ("项目 目进", "项目进度", &["项目进"]),
            ("cafe -tea", "the ｃａｆｅ", &["ｃａｆｅ"]),
            ("🍵", "a👍🍵", &["🍵"]),
        ] {
            let found: Vec<_> = query(asked).highlights(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, marked, "{asked} in {text}");
        }
    }

    fn nasty() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "开",
            "会",
            "项目",
            "か",
            "が",
            "ｶﾞ",
            "한",
            "국",
            "\u{1112}\u{1161}",
            "tea",
            "Teas",
            "é",
            "e\u{301}",
            "🍵",
            "👩‍👧",
            " ",
            "，",
            ".",
            "\0",
            "\"",
            "-",
            "'",
            "ﬁ",
            "㍿",
            "\u{200d}",
            "\u{e081}",
            "\u{e084}",
            "<@p-1>",
            "<@all>",
            "<@",
            "all",
            "x",
        ];
        proptest::collection::vec(proptest::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_sieve_lets_everything_through_that_matches(text in nasty(), asked in nasty(), means in any::<bool>()) {
            if let Ok(mut query) = Query::parse(&asked) {
                let first = query.typed().next().filter(|_| means).map(str::to_owned);
                query.also_mentions(&first.unwrap_or_default(), ["p-1", "p2"]);
                let (needs, has) = (query.needs(), terms(&text).into_iter().collect::<BTreeSet<_>>());
                let any = needs.any.iter().all(|any| !any.is_disjoint(&has));
                let passes = any && needs.all.is_subset(&has) && needs.none.is_disjoint(&has);
                prop_assert!(passes || !query.matches(&text), "{asked:?} in {text:?}");
            }
        }

        #[test]
        fn marks_are_on_borders_in_order_and_apart(text in any::<String>(), asked in nasty()) {
            if let Ok(query) = Query::parse(&asked) {
                let mut end = None;
                for range in query.highlights(&text) {
                    prop_assert!(text.get(range.clone()).is_some_and(|marked| !marked.is_empty()));
                    prop_assert!(end.is_none_or(|end| range.start > end));
                    end = Some(range.end);
                }
            }
        }

        #[test]
        fn a_text_is_found_by_itself(text in nasty()) {
            let asked = format!("\"{}\"", text.replace('"', " "));
            if let Ok(query) = Query::parse(&asked) {
                prop_assert!(query.matches(&text.replace('"', " ")));
            }
        }
    }
}
