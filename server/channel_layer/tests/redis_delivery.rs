//! What arrives, how often and in what order, when nothing fails: between two nodes, and at ordinary channels.

mod node;
mod redis_server;

use std::sync::Arc;
use std::time::Duration;

use channel_layer::{ChannelLayer, Inbox, RedisConfig};
use node::*;
use redis_server::Server;

type Backend<M> = channel_layer::RedisLayer<M>;

/// Weakness 1: there, 11 to 14 % are lost when 1,400 others disconnect each second.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_who_comes_and_goes_costs_another_a_message() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, steady) = member(&there, &room).await;
    let churn = {
        let there = Arc::clone(&there);
        tokio::spawn(async move {
            let mut visits = 0;
            loop {
                let (visitor, _) = member(&there, &group("room")).await;
                there.detach(&visitor);
                visits += 1;
                if visits % 50 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        })
    };
    let count = 3000;
    for n in 0..count {
        tell(&here, &room, n).await;
        if n % 20 == 0 {
            here.settled().await.expect("Redis is there");
        }
    }
    assert!(steady.holds(3000).await.into_iter().eq(0..count), "each once and in order");
    churn.abort();
    let _ = churn.await;
    assert_eq!(there.redis_counters().gaps, 0);
}

/// Weakness 12: there, ties are sorted by random bytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_sender_sends_comes_in_order_by_whatever_way() {
    let servers = [Server::start().await, Server::start().await, Server::start().await];
    let servers: Vec<_> = servers.iter().collect();
    let (here, there) = (node(&servers).await, node(&servers).await);
    let room = group("room");
    let (far, tray) = member(&there, &room).await;
    for n in 0..600 {
        if n % 3 == 0 {
            send(&here, &far, n).await.expect("there is room");
        } else {
            tell(&here, &room, n).await;
        }
    }
    assert!(tray.holds(600).await.into_iter().eq(0..600));
}

/// Weakness 4: there, 27 of 40 are lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn direct_messages_over_four_hosts_all_arrive() {
    let servers = [Server::start().await, Server::start().await, Server::start().await, Server::start().await];
    let servers: Vec<_> = servers.iter().collect();
    let (here, there) = (node(&servers).await, node(&servers).await);
    let mut trays = Vec::new();
    for n in 0..40 {
        let tray = Tray::new();
        let channel = there.attach("specific", Arc::clone(&tray) as Arc<dyn Inbox<Number>>).expect("it attaches");
        send(&here, &channel, n).await.expect("there is room");
        trays.push(tray);
    }
    for (n, tray) in (0..).zip(trays) {
        assert_eq!(tray.holds(1).await, [n]);
    }
}

/// Weakness 8: there, the oldest are dropped without a word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_member_is_told_and_counted_and_hears_again() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let room = group("room");
    let (_, slow) = member(&there, &room).await;
    let (_, quick) = member(&there, &room).await;
    slow.be_full(true);
    tell(&here, &room, 1).await;
    slow.until_refused().await;
    assert_eq!(quick.holds(1).await, [1]);
    eventually(async || there.counters().skipped_full == 1).await;
    slow.be_full(false);
    tell(&here, &room, 2).await;
    assert_eq!(slow.holds(1).await, [2]);
}

/// Weakness 9: there, queues of departed channels are kept for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_kept_for_channels_that_have_departed() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    for n in 0..500 {
        let gone = there.new_channel("specific").expect("a channel");
        there.detach(&gone);
        send(&here, &gone, n).await.expect("nobody knows that it is gone");
    }
    eventually(async || there.counters().unrouted == 500).await;
    assert_eq!(there.footprint(), channel_layer::Footprint::default());
    assert_eq!(server.ask::<Vec<String>>("KEYS *").await, Vec::<String>::new());
}

/// Weakness 18.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_send_at_once_a_channel_takes_its_capacity() {
    let server = Server::start().await;
    let small = || RedisConfig { capacity: 10, ..config(&[&server]) };
    let nodes = [start(small()).await, start(small()).await];
    let sends = (0..40).map(|n| {
        let node = Arc::clone(&nodes[n % 2]);
        tokio::spawn(async move { send(&node, &channel("worker"), 1).await })
    });
    let results = futures_util::future::join_all(sends.collect::<Vec<_>>()).await;
    let taken = results.into_iter().filter(|result| matches!(result, Ok(Ok(())))).count();
    assert_eq!(taken, 10);
    assert_eq!(server.ask::<usize>("ZCARD asgiworker").await, 10);
}

/// Weakness 17.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_shares_its_round_trips() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let (_, tray) = member(&there, &group("room")).await;
    for n in 0..2000 {
        tell(&here, &group("room"), n).await;
    }
    assert!(tray.holds(2000).await.into_iter().eq(0..2000));
    let trips = here.redis_counters().round_trips;
    assert!(trips < 400, "{trips} round trips");
}

/// Weakness 2: there, 72 of 3,000 come twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_readers_on_two_nodes_and_two_hosts_lose_and_double_nothing() {
    let servers = [Server::start().await, Server::start().await];
    let servers: Vec<_> = servers.iter().collect();
    let nodes = [node(&servers).await, node(&servers).await];
    let readers: Vec<_> = (0..4)
        .map(|n| {
            let node = Arc::clone(&nodes[n % 2]);
            tokio::spawn(async move {
                let (worker, mut got) = (channel("worker"), Vec::new());
                loop {
                    match receive(&node, &worker).await {
                        -1 => return got,
                        n => got.push(n),
                    }
                    // Some are cancelled while they wait.
                    let _ = tokio::time::timeout(Duration::from_micros(1), std::future::pending::<()>()).await;
                }
            })
        })
        .collect();
    for n in 0..1000 {
        send(&nodes[n as usize % 2], &channel("worker"), n).await.expect("there is room");
    }
    eventually(async || {
        let mut left = 0;
        for server in &servers {
            left += server.ask::<usize>("ZCARD asgiworker").await;
        }
        left == 0
    })
    .await;
    for _ in &readers {
        send(&nodes[0], &channel("worker"), -1).await.expect("there is room");
    }
    let mut got = Vec::new();
    for reader in readers {
        got.extend(reader.await.expect("it ends"));
    }
    got.sort_unstable();
    assert!(got.into_iter().eq(0..1000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_cancelled_receiver_left_behind_goes_to_another_process() {
    let server = Server::start().await;
    let (here, there) = (node(&[&server]).await, node(&[&server]).await);
    let worker = channel("worker");
    assert!(tokio::time::timeout(Duration::from_millis(50), here.receive(&worker)).await.is_err());
    send(&there, &worker, 1).await.expect("there is room");
    assert_eq!(receive(&there, &worker).await, 1);
    eventually(async || here.redis_counters().returned == 1).await;
}

/// Closed in the middle of a flood, time and again: what nobody took is there for others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_closes_gives_back_what_it_took_and_did_not_hand_over() {
    let server = Server::start().await;
    let sender = node(&[&server]).await;
    let worker = channel("worker");
    for round in 0..15 {
        let leaving = node(&[&server]).await;
        let readers: Vec<_> = (0..8)
            .map(|_| {
                let (leaving, worker) = (Arc::clone(&leaving), worker.clone());
                tokio::spawn(async move {
                    let mut got = 0;
                    while leaving.receive(&worker).await.is_ok() {
                        got += 1;
                    }
                    got
                })
            })
            .collect();
        let flood = (0..100).map(|n| send(&sender, &worker, n));
        let (sent, closed) = tokio::join!(futures_util::future::join_all(flood), async {
            eventually(async || sender.counters().delivered > 100 * round + 5 * round).await;
            leaving.close().await
        });
        closed.expect("it closes");
        assert!(sent.into_iter().all(|sent| sent.is_ok()));
        let mut got = 0;
        for reader in readers {
            got += reader.await.expect("it ends");
        }
        let left: usize = server.ask("ZCARD asgiworker").await;
        assert_eq!(got + left, 100, "{:?}", leaving.redis_counters());
        assert_eq!(leaving.redis_counters().unreturned, 0);
        let () = server.ask("DEL asgiworker").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_given_back_is_counted_so() {
    let mut server = Server::start().await;
    let leaving = node(&[&server]).await;
    let worker = channel("worker");
    let waits = leaving.receive(&worker);
    let mut waits = std::pin::pin!(waits);
    assert!(futures_util::poll!(&mut waits).is_pending());
    send(&leaving, &worker, 1).await.expect("there is room");
    // It comes, and is not taken.
    eventually(async || leaving.footprint().messages == 1).await;
    server.kill();
    connected(&leaving, false).await;
    leaving.close().await.expect("it closes");
    assert_eq!((leaving.redis_counters().unreturned, leaving.redis_counters().returned), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_fetched_and_not_taken_is_given_back_at_the_end() {
    let server = Server::start().await;
    let (leaving, stays) = (node(&[&server]).await, node(&[&server]).await);
    let worker = channel("worker");
    let mut waits = std::pin::pin!(leaving.receive(&worker));
    assert!(futures_util::poll!(&mut waits).is_pending());
    send(&stays, &worker, 1).await.expect("there is room");
    eventually(async || leaving.footprint().messages == 1).await;
    leaving.close().await.expect("it closes");
    assert_eq!(receive(&stays, &worker).await, 1);
    assert_eq!((leaving.redis_counters().unreturned, leaving.redis_counters().returned), (0, 1));
}
