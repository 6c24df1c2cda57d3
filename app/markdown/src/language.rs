//! What the tokenizer has to know of each language. Never how code is read.

use alloc::string::String;

/// The longest keyword of any language.
const MAX_WORD: usize = 12;

pub(crate) struct Language {
    /// What begins a comment to the end of the line.
    pub(crate) line: &'static str,
    /// What a longer comment stands between.
    pub(crate) block: (&'static str, &'static str),
    pub(crate) quotes: &'static str,
    /// In the order of their bytes, in lower case if case means nothing.
    pub(crate) words: &'static [&'static str],
    pub(crate) any_case: bool,
    /// It has tags, whose names are its keywords.
    pub(crate) tags: bool,
}

const C: Language =
    Language { line: "//", block: ("/*", "*/"), quotes: "\"'", words: WORDS_C, any_case: false, tags: false };
const SHELL: Language = Language { line: "#", block: ("", ""), quotes: "\"'", words: WORDS_SHELL, ..C };

pub(crate) fn language(name: &str) -> Option<Language> {
    let name: String = name.chars().take(MAX_WORD).map(|c| c.to_ascii_lowercase()).collect();
    Some(match name.as_str() {
        // Its lifetimes look like the beginning of a string.
        "rust" | "rs" => Language { quotes: "\"", words: WORDS_RUST, ..C },
        "js" | "javascript" | "jsx" | "ts" | "typescript" | "tsx" => Language { quotes: "\"'`", words: WORDS_JS, ..C },
        "go" | "golang" => Language { quotes: "\"'`", words: WORDS_GO, ..C },
        "java" | "c" | "h" | "cpp" | "c++" | "cc" | "cs" | "csharp" | "kotlin" | "kt" => C,
        "python" | "py" => Language { words: WORDS_PYTHON, ..SHELL },
        "sh" | "bash" | "shell" | "zsh" => SHELL,
        "sql" => Language { line: "--", words: WORDS_SQL, any_case: true, ..C },
        "json" => Language { quotes: "\"", words: &["false", "null", "true"], ..C },
        "css" => Language { line: "", words: &[], ..C },
        "html" | "xml" | "svg" | "vue" => {
            Language { line: "", block: ("<!--", "-->"), quotes: "\"", words: &[], tags: true, ..C }
        }
        _ => return None,
    })
}

impl Language {
    pub(crate) fn has(&self, word: &str) -> bool {
        if word.len() > MAX_WORD {
            return false;
        }
        if self.any_case {
            return self.words.binary_search(&word.to_ascii_lowercase().as_str()).is_ok();
        }
        self.words.binary_search(&word).is_ok()
    }
}

const WORDS_RUST: &[&str] = &[
    "Self", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false",
    "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
    "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];

const WORDS_JS: &[&str] = &[
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "of",
    "private",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "yield",
];

const WORDS_GO: &[&str] = &[
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "false",
    "for",
    "func",
    "go",
    "if",
    "import",
    "interface",
    "map",
    "nil",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "true",
    "type",
    "var",
];

/// Of C, of Java and of their kin.
const WORDS_C: &[&str] = &[
    "abstract",
    "auto",
    "bool",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extends",
    "extern",
    "false",
    "final",
    "float",
    "for",
    "goto",
    "if",
    "implements",
    "import",
    "inline",
    "int",
    "interface",
    "long",
    "namespace",
    "new",
    "null",
    "nullptr",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "super",
    "switch",
    "template",
    "this",
    "throw",
    "throws",
    "true",
    "try",
    "typedef",
    "union",
    "unsigned",
    "using",
    "var",
    "virtual",
    "void",
    "volatile",
    "while",
];

const WORDS_PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "self", "try", "while", "with", "yield",
];

const WORDS_SHELL: &[&str] = &[
    "case", "cd", "do", "done", "echo", "elif", "else", "esac", "exit", "export", "fi", "for", "function", "if", "in",
    "local", "return", "set", "source", "sudo", "then", "until", "while",
];

const WORDS_SQL: &[&str] = &[
    "add",
    "all",
    "alter",
    "and",
    "as",
    "asc",
    "begin",
    "between",
    "by",
    "case",
    "commit",
    "create",
    "default",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "exists",
    "foreign",
    "from",
    "group",
    "having",
    "in",
    "index",
    "inner",
    "insert",
    "into",
    "is",
    "join",
    "key",
    "left",
    "like",
    "limit",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "primary",
    "references",
    "right",
    "select",
    "set",
    "table",
    "then",
    "union",
    "unique",
    "update",
    "values",
    "view",
    "when",
    "where",
    "with",
];

#[cfg(test)]
mod tests {
    use super::{MAX_WORD, language};

    #[test]
    fn keywords_are_in_order_and_not_too_long() {
        for name in ["rust", "ts", "go", "java", "python", "sh", "SQL", "json"] {
            let words = language(name).expect(name).words;
            assert!(words.is_sorted() && words.iter().all(|word| word.len() <= MAX_WORD), "{name}");
        }
        assert!(language("brainfuck").is_none());
    }
}
