//! Where the reader is in a long log: at its end, which it then follows, or at a row, which then stays where it is while
//! others come and go. Draws only what is near. The log's box is a reversed column: its scroll position is 0 at the end
//! and negative above. Never what a row looks like.

mod lead;

use std::sync::{Arc, Mutex, PoisonError};

use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use timeline::{Heights, Row, RowKey, Spot, View, Window};

use super::{
    entries::{Entry, EntryKey, entries},
    paint::Painted,
    parts::Parts,
    row::{self, Look},
};
use crate::connection::live::{Group, Live, Open};

/// How far from the end, in CSS pixels, still counts as reading the end.
const AT_END_PX: i32 = 48;
/// Rows are drawn so far beyond what is in sight, and gaps nearer than this are filled.
const MARGIN_PX: f64 = 1_200.0;
/// Measuring what was just drawn may show that more is to be drawn; once is the rule.
const MAX_ROUNDS: u32 = 4;

#[derive(Clone, Copy)]
pub(super) struct Scroll {
    live: Live,
    group: Group,
    /// The box that scrolls. In it a sheet; there the room above, the list, and the room below.
    pub(super) frame: NodeRef<html::Div>,
    inside: StoredValue<Arc<Mutex<Inside>>>,
}

struct Inside {
    look: Look,
    entries: Vec<Entry>,
    painted: Painted<EntryKey>,
    heights: Heights<EntryKey>,
    /// What stays where it is; nothing at the end.
    spot: Option<Spot<EntryKey>>,
    /// Where the box was scrolled to when we last looked.
    top: i32,
    /// How often the reader had spoken.
    spoke: u32,
    /// A frame was asked for.
    due: bool,
    rounds: u32,
    /// What gets the focus once it is drawn.
    focus: Option<&'static str>,
}

impl Scroll {
    pub(super) fn new(live: Live, group: Group, look: Look) -> Self {
        let kept = group.quietly(|open| {
            if open.spot.is_none() {
                // Who comes back to the end reads it.
                open.left_end = None;
            }
            open.spot.map(|(seq, offset)| Spot { row: EntryKey::Row(RowKey::Message(seq)), offset })
        });
        let drawn = group.peek(|open| {
            let entries = all(open, &look);
            let rows = entries.iter().map(|entry| (entry.key(), row::html(open, &look, entry))).collect();
            (entries, Painted::rendered(rows))
        });
        let (entries, painted) = drawn.unwrap_or_default();
        let (heights, spot, focus) = (Heights::default(), kept.flatten(), None);
        let inside = Inside { look, entries, painted, heights, spot, top: 0, spoke: 0, due: false, rounds: 0, focus };
        Self { live, group, frame: NodeRef::new(), inside: StoredValue::new(Arc::new(Mutex::new(inside))) }
    }

    fn inside<T>(self, act: impl FnOnce(&mut Inside) -> T) -> Option<T> {
        let inside = self.inside.try_get_value()?;
        Some(act(&mut inside.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The first render.
    pub(super) fn html(self) -> String {
        self.inside(|inside| inside.painted.html()).unwrap_or_default()
    }

    /// Something changed.
    pub(super) fn refresh(self, look: Look) {
        let Some((entries, spoke)) = self.group.peek(|open| (all(open, &look), open.spoke)) else { return };
        let spoke = self.inside(|inside| {
            (inside.entries, inside.look) = (entries, look);
            std::mem::replace(&mut inside.spoke, spoke) != spoke
        });
        if spoke == Some(true) { self.to_end() } else { self.arrange() }
    }

    /// Decides what is drawn, draws it, and has another look before the browser shows it.
    fn arrange(self) {
        let Some(parts) = self.parts() else { return };
        self.catch_up(&parts);
        let view = f64::from(parts.frame.client_height());
        self.inside(|inside| {
            let (keys, heights) = inside.measures();
            let end = heights.iter().sum::<f64>() - view;
            let top = inside.spot.as_ref().map(|spot| spot.top(&keys, &heights));
            if top == Some(None) {
                // The row that was looked at is no more.
                inside.spot = Spot::at(&keys, &heights, parts.scrolled_by());
            }
            let window = Window::of(&heights, top.flatten().unwrap_or(end), view, MARGIN_PX);
            let drawn = keys[window.rows.clone()].iter().cloned().zip(&inside.entries[window.rows.clone()]);
            let rows = self
                .group
                .peek(|open| drawn.map(|(key, entry)| (key, row::html(open, &inside.look, entry))).collect::<Vec<_>>());
            inside.painted.paint(&parts.list, rows.unwrap_or_default());
            parts.keep_room(window.above, window.below);
            // At once: whoever scrolls before the next frame scrolls from where they were.
            inside.hold(&parts.frame, &inside.painted.rows(&parts.list));
            inside.top = parts.frame.scroll_top();
        });
        self.look();
    }

    /// Looks at what is drawn in the next frame, when it is there and not yet seen.
    pub(super) fn look(self) {
        let due = self.inside(|inside| std::mem::replace(&mut inside.due, true));
        if due == Some(false) {
            request_animation_frame(move || self.settle());
        }
    }

    fn settle(self) {
        let Some(parts) = self.parts() else { return };
        self.catch_up(&parts);
        let again = self.inside(|inside| {
            let mut news = false;
            let rows = inside.painted.rows(&parts.list);
            for (key, row) in &rows {
                news |= inside.heights.measure(key.clone(), row.get_bounding_client_rect().height());
            }
            inside.hold(&parts.frame, &rows);
            inside.top = parts.frame.scroll_top();
            inside.due = false;
            inside.rounds = if news { inside.rounds + 1 } else { 0 };
            if let Some(found) = inside.focus.take().and_then(|wanted| parts.list.query_selector(wanted).ok().flatten())
            {
                let _ = found.unchecked_into::<HtmlElement>().focus();
            }
            news && inside.rounds < MAX_ROUNDS
        });
        self.look_for_new(&parts);
        if again == Some(true) {
            self.arrange();
        } else {
            self.fill(&parts);
        }
    }

    /// Asks for what is missing near what is in sight.
    fn fill(self, parts: &Parts) {
        let top = parts.top();
        let bottom = top + f64::from(parts.frame.client_height());
        let near = |row: &Element| {
            let place = row.get_bounding_client_rect();
            place.bottom() > top - MARGIN_PX && place.top() < bottom + MARGIN_PX
        };
        let before = self.inside(|inside| {
            let rows = inside.painted.rows(&parts.list);
            let gaps = inside.entries.iter().filter_map(|entry| match entry {
                Entry::Row(Row::Gap(gap)) => Some((entry.key(), gap.before)),
                Entry::Row(_) | Entry::News(_) | Entry::Seen { .. } => None,
            });
            gaps.into_iter()
                .find(|(key, _)| rows.iter().any(|(drawn, row)| drawn == key && near(row)))
                .map(|(_, before)| before)
        });
        if let Some(before) = before.flatten() {
            self.load(before);
        }
    }

    /// Loads the messages before a number, and keeps those here that are looked at.
    pub(super) fn load(self, before: u64) {
        let looked_at = self.inside(|inside| inside.looked_at()).flatten();
        self.group.quietly(|open| open.timeline.look_at(looked_at));
        self.live.load_before(self.group, before);
    }

    /// The reader, or we, scrolled.
    pub(super) fn scrolled(self) {
        if let Some(parts) = self.parts() {
            self.note(&parts);
            self.arrange();
        }
    }

    /// Scrolled since we last looked: that counts, not where it was.
    fn catch_up(self, parts: &Parts) {
        if self.inside(|inside| inside.top != parts.frame.scroll_top()) == Some(true) {
            self.note(parts);
        }
    }

    /// Notes where the reader is.
    fn note(self, parts: &Parts) {
        let at_end = -parts.frame.scroll_top() <= AT_END_PX;
        let spot = self.inside(|inside| {
            inside.spot = if at_end { None } else { inside.spot(parts) };
            inside.top = parts.frame.scroll_top();
            inside.spot.as_ref().and_then(|spot| match spot.row {
                EntryKey::Row(RowKey::Message(seq)) => Some((seq, spot.offset)),
                EntryKey::Row(_) | EntryKey::News(_) | EntryKey::Seen(_) => None,
            })
        });
        self.group.quietly(|open| open.spot = spot.flatten());
        self.reads_end(at_end);
    }

    fn reads_end(self, at_end: bool) {
        let before = self.group.quietly(|open| {
            if at_end {
                open.timeline.look_at(None);
            }
            open.left_end.is_none()
        });
        if before == Some(!at_end) {
            self.group.change(|open| open.left_end = (!at_end).then(|| open.timeline.last()));
        }
    }

    pub(super) fn to_end(self) {
        let top = self.parts().map_or(0, |parts| parts.frame.scroll_top());
        self.inside(|inside| (inside.spot, inside.top) = (None, top));
        self.group.quietly(|open| open.spot = None);
        self.reads_end(true);
        self.arrange();
    }

    pub(super) fn focus_next(self, selector: &'static str) {
        self.inside(|inside| inside.focus = Some(selector));
    }

    /// The elements, unless the page was left: an animation frame or a scroll event may come after that.
    fn parts(self) -> Option<Parts> {
        Parts::of(self.frame.try_get_untracked().flatten()?)
    }
}

impl Inside {
    fn measures(&self) -> (Vec<EntryKey>, Vec<f64>) {
        let keys: Vec<EntryKey> = self.entries.iter().map(Entry::key).collect();
        let heights = keys.iter().map(|key| self.heights.of(key)).collect();
        (keys, heights)
    }

    /// Puts what is looked at where it was.
    fn hold(&self, frame: &HtmlElement, rows: &[(EntryKey, Element)]) {
        let Some(spot) = &self.spot else {
            if frame.scroll_top() != 0 {
                frame.set_scroll_top(0);
            }
            return;
        };
        let Some((_, row)) = rows.iter().find(|(key, _)| *key == spot.row) else { return };
        let moved = row.get_bounding_client_rect().top() - frame.get_bounding_client_rect().top() + spot.offset;
        if moved.abs() >= 1.0 {
            frame.set_scroll_top(frame.scroll_top() + moved as i32);
        }
    }

    /// The first row in sight that stays what it is: the gap or the day above a message is no more when older ones come.
    fn spot(&self, parts: &Parts) -> Option<Spot<EntryKey>> {
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
    fn looked_at(&self) -> Option<u64> {
        let spot = self.spot.as_ref()?;
        let place = self.entries.iter().position(|entry| entry.key() == spot.row)?;
        self.entries[place..].iter().find_map(|entry| match entry {
            Entry::Row(Row::Message { seq, .. }) => Some(*seq),
            Entry::Row(_) | Entry::News(_) | Entry::Seen { .. } => None,
        })
    }
}

fn all(open: &Open, look: &Look) -> Vec<Entry> {
    let view = View { me: look.me.as_ref(), read: open.read, offset_minutes: open.offset_minutes };
    entries(&open.timeline, view, &open.news, &open.seen)
}
