//! What people try who mean no good. Each text is shown, none does anything.

use crate::{html, wellformed::text_of};

const CORPUS: [&str; 44] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://a.b/c.png)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](https:evil)",
    "[x](https://a\" onmouseover=\"alert(1))",
    "[x](https://a' onmouseover='alert(1))",
    "[x](https://a%22onclick=1)",
    "[x](https://a\u{0}b)",
    "[x]( https://a.b)",
    "[x](<https://a.b>)",
    "[[x](https://a.b)](https://c.d)",
    "[https://a.b](https://c.d)",
    "[a](https://b)[",
    "[](https://a.b)",
    "[`](https://a.b)`",
    "*[*](https://a.b)",
    "**[a**b](https://a.b)",
    "[a*b](https://a.b)*",
    "https://a.b/<script>",
    "https://a.b/\"onclick=\"x",
    "https://a.b/'onclick='x",
    "https://user:pass@evil.example/",
    "<@ming\" onclick=\"x>",
    "<@<@ming>>",
    "<@>",
    "<@a b>",
    "<@\u{202e}>",
    "```rust\" onclick=\"x\n1\n```",
    "```<script>\n</code></pre><script>\n```",
    "`</code><script>`",
    "</p></div><script>",
    "&lt;script&gt;",
    "***a**b*c***",
    "*a _b* c_",
    "~~a **b~~ c**",
    "> - > - > - > - > - > - deep",
    "\\<script>\\",
];

#[test]
fn nothing_of_this_becomes_markup() {
    for text in CORPUS {
        let html = html(text);
        let shown = text_of(&html);
        assert!(shown.is_ok(), "{shown:?} {text} {html}");
        assert!(!html.to_ascii_lowercase().contains("href=\"javascript"), "{html}");
    }
}

/// The corpus cut, doubled and spliced at every place: a fuzzer's first thoughts, the same each time.
#[test]
fn nothing_of_this_becomes_markup_cut_and_spliced() {
    let cuts = |text: &str| (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect::<Vec<_>>();
    for (place, text) in CORPUS.iter().enumerate() {
        let other = CORPUS[(place * 7 + 3) % CORPUS.len()];
        for at in cuts(text) {
            let (before, after) = text.split_at(at);
            for text in [[before, other, after], [after, other, before], [before, "\n", after], [after, before, before]]
            {
                let text = text.concat();
                assert!(text_of(&html(&text)).is_ok(), "{text:?}");
            }
        }
    }
}

#[test]
fn an_address_that_is_none_of_the_web_is_text() {
    for text in [
        "[x](javascript:alert(1))",
        "[x](data:a)",
        "[x](//a.b)",
        "[x](/a)",
        "[x](a.b)",
        "[x](ftp://a.b)",
        "[x](https://)",
    ] {
        assert_eq!(html(text), format!("<p>{text}</p>"));
    }
}
