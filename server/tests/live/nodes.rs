//! Several nodes: on one database and one Redis behind a round-robin that knows nothing, and with databases of their own on
//! one Redis.

use std::{net::SocketAddr, time::Duration};

use protocol::{ClientFrame, ServerFrame};
use tokio::time::Instant;

use crate::{
    api::{Guest, Stored, to_group},
    client::Client,
    cluster::Cluster,
    house::House,
    redis_server::Server as Redis,
    socket::{Socket, group},
};

/// Everyone reaches the end and has the same timeline as the store.
async fn agree(address: SocketAddr, clients: &mut [Client]) -> Stored {
    for client in &mut *clients {
        client.settled().await;
    }
    let stored = Stored::read(address, "g").await;
    stored.is_whole();
    for client in clients {
        client.reaches("g", stored.head).await;
        client.settled().await;
        assert_eq!(client.log("g").text(), stored.text());
    }
    stored
}

async fn crowd(address: SocketAddr, count: usize) -> Vec<Client> {
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(Client::somebody(address, &["g"]).await);
    }
    clients
}

#[tokio::test]
async fn behind_a_round_robin_clients_land_anywhere_and_resume_there() {
    let cluster = Cluster::start().await;
    let mut clients = crowd(cluster.address, 6).await;
    for round in 0..10 {
        for (n, client) in clients.iter_mut().enumerate() {
            (0..3).for_each(|part| drop(client.say("g", &format!("{round}.{n}.{part}"))));
            // Some leave in the middle of it, and come back elsewhere.
            if (round + n) % 3 == 0 {
                client.drift(Duration::from_millis(5)).await;
                client.vanish();
            }
        }
        futures_util::future::join_all(clients.iter_mut().map(Client::settled)).await;
    }
    let stored = agree(cluster.address, &mut clients).await;
    assert_eq!((stored.head, stored.messages.len()), (180, 180));
    assert!(clients.iter().all(|client| client.log("g").resets == 0 && client.connections > 1));
}

#[tokio::test]
async fn without_redis_everything_arrives_a_little_later_and_afterwards_at_once() {
    let mut cluster = Cluster::start().await;
    let mut clients = crowd(cluster.address, 4).await;
    clients.iter_mut().for_each(|client| drop(client.say("g", "before")));
    agree(cluster.address, &mut clients).await;

    cluster.redis.kill();
    cluster.are_alone().await;
    let begin = Instant::now();
    for client in &mut clients {
        (0..5).for_each(|n| drop(client.say("g", &format!("without {n}"))));
    }
    futures_util::future::join_all(clients.iter_mut().map(Client::settled)).await;
    futures_util::future::join_all(clients.iter_mut().map(|client| client.reaches("g", 24))).await;
    assert!(begin.elapsed() < Duration::from_secs(8), "a look at the heads is due every three seconds");
    // A newcomer while it is away is served too.
    let mut late = Client::somebody(cluster.address, &["g"]).await;
    late.settled().await;
    assert_eq!(late.log("g").messages().count(), 24);
    clients.push(late);

    cluster.redis.start_again().await;
    for node in &cluster.nodes {
        node.server().ready().await;
    }
    for client in &mut clients {
        (0..5).for_each(|n| drop(client.say("g", &format!("after {n}"))));
    }
    futures_util::future::join_all(clients.iter_mut().map(Client::settled)).await;
    let stored = agree(cluster.address, &mut clients).await;
    assert_eq!(stored.head, 49);
    assert!(clients.iter().all(|client| client.log("g").resets == 0));
}

#[tokio::test]
async fn whoever_stays_misses_nothing_however_much_was_said_while_redis_was_away() {
    const MUCH: usize = 1_300;
    let mut cluster = Cluster::start().await;
    let mut ann = Client::somebody(cluster.nodes[0].address, &["g"]).await;
    let mut bo = Client::somebody(cluster.nodes[1].address, &["g"]).await;
    let mut plain = cluster.nodes[1].server().connect("/group/g/").await;
    ann.say("g", "before");
    ann.settled().await;
    bo.reaches("g", 1).await;
    plain.heard().await;
    cluster.redis.kill();
    cluster.are_alone().await;
    (0..MUCH).for_each(|n| drop(ann.say("g", &n.to_string())));
    ann.settled().await;
    bo.reaches("g", 1 + MUCH as u64).await;
    assert_eq!((bo.log("g").resets, bo.lags), (0, 0), "it was there and read all the time");
    for n in 0..MUCH {
        plain.hears(&format!("{}{n}", protocol::GROUP_PREFIX)).await;
    }
    assert_eq!(bo.log("g").text(), Stored::read(cluster.address, "g").await.text());
}

#[tokio::test]
async fn by_pubsub_they_are_one_house_too() {
    let cluster = Cluster::start_on("redis+pubsub").await;
    let mut clients = crowd(cluster.address, 4).await;
    for round in 0..5 {
        for (n, client) in clients.iter_mut().enumerate() {
            client.say("g", &format!("{round}.{n}"));
            if (round + n) % 3 == 0 {
                client.vanish();
            }
        }
        futures_util::future::join_all(clients.iter_mut().map(Client::settled)).await;
    }
    assert_eq!(agree(cluster.address, &mut clients).await.head, 20);
}

#[tokio::test]
async fn who_is_here_and_who_writes_is_told_from_node_to_node() {
    let cluster = Cluster::start().await;
    let (ann, bo) = (Guest::new(cluster.address).await, Guest::new(cluster.address).await);
    let mut one = Socket::in_group(cluster.nodes[0].address, &ann, "g").await;
    let mut other = Socket::in_group(cluster.nodes[1].address, &bo, "g").await;
    for socket in [&mut one, &mut other] {
        let both = |frame| matches!(frame, ServerFrame::Presence { count: 2, .. }).then_some(());
        socket.until("both in the list", both).await;
    }
    one.send(ClientFrame::Typing { group: group("g") }).await;
    let typing = |frame| match frame {
        ServerFrame::Typing { by, .. } => Some(by),
        _ => None,
    };
    assert_eq!(other.until("typing", typing).await, ann.person);
    one.leaves().await;
    let alone = |frame| match frame {
        ServerFrame::Presence { people, count: 1, .. } => Some(people),
        _ => None,
    };
    assert_eq!(other.until("who is left", alone).await, [bo.person]);
}

#[tokio::test]
async fn of_a_node_that_stopped_nobody_is_here_any_more() {
    let mut cluster = Cluster::start().await;
    let (ann, bo) = (Guest::new(cluster.address).await, Guest::new(cluster.address).await);
    let mut one = Socket::in_group(cluster.nodes[0].address, &ann, "g").await;
    let _other = Socket::in_group(cluster.nodes[1].address, &bo, "g").await;
    let here =
        |expected| move |frame| matches!(frame, ServerFrame::Presence { count, .. } if count == expected).then_some(());
    one.until("both in the list", here(2)).await;
    let begin = Instant::now();
    cluster.nodes[1].stop().await;
    one.until("who is left", here(1)).await;
    assert!(begin.elapsed() < Duration::from_secs(15), "it was believed for longer: {:?}", begin.elapsed());
}

#[tokio::test]
async fn a_node_that_stops_hands_its_clients_to_the_other() {
    let mut cluster = Cluster::start().await;
    let mut clients = crowd(cluster.address, 4).await;
    for client in &mut clients {
        (0..5).for_each(|n| drop(client.say("g", &n.to_string())));
    }
    let talk = futures_util::future::join_all(clients.iter_mut().map(Client::settled));
    tokio::join!(talk, cluster.nodes[0].stop());
    for client in &mut clients {
        (0..5).for_each(|n| drop(client.say("g", &n.to_string())));
    }
    let stored = agree(cluster.nodes[1].address, &mut clients).await;
    assert_eq!(stored.head, 40);
}

#[tokio::test]
async fn nodes_with_databases_of_their_own_adopt_each_others_messages_once() {
    let redis = Redis::start().await;
    let layer = redis.url();
    let flags = ["--channel-layer", layer.as_str()];
    let (one, other) = tokio::join!(House::with_flags(&flags), House::with_flags(&flags));
    tokio::join!(one.server().ready(), other.server().ready());
    let mut ann = Client::somebody(one.address, &["g"]).await;
    let mut bo = Client::somebody(other.address, &["g"]).await;
    let mut plain = other.server().connect("/group/g/").await;
    for n in 0..10 {
        ann.say("g", &format!("ann {n}"));
        bo.say("g", &format!("bo {n}"));
    }
    tokio::join!(ann.settled(), bo.settled());
    tokio::join!(ann.reaches("g", 20), bo.reaches("g", 20));
    // Had anything gone round in a circle, it would come before this.
    for n in 0..3 {
        to_group(one.address, "g")
            .header("authorization", ann.guest.bearer())
            .body(format!("end {n}"))
            .send()
            .await
            .unwrap();
        tokio::join!(ann.reaches("g", 21 + n), bo.reaches("g", 21 + n));
    }
    for (client, house) in [(&ann, &one), (&bo, &other)] {
        let stored = Stored::read(house.address, "g").await;
        stored.is_whole();
        assert_eq!(stored.head, 23, "{:?}", stored.bodies());
        let mut bodies = stored.bodies();
        bodies.sort_unstable();
        bodies.dedup();
        assert_eq!(bodies.len(), 23, "each once");
        assert_eq!(client.log("g").text(), stored.text());
    }
    let mut heard = Vec::new();
    for _ in 0..23 {
        heard.push(plain.heard().await);
    }
    let expected: Vec<_> =
        bo.log("g").bodies().iter().map(|body| format!("{}{body}", protocol::GROUP_PREFIX)).collect();
    assert_eq!(heard, expected, "a plain socket hears the same conversation");
}
