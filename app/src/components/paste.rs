//! Long text that was pasted: an offer to make it a block of code, which nobody has to answer. Never the text box itself.

use leptos::{prelude::document, web_sys::HtmlTextAreaElement};

use super::completion::insert;
use crate::{
    connection::live::Group,
    i18n::{Key, Language},
};

/// The offer's id; `more` draws it.
pub(super) const OFFER: &str = "pasted";
/// More lines than this are long.
const LINES: usize = 15;

/// The offer is taken.
pub(super) fn as_code(group: Group, language: Language, input: &HtmlTextAreaElement) {
    let Some((from, to)) = group.quietly(|open| open.pasted.take()).flatten() else { return };
    let _ = input.set_selection_range(to, to);
    insert(input, to - from, &fenced(&part(&input.value(), from, to)));
    offer(language, 0);
}

fn offer(language: Language, lines: usize) {
    let Some(offer) = document().get_element_by_id(OFFER) else { return };
    let _ = offer.toggle_attribute_with_force("hidden", lines == 0);
    if let Some(words) = offer.first_element_child() {
        words.set_text_content(Some(&language.filled(Key::PastedLines, lines.to_string())()));
    }
}

/// Something is about to be pasted here; what, the next input tells.
pub(super) fn begins(group: Group, at: u32) {
    group.quietly(|open| open.pasted = Some((at, at)));
}

/// The text changed: it may be what was pasted. Any other change withdraws the offer.
pub(super) fn typed(group: Group, language: Language, text: &str, caret: u32) {
    let Some((from, to)) = group.quietly(|open| open.pasted.take()).flatten() else { return };
    let lines = if from == to { part(text, from, caret).matches('\n').count() + 1 } else { 0 };
    let long = lines > LINES;
    group.quietly(|open| open.pasted = long.then_some((from, caret)));
    offer(language, if long { lines } else { 0 });
}

/// From one place to another, as the browser counts.
fn part(text: &str, from: u32, to: u32) -> String {
    let units = text.encode_utf16().skip(from as usize).take(to.saturating_sub(from) as usize);
    String::from_utf16_lossy(&units.collect::<Vec<u16>>())
}

fn fenced(text: &str) -> String {
    let fence = if text.contains("```") { "````" } else { "```" };
    ["\n", fence, "\n", text.trim_end_matches('\n'), "\n", fence, "\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::{fenced, part};

    #[test]
    fn a_part_is_counted_as_the_browser_counts() {
        assert_eq!(part("🍵ab茶c", 2, 5), "ab茶");
        assert_eq!(part("ab", 1, 9), "b");
        assert_eq!(part("ab", 2, 1), "");
    }

    #[test]
    fn a_block_is_not_closed_by_what_is_in_it() {
        assert_eq!(fenced("a\nb\n"), "\n```\na\nb\n```\n");
        assert_eq!(fenced("```"), "\n````\n```\n````\n");
    }
}
