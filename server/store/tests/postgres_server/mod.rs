//! A real PostgreSQL of a test's own: on a free port of this machine, in a directory of its own, gone with the test. It
//! can be killed and started again on the same data.

#![expect(dead_code, reason = "each test file uses another part of it")]

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::Database;
use tokio::time::{Instant, sleep};

pub(crate) struct Server {
    data: PathBuf,
    port: u16,
    /// Whether a commit waits for the disk: only who measures or pulls the plug needs it.
    fsync: bool,
    child: Child,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(false).await
    }

    pub(crate) async fn start_durable() -> Self {
        Self::start_with(true).await
    }

    async fn start_with(fsync: bool) -> Self {
        let data = std::env::temp_dir().join(format!("teahouse-pg-{}", uuid::Uuid::now_v7()));
        copy(&template(), &data);
        for _ in 0..10 {
            let port = free_port();
            let mut server = Self { child: spawn(&data, port, fsync), data: data.clone(), port, fsync };
            // Someone else may have taken the port in between.
            if server.is_ready().await {
                return server;
            }
            // Its directory is the next one's.
            server.data = PathBuf::new();
        }
        panic!("postgres does not start");
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://teahouse@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn database(&self) -> Database {
        Database::parse(&self.url()).expect("a URL")
    }

    /// A further, empty one.
    pub(crate) async fn create(&self, name: &str) -> Database {
        let mut connection = PgConnection::connect(&self.url()).await.expect("it is up");
        let sql = format!("CREATE DATABASE {name}");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a database");
        Database::parse(&self.url().replace("/postgres", &format!("/{name}"))).expect("a URL")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As in a power cut, as far as a process can: no checkpoint, no good-bye.
    pub(crate) fn kill(&mut self) {
        signal(self.child.id(), "-QUIT");
        self.child.wait().expect("it ends");
    }

    /// Nothing in it moves any more, and nobody is told: connections stay, and are not answered.
    pub(crate) fn freeze(&self) {
        // First the one that would start another.
        signal(self.child.id(), "-STOP");
        children(self.child.id()).for_each(|child| signal(child, "-STOP"));
    }

    pub(crate) fn thaw(&self) {
        children(self.child.id()).for_each(|child| signal(child, "-CONT"));
        signal(self.child.id(), "-CONT");
    }

    /// With what was there, on the same port.
    pub(crate) async fn start_again(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            self.child = spawn(&self.data, self.port, self.fsync);
            if self.is_ready().await {
                return;
            }
            assert!(Instant::now() < deadline, "the port stays taken");
        }
    }

    async fn is_ready(&mut self) -> bool {
        loop {
            if self.child.try_wait().expect("a child").is_some() {
                return false;
            }
            if PgConnection::connect(&self.url()).await.is_ok() {
                let pid = fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
                return pid.lines().next() == Some(&self.child.id().to_string());
            }
            sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.thaw();
            signal(self.child.id(), "-QUIT");
            let _ = self.child.wait();
        }
        if self.data.is_absolute() {
            let _ = fs::remove_dir_all(&self.data);
        }
    }
}

fn spawn(data: &Path, port: u16, fsync: bool) -> Child {
    let mut command = program("postgres");
    let fsync = if fsync { "fsync=on" } else { "fsync=off" };
    command.arg("-D").arg(data).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-c", fsync]);
    command.args(["-c", "unix_socket_directories=", "-c", "shared_buffers=32MB", "-c", "max_connections=60"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("postgres is installed")
}

/// An empty cluster, made once per machine, version and user: `initdb` takes a second, a copy a tenth.
fn template() -> PathBuf {
    let version = program("postgres").arg("--version").output().expect("postgres is installed").stdout;
    let version: String = version.iter().filter(|byte| byte.is_ascii_digit()).map(|&byte| char::from(byte)).collect();
    let uid = fs::metadata("/proc/self").expect("Linux").uid();
    let home = std::env::temp_dir().join(format!("teahouse-pg-template-{version}-{uid}"));
    let lock = File::create(home.with_extension("lock")).expect("a lock file");
    lock.lock().expect("a lock");
    if !home.join("ready").exists() {
        let _ = fs::remove_dir_all(&home);
        fs::create_dir_all(&home).expect("a directory");
        own(&home);
        let mut initdb = program("initdb");
        initdb.arg("-D").arg(&home).args(["-U", "teahouse", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        let status = initdb.args(["--locale", "C.UTF-8"]).stdout(Stdio::null()).status().expect("initdb is installed");
        assert!(status.success(), "initdb fails");
        File::create(home.join("ready")).expect("a mark");
    }
    home
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp is there");
    assert!(status.success(), "{} cannot be copied", from.display());
}

/// One of PostgreSQL's programs, as a user who is not root: it refuses to run as root.
fn program(name: &str) -> Command {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = debian.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path| path.exists());
    found.sort();
    let mut command = Command::new(found.pop().unwrap_or_else(|| name.into()));
    if let Some((uid, gid)) = user() {
        command.uid(uid).gid(gid);
    }
    command.current_dir("/");
    command
}

/// Whom to become, if root: `postgres`, which Debian's package makes, else `nobody`.
fn user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").expect("Linux").uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("users");
    let find = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}

fn own(path: &Path) {
    if let Some((uid, gid)) = user() {
        chown(path, Some(uid), Some(gid)).expect("root may");
    }
}

/// Whoever is gone already need not be told.
fn signal(pid: u32, signal: &str) {
    Command::new("kill").arg(signal).arg(pid.to_string()).stderr(Stdio::null()).status().expect("kill is there");
}

/// Those that are there now.
fn children(of: u32) -> impl Iterator<Item = u32> {
    let parent = move |status: &str| status.lines().any(|line| line == format!("PPid:\t{of}"));
    let pids = fs::read_dir("/proc").expect("Linux").flatten();
    let pids = pids.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(move |pid| fs::read_to_string(format!("/proc/{pid}/status")).is_ok_and(|status| parent(&status)))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
