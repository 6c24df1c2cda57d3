//! A real redis-server of a test's own: on a free port of this machine, gone with the test, without a disk unless it asks
//! for one. It can be killed, started again, paused, and looked into.

#![expect(dead_code, reason = "each test file uses another part of it")]

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, FromRedisValue};
use tokio::time::{Instant, sleep};

pub(crate) struct Server {
    port: u16,
    arguments: Vec<String>,
    child: Child,
    /// Its files, which end with it.
    disk: Option<PathBuf>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// One that knows after its end what it knew.
    pub(crate) async fn start_on_disk() -> Self {
        let disk = std::env::temp_dir().join(format!("redis-test-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&disk).expect("a directory");
        let dir = disk.to_str().expect("UTF-8");
        let mut server = Self::start_with(&["--appendonly", "yes", "--appendfsync", "always", "--dir", dir]).await;
        server.disk = Some(disk);
        server
    }

    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        let arguments: Vec<_> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        for _ in 0..10 {
            let port = free_port();
            let mut server = Self { port, child: spawn(port, &arguments), arguments: arguments.clone(), disk: None };
            // Someone else may have taken the port in between.
            if server.is_ready().await {
                return server;
            }
        }
        panic!("redis-server does not start with {arguments:?}");
    }

    /// A Sentinel, which keeps its configuration in the file.
    pub(crate) async fn start_as_sentinel(file: &str) -> Self {
        Self::start_with(&[SENTINEL, file]).await
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// As in a power cut.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// On the same port; empty, unless it is on disk.
    pub(crate) async fn start_again(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            self.child = spawn(self.port, &self.arguments);
            if self.is_ready().await {
                return;
            }
            assert!(Instant::now() < deadline, "the port stays taken");
        }
    }

    pub(crate) async fn restart(&mut self) {
        self.kill();
        self.start_again().await;
    }

    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").arg(signal).arg(self.child.id().to_string()).status();
        assert!(status.expect("kill is there").success());
    }

    pub(crate) async fn connection(&self) -> MultiplexedConnection {
        let client = Client::open(self.url()).expect("a URL");
        client.get_multiplexed_async_connection().await.expect("it is up")
    }

    /// Runs one command, its words separated by blanks.
    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &str) -> T {
        let mut words = command.split(' ');
        let mut command = redis::cmd(words.next().expect("a command"));
        words.for_each(|word| {
            command.arg(word);
        });
        command.query_async(&mut self.connection().await).await.expect("it answers")
    }

    async fn is_ready(&mut self) -> bool {
        loop {
            if self.child.try_wait().expect("a child").is_some() {
                return false;
            }
            let client = Client::open(self.url()).expect("a URL");
            if let Ok(mut connection) = client.get_multiplexed_async_connection().await {
                let info: redis::RedisResult<String> =
                    redis::cmd("INFO").arg("server").query_async(&mut connection).await;
                match info {
                    Ok(info) => return info.contains(&format!("process_id:{}", self.child.id())),
                    // It wants a password: then it is up.
                    Err(error) if error.code() == Some("NOAUTH") => return true,
                    Err(_) => {}
                }
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(disk) = &self.disk {
            let _ = std::fs::remove_dir_all(disk);
        }
    }
}

/// In the place of a first argument: what follows is a Sentinel's configuration file.
const SENTINEL: &str = "sentinel";

fn spawn(port: u16, arguments: &[String]) -> Child {
    let mut command = Command::new("redis-server");
    let port = port.to_string();
    match arguments {
        [first, file] if first == SENTINEL => {
            command.args([file, "--sentinel", "--port", &port, "--bind", "127.0.0.1"])
        }
        _ => command.args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]).args(arguments),
    };
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("redis-server is installed")
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
