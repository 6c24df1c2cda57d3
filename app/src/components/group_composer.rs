//! Where one speaks in a group. An ordinary form, which works before the app has started and without JavaScript; with it,
//! what is sent waits in the outbox. Keeps a draft, and says whom one answers or what one edits.

use leptos::{ev, html, prelude::*};
use protocol::GroupId;

use super::{
    completion::Completion,
    composer::{hint, keyboard, sends},
    mention, more, paste,
    to_date::why,
    transcript::{edit_last, html::Html},
};
use crate::{
    connection::live::{Drafting, Group, Open, Wish, use_live},
    i18n::{Key, Language, Locale, rejection, use_language},
    preferences::Preferences,
};

/// More people than this are not all called without being asked first.
const CROWD: u64 = 20;

#[component]
pub(crate) fn GroupComposer(group: Group, id: GroupId, form: String) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let input = NodeRef::<html::Textarea>::new();
    let notice = RwSignal::new(None::<Key>);
    let enter = Preferences::rendered().enter;
    let completion = Completion { live, language, group, input };
    keep_draft(group, input);
    Effect::new(move |said: Option<String>| {
        let is_newcomer = group.read(|open| open.is_newcomer && open.spoke == 0) == Some(true);
        let me = live.me.get().filter(|_| is_newcomer);
        let who = me.map(|me| who_speaks(language, &me.name)).unwrap_or_default();
        // Not with each message: its links would lose the focus, and all be laid out again.
        if said.as_ref() != Some(&who) {
            say_who(&who);
        }
        who
    });

    let send = move || {
        let Some(input) = input.get_untracked() else { return };
        let asked = notice.get_untracked() == Some(Key::EveryoneSure);
        let (text, drafting, crowd) = group
            .peek(|open| (mention::stored(&input.value(), &open.named), open.drafting.clone(), open.here_count > CROWD))
            .unwrap_or_default();
        if crowd && !asked && markdown::mentions(&text).any(|id| id == markdown::EVERYONE) {
            notice.set(Some(Key::EveryoneSure));
        } else if text.trim().is_empty() {
            notice.set(matches!(drafting, Drafting::Edit { .. }).then_some(Key::EditEmpty));
        } else {
            let refused = live.wish(group, wish(drafting, text)).err();
            notice.set(refused);
            if refused.is_none() {
                input.set_value("");
                let edited = group.change(|open| {
                    let edited = matches!(open.drafting, Drafting::Edit { .. });
                    open.spoke += u32::from(!edited);
                    open.drafting = Drafting::New;
                    open.named.clear();
                    edited
                });
                if edited == Some(false) {
                    live.keep_draft(group, "");
                }
            }
        }
        let _ = input.focus();
    };
    let typed = move || {
        notice.set(None);
        let Some(input) = input.get_untracked() else { return };
        let text = input.value();
        completion.typed();
        paste::typed(group, language, &text, input.selection_start().ok().flatten().unwrap_or(0));
        let (edits, refused) = group
            .peek(|open| (matches!(open.drafting, Drafting::Edit { .. }), noted(open).is_some()))
            .unwrap_or_default();
        if !edits {
            live.keep_draft(group, &text);
        }
        if refused {
            group.change(|open| (open.refused, open.dated) = (None, None));
        }
        if !text.is_empty() {
            live.typing(group);
        }
    };
    let about = Signal::derive(move || about(language, &group.read(|open| open.drafting.clone()).unwrap_or_default()));
    let words = Signal::derive(move || {
        let (noted, here) = group.read(|open| (noted(open), open.here_count.to_string())).unwrap_or_default();
        notice.get().or(noted).map(|key| language.filled(key, here)()).unwrap_or_default()
    });
    view! {
        <form
            id="composer"
            class="composer"
            method="post"
            action="/chatgroup"
            on:submit=move |submit| {
                submit.prevent_default();
                send();
            }
            on:click=move |click| more::press(completion, language, &click)
            on:keydown=move |key: ev::KeyboardEvent| {
                if more::walk(&key) || completion.key(&key) {
                } else if sends(&key, enter) {
                    key.prevent_default();
                    send();
                } else if key.key() == "ArrowUp" && begins(group, input) && edit_last(live, group) {
                    key.prevent_default();
                } else if key.key() == "Escape" && !key.is_composing() {
                    group.change(|open| open.drafting = Drafting::New);
                }
            }
        >
            <input type="hidden" name="groupID" value=id.to_string() />
            <input type="hidden" name="client_id" value=form />
            <p id="composer-who"></p>
            <p class="composer-about" hidden=Signal::derive(move || about.with(String::is_empty))>
                <span>{about}</span>
                <button
                    type="button"
                    class="menu-item"
                    data-do="cancel"
                >
                    {language.text(Key::Cancel)}
                </button>
            </p>
            <label class="hidden" for="text">
                {language.text(Key::GroupPlaceholder)}
            </label>
            <textarea
                id="text"
                class="composer-text"
                node_ref=input
                name="body"
                rows="1"
                autocomplete="off"
                enterkeyhint=keyboard(enter)
                placeholder=language.text(Key::GroupPlaceholder)
                aria-describedby="composer-hint composer-notice"
                on:paste=move |_| {
                    if let Some(at) = input.get_untracked().and_then(|input| input.selection_start().ok().flatten()) {
                        paste::begins(group, at);
                    }
                }
                on:input=move |_| typed()
            ></textarea>
            <div
                class="composer-more"
                inner_html=more::html(language.now())
            ></div>
            <button type="submit" class="button button-main composer-send">
                {language.text(Key::Send)}
            </button>
            <p id="composer-hint" class="composer-hint needs-script">
                {language.text(hint(enter))}
            </p>
            <p
                id="composer-notice"
                class="composer-notice"
                role="status"
                data-quiet=Signal::derive(move || words.with(String::is_empty))
            >
                {words}
            </p>
        </form>
    }
}

/// Who one will be, for a guest who has said nothing yet, and where to change that.
fn who_speaks(language: Language, name: &str) -> String {
    let html = Html::default().text(&language.filled(Key::SpeakAs, name.to_owned())());
    let html = html.markup(" · <span><a rel=\"external\" href=\"/settings\">").text(language.text(Key::Rename)());
    let html = html.markup("</a> ·</span> <a rel=\"external\" href=\"/me\">").text(language.text(Key::KeepIdentity)());
    html.markup("</a>").end()
}

fn say_who(html: &str) {
    if let Some(line) = document().get_element_by_id("composer-who") {
        line.set_inner_html(html);
    }
}

/// Nothing is typed and nothing is answered or edited.
fn begins(group: Group, input: NodeRef<html::Textarea>) -> bool {
    input.get_untracked().is_some_and(|input| input.value().is_empty())
        && group.peek(|open| open.drafting == Drafting::New) == Some(true)
}

fn wish(drafting: Drafting, body: String) -> Wish {
    match drafting {
        Drafting::New => Wish::Say { body, reply_to: None },
        Drafting::Reply { to, .. } => Wish::Say { body, reply_to: Some(to) },
        Drafting::Edit { message, .. } => Wish::Edit { message, body },
    }
}

fn about(language: Language, drafting: &Drafting) -> String {
    match drafting {
        Drafting::New => String::new(),
        Drafting::Reply { name, text, .. } => language.filled(Key::Replying, name.clone())() + " · " + text,
        Drafting::Edit { .. } => language.text(Key::Editing)().to_owned(),
    }
}

/// The draft is there after a reload; what is edited takes its place for a while.
fn keep_draft(group: Group, input: NodeRef<html::Textarea>) {
    let live = use_live();
    let before = StoredValue::new(None::<Drafting>);
    let language = use_language();
    Effect::new(move |said: Option<Locale>| {
        let locale = language.get();
        if said.is_some_and(|said| said != locale) {
            more::say(locale);
        }
        let now = group.read(|open| open.drafting.clone()).unwrap_or_default();
        let Some(input) = input.get() else { return locale };
        let was = before.get_value();
        if was.as_ref() == Some(&now) {
            return locale;
        }
        let was_edit = matches!(was, Some(Drafting::Edit { .. }));
        match &now {
            Drafting::Edit { body, .. } => {
                let typed = group.peek(|open| mention::typed(body, |id| open.name(id)));
                let (text, named) = typed.unwrap_or_default();
                group.quietly(|open| open.named.extend(named));
                input.set_value(&text);
            }
            Drafting::New | Drafting::Reply { .. } if was_edit || input.value().is_empty() => {
                input.set_value(&live.draft(group).unwrap_or_default());
            }
            Drafting::New | Drafting::Reply { .. } => {}
        }
        if was.is_some() {
            let _ = input.focus();
        }
        before.set_value(Some(now));
        locale
    });
}

/// What is said of the group rather than of the text.
fn noted(open: &Open) -> Option<Key> {
    open.refused.map(rejection).or(open.dated.map(why))
}
