//! What a log's scrolling knows: its rows and how high they are, which of them are drawn, what is looked at. Reads the document
//! and scrolls it; never draws.

use std::ops::Range;

use leptos::web_sys::{Element, HtmlElement};
use timeline::{Heights, Row, Spot, View};

use super::super::{
    entries::{Entry, EntryKey, entries},
    paint::Painted,
    parts::Parts,
    row::Look,
};
use crate::connection::live::Open;

/// More heights than of all that is ever loaded; those of what is older then go.
const MAX_HEIGHTS: usize = 8_000;

pub(super) struct Inside {
    pub(super) look: Look,
    pub(super) entries: Vec<Entry>,
    pub(super) painted: Painted<EntryKey>,
    /// Which of the entries that is.
    pub(super) drawn: Range<usize>,
    pub(super) heights: Heights<EntryKey>,
    /// What stays where it is; nothing at the end.
    pub(super) spot: Option<Spot<EntryKey>>,
    /// Where the box was scrolled to when we last looked.
    pub(super) top: i32,
    /// How often the reader had spoken.
    pub(super) spoke: u32,
    /// A frame was asked for.
    pub(super) due: bool,
    /// Something changed while nobody saw it.
    pub(super) stale: bool,
    pub(super) rounds: u32,
    /// What gets the focus once it is drawn.
    pub(super) focus: Option<&'static str>,
}

impl Inside {
    pub(super) fn new(
        look: Look,
        entries: Vec<Entry>,
        painted: Painted<EntryKey>,
        spot: Option<Spot<EntryKey>>,
    ) -> Self {
        let (drawn, heights) = (0..entries.len(), Heights::default());
        let (top, spoke, due, stale, rounds, focus) = (0, 0, false, false, 0, None);
        Self { look, entries, painted, drawn, heights, spot, top, spoke, due, stale, rounds, focus }
    }

    pub(super) fn measures(&self) -> (Vec<EntryKey>, Vec<f64>) {
        let keys: Vec<EntryKey> = self.entries.iter().map(Entry::key).collect();
        let heights = keys.iter().map(|key| self.heights.of(key)).collect();
        (keys, heights)
    }

    /// What is drawn is to be looked at, whether or not it changed: it never was, a gap is to be filled, or something gets
    /// the focus.
    pub(super) fn waits(&self) -> bool {
        let gap = |entry: &Entry| matches!(entry, Entry::Row(Row::Gap(_)));
        self.heights.len() == 0 || self.focus.is_some() || self.entries[self.drawn.clone()].iter().any(gap)
    }

    /// Notes how high what is drawn is. Returns whether that is news.
    pub(super) fn measure(&mut self, parts: &Parts) -> bool {
        let mut news = false;
        for (key, row) in self.painted.rows(&parts.list) {
            news |= self.heights.measure(key, row.get_bounding_client_rect().height());
        }
        news
    }

    /// A group where much is said for days would fill the memory with how high it was.
    pub(super) fn forget_heights(&mut self) {
        if self.heights.len() > MAX_HEIGHTS {
            let oldest = self.entries.iter().find_map(|entry| entry.key().seq()).unwrap_or(0);
            self.heights.retain(|key| key.seq().is_some_and(|seq| seq >= oldest));
        }
    }

    /// Whether rows are drawn so far beyond what is in sight, where there are any.
    pub(super) fn covers(&self, parts: &Parts, margin: f64) -> bool {
        let top = parts.top();
        let bottom = top + f64::from(parts.frame.client_height());
        let (first, last) = (parts.list.first_element_child(), parts.list.last_element_child());
        let above = first.is_some_and(|row| row.get_bounding_client_rect().top() <= top - margin);
        let below = last.is_some_and(|row| row.get_bounding_client_rect().bottom() >= bottom + margin);
        (above || self.drawn.start == 0) && (below || self.drawn.end >= self.entries.len())
    }

    /// The first gap that is drawn and near: the messages before which number are missing.
    pub(super) fn gap(&self, parts: &Parts, near: impl Fn(&Element) -> bool) -> Option<u64> {
        let gaps = self.entries.iter().filter_map(|entry| match entry {
            Entry::Row(Row::Gap(gap)) => Some((entry.key(), gap.before)),
            Entry::Row(_) | Entry::News(_) | Entry::Seen { .. } => None,
        });
        let mut gaps = gaps.filter(|(key, _)| self.painted.row(&parts.list, key).is_some_and(|row| near(&row)));
        gaps.next().map(|(_, before)| before)
    }

    /// Stays at the end. Nothing is read: what comes there moves nothing, as the box is a reversed column.
    pub(super) fn hold_end(&mut self, frame: &HtmlElement) {
        if self.spot.is_none() && self.top != 0 {
            frame.set_scroll_top(0);
            self.top = 0;
        }
    }

    /// Puts what is looked at where it was, if that is not the end.
    pub(super) fn hold_spot(&mut self, parts: &Parts) {
        let Some(spot) = &self.spot else { return };
        let frame = &parts.frame;
        if let Some(row) = self.painted.row(&parts.list, &spot.row) {
            let moved = row.get_bounding_client_rect().top() - parts.top() + spot.offset;
            if moved.abs() >= 1.0 {
                frame.set_scroll_top(frame.scroll_top() + moved as i32);
            }
        }
        self.top = frame.scroll_top();
    }

    /// The first row in sight that stays what it is: the gap or the day above a message is no more when older ones come.
    pub(super) fn spot(&self, parts: &Parts) -> Option<Spot<EntryKey>> {
        let top = parts.top();
        let bottom = top + f64::from(parts.frame.client_height());
        let rows = self.painted.rows(&parts.list).into_iter().map(|(key, row)| (key, row.get_bounding_client_rect()));
        let mut seen = rows.filter(|(_, place)| place.bottom() > top && place.top() < bottom).peekable();
        let first = seen.peek().cloned();
        if let Some((row, place)) = seen.find(|(key, _)| key.stays()).or(first) {
            return Some(Spot { row, offset: top - place.top() });
        }
        // Scrolled past all that is drawn.
        let (keys, heights) = self.measures();
        Spot::at(&keys, &heights, parts.scrolled_by())
    }

    /// The message at or below what is looked at.
    pub(super) fn looked_at(&self) -> Option<u64> {
        let spot = self.spot.as_ref()?;
        let place = self.entries.iter().position(|entry| entry.key() == spot.row)?;
        self.entries[place..].iter().find_map(|entry| match entry {
            Entry::Row(Row::Message { seq, .. }) => Some(*seq),
            Entry::Row(_) | Entry::News(_) | Entry::Seen { .. } => None,
        })
    }
}

pub(super) fn all(open: &Open, look: &Look) -> Vec<Entry> {
    let view = View { me: look.me.as_ref(), read: open.read, offset_minutes: open.offset_minutes };
    entries(&open.timeline, view, &open.news, &open.seen)
}
