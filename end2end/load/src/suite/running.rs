//! One piece of work: a server started, a generator run against it, the server ended; each on its own processor. Ends
//! only what it started, by its process group.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::available_parallelism,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{
    peer::{Peer, Places},
    work::Work,
};
use crate::{outcome::Outcome, trouble::Trouble};

/// How long a server may take until it listens, and to end by itself.
const START: Duration = Duration::from_secs(30);
const END: Duration = Duration::from_secs(5);
/// How long a generator may take: the slowest peers open ten sockets a second.
const WORK: Duration = Duration::from_secs(400);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Which processors the server and the generator have, and that they end with the suite.
pub(super) struct Pins {
    processors: Option<[&'static str; 2]>,
    ends_with_us: bool,
}

impl Pins {
    /// With two or more processors: the first for the server, the second for the generator, the same for all servers.
    pub(super) fn of_this_machine() -> Self {
        let can = available_parallelism().is_ok_and(|processors| processors.get() > 1);
        let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
        Self { processors: (can && has("taskset")).then_some(["0", "1"]), ends_with_us: has("setpriv") }
    }

    pub(super) fn describe(&self) -> &'static str {
        match self.processors {
            Some(_) => "server on processor 0, generator on processor 1",
            None => "server and generator wherever the kernel puts them",
        }
    }

    fn pin(&self, which: usize, command: Command) -> Command {
        // Both replace themselves by what they start, so the process stays the one that we know.
        let mut words: Vec<&str> = Vec::new();
        if let Some(processors) = self.processors {
            words.extend(["taskset", "-c", processors[which]]);
        }
        if self.ends_with_us {
            words.extend(["setpriv", "--pdeathsig", "TERM"]);
        }
        let [first, rest @ ..] = &words[..] else { return command };
        let mut pinned = Command::new(first);
        pinned.args(rest).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => pinned.env(name, value),
                None => pinned.env_remove(name),
            };
        }
        if let Some(directory) = command.get_current_dir() {
            pinned.current_dir(directory);
        }
        pinned
    }
}

/// # Errors
/// [`Trouble::Peer`] when the server does not start or the generator fails, with its own words.
pub(super) fn run(places: &Places, pins: &Pins, work: &Work, peer: &Peer) -> Result<Outcome, Trouble> {
    let scratch = Scratch::new()?;
    let port = free_port()?;
    let log = scratch.0.join("log");
    let server = Running::start(pins.pin(0, places.command(peer, port, &scratch.0)?), &log)?;
    let server = server.listening(port, peer, &log)?;
    let figures = scratch.0.join("figures.json");
    let mut generator = Command::new(std::env::current_exe().map_err(Trouble::system("this program"))?);
    let url = format!("ws://127.0.0.1:{port}{}", work.path);
    generator
        .args(&work.arguments)
        .arg(url)
        .args(["--quiet", "--pid", &server.0.id().to_string(), "--json"])
        .arg(&figures);
    if !matches!(work.arguments[0].as_str(), "mixed" | "pages") {
        generator.args(["--adapter", peer.kind.name()]);
    }
    let words = scratch.0.join("words");
    let mut generator = Running::start(pins.pin(1, generator), &words)?;
    let status = generator.wait(WORK);
    drop(server);
    let last = || fs::read_to_string(&words).unwrap_or_default().lines().last().unwrap_or_default().to_owned();
    if !status.is_some_and(|status| status.success()) {
        let why = if status.is_none() { format!("nothing after {} s", WORK.as_secs()) } else { last() };
        return Err(Trouble::Peer(why));
    }
    let text = fs::read_to_string(&figures).map_err(Trouble::file(&figures))?;
    serde_json::from_str(&text).map_err(|error| Trouble::Peer(format!("figures that cannot be read: {error}")))
}

/// A directory for what a server writes, gone afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Trouble> {
        let since =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let path = std::env::temp_dir().join(format!("teahouse-load-{}-{since:x}", std::process::id()));
        fs::create_dir_all(&path).map_err(Trouble::file(&path))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn free_port() -> Result<u16, Trouble> {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Trouble::system("a free port"))?;
    Ok(probe.local_addr().map_err(Trouble::system("a free port"))?.port())
}

/// A process and its children, ended when it is no longer needed.
struct Running(Child);

impl Running {
    fn start(mut command: Command, log: &Path) -> Result<Self, Trouble> {
        let file = fs::File::create(log).map_err(Trouble::file(log))?;
        let errors = file.try_clone().map_err(Trouble::file(log))?;
        command.stdin(Stdio::null()).stdout(file).stderr(errors).process_group(0);
        let program = command.get_program().to_string_lossy().into_owned();
        command.spawn().map(Self).map_err(|error| Trouble::Peer(format!("{program}: {error}")))
    }

    fn listening(mut self, port: u16, peer: &Peer, log: &Path) -> Result<Self, Trouble> {
        let (address, begin) = (SocketAddr::from((Ipv4Addr::LOCALHOST, port)), Instant::now());
        loop {
            if TcpStream::connect_timeout(&address, LOOK_EVERY).is_ok() {
                return Ok(self);
            }
            if begin.elapsed() > START || self.0.try_wait().is_ok_and(|status| status.is_some()) {
                let said = fs::read_to_string(log).unwrap_or_default();
                let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
                return Err(Trouble::Peer(format!("{} did not start: {last}", peer.name)));
            }
            pause();
        }
    }

    /// None if it has not ended by then.
    fn wait(&mut self, within: Duration) -> Option<std::process::ExitStatus> {
        let begin = Instant::now();
        while begin.elapsed() < within {
            if let Ok(Some(status)) = self.0.try_wait() {
                return Some(status);
            }
            pause();
        }
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(group) = Pid::from_raw(self.0.id().cast_signed()) else { return };
        let _ = kill_process_group(group, Signal::TERM);
        if self.wait(END).is_none() {
            let _ = kill_process_group(group, Signal::KILL);
            let _ = self.0.wait();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "no executor here: this process only waits for others")]
fn pause() {
    std::thread::sleep(LOOK_EVERY);
}
