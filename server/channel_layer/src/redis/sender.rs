//! The one task that talks to Redis for everyone who sends, joins or leaves: it takes what has gathered, and needs two
//! round trips for all of it. First memberships change and groups tell their members; then frames go out. What Redis
//! provably never got waits here until it can.
//!
//! One task for all hosts, not one each: a direct message must not overtake a group message for the same process
//! whose members another host knows.

mod backlog;
mod fate;
mod frames;
mod memberships;

use std::collections::HashMap;
use std::sync::Arc;

use tokio::time::sleep_until;

use self::backlog::Backlog;
use self::frames::Frames;
use super::clock::Score;
use super::exchange::{Answer, Answers, Exchange, Slot};
use super::link;
use super::node::Node;
use super::outbox::{Op, Outgoing, Reply};
use super::roster::Entry;
use super::script;
use crate::{ChannelName, GroupName, Wire};

/// Operations that share their round trips.
const MOST: usize = 1024;

/// Empties the queue until the layer ends.
pub(crate) async fn run<M: Wire>(node: Arc<Node<M>>, mut outgoing: Outgoing<M>) {
    let mut backlog = Backlog::new(&node);
    let mut ops = Vec::new();
    loop {
        let due = backlog.due();
        tokio::select! {
            () = node.cancel.cancelled() => return backlog.clear(),
            more = outgoing.take(&mut ops, MOST) => if !more { return backlog.clear() },
            () = async { if let Some(due) = due { sleep_until(due).await } }, if due.is_some() => {}
        }
        let mut batch = Vec::with_capacity(ops.len());
        for op in ops.drain(..) {
            match op {
                Op::Flush(reply) => {
                    process(&node, std::mem::take(&mut batch), &mut backlog).await;
                    backlog.clear();
                    let _ = reply.send(memberships::flush(&node).await);
                }
                Op::Restore { host, which, reply } => {
                    process(&node, std::mem::take(&mut batch), &mut backlog).await;
                    let _ = reply.send(memberships::restore(&node, host, which).await);
                }
                op => batch.push(op),
            }
        }
        process(&node, batch, &mut backlog).await;
    }
}

/// What is left to do with an operation when the first answers are there.
enum Step<M> {
    Send(ChannelName, Arc<M>, Score, Reply),
    Group(GroupName, Arc<M>, Score, Slot),
    Joined(Entry, Slot, Reply),
    Left(GroupName, ChannelName, Slot, Option<Reply>),
}

async fn process<M: Wire>(node: &Node<M>, ops: Vec<Op<M>>, backlog: &mut Backlog<'_, M>) {
    backlog.drop_hopeless();
    let mut batch = backlog.take_due(MOST);
    batch.extend(ops.into_iter().filter_map(|op| backlog.admit(op)));
    if !batch.is_empty() {
        let (exchange, steps) = first_round(node, batch);
        node.pulse.meter.round_trips.add(u64::from(!exchange.is_empty()));
        let answers = exchange.run(&node.links).await;
        second_round(node, steps, &answers, backlog).await;
    } else if backlog.has_posts() {
        Frames::new(node).send(backlog).await;
    }
    backlog.answer_barriers();
}

/// Memberships change, and groups are asked for their members.
fn first_round<M: Wire>(node: &Node<M>, batch: Vec<Op<M>>) -> (Exchange, Vec<Step<M>>) {
    let mut exchange = Exchange::new(node.hosts.len());
    // A group that has not changed since is asked once, however many messages go to it.
    let mut asked: HashMap<GroupName, Slot> = HashMap::new();
    let mut steps = Vec::with_capacity(batch.len());
    for op in batch {
        steps.push(match op {
            Op::Send(channel, message, score, reply) => Step::Send(channel, message, score, reply),
            Op::Group(group, message, score) => {
                let slot = *asked.entry(group.clone()).or_insert_with(|| ask_for_members(node, &group, &mut exchange));
                Step::Group(group, message, score, slot)
            }
            Op::Join(entry, reply) => {
                asked.remove(&entry.group);
                let slot = memberships::write(node, &entry.group, [(entry.joined, &entry.channel)], &mut exchange);
                Step::Joined(entry, slot, reply)
            }
            Op::Leave(group, channel, reply) => {
                asked.remove(&group);
                let slot = exchange.add(node.host_of_group(&group), memberships::remove(node, &group, &channel));
                Step::Left(group, channel, slot, reply)
            }
            // Taken out before.
            Op::Restore { .. } | Op::Flush(_) | Op::Barrier(_) => continue,
        });
    }
    if !asked.is_empty() {
        exchange.ask_all();
    }
    (exchange, steps)
}

/// What the first round says is done; frames go out.
async fn second_round<M: Wire>(node: &Node<M>, steps: Vec<Step<M>>, answers: &Answers, backlog: &mut Backlog<'_, M>) {
    let mut frames = Frames::new(node);
    let mut again = Vec::new();
    for step in steps {
        match step {
            Step::Send(channel, message, score, reply) => frames.direct(channel, &message, score, reply),
            Step::Group(group, message, score, slot) => match answers.outcome(slot) {
                Answer::Done(members) => frames.group(group, &message, score, members),
                Answer::Refused(error) if !link::is_fatal(&error) => {
                    node.refused(node.host_of_group(&group), &error.to_string());
                    node.pulse.meter.unsent.add(1);
                    node.outbox.free(1);
                }
                // Asking has sent nothing to anyone.
                Answer::Refused(_) | Answer::Unwritten | Answer::Unknown => again.push((group, message, score)),
            },
            Step::Joined(entry, slot, reply) => {
                memberships::settle(node, [&entry], &answers.outcome(slot));
                // If Redis is away or refuses, the keeper has it written later.
                let _ = reply.send(Ok(()));
            }
            Step::Left(group, channel, slot, reply) => {
                memberships::settle_removal(node, group, channel, &answers.outcome(slot));
                reply.into_iter().for_each(|reply| drop(reply.send(Ok(()))));
            }
        }
    }
    backlog.put_back(again);
    frames.send(backlog).await;
}

fn ask_for_members<M: Wire>(node: &Node<M>, group: &GroupName, exchange: &mut Exchange) -> Slot {
    let lapsed = Score::now().before(node.expiry.membership);
    let mut ask = script::MEMBERS.call([node.keys.group(group).as_str()].into_iter());
    ask.arg(lapsed.to_string()).arg(node.keys.mark());
    exchange.add(node.host_of_group(group), ask)
}

/// Whole milliseconds, rounded up, at most what Redis takes.
fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros().div_ceil(1000)).unwrap_or(u64::MAX).min(1 << 52)
}
