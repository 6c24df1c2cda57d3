//! A small set of emoji to pick from, for a text or as a reaction: the browser's own popover. All others have names, which
//! the server knows (`completion`). Never what is done with one.

use leptos::{
    ev, html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    completion::insert,
    transcript::{html::Html, react},
};
use crate::{
    connection::live::{Group, use_live},
    i18n::{Key, use_language},
};

/// One line a group, in the order of their names in `EmojiGroups`.
const SET: [&str; 4] = [
    "😀 😄 😂 🤣 😊 🙂 😉 😍 😘 😋 😜 🤔 🤭 😏 😎 🥳 😅 😢 😭 😡 😱 😴 🙄 😬",
    "👍 👎 👌 ✌️ 🙏 👏 💪 👋 🤝 👊 🫶 ❤️ 💔 ✅ ❌ ❓ ❗ 💯",
    "🍵 ☕ 🫖 🍻 🥂 🍚 🍜 🥟 🥮 🍰 🎂 🍉 🍑 🍎 🌶️ 🍬",
    "🎉 🎁 🧧 🏮 🔥 ⭐ 🌙 ☀️ 🌈 🌸 🐱 🐶 🐼 🐲 👀 🚀 💡 🎵",
];

#[component]
pub(super) fn EmojiPicker(group: Group, input: NodeRef<html::Textarea>) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let pick = move |click: ev::MouseEvent| {
        let Some(emoji) = pressed(&click) else { return };
        match group.quietly(|open| open.picking.take()).flatten() {
            Some(seq) => {
                group.set(|open| open.menu = None);
                react(live, group, seq, &emoji);
            }
            None => {
                if let Some(input) = input.get_untracked() {
                    insert(&input, 0, &emoji);
                    live.keep_draft(group, &input.value());
                }
            }
        }
    };
    view! {
        <div
            id="emoji"
            class="emoji"
            popover="auto"
            role="dialog"
            aria-label=language.text(Key::EmojiPick)
            inner_html=Signal::derive(move || buttons(language.text(Key::EmojiGroups)()))
            on:click=pick
            on:keydown=move |key| walk(&key)
        ></div>
    }
}

fn buttons(names: &str) -> String {
    let groups = names.split(' ').zip(SET).fold(Html::default(), |html, (name, set)| {
        let html = html.markup("<div role=\"group\" class=\"emoji-group\" aria-label=\"").text(name).markup("\">");
        let html = set.split(' ').fold(html, |html, emoji| {
            html.markup("<button type=\"button\" popovertarget=\"emoji\" popovertargetaction=\"hide\">")
                .text(emoji)
                .markup("</button>")
        });
        html.markup("</div>")
    });
    groups.end()
}

fn pressed(click: &ev::MouseEvent) -> Option<String> {
    let target = click.target()?.dyn_into::<Element>().ok()?;
    target.closest("button").ok()??.text_content()
}

/// Left and right go from one to the next.
fn walk(key: &ev::KeyboardEvent) {
    let step: i32 = match key.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        _ => return,
    };
    let Some(picker) = key.current_target().and_then(|picker| picker.dyn_into::<Element>().ok()) else { return };
    let (Ok(all), focused) = (picker.query_selector_all("button"), document().active_element()) else { return };
    let button = |place: u32| all.get(place).and_then(|one| one.dyn_into::<HtmlElement>().ok());
    let here = (0..all.length()).find(|&place| button(place).map(Into::into) == focused);
    let next = here.map_or(Some(0), |here| here.checked_add_signed(step));
    if let Some(next) = next.and_then(button) {
        key.prevent_default();
        let _ = next.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::{SET, buttons};

    #[test]
    fn each_stands_there_once_and_every_group_has_a_name() {
        let all: Vec<&str> = SET.iter().flat_map(|set| set.split(' ')).collect();
        let unique: std::collections::HashSet<&&str> = all.iter().collect();
        assert_eq!(unique.len(), all.len());
        for locale in crate::i18n::Locale::ALL {
            let names = crate::i18n::Key::EmojiGroups.in_locale(locale);
            assert_eq!(buttons(names).matches("<button").count(), all.len());
        }
    }
}
