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
    Sentinel { sentinels: Vec<(String, u16)>, master: String },
}

impl Host {
    /// Parses a comma-separated list of addresses:
    ///
    /// - `redis://[user:password@]host[:6379][/db]`,
    /// - `rediss://…` for TLS; `?ssl_ca_certs=file.pem` names authorities to trust instead of the system's,
    /// - `unix:///path/to/socket[?db=n]`,
    /// - `redis+sentinel://[user:password@]host[:26379][,host[:26379]]…/master_name[/db]`.
    ///
    /// User and password are percent-encoded, and of the master, not of the Sentinels. An error quotes nothing of the
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
            "redis+sentinel" => Self::sentinel(rest),
            "redis" | "rediss" | "unix" => Self::url(scheme, &format!("{scheme}://{rest}")),
            _ => Err("its scheme is none of redis, rediss, unix and redis+sentinel"),
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
            if scheme == "rediss" {
                ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
            } else {
                ConnectionAddr::Tcp(host, port)
            }
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

    fn sentinel(rest: &str) -> Result<Self, &'static str> {
        let (authority, path) = rest.split_once('/').ok_or("it names no master: redis+sentinel://host/master")?;
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = user.split_once(':').map_or((user, None), |(user, password)| (user, Some(password)));
        let (master, db) = path.split_once('/').unwrap_or((path, ""));
        if master.is_empty() {
            return Err("it names no master: redis+sentinel://host/master");
        }
        let sentinels = hosts.split(',').map(sentinel_address).collect::<Result<Vec<_>, _>>()?;
        let label = format!("{master} at {hosts}");
        let place = Place::Sentinel { sentinels, master: decode(master)? };
        Ok(Self { place, authorities: None, redis: login(user, password, db)?, label })
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
