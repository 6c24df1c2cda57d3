//! A group as its visitor's list knows it: what it is called, what is unread, when something was said, and in which order
//! groups stand. Pure, for both ends. Never what was said there, never markup.

use std::cmp::Reverse;

use protocol::{Change, Event, GroupId, Millis, Person, PersonId, Seq, Standing};
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
    /// How its name sounds if it is Chinese: in pinyin, and the initials of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spell: Option<String>,
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
    /// Those of them that mention the visitor or everyone, or answer the visitor. A browser cannot know whom a message answers
    /// that is not loaded: of what it hears it counts no answers, and has them when it asks for the list again.
    #[serde(default, skip_serializing_if = "is_none")]
    pub mentions: u64,
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
            spell: None,
            members: 0,
            role: None,
            moderates: false,
            archived: false,
            head: 0,
            unread: 0,
            mentions: 0,
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

    /// How much of what is unread is meant for the visitor: all of it among few.
    #[must_use]
    pub fn meant(&self) -> u64 {
        if self.kind == Kind::Direct { self.unread } else { self.mentions }
    }

    /// All of it was read. Returns whether that is news.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser is read in"))]
    pub(crate) fn was_read(&mut self) -> bool {
        let news = self.unread > 0;
        (self.unread, self.mentions) = (0, 0);
        news
    }

    /// Takes events that happened; each counts once. What one says oneself is not unread, nor what is `seen` as it comes.
    fn happened(&mut self, events: &[Event], me: Option<&PersonId>, seen: bool) {
        for event in events {
            if event.seq <= self.head {
                continue;
            }
            self.head = event.seq;
            if let Change::Posted { body, .. } = &event.change {
                if !seen && me != Some(&event.by.id) {
                    self.unread += 1;
                    self.mentions += u64::from(means(body, me));
                }
                self.at = self.at.max(event.at);
            }
        }
    }
}

/// Whether a text mentions this person or everyone.
fn means(body: &str, me: Option<&PersonId>) -> bool {
    body.contains("<@")
        && markdown::mentions(body).any(|id| id == markdown::EVERYONE || me.is_some_and(|me| me.as_str() == id))
}

/// Nothing to say: the field is left out.
fn is_none<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What wants attention first: what is meant for the visitor before what is unread, that before what is read, then the latest. What is archived is last. The list is short and nearly in
/// order, and the library's sort would be in every visitor's download.
pub(crate) fn arrange(list: &mut [Listed]) {
    let rank = |listed: &Listed| (listed.archived, listed.meant() == 0, listed.unread == 0, Reverse(listed.at));
    let before = |one: &Listed, other: &Listed| (rank(one), &one.group) < (rank(other), &other.group);
    for next in 1..list.len() {
        let mut place = next;
        while place > 0 && before(&list[place], &list[place - 1]) {
            list.swap(place, place - 1);
            place -= 1;
        }
    }
}

/// What waits in all of these: "@2" if some of it is meant for the visitor, else how much is unread, if anything is.
pub(crate) fn waits<'a>(list: impl Iterator<Item = &'a Listed>) -> Option<String> {
    let (meant, unread) = list.fold((0, 0), |(meant, unread), one| (meant + one.meant(), unread + one.unread));
    (unread > 0).then(|| if meant > 0 { ["@", &count(meant)].concat() } else { count(unread) })
}

/// A number as a badge shows it.
pub(crate) fn count(number: u64) -> String {
    if number > 99 { "99+".to_owned() } else { number.to_string() }
}

pub(crate) fn listed<'a>(list: &'a [Listed], group: &GroupId) -> Option<&'a Listed> {
    list.iter().find(|listed| listed.group == *group)
}

/// Those whose name or id holds these words, whatever the case, or whose name sounds so.
pub(crate) fn found<'a>(list: &'a [Listed], words: &str) -> Vec<&'a Listed> {
    let words = lower(words.trim());
    let holds = |text: &str| lower(text).contains(&words);
    let sounds = |listed: &Listed| listed.spell.as_ref().is_some_and(|spell| spell.contains(&words));
    list.iter().filter(|listed| holds(&listed.title()) || holds(listed.group.as_str()) || sounds(listed)).collect()
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
    let told = (standing.unread, standing.mentions);
    let news = (listed.unread, listed.mentions) != told;
    listed.head = standing.head;
    (listed.unread, listed.mentions) = told;
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
            // Who is meant may have changed since with an edit or a deletion, of which we only know that they happened.
            let mentions = match known.unread {
                0 => 0,
                _ if known.head == one.head => one.mentions,
                _ => known.mentions,
            };
            Listed { head: known.head, unread: known.unread, mentions, at: known.at.max(one.at), ..one }
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
