//! The generator as people run it, and the floor as a process. Never an assertion about behaviour.
#![allow(dead_code, unreachable_pub, clippy::allow_attributes, reason = "each test file uses its own part of this")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// Windows as short as they can be: these tests are about what is counted, never about how fast.
pub const SHORT: [&str; 4] = ["--warm-up", "0.1", "--seconds", "0.4"];

/// `teahouse-load` with these words, to its end.
pub fn load(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_teahouse-load")).args(words).stdin(Stdio::null()).output().unwrap()
}

/// What a refusal says; the test fails if there was none.
pub fn refusal(words: &[&str], code: i32) -> String {
    let output = load(words);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

/// The figures of a run that must work.
pub fn figures(words: &[&str]) -> Value {
    let place = TempDir::new().unwrap();
    let file = place.path().join("figures.json");
    let mut all = words.to_vec();
    all.extend(["--json", file.to_str().unwrap()]);
    let output = load(&all);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Everything that was said was heard once, in order, by everyone.
pub fn assert_faultless(figures: &Value) {
    let talk = &figures["talk"];
    assert!(talk["expected"].as_u64().unwrap() > 0, "nothing was said: {figures}");
    assert_eq!(talk["drained"], true, "{figures}");
    for fault in ["lost", "duplicates", "disordered", "foreign", "unsent", "cut", "complaints"] {
        assert_eq!(talk[fault], 0, "{fault}: {figures}");
    }
}

/// A floor on a free port, gone with the test.
pub struct Floor {
    process: Child,
    pub url: String,
}

impl Floor {
    pub fn start(mode: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_teahouse-load"));
        command.args(["floor", "--listen", "127.0.0.1:0", "--mode", mode]).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, url: format!("ws://{address}") }
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
