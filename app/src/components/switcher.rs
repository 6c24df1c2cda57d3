//! Ctrl/Cmd K: jump to a group by a part of its name. A native dialog, so that focus is held in it and returns; the list is
//! a listbox that the text box leads. Never an order or a filter of its own.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use protocol::GroupId;

use super::{groups::named, recent::page, transcript::html::Html};
use crate::{
    address::{Address, use_address},
    connection::live::{Live, use_live},
    i18n::{Key, Language, use_language},
    listed,
};

/// The most that are shown: who looks for one more types one more letter.
const SHOWN: usize = 50;

#[derive(Clone, Copy)]
pub(crate) struct Switcher {
    live: Live,
    address: Address,
    language: Language,
    words: RwSignal<String>,
    /// Which of those that are shown Enter opens.
    at: RwSignal<u32>,
}

impl Switcher {
    pub(crate) fn new() -> Self {
        Self {
            live: use_live(),
            address: use_address(),
            language: use_language(),
            words: RwSignal::new(String::new()),
            at: RwSignal::new(0),
        }
    }

    /// From now on the keys open it.
    pub(crate) fn listen(self) {
        #[cfg(feature = "hydrate")]
        {
            let keys = window_event_listener(ev::keydown, move |key| {
                let meant = (key.ctrl_key() || key.meta_key()) && !key.shift_key() && !key.alt_key();
                if meant && key.key().eq_ignore_ascii_case("k") && !key.is_composing() {
                    key.prevent_default();
                    self.open();
                }
            });
            on_cleanup(move || keys.remove());
        }
    }

    pub(crate) fn open(self) {
        let (Some(dialog), Some(input)) = (dialog(), input()) else { return };
        input.set_value("");
        self.words.set(String::new());
        self.at.set(0);
        if !dialog.open() {
            let _ = dialog.show_modal();
        }
    }

    fn close(self) {
        if let Some(dialog) = dialog() {
            dialog.close();
        }
    }

    fn shown(self) -> Vec<GroupId> {
        let (mine, words) = (untrack(move || self.live.groups()), self.words.get_untracked());
        listed::found(&mine, &words).into_iter().take(SHOWN).map(|listed| listed.group.clone()).collect()
    }

    fn choose(self, group: Option<&GroupId>) {
        if let Some(group) = group {
            self.close();
            self.address.go(page(group));
        }
    }

    fn key(self, key: &ev::KeyboardEvent) {
        // An input method's keys are its own.
        if key.is_composing() || key.key_code() == 229 {
            return;
        }
        let shown = self.shown();
        let (at, count) = (self.at.get_untracked(), shown.len() as u32);
        match key.key().as_str() {
            "ArrowDown" if count > 0 => self.at.set((at + 1) % count),
            "ArrowUp" if count > 0 => self.at.set((at + count - 1) % count),
            "Enter" => self.choose(shown.get(at as usize)),
            _ => return,
        }
        key.prevent_default();
        request_animation_frame(|| {
            if let Ok(Some(option)) = document().query_selector(".switcher [aria-selected=true]") {
                option.scroll_into_view_with_bool(false);
            }
        });
    }

    fn pressed(self, click: &ev::MouseEvent) {
        let Some(on) = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
        // The dialog itself is hit only beside what is in it.
        if on.has_attribute("open") {
            return self.close();
        }
        let option = on.closest("[role=option]").ok().flatten();
        let group = option.and_then(|option| GroupId::parse(&option.get_attribute("data-value")?).ok());
        self.choose(group.as_ref());
    }

    /// The options.
    fn html(self) -> String {
        let at = self.at.get() as usize;
        let option = |(place, listed): (usize, &listed::Listed)| {
            let html = Html::default()
                .markup("<li role=\"option\" class=\"groups-row\" id=\"switch-")
                .text(&place.to_string())
                .markup("\" aria-selected=\"")
                .markup(if place == at { "true" } else { "false" })
                .markup("\" data-value=\"")
                .text(listed.group.as_str())
                .markup("\">");
            named(html, self.language, listed).markup("</li>").end()
        };
        let (mine, words) = (self.live.groups(), self.words.get());
        listed::found(&mine, &words).into_iter().take(SHOWN).enumerate().map(option).collect()
    }
}

fn dialog() -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id("switcher").map(JsCast::unchecked_into)
}

fn input() -> Option<web_sys::HtmlInputElement> {
    document().get_element_by_id("switch-words").map(JsCast::unchecked_into)
}

#[component]
pub(crate) fn SwitcherDialog(switcher: Switcher) -> impl IntoView {
    let language = use_language();
    switcher.listen();
    let options = Signal::derive(move || switcher.html());
    let none = Signal::derive(move || options.with(|html| !html.is_empty()));
    let active = Signal::derive(move || format!("switch-{}", switcher.at.get()));
    view! {
        <dialog
            class="switcher"
            id="switcher"
            aria-label=language.text(Key::GroupsSwitch)
            on:click=move |click| switcher.pressed(&click)
        >
            <div class="switcher-sheet">
                <input
                    id="switch-words"
                    type="text"
                    role="combobox"
                    aria-label=language.text(Key::SwitchFilter)
                    placeholder=language.text(Key::SwitchFilter)
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls="switch-list"
                    aria-activedescendant=active
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="go"
                    on:input=move |_| {
                        if let Some(input) = input() {
                            switcher.words.set(input.value());
                            switcher.at.set(0);
                        }
                    }
                    on:keydown=move |key| switcher.key(&key)
                />
                <ul
                    id="switch-list"
                    role="listbox"
                    aria-label=language.text(Key::Groups)
                    inner_html=options
                ></ul>
                <p class="switcher-none" role="status" hidden=none>
                    {language.text(Key::SwitchNone)}
                </p>
                <p class="switcher-hint">{language.text(Key::SwitchHint)}</p>
            </div>
        </dialog>
    }
}
