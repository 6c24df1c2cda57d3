//! What holds for any text: well-formed, only our own markup, nothing lost.

use markdown::{Context, mentions, plain, render};
use proptest::prelude::*;

use crate::{html, name, wellformed::text_of};

/// Pieces of which texts are made that are all marks.
const PIECES: [&str; 62] = [
    "*",
    "**",
    "***",
    "****",
    "_",
    "__",
    "~~",
    "~",
    "`",
    "``",
    "```",
    "````",
    "[",
    "]",
    "](",
    "(",
    ")",
    "](https://a.b)",
    "](javascript:x)",
    "](mailto:a@b)",
    "<@",
    "<@ming>",
    "<@all>",
    "<@x-1>",
    ">",
    "> ",
    ">>",
    "- ",
    "* ",
    "1. ",
    "9) ",
    "# ",
    "#",
    "\\",
    "\n",
    "\n\n",
    "\r\n",
    "  ",
    "    ",
    "\t",
    "https://a.b/c",
    "http://",
    "h",
    "HTTPS://例子.中国/",
    "<",
    "&",
    "\"",
    "'",
    "<script>",
    "&amp;",
    "javascript:",
    "茶",
    "。",
    "（",
    "）",
    "word",
    "\u{3000}",
    "👍",
    "```rust\n",
    "//",
    "/*",
    "\u{0}",
];

fn marks() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|pieces| pieces.concat())
}

/// Words in many scripts, with punctuation that is no mark, and single newlines.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9茶馆重点é中文，。！？“”（） .,!?;\"'&/:%-]{1,40}(\n[a-zA-Z茶馆，。 .!?\"'&]{1,40}){0,3}".prop_filter(
        "no list, no empty line",
        |text| {
            text.lines().all(|line| {
                let line = line.trim_start();
                !line.is_empty() && !line.starts_with('-') && !line.starts_with(|c: char| c.is_ascii_digit())
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn marks_in_any_order_are_well_formed(text in marks()) {
        let html = html(&text);
        prop_assert!(text_of(&html).is_ok(), "{:?} {} {:?}", text_of(&html), html, text);
    }

    #[test]
    fn any_text_is_well_formed(text in any::<String>()) {
        let html = html(&text);
        prop_assert!(text_of(&html).is_ok(), "{:?} {} {:?}", text_of(&html), html, text);
    }

    #[test]
    fn words_without_marks_stay_what_they_are(text in words()) {
        prop_assert_eq!(text_of(&html(&text)).unwrap(), text);
    }

    #[test]
    fn what_is_escaped_stays_what_it_is(text in "[!-/:-@\\[-`{-~茶a]{1,40}") {
        let escaped: String = text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect();
        prop_assert_eq!(text_of(&html(&escaped)).unwrap(), text);
    }

    #[test]
    fn a_code_block_shows_its_code_whatever_the_language(
        code in prop::collection::vec(prop::sample::select(&["a", "\"", "'", "`a`", "//", "/*", "*/", "#", "--", "<", "</", "-->", "1.5", "fn", "茶", "\\", " ", "\n", "'''"][..]), 0..40),
        language in prop::sample::select(&["", "rust", "js", "py", "sh", "SQL", "html", "css", "json", "go", "c", "none"][..]),
    ) {
        let code = code.concat();
        let html = html(&format!("```{language}\n{code}\n```"));
        prop_assert_eq!(text_of(&html).unwrap(), code);
    }

    #[test]
    fn a_text_in_one_line_has_no_more_characters_than_asked_for(text in marks(), limit in 1..40_usize) {
        let line = plain(&text, &name, limit);
        prop_assert!(line.chars().count() <= limit + 1, "{}", line);
        prop_assert!(line.chars().count() <= limit || line.ends_with('…'), "{}", line);
        prop_assert!(!line.contains('\n') && !line.contains("  ") && line.trim() == line, "{:?}", line);
    }

    #[test]
    fn who_is_mentioned_is_who_is_shown(text in marks()) {
        let shown = html(&text).matches("data-person=").count();
        prop_assert_eq!(mentions(&text).count(), shown);
    }

    #[test]
    fn a_name_is_never_markup(name in any::<String>()) {
        let names = |_: &str| Some(name.as_str());
        let html = render("<@x>", &Context { names: &names, me: None });
        let shown = text_of(&html);
        prop_assert_eq!(shown, Ok(["@", &name].concat()));
    }
}
