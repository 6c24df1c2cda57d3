//! What stands around a group's text box and is the same for everyone: the list that completes, the offer about what was
//! pasted, and a small set of emoji in the browser's own popover; all others have names, which the server knows. HTML
//! with one listener for all of it, `do_it`: a view for each would cost every visitor kilobytes.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlTextAreaElement},
};

use super::{
    completion::{Completion, LIST, insert},
    paste::{self, OFFER},
    transcript::{html::Html, react},
};
use crate::{
    connection::live::{Drafting, Group, Live},
    i18n::{Key, Language, Locale},
};

/// One line a group, in the order of their names in `EmojiGroups`.
const SET: [&str; 4] = [
    "😀 😄 😂 🤣 😊 🙂 😉 😍 😘 😋 😜 🤔 🤭 😏 😎 🥳 😅 😢 😭 😡 😱 😴 🙄 😬",
    "👍 👎 👌 ✌️ 🙏 👏 💪 👋 🤝 👊 🫶 ❤️ 💔 ✅ ❌ ❓ ❗ 💯",
    "🍵 ☕ 🫖 🍻 🥂 🍚 🍜 🥟 🥮 🍰 🎂 🍉 🍑 🍎 🌶️ 🍬",
    "🎉 🎁 🧧 🏮 🔥 ⭐ 🌙 ☀️ 🌈 🌸 🐱 🐶 🐼 🐲 👀 🚀 💡 🎵",
];

pub(super) fn html(locale: Locale) -> String {
    let text = |key: Key| key.in_locale(locale);
    let html = Html::default()
        .markup("<ul id=\"")
        .markup(LIST)
        .markup("\" class=\"completions\" role=\"listbox\" hidden aria-label=\"")
        .text(text(Key::Suggestions))
        .markup("\"></ul><p id=\"")
        .markup(OFFER)
        .markup("\" class=\"composer-offer\" role=\"status\" hidden><span></span>")
        .markup("<button type=\"button\" class=\"menu-item\" data-do=\"code\">")
        .text(text(Key::AsCode))
        .markup("</button></p><button type=\"button\" class=\"button composer-emoji needs-script\" data-do=\"text\"")
        .markup(" popovertarget=\"emoji\" aria-label=\"")
        .text(text(Key::EmojiPick))
        .markup("\">☺</button><div id=\"emoji\" class=\"emoji\" popover role=\"dialog\" aria-label=\"")
        .text(text(Key::EmojiPick))
        .markup("\">");
    let groups = text(Key::EmojiGroups).split(' ').zip(SET).fold(html, |html, (name, set)| {
        let html = html.markup("<div role=\"group\" class=\"emoji-group\" aria-label=\"").text(name).markup("\">");
        let html = set.split(' ').fold(html, |html, emoji| {
            html.markup("<button type=\"button\" data-do=\"emoji\">").text(emoji).markup("</button>")
        });
        html.markup("</div>")
    });
    groups.markup("</div>").end()
}

/// The visitor has switched the language.
pub(super) fn say(locale: Locale) {
    if let Ok(Some(more)) = document().query_selector(".composer-more") {
        more.set_inner_html(&html(locale));
    }
}

/// Does what was pressed in the composer, if it is one of these.
pub(super) fn press(completion: Completion, language: Language, click: &ev::MouseEvent) {
    let Completion { live, group, .. } = completion;
    let target = click.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(pressed) = target.and_then(|target| target.closest("[data-do], [role=option]").ok().flatten()) else {
        return completion.close();
    };
    let Some(input) = completion.input() else { return };
    match pressed.get_attribute("data-do").unwrap_or_default().as_str() {
        "cancel" => group.set(|open| open.drafting = Drafting::New),
        "code" => paste::as_code(group, language, &input),
        "text" => {
            group.quietly(|open| open.picking = None);
        }
        "emoji" => {
            picked(live, group, &input, &pressed.text_content().unwrap_or_default());
            if let Ok(Some(picker)) = pressed.closest("#emoji") {
                let _ = picker.unchecked_into::<HtmlElement>().hide_popover();
            }
        }
        _ => completion.pick(&pressed),
    }
    completion.keep();
}

fn picked(live: Live, group: Group, input: &HtmlTextAreaElement, emoji: &str) {
    match group.quietly(|open| open.picking.take()).flatten() {
        Some(seq) => {
            group.set(|open| open.menu = None);
            react(live, group, seq, emoji);
        }
        None => insert(input, 0, emoji),
    }
}

/// Among the emoji left and right go from one to the next. `false` if the key was pressed in the text box.
pub(super) fn walk(key: &ev::KeyboardEvent) -> bool {
    let target = key.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target.filter(|target| target.id() != "text") else { return false };
    let Some(picker) = target.closest("#emoji").ok().flatten() else { return true };
    let step: i32 = match key.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        _ => return true,
    };
    let (Ok(all), focused) = (picker.query_selector_all("button"), document().active_element()) else { return true };
    let button = |place: u32| all.get(place).and_then(|one| one.dyn_into::<HtmlElement>().ok());
    let here = (0..all.length()).find(|&place| button(place).map(Into::into) == focused);
    let next = here.map_or(Some(0), |here| here.checked_add_signed(step));
    if let Some(next) = next.and_then(button) {
        key.prevent_default();
        let _ = next.focus();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{SET, html};

    #[test]
    fn each_stands_there_once_and_every_group_has_a_name() {
        let all: Vec<&str> = SET.iter().flat_map(|set| set.split(' ')).collect();
        let unique: std::collections::HashSet<&&str> = all.iter().collect();
        assert_eq!(unique.len(), all.len());
        for locale in crate::i18n::Locale::ALL {
            let html = html(locale);
            assert_eq!(html.matches("data-do=\"emoji\"").count(), all.len());
        }
    }
}
