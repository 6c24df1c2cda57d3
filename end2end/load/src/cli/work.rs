//! The options of each kind of work. Never what is done with them.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::{Output, Server, positive, seconds};
use crate::{
    floor,
    mode::talk::{Pace, Talk},
    speech::Speech,
    trouble::Trouble,
};

/// How a talk goes.
#[derive(Args)]
struct Talking {
    /// Messages a second in all, whatever comes back; 100 if neither this nor --window is given
    #[arg(long, conflicts_with = "window", value_parser = positive, value_name = "MESSAGES")]
    rate: Option<f64>,
    /// Saturate: always so many messages that not everyone has heard yet
    #[arg(long, value_name = "MESSAGES", value_parser = clap::value_parser!(u32).range(1..))]
    window: Option<u32>,
    /// Bytes of a message; at least 32
    #[arg(long, default_value_t = 100, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(32..))]
    payload: u32,
    /// Say sentences, Chinese and English by turns, instead of filler: what compression is measured with
    #[arg(long)]
    text: bool,
    /// Seconds before measuring
    #[arg(long, default_value = "2", value_name = "SECONDS", value_parser = seconds)]
    warm_up: Duration,
    /// Seconds of measuring
    #[arg(long, default_value = "10", value_name = "SECONDS", value_parser = seconds)]
    seconds: Duration,
}

impl Talking {
    fn talk(&self, groups: u32, members: u32, publishers: u32, deaf: u32) -> Result<Talk, Trouble> {
        if publishers > members - deaf.min(members) {
            return Err(Trouble::Usage(format!("{publishers} of {members} members cannot publish and read")));
        }
        // As many as a stamp has room for.
        if publishers > 0xfff || groups > 0xf_ffff {
            return Err(Trouble::Usage("at most 4095 publishers of a group, and 1,048,575 groups".to_owned()));
        }
        let window = self.window.map(|window| Pace::Window(window as usize));
        Ok(Talk {
            groups: groups as usize,
            members: members as usize,
            publishers: publishers as usize,
            pace: window.unwrap_or(Pace::Offered(self.rate.unwrap_or(100.0))),
            speech: Speech { bytes: self.payload as usize, text: self.text },
            warm_up: self.warm_up,
            measured: self.seconds,
            deaf: deaf as usize,
        })
    }
}

#[derive(Args)]
pub(crate) struct Fanout {
    #[command(flatten)]
    pub(crate) server: Server,
    /// Sockets in the group
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    members: u32,
    /// Members that publish by turns
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    publishers: u32,
    #[command(flatten)]
    talking: Talking,
}

impl Fanout {
    pub(crate) fn talk(&self) -> Result<Talk, Trouble> {
        self.talking.talk(1, self.members, self.publishers, 0)
    }
}

#[derive(Args)]
pub(crate) struct Groups {
    #[command(flatten)]
    pub(crate) server: Server,
    /// How many groups
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    groups: u32,
    /// Sockets in each
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    members: u32,
    #[command(flatten)]
    talking: Talking,
}

impl Groups {
    pub(crate) fn talk(&self) -> Result<Talk, Trouble> {
        self.talking.talk(self.groups, self.members, 1, 0)
    }
}

#[derive(Args)]
pub(crate) struct Idle {
    #[command(flatten)]
    pub(crate) server: Server,
    /// Sockets at the end
    #[arg(long, default_value_t = 10_000)]
    pub(crate) sockets: u32,
    /// Sockets at the beginning: what a server without any needs is not what they cost
    #[arg(long, default_value_t = 1_000)]
    pub(crate) few: u32,
    /// Groups that they are in, by turns
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) groups: u32,
}

#[derive(Args)]
pub(crate) struct Storm {
    #[command(flatten)]
    pub(crate) server: Server,
    /// Sockets that come
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) sockets: u32,
    /// Groups that they join, by turns
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) groups: u32,
}

#[derive(Args)]
pub(crate) struct Slow {
    #[command(flatten)]
    pub(crate) server: Server,
    /// Sockets in the group
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    members: u32,
    /// Those of them that never read
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    slow: u32,
    /// Members that publish by turns
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    publishers: u32,
    #[command(flatten)]
    talking: Talking,
}

impl Slow {
    pub(crate) fn talk(&self) -> Result<Talk, Trouble> {
        self.talking.talk(1, self.members, self.publishers, self.slow)
    }
}

#[derive(Args)]
pub(crate) struct Mixed {
    #[command(flatten)]
    pub(crate) server: Server,
    /// People
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) people: u32,
    /// Groups that they are in and switch between
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) groups: u32,
    /// What each does in a second: reads a page of history, types, posts or switches
    #[arg(long, default_value_t = 0.5, value_parser = positive)]
    pub(crate) actions: f64,
    /// Seconds before measuring
    #[arg(long, default_value = "2", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) warm_up: Duration,
    /// Seconds of measuring
    #[arg(long, default_value = "10", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) seconds: Duration,
}

#[derive(Args)]
pub(crate) struct Pages {
    #[command(flatten)]
    pub(crate) server: Server,
    /// Connections, each of which asks again as soon as it has its answer
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) clients: u32,
    /// Messages that are said in the group over /group/{group}/ beforehand; 0 says nothing
    #[arg(long, default_value_t = 50)]
    pub(crate) fill: u32,
    /// Seconds before measuring
    #[arg(long, default_value = "2", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) warm_up: Duration,
    /// Seconds of measuring
    #[arg(long, default_value = "10", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) seconds: Duration,
}

#[derive(Args)]
pub(crate) struct Floor {
    /// When a message is written
    #[arg(long, value_enum, default_value = "coalesce")]
    pub(crate) mode: floor::Mode,
    /// Address and port; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:9000", value_name = "ADDRESS:PORT")]
    pub(crate) listen: String,
}

#[derive(Args)]
pub(crate) struct Suite {
    /// Teahouse's program
    #[arg(long, default_value = "target/release/teahouse", value_name = "PROGRAM")]
    pub(crate) teahouse: PathBuf,
    /// Where the peers are installed
    #[arg(long, default_value = "target/peers", value_name = "DIRECTORY")]
    pub(crate) peers: PathBuf,
    /// The page that the figures are written to, between its marks; without it they are only shown
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
    /// Short windows and few sockets: only to see that it runs; writes no page
    #[arg(long)]
    pub(crate) quick: bool,
    /// Rounds; the figures are their medians
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: Option<u32>,
    /// Only servers with this in their name; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// Only work with this in its name; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) work: Vec<String>,
    /// A further flag of `teahouse serve`; repeatable
    #[arg(long, value_name = "FLAG", allow_hyphen_values = true)]
    pub(crate) flag: Vec<String>,
    /// Figures of an earlier run (its --json) instead of a new one
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}
