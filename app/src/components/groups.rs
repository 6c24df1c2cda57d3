//! The list of one's groups beside a chat, and on a phone a view of its own: what wants attention first, what is unread, and
//! the ways to the pages without script. How groups are ordered is `listed`'s. Never a socket.

use leptos::prelude::*;
use protocol::GroupId;

use super::{
    header::escape,
    recent::page,
    switcher::Switcher,
    transcript::{html::Html, paint::Painted},
};
use crate::{
    avatar::avatar_of,
    connection::live::use_live,
    i18n::{Key, Language, use_language},
    listed::{self, Kind, Listed},
};

/// `open` is the id of the group whose page this is.
#[component]
pub(crate) fn Groups(open: Memo<String>, switcher: Switcher) -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let rows = move || rows(language, &live.groups(), open.get().trim());
    let mut painted = Painted::rendered(untrack(rows));
    let html = painted.html();
    Effect::new(move |_| {
        let rows = rows();
        if let Some(list) = document().get_element_by_id("groups-list") {
            painted.paint(&list, rows);
        }
    });
    let search = Signal::derive(move || {
        let (mine, open) = (live.groups(), open.get());
        // Where nothing was said yet there is nothing to find.
        let here = mine.iter().find(|listed| listed.group.as_str() == open.trim() && listed.exists());
        here.map_or("/search".to_owned(), |listed| format!("/search?q=in:{}%20", escape(listed.group.as_str())))
    });
    view! {
        <nav class="groups" aria-labelledby="groups-heading">
            <div class="groups-head">
                <h2 id="groups-heading">{language.text(Key::Groups)}</h2>
                <button type="button" class="button needs-script groups-switch" on:click=move |_| switcher.open()>
                    <span>{language.text(Key::GroupsSwitch)}</span>
                    <kbd class="key-mod" aria-hidden="true">" K"</kbd>
                </button>
            </div>
            <ol id="groups-list" class="groups-list" inner_html=html></ol>
            <p class="groups-empty" hidden=Signal::derive(move || !live.groups().is_empty())>
                {language.text(Key::GroupsEmpty)}
            </p>
            <p class="groups-ways">
                <a href=search rel="external">
                    {language.text(Key::Search)}
                </a>
                <a href="/groups" rel="external">
                    {language.text(Key::GroupsAll)}
                </a>
                <a href="/me" rel="external">
                    {language.text(Key::Me)}
                </a>
                <a href="/settings" rel="external">
                    {language.text(Key::Settings)}
                </a>
                <button type="button" class="needs-script" data-keys="" aria-haspopup="dialog">
                    {language.text(Key::Shortcuts)}
                </button>
            </p>
        </nav>
    }
}

fn rows(language: Language, list: &[Listed], open: &str) -> Vec<(GroupId, String)> {
    list.iter().map(|listed| (listed.group.clone(), row(language, listed, listed.group.as_str() == open))).collect()
}

fn row(language: Language, listed: &Listed, is_open: bool) -> String {
    let link = Html::default()
        .markup("<a class=\"groups-row\" data-act=\"go\" data-value=\"")
        .text(listed.group.as_str())
        .markup("\" href=\"")
        .text(&page(&listed.group))
        .markup("\"")
        .markup_if(is_open, " aria-current=\"page\"")
        .markup(">");
    let is_direct = listed.kind == Kind::Direct;
    let mentions = (listed.mentions > 0 && !is_direct).then(|| listed::count(listed.mentions));
    let unread = (listed.unread > 0).then(|| listed::count(listed.unread));
    named(link, language, listed)
        .when(mentions, |html, mentions| {
            let html = html.markup("<span class=\"mentions\"><span aria-hidden=\"true\">@</span>").text(&mentions);
            let html = html.markup("<span class=\"hidden\">").text(language.text(Key::MeantCount)());
            html.text(language.text(Key::ListComma)()).markup("</span></span>")
        })
        .when(unread, |html, unread| {
            let html = html.markup("<span class=\"unread").markup_if(is_direct, " meant").markup("\">").text(&unread);
            let html = html.markup("<span class=\"hidden\">").text(language.text(Key::UnreadCount)());
            html.markup("</span></span>")
        })
        .markup("</a>")
        .end()
}

/// A group's picture and what it is called; the switcher shows the same.
pub(super) fn named(html: Html, language: Language, listed: &Listed) -> Html {
    let title = listed.title();
    // A direct conversation has the colour of who is in it.
    let with = listed.with.first();
    let (id, colour) = with.map_or((listed.group.as_str(), None), |person| (person.id.as_str(), person.colour));
    let face = avatar_of(id, colour, &title);
    html.markup("<span class=\"")
        .text(face.class)
        .markup_if(listed.kind != Kind::Direct, " avatar-group")
        .markup("\" aria-hidden=\"true\">")
        .text(&face.letter)
        .markup("</span>")
        .markup("<span class=\"groups-name\">")
        .text(&title)
        .markup("</span>")
        .when(listed.archived.then(|| language.text(Key::Archived)()), |html, archived| {
            html.markup("<span class=\"groups-note\">").text(archived).markup("</span>")
        })
}
