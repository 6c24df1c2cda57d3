//! One connection to one server, and what can be wrong with it. Who reconnects, and what then, is not known here.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use redis::aio::{AsyncPushSender, MultiplexedConnection};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, ErrorKind, ProtocolVersion, RedisError, RedisResult,
    ServerErrorKind, TlsCertificates,
};
use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::health::Trouble;
use super::host::{Host, Place, Sentinels};
use super::login;
use crate::sync::lock;

/// How long a command that does not block may take, connecting included. Then the server counts as gone.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

const BAD_FILE: &str = "it cannot be used";

/// The longest pause between two attempts to connect.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The connection that a host's commands share: kept by its keeper, used by all.
#[derive(Default)]
pub(crate) struct Link {
    connection: Mutex<Option<(u64, MultiplexedConnection)>>,
    broken: Notify,
    /// Until when others may still be coming back.
    quiet: Mutex<Option<Instant>>,
}

impl Link {
    pub(crate) fn get(&self) -> Option<(u64, MultiplexedConnection)> {
        lock(&self.connection).clone()
    }

    pub(crate) fn set(&self, number: u64, connection: MultiplexedConnection) {
        *lock(&self.connection) = Some((number, connection));
    }

    /// A command failed on the connection of this number: nobody uses it any more, and the keeper makes another.
    pub(crate) fn fail(&self, number: u64) {
        let failed = lock(&self.connection).take_if(|(current, _)| *current == number);
        if failed.is_some() {
            self.broken.notify_one();
        }
    }

    /// The same, whichever connection it is: the server itself is of no use now.
    pub(crate) fn fail_any(&self) {
        if lock(&self.connection).take().is_some() {
            self.broken.notify_one();
        }
    }

    /// The server may have lost what others had written there: before then, groups may lack members.
    pub(crate) fn keep_quiet_until(&self, then: Option<Instant>) {
        *lock(&self.quiet) = then;
    }

    pub(crate) fn quiet_until(&self) -> Option<Instant> {
        lock(&self.quiet).filter(|then| *then > Instant::now())
    }

    /// Another connection to the same server has broken: the keeper looks at once whether this one has too, which
    /// shows only when it is used.
    pub(crate) fn suspect(&self) {
        self.broken.notify_one();
    }

    pub(crate) async fn broken(&self) {
        self.broken.notified().await;
    }
}

/// Connects, to the master if Sentinels tell who that is. `patience` is for an answer.
pub(crate) async fn connect(host: &Host, patience: Duration) -> RedisResult<MultiplexedConnection> {
    open(host, locate(host).await?, waiting(patience)).await
}

/// Connects by RESP3, in which one connection can both subscribe and send; `pushes` is called with what comes unasked.
pub(crate) async fn connect_for_pushes(
    host: &Host,
    pushes: impl AsyncPushSender,
) -> RedisResult<MultiplexedConnection> {
    let info = locate(host).await?;
    let login = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    open(host, info.set_redis_settings(login), waiting(PATIENCE).set_push_sender(pushes)).await
}

fn waiting(patience: Duration) -> AsyncConnectionConfig {
    AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(patience))
}

async fn locate(host: &Host) -> RedisResult<ConnectionInfo> {
    match &host.place {
        Place::Fixed(address) => host.connection(address.clone()),
        Place::Sentinel(sentinels) => {
            let mut latest = RedisError::from((ErrorKind::Io, "no Sentinel answers"));
            for (name, port) in &sentinels.addresses {
                match ask(host, name, *port, sentinels).await {
                    Ok(address) => return host.connection(address),
                    Err(error) => latest = error,
                }
            }
            Err(latest)
        }
    }
}

async fn ask(host: &Host, name: &str, port: u16, sentinels: &Sentinels) -> RedisResult<ConnectionAddr> {
    let mut sentinel = open(host, sentinels.connection(name, port)?, waiting(PATIENCE)).await?;
    let found: Option<(String, u16)> =
        redis::cmd("SENTINEL").arg("GET-MASTER-ADDR-BY-NAME").arg(&sentinels.master).query_async(&mut sentinel).await?;
    let (host, port) = found.ok_or((ErrorKind::Io, "the Sentinel knows no such master"))?;
    Ok(sentinels.address(host, port))
}

async fn open(host: &Host, info: ConnectionInfo, config: AsyncConnectionConfig) -> RedisResult<MultiplexedConnection> {
    let who = info.redis_settings().clone();
    // To speak RESP3 is part of the crate's own way to log in.
    let is_ours = who.protocol() != ProtocolVersion::RESP3;
    let info = if is_ours { info.set_redis_settings(login::bare()) } else { info };
    let client = match (info.addr(), &host.authorities) {
        (ConnectionAddr::TcpTls { .. }, authorities) => {
            // Refused when another part of the program has chosen already, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
            match authorities {
                None => Client::open(info)?,
                Some(file) => {
                    let root_cert = Some(authorities_in(file).await.map_err(bad_file)?);
                    Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert })
                        .map_err(|error| bad_file(error.to_string()))?
                }
            }
        }
        _ => Client::open(info)?,
    };
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    if is_ours {
        login::login(&mut connection, &who).await?;
    }
    Ok(connection)
}

async fn authorities_in(file: &Path) -> Result<Vec<u8>, String> {
    let text = tokio::fs::read(file).await.map_err(|error| error.to_string())?;
    let begin = b"-----BEGIN CERTIFICATE-----";
    let has_one = text.windows(begin.len()).any(|here| here == begin);
    has_one.then_some(text).ok_or_else(|| "it holds no certificate".to_owned())
}

fn bad_file(why: String) -> RedisError {
    (ErrorKind::InvalidClientConfig, BAD_FILE, why).into()
}

/// What the server is, if that rules it out.
pub(crate) async fn inspect(host: &Host, connection: &mut MultiplexedConnection) -> Result<(), Trouble> {
    inspect_for(host, connection, 5).await
}

/// The same for a layer that `needs` this version.
pub(crate) async fn inspect_for(
    host: &Host,
    connection: &mut MultiplexedConnection,
    needs: u32,
) -> Result<(), Trouble> {
    let info: RedisResult<String> = redis::cmd("INFO").arg("server").query_async(connection).await;
    let info = match info {
        Ok(info) => info,
        // An operator may forbid INFO; then the server shows what it is in use.
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm) => return Ok(()),
        Err(error) => return Err(trouble(host, &error)),
    };
    let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).map_or("", str::trim);
    let version = field("redis_version:");
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    let host = || host.label().to_owned();
    if major.is_some_and(|major| major < needs) {
        return Err(Trouble::TooOld { host: host(), version: version.to_owned(), needs });
    }
    if field("redis_mode:") == "cluster" {
        return Err(Trouble::Cluster { host: host() });
    }
    Ok(())
}

/// Which run of which server this is; nothing if we may not know.
pub(crate) async fn run_id(mut connection: MultiplexedConnection) -> Option<String> {
    let info: String = redis::cmd("INFO").arg("server").query_async(&mut connection).await.ok()?;
    info.lines().find_map(|line| line.strip_prefix("run_id:")).map(|id| id.trim().to_owned())
}

/// What an error means for whoever runs the server.
pub(crate) fn trouble(host: &Host, error: &RedisError) -> Trouble {
    let (label, why) = (host.label().to_owned(), error.to_string());
    match (error.kind(), error.code(), &host.authorities) {
        (ErrorKind::AuthenticationFailed, ..) | (_, Some("NOAUTH" | "WRONGPASS"), _) => {
            Trouble::Refused { host: label }
        }
        (_, Some("NOPERM"), _) => Trouble::Forbidden { host: label, what: "a command".to_owned() },
        (ErrorKind::InvalidClientConfig, _, Some(file)) => {
            let why = error.detail().unwrap_or(BAD_FILE).to_owned();
            Trouble::BadFile { host: label, file: file.display().to_string(), why }
        }
        _ if why.contains("invalid peer certificate") => Trouble::Untrusted { host: label, why },
        _ => Trouble::Unreachable { host: label, why },
    }
}

/// Whether the connection is of no more use: broken, silent, or to a server that has become something else.
pub(crate) fn is_fatal(error: &RedisError) -> bool {
    error.is_io_error()
        || error.is_timeout()
        || error.is_unrecoverable_error()
        || error.code().is_some_and(is_fatal_code)
}

/// Whether a server's words say that it has become something else, or is not ready.
pub(crate) fn is_fatal_code(words: &str) -> bool {
    ["READONLY", "MASTERDOWN", "LOADING", "NOAUTH"].iter().any(|code| words.contains(code))
}

/// Whether a server's words say that it takes no writes now.
pub(crate) fn is_unwilling(words: &str) -> bool {
    ["OOM", "MISCONF", "NOREPLICAS", "NOPERM"].iter().any(|code| words.contains(code))
}

/// What its refusal means for whoever runs the server.
pub(crate) fn unwilling(host: &Host, words: &str) -> Trouble {
    Trouble::Unwilling { host: host.label().to_owned(), why: words.to_owned() }
}

/// The pause before the next attempt: 0.1 s, doubling to 5 s, with half of it left to chance so that many processes
/// do not come back as one.
pub(crate) fn pause(attempt: u32) -> Duration {
    let longest = Duration::from_millis(100).saturating_mul(1 << attempt.min(10)).min(LONGEST_PAUSE);
    let chance = f64::from(Uuid::new_v4().as_bytes()[0]) / 255.0;
    longest.mul_f64(0.5 + 0.5 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_to_five_seconds_and_is_never_quite_the_same() {
        for (attempt, longest) in [(0, 0.1), (1, 0.2), (5, 3.2), (6, 5.0), (u32::MAX, 5.0)] {
            let pause = pause(attempt).as_secs_f64();
            assert!(pause <= longest && pause >= longest / 2.0, "{attempt}: {pause}");
        }
    }
}
