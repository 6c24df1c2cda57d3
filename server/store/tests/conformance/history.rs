//! Old snapshot + the events after it = new snapshot, for random histories: what every client relies on.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use protocol::{Change, Event, Message, Reaction};
use store::Snapshot;

use super::Fixture;
use crate::helpers::{Tea, delete, edit, pin, post, react};

#[derive(Clone, Debug)]
enum Step {
    Post,
    Edit(usize),
    Delete(usize),
    React(usize, usize, bool),
    Pin(usize, bool),
}

fn steps() -> impl Strategy<Value = Vec<(Step, bool)>> {
    let step = prop_oneof![
        4 => Just(Step::Post),
        2 => any::<usize>().prop_map(Step::Edit),
        1 => any::<usize>().prop_map(Step::Delete),
        6 => (any::<usize>(), 0..3_usize, any::<bool>()).prop_map(|(which, emoji, on)| Step::React(which, emoji, on)),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, on)| Step::Pin(which, on)),
    ];
    proptest::collection::vec((step, any::<bool>()), 1..60)
}

pub(crate) async fn an_old_snapshot_and_the_events_after_it_are_the_new_snapshot(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let mut runner = TestRunner::default();
    for turn in 0..12 {
        let history = steps().new_tree(&mut runner).expect("a history").current();
        let place = format!("history{turn}");
        let snapshots = live(&tea, &place, &history).await;
        let last = snapshots.last().expect("one");
        for old in &snapshots {
            let mut now = old.clone();
            for event in tea.events(&place, old.seq).await {
                apply(&mut now, &event);
            }
            assert_eq!(&now, last, "from {} in {history:?}", old.seq);
        }
    }
}

/// A snapshot before each step and one at the end.
async fn live(tea: &Tea, place: &str, history: &[(Step, bool)]) -> Vec<Snapshot> {
    let mut snapshots = vec![tea.all(place).await];
    for (step, who) in history {
        let by = if *who { &tea.ann } else { &tea.ben };
        let messages = &snapshots.last().expect("one").messages;
        let which = |at: &usize| messages.get(at % messages.len().max(1)).map(|message| &message.id);
        let command = match step {
            Step::Post => Some(post("posted")),
            Step::Edit(at) => which(at).map(|id| edit(id, &format!("edited {at}"))),
            Step::Delete(at) => which(at).map(delete),
            Step::React(at, emoji, on) => which(at).map(|id| react(id, ["👍", "🍵", "☕"][*emoji], *on)),
            Step::Pin(at, on) => which(at).map(|id| pin(id, *on)),
        };
        if let Some(command) = command {
            // Some are refused, and leave no trace.
            let _ = tea.ask(place, by, command).await;
        }
        let mut expected = snapshots.last().expect("one").clone();
        for event in tea.events(place, expected.seq).await {
            apply(&mut expected, &event);
        }
        snapshots.push(tea.all(place).await);
        assert_eq!(snapshots.last(), Some(&expected), "after {step:?} in {history:?}");
    }
    snapshots
}

/// What a client does with an event, as simply as it can be said.
fn apply(snapshot: &mut Snapshot, event: &Event) {
    assert_eq!(event.seq, snapshot.seq + 1);
    snapshot.seq = event.seq;
    if let Change::Posted { message, n, body, reply_to } = &event.change {
        snapshot.n = *n;
        snapshot.messages.push(Message {
            id: message.clone(),
            seq: event.seq,
            n: *n,
            changed: event.seq,
            at: event.at,
            by: event.by.clone(),
            client_id: event.client_id.clone(),
            body: body.clone(),
            reply_to: reply_to.clone(),
            edited_at: None,
            deleted: false,
            pinned: false,
            reactions: Vec::new(),
        });
    }
    let Some(message) = snapshot.messages.iter_mut().find(|message| Some(&message.id) == event.change.message()) else {
        panic!("an event of no message");
    };
    message.changed = event.seq;
    match &event.change {
        // Of a message that was deleted later, the text is gone from this event too.
        Change::Posted { .. } | Change::Unknown => {}
        Change::Edited { body, .. } => (message.body, message.edited_at) = (body.clone(), Some(event.at)),
        Change::Deleted { .. } => {
            (message.body, message.deleted, message.reactions) = (String::new(), true, Vec::new());
            (message.edited_at, message.pinned) = (None, false);
        }
        Change::Reacted { emoji, on, .. } => react_to(&mut message.reactions, emoji, event, *on),
        Change::Pinned { on, .. } => message.pinned = *on,
    }
}

fn react_to(reactions: &mut Vec<Reaction>, emoji: &str, event: &Event, on: bool) {
    match (on, reactions.iter_mut().find(|reaction| reaction.emoji == emoji)) {
        (true, None) => reactions.push(Reaction { emoji: emoji.to_owned(), people: vec![event.by.clone()] }),
        (true, Some(reaction)) if !reaction.people.contains(&event.by) => reaction.people.push(event.by.clone()),
        (false, Some(reaction)) => {
            reaction.people.retain(|person| *person != event.by);
            reactions.retain(|reaction| !reaction.people.is_empty());
        }
        (true, Some(_)) | (false, None) => {}
    }
}
