//! A group's page: heading, who is here, the log, who is writing, the composer.

use leptos::prelude::*;
use protocol::{CloseCode, GroupId, MessageId};

use super::{
    group_composer::GroupComposer,
    header::escape,
    recent::page,
    state::ConnectionState,
    to_date,
    transcript::{Pins, Transcript, fold, press},
};
use crate::{
    address::use_address,
    connection::{
        State,
        live::{Group, Live, use_live},
    },
    i18n::{Key, Language, use_language},
    listed::{self, Kind, Listed},
    opening::{Dated, Opening},
    pages::set_status,
};

#[component]
pub(crate) fn GroupChat(id: GroupId, heading: Signal<String>) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let opening = opening(&id);
    if let Some(me) = opening.as_ref().and_then(|opening| opening.me.clone()) {
        live.me.set(Some(me));
    }
    let form = opening.as_ref().map(|opening| opening.form.clone()).unwrap_or_default();
    if opening.as_ref().is_some_and(|opening| opening.dated == Some(Dated::Nonsense)) {
        set_status(400);
    }
    let address = use_address();
    let marked = opening.as_ref().and_then(|opening| opening.marked.clone());
    let marked = marked.or_else(|| untrack(|| MessageId::parse(address.value("message")).ok()));
    let (again, mine) = (opening.is_none(), untrack(|| live.groups()));
    let group = live.group_for(&id, opening);
    group.quietly(|open| {
        let known = listed::listed(&mine, &id);
        open.moderates = known.is_some_and(|listed| listed.moderates);
        if again {
            open.comes_back(known.map_or(0, |listed| listed.unread), live.my_person().as_ref().map(|me| &me.id));
        }
        // Who comes to read one message has not read the end.
        if marked.as_ref().is_some_and(|id| open.timeline.message(id).is_some()) {
            open.left_end = Some(open.timeline.last());
        }
        open.marked = marked;
    });
    Effect::new(move |_| live.enter(group));
    on_cleanup(move || live.leave(group));

    let here = Signal::derive(move || group.read(|open| open.here_count).unwrap_or(0));
    let count = Signal::derive(move || language.filled(Key::HereCount, here.get().to_string())());
    let names = Signal::derive(move || {
        let names = |open: &crate::connection::live::Open| -> Vec<String> {
            open.here.iter().map(|person| person.name.clone()).collect()
        };
        group.read(names).unwrap_or_default().join("\n")
    });
    let gone = Signal::derive(move || group.read(|open| open.gone.clone()).flatten().unwrap_or_default());
    let about = About { live, group };
    let writing = Signal::derive(move || {
        let me = live.me.with(|me| me.as_ref().map(|me| me.id.clone()));
        written(language, &group.read(|open| open.writers(me.as_ref())).unwrap_or_default())
    });
    let is_direct = move || about.listed().is_some_and(|listed| listed.kind == Kind::Direct);
    let class = Signal::derive(move || if is_direct() { "chat chat-direct" } else { "chat" });
    let elsewhere = Signal::derive(move || about.elsewhere());
    let is_meant = move || elsewhere.with(|waits| waits.starts_with('@'));
    let elsewhere_class = Signal::derive(move || if is_meant() { "unread meant" } else { "unread" });
    let elsewhere_words =
        Signal::derive(move || language.text(if is_meant() { Key::MeantCount } else { Key::UnreadCount })().to_owned());
    let is_gone = Signal::derive(move || !gone.with(String::is_empty));
    let is_archived = Signal::derive(move || about.listed().is_some_and(|listed| listed.archived));
    let ended = Signal::derive(move || {
        is_gone.get() || is_archived.get() || live.connection.state.with(|state| state.sent_away().is_some())
    });
    view! {
        <section
            class=class
            aria-labelledby="chat-heading"
            on:click=move |click| press(live, group, &click)
            on:keydown=move |key| fold(&key)
            on:submit=move |submit| to_date::go(live, group, &submit)
        >
            <div class="chat-head">
                <a href="/chatgroup" class="button chat-back">
                    <span aria-hidden="true">"‹"</span>
                    <span class="hidden">{language.text(Key::GroupsShow)}</span>
                    <span class=elsewhere_class hidden=Signal::derive(move || elsewhere.with(String::is_empty))>
                        {elsewhere}
                        <span class="hidden">{elsewhere_words}</span>
                    </span>
                </a>
                <h1 id="chat-heading" tabindex="-1">
                    {heading}
                </h1>
                <a
                    href=format!("/groups/{}", escape(id.as_str()))
                    rel="external"
                    class="chat-manage"
                    hidden=Signal::derive(move || !about.listed().is_some_and(|listed| listed.exists()))
                >
                    {language.text(Key::AboutGroup)}
                </a>
                <div class="chat-state">
                    <details name="head" class="present to-date" inner_html=to_date::html(&id, language.now())></details>
                    <details name="head" class="present needs-script" hidden=Signal::derive(move || here.get() == 0)>
                        <summary>{count}</summary>
                        <p class="present-names">{names}</p>
                    </details>
                    <div class="chat-link needs-script">
                        <ConnectionState state=live.connection.state toggle=move || live.connection.toggle() />
                    </div>
                </div>
            </div>
            <p class="chat-about">{Signal::derive(move || about.words(language))}</p>
            <p class="notice without-script">{language.text(Key::GroupWithoutScript)}</p>
            <p class="notice script-failed" role="alert">
                {language.text(Key::ScriptFailed)}
            </p>
            <p class="notice notice-error" role="alert" hidden=Signal::derive(move || !is_gone.get())>
                {language.text(Key::GoneText)}
                " "
                {gone}
                " "
                <a href="/chatgroup">{language.text(Key::GoneGo)}</a>
            </p>
            <SentAway state=live.connection.state next=page(&id) />
            <Pins group />
            <div class="chat-log">
                <Transcript group />
            </div>
            <p class="writing needs-script" role="status">
                {writing}
            </p>
            <p class="notice" role="status" hidden=Signal::derive(move || !is_archived.get())>
                {language.text(Key::RejectedArchived)}
            </p>
            <div class="chat-foot" hidden=ended>
                <GroupComposer group id form />
            </div>
        </section>
    }
}

/// The server has ended this visitor's session, or wants them no more: why, and where to go. Nothing else comes back.
#[component]
fn SentAway(state: RwSignal<State>, next: String) -> impl IntoView {
    let language = use_language();
    let away = move || state.get().sent_away();
    let words = Signal::derive(move || {
        let banned = away() == Some(CloseCode::Banned);
        language.text(if banned { Key::BannedText } else { Key::SignedOutText })().to_owned()
    });
    view! {
        <p class="notice notice-error" role="alert" hidden=Signal::derive(move || away().is_none())>
            {words}
            " "
            <a href=format!("/signin?next={}", escape(&next)) rel="external">
                {language.text(Key::SignedOutGo)}
            </a>
        </p>
    }
}

/// What the list knows of the open group, and of the others.
#[derive(Clone, Copy)]
struct About {
    live: Live,
    group: Group,
}

impl About {
    fn listed(self) -> Option<Listed> {
        let id = self.group.peek(|open| open.id.clone())?;
        listed::listed(&self.live.groups(), &id).cloned()
    }

    /// What waits in other groups; empty if nothing does.
    fn elsewhere(self) -> String {
        let id = self.group.peek(|open| open.id.clone());
        listed::waits(self.live.groups().iter().filter(|listed| Some(&listed.group) != id.as_ref())).unwrap_or_default()
    }

    /// What the group is for; how many are in it, where that says something.
    fn words(self, language: Language) -> String {
        let Some(Listed { about, kind, members, archived, .. }) = self.listed() else { return String::new() };
        let about = about.or_else(|| (kind == Kind::Open).then(|| language.text(Key::GroupAbout)().to_owned()));
        let members = (kind == Kind::Private).then(|| language.filled(Key::MembersCount, members.to_string())());
        let archived = archived.then(|| language.text(Key::Archived)().to_owned());
        [about, members, archived].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// What the server rendered: on the server from its context, in the browser as the page brought it along; nothing after a
/// navigation inside the app.
fn opening(id: &GroupId) -> Option<Opening> {
    #[cfg(feature = "ssr")]
    {
        take_context::<Opening>().filter(|opening| opening.group == *id)
    }
    #[cfg(not(feature = "ssr"))]
    {
        let json = crate::carried::taken(crate::carried::OPENING);
        crate::connection::wire::opening(&json).filter(|opening| opening.group == *id)
    }
}

/// So many of those who write are named; the rest are counted.
const NAMED: usize = 3;

/// "甲、乙 正在输入…", "A, B and C are writing…", "A, B, C and 4 more are writing…".
fn written(language: Language, names: &[String]) -> String {
    if let Some((first, others)) = names.split_at_checked(NAMED).filter(|(_, others)| !others.is_empty()) {
        let more = language.filled(Key::ListMore, others.len().to_string())();
        return language.filled(Key::WritesMany, first.join(language.text(Key::ListComma)()) + &more)();
    }
    let Some((last, others)) = names.split_last() else { return String::new() };
    if others.is_empty() {
        return language.filled(Key::WritesOne, last.clone())();
    }
    let all = others.join(language.text(Key::ListComma)()) + language.text(Key::ListAnd)() + last;
    language.filled(Key::WritesMany, all)()
}
