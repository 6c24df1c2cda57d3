//! The built program on a directory of its own, and all that it logs. Never a test.

use std::{net::SocketAddr, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};
use tokio_tungstenite::connect_async;

use crate::helpers::{Client, PATIENCE};

/// Gone with the test.
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    log: watch::Receiver<Vec<String>>,
    child: Child,
    _data: TempDir,
}

impl Program {
    /// With these flags, and these environment variables alone.
    pub(crate) async fn start(flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let data = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_teahouse"))
            .args(["serve", "--listen", "127.0.0.1:0", "--limits", "off", "--data"])
            .arg(data.path())
            .args(flags)
            .env_clear()
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (logged, mut log) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                logged.send_modify(|log| log.push(line));
            }
        });
        let line = line(&mut log, "is listening on http://").await;
        let address = line.split_once("http://").and_then(|(_, rest)| rest.split('"').next()).unwrap().parse().unwrap();
        Self { address, log, child, _data: data }
    }

    pub(crate) async fn connect(&self, path: &str) -> Client {
        Client(connect_async(format!("ws://{}{path}", self.address)).await.unwrap().0)
    }

    /// Waits until it has logged a line with these words.
    pub(crate) async fn logs(&mut self, words: &str) -> String {
        line(&mut self.log, words).await
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    /// Asks it to stop, and returns all that it has logged.
    pub(crate) async fn ends(mut self) -> Vec<String> {
        let pid = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").arg(pid).status().unwrap().success());
        assert!(timeout(PATIENCE, self.child.wait()).await.expect("it runs on").unwrap().success());
        // Until the reader of its log has come to the end.
        let _ = timeout(PATIENCE, self.log.wait_for(|_| false)).await.expect("its log goes on");
        self.log()
    }
}

async fn line(log: &mut watch::Receiver<Vec<String>>, words: &str) -> String {
    let found = |log: &Vec<String>| log.iter().find(|line| line.contains(words)).cloned();
    let logged = timeout(PATIENCE, log.wait_for(|log| found(log).is_some())).await;
    let logged = logged.unwrap_or_else(|_| panic!("it does not log {words:?}")).expect("the program ended");
    found(&logged).unwrap()
}
