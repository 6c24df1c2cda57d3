//! The command line and the environment, parsed once into typed values. Never what they are used for.

mod errand;

use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use tokio::net::TcpListener;

use self::errand::days;
pub use self::errand::{AdminErrand, DatabaseFlags, Errand};

use crate::{Error, socket::origin::Origins};

#[derive(Parser)]
#[command(name = "teahouse", version, about = "Teahouse 茶馆: group chat from one binary", args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: RunConfig,
}

const AFTER_HELP: &str = "\
Without a command, teahouse serves. TEAHOUSE_LOG filters the log, as in TEAHOUSE_LOG=debug.

Examples:
  teahouse                                        try it on this machine
  teahouse serve --listen 0.0.0.0:8080            let others in
  teahouse serve --allow-origin https://a.example let another site's pages open sockets here
  teahouse backup /safe/place/today.db            copy everything, while it serves
  websocat ws://127.0.0.1:8080/group/1/           chat from a terminal";

/// A WebSocket handshake is a request head too.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and the sockets
    Serve(RunConfig),
    #[command(flatten)]
    Errand(Errand),
}

/// What the program is to do.
pub enum Task {
    Serve(RunConfig),
    Errand(Errand),
}

impl Task {
    /// The server's settings, if it is to serve.
    #[must_use]
    pub fn serve(self) -> Option<RunConfig> {
        match self {
            Self::Serve(config) => Some(config),
            Self::Errand(_) => None,
        }
    }
}

/// What `teahouse serve` is told.
#[expect(rustdoc::bare_urls, reason = "these lines are also the text of --help, which has no links")]
#[derive(Args, Clone)]
pub struct RunConfig {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, env = "TEAHOUSE_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: String,

    #[command(flatten)]
    pub database: DatabaseFlags,

    /// Days that messages are kept; without it for ever. A group may have another limit: `teahouse retention`
    #[arg(long, env = "TEAHOUSE_RETENTION", value_name = "DAYS", value_parser = days)]
    pub retention: Option<Duration>,

    /// How sockets of one group reach each other: memory for one process, or Redis, shared with other Teahouse nodes and
    /// with Django Channels: redis://user:password@host:port/db, rediss://…, unix://…, redis+sentinel://…; several,
    /// separated by commas, share the load. redis+pubsub://… (rediss+pubsub://…, and so on) where Django's backend is
    /// RedisPubSubChannelLayer
    #[arg(
        long,
        env = "TEAHOUSE_CHANNEL_LAYER",
        default_value = "memory",
        value_name = "LAYER",
        hide_env_values = true
    )]
    pub channel_layer: String,

    /// Secrets that encrypt what goes through Redis, as Django's symmetric_encryption_keys: separated by commas, the
    /// first encrypts, all decrypt. @FILE reads them from a file, one a line; that or the environment keeps them out of
    /// the process list
    #[arg(
        long,
        env = "TEAHOUSE_CHANNEL_LAYER_KEYS",
        value_name = "KEYS",
        hide_env_values = true,
        default_value = "",
        hide_default_value = true
    )]
    pub channel_layer_keys: String,

    /// What every key in Redis begins with, as channels_redis' prefix
    #[arg(long, env = "TEAHOUSE_CHANNEL_LAYER_PREFIX", value_name = "PREFIX", default_value = "asgi")]
    pub channel_layer_prefix: String,

    /// Unread messages that one process may have waiting in Redis; past it a message for it is left out and counted.
    /// channels_redis' own default is 100, which a burst between two busy nodes exceeds
    #[arg(long, env = "TEAHOUSE_CHANNEL_LAYER_CAPACITY", value_name = "MESSAGES", default_value_t = 10_000)]
    pub channel_layer_capacity: usize,

    /// Capacities for channels whose names match a pattern as in fnmatch, as channels_redis' channel_capacity:
    /// PATTERN=MESSAGES, repeatable or separated by commas; the first that matches counts
    #[arg(
        long,
        env = "TEAHOUSE_CHANNEL_LAYER_CHANNEL_CAPACITY",
        value_name = "PATTERN=MESSAGES",
        value_delimiter = ',',
        value_parser = channel_capacity
    )]
    pub channel_layer_channel_capacity: Vec<(String, usize)>,

    /// Seconds that a message may wait unread in the channel layer, as channels_redis' expiry; the same on every node and
    /// in Django
    #[arg(long, env = "TEAHOUSE_CHANNEL_LAYER_EXPIRY", value_name = "SECONDS", default_value_t = 60)]
    pub channel_layer_expiry: u64,

    /// Seconds that a membership lasts if its process does not renew it, as channels_redis' group_expiry; ours are
    /// renewed as long as their sockets live
    #[arg(long, env = "TEAHOUSE_CHANNEL_LAYER_GROUP_EXPIRY", value_name = "SECONDS", default_value_t = 86_400)]
    pub channel_layer_group_expiry: u64,

    /// How messages are written in Redis, as channels_redis' serializer_format; the same on every node and in Django
    #[arg(long, env = "TEAHOUSE_CHANNEL_LAYER_SERIALIZER", value_name = "FORMAT", default_value = "msgpack")]
    pub channel_layer_serializer: Serializer,

    /// A further origin whose pages may open sockets here, such as https://chat.example; repeatable, or separated by
    /// commas. Our own pages, and programs that send no Origin, are always allowed
    #[arg(long, env = "TEAHOUSE_ALLOW_ORIGIN", value_name = "ORIGIN")]
    pub allow_origin: Vec<Origins>,

    /// The address people use, such as https://chat.example; then only its pages are our own, whatever a request's Host
    /// header says. Worth setting wherever others can reach this server
    #[arg(long, env = "TEAHOUSE_PUBLIC_URL", value_name = "URL", default_value = "", hide_default_value = true)]
    pub public_url: Origins,

    /// Whether people and addresses are limited in how fast they may act; off is for load tests and for servers that only
    /// machines talk to
    #[arg(long, env = "TEAHOUSE_LIMITS", value_name = "ON|OFF", default_value = "on")]
    pub limits: Switch,

    /// A proxy before this server writes X-Forwarded-For, whose last entry is where a request comes from, and
    /// X-Forwarded-Proto, which tells https. Only with such a proxy: anybody can write these headers
    #[arg(long, env = "TEAHOUSE_TRUST_PROXY")]
    pub trust_proxy: bool,

    /// How long a client may take to send a whole request head; not a flag, tests shorten it
    #[arg(skip = HEAD_TIMEOUT)]
    pub head_timeout: Duration,
}

/// One `PATTERN=MESSAGES`. Whether the pattern is one is the layer's to say.
fn channel_capacity(text: &str) -> Result<(String, usize), &'static str> {
    let (pattern, messages) = text.rsplit_once('=').ok_or("give PATTERN=MESSAGES, such as specific.*=1000")?;
    let messages = messages.trim().parse().map_err(|_| "what follows the = is no number of messages")?;
    Ok((pattern.trim().to_owned(), messages))
}

/// On or off.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

/// What channels_redis calls a serializer.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
pub enum Serializer {
    Msgpack,
    Json,
}

impl Cli {
    /// What to run: `teahouse` alone means `teahouse serve`.
    #[must_use]
    pub fn into_task(self) -> Task {
        match self.command {
            Some(Command::Serve(config)) => Task::Serve(config),
            Some(Command::Errand(errand)) => Task::Errand(errand),
            None => Task::Serve(self.serve),
        }
    }
}

impl RunConfig {
    /// Binds the listening socket.
    ///
    /// # Errors
    /// [`Error::Listen`] names the address and the flag.
    pub async fn bind(&self) -> Result<TcpListener, Error> {
        TcpListener::bind(&self.listen).await.map_err(|source| Error::Listen { address: self.listen.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves_with_the_same_flags() {
        let bare = Cli::parse_from(["teahouse", "--listen", "127.0.0.1:1"]).into_task().serve().unwrap();
        let spelt = Cli::parse_from(["teahouse", "serve", "--listen", "127.0.0.1:1"]).into_task().serve().unwrap();
        assert_eq!(bare.listen, spelt.listen);
    }

    #[test]
    fn origins_are_repeatable_and_comma_separated() {
        let config = Cli::parse_from(["teahouse", "--allow-origin", "http://a:1,http://b", "--allow-origin", "null"])
            .into_task()
            .serve()
            .unwrap();
        assert_eq!(config.allow_origin.iter().map(|list| list.0.len()).sum::<usize>(), 3);
    }

    #[test]
    fn errands_take_the_same_database_flags_as_the_server() {
        for line in [
            "migrate",
            "check",
            "backup x.db",
            "restore x.db --overwrite",
            "retention 1 --days 30",
            "admin create --login li",
        ] {
            let line = format!("teahouse {line} --database sqlite:tea.db");
            assert!(matches!(Cli::parse_from(line.split(' ')).into_task(), super::Task::Errand(_)), "{line}");
        }
    }

    #[test]
    fn a_password_in_a_database_that_is_none_is_not_repeated() {
        let config = Cli::parse_from(["teahouse", "--database", "mysql://root:secret@host/x"]);
        let error = config.into_task().serve().unwrap().database.parse().unwrap_err().to_string();
        assert!(error.contains("--database") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn capacities_of_channels_are_repeatable_and_comma_separated() {
        let flag = "--channel-layer-channel-capacity";
        let config =
            Cli::parse_from(["teahouse", flag, "specific.*=1000,a=b=2", flag, "x=3"]).into_task().serve().unwrap();
        let expected = [("specific.*", 1000), ("a=b", 2), ("x", 3)].map(|(pattern, n)| (pattern.to_owned(), n));
        assert_eq!(config.channel_layer_channel_capacity, expected);
        for given in ["specific.*", "a=many", "a=-1"] {
            let error = Cli::try_parse_from(["teahouse", flag, given]).err().unwrap().to_string();
            assert!(error.contains(flag), "{error}");
        }
    }

    #[test]
    fn a_bad_origin_is_refused_with_the_flag_named() {
        let error = Cli::try_parse_from(["teahouse", "--allow-origin", "chat.example"]).err().unwrap().to_string();
        assert!(error.contains("--allow-origin"), "{error}");
        assert!(error.contains("https://chat.example"), "{error}");
    }
}
