//! One round trip with every host that has something to do: commands go out together and in order, and each gets its
//! own answer. What the commands mean is not known here.

use futures_util::future::join_all;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ServerErrorKind, Value};

use super::link::{self, Link};
use super::script;

/// Commands for each host.
pub(crate) struct Exchange {
    commands: Vec<Vec<Cmd>>,
}

/// Where a command's answer will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    host: usize,
    at: usize,
}

/// What came back: for each host, in the order of the commands.
pub(crate) struct Answers(Vec<Vec<Answer>>);

/// What became of a command.
#[derive(Debug, Clone)]
pub(crate) enum Answer<T = Value> {
    Done(T),
    /// Redis has answered that it did not do it.
    Refused(RedisError),
    /// It never left this process: there is no connection.
    Unwritten,
    /// It went out, and nothing came back.
    Unknown,
}

impl Exchange {
    pub(crate) fn new(hosts: usize) -> Self {
        Self { commands: (0..hosts).map(|_| Vec::new()).collect() }
    }

    pub(crate) fn add(&mut self, host: usize, command: Cmd) -> Slot {
        self.commands[host].push(command);
        Slot { host, at: self.commands[host].len() - 1 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.commands.iter().all(Vec::is_empty)
    }

    /// Has every host asked something, so that a connection that has died unnoticed shows now.
    pub(crate) fn ask_all(&mut self) {
        self.commands.iter_mut().filter(|commands| commands.is_empty()).for_each(|idle| idle.push(redis::cmd("PING")));
    }

    /// Nothing is tried twice, except what Redis has said it did not do.
    pub(crate) async fn run(self, links: &[Link]) -> Answers {
        let hosts = self.commands.into_iter().zip(links).map(|(commands, link)| run_on(link, commands));
        Answers(join_all(hosts).await)
    }
}

impl Answers {
    /// The answer, or nothing if the host was away or refused.
    pub(crate) fn get<T: FromRedisValue>(&self, slot: Slot) -> Option<T> {
        match self.outcome(slot) {
            Answer::Done(value) => Some(value),
            Answer::Refused(_) | Answer::Unwritten | Answer::Unknown => None,
        }
    }

    /// What became of a command.
    pub(crate) fn outcome<T: FromRedisValue>(&self, slot: Slot) -> Answer<T> {
        match self.0.get(slot.host).and_then(|answers| answers.get(slot.at)) {
            Some(Answer::Done(value)) => match redis::from_redis_value_ref(value) {
                Ok(value) => Answer::Done(value),
                Err(error) => Answer::Refused(error.into()),
            },
            Some(Answer::Refused(error)) => Answer::Refused(error.clone()),
            Some(Answer::Unknown) => Answer::Unknown,
            Some(Answer::Unwritten) | None => Answer::Unwritten,
        }
    }
}

async fn run_on(link: &Link, commands: Vec<Cmd>) -> Vec<Answer> {
    if commands.is_empty() {
        return Vec::new();
    }
    let Some((number, mut connection)) = link.get() else { return vec![Answer::Unwritten; commands.len()] };
    let Ok(answers) = pipeline(&commands, &mut connection).await else {
        link.fail(number);
        return vec![Answer::Unknown; commands.len()];
    };
    let mut answers: Vec<Answer> = answers.into_iter().map(Answer::from).collect();
    let unknown: Vec<usize> = (0..answers.len()).filter(|at| is_unknown_script(&answers[*at])).collect();
    if !unknown.is_empty() {
        // Redis has restarted or its scripts were flushed: it has done none of these.
        let mut again: Vec<Cmd> = script::all().map(script::Script::load).collect();
        let loads = again.len();
        again.extend(unknown.iter().map(|at| commands[*at].clone()));
        let second = match pipeline(&again, &mut connection).await {
            Ok(second) => second.into_iter().skip(loads).map(Answer::from).collect(),
            Err(_) => {
                link.fail(number);
                vec![Answer::Unknown; unknown.len()]
            }
        };
        unknown.into_iter().zip(second).for_each(|(at, answer)| answers[at] = answer);
    }
    if answers.iter().any(|answer| matches!(answer, Answer::Refused(error) if link::is_fatal(error))) {
        link.fail(number);
    }
    answers
}

fn is_unknown_script(answer: &Answer) -> bool {
    matches!(answer, Answer::Refused(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript))
}

async fn pipeline(
    commands: &[Cmd],
    connection: &mut redis::aio::MultiplexedConnection,
) -> RedisResult<Vec<RedisResult<Value>>> {
    let mut pipeline = redis::Pipeline::with_capacity(commands.len());
    commands.iter().for_each(|command| {
        pipeline.add_command(command.clone());
    });
    pipeline.ignore_errors().query_async(connection).await
}

impl From<RedisResult<Value>> for Answer {
    fn from(result: RedisResult<Value>) -> Self {
        match result {
            Ok(value) => Self::Done(value),
            Err(error) => Self::Refused(error),
        }
    }
}
