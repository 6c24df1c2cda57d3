//! Where the reader is in a long log: at its end, which it then follows, or at a row, which then stays where it is while
//! others come and go. Draws only what is near. The log's box is a reversed column: its scroll position is 0 at the end
//! and negative above. Never what a row looks like.

use std::sync::Arc;

use leptos::{html, prelude::*};
use timeline::{Heights, Row, Spot, Window};

use super::entries::{Entry, EntryKey};
use crate::connection::live::{Group, Live};

/// How far from the end, in CSS pixels, still counts as reading the end.
const AT_END_PX: f64 = 48.0;
/// Rows are drawn so far beyond what is in sight, and gaps nearer than this are filled.
const MARGIN_PX: f64 = 1_200.0;
/// Measuring what was just drawn may show that more is to be drawn; once is the rule.
const MAX_ROUNDS: u32 = 4;

#[derive(Clone, Copy)]
pub(super) struct Scroll {
    live: Live,
    group: Group,
    entries: Memo<Arc<Vec<Entry>>>,
    /// What is in the document.
    pub(super) drawn: RwSignal<Arc<Vec<Entry>>>,
    /// The box that scrolls.
    pub(super) frame: NodeRef<html::Div>,
    pub(super) list: NodeRef<html::Ol>,
    pub(super) above: NodeRef<html::Div>,
    pub(super) below: NodeRef<html::Div>,
    inside: StoredValue<Inside>,
}

#[derive(Default)]
struct Inside {
    heights: Heights<EntryKey>,
    /// What stays where it is; nothing at the end.
    spot: Option<Spot<EntryKey>>,
    /// Where the box was scrolled to when we last looked.
    top: i32,
    /// A frame was asked for.
    due: bool,
    rounds: u32,
}

impl Scroll {
    pub(super) fn new(live: Live, group: Group, entries: Memo<Arc<Vec<Entry>>>) -> Self {
        let scroll = Self {
            live,
            group,
            entries,
            drawn: RwSignal::new(entries.get_untracked()),
            frame: NodeRef::new(),
            list: NodeRef::new(),
            above: NodeRef::new(),
            below: NodeRef::new(),
            inside: StoredValue::new(Inside::default()),
        };
        Effect::new(move |_| {
            entries.track();
            scroll.arrange();
        });
        scroll
    }

    /// Decides what is drawn, then looks at it before the browser shows it.
    fn arrange(self) {
        let (Some(frame), Some(entries)) = (mounted(self.frame), self.entries.try_get_untracked()) else { return };
        let view = f64::from(frame.client_height());
        let window = self.inside.try_update_value(|inside| {
            let keys: Vec<EntryKey> = entries.iter().map(Entry::key).collect();
            let heights: Vec<f64> = keys.iter().map(|key| inside.heights.of(key)).collect();
            let end = heights.iter().sum::<f64>() - view;
            let top = inside.spot.as_ref().map(|spot| spot.top(&keys, &heights));
            if top == Some(None) {
                // The row that was looked at is no more.
                inside.spot = Spot::at(&keys, &heights, from_top(&frame));
            }
            Window::of(&heights, top.flatten().unwrap_or(end), view, MARGIN_PX)
        });
        let Some(window) = window else { return };
        let drawn = &entries[window.rows.clone()];
        if self.drawn.with_untracked(|before| before.as_slice() != drawn) {
            self.drawn.set(Arc::new(drawn.to_vec()));
        }
        set_height(self.above, window.above);
        set_height(self.below, window.below);
        self.look();
    }

    /// Looks at what is drawn in the next frame, when it is there and not yet seen.
    pub(super) fn look(self) {
        let due = self.inside.try_update_value(|inside| std::mem::replace(&mut inside.due, true));
        if due == Some(false) {
            request_animation_frame(move || self.settle());
        }
    }

    fn settle(self) {
        let (Some(frame), Some(list)) = (mounted(self.frame), mounted(self.list)) else { return };
        // Scrolled in this very frame: that counts, not where it was.
        if self.inside.try_with_value(|inside| inside.top != frame.scroll_top()) == Some(true) {
            self.note(&frame, &list);
        }
        let drawn = self.drawn.get_untracked();
        let rows = rows(&list);
        let news = self.inside.try_update_value(|inside| {
            inside.due = false;
            inside.rounds += 1;
            let mut news = false;
            for (entry, row) in drawn.iter().zip(&rows) {
                news |= inside.heights.measure(entry.key(), row.get_bounding_client_rect().height());
            }
            news && inside.rounds < MAX_ROUNDS
        });
        self.hold(&frame, &drawn, &rows);
        self.inside.try_update_value(|inside| inside.top = frame.scroll_top());
        if news == Some(true) {
            self.arrange();
        } else {
            self.inside.try_update_value(|inside| inside.rounds = 0);
            self.fill(&frame, &drawn, &rows);
        }
    }

    /// Puts what is looked at where it was.
    fn hold(self, frame: &web_sys::HtmlElement, drawn: &[Entry], rows: &[web_sys::Element]) {
        let spot = self.inside.try_with_value(|inside| inside.spot.clone()).flatten();
        let Some(spot) = spot else {
            if frame.scroll_top() != 0 {
                frame.set_scroll_top(0);
            }
            return;
        };
        let place = drawn.iter().position(|entry| entry.key() == spot.row);
        let Some(row) = place.and_then(|place| rows.get(place)) else { return };
        let moved = row.get_bounding_client_rect().top() - top_of(frame) + spot.offset;
        if moved.abs() >= 1.0 {
            frame.set_scroll_top(frame.scroll_top() + moved.round() as i32);
        }
    }

    /// Asks for what is missing near what is in sight.
    fn fill(self, frame: &web_sys::HtmlElement, drawn: &[Entry], rows: &[web_sys::Element]) {
        let top = top_of(frame);
        let bottom = top + f64::from(frame.client_height());
        for (entry, row) in drawn.iter().zip(rows) {
            let Entry::Row(Row::Gap(gap)) = entry else { continue };
            let place = row.get_bounding_client_rect();
            if place.bottom() > top - MARGIN_PX && place.top() < bottom + MARGIN_PX {
                return self.load(gap.before);
            }
        }
    }

    /// Loads the messages before a number, and keeps those here that are looked at.
    pub(super) fn load(self, before: u64) {
        let spot = self.inside.try_with_value(|inside| inside.spot.clone()).flatten();
        let looked_at = spot.and_then(|spot| self.seq_near(&spot.row));
        self.group.timeline.update_untracked(|timeline| timeline.look_at(looked_at));
        self.live.load_before(self.group, before);
    }

    /// The message at or below an entry.
    fn seq_near(self, key: &EntryKey) -> Option<u64> {
        let entries = self.entries.get_untracked();
        let place = entries.iter().position(|entry| entry.key() == *key)?;
        entries[place..].iter().find_map(|entry| match entry {
            Entry::Row(Row::Message { seq, .. }) => Some(*seq),
            Entry::Row(_) | Entry::News(_) => None,
        })
    }

    /// The reader, or we, scrolled.
    pub(super) fn scrolled(self) {
        if let (Some(frame), Some(list)) = (mounted(self.frame), mounted(self.list)) {
            self.note(&frame, &list);
            self.arrange();
        }
    }

    /// Notes where the reader is.
    fn note(self, frame: &web_sys::HtmlElement, list: &web_sys::HtmlElement) {
        let at_end = f64::from(-frame.scroll_top()) <= AT_END_PX;
        let spot = if at_end { None } else { self.spot(frame, list) };
        self.inside.try_update_value(|inside| (inside.spot, inside.top) = (spot, frame.scroll_top()));
        if self.group.at_end.get_untracked() != at_end {
            self.group.at_end.set(at_end);
        }
        if at_end {
            self.group.timeline.update_untracked(|timeline| timeline.look_at(None));
        }
    }

    /// The first row in sight.
    fn spot(self, frame: &web_sys::HtmlElement, list: &web_sys::HtmlElement) -> Option<Spot<EntryKey>> {
        let top = top_of(frame);
        let drawn = self.drawn.get_untracked();
        let rows = rows(list);
        let first = rows.iter().position(|row| row.get_bounding_client_rect().bottom() > top);
        let in_sight = first
            .filter(|&first| rows[first].get_bounding_client_rect().top() < top + f64::from(frame.client_height()));
        if let Some((entry, row)) = in_sight.and_then(|first| Some((drawn.get(first)?, &rows[first]))) {
            return Some(Spot { row: entry.key(), offset: top - row.get_bounding_client_rect().top() });
        }
        // Scrolled past all that is drawn.
        let keys: Vec<EntryKey> = self.entries.get_untracked().iter().map(Entry::key).collect();
        self.inside
            .try_with_value(|inside| {
                let heights: Vec<f64> = keys.iter().map(|key| inside.heights.of(key)).collect();
                Spot::at(&keys, &heights, from_top(frame))
            })
            .flatten()
    }

    pub(super) fn to_end(self) {
        self.inside.try_update_value(|inside| inside.spot = None);
        self.group.timeline.update_untracked(|timeline| timeline.look_at(None));
        self.group.at_end.set(true);
        self.arrange();
    }
}

/// How far the view begins below the first row.
fn from_top(frame: &web_sys::HtmlElement) -> f64 {
    f64::from(frame.scroll_height() - frame.client_height() + frame.scroll_top())
}

fn top_of(frame: &web_sys::HtmlElement) -> f64 {
    frame.get_bounding_client_rect().top()
}

fn rows(list: &web_sys::HtmlElement) -> Vec<web_sys::Element> {
    let children = list.children();
    (0..children.length()).filter_map(|place| children.item(place)).collect()
}

/// Set by script: the page's policy allows no style in its HTML.
fn set_height(element: NodeRef<html::Div>, pixels: f64) {
    if let Some(element) = mounted(element) {
        let _ = web_sys::HtmlElement::style(&element).set_property("height", &format!("{pixels:.0}px"));
    }
}

/// The element, unless its page was left: an animation frame or a scroll event may come after that.
fn mounted<E>(element: NodeRef<E>) -> Option<E::Output>
where
    E: html::ElementType,
    E::Output: leptos::wasm_bindgen::JsCast + Clone + 'static,
{
    element.try_get_untracked().flatten()
}
