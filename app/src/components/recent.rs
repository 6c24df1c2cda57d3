//! The groups this browser was in lately. Kept in the browser alone; nothing here until it is hydrated.

use leptos::prelude::*;
use protocol::{GroupId, MessageId};

use crate::{
    connection::live::use_live,
    i18n::{Key, use_language},
    listed::{Listed, listed},
};

#[component]
pub(crate) fn RecentGroups() -> impl IntoView {
    let language = use_language();
    let live = use_live();
    let groups = RwSignal::new(Vec::<GroupId>::new());
    Effect::new(move |_| {
        let known = storage::load();
        if known.iter().any(is_secret) {
            live.learn();
        }
        groups.set(known);
    });
    let links = move || {
        let mine = live.groups();
        let link = |id: &GroupId| {
            let title = called(id, listed(&mine, id))?;
            Some(view! { <a href=page(id) class="pick">{title}</a> })
        };
        groups.with(|groups| groups.iter().filter_map(link).collect_view())
    };
    view! {
        <nav
            class="picks"
            aria-label=language.text(Key::GroupRecent)
            hidden=Signal::derive(move || groups.with(Vec::is_empty))
        >
            <span class="picks-label">{language.text(Key::GroupRecent)}</span>
            {links}
        </nav>
    }
}

/// What a group is called here. Whose id says nothing, such as a private one's, is there by its name or not at all: it may
/// be another's who used this browser.
fn called(id: &GroupId, listed: Option<&Listed>) -> Option<String> {
    match listed {
        Some(listed) => Some(listed.title()),
        None => (!is_secret(id)).then(|| id.to_string()),
    }
}

/// Whether an id is one that nobody was to guess: digits of a random number.
fn is_secret(id: &GroupId) -> bool {
    let id = id.as_str();
    id.len() >= 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The page of a group. An id holds no character that a query would need escaped, except non-ASCII ones, which
/// browsers escape themselves.
pub(crate) fn page(id: &GroupId) -> String {
    format!("/chatgroup?groupID={id}")
}

/// The page of a message in its group.
pub(crate) fn message_page(group: &GroupId, message: &MessageId) -> String {
    format!("/chatgroup?groupID={group}&message={message}")
}

/// Remembers a visit; does nothing on the server.
pub(crate) fn remember(id: &GroupId) {
    storage::save(&with_newest(storage::load(), id));
}

const KEPT: usize = 6;

fn with_newest(mut groups: Vec<GroupId>, id: &GroupId) -> Vec<GroupId> {
    groups.retain(|known| known != id);
    groups.insert(0, id.clone());
    groups.truncate(KEPT);
    groups
}

/// One id a line: no id holds a line break.
#[cfg(feature = "hydrate")]
mod storage {
    use leptos::prelude::window;
    use protocol::GroupId;

    const NAME: &str = "teahouse.groups";

    pub(super) fn load() -> Vec<GroupId> {
        // A browser may forbid storage; then there is simply nothing recent.
        let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(NAME).ok().flatten());
        kept.unwrap_or_default().lines().filter_map(|line| GroupId::parse(line).ok()).collect()
    }

    pub(super) fn save(groups: &[GroupId]) {
        if let Ok(Some(storage)) = window().local_storage() {
            let lines: Vec<&str> = groups.iter().map(GroupId::as_str).collect();
            let _ = storage.set_item(NAME, &lines.join("\n"));
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod storage {
    use protocol::GroupId;

    pub(super) fn load() -> Vec<GroupId> {
        Vec::new()
    }

    pub(super) fn save(_groups: &[GroupId]) {}
}

#[cfg(test)]
mod tests {
    use protocol::GroupId;

    use super::{KEPT, Listed, called, with_newest};

    #[test]
    fn a_group_that_nobody_was_to_guess_is_there_by_its_name_or_not_at_all() {
        let id = |text: &str| GroupId::parse(text).unwrap();
        for secret in ["7cdc23375310", "0192f0c1-7c1e-4bb4-9d9a-000000000003"] {
            let secret = id(secret);
            assert_eq!(called(&secret, None), None);
            let known = Listed { name: Some("雅间".to_owned()), ..Listed::unknown(secret.clone()) };
            assert_eq!(called(&secret, Some(&known)).as_deref(), Some("雅间"));
        }
        for open in ["茶馆", "lobby", "decade", "2026-11-23", "cafe-babe-tea-house"] {
            assert_eq!(called(&id(open), None).as_deref(), Some(open));
        }
    }

    #[test]
    fn the_newest_comes_first_once_and_the_oldest_goes() {
        let id = |n: usize| GroupId::parse(&n.to_string()).unwrap();
        let groups = (0..10).fold(Vec::new(), |groups, n| with_newest(groups, &id(n)));
        assert_eq!(groups, (10 - KEPT..10).rev().map(id).collect::<Vec<_>>());
        assert_eq!(with_newest(groups, &id(8)).iter().filter(|known| **known == id(8)).count(), 1);
    }
}
