//! The command line, parsed once into typed values. Never what is done with them.

mod work;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};

pub(crate) use self::work::{Fanout, Floor, Groups, Idle, Mixed, Pages, Slow, Storm, Suite};
use crate::{
    adapter::Kind,
    mode::{self, Subject},
    target::Target,
    trouble::Trouble,
};

/// What a WebSocket server costs per delivery, per connection and under overload.
#[derive(Parser)]
#[command(name = "teahouse-load", version, about, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  teahouse-load fanout ws://127.0.0.1:8080 --rate 100             what a delivery costs (limits off: teahouse serve --limits off)
  teahouse-load fanout ws://127.0.0.1:8080 --window 16            how many there can be
  teahouse-load fanout ws://127.0.0.1:8080 --adapter live         the same over Teahouse's own protocol
  teahouse-load idle ws://127.0.0.1:3000/chat --opening '{\"join\":\"{group}\"}'   somebody else's server
  teahouse-load floor --mode coalesce --listen 127.0.0.1:9000     what to compare with";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// One group that everybody hears: what a delivery costs, or how many there can be
    Fanout(Fanout),
    /// Many small groups
    Groups(Groups),
    /// Memory of sockets that do nothing
    Idle(Idle),
    /// How fast sockets open and join
    Storm(Storm),
    /// Some members never read: what the others notice
    Slow(Slow),
    /// People reading history, typing, posting and switching groups (Teahouse's /live)
    Mixed(Mixed),
    /// A page over HTTP
    Pages(Pages),
    /// The least that a server can do, to compare with
    Floor(Floor),
    /// Teahouse beside its peers and the floor, in one run
    Suite(Suite),
}

/// Whom it is about.
#[derive(Args)]
pub(crate) struct Server {
    /// The server, such as ws://127.0.0.1:8080; its path may hold {group}
    url: String,
    /// How it is spoken to
    #[arg(long, value_enum, default_value = "plain", value_name = "KIND")]
    adapter: Kind,
    /// With the plain adapter: what a member says first, with {group}; whatever the server answers means that it has joined
    #[arg(long, value_name = "TEXT")]
    opening: Option<String>,
    /// With the plain adapter: how a message is said, with {body} and {group}
    #[arg(long, value_name = "TEXT")]
    say: Option<String>,
    /// A further line of each handshake; {n} in it is the socket's number; repeatable
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// The server's process; without it, whoever listens there, if that is this machine
    #[arg(long, value_name = "PROCESS")]
    pid: Option<u32>,
    /// Handshakes that are under way at a time
    #[arg(long, default_value_t = 128, value_name = "SOCKETS", value_parser = clap::value_parser!(u32).range(1..))]
    at_once: u32,
    /// Offer permessage-deflate without context takeover, and measure nothing if it is declined
    #[arg(long)]
    deflate: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl Server {
    /// # Errors
    /// [`Trouble`] for a URL that is none, or options that do not go together.
    pub(crate) fn subject(&self) -> Result<Subject, Trouble> {
        self.subject_as(self.adapter)
    }

    /// For pages, which nothing of a socket is about.
    pub(crate) fn subject_of_pages(&self) -> Result<Subject, Trouble> {
        if self.deflate {
            return Err(Trouble::Usage("--deflate is for sockets".to_owned()));
        }
        self.subject_as(Kind::Plain)
    }

    pub(crate) fn subject_as(&self, kind: Kind) -> Result<Subject, Trouble> {
        let target = Target::parse(&self.url)?;
        let adapter = kind.adapter(&target.path, self.opening.as_deref(), self.say.as_deref())?;
        let process = mode::process_of(&target, self.pid);
        let (headers, at_once) = (self.header.clone(), self.at_once as usize);
        Ok(Subject { target, kind, adapter, headers, process, at_once, deflates: self.deflate })
    }
}

/// Where the figures go, besides the table on the standard output.
#[derive(Args)]
pub(crate) struct Output {
    /// All figures, for programs
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// A report with pictures, in one file
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// No progress bar
    #[arg(long)]
    pub(crate) quiet: bool,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("a header is NAME: VALUE")?;
    let sound = !name.is_empty() && !text.contains(['\r', '\n']);
    sound.then(|| (name.trim().to_owned(), value.trim().to_owned())).ok_or_else(|| "a header is one line".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds < 86_400.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "seconds, such as 10 or 0.5".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0).ok_or_else(|| "a number above 0".to_owned())
}
