//! Frames of one batch on their way into the queues of channels: encoded once per process that gets them, put there
//! by one script per host, and counted when Redis has answered.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::clock::Score;
use super::super::codec::{Addressees, Body};
use super::super::exchange::{Exchange, Slot};
use super::super::node::Node;
use super::super::outbox::Reply;
use super::super::script;
use super::{millis, remove};
use crate::{ChannelName, GroupName, LayerError, Wire};

/// Bounds of one script's run, during which Redis does nothing else.
const MOST_FRAMES: usize = 128;
const MOST_BYTES: usize = 1 << 20;

pub(super) struct Frames<'a, M> {
    node: &'a Node<M>,
    /// For each host, in order.
    posts: Vec<Vec<Post>>,
    /// One body per message, however many groups it goes to in a row.
    latest: Option<(Arc<M>, Option<Body>)>,
}

struct Post {
    key: String,
    frame: Vec<u8>,
    capacity: usize,
    score: Score,
    owner: Owner,
}

/// Who wants to know what became of a frame.
enum Owner {
    Direct { reply: Reply, ordinary: bool },
    Group { group: GroupName, members: Vec<String>, ordinary: bool },
}

impl<'a, M: Wire> Frames<'a, M> {
    pub(super) fn new(node: &'a Node<M>) -> Self {
        Self { node, posts: node.hosts.iter().map(|_| Vec::new()).collect(), latest: None }
    }

    pub(super) fn direct(&mut self, channel: ChannelName, message: &Arc<M>, reply: Reply) {
        let node = self.node;
        let (ordinary, score) = (!channel.is_local(), node.clock.next());
        let addressees = if ordinary { Addressees::Reader } else { Addressees::One(channel.as_str()) };
        let frame = self.body(message).and_then(|body| node.codec.frame(body, &addressees, score).ok());
        let Some(frame) = frame else {
            let _ = reply.send(Err(LayerError::Unwritable));
            return;
        };
        let (key, capacity) = (node.keys.channel(&channel), node.capacities.of(&channel));
        let post = Post { key, frame, capacity, score, owner: Owner::Direct { reply, ordinary } };
        self.posts[node.host_of_channel(channel.non_local())].push(post);
    }

    /// `members` are those that are not ours; `None` if they are not known, because Redis is away.
    pub(super) fn group(&mut self, group: GroupName, message: &Arc<M>, members: Option<Vec<String>>) {
        let node = self.node;
        let Some(members) = members else {
            node.pulse.meter.unsent.add(1);
            return;
        };
        for (non_local, members) in bundle(members) {
            let score = node.clock.next();
            let names: Vec<&str> = members.iter().map(String::as_str).collect();
            let addressees = Addressees::Members(&names);
            let Some(frame) = self.body(message).and_then(|body| node.codec.frame(body, &addressees, score).ok())
            else {
                node.pulse.meter.unsent.add(1);
                return;
            };
            let capacity = node.capacities.of_text(names.first().copied().unwrap_or_default());
            let ordinary = !non_local.contains('!');
            let owner = Owner::Group { group: group.clone(), members, ordinary };
            let post = Post { key: node.keys.non_local(&non_local), frame, capacity, score, owner };
            self.posts[node.host_of_channel(&non_local)].push(post);
        }
    }

    fn body(&mut self, message: &Arc<M>) -> Option<&Body> {
        if !self.latest.as_ref().is_some_and(|(latest, _)| Arc::ptr_eq(latest, message)) {
            self.latest = Some((Arc::clone(message), self.node.codec.body(message.to_wire()).ok()));
        }
        self.latest.as_ref()?.1.as_ref()
    }

    /// Sends everything in one round trip, answers, counts, and takes dead members out of their groups.
    pub(super) async fn send(self) {
        let node = self.node;
        let mut exchange = Exchange::new(node.hosts.len());
        let mut sent: Vec<(Slot, usize, Post)> = Vec::new();
        for (host, posts) in self.posts.into_iter().enumerate() {
            for chunk in chunks(posts) {
                let slot = exchange.add(host, call(node, &chunk));
                sent.extend(chunk.into_iter().enumerate().map(|(at, post)| (slot, at, post)));
            }
        }
        if sent.is_empty() {
            return;
        }
        node.pulse.meter.round_trips.add(1);
        let answers = exchange.run(&node.links).await;
        let mut latest: Option<(Slot, Option<Vec<i64>>)> = None;
        let mut dead = Exchange::new(node.hosts.len());
        for (slot, at, post) in sent {
            if latest.as_ref().is_none_or(|(known, _)| *known != slot) {
                latest = Some((slot, answers.get(slot)));
            }
            let answer = latest.as_ref().and_then(|(_, answers)| answers.as_ref()?.get(at).copied());
            settle(node, post.owner, answer, &mut dead);
        }
        if !dead.is_empty() {
            dead.run(&node.links).await;
        }
    }
}

fn call<M: Wire>(node: &Node<M>, posts: &[Post]) -> redis::Cmd {
    let mut call = script::POST.call(posts.iter().map(|post| post.key.as_str()));
    call.arg(millis(node.expiry.message));
    for post in posts {
        let too_old = post.score.before(node.expiry.message);
        call.arg(&post.frame).arg(post.capacity).arg(post.score.to_string()).arg(too_old.to_string());
    }
    call
}

/// Counts what became of a frame. `answer` is the script's, or nothing if Redis is away.
fn settle<M: Wire>(node: &Node<M>, owner: Owner, answer: Option<i64>, dead: &mut Exchange) {
    let (meter, tally) = (&node.pulse.meter, node.local.tally());
    let taken = answer.is_some_and(|answer| answer >= 0);
    meter.frames_sent.add(u64::from(taken));
    match owner {
        Owner::Direct { reply, ordinary } => {
            let result = match answer {
                None => Err(LayerError::Unavailable),
                Some(_) if taken => Ok(()),
                Some(_) => Err(LayerError::ChannelFull),
            };
            tally.sent.add(u64::from(taken));
            tally.delivered.add(u64::from(taken && ordinary));
            tally.refused.add(u64::from(result == Err(LayerError::ChannelFull)));
            let _ = reply.send(result);
        }
        Owner::Group { group, members, ordinary } => {
            let copies = members.len() as u64;
            match answer {
                None => meter.unsent.add(1),
                Some(_) if taken => tally.delivered.add(if ordinary { copies } else { 0 }),
                Some(_) => tally.skipped_full.add(copies),
            }
            // Messages grew too old there, so nobody reads: the specification lets such members go. Not an ordinary
            // channel: its worker may only be away for a while.
            if !ordinary && answer.is_some_and(|answer| !(-1..=0).contains(&answer)) {
                meter.pruned.add(copies);
                for member in members {
                    dead.add(node.host_of_group(&group), remove(node, &group, &member));
                }
            }
        }
    }
}

/// Members by the part of their names that says where they read, in the order in which the parts first come.
fn bundle(members: Vec<String>) -> Vec<(String, Vec<String>)> {
    let mut bundles: Vec<(String, Vec<String>)> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for member in members {
        let non_local = member.split_inclusive('!').next().unwrap_or_default().to_owned();
        let next = bundles.len();
        let index = *at.entry(non_local.clone()).or_insert(next);
        if index == next {
            bundles.push((non_local, Vec::new()));
        }
        bundles[index].1.push(member);
    }
    bundles
}

/// Cuts a batch so that no script keeps Redis long.
fn chunks(posts: Vec<Post>) -> Vec<Vec<Post>> {
    let mut chunks: Vec<Vec<Post>> = Vec::new();
    let mut bytes = 0;
    for post in posts {
        bytes += post.frame.len();
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MOST_FRAMES && bytes <= MOST_BYTES => chunk.push(post),
            _ => {
                bytes = post.frame.len();
                chunks.push(vec![post]);
            }
        }
    }
    chunks
}
