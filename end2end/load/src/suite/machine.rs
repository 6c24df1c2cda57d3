//! Where and with what it was measured. A figure without these says nothing.

use std::{fs, process::Command};

use serde::{Deserialize, Serialize};

use super::{
    peer::{Peer, Places},
    running::Pins,
};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Machine {
    pub(super) date: String,
    /// Of the measured Teahouse.
    pub(super) commit: String,
    pub(super) rustc: String,
    pub(super) node: String,
    pub(super) cpu: String,
    pub(super) cores: usize,
    pub(super) memory_gib: f64,
    pub(super) linux: String,
    pub(super) pins: String,
    /// Of the last minute, before and after.
    pub(super) load: [String; 2],
    /// Each server's title with its version.
    pub(super) versions: Vec<(String, String)>,
    /// Everything behind `teahouse-load`.
    pub(super) command: String,
}

impl Machine {
    pub(super) fn look(places: &Places, peers: &[Peer], pins: &Pins) -> Self {
        let installed = peers.iter().filter(|peer| places.lacks(peer).is_none());
        Self {
            date: output("date", &["-u", "+%F"]),
            commit: places.commit(),
            rustc: output("rustc", &["--version"]),
            node: output("node", &["--version"]),
            cpu: entry("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gib: memory(),
            linux: output("uname", &["-r"]),
            pins: pins.describe().to_owned(),
            load: [load(), String::new()],
            versions: installed.map(|peer| (peer.title.to_owned(), places.version(peer))).collect(),
            command: std::env::args().skip(1).collect::<Vec<_>>().join(" "),
        }
    }

    pub(super) fn look_again(&mut self) {
        self.load[1] = load();
    }
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
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
