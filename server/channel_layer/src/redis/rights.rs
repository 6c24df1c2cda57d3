//! Whether a server lets us do what the layer does: every command is tried, in a form that changes nothing and leaves
//! no key. Says what is forbidden, never who we are.

use redis::aio::MultiplexedConnection;
use redis::{Cmd, RedisError, RedisResult, Value};

use super::health::Trouble;
use super::host::Host;
use super::keys::Keys;
use super::link;

/// Why the server takes no writes now, if so. An error is one with which nothing works at all.
pub(crate) async fn check(
    host: &Host,
    keys: &Keys,
    connection: &mut MultiplexedConnection,
) -> Result<Option<Trouble>, Trouble> {
    let tries = tries(keys);
    let mut pipeline = redis::pipe();
    for (_, command) in &tries {
        pipeline.add_command(command.clone());
    }
    let answers: RedisResult<Vec<RedisResult<Value>>> = pipeline.ignore_errors().query_async(connection).await;
    let answers = answers.map_err(|error| link::trouble(host, &error))?;
    let mut unwilling = None;
    for ((what, _), answer) in tries.iter().zip(answers) {
        let Err(error) = answer else { continue };
        match fault(host, what, &error) {
            Some(trouble @ Trouble::Unwilling { .. }) if !link::is_fatal(&error) => unwilling = Some(trouble),
            Some(trouble) => return Err(trouble),
            // It was refused for what it asked, not for who asked.
            None => {}
        }
    }
    Ok(unwilling)
}

fn fault(host: &Host, what: &str, error: &RedisError) -> Option<Trouble> {
    match error.code() {
        Some("NOPERM") => Some(Trouble::Forbidden { host: host.label().to_owned(), what: what.to_owned() }),
        Some("READONLY" | "OOM" | "MISCONF" | "NOREPLICAS") => Some(link::unwilling(host, &error.to_string())),
        _ if link::is_fatal(error) => Some(link::trouble(host, error)),
        _ => None,
    }
}

/// What is tried, and how it is told.
fn tries(keys: &Keys) -> Vec<(String, Cmd)> {
    let [channel, group] = keys.nobodys();
    let command = |name: &str, key: &str, arguments: &[&str]| {
        let mut command = redis::cmd(name);
        command.arg(key).arg(arguments);
        (format!("{name} on keys such as {key}"), command)
    };
    let mut tries = Vec::new();
    for key in [&channel, &group] {
        // `XX`: only if it is there, which it is not. A server that takes no writes refuses it all the same.
        tries.push(command("ZADD", key, &["XX", "0", "nobody"]));
        tries.push(command("PEXPIRE", key, &["1"]));
        tries.push(command("ZREMRANGEBYSCORE", key, &["-inf", "-inf"]));
    }
    tries.push(command("ZCARD", &channel, &[]));
    tries.push(command("ZPOPMIN", &channel, &["1"]));
    // With no time to wait, so that it is refused: for that, or because it is forbidden.
    tries.push(command("BZPOPMIN", &channel, &["never"]));
    tries.push(command("UNLINK", &channel, &[]));
    tries.push(command("ZREM", &group, &["nobody"]));
    tries.push(command("ZSCORE", &group, &["nobody"]));
    tries.push(command("ZRANGEBYSCORE", &group, &["-inf", "+inf"]));
    let (mut load, mut ping) = (redis::cmd("SCRIPT"), redis::cmd("PING"));
    load.arg("LOAD").arg("return 0");
    tries.push(("SCRIPT LOAD".to_owned(), load));
    tries.push(("EVALSHA".to_owned(), redis::cmd("EVALSHA").arg("0").arg(0).take()));
    tries.push(("PING".to_owned(), ping.take()));
    tries
}
