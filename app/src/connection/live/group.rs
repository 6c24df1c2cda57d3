//! One open group as its page shows it: signals, and how a page begins them. Never a socket.

use leptos::prelude::*;
use protocol::{Epoch, GroupId, Person, PersonId, Rejection, Seq};
use timeline::{Page, Timeline};

use crate::{connection::Status, opening::Opening};

/// The epoch of a group of which nothing is known yet.
const UNKNOWN: &str = "unknown";

/// News of the connection kept in the log.
const MAX_NEWS: usize = 200;

/// A handle to an open group; copies are the same group. Lives as long as its page.
#[derive(Clone, Copy)]
pub(crate) struct Group {
    pub(crate) id: StoredValue<GroupId>,
    pub(crate) timeline: RwSignal<Timeline>,
    /// What happened to the connection, in the log but no part of it.
    pub(crate) news: RwSignal<Vec<News>>,
    /// What this person had read when they came; the line stands after it.
    pub(crate) read: RwSignal<Option<Seq>>,
    /// The end is in sight: what is there counts as read.
    pub(crate) at_end: RwSignal<bool>,
    /// Who is writing, and until when that is believed.
    pub(crate) writing: RwSignal<Vec<(Person, f64)>>,
    pub(crate) here: RwSignal<Here>,
    /// Why the group can be read no longer.
    pub(crate) gone: RwSignal<Option<String>>,
    /// An edit, deletion or reaction that was refused.
    pub(crate) refused: RwSignal<Option<Rejection>>,
}

/// Who is here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Here {
    pub(crate) people: Vec<Person>,
    pub(crate) count: u64,
}

/// What happened to the connection, and after which event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) id: u64,
    pub(crate) after: Seq,
    pub(crate) status: Status,
}

impl Group {
    /// A group as the server rendered it, or one of which nothing is known yet.
    pub(crate) fn new(id: GroupId, opening: Option<Opening>) -> Self {
        let read = opening.as_ref().filter(|opening| opening.me.is_some() && opening.read > 0);
        Self {
            id: StoredValue::new(id),
            read: RwSignal::new(read.map(|opening| opening.read)),
            timeline: RwSignal::new(opening.map_or_else(unknown, opened)),
            news: RwSignal::new(Vec::new()),
            at_end: RwSignal::new(true),
            writing: RwSignal::new(Vec::new()),
            here: RwSignal::new(Here::default()),
            gone: RwSignal::new(None),
            refused: RwSignal::new(None),
        }
    }

    /// Nobody has said anything, as far as is known.
    pub(crate) fn is_silent(self) -> bool {
        self.timeline
            .with(|timeline| timeline.messages().next().is_none() && timeline.pending().is_empty() && !timeline.more())
    }

    /// Who else is writing.
    pub(crate) fn writers(self, me: Option<&PersonId>) -> Vec<String> {
        let other = |(person, _): &&(Person, f64)| me != Some(&person.id);
        self.writing.with(|writing| writing.iter().filter(other).map(|(person, _)| person.name.clone()).collect())
    }
}

#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser hears of a connection"))]
impl Group {
    /// Nothing was heard of the group yet.
    pub(crate) fn is_unknown(self) -> bool {
        self.timeline.with_untracked(|timeline| timeline.epoch().as_str() == UNKNOWN)
    }

    /// Notes what happened to the connection. The same twice in a row is one line.
    pub(crate) fn note(self, status: Status) {
        let after = self.timeline.with_untracked(Timeline::last);
        if self.news.with_untracked(|news| news.last().is_some_and(|last| last.status == status)) {
            return;
        }
        self.news.update(|news| {
            let id = news.last().map_or(0, |last| last.id + 1);
            news.push(News { id, after, status });
            if news.len() > MAX_NEWS {
                news.remove(0);
            }
        });
    }
}

fn unknown() -> Timeline {
    #[expect(clippy::expect_used, reason = "the text is an id")]
    let epoch = Epoch::parse(UNKNOWN).expect("an id");
    Timeline::from_snapshot(epoch, 0, Vec::new(), false)
}

fn opened(opening: Opening) -> Timeline {
    let Opening { epoch, seq, messages, more, before, .. } = opening;
    let Some(before) = before else { return Timeline::from_snapshot(epoch, seq, messages, more) };
    let mut timeline = Timeline::from_snapshot(epoch.clone(), seq, Vec::new(), true);
    timeline.insert_page(Page { epoch, before, seq, messages, more });
    timeline
}
