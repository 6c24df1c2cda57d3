//! One open group as its page shows it, and how a page begins it. Plain data; never a signal, never a socket.

use protocol::{Epoch, GroupId, MessageId, Person, PersonId, RejectionCode, Seq};
use timeline::{Page, Timeline};

use super::rush::Rush;
use crate::{
    connection::Status,
    opening::{Dated, Opening},
    pinned::Pins,
    preferences::Preferences,
};

/// The epoch of a group of which nothing is known yet.
const UNKNOWN: &str = "unknown";

/// News of the connection kept in the log.
const MAX_NEWS: usize = 200;

/// What its page knows of a group.
pub(crate) struct Open {
    pub(crate) id: GroupId,
    pub(crate) timeline: Timeline,
    /// What happened to the connection, in the log but no part of it.
    pub(crate) news: Vec<News>,
    /// Whether this person keeps order here.
    pub(crate) moderates: bool,
    /// They were nobody when the page was made: it says who they will be.
    pub(crate) is_newcomer: bool,
    /// How much was unread when they came, until the line was seen; and whether the line is above what is in sight.
    pub(crate) fresh: u64,
    pub(crate) fresh_above: bool,
    /// What this person had read when they came; the line stands after it.
    pub(crate) read: Option<Seq>,
    /// The end is in sight: what is there counts as read. Else: what had happened when it went out of sight.
    pub(crate) left_end: Option<Seq>,
    /// The message that is looked at and how far its top is above the box's; nothing at the end.
    pub(crate) spot: Option<(Seq, f64)>,
    /// Whether more is said than can be read aloud.
    pub(crate) rush: Rush,
    /// Who is writing, and until when that is believed.
    pub(crate) writing: Vec<(Person, f64)>,
    /// How far the others have read, in a direct conversation.
    pub(crate) seen: Vec<(Person, Seq)>,
    pub(crate) here: Vec<Person>,
    pub(crate) here_count: u64,
    /// Why the group can be read no longer.
    pub(crate) gone: Option<String>,
    /// An edit, deletion or reaction that was refused.
    pub(crate) refused: Option<RejectionCode>,
    /// The message whose link was copied last.
    pub(crate) copied: Option<Seq>,
    /// What the text in the box will be.
    pub(crate) drafting: Drafting,
    /// Who was named in it with the help of a list.
    pub(crate) named: Vec<Person>,
    /// What was pasted and is long: from where to where in the box.
    pub(crate) pasted: Option<(u32, u32)>,
    /// For which message an emoji is picked; else it goes into the text.
    pub(crate) picking: Option<Seq>,
    /// The message that a link led to.
    pub(crate) marked: Option<MessageId>,
    /// Where the reader wants to be, once it is loaded.
    pub(crate) wanted: Option<Wanted>,
    /// Why a date led nowhere.
    pub(crate) dated: Option<Dated>,
    /// What is pinned; nothing until it is known.
    pub(crate) pins: Option<Pins>,
    /// The event since which that is no longer true, and when the server was asked.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser asks again"))]
    pub(crate) pins_after: Option<Seq>,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser asks again"))]
    pub(crate) pins_asked: f64,
    /// From where a quote led away.
    pub(crate) came_from: Option<Seq>,
    /// The message whose menu is open, and whether its deletion was asked for once.
    pub(crate) menu: Option<(Seq, bool)>,
    /// How often this person spoke here: who speaks looks at the end.
    pub(crate) spoke: u32,
    /// How far the reader's clock is ahead of UTC, as far as is known.
    pub(crate) offset_minutes: i32,
}

/// What happened to the connection, and after which event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) id: u64,
    pub(crate) after: Seq,
    pub(crate) status: Status,
}

/// Where a reader wants to be.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nobody goes anywhere on the server"))]
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wanted {
    /// At a message, and from where they came.
    Message(MessageId, Option<Seq>),
    /// At the line above what is new.
    New,
    End,
}

/// What a text will be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Drafting {
    #[default]
    New,
    Reply {
        to: MessageId,
        name: String,
        text: String,
    },
    Edit {
        message: MessageId,
        body: String,
    },
}

impl Open {
    /// As the server rendered it, or of which nothing is known yet.
    pub(super) fn new(id: GroupId, opening: Option<Opening>) -> Self {
        let read = opening.as_ref().filter(|opening| opening.me.is_some() && opening.read > 0);
        let pins = opening.as_ref().map(|opening| opening.pins.clone());
        let dated = opening.as_ref().and_then(|opening| opening.dated);
        Self {
            id,
            moderates: false,
            is_newcomer: opening.as_ref().is_some_and(|opening| opening.me.is_none()),
            fresh: opening.as_ref().map_or(0, |opening| opening.unread),
            fresh_above: false,
            wanted: None,
            dated,
            pins_after: pins.is_none().then_some(0),
            pins,
            pins_asked: 0.0,
            read: read.map(|opening| opening.read),
            timeline: opening.map_or_else(unknown, opened),
            news: Vec::new(),
            left_end: None,
            spot: None,
            rush: Rush::default(),
            writing: Vec::new(),
            seen: Vec::new(),
            here: Vec::new(),
            here_count: 0,
            gone: None,
            refused: None,
            copied: None,
            drafting: Drafting::New,
            named: Vec::new(),
            pasted: None,
            picking: None,
            marked: None,
            came_from: None,
            menu: None,
            spoke: 0,
            offset_minutes: Preferences::rendered().offset_minutes.unwrap_or(0),
        }
    }

    /// A page that is not loaded opens, with so much that is unread: the line stands above what has come since it was open.
    pub(crate) fn comes_back(&mut self, unread: u64, me: Option<&PersonId>) {
        (self.fresh, self.fresh_above) = (unread, false);
        let Some(before) = (self.fresh as usize).checked_sub(1) else { return };
        let mut others = self.timeline.messages().rev().filter(|message| me != Some(&message.by.id));
        if let Some(first) = others.nth(before) {
            self.read = Some(first.seq - 1);
        }
    }

    /// Nothing was heard of the group yet.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser hears of a group"))]
    pub(crate) fn is_unknown(&self) -> bool {
        self.timeline.epoch().as_str() == UNKNOWN
    }

    /// Nobody has said anything, as far as is known.
    pub(crate) fn is_silent(&self) -> bool {
        self.timeline.messages().next().is_none() && self.timeline.pending().is_empty() && !self.timeline.more()
    }

    /// Those who are here, then who spoke, the latest first; a person may come twice.
    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        self.here.iter().chain(self.timeline.messages().rev().map(|message| &message.by))
    }

    /// What a person is called, if they are here or something of theirs is loaded.
    pub(crate) fn name(&self, id: &str) -> Option<&str> {
        self.people().find(|person| person.id.as_str() == id).map(|person| person.name.as_str())
    }

    /// Who else is writing.
    pub(crate) fn writers(&self, me: Option<&PersonId>) -> Vec<String> {
        let others = self.writing.iter().filter(|(person, _)| me != Some(&person.id));
        others.map(|(person, _)| person.name.clone()).collect()
    }

    /// Somebody else has read up to an event.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser is told"))]
    pub(crate) fn saw(&mut self, by: &Person, seq: Seq) {
        match self.seen.iter_mut().find(|(known, _)| known.id == by.id) {
            Some((_, known)) => *known = seq.max(*known),
            None => self.seen.push((by.clone(), seq)),
        }
    }

    /// How many messages came since the reader left the end.
    pub(crate) fn unseen(&self) -> usize {
        let Some(left) = self.left_end else { return 0 };
        self.timeline.messages().rev().take_while(|message| message.seq > left).count()
    }

    /// Notes what happened to the connection. The same twice in a row is one line.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser hears of a connection"))]
    pub(crate) fn note(&mut self, status: Status) {
        if self.news.last().is_some_and(|last| last.status == status) {
            return;
        }
        let id = self.news.last().map_or(0, |last| last.id + 1);
        self.news.push(News { id, after: self.timeline.last(), status });
        if self.news.len() > MAX_NEWS {
            self.news.remove(0);
        }
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
    // Old messages, and a gap after them.
    let mut timeline = unknown();
    timeline.reset(epoch.clone(), seq);
    timeline.insert_page(Page { epoch, before, seq, messages, more });
    timeline
}
