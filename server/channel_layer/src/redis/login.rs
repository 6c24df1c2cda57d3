//! Logging in on a connection that is open. Done here and not by the redis crate, which takes every refusal for a wrong
//! password, also that of a server with too many clients.

use redis::aio::MultiplexedConnection;
use redis::{Cmd, ErrorKind, RedisConnectionInfo, RedisError, RedisResult, Value};

/// A connection's settings without what [`login`] does.
pub(crate) fn bare() -> RedisConnectionInfo {
    RedisConnectionInfo::default().set_skip_set_lib_name()
}

/// User, password, database and our name.
pub(crate) async fn login(connection: &mut MultiplexedConnection, who: &RedisConnectionInfo) -> RedisResult<()> {
    if let Some(password) = who.password() {
        authenticate(connection, who.username(), password).await?;
    }
    let mut rest = redis::pipe();
    let (mut name, mut version) = (redis::cmd("CLIENT"), redis::cmd("CLIENT"));
    rest.add_command(name.arg("SETINFO").arg("LIB-NAME").arg("teahouse").take());
    rest.add_command(version.arg("SETINFO").arg("LIB-VER").arg(env!("CARGO_PKG_VERSION")).take());
    if who.db() != 0 {
        rest.cmd("SELECT").arg(who.db());
    }
    let answers: Vec<RedisResult<Value>> = rest.ignore_errors().query_async(connection).await?;
    for (at, answer) in answers.into_iter().enumerate() {
        match answer {
            // An older server does not know what it is told about us; one that is full says so to whatever comes first.
            Err(error) if at < 2 && !is_full(&error) => {}
            other => drop(other?),
        }
    }
    Ok(())
}

async fn authenticate(connection: &mut MultiplexedConnection, user: Option<&str>, password: &str) -> RedisResult<()> {
    let command = |user: Option<&str>| -> Cmd {
        let mut auth = redis::cmd("AUTH");
        if let Some(user) = user {
            auth.arg(user);
        }
        auth.arg(password).take()
    };
    let mut answer = command(user).exec_async(connection).await;
    if user.is_some() && answer.as_ref().is_err_and(|error| error.to_string().contains("wrong number of arguments")) {
        // Redis 5 has no users.
        answer = command(None).exec_async(connection).await;
    }
    answer.map_err(|error| if is_refusal(&error) { refused() } else { error })
}

/// Whether it is user or password that a server does not take. What it says may name the user, so it is not repeated.
fn is_refusal(error: &RedisError) -> bool {
    let words = error.to_string();
    matches!(error.code(), Some("WRONGPASS" | "NOAUTH" | "NOPERM"))
        || ["invalid password", "no password is set", "without any password"].iter().any(|sign| words.contains(sign))
}

fn is_full(error: &RedisError) -> bool {
    error.to_string().contains("max number of clients")
}

fn refused() -> RedisError {
    (ErrorKind::AuthenticationFailed, "the user or password is refused").into()
}
