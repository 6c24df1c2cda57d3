//! Where the reader is in a long log: at its end, which it then follows, or at a row, which then stays where it is while
//! others come and go. Draws only what is near. The log's box is a reversed column: its scroll position is 0 at the end
//! and negative above. Never what a row looks like.

mod inside;
mod lead;

use std::sync::{Arc, Mutex, PoisonError};

use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use protocol::Seq;
use timeline::{RowKey, Spot, Window};

use self::inside::{Inside, all};
use super::{
    entries::EntryKey,
    paint::Painted,
    parts::Parts,
    row::{self, Look},
};
use crate::{
    components::browser,
    connection::live::{Group, Live},
};

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
        let inside = Inside::new(look, entries, painted, kept.flatten());
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

    /// Something changed. Where nobody sees it, it is drawn when somebody does.
    pub(super) fn refresh(self, look: Look) {
        let unseen = browser::is_hidden();
        self.inside(|inside| (inside.look, inside.stale) = (look, unseen));
        if unseen { self.look() } else { self.renew() }
    }

    fn renew(self) {
        let spoke = self.inside(|inside| {
            let (entries, spoke) = self.group.peek(|open| (all(open, &inside.look), open.spoke))?;
            inside.entries = entries;
            inside.forget_heights();
            Some(std::mem::replace(&mut inside.spoke, spoke) != spoke)
        });
        if spoke.flatten() == Some(true) { self.to_end() } else { self.arrange(false) }
    }

    /// Decides what is drawn, draws it, and has another look before the browser shows it. Unless it is to be `exact`, the rows
    /// that are drawn stay while they reach far enough; and while they are the same, so does the room around them: what is
    /// said far from what one reads changes nothing in the document.
    ///
    /// First it reads, then it writes: where one is at the end nothing is read again, and the browser lays out once.
    fn arrange(self, exact: bool) {
        let Some(parts) = self.parts() else { return };
        self.catch_up(&parts);
        let view = f64::from(parts.frame.client_height());
        let same = self.inside(|inside| {
            let (keys, heights) = inside.measures();
            let end = heights.iter().sum::<f64>() - view;
            let top = inside.spot.as_ref().map(|spot| spot.top(&keys, &heights));
            if top == Some(None) {
                // The row that was looked at is no more.
                inside.spot = Spot::at(&keys, &heights, parts.scrolled_by());
            }
            let top = top.flatten().unwrap_or(end);
            let drawn = inside.painted.place(&keys).filter(|_| !exact);
            let window = drawn.and_then(|drawn| Window::kept(drawn, &heights, top, view, MARGIN_PX));
            let window = window.unwrap_or_else(|| Window::of(&heights, top, view, MARGIN_PX));
            let drawn = keys[window.rows.clone()].iter().cloned().zip(&inside.entries[window.rows.clone()]);
            let rows = self
                .group
                .peek(|open| drawn.map(|(key, entry)| (key, row::html(open, &inside.look, entry))).collect::<Vec<_>>());
            inside.hold_end(&parts.frame);
            let same = !inside.painted.paint(&parts.list, rows.unwrap_or_default());
            inside.drawn = window.rows;
            if same && !exact && !inside.waits() {
                return true;
            }
            parts.keep_room(window.above, window.below);
            // At once: whoever scrolls before the next frame scrolls from where they were.
            inside.hold_spot(&parts);
            false
        });
        if same == Some(false) {
            self.look();
        }
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
        let stale = self.inside(|inside| {
            inside.due = false;
            std::mem::take(&mut inside.stale)
        });
        if stale == Some(true) {
            self.renew();
            return self.follow();
        }
        self.catch_up(&parts);
        let again = self.inside(|inside| {
            let news = inside.measure(&parts);
            inside.hold_end(&parts.frame);
            inside.hold_spot(&parts);
            let short = news && !inside.covers(&parts, MARGIN_PX / 2.0);
            inside.rounds = if short { inside.rounds + 1 } else { 0 };
            if let Some(found) = inside.focus.take().and_then(|wanted| parts.list.query_selector(wanted).ok().flatten())
            {
                let _ = found.unchecked_into::<HtmlElement>().focus();
            }
            short && inside.rounds < MAX_ROUNDS
        });
        self.look_for_new(&parts);
        if again == Some(true) {
            self.arrange(true);
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
        if let Some(before) = self.inside(|inside| inside.gap(parts, near)).flatten() {
            self.load(before);
        }
    }

    /// Loads the messages before a number, and keeps those here that are looked at.
    pub(super) fn load(self, before: u64) {
        let looked_at = self.inside(|inside| inside.looked_at()).flatten();
        self.group.quietly(|open| open.timeline.look_at(looked_at));
        self.live.load_before(self.group, before);
    }

    /// The reader scrolled; or we, so that what they look at stays where it is.
    pub(super) fn scrolled(self) {
        if let Some(parts) = self.parts() {
            let by_reader = self.inside(|inside| inside.top != parts.frame.scroll_top()) == Some(true);
            self.note(&parts);
            self.arrange(by_reader);
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
        self.reads(at_end, spot.flatten());
    }

    /// At the end, or at a message and so far below its top.
    fn reads(self, at_end: bool, spot: Option<(Seq, f64)>) {
        let before = self.group.quietly(|open| {
            open.spot = spot;
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
        self.reads(true, None);
        self.arrange(true);
    }

    pub(super) fn focus_next(self, selector: &'static str) {
        self.inside(|inside| inside.focus = Some(selector));
    }

    /// The elements, unless the page was left: an animation frame or a scroll event may come after that.
    fn parts(self) -> Option<Parts> {
        Parts::of(self.frame.try_get_untracked().flatten()?)
    }
}
