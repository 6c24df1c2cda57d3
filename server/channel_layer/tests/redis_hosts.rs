//! Every way to reach a Redis, and to be refused: TLS, a unix socket, Sentinels and a failover, a password. Files lie in
//! a directory of each test's own below the system's temporary one.

mod directory;
mod node;
mod redis_server;

use std::sync::Arc;

use channel_layer::{ChannelLayer, LayerError, RedisConfig, RedisLayer, Trouble};
use directory::Directory;
use node::*;
use redis_server::{Server, free_port};

type Backend<M> = channel_layer::RedisLayer<M>;

async fn two_nodes_hear_each_other(url: &str) {
    let config = || RedisConfig::parse(url).expect("a URL");
    assert_eq!(config().check().await, Ok(()));
    let (here, there) = (start(config()).await, start(config()).await);
    let (_, tray) = member(&there, &group("room")).await;
    tell(&here, &group("room"), 1).await;
    assert_eq!(tray.holds(1).await, [1]);
    send(&here, &channel("worker"), 2).await.expect("there is room");
    assert_eq!(receive(&there, &channel("worker")).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unix_socket() {
    let directory = Directory::new("unix");
    let socket = directory.file("redis.sock");
    let _server = Server::start_with(&["--unixsocket", &socket]).await;
    two_nodes_hear_each_other(&format!("unix://{socket}?db=3")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_with_an_authority_of_ones_own_and_not_without_it() {
    let directory = Directory::new("tls");
    directory.make_certificates();
    let port = free_port().to_string();
    let (certificate, key, authority) =
        (directory.file("tls.crt"), directory.file("tls.key"), directory.file("ca.crt"));
    let _server = Server::start_with(&[
        "--tls-port",
        &port,
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &authority,
        "--tls-auth-clients",
        "no",
    ])
    .await;
    two_nodes_hear_each_other(&format!("rediss://localhost:{port}?ssl_ca_certs={authority}")).await;

    let stranger = RedisConfig::parse(&format!("rediss://localhost:{port}")).expect("a URL");
    let told = stranger.check().await.expect_err("nobody vouches for it");
    assert!(matches!(told, Trouble::Untrusted { .. }) && told.to_string().contains("ssl_ca_certs"), "{told}");
    for (file, why) in [("nowhere.crt", "No such file"), ("tls.key", "holds no certificate")] {
        let file = directory.file(file);
        let config = RedisConfig::parse(&format!("rediss://localhost:{port}?ssl_ca_certs={file}")).expect("a URL");
        let told = config.check().await.expect_err("the file is none").to_string();
        assert!(told.contains(&file) && told.contains(why), "{told}");
    }
    let layer = Node::new(stranger).expect("sound settings");
    let mut health = layer.health();
    health.wait_for(|health| health.hosts[0].trouble.is_some()).await.expect("it is refused");
    assert!(!health.borrow().is_connected());
}

/// The first Sentinel is none; the second tells who the master is, and when that dies, who is next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentinels_lead_to_the_master_and_after_a_failover_to_the_next() {
    let directory = Directory::new("sentinel");
    let mut master = Server::start().await;
    let replica = Server::start_with(&["--replicaof", "127.0.0.1", &master.port().to_string()]).await;
    let file = directory.file("sentinel.conf");
    let settings = format!(
        "sentinel monitor tea 127.0.0.1 {} 1\nsentinel down-after-milliseconds tea 500\nsentinel failover-timeout tea 3000\n",
        master.port()
    );
    std::fs::write(&file, settings).expect("a file");
    // The configuration comes before the port, which is among the other arguments.
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
    let members: Vec<String> = replica.ask("ZRANGE asgi:group:room 0 -1").await;
    assert!(!members.is_empty());
    there.close().await.expect("it closes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_told_and_nowhere_shown() {
    let server = Server::start_with(&["--requirepass", "right"]).await;
    let with = |password: &str| {
        RedisConfig::parse(&format!("redis://:{password}@127.0.0.1:{}", server.port())).expect("a URL")
    };
    let host = format!("127.0.0.1:{}", server.port());
    assert_eq!(with("hidden").check().await, Err(Trouble::Refused { host: host.clone() }));
    assert_eq!(RedisConfig::parse(&server.url()).expect("a URL").check().await, Err(Trouble::Refused { host }));
    assert_eq!(with("right").check().await, Ok(()));

    let layer = RedisLayer::<Number>::new(with("hidden")).expect("sound settings");
    let mut health = layer.health();
    let health = health.wait_for(|health| health.hosts[0].trouble.is_some()).await.expect("it is told").clone();
    assert!(!health.is_connected());
    let shown = format!("{health:?} {layer:?} {}", health.hosts[0].trouble.as_ref().expect("trouble"));
    assert!(!shown.contains("hidden"), "{shown}");
    assert_eq!(send_to(&layer).await, Err(LayerError::Unavailable));
    start(with("right")).await;
}

async fn send_to(layer: &RedisLayer<Number>) -> Result<(), LayerError> {
    layer.send(&channel("worker"), Arc::new(Number(1))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_cluster_mode_is_refused_and_one_that_is_away_may_come() {
    let nodes = format!("/tmp/teahouse-cluster-{}.conf", std::process::id());
    let cluster = Server::start_with(&["--cluster-enabled", "yes", "--cluster-config-file", &nodes]).await;
    let _ = std::fs::remove_file(nodes);
    let host = format!("127.0.0.1:{}", cluster.port());
    assert_eq!(config(&[&cluster]).check().await, Err(Trouble::Cluster { host }));
    let away = RedisConfig::parse(&format!("redis://127.0.0.1:{}", free_port())).expect("a URL");
    assert_eq!(away.check().await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_too_many_clients_is_away_and_its_password_not_wrong() {
    let server = Server::start_with(&["--requirepass", "right"]).await;
    let config = || RedisConfig::parse(&format!("redis://:right@127.0.0.1:{}", server.port())).expect("a URL");
    let mut operator = redis::Client::open(format!("redis://:right@127.0.0.1:{}", server.port()))
        .expect("a URL")
        .get_multiplexed_async_connection()
        .await
        .expect("it is up");
    let mut clients = async |most: &str| {
        let mut set = redis::cmd("CONFIG");
        set.arg("SET").arg("maxclients").arg(most).exec_async(&mut operator).await.expect("it is set");
    };
    clients("1").await;
    assert_eq!(config().check().await, Ok(()), "it may come");
    let layer = RedisLayer::<Number>::new(config()).expect("sound settings");
    let mut health = layer.health();
    let told = health.wait_for(|health| health.hosts[0].trouble.is_some()).await.expect("it is told").clone();
    assert!(matches!(told.hosts[0].trouble, Some(Trouble::Unreachable { .. })), "{told:?}");
    clients("100").await;
    connected(&layer, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_who_may_not_do_what_is_needed_is_told_which() {
    let server = Server::start().await;
    let with =
        |user: &str| RedisConfig::parse(&format!("redis://{user}:hidden@127.0.0.1:{}", server.port())).expect("a URL");
    for (user, rules, what) in [
        ("whole", "~asgi* +@all", None),
        ("exact", "~asgi* +@sortedset +pexpire +unlink +script|load +evalsha +ping +@connection", None),
        ("other", "~tea* +@all", Some("on keys such as asgi")),
        ("meek", "~asgi* +@all -zadd", Some("ZADD")),
        ("hasty", "~asgi* +@all -bzpopmin", Some("BZPOPMIN")),
        ("mute", "~asgi* +@all -evalsha", Some("EVALSHA")),
        ("bare", "~asgi* +@all -script", Some("SCRIPT LOAD")),
    ] {
        let () = server.ask(&format!("ACL SETUSER {user} on >hidden {rules}")).await;
        let told = with(user).check().await;
        match what {
            None => assert_eq!(told, Ok(()), "{user}"),
            Some(what) => {
                let told = told.expect_err(user).to_string();
                assert!(told.contains("does not allow") && told.contains(what) && !told.contains("hidden"), "{told}");
            }
        }
    }
    assert_eq!(server.ask::<usize>("DBSIZE").await, 0, "trying leaves nothing");
    two_nodes_hear_each_other(&format!("redis://exact:hidden@127.0.0.1:{}", server.port())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentinels_with_a_password_of_their_own_and_tls() {
    let directory = Directory::new("sentinel-tls");
    directory.make_certificates();
    let (certificate, key, authority) =
        (directory.file("tls.crt"), directory.file("tls.key"), directory.file("ca.crt"));
    let (port, sentinel_port) = (free_port().to_string(), free_port().to_string());
    let tls = [
        ("tls-cert-file", &certificate),
        ("tls-key-file", &key),
        ("tls-ca-cert-file", &authority),
        ("tls-auth-clients", &"no".to_owned()),
    ];
    let mut arguments = vec!["--requirepass".to_owned(), "master".to_owned(), "--tls-port".to_owned(), port.clone()];
    tls.iter().for_each(|(name, value)| arguments.extend([format!("--{name}"), (*value).clone()]));
    let _master = Server::start_with(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut settings = format!("sentinel monitor tea 127.0.0.1 {port} 1\nsentinel auth-pass tea master\n");
    settings += &format!("requirepass s%cret\ntls-port {sentinel_port}\ntls-replication yes\n");
    tls.iter().for_each(|(name, value)| settings += &format!("{name} {value}\n"));
    let file = directory.file("sentinel.conf");
    std::fs::write(&file, settings).expect("a file");
    let _sentinel = Server::start_as_sentinel(&file).await;
    let url = |password: &str| {
        format!(
            "rediss+sentinel://:master@127.0.0.1:{sentinel_port}/tea/0?sentinel_password={password}&ssl_ca_certs={authority}"
        )
    };
    two_nodes_hear_each_other(&url("s%25cret")).await;
    let told = RedisConfig::parse(&url("hidden")).expect("a URL").check().await.expect_err("it is wrong");
    assert!(matches!(told, Trouble::Refused { .. }) && !format!("{told} {told:?}").contains("hidden"), "{told}");
}
