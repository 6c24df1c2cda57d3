//! What a run costs: processor time of its processes and of Redis, and what Redis was asked. Read before and after.

use std::fs;
use std::ops::Sub;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio::time::{Instant, sleep_until};

use crate::redis_server::Server;

/// Readings that only grow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// User and system seconds of sender and members.
    pub(crate) cpu: f64,
    /// The same of Redis.
    pub(crate) redis_cpu: f64,
    /// Commands, those within scripts included.
    pub(crate) commands: f64,
    /// Reads from sockets: near the number of packets that came, so of round trips.
    pub(crate) reads: f64,
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            cpu: self.cpu - before.cpu,
            redis_cpu: self.redis_cpu - before.redis_cpu,
            commands: self.commands - before.commands,
            reads: self.reads - before.reads,
        }
    }
}

/// Looks at Redis over a connection of its own.
pub(crate) struct Meter {
    connection: MultiplexedConnection,
    redis: u32,
}

impl Meter {
    pub(crate) async fn new(server: &Server) -> Self {
        let mut connection = server.connection().await;
        let info = info(&mut connection, "server").await;
        Self { connection, redis: entry(&info, "process_id").parse().expect("a process") }
    }

    pub(crate) async fn version(&mut self) -> String {
        let info = info(&mut self.connection, "server").await;
        entry(&info, "redis_version").to_owned()
    }

    pub(crate) async fn flush(&mut self) {
        redis::cmd("FLUSHALL").exec_async(&mut self.connection).await.expect("Redis is there");
    }

    /// Microseconds of bare round trips at a pace, for a second and a half.
    pub(crate) async fn ping(&mut self, rate: f64) -> Vec<f64> {
        let (begin, mut times) = (Instant::now(), Vec::new());
        while times.len() < (rate * 1.5) as usize {
            sleep_until(begin + Duration::from_secs_f64(times.len() as f64 / rate)).await;
            let sent = Instant::now();
            redis::cmd("PING").exec_async(&mut self.connection).await.expect("Redis is there");
            times.push(sent.elapsed().as_secs_f64() * 1e6);
        }
        times
    }

    pub(crate) async fn read(&mut self, processes: impl Iterator<Item = u32>) -> Usage {
        let stats = info(&mut self.connection, "stats").await;
        let number = |key| entry(&stats, key).parse::<f64>().expect("a number");
        Usage {
            cpu: processes.map(cpu).sum(),
            redis_cpu: cpu(self.redis),
            commands: number("total_commands_processed"),
            reads: number("total_reads_processed"),
        }
    }
}

async fn info(connection: &mut MultiplexedConnection, section: &str) -> String {
    redis::cmd("INFO").arg(section).query_async(connection).await.expect("Redis is there")
}

fn entry<'a>(info: &'a str, key: &str) -> &'a str {
    let value = info.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    value.expect("INFO has it")
}

/// Seconds that a living process has been on a processor, user and system, from its threads: `stat` knows only
/// hundredths.
fn cpu(process: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the process lives");
    let nanoseconds = threads.map(|thread| {
        // A thread may end meanwhile.
        let path = thread.expect("a thread").path().join("schedstat");
        let schedstat = fs::read_to_string(path).unwrap_or_default();
        schedstat.split(' ').next().and_then(|first| first.parse::<f64>().ok()).unwrap_or(0.0)
    });
    nanoseconds.sum::<f64>() / 1e9
}
