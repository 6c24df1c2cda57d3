//! Every way to reach a Redis by RESP3, which is another handshake than the core layer's: TLS, a unix socket, Sentinels
//! and a failover, a password.

mod directory;
mod node;
mod redis_server;

use channel_layer::{RedisConfig, Trouble};
use directory::Directory;
use node::*;
use redis_server::{Server, free_port};

type Backend<M> = channel_layer::RedisPubSubLayer<M>;

async fn two_nodes_hear_each_other(url: &str) {
    let config = || RedisConfig::parse(url).expect("a URL");
    assert_eq!(config().check_for_pubsub().await, Ok(()));
    let (here, there) = (start(config()).await, start(config()).await);
    let (far, tray) = member(&there, &group("room")).await;
    tell(&here, &group("room"), 1).await;
    send(&here, &far, 2).await.expect("there is room");
    assert_eq!(tray.holds(2).await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unix_socket() {
    let directory = Directory::new("pubsub-unix");
    let socket = directory.file("redis.sock");
    let _server = Server::start_with(&["--unixsocket", &socket]).await;
    two_nodes_hear_each_other(&format!("unix://{socket}?db=3")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_with_an_authority_of_ones_own() {
    let directory = Directory::new("pubsub-tls");
    directory.make_certificates();
    let port = free_port().to_string();
    let [certificate, key, authority] = ["tls.crt", "tls.key", "ca.crt"].map(|name| directory.file(name));
    let mut arguments = vec!["--tls-port", &port, "--tls-cert-file", &certificate, "--tls-key-file", &key];
    arguments.extend(["--tls-ca-cert-file", &authority, "--tls-auth-clients", "no"]);
    let _server = Server::start_with(&arguments).await;
    two_nodes_hear_each_other(&format!("rediss://localhost:{port}?ssl_ca_certs={authority}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentinels_lead_to_the_master_and_after_a_failover_to_the_next() {
    let directory = Directory::new("pubsub-sentinel");
    let mut master = Server::start().await;
    let _replica = Server::start_with(&["--replicaof", "127.0.0.1", &master.port().to_string()]).await;
    let file = directory.file("sentinel.conf");
    let settings = format!(
        "sentinel monitor tea 127.0.0.1 {} 1\nsentinel down-after-milliseconds tea 500\nsentinel failover-timeout tea 3000\n",
        master.port()
    );
    std::fs::write(&file, settings).expect("a file");
    let sentinel = Server::start_as_sentinel(&file).await;
    eventually(async || {
        let replicas: Vec<redis::Value> = sentinel.ask("SENTINEL REPLICAS tea").await;
        !replicas.is_empty()
    })
    .await;
    let url = format!("redis+sentinel://127.0.0.1:1,127.0.0.1:{}/tea/0", sentinel.port());
    two_nodes_hear_each_other(&url).await;

    let config = || RedisConfig::parse(&url).expect("a URL");
    let (here, there) = (start(config()).await, start(config()).await);
    let (_, tray) = member(&there, &group("room")).await;
    master.kill();
    tray.until_told_of_a_gap().await;
    eventually(async || {
        tell(&here, &group("room"), 1).await;
        tray.numbers().contains(&1)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_told_and_nowhere_shown() {
    let server = Server::start_with(&["--requirepass", "right"]).await;
    let with = |password: &str| {
        RedisConfig::parse(&format!("redis://:{password}@127.0.0.1:{}", server.port())).expect("a URL")
    };
    let host = format!("127.0.0.1:{}", server.port());
    let refused = Trouble::Refused { host };
    assert_eq!(with("hidden").check_for_pubsub().await, Err(refused.clone()));
    assert_eq!(with("right").check_for_pubsub().await, Ok(()));
    let layer = Node::new(with("hidden")).expect("sound settings");
    let mut health = layer.health();
    let health = health.wait_for(|health| health.hosts[0].trouble.is_some()).await.expect("it is told").clone();
    assert_eq!(health.hosts[0].trouble, Some(refused));
    assert!(!health.is_connected());
    assert!(!format!("{health:?} {layer:?}").contains("hidden"));
    start(with("right")).await;
}
