//! The servers of the suite: how each is started on a port and what its version is. What `peers/install` brought is
//! taken from its directory, so nothing of the system's own is touched. Never what they are put to.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::source::commit_of;
use crate::{adapter::Kind, trouble::Trouble};

/// One server.
pub(super) struct Peer {
    /// On the command line and in figures.
    pub(super) name: &'static str,
    /// For people.
    pub(super) title: &'static str,
    pub(super) kind: Kind,
    program: Program,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Floor(&'static str),
    Teahouse,
    /// A script of ours for Node, and the package that it is about.
    Node(&'static str, &'static str),
    Nchan,
    Nats,
    /// The tutorial's app: daphne or uvicorn, with Redis or not.
    Django {
        uvicorn: bool,
        redis: bool,
    },
}

/// All of them, in the order of a round.
pub(super) fn all() -> Vec<Peer> {
    let of = |name, title, kind, program| Peer { name, title, kind, program };
    vec![
        of("floor", "floor, a write each", Kind::Plain, Program::Floor("frame")),
        of("floor-coalesce", "floor, all at once", Kind::Plain, Program::Floor("coalesce")),
        of("teahouse", "**Teahouse**, plain socket", Kind::Plain, Program::Teahouse),
        of("teahouse-live", "**Teahouse**, `/live`", Kind::Live, Program::Teahouse),
        of("uws", "uWebSockets", Kind::Plain, Program::Node("uws.cjs", "@trufflesuite/uws-js-unofficial")),
        of("nchan", "nginx with nchan", Kind::Plain, Program::Nchan),
        of("nats", "NATS", Kind::Nats, Program::Nats),
        of("ws", "Node with ws", Kind::Plain, Program::Node("ws.mjs", "ws")),
        of("socketio", "Socket.IO", Kind::Socketio, Program::Node("socketio.mjs", "socket.io")),
        of(
            "django-uvicorn",
            "Django Channels, uvicorn, in memory",
            Kind::Plain,
            Program::Django { uvicorn: true, redis: false },
        ),
        of(
            "django-daphne",
            "Django Channels, daphne, in memory",
            Kind::Plain,
            Program::Django { uvicorn: false, redis: false },
        ),
        of(
            "django-redis",
            "Django Channels, uvicorn, Redis",
            Kind::Plain,
            Program::Django { uvicorn: true, redis: true },
        ),
    ]
}

/// Where everything is.
pub(super) struct Places {
    teahouse: PathBuf,
    peers: PathBuf,
    /// The crate, where the peers' scripts are.
    home: PathBuf,
    flags: Vec<String>,
}

impl Places {
    /// # Errors
    /// [`Trouble::File`] when this program does not know where it is.
    pub(super) fn new(teahouse: &Path, peers: &Path, flags: &[String]) -> Result<Self, Trouble> {
        let absolute = |path: &Path| std::path::absolute(path).map_err(Trouble::file(path));
        let (teahouse, peers) = (absolute(teahouse)?, absolute(peers)?);
        Ok(Self { teahouse, peers, home: PathBuf::from(env!("CARGO_MANIFEST_DIR")), flags: flags.to_vec() })
    }

    /// What a server needs and is not there, in words.
    pub(super) fn lacks(&self, peer: &Peer) -> Option<String> {
        let needed = match peer.program {
            Program::Floor(_) => return None,
            Program::Teahouse => self.teahouse.clone(),
            Program::Node(_, package) => self.package(package),
            Program::Nchan => self.debian("usr/sbin/nginx"),
            Program::Nats => self.debian("usr/sbin/nats-server"),
            Program::Django { redis: true, .. } if !self.debian("usr/bin/redis-server").exists() => {
                self.debian("usr/bin/redis-server")
            }
            Program::Django { .. } => self.python("python"),
        };
        (!needed.exists()).then(|| format!("{} is not there (peers/install)", needed.display()))
    }

    /// The command that serves on `port`, with a directory of its own for what it writes.
    ///
    /// # Errors
    /// [`Trouble::File`] when its configuration cannot be written.
    pub(super) fn command(&self, peer: &Peer, port: u16, scratch: &Path) -> Result<Command, Trouble> {
        let listen = format!("127.0.0.1:{port}");
        Ok(match peer.program {
            Program::Floor(mode) => {
                let mut command = Command::new(env::current_exe().map_err(Trouble::system("this program"))?);
                command.args(["floor", "--mode", mode, "--listen", &listen]);
                command
            }
            Program::Teahouse => {
                let mut command = Command::new(&self.teahouse);
                command
                    .args(["serve", "--limits", "off", "--listen", &listen, "--data"])
                    .arg(scratch)
                    .args(&self.flags);
                command.env("TEAHOUSE_LOG", "warn");
                command
            }
            Program::Node(script, _) => {
                let mut command = Command::new("node");
                command
                    .arg(self.home.join("peers").join(script))
                    .arg(port.to_string())
                    .current_dir(self.peers.join("npm"));
                command
            }
            Program::Nchan => self.nchan(port, scratch)?,
            Program::Nats => {
                let configuration = self.configure("nats.conf", port, scratch)?;
                let mut command = Command::new(self.debian("usr/sbin/nats-server"));
                command.arg("-c").arg(configuration);
                command
            }
            Program::Django { uvicorn, redis } => self.django(port, uvicorn, redis, scratch),
        })
    }

    /// Debian's nginx with nchan makes /var/lib/nginx whatever its configuration says. In a namespace of its own, with an
    /// empty /var/lib, that needs no root and touches nothing.
    fn nchan(&self, port: u16, scratch: &Path) -> Result<Command, Trouble> {
        const SCRIPT: &str = "mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/nginx && exec \"$0\" \"$@\"";
        let configuration = self.configure("nchan.conf", port, scratch)?;
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", SCRIPT]).arg(self.debian("usr/sbin/nginx"));
        command.arg("-p").arg(scratch).arg("-c").arg(configuration).args(["-e", "stderr"]);
        command.env("LD_LIBRARY_PATH", self.libraries());
        Ok(command)
    }

    /// Redis, where it is wanted, is the server's child: its processor time counts, as it must.
    fn django(&self, port: u16, uvicorn: bool, redis: bool, scratch: &Path) -> Command {
        let app = self.home.join("../django");
        let serve = if uvicorn {
            format!(
                "exec '{}' -m uvicorn --host 127.0.0.1 --port {port} --backlog 4096 --log-level error tutorial.asgi:application",
                self.python("python").display()
            )
        } else {
            format!("exec '{}' serve.py --port {port}", self.python("python").display())
        };
        let socket = scratch.join("redis");
        let store = format!(
            "'{}' --port 0 --unixsocket '{}' --save '' --appendonly no --daemonize no & ",
            self.debian("usr/bin/redis-server").display(),
            socket.display()
        );
        let mut command = Command::new("sh");
        command.current_dir(app).env("LD_LIBRARY_PATH", self.libraries()).env("PYTHONDONTWRITEBYTECODE", "1");
        if redis {
            command.env("LAYER_BACKEND", "core").env("LAYER_HOSTS", format!("[\"unix://{}\"]", socket.display()));
            command.arg("-c").arg(store + &serve);
        } else {
            command.env("LAYER_BACKEND", "memory").arg("-c").arg(serve);
        }
        command
    }

    fn configure(&self, name: &str, port: u16, scratch: &Path) -> Result<PathBuf, Trouble> {
        let template = self.home.join("peers").join(name);
        let text = fs::read_to_string(&template).map_err(Trouble::file(&template))?;
        let text = text.replace("@PORT@", &port.to_string()).replace("@HOME@", &scratch.display().to_string());
        let text = text.replace("@MODULES@", &self.debian("usr/lib/nginx/modules").display().to_string());
        let file = scratch.join(name);
        fs::write(&file, text).map_err(Trouble::file(&file))?;
        Ok(file)
    }

    fn package(&self, name: &str) -> PathBuf {
        self.peers.join("npm/node_modules").join(name).join("package.json")
    }

    fn debian(&self, file: &str) -> PathBuf {
        self.peers.join("debian").join(file)
    }

    fn python(&self, program: &str) -> PathBuf {
        self.peers.join("python/bin").join(program)
    }

    /// Where the unpacked packages have their libraries; the system's own are found after them.
    fn libraries(&self) -> PathBuf {
        self.debian(&format!("usr/lib/{}-linux-gnu", env::consts::ARCH))
    }

    /// What the measured Teahouse was built from.
    pub(super) fn commit(&self) -> String {
        commit_of(&self.teahouse)
    }

    /// For the report; `?` where nobody knows.
    pub(super) fn version(&self, peer: &Peer) -> String {
        let said = |command: &mut Command| {
            let output = command.env("LD_LIBRARY_PATH", self.libraries()).output().ok()?;
            let text = [output.stdout, output.stderr].concat();
            String::from_utf8_lossy(&text).lines().next().map(|line| line.trim().to_owned())
        };
        let version = match peer.program {
            Program::Floor(_) => Some(env!("CARGO_PKG_VERSION").to_owned()),
            Program::Teahouse => said(Command::new(&self.teahouse).arg("--version")),
            Program::Node(_, package) => self.node_version(package),
            Program::Nchan => {
                Some(["nginx-core", "libnginx-mod-nchan"].map(|package| self.debian_version(package)).join(", nchan "))
            }
            Program::Nats => said(Command::new(self.debian("usr/sbin/nats-server")).arg("--version")),
            Program::Django { .. } => {
                let names = "['Django','channels','channels_redis','redis','daphne','uvicorn','uvloop']";
                let program = format!(
                    "import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {names}))"
                );
                said(Command::new(self.python("python")).arg("-c").arg(program))
            }
        };
        version.unwrap_or_else(|| "?".to_owned())
    }

    fn node_version(&self, package: &str) -> Option<String> {
        let manifest: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(self.package(package)).ok()?).ok()?;
        Some(manifest.get("version")?.as_str()?.to_owned())
    }

    /// From the name of the archive that was unpacked.
    fn debian_version(&self, package: &str) -> String {
        let archives = fs::read_dir(self.debian("archives")).into_iter().flatten().flatten();
        let names = archives.filter_map(|archive| archive.file_name().into_string().ok());
        let versions = names.filter_map(|name| {
            Some(name.strip_prefix(package)?.strip_prefix('_')?.split('_').next()?.replace("%3a", ":"))
        });
        versions.last().unwrap_or_else(|| "?".to_owned())
    }
}
