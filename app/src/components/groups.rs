//! The list of one's groups beside a chat, and on a phone a view of its own: what wants attention first, what is unread, and
//! the ways to the pages without script. How groups are ordered is `listed`'s. Never a socket.

use leptos::prelude::*;
use protocol::GroupId;

use super::{
    recent::page,
    switcher::Switcher,
    transcript::{html::Html, paint::Painted},
};
use crate::{
    avatar::avatar_of,
    connection::live::use_live,
    i18n::{Key, Language, use_language},
    listed::{Kind, Listed},
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
                <a href="/groups" rel="external">
                    {language.text(Key::GroupsAll)}
                </a>
                <a href="/me" rel="external">
                    {language.text(Key::Me)}
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
    let unread =
        (listed.unread > 0).then(|| if listed.unread > 99 { "99+".to_owned() } else { listed.unread.to_string() });
    let row = named(link, language, listed).when(unread, |html, unread| {
        let html = html.markup("<span class=\"unread\">").text(&unread).markup("<span class=\"hidden\">");
        html.text(language.text(Key::UnreadCount)()).markup("</span></span>")
    });
    row.markup("</a>").end()
}

/// A group's picture and what it is called; the switcher shows the same.
pub(super) fn named(html: Html, language: Language, listed: &Listed) -> Html {
    let title = listed.title();
    // A direct conversation has the colour of who is in it.
    let colour = listed.with.first().map_or(listed.group.as_str(), |person| person.id.as_str());
    let face = avatar_of(colour, &title);
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
