//! A channel layer that can never work stops the start: with status 1 and one sentence that names the flag, and no secret.

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    process::Command,
    time::timeout,
};

use crate::{helpers::PATIENCE, node::WIRES, redis_server::Server};

/// In every address that has a password, and as every encryption key.
const SECRET: &str = "opensesame";

/// What the program says when it is started on this layer.
async fn refusal(layer: &str) -> String {
    let data = TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_teahouse"))
        .args(["serve", "--listen", "127.0.0.1:0", "--channel-layer", layer, "--channel-layer-keys", SECRET, "--data"])
        .arg(data.path())
        .env_clear()
        .kill_on_drop(true)
        .output();
    let output = timeout(PATIENCE, output).await.unwrap_or_else(|_| panic!("on {layer} it runs on")).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{layer}: {said}");
    assert!(!said.contains(SECRET) && !said.contains("panicked"), "{layer}: {said}");
    // It holds its port before it looks for Redis, and has said so.
    let lines: Vec<&str> = said.lines().filter(|line| !line.contains("is listening on http://")).collect();
    let [line] = lines[..] else { panic!("{layer}: not one line: {said}") };
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["message"].as_str().unwrap().to_owned()
}

async fn is_refused(layer: &str, words: &str) {
    let said = refusal(layer).await;
    assert!(said.starts_with("--channel-layer: ") && said.contains(words), "{layer}: {said}");
}

#[tokio::test]
async fn an_address_that_is_none_stops_the_start() {
    for (layer, words) in [
        ("amqp://:opensesame@127.0.0.1", "amqp:// is no channel layer. Use memory, or redis://"),
        ("amqp+pubsub://:opensesame@127.0.0.1", "amqp+pubsub:// is no channel layer"),
        ("127.0.0.1:6379", "has no scheme. Use memory, or did you mean redis://"),
        (":opensesame@127.0.0.1:6379", "has no scheme"),
        ("redis", "has no scheme"),
        ("redis://127.0.0.1:1,redis+pubsub://:opensesame@127.0.0.1:2", "some addresses are for pub/sub"),
    ] {
        is_refused(layer, words).await;
    }
    for wire in WIRES {
        for (rest, words) in [
            ("", "address 1 of the channel layer: it has no host"),
            (":opensesame@127.0.0.1:port", "address 1 of the channel layer: it is no URL"),
            (":opensesame@127.0.0.1/x", "its database is no number"),
            ("127.0.0.1?password=opensesame", "behind `?` only db"),
        ] {
            is_refused(&format!("{wire}://{rest}"), words).await;
        }
        let second = format!("{wire}://127.0.0.1:1,{wire}://:opensesame@127.0.0.1:port");
        is_refused(&second, "address 2 of the channel layer").await;
        let sentinel = wire.replacen("redis", "redis+sentinel", 1);
        is_refused(&format!("{sentinel}://:opensesame@127.0.0.1"), "it names no master").await;
        let tls = wire.replacen("redis", "rediss", 1);
        is_refused(&format!("{tls}://127.0.0.1:1?ssl_ca_certs=/nowhere.crt"), "certificate file /nowhere.crt").await;
    }
}

#[tokio::test]
async fn a_password_or_user_that_redis_does_not_take_stops_the_start() {
    let redis = Server::start_with(&["--requirepass", "sesame"]).await;
    for wire in WIRES {
        for user in ["", ":opensesame@", "somebody:opensesame@"] {
            let layer = format!("{wire}://{user}127.0.0.1:{}", redis.port());
            is_refused(&layer, "refuses the user or password. Mend the address or the server").await;
        }
    }
    let redis = Server::start().await;
    let () = redis.ask("ACL SETUSER meek on >opensesame ~asgi* +@all -zadd").await;
    let layer = format!("redis://meek:opensesame@127.0.0.1:{}", redis.port());
    is_refused(&layer, "does not allow its user ZADD on keys such as asgi").await;
}

#[tokio::test]
async fn a_server_in_cluster_mode_stops_the_start() {
    let place = TempDir::new().unwrap();
    let nodes = place.path().join("nodes.conf");
    let cluster =
        Server::start_with(&["--cluster-enabled", "yes", "--cluster-config-file", nodes.to_str().unwrap()]).await;
    for wire in WIRES {
        is_refused(&format!("{wire}://127.0.0.1:{}", cluster.port()), "runs in cluster mode").await;
    }
}

#[tokio::test]
async fn a_redis_that_is_too_old_stops_the_start() {
    for (wire, version, needs) in [("redis", "4.0.14", 5), ("redis+pubsub", "4.0.14", 6), ("redis+pubsub", "5.0.14", 6)]
    {
        let words = format!("is version {version}; this channel layer needs {needs} or later");
        is_refused(&format!("{wire}://127.0.0.1:{}", says_it_is(version).await), &words).await;
    }
}

/// The port of a server that only says which version it is.
async fn says_it_is(version: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(answer(socket, version));
        }
    });
    port
}

async fn answer(socket: TcpStream, version: &str) {
    let info = format!("redis_version:{version}\r\nredis_mode:standalone\r\n");
    let info = format!("${}\r\n{info}\r\n", info.len());
    let mut socket = BufReader::new(socket);
    while let Some(command) = command(&mut socket).await {
        let answer = if command == "INFO" { info.as_str() } else { "-ERR unknown command\r\n" };
        if socket.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The first word of the next command, of which each word has its length before it.
async fn command(socket: &mut BufReader<TcpStream>) -> Option<String> {
    let mut first = None;
    for _ in 0..number(socket).await? {
        let mut word = vec![0; number(socket).await? + "\r\n".len()];
        socket.read_exact(&mut word).await.ok()?;
        first.get_or_insert_with(|| String::from_utf8_lossy(&word).trim().to_uppercase());
    }
    first
}

/// The number behind a line's first character.
async fn number(socket: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut line = String::new();
    socket.read_line(&mut line).await.ok()?;
    line.get(1..)?.trim().parse().ok()
}
