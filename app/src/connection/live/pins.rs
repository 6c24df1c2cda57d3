//! What is pinned in the open group: asked of the server whenever an event says that it is not what is known, since a pinned
//! message need not be loaded. Never how it looks.

use protocol::{Event, Seq};

use super::{
    Group, Live, Open,
    ask::{ask, of_group},
};
use crate::connection::wire;

/// An answer that takes longer is asked for again.
const ANSWER_MS: f64 = 8_000.0;

impl Open {
    /// Events came: perhaps what is known of the pins is no longer true, and is to be asked for at once.
    pub(super) fn pins_hear(&mut self, events: &[Event]) {
        let last = events.iter().rev().find(|event| match &self.pins {
            Some(pins) => event.seq > pins.seq && pins.changes(event),
            None => true,
        });
        if let Some(event) = last {
            (self.pins_after, self.pins_asked) = (Some(event.seq), 0.0);
        }
    }

    /// What happened up to here is not known one by one; `anew`: and the numbers are another life's.
    pub(super) fn pins_jump(&mut self, head: Seq, anew: bool) {
        (self.pins_after, self.pins_asked) = (Some(head), 0.0);
        if let Some(pins) = self.pins.as_mut().filter(|_| anew) {
            pins.seq = 0;
        }
    }
}

impl Live {
    /// Asks for the pins of the open group, if they are not what they were and nobody asked just now.
    pub(super) fn ask_for_pins(self, group: Group, now: f64) {
        let due = group.quietly(|open| {
            let due = open.pins_after.is_some() && (now - open.pins_asked).abs() > ANSWER_MS;
            if due {
                open.pins_asked = now;
            }
            due.then(|| of_group(open.id.as_str(), "/pins"))
        });
        if let Some(address) = due.flatten() {
            ask(address, Box::new(move |status, text| told(group, status, text)));
        }
    }
}

fn told(group: Group, status: u16, text: &str) {
    let Some(pins) = wire::pins(text).filter(|_| status == 200) else {
        if (400..500).contains(&status) {
            group.quietly(|open| open.pins_after = None);
        }
        return;
    };
    group.change(|open| {
        if open.pins_after.is_some_and(|after| after <= pins.seq) {
            open.pins_after = None;
        }
        if open.pins.as_ref().is_none_or(|known| known.seq <= pins.seq) {
            open.pins = Some(pins);
        }
    });
}
