//! One round trip with every host that has something to do: commands go out together and in order, and each gets its
//! own answer. What the commands mean is not known here.

use futures_util::future::join_all;
use redis::{Cmd, ErrorKind, RedisResult, ServerErrorKind, Value};

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

/// What came back: for each host, in the order of the commands. Nothing from a host that is away.
pub(crate) struct Answers(Vec<Vec<RedisResult<Value>>>);

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

    /// Nothing is tried twice, except what Redis has said it did not do.
    pub(crate) async fn run(self, links: &[Link]) -> Answers {
        let hosts = self.commands.into_iter().zip(links).map(|(commands, link)| run_on(link, commands));
        Answers(join_all(hosts).await)
    }
}

impl Answers {
    /// The answer, or nothing if the host was away or refused.
    pub(crate) fn get<T: redis::FromRedisValue>(&self, slot: Slot) -> Option<T> {
        let answer = self.0.get(slot.host)?.get(slot.at)?.as_ref().ok()?;
        redis::from_redis_value_ref(answer).ok()
    }
}

async fn run_on(link: &Link, commands: Vec<Cmd>) -> Vec<RedisResult<Value>> {
    if commands.is_empty() {
        return Vec::new();
    }
    let Some((number, mut connection)) = link.get() else { return Vec::new() };
    let mut answers = match pipeline(&commands, &mut connection).await {
        Ok(answers) => answers,
        Err(_) => {
            link.fail(number);
            return Vec::new();
        }
    };
    let unknown: Vec<usize> = (0..answers.len()).filter(|at| is_unknown_script(&answers[*at])).collect();
    if !unknown.is_empty() {
        // Redis has restarted or its scripts were flushed: it has done none of these.
        let mut again = vec![script::POST.load(), script::MEMBERS.load()];
        let loads = again.len();
        again.extend(unknown.iter().map(|at| commands[*at].clone()));
        match pipeline(&again, &mut connection).await {
            Ok(second) => {
                unknown.into_iter().zip(second.into_iter().skip(loads)).for_each(|(at, answer)| answers[at] = answer);
            }
            Err(_) => link.fail(number),
        }
    }
    if answers.iter().any(|answer| answer.as_ref().is_err_and(link::is_fatal)) {
        link.fail(number);
    }
    answers
}

fn is_unknown_script(answer: &RedisResult<Value>) -> bool {
    answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Server(ServerErrorKind::NoScript))
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
