//! The one task that talks to Redis for everyone who sends, joins or leaves: it takes what has gathered, and needs two
//! round trips for all of it. First memberships change and groups tell their members; then frames go out.
//!
//! One task for all hosts, not one each: a direct message must not overtake a group message for the same process
//! whose members another host knows.

mod frames;

use std::collections::HashMap;
use std::sync::Arc;

use redis::Cmd;

use self::frames::Frames;
use super::clock::Score;
use super::exchange::{Exchange, Slot};
use super::node::Node;
use super::outbox::{Op, Outgoing, Reply};
use super::roster::Entry;
use super::script;
use crate::{ChannelName, GroupName, LayerError, Wire};

/// Operations that share their round trips.
const MOST: usize = 1024;
/// Memberships in one command.
const MOST_MEMBERS: usize = 500;

/// Empties the queue until the layer ends.
pub(crate) async fn run<M: Wire>(node: Arc<Node<M>>, mut outgoing: Outgoing<M>) {
    let mut ops = Vec::new();
    loop {
        tokio::select! {
            () = node.cancel.cancelled() => return,
            more = outgoing.take(&mut ops, MOST) => if !more { return },
        }
        let mut batch = Vec::with_capacity(ops.len());
        for op in ops.drain(..) {
            if let Op::Flush(reply) = op {
                process(&node, std::mem::take(&mut batch)).await;
                let _ = reply.send(flush(&node).await);
            } else {
                batch.push(op);
            }
        }
        process(&node, batch).await;
    }
}

/// What is left to do with an operation when the first answers are there.
enum Step<M> {
    Send(ChannelName, Arc<M>, Reply),
    Group(GroupName, Arc<M>, Slot),
    Joined(GroupName, ChannelName, Slot, Reply),
    Left(GroupName, ChannelName, Slot, Option<Reply>),
    Restored(Vec<(Slot, Vec<Entry>)>, Vec<(Slot, GroupName, ChannelName)>, Reply),
    Barrier(Reply),
}

async fn process<M: Wire>(node: &Node<M>, ops: Vec<Op<M>>) {
    if ops.is_empty() {
        return;
    }
    let mut exchange = Exchange::new(node.hosts.len());
    // A group that has not changed since is asked once, however many messages go to it.
    let mut asked: HashMap<GroupName, Slot> = HashMap::new();
    let mut steps = Vec::with_capacity(ops.len());
    for op in ops {
        steps.push(match op {
            Op::Send(channel, message, reply) => Step::Send(channel, message, reply),
            Op::Group(group, message) => {
                let slot = *asked.entry(group.clone()).or_insert_with(|| ask_for_members(node, &group, &mut exchange));
                Step::Group(group, message, slot)
            }
            Op::Join(Entry { group, channel, joined }, reply) => {
                asked.remove(&group);
                let slot = write(node, &group, [(joined, &channel)], &mut exchange);
                Step::Joined(group, channel, slot, reply)
            }
            Op::Leave(group, channel, reply) => {
                asked.remove(&group);
                let slot = exchange.add(node.host_of_group(&group), remove(node, &group, channel.as_str()));
                Step::Left(group, channel, slot, reply)
            }
            Op::Restore { host, reply } => {
                asked.clear();
                restore(node, host, reply, &mut exchange)
            }
            // Taken out before; there is no order left to keep.
            Op::Flush(reply) | Op::Barrier(reply) => Step::Barrier(reply),
        });
    }
    node.pulse.meter.round_trips.add(u64::from(!exchange.is_empty()));
    let answers = exchange.run(&node.links).await;

    let mut frames = Frames::new(node);
    let mut barriers = Vec::new();
    for step in steps {
        match step {
            Step::Send(channel, message, reply) => frames.direct(channel, &message, reply),
            Step::Group(group, message, slot) => frames.group(group, &message, answers.get(slot)),
            Step::Joined(group, channel, slot, reply) => {
                if answers.get::<redis::Value>(slot).is_some() {
                    node.roster.confirm(&group, &channel);
                }
                // If Redis is away, the keeper writes it when it is back.
                let _ = reply.send(Ok(()));
            }
            Step::Left(group, channel, slot, reply) => {
                if answers.get::<redis::Value>(slot).is_none() {
                    node.roster.owe_removal(group, channel);
                }
                reply.into_iter().for_each(|reply| drop(reply.send(Ok(()))));
            }
            Step::Restored(written, removed, reply) => {
                let mut whole = true;
                for (slot, entries) in written {
                    let done = answers.get::<redis::Value>(slot).is_some();
                    whole &= done;
                    entries.iter().filter(|_| done).for_each(|one| node.roster.confirm(&one.group, &one.channel));
                }
                for (slot, group, channel) in removed {
                    if answers.get::<redis::Value>(slot).is_none() {
                        whole = false;
                        node.roster.owe_removal(group, channel);
                    }
                }
                let _ = reply.send(if whole { Ok(()) } else { Err(LayerError::Unavailable) });
            }
            Step::Barrier(reply) => barriers.push(reply),
        }
    }
    frames.send().await;
    barriers.into_iter().for_each(|reply| drop(reply.send(Ok(()))));
}

fn ask_for_members<M: Wire>(node: &Node<M>, group: &GroupName, exchange: &mut Exchange) -> Slot {
    let lapsed = Score::now().before(node.expiry.membership);
    let mut ask = script::MEMBERS.call([node.keys.group(group).as_str()].into_iter());
    ask.arg(lapsed.to_string()).arg(node.keys.mark());
    exchange.add(node.host_of_group(group), ask)
}

/// Adds members, and has the group live as long as its youngest.
fn write<'a, M: Wire>(
    node: &Node<M>,
    group: &GroupName,
    members: impl IntoIterator<Item = (Score, &'a ChannelName)>,
    exchange: &mut Exchange,
) -> Slot {
    let (host, key) = (node.host_of_group(group), node.keys.group(group));
    let mut add = redis::cmd("ZADD");
    add.arg(&key);
    for (joined, channel) in members {
        add.arg(joined.to_string()).arg(channel.as_str());
    }
    let slot = exchange.add(host, add);
    let mut expire = redis::cmd("PEXPIRE");
    expire.arg(&key).arg(millis(node.expiry.membership));
    exchange.add(host, expire);
    slot
}

fn remove<M: Wire>(node: &Node<M>, group: &GroupName, channel: &str) -> Cmd {
    let mut remove = redis::cmd("ZREM");
    remove.arg(node.keys.group(group)).arg(channel);
    remove
}

fn restore<M: Wire>(node: &Node<M>, host: usize, reply: Reply, exchange: &mut Exchange) -> Step<M> {
    let here = |group: &GroupName| node.host_of_group(group) == host;
    let (removals, entries) = node.roster.restore(here, node.expiry.membership);
    let removed = removals
        .into_iter()
        .map(|(group, channel)| (exchange.add(host, remove(node, &group, channel.as_str())), group, channel));
    let removed = removed.collect();
    let mut by_group: HashMap<GroupName, Vec<Entry>> = HashMap::new();
    entries.into_iter().for_each(|entry| by_group.entry(entry.group.clone()).or_default().push(entry));
    let mut written = Vec::new();
    for (group, mut entries) in by_group {
        while !entries.is_empty() {
            let chunk = entries.split_off(entries.len().saturating_sub(MOST_MEMBERS));
            let members = chunk.iter().map(|entry| (entry.joined, &entry.channel));
            written.push((write(node, &group, members, exchange), chunk));
        }
    }
    Step::Restored(written, removed, reply)
}

/// Deletes everything below the prefix on every host.
async fn flush<M: Wire>(node: &Node<M>) -> Result<(), LayerError> {
    for link in &node.links {
        let (number, mut connection) = link.get().ok_or(LayerError::Unavailable)?;
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(node.keys.everything()).arg("COUNT").arg(1000);
            let page: redis::RedisResult<(u64, Vec<Vec<u8>>)> = scan.query_async(&mut connection).await;
            let deleted = match page {
                Ok((next, keys)) => {
                    cursor = next;
                    let delete = redis::cmd("UNLINK").arg(&keys).take();
                    if keys.is_empty() { Ok(()) } else { delete.exec_async(&mut connection).await }
                }
                Err(error) => Err(error),
            };
            if deleted.is_err() {
                link.fail(number);
                return Err(LayerError::Unavailable);
            }
            if cursor == 0 {
                break;
            }
        }
    }
    Ok(())
}

/// Whole milliseconds, rounded up, at most what Redis takes.
fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros().div_ceil(1000)).unwrap_or(u64::MAX).min(1 << 52)
}
