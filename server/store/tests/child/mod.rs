//! This very test program once more, as another process that runs one of its ignored tests. It says how far it is by
//! lines on its standard output.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Begins each line that is meant for the parent.
const SAYS: &str = "child says ";

/// What the parent told this child, if it is one.
pub(crate) fn told() -> Option<String> {
    std::env::var("STORE_TEST_CHILD").ok()
}

pub(crate) fn say(text: &str) {
    println!("\n{SAYS}{text}");
}

pub(crate) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// `under` is a program that runs another, or nothing.
    pub(crate) fn start(under: &[&str], test: &str, told: &str) -> Self {
        let this = std::env::current_exe().expect("a path");
        let this = this.to_str().expect("a plain path");
        let words: Vec<_> = under.iter().copied().chain([this, test, "--exact", "--ignored", "--nocapture"]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env("STORE_TEST_CHILD", told).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.kill_on_drop(true).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines }
    }

    /// The next thing it says; nothing if it has ended.
    pub(crate) async fn says(&mut self) -> Option<String> {
        while let Some(line) = self.lines.next_line().await.expect("text") {
            if let Some(said) = line.strip_prefix(SAYS) {
                return Some(said.to_owned());
            }
        }
        None
    }

    /// kill -9, and what it had said until then.
    pub(crate) async fn kill(mut self) -> Vec<String> {
        self.child.start_kill().expect("it can be killed");
        let mut said = Vec::new();
        while let Some(line) = self.says().await {
            said.push(line);
        }
        self.child.wait().await.expect("it ends");
        said
    }
}
