//! Shell patterns as Python's `fnmatch` reads them: `*`, `?`, `[seq]`, `[!seq]`; the whole text, case-sensitive.
//! No paths and no braces. Shell crates differ in just this: they treat `/`, `.`, `**` or `[^…]` specially.

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Glob(Vec<Token>);

#[derive(Debug)]
enum Token {
    /// `*`: any characters, also none.
    Any,
    /// `?`: one character.
    One,
    /// This character.
    Exactly(char),
    /// One character inside (or, negated, outside) the ranges.
    Set { negated: bool, ranges: Vec<(char, char)> },
}

impl Glob {
    /// Compiles a pattern, or says why it is none. Python takes an unclosed `[` literally and lets `[z-a]` match
    /// nothing; no channel name could match either, so here they are mistakes worth telling.
    pub(super) fn compile(pattern: &str) -> Result<Self, &'static str> {
        if pattern.is_empty() {
            return Err("it is empty");
        }
        let mut tokens = Vec::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            tokens.push(match first {
                '*' => Token::Any,
                '?' => Token::One,
                '[' => {
                    let (set, after) = set(rest)?;
                    rest = after;
                    set
                }
                character => Token::Exactly(character),
            });
        }
        Ok(Self(tokens))
    }

    /// Whether the whole text matches, in at most `pattern × text` steps: on a mismatch only the latest `*` can help.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut token) = (0, 0);
        let mut retry = None;
        loop {
            match self.0.get(token) {
                Some(Token::Any) => {
                    retry = Some((at, token));
                    token += 1;
                    continue;
                }
                Some(one) if text.get(at).is_some_and(|c| one.accepts(*c)) => {
                    (at, token) = (at + 1, token + 1);
                    continue;
                }
                None if at == text.len() => return true,
                Some(_) | None => {}
            }
            match retry {
                // Let the latest `*` swallow one character more.
                Some((star_at, star)) if star_at < text.len() => {
                    retry = Some((star_at + 1, star));
                    (at, token) = (star_at + 1, star + 1);
                }
                Some(_) | None => return false,
            }
        }
    }
}

impl Token {
    fn accepts(&self, character: char) -> bool {
        match self {
            Self::Any | Self::One => true,
            Self::Exactly(expected) => character == *expected,
            Self::Set { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
            }
        }
    }
}

/// Reads a set from behind its `[`, and what follows its `]`. A `]` that comes first is one of the set's characters.
fn set(rest: &str) -> Result<(Token, &str), &'static str> {
    let (negated, body) = rest.strip_prefix('!').map_or((false, rest), |body| (true, body));
    let first = body.chars().next().map_or(0, char::len_utf8);
    let end = body[first..].find(']').ok_or("a `[` is not closed")? + first;
    Ok((Token::Set { negated, ranges: ranges(&body[..end])? }, &body[end + 1..]))
}

fn ranges(body: &str) -> Result<Vec<(char, char)>, &'static str> {
    let characters: Vec<char> = body.chars().collect();
    let mut rest = characters.as_slice();
    let mut ranges = Vec::new();
    while let [low, after @ ..] = rest {
        // A `-` that comes first or last stands for itself.
        let (high, after) = if let ['-', high, after @ ..] = after { (high, after) } else { (low, after) };
        if low > high {
            return Err("a range in `[…]` runs backwards");
        }
        ranges.push((*low, *high));
        rest = after;
    }
    Ok(ranges)
}

#[cfg(test)]
mod tests {
    use super::Glob;

    fn matches(pattern: &str, text: &str) -> bool {
        Glob::compile(pattern).unwrap().matches(text)
    }

    #[test]
    fn a_pattern_without_wildcards_matches_itself_alone() {
        assert!(matches("http.request", "http.request"));
        for other in ["http.requests", "xhttp.request", "HTTP.request", "http-request", ""] {
            assert!(!matches("http.request", other), "{other}");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters_dots_included() {
        for text in ["websocket.", "websocket.send", "websocket.a.b!c"] {
            assert!(matches("websocket.*", text), "{text}");
        }
        assert!(matches("*", ""));
        assert!(matches("a**b", "ab"));
        assert!(!matches("websocket.*", "websocket"));
    }

    #[test]
    fn a_star_gives_back_what_the_rest_needs() {
        assert!(matches("*ab", "aab"));
        assert!(matches("a*b*c", "a.b.b.c.c"));
        assert!(!matches("a*b*c", "a.c.b"));
        assert!(!matches("*a", &"b".repeat(99)));
    }

    #[test]
    fn many_stars_end_in_good_time() {
        assert!(!matches(&"a*".repeat(40), &format!("{}b", "a".repeat(39))));
    }

    #[test]
    fn a_question_mark_is_exactly_one_character() {
        assert!(matches("a?c", "abc"));
        assert!(matches("a?c", "a!c"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("a?c", "abbc"));
    }

    #[test]
    fn a_set_takes_its_characters_and_ranges() {
        for text in ["a1", "b1", "x1", "-1"] {
            assert!(matches("[a-cx-]1", text), "{text}");
        }
        for text in ["d1", "1", "aa1"] {
            assert!(!matches("[a-cx-]1", text), "{text}");
        }
    }

    #[test]
    fn a_negated_set_takes_every_other_character() {
        assert!(matches("[!a-c]", "d"));
        assert!(!matches("[!a-c]", "b"));
        assert!(!matches("[!a-c]", ""));
    }

    #[test]
    fn a_bracket_that_comes_first_is_one_of_the_set() {
        assert!(matches("[]a]", "]"));
        assert!(matches("[!]a]", "b"));
        assert!(!matches("[!]a]", "]"));
    }

    #[test]
    fn a_caret_does_not_negate() {
        assert!(matches("[^a]", "a"));
        assert!(matches("[^a]", "^"));
        assert!(!matches("[^a]", "b"));
    }

    #[test]
    fn an_empty_pattern_an_open_set_and_a_backward_range_are_refused() {
        for pattern in ["", "[", "[]", "[!]", "a[b", "[z-a]"] {
            assert!(Glob::compile(pattern).is_err(), "{pattern}");
        }
    }
}
