//! Memberships on their way into Redis, one by one and all again; and what becomes of them when Redis refuses. Which
//! there should be is the roster's knowledge.

use std::collections::HashMap;

use redis::{Cmd, Value};

use super::super::clock::Score;
use super::super::exchange::{Answer, Exchange, Slot};
use super::super::link;
use super::super::node::Node;
use super::super::outbox::Restored;
use super::super::roster::{Entry, Owed};
use super::millis;
use crate::{ChannelName, GroupName, LayerError, Wire};

/// Memberships in one command.
const MOST_MEMBERS: usize = 500;
/// Commands in one round trip: Redis must answer all of them in time, however many memberships there are.
const MOST_COMMANDS: usize = 1000;

/// Adds members, and has the group live as long as its youngest.
pub(super) fn write<'a, M: Wire>(
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

pub(super) fn remove<M: Wire>(node: &Node<M>, group: &GroupName, channel: &ChannelName) -> Cmd {
    let mut remove = redis::cmd("ZREM");
    remove.arg(node.keys.group(group)).arg(channel.as_str());
    remove
}

/// Memberships that Redis took are known to be there; what it refused stays owed.
pub(super) fn settle<'a, M: Wire>(
    node: &Node<M>,
    entries: impl IntoIterator<Item = &'a Entry>,
    answer: &Answer,
) -> Restored {
    for entry in entries {
        match answer {
            Answer::Done(_) => node.roster.confirm(&entry.group, &entry.channel),
            Answer::Refused(error) => {
                node.pulse.meter.memberships_refused.add(1);
                node.roster.owe(&entry.group, &entry.channel);
                node.refused(node.host_of_group(&entry.group), &error.to_string());
            }
            Answer::Unwritten | Answer::Unknown => {}
        }
    }
    outcome(answer)
}

pub(super) fn settle_removal<M: Wire>(
    node: &Node<M>,
    group: GroupName,
    channel: ChannelName,
    answer: &Answer,
) -> Restored {
    if let Answer::Refused(error) = answer {
        node.refused(node.host_of_group(&group), &error.to_string());
    }
    if !matches!(answer, Answer::Done(_)) {
        node.roster.owe_removal(group, channel);
    }
    outcome(answer)
}

fn outcome(answer: &Answer) -> Restored {
    match answer {
        Answer::Done(_) => Restored::Whole,
        Answer::Refused(error) if link::is_unwilling(&error.to_string()) => Restored::Refused,
        Answer::Refused(error) if link::is_fatal(error) => Restored::Away,
        // A key that is no group, say: to try again does not help, and everyone else is well.
        Answer::Refused(_) => Restored::Whole,
        Answer::Unwritten | Answer::Unknown => Restored::Away,
    }
}

/// Writes a host's memberships again, in as many round trips as it takes. Nothing else is sent meanwhile, so that no
/// change is overtaken.
pub(super) async fn restore<M: Wire>(node: &Node<M>, host: usize, which: Owed) -> Restored {
    let here = |group: &GroupName| node.host_of_group(group) == host;
    let (removals, entries) = node.roster.restore(here, which, node.expiry.membership);
    let mut worst = Restored::Whole;
    let mut removals = removals.into_iter().peekable();
    while removals.peek().is_some() {
        let mut exchange = Exchange::new(node.hosts.len());
        let chunk: Vec<_> = removals.by_ref().take(MOST_COMMANDS).collect();
        let slots: Vec<_> = chunk.iter().map(|(group, one)| exchange.add(host, remove(node, group, one))).collect();
        let answers = exchange.run(&node.links).await;
        for ((group, channel), slot) in chunk.into_iter().zip(slots) {
            worst = worst.max(settle_removal(node, group, channel, &answers.outcome(slot)));
        }
    }
    for round in rounds(entries) {
        let mut exchange = Exchange::new(node.hosts.len());
        let slots: Vec<_> = (round.iter())
            .map(|(group, chunk)| {
                write(node, group, chunk.iter().map(|entry| (entry.joined, &entry.channel)), &mut exchange)
            })
            .collect();
        let answers = exchange.run(&node.links).await;
        for ((_, chunk), slot) in round.iter().zip(slots) {
            worst = worst.max(settle(node, chunk, &answers.outcome::<Value>(slot)));
        }
        if worst == Restored::Away {
            break;
        }
    }
    worst
}

/// Memberships by group, cut so that no command and no round trip is too long.
fn rounds(entries: Vec<Entry>) -> Vec<Vec<(GroupName, Vec<Entry>)>> {
    let mut by_group: HashMap<GroupName, Vec<Entry>> = HashMap::new();
    entries.into_iter().for_each(|entry| by_group.entry(entry.group.clone()).or_default().push(entry));
    let mut rounds: Vec<Vec<_>> = Vec::new();
    let mut members = 0;
    for (group, mut entries) in by_group {
        while !entries.is_empty() {
            let chunk = entries.split_off(entries.len().saturating_sub(MOST_MEMBERS));
            members += chunk.len();
            match rounds.last_mut() {
                // Each chunk is two commands.
                Some(round) if round.len() < MOST_COMMANDS / 2 && members <= MOST_COMMANDS => {
                    round.push((group.clone(), chunk));
                }
                _ => {
                    members = chunk.len();
                    rounds.push(vec![(group.clone(), chunk)]);
                }
            }
        }
    }
    rounds
}

/// Deletes everything below the prefix on every host.
pub(super) async fn flush<M: Wire>(node: &Node<M>) -> Result<(), LayerError> {
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
