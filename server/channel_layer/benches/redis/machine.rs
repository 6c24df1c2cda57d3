//! Where and with what it was measured: versions and machine. A figure without these says nothing.

use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::python::python;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) date: String,
    pub(crate) commit: String,
    pub(crate) rustc: String,
    pub(crate) redis_server: String,
    pub(crate) python: String,
    pub(crate) channels_redis: String,
    pub(crate) redis_py: String,
    pub(crate) channels: String,
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) memory_gib: f64,
    pub(crate) linux: String,
    /// Of the last minute, before and after.
    pub(crate) load: [String; 2],
}

impl Machine {
    pub(crate) fn look(redis_server: String) -> Self {
        Self {
            date: output("date", &["-u", "+%F"]),
            commit: commit(),
            rustc: output("rustc", &["--version"]),
            redis_server,
            python: output(&python().to_string_lossy(), &["--version"]),
            channels_redis: package("channels_redis"),
            redis_py: package("redis"),
            channels: package("channels"),
            cpu: entry("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gib: memory(),
            linux: output("uname", &["-r"]),
            load: [load(), String::new()],
        }
    }

    pub(crate) fn look_again(&mut self) {
        self.load[1] = load();
    }
}

fn commit() -> String {
    let head = output("git", &["rev-parse", "--short", "HEAD"]);
    // The page that the figures go to is no part of what is measured.
    let changed = output("git", &["status", "--porcelain", "--", ".", ":!README.md"]);
    if changed.is_empty() { head } else { format!("{head} with changes") }
}

fn package(name: &str) -> String {
    let program = format!("import importlib.metadata as m; print(m.version({name:?}))");
    output(&python().to_string_lossy(), &["-c", &program])
}

fn output(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    output.map_or_else(|_| "?".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn entry(file: &str, key: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.split_once(':'));
    value.map_or_else(|| "?".to_owned(), |(_, value)| value.trim().to_owned())
}

fn memory() -> f64 {
    let kib = entry("/proc/meminfo", "MemTotal");
    kib.trim_end_matches(" kB").parse::<f64>().map_or(0.0, |kib| kib / f64::from(1 << 20))
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}
