//! Long text that was pasted: an offer to make it a block of code, which nobody has to answer. Never the text box itself.

use leptos::{html, prelude::*};

use super::completion::insert;
use crate::{
    connection::live::{Group, use_live},
    i18n::{Key, use_language},
};

/// More lines than this are long.
const LINES: usize = 15;

#[component]
pub(super) fn PasteOffer(group: Group, input: NodeRef<html::Textarea>) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let lines = Signal::derive(move || group.read(|open| open.pasted.map_or(0, |(.., lines)| lines)).unwrap_or(0));
    view! {
        <p class="composer-offer" role="status" hidden=Signal::derive(move || lines.get() == 0)>
            <span>{Signal::derive(move || language.filled(Key::PastedLines, lines.get().to_string())())}</span>
            <button
                type="button"
                class="menu-item"
                on:click=move |_| {
                    let pasted = group.change(|open| open.pasted.take()).flatten();
                    if let (Some((from, to, _)), Some(input)) = (pasted, input.get_untracked()) {
                        let _ = input.set_selection_range(to, to);
                        insert(&input, to - from, &fenced(&part(&input.value(), from, to)));
                        live.keep_draft(group, &input.value());
                    }
                }
            >
                {language.text(Key::AsCode)}
            </button>
        </p>
    }
}

/// Something is about to be pasted here; what, the next input tells.
pub(super) fn begins(group: Group, at: u32) {
    group.quietly(|open| open.pasted = Some((at, at, 0)));
}

/// The text changed: it may be what was pasted. Any other change withdraws the offer.
pub(super) fn typed(group: Group, text: &str, caret: u32) {
    let Some((from, to, _)) = group.peek(|open| open.pasted).flatten() else { return };
    let lines = if from == to { part(text, from, caret).lines().count() } else { 0 };
    group.change(|open| open.pasted = (lines > LINES).then_some((from, caret, lines)));
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
