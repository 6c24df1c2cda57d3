//! What became of a frame, and what follows: answers, counts, another try if it was never written, and the end of a
//! membership whose process does not read. Frames are made and sent elsewhere.

use std::collections::HashMap;

use redis::Value;

use super::super::exchange::{Answer, Answers, Exchange, Slot};
use super::super::link;
use super::super::node::Node;
use super::super::outbox::Reply;
use super::super::script;
use super::frames::{MOST_FRAMES, Member, Owner, Post};
use crate::{GroupName, LayerError, Wire};

/// What became of one frame.
#[derive(Clone)]
pub(super) enum Fate {
    /// Taken, and so many before it were too old; or there was no room.
    Taken(i64),
    Full(i64),
    /// The server's words.
    Refused(String),
    Unwritten,
    Unknown,
}

/// Without end: what is true of a whole script is true of each of its frames.
pub(super) fn fates(answers: &Answers, slot: Slot) -> Box<dyn Iterator<Item = Fate> + Send> {
    let fate = match answers.outcome::<Vec<Value>>(slot) {
        Answer::Done(each) => {
            return Box::new(each.into_iter().map(|answer| match answer {
                Value::Int(purged) if purged >= 0 => Fate::Taken(purged),
                Value::Int(full) => Fate::Full(-1 - full),
                other => Fate::Refused(redis::from_redis_value(other).unwrap_or_default()),
            }));
        }
        Answer::Refused(error) if link::is_fatal(&error) => Fate::Unwritten,
        Answer::Refused(error) => Fate::Refused(error.to_string()),
        Answer::Unwritten => Fate::Unwritten,
        Answer::Unknown => Fate::Unknown,
    };
    Box::new(std::iter::repeat(fate))
}

/// Counts what became of a frame, and hands it back if it may be sent later.
pub(super) fn settle<M: Wire>(node: &Node<M>, host: usize, post: Post, fate: Fate, dead: &mut Dead) -> Option<Post> {
    let fate = match fate {
        // A replica, say: it will be another server's, or this one's when it has changed its mind.
        Fate::Refused(words) if link::is_fatal_code(&words) => {
            node.refused(host, &words);
            Fate::Unwritten
        }
        fate => fate,
    };
    if let Fate::Refused(words) = &fate {
        node.pulse.meter.frames_refused.add(1);
        node.refused(host, words);
    }
    if matches!((&fate, &post.owner), (Fate::Unwritten, Owner::Group { .. })) {
        return Some(post);
    }
    node.pulse.meter.frames_sent.add(u64::from(matches!(fate, Fate::Taken(_))));
    match post.owner {
        Owner::Direct { reply, ordinary } => settle_direct(node, &fate, reply, ordinary),
        Owner::Group { group, members, ordinary } => settle_group(node, &fate, group, members, ordinary, dead),
    }
    None
}

fn settle_direct<M: Wire>(node: &Node<M>, fate: &Fate, reply: Reply, ordinary: bool) {
    let tally = node.local.tally();
    let result = match fate {
        Fate::Taken(_) => Ok(()),
        Fate::Full(_) => Err(LayerError::ChannelFull),
        Fate::Refused(_) | Fate::Unwritten | Fate::Unknown => Err(LayerError::Unavailable),
    };
    tally.sent.add(u64::from(result.is_ok()));
    tally.delivered.add(u64::from(result.is_ok() && ordinary));
    let _ = reply.send(result);
}

fn settle_group<M: Wire>(
    node: &Node<M>,
    fate: &Fate,
    group: GroupName,
    members: Vec<Member>,
    ordinary: bool,
    dead: &mut Dead,
) {
    let copies = members.len() as u64;
    let purged = match fate {
        Fate::Taken(purged) => {
            node.local.tally().delivered.add(if ordinary { copies } else { 0 });
            *purged
        }
        Fate::Full(purged) => {
            node.local.tally().skipped_full.add(copies);
            *purged
        }
        Fate::Unknown => {
            node.pulse.meter.unsent.add(1);
            0
        }
        Fate::Refused(_) | Fate::Unwritten => 0,
    };
    // Messages grew too old there, so nobody reads: the specification lets such members go. Not an ordinary channel:
    // its worker may only be away for a while.
    if !ordinary && purged > 0 {
        dead.0.entry(group).or_default().extend(members);
    }
}

/// Members of processes that do not read, by group.
#[derive(Default)]
pub(super) struct Dead(HashMap<GroupName, Vec<Member>>);

impl Dead {
    /// In one step for each group: whoever has joined anew since we asked stays.
    pub(super) async fn prune<M: Wire>(self, node: &Node<M>) {
        if self.0.is_empty() {
            return;
        }
        let mut exchange = Exchange::new(node.hosts.len());
        let mut slots = Vec::new();
        for (group, members) in self.0 {
            for members in members.chunks(MOST_FRAMES) {
                let mut prune = script::PRUNE.call([node.keys.group(&group).as_str()].into_iter());
                prune.arg(members);
                slots.push(exchange.add(node.host_of_group(&group), prune));
            }
        }
        let answers = exchange.run(&node.links).await;
        let pruned = slots.into_iter().filter_map(|slot| answers.get::<u64>(slot));
        node.pulse.meter.pruned.add(pruned.sum());
    }
}
