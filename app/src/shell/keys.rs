//! The sheet of keyboard shortcuts: a dialog in each language behind every page of the app. Server only, and so are its
//! texts: the sheet opens and closes without the WASM, which would cost every visitor what few look at. Never a key itself;
//! the switcher, the composer and the log hear theirs.

use leptos::prelude::*;

use crate::{components::transcript::html::Html, i18n::Locale, preferences::Enter};

/// `?`, which an input method may widen, opens the sheet of the page's language unless one types or something else is open; so
/// does whatever has `data-keys`. It makes way for the switcher. Apple's keyboards have another key than Ctrl, which only the
/// browser knows.
pub(super) const SCRIPT: &str = "\
    const sheet=()=>document.getElementById('keys-'+document.documentElement.lang);\
    const keys=()=>{const d=sheet();\
    if(d?.open)d.close();else if(!document.querySelector('dialog[open]'))d?.showModal()};\
    addEventListener('keydown',e=>{if(e.ctrlKey||e.metaKey){if(e.key==='k')sheet()?.close()}\
    else if('?？'.includes(e.key)&&!(e.altKey||e.isComposing)\
    &&!e.target.closest('input,textarea,select')){e.preventDefault();keys()}});\
    addEventListener('click',e=>{if(e.target.closest('[data-keys]')||e.target.id?.startsWith('keys-'))keys()});\
    if(/^(Mac|iP)/.test(navigator.platform))document.documentElement.dataset.apple='';";

/// Keys, and what they do in Chinese and in English. Keys side by side are pressed together; `Mod` is Ctrl or ⌘.
type Row = (&'static [&'static str], &'static str, &'static str);

/// By where they are heard.
const PLACES: [(&str, &str, &[Row]); 3] = [
    (
        "任何地方",
        "Anywhere",
        &[
            (&["Mod", "K"], "按名字跳到群", "Jump to a group by name"),
            (&["?"], "打开这张表（输入时除外）", "This list (unless typing)"),
        ],
    ),
    (
        "聊天记录",
        "Messages",
        &[
            (&["↑"], "上一条消息", "The message before"),
            (&["↓"], "下一条消息", "The message after"),
            (&["R"], "回复这条消息", "Answer this message"),
            (&["Esc"], "收起消息的菜单", "Close a message’s menu"),
        ],
    ),
    (
        "输入框",
        TEXT_BOX,
        &[
            (&["↑"], "没写字时：修改自己刚说的话", "While it is empty: edit what you said last"),
            (&["@"], "提到某人，可以打拼音", "Mention somebody"),
            (&[":"], "按名字找表情", "Find an emoji by name"),
            (&["Tab"], "选用补全建议", "Take a suggestion"),
            (&["Esc"], "不回复、不修改了", "Stop answering or editing"),
        ],
    ),
];

const TEXT_BOX: &str = "Text box";

/// How one sends, and how a line ends: whoever looks has chosen it.
const fn sending(enter: Enter) -> &'static [Row; 2] {
    match enter {
        Enter::Sends => &[(&["Enter"], "发送", "Send"), (&["Shift", "Enter"], "换行", "New line")],
        Enter::Breaks => &[(&["Mod", "Enter"], "发送", "Send"), (&["Enter"], "换行", "New line")],
    }
}

#[component]
pub(super) fn KeySheets(enter: Enter) -> impl IntoView {
    Locale::ALL.map(|locale| sheet(locale, enter))
}

/// As text: a view would put a mark of its own beside every word, in every page.
fn sheet(locale: Locale, enter: Enter) -> impl IntoView {
    let say = move |zh: &'static str, en: &'static str| match locale {
        Locale::Zh => zh,
        Locale::En => en,
    };
    let heading = say("键盘快捷键", "Keyboard shortcuts");
    let html = Html::default().markup("<h2>").text(heading);
    let html = html.markup("</h2><button class=\"button\">").text(say("关闭", "Close")).markup("</button>");
    let html = PLACES.iter().fold(html, |html, (zh, en, rows)| {
        let html = html.markup("<section><h3>").text(say(zh, en)).markup("</h3><dl>");
        let first: &[Row] = if *en == TEXT_BOX { sending(enter) } else { &[] };
        let rows = first.iter().chain(*rows);
        rows.fold(html, |html, (keys, zh, en)| row(html, keys, say(zh, en))).markup("</dl></section>")
    });
    view! {
        <dialog id=format!("keys-{}", locale.tag()) class="keys" lang=locale.tag() aria-label=heading>
            <form method="dialog" class="keys-sheet" inner_html=html.end()></form>
        </dialog>
    }
}

fn row(html: Html, keys: &[&str], does: &str) -> Html {
    let html = html.markup("<dt>").text(does).markup("</dt><dd>");
    let key = |html: Html, key: &&str| match *key {
        "Mod" => html.markup("<kbd class=\"key-mod\"></kbd>"),
        key => html.markup("<kbd>").text(key).markup("</kbd>"),
    };
    keys.iter().fold(html, key).markup("</dd>")
}

#[cfg(test)]
mod tests {
    use super::{PLACES, TEXT_BOX, sending};
    use crate::preferences::Enter;

    #[test]
    fn every_key_is_explained_once_in_a_place_and_in_both_languages() {
        let all = |place| Enter::ALL.iter().map(move |&enter| (place, enter));
        for ((_, place, rows), enter) in PLACES.into_iter().flat_map(all) {
            let rows: Vec<_> = rows.iter().chain(sending(enter).iter().filter(|_| place == TEXT_BOX)).collect();
            let mut keys: Vec<_> = rows.iter().map(|(keys, ..)| keys).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), rows.len(), "{place}");
            assert!(rows.iter().all(|(keys, zh, en)| !keys.is_empty() && !zh.is_empty() && !en.is_empty() && zh != en));
        }
    }
}
