//! One connection's life: which topics are subscribed on it, and what is written to it, in one order with what is
//! published. Who connects, and what becomes of a message that could not be written, is not known here.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{Cmd, RedisError, RedisResult, Value};
use tokio::sync::{Notify, oneshot};

use super::arrivals::Arrivals;
use super::ledger::Ledger;
use super::node::Node;
use super::outbox::{Op, Publication, Reply};
use super::topic::Topic;
use crate::redis::link;
use crate::{LayerError, Wire};

/// Bytes of messages that go out together.
const MOST_BYTES: usize = 1 << 20;
/// Topics that are subscribed together after a reconnect.
const MOST_TOPICS: usize = 500;

pub(super) struct Session<'a, M> {
    node: &'a Node<M>,
    host: usize,
    connection: MultiplexedConnection,
    /// What is subscribed, when all that was written is done.
    standing: HashSet<Topic>,
    ledger: Arc<Ledger>,
    broken: Arc<Notify>,
}

/// Commands, and what to do with the answer to each.
#[derive(Default)]
struct Batch {
    commands: Vec<Cmd>,
    steps: Vec<Step>,
    /// Told when all is done.
    replies: Vec<Reply>,
    bytes: usize,
}

enum Step {
    /// A subscription changes, or the server shows that it lives.
    Other,
    Published {
        topic: Topic,
        payload: Vec<u8>,
        echoes: bool,
        heard: Option<oneshot::Sender<Result<u64, LayerError>>>,
    },
}

impl<'a, M: Wire> Session<'a, M> {
    /// Connects. Nothing is subscribed yet.
    pub(super) async fn open(node: &'a Arc<Node<M>>, host: usize) -> RedisResult<Self> {
        let (ledger, broken) = (Arc::<Ledger>::default(), Arc::<Notify>::default());
        let arrivals =
            Arrivals { node: Arc::downgrade(node), ledger: Arc::clone(&ledger), broken: Arc::clone(&broken) };
        let pushes = move |push| {
            arrivals.take(push);
            Ok::<_, std::convert::Infallible>(())
        };
        let connection = link::connect_for_pushes(&node.hosts[host], pushes).await?;
        Ok(Self { node, host, connection, standing: HashSet::new(), ledger, broken })
    }

    /// Subscribes all that this process needs of the host.
    pub(super) async fn restore(&mut self) -> RedisResult<()> {
        for topics in self.node.wanted(self.host).chunks(MOST_TOPICS) {
            let mut batch = Batch::default();
            topics.iter().for_each(|topic| self.look(topic, &mut batch));
            self.exchange(batch).await?;
        }
        Ok(())
    }

    /// Does what comes first of the queue, and takes it out. When this fails, the rest was not written.
    pub(super) async fn run(&mut self, ops: &mut VecDeque<Op>) -> RedisResult<()> {
        let mut batch = Batch::default();
        while batch.bytes < MOST_BYTES {
            match ops.pop_front() {
                None => break,
                Some(Op::Publish(publication)) => self.publish(publication, &mut batch),
                Some(Op::Look(topic, reply)) => {
                    self.look(&topic, &mut batch);
                    batch.replies.extend(reply);
                }
                Some(Op::Sweep(reply)) => {
                    batch.add(redis::cmd("PING"), Step::Other);
                    let standing: Vec<Topic> = self.standing.iter().cloned().collect();
                    standing.iter().for_each(|topic| self.look(topic, &mut batch));
                    batch.replies.extend(reply);
                }
                Some(Op::Barrier(reply)) => {
                    // Its answer comes behind all that Redis has passed on to us by then.
                    batch.add(redis::cmd("PING"), Step::Other);
                    batch.replies.extend(reply);
                }
            }
        }
        self.exchange(batch).await
    }

    /// Returns when the connection is closed.
    pub(super) async fn broken(&self) {
        self.broken.notified().await;
    }

    /// Subscribes the topic if it is needed, and unsubscribes it if not. One command for each: that has one answer.
    fn look(&mut self, topic: &Topic, batch: &mut Batch) {
        let names = &self.node.names;
        match (self.node.wants(topic), self.standing.contains(topic)) {
            (true, false) => {
                self.standing.insert(topic.clone());
                batch.add(topic.subscribe(names), Step::Other);
            }
            (false, true) => {
                self.standing.remove(topic);
                batch.add(topic.unsubscribe(names), Step::Other);
            }
            (true, true) | (false, false) => {}
        }
    }

    fn publish(&self, publication: Publication, batch: &mut Batch) {
        let Publication { topic, payload, heard, .. } = publication;
        let echoes = self.standing.contains(&topic);
        if echoes {
            self.ledger.enter(&topic, &payload);
        }
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(self.node.names.of(&topic)).arg(&payload);
        batch.bytes += payload.len();
        batch.add(publish, Step::Published { topic, payload, echoes, heard });
    }

    async fn exchange(&mut self, batch: Batch) -> RedisResult<()> {
        let Batch { commands, steps, replies, .. } = batch;
        let outcome = if commands.is_empty() { Ok(Vec::new()) } else { self.ask(commands).await };
        let (answers, mut failure) = match outcome {
            Ok(answers) => (answers, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut answers = answers.into_iter();
        for step in steps {
            let answer = answers.next();
            match step {
                Step::Other => failure = failure.or(answer.and_then(Result::err)),
                Step::Published { topic, payload, echoes, heard } => {
                    let count = answer.and_then(|answer| redis::from_redis_value::<u64>(answer.ok()?).ok());
                    // Refused, or heard by nobody, not even us: no echo will come.
                    if echoes && count.is_none_or(|count| count == 0) {
                        self.ledger.settle(&topic, &payload);
                    }
                    self.conclude(count.map(|count| count.saturating_sub(u64::from(echoes))), heard);
                }
            }
        }
        for reply in replies {
            let _ = reply.send(());
        }
        failure.map_or(Ok(()), Err)
    }

    /// Counts a message, and tells its sender how many others heard it; nothing if Redis did not take it.
    fn conclude(&self, others: Option<u64>, heard: Option<oneshot::Sender<Result<u64, LayerError>>>) {
        let meter = &self.node.pulse.meter;
        meter.frames_sent.add(u64::from(others.is_some()));
        match heard {
            Some(heard) => drop(heard.send(others.ok_or(LayerError::Unavailable))),
            None => meter.unsent.add(u64::from(others.is_none())),
        }
    }

    async fn ask(&mut self, commands: Vec<Cmd>) -> Result<Vec<RedisResult<Value>>, RedisError> {
        self.node.pulse.meter.round_trips.add(1);
        let mut pipeline = redis::Pipeline::with_capacity(commands.len());
        commands.into_iter().for_each(|command| {
            pipeline.add_command(command);
        });
        pipeline.ignore_errors().query_async(&mut self.connection).await
    }
}

impl<M> Drop for Session<'_, M> {
    fn drop(&mut self) {
        self.ledger.end();
    }
}

impl Batch {
    fn add(&mut self, command: Cmd, step: Step) {
        self.commands.push(command);
        self.steps.push(step);
    }
}
