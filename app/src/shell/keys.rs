//! The sheet of keyboard shortcuts: a dialog in each language behind every page of the app. Server only, and so are its
//! texts: the sheet opens and closes without the WASM, which would cost every visitor what few look at. Never a key itself;
//! the switcher, the composer and the log hear theirs.

use leptos::prelude::*;

use crate::i18n::Locale;

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
        "Text box",
        &[
            (&["Enter"], "发送（可在设置里改）", "Send (settings may change it)"),
            (&["Shift", "Enter"], "换行", "New line"),
            (&["↑"], "没写字时：修改自己刚说的话", "While it is empty: edit what you said last"),
            (&["@"], "提到某人，可以打拼音", "Mention somebody"),
            (&[":"], "按名字找表情", "Find an emoji by name"),
            (&["Tab"], "选用补全建议", "Take a suggestion"),
            (&["Esc"], "不回复、不修改了", "Stop answering or editing"),
        ],
    ),
];

#[component]
pub(super) fn KeySheets() -> impl IntoView {
    Locale::ALL.map(sheet)
}

fn sheet(locale: Locale) -> impl IntoView {
    let say = move |zh: &'static str, en: &'static str| match locale {
        Locale::Zh => zh,
        Locale::En => en,
    };
    let id = format!("keys-{}", locale.tag());
    let heading = format!("{id}-heading");
    let places = PLACES.map(|(zh, en, rows)| {
        let rows = rows.iter().map(|(keys, zh, en)| row(keys, say(zh, en))).collect_view();
        view! {
            <section>
                <h3>{say(zh, en)}</h3>
                <dl>{rows}</dl>
            </section>
        }
    });
    view! {
        <dialog id=id class="keys" lang=locale.tag() aria-labelledby=heading>
            <form method="dialog" class="keys-sheet">
                <h2 id=heading.clone()>{say("键盘快捷键", "Keyboard shortcuts")}</h2>
                {places}
                <button class="button">{say("关闭", "Close")}</button>
            </form>
        </dialog>
    }
}

fn row(keys: &'static [&'static str], does: &'static str) -> impl IntoView {
    let keys = keys.iter().map(|&key| match key {
        "Mod" => view! { <kbd class="key-mod"></kbd> }.into_any(),
        key => view! { <kbd>{key}</kbd> }.into_any(),
    });
    view! {
        <dt>{does}</dt>
        <dd>{keys.collect_view()}</dd>
    }
}

#[cfg(test)]
mod tests {
    use super::PLACES;

    #[test]
    fn every_key_is_explained_once_in_a_place_and_in_both_languages() {
        for (_, place, rows) in PLACES {
            let mut keys: Vec<_> = rows.iter().map(|(keys, ..)| keys).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), rows.len(), "{place}");
            assert!(rows.iter().all(|(keys, zh, en)| !keys.is_empty() && !zh.is_empty() && !en.is_empty() && zh != en));
        }
    }
}
