//! Servers that a test can stop, kill and start again on the same data and the same port: in this process or as the built
//! program. Never a client.

use std::{
    net::{SocketAddr, TcpListener},
    process::Stdio,
};

use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::helpers::{PATIENCE, TestServer};

/// A server in this process.
pub(crate) struct House {
    data: TempDir,
    flags: Vec<String>,
    server: Option<TestServer>,
    pub(crate) address: SocketAddr,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with_flags(&[]).await
    }

    pub(crate) async fn with_flags(flags: &[&str]) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let mut house = Self { data: TempDir::new().expect("a directory"), flags, server: None, address };
        house.start().await;
        house
    }

    pub(crate) async fn start(&mut self) {
        let flags: Vec<&str> = self.flags.iter().map(String::as_str).collect();
        let (data, listen) = (self.data.path().to_owned(), self.address.to_string());
        let server =
            TestServer::configured(&flags, |config| (config.database.data, config.listen) = (data, listen)).await;
        self.address = server.address;
        self.server = Some(server);
    }

    /// Gracefully.
    pub(crate) async fn stop(&mut self) {
        self.server.take().expect("it runs").stop().await;
    }

    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// A look past the server into its database.
    pub(crate) async fn raw(&self) -> SqlitePool {
        let file = SqliteConnectOptions::new().filename(self.data.path().join("teahouse.db"));
        SqlitePool::connect_with(file).await.expect("it is there")
    }

    pub(crate) fn server(&self) -> &TestServer {
        self.server.as_ref().expect("it runs")
    }
}

/// The built program.
pub(crate) struct Program {
    data: TempDir,
    flags: Vec<String>,
    variables: Vec<(&'static str, String)>,
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    pub(crate) async fn start(flags: &[&str]) -> Self {
        Self::start_under(flags, Vec::new()).await
    }

    /// With these environment variables besides.
    pub(crate) async fn start_under(flags: &[&str], variables: Vec<(&'static str, String)>) -> Self {
        let data = TempDir::new().expect("a directory");
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        // A port that was free a moment ago: it must be the same one after every start.
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let child = spawn(&data, &flags, &variables, address).await;
        Self { data, flags, variables, child, address }
    }

    /// As in a power cut, as far as a process can.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    pub(crate) async fn terminate(&mut self) {
        let pid = self.child.id().expect("it runs").to_string();
        assert!(std::process::Command::new("kill").arg(pid).status().expect("kill is there").success());
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it runs on").expect("it ends");
        assert!(status.success(), "{status}");
    }

    /// Does an errand on what is its, such as `backup FILE`, and returns what that says.
    pub(crate) async fn errand(&self, arguments: &[&str]) -> String {
        let mut errand = Command::new(env!("CARGO_BIN_EXE_teahouse"));
        errand.args(arguments).arg("--data").arg(self.data.path());
        // What it serves from, unless that is its own directory.
        let mut flags = self.flags.iter().skip_while(|flag| *flag != "--database");
        errand.args(flags.by_ref().take(2)).env_remove("TEAHOUSE_LOG").envs(self.variables.iter().cloned());
        let output = errand.output().await.expect("it is built");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// With what was there, on the same port, with other flags.
    pub(crate) async fn start_again_with(&mut self, flags: &[&str]) {
        self.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self.start_again().await;
    }

    /// With what was there, on the same port.
    pub(crate) async fn start_again(&mut self) {
        self.child = spawn(&self.data, &self.flags, &self.variables, self.address).await;
    }
}

async fn spawn(data: &TempDir, flags: &[String], variables: &[(&str, String)], address: SocketAddr) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_teahouse"))
        .args(["serve", "--listen", &address.to_string(), "--data"])
        .arg(data.path())
        .args(flags)
        .env_remove("TEAHOUSE_LOG")
        // Tests speak faster than people do, all from one address.
        .env("TEAHOUSE_LIMITS", "off")
        .envs(variables.iter().cloned())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("it is built");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    loop {
        let line = timeout(PATIENCE, lines.next_line()).await.expect("it says nothing").expect("text");
        if line.expect("the program ended").contains("listening on http://") {
            break;
        }
    }
    // Somebody must read on, or the program would block on its log.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    child
}
