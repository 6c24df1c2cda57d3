//! A group as its visitor's list knows it: what it is called, what is unread, when something was said, and in which order
//! groups stand. Pure, for both ends. Never what was said there, never markup.

use std::cmp::Reverse;

use protocol::{Event, GroupId, Message, Millis, Person, PersonId, Seq, Standing};
use serde::{Deserialize, Serialize};

/// Who a group is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Whoever knows its id.
    #[default]
    Open,
    /// Its members.
    Private,
    /// A few people; they are its name.
    Direct,
}

/// A group of the visitor's, as `GET /api/groups` and the page's HTML tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub group: GroupId,
    pub kind: Kind,
    /// What it is called, if not by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for; a long text by its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Who else is in it, if it is direct.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Person>,
    pub members: u64,
    /// `owner`, `moderator` or `member`; nothing where the visitor only reads and writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether the visitor may delete what others said, remove and ban.
    pub moderates: bool,
    pub archived: bool,
    /// The latest event that is counted here.
    pub head: Seq,
    pub unread: u64,
    /// When the latest message was posted, 0 if none was.
    pub at: Millis,
}

/// The visitor's groups, in the context of a page that is rendered.
#[derive(Clone, Debug, Default)]
pub struct Mine(pub Vec<Listed>);

impl Listed {
    /// A group of which nothing is known but its id.
    #[must_use]
    pub fn unknown(group: GroupId) -> Self {
        Self {
            group,
            kind: Kind::Open,
            name: None,
            about: None,
            with: Vec::new(),
            members: 0,
            role: None,
            moderates: false,
            archived: false,
            head: 0,
            unread: 0,
            at: 0,
        }
    }

    /// What it is called, where that is not its id.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let people = || self.with.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
        self.name.clone().or_else(|| (!self.with.is_empty()).then(people))
    }

    #[must_use]
    pub fn title(&self) -> String {
        self.name().unwrap_or_else(|| self.group.to_string())
    }

    /// Whether the server knows of it: one where nobody has said anything may be nothing but an address.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.head > 0 || self.role.is_some() || self.name.is_some() || self.about.is_some()
    }

    /// Takes events that happened; each counts once. What one says oneself is not unread, nor what is `seen` as it comes.
    fn happened(&mut self, events: &[Event], me: Option<&PersonId>, seen: bool) {
        for event in events.iter().filter(|event| event.seq > self.head) {
            if Message::posted(event).is_some() {
                self.unread += u64::from(!seen && me != Some(&event.by.id));
                self.at = self.at.max(event.at);
            }
        }
        self.head = events.last().map_or(self.head, |event| self.head.max(event.seq));
    }
}

/// What wants attention first: unread before read, then the latest. What is archived is last. The list is short and nearly in
/// order, and the library's sort would be in every visitor's download.
pub(crate) fn arrange(list: &mut [Listed]) {
    let rank = |listed: &Listed| (listed.archived, listed.unread == 0, Reverse(listed.at));
    let before = |one: &Listed, other: &Listed| (rank(one), &one.group) < (rank(other), &other.group);
    for next in 1..list.len() {
        let mut place = next;
        while place > 0 && before(&list[place], &list[place - 1]) {
            list.swap(place, place - 1);
            place -= 1;
        }
    }
}

pub(crate) fn unread(list: &[Listed]) -> u64 {
    list.iter().map(|listed| listed.unread).sum()
}

pub(crate) fn listed<'a>(list: &'a [Listed], group: &GroupId) -> Option<&'a Listed> {
    list.iter().find(|listed| listed.group == *group)
}

/// Those whose name or id holds these words, whatever the case.
pub(crate) fn found<'a>(list: &'a [Listed], words: &str) -> Vec<&'a Listed> {
    let words = lower(words.trim());
    let holds = |text: &str| lower(text).contains(&words);
    list.iter().filter(|listed| holds(&listed.title()) || holds(listed.group.as_str())).collect()
}

/// A browser has the tables for this already; ours would be in every visitor's download.
#[cfg(feature = "hydrate")]
fn lower(text: &str) -> String {
    String::from(js_sys::JsString::from(text).to_lower_case())
}

#[cfg(not(feature = "hydrate"))]
fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// The server has said how far a group is. Returns whether that is news.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser is told"))]
pub(crate) fn stands(list: &mut [Listed], standing: &Standing) -> bool {
    let Some(listed) = list.iter_mut().find(|listed| listed.group == standing.group) else { return false };
    let news = listed.unread != standing.unread;
    (listed.head, listed.unread) = (standing.head, standing.unread);
    news
}

/// Events came. Returns whether the list looks different now.
#[cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "only a browser hears events"))]
pub(crate) fn happened(
    list: &mut [Listed],
    group: &GroupId,
    events: &[Event],
    me: Option<&PersonId>,
    seen: bool,
) -> bool {
    let Some(listed) = list.iter_mut().find(|listed| listed.group == *group) else { return false };
    let before = (listed.unread, listed.at);
    listed.happened(events, me, seen);
    before != (listed.unread, listed.at)
}

/// The server's list as it is now. What was heard of a group since it was read counts. Returns what is new to us and what is
/// no longer ours; the open group stays.
#[cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "only a browser asks again"))]
pub(crate) fn merge(list: &mut Vec<Listed>, now: Vec<Listed>, open: Option<&GroupId>) -> (Vec<GroupId>, Vec<GroupId>) {
    let is_there = |list: &[Listed], group: &GroupId| list.iter().any(|listed| listed.group == *group);
    let new = now.iter().filter(|one| !is_there(list, &one.group)).map(|one| one.group.clone()).collect();
    let lost: Vec<Listed> = list.iter().filter(|one| !is_there(&now, &one.group)).cloned().collect();
    let merged = now.into_iter().map(|one| match listed(list, &one.group) {
        Some(known) if known.head >= one.head => {
            Listed { head: known.head, unread: known.unread, at: known.at.max(one.at), ..one }
        }
        _ => one,
    });
    let merged = merged.collect();
    let (stays, lost): (Vec<Listed>, Vec<Listed>) = lost.into_iter().partition(|one| Some(&one.group) == open);
    *list = merged;
    list.extend(stays);
    (new, lost.into_iter().map(|one| one.group).collect())
}

#[cfg(test)]
#[path = "listed_tests.rs"]
mod tests;
