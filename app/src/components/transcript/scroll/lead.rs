//! Where a link leads: to a message that is loaded. Never how one follows a link to one that is not.

use timeline::{Row, RowKey, Spot};

use super::{super::entries::Entry, EntryKey, Parts, Scroll};
use crate::connection::live::Wanted;

/// The line above what is new.
const NEW: EntryKey = EntryKey::Row(RowKey::Unread);

impl Scroll {
    /// Shows a message that is loaded, with room above it; one can go back to where one came from.
    pub(in super::super) fn jump(self, to: u64, from: Option<u64>) {
        let Some(parts) = self.parts() else { return };
        let room = f64::from(parts.frame.client_height()) / 3.0;
        self.inside(|inside| {
            inside.spot = Some(Spot { row: EntryKey::Row(RowKey::Message(to)), offset: -room });
            inside.top = parts.frame.scroll_top();
            inside.focus = Some("[aria-current]");
        });
        self.group.quietly(|open| open.timeline.look_at(Some(to)));
        self.group.change(|open| {
            open.marked = open.timeline.shown(to).map(|shown| shown.message.id.clone());
            open.came_from = from;
            open.left_end = open.left_end.or(Some(open.timeline.last()));
        });
        self.arrange(true);
        if parts.frame.scroll_top() == 0 {
            self.note(&parts);
        }
    }

    /// Shows the line above what is new; older pages are loaded until it is there.
    pub(in super::super) fn to_new(self) {
        let Some(parts) = self.parts() else { return };
        let room = f64::from(parts.frame.client_height()) / 3.0;
        let line = self.inside(|inside| {
            let at = inside.entries.iter().position(|entry| entry.key() == NEW)?;
            let missing = inside.entries[at.saturating_sub(2)..at].iter().find_map(|entry| match entry {
                Entry::Row(Row::Gap(gap)) => Some(gap.before),
                Entry::Row(_) | Entry::News(_) | Entry::Seen { .. } => None,
            });
            if missing.is_none() {
                inside.spot = Some(Spot { row: NEW, offset: -room });
                inside.top = parts.frame.scroll_top();
                inside.focus = Some(".mark-unread");
            }
            Some(missing)
        });
        let wanted = line.flatten().flatten();
        self.group.quietly(|open| {
            open.wanted = wanted.map(|_| Wanted::New);
            let first = open.read.and_then(|read| open.timeline.first_unread(read, None));
            open.timeline.look_at(wanted.or(first));
        });
        match wanted {
            Some(before) => self.live.load_before(self.group, before),
            None => {
                self.group.change(|open| {
                    (open.fresh, open.fresh_above) = (0, false);
                    open.left_end = open.left_end.or(Some(open.timeline.last()));
                });
                self.arrange(true);
            }
        }
    }

    /// Whether the line above what is new is above what is in sight; once it was seen nothing leads to it.
    pub(super) fn look_for_new(self, parts: &Parts) {
        let Some((fresh, known)) = self.group.peek(|open| (open.fresh, open.fresh_above)) else { return };
        if fresh == 0 {
            return;
        }
        let above = self.inside(|inside| {
            let at = inside.entries.iter().position(|entry| entry.key() == NEW)?;
            let rows = inside.painted.rows(&parts.list);
            if let Some((_, row)) = rows.iter().find(|(key, _)| *key == NEW) {
                let place = row.get_bounding_client_rect();
                let is_below = place.top() > parts.top() + f64::from(parts.frame.client_height());
                return (place.bottom() <= parts.top()).then_some(true).or(is_below.then_some(false));
            }
            let first = rows.first().and_then(|(key, _)| inside.entries.iter().position(|entry| entry.key() == *key));
            Some(first.is_some_and(|first| at < first))
        });
        let above = above.flatten();
        if above != Some(known) {
            let fresh = if above.is_some() { fresh } else { 0 };
            self.group.change(|open| (open.fresh, open.fresh_above) = (fresh, above == Some(true)));
        }
    }

    /// Where the reader wants to be, if it is loaded by now and somebody looks.
    pub(in super::super) fn follow(self) {
        if self.inside(|inside| inside.stale) != Some(false) {
            return;
        }
        if self.group.peek(|open| open.wanted == Some(Wanted::New)) == Some(true) {
            return self.to_new();
        }
        let to = self.group.quietly(|open| match open.wanted.take()? {
            Wanted::New => None,
            Wanted::End => Some(None),
            Wanted::Message(id, from) => {
                let found = open.timeline.message(&id).map(|message| Some((message.seq, from)));
                if found.is_none() {
                    open.wanted = Some(Wanted::Message(id, from));
                }
                found
            }
        });
        match to.flatten() {
            Some(Some((to, from))) => self.jump(to, from),
            Some(None) => self.to_end(),
            None => {}
        }
    }

    /// Where the address leads.
    pub(in super::super) fn begin(self) {
        let marked = self.group.peek(|open| {
            let id = open.marked.as_ref()?;
            open.timeline.message(id).map(|message| message.seq)
        });
        if let Some(to) = marked.flatten() {
            self.jump(to, None);
        }
    }
}
