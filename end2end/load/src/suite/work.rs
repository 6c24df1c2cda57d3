//! What every server is put to: the command of the generator, and which servers it is for. Never a server.

use super::{figure::Figure, peer::Peer};

/// Servers that bear thousands of sockets and a hundred messages a second. Django's are measured on works of their own.
const FAST: &[&str] =
    &["floor", "floor-coalesce", "teahouse", "teahouse-live", "uws", "ws", "socketio", "nchan", "nats"];
/// Those that may come near a million deliveries a second.
const FASTEST: &[&str] = &["floor", "floor-coalesce", "teahouse", "teahouse-live", "uws", "nchan", "nats"];
const TUTORIAL: &[&str] = &["floor-coalesce", "teahouse", "django-daphne", "django-uvicorn", "django-redis"];
const TEXT: &[&str] = &["floor", "teahouse", "teahouse-live"];
const PAGES: &[&str] = &["teahouse"];
const LIVE: &[&str] = &["teahouse-live"];

/// One piece of work.
pub(super) struct Work {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What it is about; the first is the one that servers are sorted by.
    pub(super) figures: &'static [Figure],
    /// Which of the floors others are held against.
    pub(super) floor: &'static str,
    peers: &'static [&'static str],
    /// The generator's mode and options, without the server's address.
    pub(super) arguments: Vec<String>,
    /// Put behind the address: a path.
    pub(super) path: &'static str,
}

impl Work {
    pub(super) fn suits(&self, peer: &Peer) -> bool {
        self.peers.contains(&peer.name)
    }
}

const COST: &[Figure] = &[Figure::Cost, Figure::P50, Figure::P99, Figure::Switches, Figure::Lost];
const WIRE: &[Figure] = &[Figure::Cost, Figure::Bytes, Figure::P50, Figure::P99, Figure::Lost];
const RATE: &[Figure] = &[Figure::Rate, Figure::Cost, Figure::P99, Figure::Lost];
const OFFERED: &[Figure] = &[Figure::P99, Figure::Rate, Figure::Cost, Figure::Lost];
const IDLE: &[Figure] = &[Figure::Idle, Figure::IdleResident];
const STORM: &[Figure] = &[Figure::Sockets, Figure::Cost, Figure::P99];
const PAGE: &[Figure] = &[Figure::Pages, Figure::Cost, Figure::P99];
const SLOW: &[Figure] = &[Figure::SlowRatio, Figure::P99, Figure::Lost];
const MIXED: &[Figure] = &[Figure::P99, Figure::Cost, Figure::Lost];

/// All works; when `quick`, with so little of everything that figures mean nothing.
pub(super) fn all(quick: bool) -> Vec<Work> {
    let of = |name, title, figures, floor, peers, words: String, path| {
        let arguments = words.split_whitespace().map(str::to_owned).collect();
        Work { name, title, figures, floor, peers, arguments, path }
    };
    let (time, short) = if quick { ("--warm-up 0.3 --seconds 1", true) } else { ("--warm-up 2 --seconds 8", false) };
    let members = if short { 100 } else { 1000 };
    let groups = if short { 50 } else { 1000 };
    let (few, many, most) = if short { (50, 500, 600) } else { (1000, 10_000, 19_000) };
    let fan = |rest: &str| format!("fanout --members {members} {time} {rest}");
    let group = |rest: &str| format!("groups --groups {groups} --members 10 {time} {rest}");
    let idle = |many: u32| format!("idle --few {few} --sockets {many} --groups {groups}");
    vec![
        of("fanout", "One group of 1,000, 100 messages/s", COST, "floor", FAST, fan("--rate 100"), ""),
        of(
            "saturated",
            "The same, saturated: 16 messages in flight",
            RATE,
            "floor-coalesce",
            FAST,
            fan("--window 16"),
            "",
        ),
        of("groups", "1,000 groups of 10, 2,000 messages/s", COST, "floor", FAST, group("--rate 2000"), ""),
        of(
            "groups-saturated",
            "The same, saturated: 64 messages in flight",
            RATE,
            "floor-coalesce",
            FAST,
            group("--window 64"),
            "",
        ),
        of(
            "million",
            "1,000,000 deliveries/s offered: 1,000 members, 20 publishers",
            OFFERED,
            "floor-coalesce",
            FASTEST,
            fan("--publishers 20 --rate 1000"),
            "",
        ),
        of(
            "text",
            "One group of 1,000, 100 messages/s of 300 bytes of text, Chinese and English",
            WIRE,
            "floor",
            TEXT,
            fan("--rate 100 --payload 300 --text"),
            "",
        ),
        of(
            "text-deflate",
            "The same, compressed (permessage-deflate)",
            WIRE,
            "floor",
            TEXT,
            fan("--rate 100 --payload 300 --text --deflate"),
            "",
        ),
        // Before those that leave many closed sockets behind: they lie in the kernel's tables for a minute.
        of(
            "storm",
            "10,000 sockets open and join",
            STORM,
            "floor",
            FAST,
            format!("storm --sockets {many} --groups {groups}"),
            "",
        ),
        of("idle", "10,000 idle sockets", IDLE, "floor", FAST, idle(many), ""),
        of("idle-most", "19,000 idle sockets", IDLE, "floor", FASTEST, idle(most), ""),
        of(
            "slow",
            "One of 1,000 members never reads, 500 messages/s of 1,000 bytes",
            SLOW,
            "floor-coalesce",
            FASTEST,
            format!("slow --members {members} --publishers 20 --rate 500 --payload 1000 {time}"),
            "",
        ),
        of(
            "pages",
            "A group page of 50 messages, HTML, 16 clients",
            PAGE,
            "teahouse",
            PAGES,
            format!("pages {time}"),
            "",
        ),
        of(
            "pages-uncached",
            "The same, each request for another page of its history",
            PAGE,
            "teahouse",
            PAGES,
            format!("pages {time}"),
            "/chatgroup?groupID={group}&before={n}",
        ),
        of(
            "mixed",
            "500 people in 20 groups: they read pages, type, post and switch",
            MIXED,
            "teahouse-live",
            LIVE,
            format!("mixed {time}"),
            "",
        ),
        of(
            "tutorial",
            "The tutorial's group chat, 1,000 members, 1 message/s",
            COST,
            "floor-coalesce",
            TUTORIAL,
            fan("--rate 1"),
            "",
        ),
        of(
            "tutorial-saturated",
            "The same, saturated: 2 messages in flight",
            RATE,
            "floor-coalesce",
            TUTORIAL,
            fan("--window 2"),
            "",
        ),
        of(
            "tutorial-idle",
            "1,000 idle sockets of the tutorial",
            IDLE,
            "floor-coalesce",
            TUTORIAL,
            format!("idle --few {} --sockets {members} --groups 100", members / 10),
            "",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::{cli::Cli, suite::peer};

    #[test]
    fn every_work_is_a_command_that_the_generator_takes() {
        for work in all(false).iter().chain(&all(true)) {
            let words = ["teahouse-load"].into_iter().chain(work.arguments.iter().map(String::as_str));
            assert!(Cli::try_parse_from(words.chain(["ws://127.0.0.1:1"])).is_ok(), "{}", work.name);
        }
    }

    #[test]
    fn every_work_names_servers_that_there_are_and_has_a_floor_of_its_own() {
        let names: Vec<_> = peer::all().iter().map(|peer| peer.name).collect();
        for work in all(false) {
            assert!(work.peers.iter().all(|peer| names.contains(peer)), "{}", work.name);
            assert!(work.peers.contains(&work.floor), "{}", work.name);
            assert!(!work.figures.is_empty());
        }
    }
}
