//! What is an address, and where it ends. Never what a link looks like.

use crate::steps;

/// Brackets in each other inside an address.
const MAX_BRACKETS: usize = 8;

/// The end of the address that begins the text, if one does: a bare one stands in a sentence and ends before whatever
/// could belong to that. Chinese may be the name of a host; in a path it is the sentence that goes on, because browsers
/// copy addresses in ASCII.
pub(crate) fn bare(text: &str) -> Option<usize> {
    let host = web_host(text)?;
    let (mut round, mut square) = (0_usize, 0_usize);
    let (mut end, mut in_host) = (text.len(), true);
    for (at, c) in text.char_indices().skip(host) {
        let goes_on = match c {
            '(' => open(&mut round),
            ')' => close(&mut round),
            '[' => open(&mut square),
            ']' => close(&mut square),
            '<' | '>' | '"' | '`' | '\\' | '^' | '{' | '|' | '}' => false,
            '!'..='~' => true,
            _ => in_host && is_letter(c),
        };
        in_host &= !matches!(c, '/' | '?' | '#');
        if !goes_on {
            end = at;
            break;
        }
    }
    steps::count(end);
    let address = text.get(..end)?;
    let trailing = |c| matches!(c, '!' | '"' | '\'' | '(' | '*' | ',' | '.' | ':' | ';' | '?' | '[' | '_' | '~');
    Some(address.trim_end_matches(trailing).len())
}

/// The end of the address that stands between round brackets, without its closing one. Longer ones than a few nested
/// brackets are given up early: whoever tries at each of many must not look at all the rest each time.
pub(crate) fn bracketed(text: &str) -> Option<usize> {
    if web_host(text).is_none() && !starts_with(text, "mailto:") {
        return None;
    }
    let mut round = 0;
    let end = text.bytes().position(|byte| match byte {
        b'(' => {
            round += 1;
            round > MAX_BRACKETS
        }
        b')' => !close(&mut round),
        _ => byte <= b' ' || matches!(byte, b'<' | b'>' | b'"' | b'`' | b'\\' | 0x7f),
    });
    steps::count(end.unwrap_or(text.len()));
    end.filter(|&end| text.as_bytes().get(end) == Some(&b')'))
}

/// Where the host begins in an address of the web that has one.
fn web_host(text: &str) -> Option<usize> {
    let host = ["https://", "http://"].into_iter().find(|scheme| starts_with(text, scheme))?.len();
    let first = text.get(host..)?.chars().next()?;
    (first.is_ascii_alphanumeric() || first == '[' || is_letter(first)).then_some(host)
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.as_bytes().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
}

/// A letter beyond ASCII, without tables: all but punctuation, white space, and what has no width.
fn is_letter(c: char) -> bool {
    !matches!(c, '\0'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{3020}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe6f}' | '\u{feff}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '\u{fff0}'..)
}

fn open(depth: &mut usize) -> bool {
    *depth += 1;
    true
}

fn close(depth: &mut usize) -> bool {
    let was_open = *depth > 0;
    *depth = depth.saturating_sub(1);
    was_open
}
