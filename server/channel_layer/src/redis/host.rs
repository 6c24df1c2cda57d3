//! Where a Redis is, parsed once. A password goes into a connection and nowhere else: not into an error, not into a
//! name. No connection is made here.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo};
use url::Url;

use crate::ConfigError;

/// One Redis server, or one master that Sentinels know.
#[derive(Clone)]
pub struct Host {
    pub(super) place: Place,
    /// PEM file of the authorities that vouch for a TLS server, instead of the system's.
    pub(super) authorities: Option<PathBuf>,
    redis: RedisConnectionInfo,
    label: String,
}

#[derive(Clone)]
pub(super) enum Place {
    Fixed(ConnectionAddr),
    Sentinel(Sentinels),
}

/// Who knows where a master is.
#[derive(Clone)]
pub(super) struct Sentinels {
    pub(super) addresses: Vec<(String, u16)>,
    pub(super) master: String,
    /// Whether they and the master speak TLS.
    tls: bool,
    /// How to log in at the Sentinels.
    login: RedisConnectionInfo,
}

impl Sentinels {
    /// A server of theirs or the master, at a name and port.
    pub(super) fn address(&self, host: String, port: u16) -> ConnectionAddr {
        if self.tls { tls(host, port) } else { ConnectionAddr::Tcp(host, port) }
    }

    /// How to log in at a Sentinel.
    pub(super) fn connection(&self, host: &str, port: u16) -> redis::RedisResult<ConnectionInfo> {
        let info = self.address(host.to_owned(), port).into_connection_info()?;
        Ok(info.set_redis_settings(self.login.clone()))
    }
}

impl Host {
    /// Parses a comma-separated list of addresses:
    ///
    /// - `redis://[user:password@]host[:6379][/db]`,
    /// - `rediss://…` for TLS; `?ssl_ca_certs=file.pem` names authorities to trust instead of the system's,
    /// - `unix:///path/to/socket[?db=n]`,
    /// - `redis+sentinel://[user:password@]host[:26379][,host[:26379]]…/master_name[/db]`, and `rediss+sentinel://…`
    ///   where Sentinels and master speak TLS. User and password are the master's; the Sentinels' own stand behind:
    ///   `?sentinel_username=user&sentinel_password=password`, and `ssl_ca_certs` as above, for both.
    ///
    /// Users and passwords are percent-encoded. An error quotes nothing of the
    /// address, which may hold a password.
    pub fn parse_list(list: &str) -> Result<Vec<Self>, ConfigError> {
        let mut addresses: Vec<String> = Vec::new();
        for part in list.split(',') {
            match addresses.last_mut() {
                // Sentinels are separated by commas too.
                Some(last) if !part.contains("://") => {
                    last.push(',');
                    last.push_str(part);
                }
                _ => addresses.push(part.trim().to_owned()),
            }
        }
        addresses.iter().enumerate().map(|(at, text)| Self::parse(text).map_err(|why| bad(at + 1, why))).collect()
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.trim().split_once("://").ok_or("it has no scheme such as redis://")?;
        match scheme {
            "redis+sentinel" | "rediss+sentinel" => Self::sentinel(rest, scheme.starts_with("rediss")),
            "redis" | "rediss" | "unix" => Self::url(scheme, &format!("{scheme}://{rest}")),
            _ => Err("its scheme is none of redis, rediss, unix, redis+sentinel and rediss+sentinel"),
        }
    }

    fn url(scheme: &str, text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "it is no URL; a password may need percent-encoding")?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let mut db = url.path().trim_matches('/').to_owned();
        let place = if scheme == "unix" {
            db.clear();
            if url.path().len() < 2 || !host.is_empty() {
                return Err("it needs a path: unix:///path/to/socket");
            }
            ConnectionAddr::Unix(decode(url.path())?.into())
        } else {
            if host.is_empty() || host.contains(',') {
                return Err("it has no host");
            }
            let port = url.port().unwrap_or(6379);
            if scheme == "rediss" { tls(host, port) } else { ConnectionAddr::Tcp(host, port) }
        };
        let mut authorities = None;
        for (key, value) in url.query_pairs() {
            match (&*key, scheme) {
                ("db", _) => db = value.into_owned(),
                ("ssl_ca_certs", "rediss") => authorities = Some(PathBuf::from(&*value)),
                _ => return Err("behind `?` only db and, with rediss, ssl_ca_certs are known"),
            }
        }
        let label = match &place {
            ConnectionAddr::Unix(path) => path.display().to_string(),
            address => address.to_string(),
        };
        let redis = login(url.username(), url.password(), &db)?;
        Ok(Self { place: Place::Fixed(place), authorities, redis, label })
    }

    fn sentinel(rest: &str, tls: bool) -> Result<Self, &'static str> {
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').ok_or("it names no master: redis+sentinel://host/master")?;
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = user.split_once(':').map_or((user, None), |(user, password)| (user, Some(password)));
        let (master, db) = path.split_once('/').unwrap_or((path, ""));
        if master.is_empty() {
            return Err("it names no master: redis+sentinel://host/master");
        }
        let (mut sentinel_user, mut sentinel_password, mut authorities) = ("", None, None);
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match key {
                "sentinel_username" => sentinel_user = value,
                "sentinel_password" => sentinel_password = Some(value),
                "ssl_ca_certs" if tls => authorities = Some(PathBuf::from(decode(value)?)),
                _ => return Err(UNKNOWN_SENTINEL_SETTING),
            }
        }
        if sentinel_password.is_none() && (!sentinel_user.is_empty() || !query.is_empty() && !query.contains('=')) {
            return Err(UNKNOWN_SENTINEL_SETTING);
        }
        let addresses = hosts.split(',').map(sentinel_address).collect::<Result<Vec<_>, _>>()?;
        let label = format!("{master} at {hosts}");
        let at_sentinels = login(sentinel_user, sentinel_password, "")?;
        let place = Place::Sentinel(Sentinels { addresses, master: decode(master)?, tls, login: at_sentinels });
        Ok(Self { place, authorities, redis: login(user, password, db)?, label })
    }

    /// The address without user and password, for logs and health.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// How to log in at an address.
    pub(super) fn connection(&self, address: ConnectionAddr) -> redis::RedisResult<ConnectionInfo> {
        Ok(address.into_connection_info()?.set_redis_settings(self.redis.clone()))
    }
}

const UNKNOWN_SENTINEL_SETTING: &str =
    "behind `?` only sentinel_password, sentinel_username (with it) and, with rediss, ssl_ca_certs are known";

fn tls(host: String, port: u16) -> ConnectionAddr {
    ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
}

fn sentinel_address(text: &str) -> Result<(String, u16), &'static str> {
    let url = Url::parse(&format!("redis://{text}")).map_err(|_| "a Sentinel's address is none")?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or("a Sentinel's address is none")?;
    Ok((host.trim_matches(['[', ']']).to_owned(), url.port().unwrap_or(26379)))
}

fn login(user: &str, password: Option<&str>, db: &str) -> Result<RedisConnectionInfo, &'static str> {
    let db = if db.is_empty() { 0 } else { db.parse::<u32>().map_err(|_| "its database is no number")? };
    let mut login = RedisConnectionInfo::default().set_db(i64::from(db));
    if !user.is_empty() {
        login = login.set_username(decode(user)?);
    }
    if let Some(password) = password {
        login = login.set_password(decode(password)?);
    }
    Ok(login)
}

fn decode(text: &str) -> Result<String, &'static str> {
    Ok(percent_decode_str(text).decode_utf8().map_err(|_| "its percent-encoding is no UTF-8")?.into_owned())
}

fn bad(number: usize, why: &'static str) -> ConfigError {
    ConfigError::BadHost { number, why }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

#[cfg(test)]
mod tests;
