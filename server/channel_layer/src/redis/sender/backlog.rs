//! What waits in this process until Redis can have it: group messages whose members nobody could be asked for, and
//! frames that were never written. In the order of sending, for each host; no longer than a message lives, and no more
//! than the queue to Redis may hold. Nothing is sent from here.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;

use super::super::clock::Score;
use super::super::node::Node;
use super::super::outbox::{Op, Reply};
use super::frames::Post;
use crate::{GroupName, LayerError, Wire};

pub(super) struct Backlog<'a, M> {
    node: &'a Node<M>,
    hosts: Vec<Waiting<M>>,
    /// Wait until what they followed is sent.
    barriers: Vec<Reply>,
}

struct Waiting<M> {
    /// Group messages for groups of this host; and direct messages behind them, once it is back.
    ops: VecDeque<Op<M>>,
    /// Frames for keys of this host.
    posts: VecDeque<Post>,
}

impl<'a, M: Wire> Backlog<'a, M> {
    pub(super) fn new(node: &'a Node<M>) -> Self {
        let hosts = node.hosts.iter().map(|_| Waiting { ops: VecDeque::new(), posts: VecDeque::new() }).collect();
        Self { node, hosts, barriers: Vec::new() }
    }

    /// What may be done at once; the rest is kept, or answered.
    pub(super) fn admit(&mut self, op: Op<M>) -> Option<Op<M>> {
        let Some(host) = host_of(self.node, &op) else {
            if let Op::Barrier(reply) = op {
                self.barriers.push(reply);
                return None;
            }
            return Some(op);
        };
        match op {
            _ if self.can_ask(host) && self.hosts[host].ops.is_empty() => return Some(op),
            // Its sender waits for an answer, not for Redis.
            Op::Send(.., reply) if !self.is_up(host) => {
                self.node.outbox.free(1);
                let _ = reply.send(Err(LayerError::Unavailable));
            }
            op => {
                self.node.pulse.meter.held.add(u64::from(matches!(op, Op::Group(..))));
                self.hosts[host].ops.push_back(op);
            }
        }
        None
    }

    /// The oldest of what waited for hosts that are back.
    pub(super) fn take_due(&mut self, most: usize) -> Vec<Op<M>> {
        let mut due = Vec::new();
        for host in 0..self.hosts.len() {
            if self.can_ask(host) {
                let ops = &mut self.hosts[host].ops;
                due.extend(ops.drain(..ops.len().min(most)));
            }
        }
        due
    }

    /// Group messages whose members could not be asked for after all: they go before those that have come since.
    pub(super) fn put_back(&mut self, again: Vec<(GroupName, Arc<M>, Score)>) {
        self.node.pulse.meter.held.add(again.len() as u64);
        for (group, message, score) in again.into_iter().rev() {
            self.hosts[self.node.host_of_group(&group)].ops.push_front(Op::Group(group, message, score));
        }
    }

    /// Frames that were not written, to go before all others to this host. Those beyond the bound are lost.
    pub(super) fn keep_posts(&mut self, host: usize, posts: Vec<Post>) {
        let room = self.node.bound.saturating_sub(self.hosts[host].posts.len());
        self.node.pulse.meter.unsent.add(posts.len().saturating_sub(room) as u64);
        self.node.pulse.meter.held.add(posts.len().min(room) as u64);
        self.hosts[host].posts.extend(posts.into_iter().take(room));
    }

    /// The frames that wait for a host, if it is back.
    pub(super) fn take_posts(&mut self, host: usize) -> Vec<Post> {
        if self.is_up(host) { self.hosts[host].posts.drain(..).collect() } else { Vec::new() }
    }

    pub(super) fn has_posts(&self) -> bool {
        (0..self.hosts.len()).any(|host| self.is_up(host) && !self.hosts[host].posts.is_empty())
    }

    /// When to look next, apart from when something comes.
    pub(super) fn due(&self) -> Option<Instant> {
        let mut due: Option<Instant> = None;
        for (host, waiting) in self.hosts.iter().enumerate() {
            let oldest =
                waiting.ops.front().and_then(score_of).into_iter().chain(waiting.posts.front().map(Post::score));
            let Some(oldest) = oldest.min() else { continue };
            let now = Instant::now();
            let dies = now + oldest.remaining(self.node.expiry.message, Score::now()).unwrap_or_default();
            let sendable = self.is_up(host).then(|| {
                let is_due = self.can_ask(host) || !waiting.posts.is_empty();
                if is_due { now } else { self.node.links[host].quiet_until().unwrap_or(now) }
            });
            let next = sendable.map_or(dies, |sendable| sendable.min(dies));
            due = Some(due.map_or(next, |due| due.min(next)));
        }
        due
    }

    /// Gives up what has grown too old, and answers those who would wait for a Redis that has gone again.
    pub(super) fn drop_hopeless(&mut self) {
        let (now, life) = (Score::now(), self.node.expiry.message);
        let lives = |score: Score| score.remaining(life, now).is_some();
        for host in 0..self.hosts.len() {
            let (node, is_up) = (self.node, self.is_up(host));
            let waiting = &mut self.hosts[host];
            let before = waiting.posts.len();
            waiting.posts.retain(|post| lives(post.score()));
            node.pulse.meter.unsent.add((before - waiting.posts.len()) as u64);
            let is_hopeless =
                |op: &Op<M>| matches!(op, Op::Send(..)) && !is_up || score_of(op).is_some_and(|score| !lives(score));
            if waiting.ops.iter().any(is_hopeless) {
                let (hopeless, rest) = std::mem::take(&mut waiting.ops).into_iter().partition::<Vec<_>, _>(is_hopeless);
                waiting.ops = rest.into();
                hopeless.into_iter().for_each(|op| give_up(node, op));
            }
        }
    }

    /// A flush, or the end: nothing waits any more.
    pub(super) fn clear(&mut self) {
        for waiting in &mut self.hosts {
            self.node.pulse.meter.unsent.add(waiting.posts.drain(..).len() as u64);
            waiting.ops.drain(..).for_each(|op| give_up(self.node, op));
        }
    }

    /// Whoever asked to be told when all was sent is: what waits for a host that is away does not count.
    pub(super) fn answer_barriers(&mut self) {
        let waits = |host: usize| self.is_up(host) && !self.hosts[host].is_empty();
        if !(0..self.hosts.len()).any(waits) {
            self.barriers.drain(..).for_each(|reply| drop(reply.send(Ok(()))));
        }
    }

    fn is_up(&self, host: usize) -> bool {
        self.node.links[host].get().is_some()
    }

    /// Whether groups of the host have their members, as far as others can have come back by now. A layer that closes
    /// has no time left to wait for them.
    fn can_ask(&self, host: usize) -> bool {
        let is_quiet = self.node.links[host].quiet_until().is_some() && self.node.local.check_open().is_ok();
        self.is_up(host) && !is_quiet
    }
}

impl<M> Waiting<M> {
    fn is_empty(&self) -> bool {
        self.ops.is_empty() && self.posts.is_empty()
    }
}

/// On which host an operation would have to wait, if it may wait at all.
fn host_of<M: Wire>(node: &Node<M>, op: &Op<M>) -> Option<usize> {
    match op {
        Op::Group(group, ..) => Some(node.host_of_group(group)),
        Op::Send(channel, ..) => Some(node.host_of_channel(channel.non_local())),
        Op::Join(..) | Op::Leave(..) | Op::Restore { .. } | Op::Flush(_) | Op::Barrier(_) => None,
    }
}

fn score_of<M>(op: &Op<M>) -> Option<Score> {
    match op {
        Op::Group(_, _, score) | Op::Send(_, _, score, _) => Some(*score),
        Op::Join(..) | Op::Leave(..) | Op::Restore { .. } | Op::Flush(_) | Op::Barrier(_) => None,
    }
}

fn give_up<M: Wire>(node: &Node<M>, op: Op<M>) {
    node.outbox.free(1);
    match op {
        Op::Send(.., reply) => drop(reply.send(Err(LayerError::Unavailable))),
        _ => node.pulse.meter.unsent.add(1),
    }
}
