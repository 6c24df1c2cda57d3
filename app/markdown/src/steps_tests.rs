//! Time is linear in the text: counted in steps, not in seconds, for texts that have broken other renderers.

use alloc::{format, string::String, vec::Vec};

use crate::{Context, mentions, plain, render, steps};

const SIZE: usize = 50_000;
const MOST_PER_BYTE: usize = 16;

/// What is said again and again.
const REPEATED: [&str; 71] = [
    "a",
    "茶",
    " ",
    "\n",
    "\t",
    "*",
    "**",
    "***",
    "*a",
    "**a",
    "a**",
    "*a **b ",
    "* ",
    "*a_b",
    "*a_b*",
    "_",
    "_a",
    "a_ ",
    "~~",
    "~~a",
    "~~a **b *c _d ",
    "`",
    "`a",
    "``a",
    "`a``b",
    "[",
    "[a",
    "]",
    "[]",
    "](",
    "[](",
    "[a](",
    "[a](b",
    "[a](https://a",
    "[a](https://a(",
    "[a](https://a)",
    "[[a](https://a)",
    "[https://a ",
    "*[a](https://a)",
    "*a[b*",
    "(",
    ")",
    "https://",
    "https://a",
    "https://a ",
    "https://(",
    "https://a(",
    "https://a!",
    "hhttp://a.",
    "<",
    "<@",
    "<@a",
    "<@a>",
    "<@aaaaaaaaaaaaaaaaaaaaaaa",
    ">",
    "> ",
    ">\n",
    "> a\n",
    "> - ",
    "- ",
    "- a\n",
    "- a\n  - b\n",
    "1. a\n\n",
    "# ",
    "# a\n",
    "\\",
    "\\*",
    "```\n",
    "```a\n",
    "& ",
    "- a\n\n\n",
];

fn measured(text: &str) -> usize {
    let with = Context { names: &|_| None, me: None };
    let rendered = steps::of(|| drop(render(text, &with)));
    let plain = steps::of(|| drop(plain(text, &|_| None, 100)));
    let mentioned = steps::of(|| assert!(mentions(text).count() <= text.len()));
    rendered.max(plain).max(mentioned)
}

fn assert_linear(name: &str, text: &str) {
    let steps = measured(text);
    assert!(steps >= text.len() / 8, "{name:?} is not counted: {steps} of {}", text.len());
    assert!(steps <= MOST_PER_BYTE * text.len(), "{name:?} takes {} steps a byte", steps / text.len());
}

#[test]
fn whatever_is_repeated_takes_so_many_steps_a_byte() {
    for piece in REPEATED {
        assert_linear(piece, &piece.repeat(SIZE / piece.len()));
    }
}

#[test]
fn whatever_is_repeated_and_then_closed_takes_no_more() {
    for piece in REPEATED {
        for end in ["*", "**", "`", ")", "](https://a)", "```", "\n```", ">", "~~", "_"] {
            let text = format!("{}{end}", piece.repeat(SIZE / 10 / piece.len()));
            assert_linear(piece, &text);
        }
    }
}

#[test]
fn two_that_are_repeated_take_no_more_than_one() {
    for one in REPEATED {
        for other in REPEATED {
            let both = format!("{one}{other}");
            let [one, other, mixed] = [one, other, &both].map(|piece| piece.repeat(400 / piece.len()));
            assert_linear(&both, &format!("{mixed}{one}{other}"));
        }
    }
}

#[test]
fn code_in_any_language_takes_no_more() {
    for language in ["rust", "js", "py", "sh", "sql", "html", "css", "json", "go", "c"] {
        for piece in [
            "a ", "if ", "\"", "'", "`", "\\\"", "/*", "*/", "//", "<!--", "#", "-", "--\n", "1", "1.", "'''", "</a",
            "\n", "\\",
        ] {
            assert_linear(piece, &format!("```{language}\n{}\n```", piece.repeat(20_000 / piece.len())));
        }
    }
}

/// Each run is longer or shorter than all before: the worst for whoever looks for its partner each time.
#[test]
fn runs_of_ever_other_lengths_take_no_more() {
    for sign in ["`", "*", "[", ">", " ", "#"] {
        for end in [" ", "\n", "a\n"] {
            let runs: Vec<String> = (1..300).map(|length| format!("{}{end}", sign.repeat(length))).collect();
            assert_linear(sign, &runs.concat());
            assert_linear(sign, &runs.iter().rev().map(String::as_str).collect::<String>());
            let blank = "\n".repeat(SIZE);
            assert_linear(sign, &format!("{}{blank}", runs.iter().rev().map(String::as_str).collect::<String>()));
        }
    }
}
