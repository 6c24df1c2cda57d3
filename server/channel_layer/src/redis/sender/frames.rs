//! Frames of one batch on their way into the queues of channels: encoded once per process that gets them, put there
//! by one script per host, and counted when Redis has answered. Never written twice.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::clock::Score;
use super::super::codec::{Addressees, Body};
use super::super::exchange::{Exchange, Slot};
use super::super::node::Node;
use super::super::outbox::Reply;
use super::super::script;
use super::backlog::Backlog;
use super::fate::{self, Dead};
use super::millis;
use crate::{ChannelName, GroupName, LayerError, Wire};

/// Bounds of one script's run, during which Redis does nothing else.
pub(super) const MOST_FRAMES: usize = 128;
const MOST_BYTES: usize = 1 << 20;

pub(super) struct Frames<'a, M> {
    node: &'a Node<M>,
    /// For each host, in order.
    posts: Vec<Vec<Post>>,
    /// One body per message, however many groups it goes to in a row.
    latest: Option<(Arc<M>, Option<Body>)>,
}

pub(super) struct Post {
    key: String,
    frame: Vec<u8>,
    capacity: usize,
    score: Score,
    pub(super) owner: Owner,
}

/// Who wants to know what became of a frame.
pub(super) enum Owner {
    Direct { reply: Reply, ordinary: bool },
    Group { group: GroupName, members: Vec<Member>, ordinary: bool },
}

/// A member's name, and the score of its membership, as Redis wrote it.
pub(super) type Member = (String, String);

impl Post {
    pub(super) fn score(&self) -> Score {
        self.score
    }
}

impl<'a, M: Wire> Frames<'a, M> {
    pub(super) fn new(node: &'a Node<M>) -> Self {
        Self { node, posts: node.hosts.iter().map(|_| Vec::new()).collect(), latest: None }
    }

    pub(super) fn direct(&mut self, channel: ChannelName, message: &Arc<M>, score: Score, reply: Reply) {
        let (node, ordinary) = (self.node, !channel.is_local());
        node.outbox.free(1);
        let addressees = if ordinary { Addressees::Reader } else { Addressees::One(channel.as_str()) };
        let frame = self.body(message).and_then(|body| node.codec.frame(body, &addressees, Score::now()).ok());
        let Some(frame) = frame else {
            let _ = reply.send(Err(LayerError::Unwritable));
            return;
        };
        let (key, capacity) = (node.keys.channel(&channel), node.capacities.of(&channel));
        let post = Post { key, frame, capacity, score, owner: Owner::Direct { reply, ordinary } };
        self.posts[node.host_of_channel(channel.non_local())].push(post);
    }

    /// `members` are those that are not ours, each with its score.
    pub(super) fn group(&mut self, group: GroupName, message: &Arc<M>, score: Score, members: Vec<(Vec<u8>, Vec<u8>)>) {
        let node = self.node;
        node.outbox.free(1);
        for (non_local, members) in bundle(members) {
            let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            let addressees = Addressees::Members(&names);
            let Some(frame) =
                self.body(message).and_then(|body| node.codec.frame(body, &addressees, Score::now()).ok())
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

    /// Sends everything in one round trip, the frames that were held first; answers, counts, holds what was not
    /// written, and takes dead members out of their groups.
    pub(super) async fn send(self, backlog: &mut Backlog<'_, M>) {
        let node = self.node;
        let mut exchange = Exchange::new(node.hosts.len());
        let mut sent: Vec<(usize, Slot, Vec<Post>)> = Vec::new();
        for (host, posts) in self.posts.into_iter().enumerate() {
            let mut all = backlog.take_posts(host);
            all.extend(posts);
            for chunk in chunks(all) {
                let slot = exchange.add(host, call(node, &chunk));
                sent.push((host, slot, chunk));
            }
        }
        if sent.is_empty() {
            return;
        }
        node.pulse.meter.round_trips.add(1);
        let answers = exchange.run(&node.links).await;
        let mut dead = Dead::default();
        for (host, slot, chunk) in sent {
            let mut unwritten = Vec::new();
            for (post, fate) in chunk.into_iter().zip(fate::fates(&answers, slot)) {
                unwritten.extend(fate::settle(node, host, post, fate, &mut dead));
            }
            backlog.keep_posts(host, unwritten);
        }
        dead.prune(node).await;
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

/// Members by the part of their names that says where they read, in the order in which the parts first come. Names that
/// are no text are nobody's.
fn bundle(members: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<(String, Vec<Member>)> {
    let mut bundles: Vec<(String, Vec<Member>)> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for (member, score) in members {
        let (Ok(member), Ok(score)) = (String::from_utf8(member), String::from_utf8(score)) else { continue };
        let non_local = member.split_inclusive('!').next().unwrap_or_default().to_owned();
        let next = bundles.len();
        let index = *at.entry(non_local.clone()).or_insert(next);
        if index == next {
            bundles.push((non_local, Vec::new()));
        }
        bundles[index].1.push((member, score));
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
