//! What the tokenizer has to know of each language. Never how code is read.

use crate::steps;

pub(crate) struct Language {
    names: &'static str,
    /// What begins a comment to the end of the line.
    pub(crate) line: &'static str,
    /// What a longer comment stands between.
    pub(crate) block: [&'static str; 2],
    pub(crate) quotes: &'static str,
    /// Words of two letters, of three, and so on: a word is looked for among its like, and a visitor downloads text and
    /// not a pointer for each.
    words: &'static [&'static str],
    pub(crate) any_case: bool,
    /// It has tags, whose names are its keywords.
    pub(crate) tags: bool,
}

const C: Language = Language {
    names: "java c h cpp c++ cc cs csharp kotlin kt",
    line: "//",
    block: ["/*", "*/"],
    quotes: "\"'",
    words: WORDS_C,
    any_case: false,
    tags: false,
};
const SHELL: Language =
    Language { names: "sh bash shell zsh", line: "#", block: ["", ""], quotes: "\"'", words: WORDS_SHELL, ..C };

static LANGUAGES: [Language; 10] = [
    C,
    SHELL,
    // Its lifetimes look like the beginning of a string.
    Language { names: "rust rs", quotes: "\"", words: WORDS_RUST, ..C },
    Language { names: "js javascript jsx ts typescript tsx", quotes: "\"'`", words: WORDS_JS, ..C },
    Language { names: "go golang", quotes: "\"'`", words: WORDS_GO, ..C },
    Language { names: "python py", words: WORDS_PYTHON, ..SHELL },
    Language { names: "sql", line: "--", words: WORDS_SQL, any_case: true, ..C },
    Language { names: "json", quotes: "\"", words: WORDS_JSON, ..C },
    Language { names: "css", line: "", words: &[], ..C },
    Language { names: "html xml svg vue", line: "", block: ["<!--", "-->"], quotes: "\"", words: &[], tags: true, ..C },
];

/// The language of that name, whatever its case.
pub(crate) fn language(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.names.split(' ').any(|known| known.eq_ignore_ascii_case(name)))
}

impl Language {
    pub(crate) fn has(&self, word: &str) -> bool {
        let Some(alike) = word.len().checked_sub(2).and_then(|place| self.words.get(place)) else { return false };
        steps::count(alike.len());
        alike.split(' ').any(|known| known == word || (self.any_case && known.eq_ignore_ascii_case(word)))
    }
}

const WORDS_RUST: &[&str] = &[
    "as fn if in",
    "dyn for let mod mut pub ref use",
    "Self else enum impl loop move self true type",
    "async await break const crate false match super trait where while",
    "extern return static struct unsafe",
    "",
    "continue",
];

const WORDS_JS: &[&str] = &[
    "as do if in of",
    "for let new try var",
    "case else enum from null this true type void",
    "async await break catch class const false super throw while yield",
    "delete export import public return static switch typeof",
    "default extends finally private",
    "continue function",
    "interface undefined",
    "instanceof",
];

const WORDS_GO: &[&str] = &[
    "go if",
    "for map nil var",
    "case chan else func true type",
    "break const defer false range",
    "import return select struct switch",
    "default package",
    "continue",
    "interface",
];

/// Of C, of Java and of their kin.
const WORDS_C: &[&str] = &[
    "do if",
    "for int new try var",
    "auto bool byte case char else enum long null this true void",
    "break catch class const false final float short super throw union using while",
    "double extern import public return sizeof static struct switch",
    "default extends nullptr package private typedef virtual",
    "abstract continue template unsigned",
    "interface namespace protected",
    "implements",
];

const WORDS_PYTHON: &[&str] = &[
    "as if in is or",
    "and def del for not try",
    "None True elif else from pass self with",
    "False async await break class raise while yield",
    "assert except global import lambda return",
    "finally",
    "continue nonlocal",
];

const WORDS_SHELL: &[&str] = &[
    "do fi if in",
    "for set",
    "case done echo elif else esac exit then",
    "local while",
    "export return",
    "",
    "function",
];

const WORDS_SQL: &[&str] = &[
    "as by in is on or",
    "add all and asc end key not set",
    "case desc drop else from into join left like null then when with",
    "alter begin group index inner limit order right table union where",
    "commit create delete exists having insert select unique update values",
    "default primary",
    "distinct",
];

const WORDS_JSON: &[&str] = &["", "", "null true", "false"];

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, language};

    #[test]
    fn keywords_stand_among_their_like() {
        for language in &LANGUAGES {
            for (place, words) in language.words.iter().enumerate() {
                for word in words.split_terminator(' ') {
                    assert_eq!(word.len(), place + 2, "{word}");
                    assert!(language.has(word), "{word}");
                }
            }
            for word in ["", "a", "xx", "s i", "fn for", "if in", "constantinople", "茶"] {
                assert!(!language.has(word), "{word}");
            }
        }
    }

    #[test]
    fn a_language_has_several_names_and_some_are_unknown() {
        assert!(language("Rust").is_some_and(|rust| rust.has("fn") && !rust.has("FN")));
        assert!(language("SQL").is_some_and(|sql| sql.has("SELECT") && sql.has("select")));
        assert!(["", " ", "rus", "rust rs", "brainfuck"].into_iter().all(|name| language(name).is_none()));
    }
}
