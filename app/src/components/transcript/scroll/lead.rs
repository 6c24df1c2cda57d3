//! Where a link leads: to a message that is loaded. Never how one follows a link to one that is not.

use timeline::{RowKey, Spot};

use super::{EntryKey, Scroll};
use crate::connection::live::Wanted;

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

    /// Where the reader wants to be, if it is loaded by now and somebody looks.
    pub(in super::super) fn follow(self) {
        if self.inside(|inside| inside.stale) != Some(false) {
            return;
        }
        let to = self.group.quietly(|open| match open.wanted.take()? {
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
