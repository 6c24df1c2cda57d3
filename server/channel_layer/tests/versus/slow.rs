//! Rows 7, 8, 9 and 18: consumers that read slowly, those that never will again, and queues that are full.

use channel_layer::{ChannelLayer, Footprint, RedisConfig};
use serde_json::json;

use super::{attach, count};
use crate::node::{channel, config, eventually, group, member, node, send, start};
use crate::peer::{Peer, number};
use crate::redis_server::Server;

/// Row 7. Python sends to both sides, so its capacity of 100 for a whole process counts for both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sleeps_does_not_fill_the_queue_of_a_neighbour_as_in_the_original() {
    let server = Server::start().await;
    let mut python = Peer::with(&[&server], &json!({"capacity": 100}));
    let (asleep, neighbour) = (python.new_channel().await, python.new_channel().await);
    for n in 0..100 {
        python.send(&asleep, n).await.expect("there is room");
    }
    assert_eq!(python.send(&neighbour, 0).await, Err("ChannelFull".to_owned()), "which has no message yet");

    let rust = start(RedisConfig { capacity: 100, ..config(&[&server]) }).await;
    let ((asleep, slow), (neighbour, tray)) = (attach(&rust), attach(&rust));
    slow.be_full(true);
    for n in 0..150 {
        python.send(asleep.as_str(), n).await.expect("there is room");
        if n % 50 == 49 {
            eventually(async || rust.counters().skipped_full == n as u64 + 1).await;
        }
    }
    python.send(neighbour.as_str(), 7).await.expect("there is room");
    assert_eq!(tray.holds(1).await, [7]);
}

/// Row 8. The original keeps the youngest 100 of what it accepted, and neither sender nor consumer hears of the rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_slowly_is_told_while_the_original_drops_the_oldest_without_a_word() {
    let server = Server::start().await;
    let mut python = Peer::with(&[&server], &json!({"capacity": 100}));
    let churn = json!({"command": "churn", "messages": 300, "rate": 200, "asleep": true, "settle": 1});
    let original = python.ask(churn).await;
    println!("channels_redis, row 8: {original}");
    // A busy machine may have some refused while the other consumer reads; those its sender was told of.
    let sent = count(&original, "sent");
    assert!(sent > 100 && sent + count(&original, "full") == 300);
    // Its buffer holds 100; on a busy machine the last few may still be in Redis when the sleeper begins to read.
    let kept = count(&original, "received");
    assert!((100..120).contains(&kept) && count(&original, "lost") == sent - kept, "{original}");
    assert_eq!(original["failures"], json!({}), "no consumer was told");

    let rust = node(&[&server]).await;
    let (slow, tray) = attach(&rust);
    for n in 0..100 {
        python.send(slow.as_str(), n).await.expect("there is room");
    }
    assert!(tray.holds(100).await.into_iter().eq(0..100));
    tray.be_full(true);
    for n in 100..300 {
        python.send(slow.as_str(), n).await.expect("there is room");
    }
    // Whoever owns the inbox learns of it at once, and the operator can read how much it was.
    tray.until_refused().await;
    eventually(async || rust.counters().skipped_full == 200).await;
    tray.be_full(false);
    python.send(slow.as_str(), 300).await.expect("there is room");
    assert!(tray.holds(101).await.into_iter().eq((0..100).chain([300])), "what it has, it keeps");
}

/// Row 9. Departed: gone without leaving their group, as when no disconnect handler ran.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_kept_for_who_has_gone_where_the_original_keeps_every_message() {
    const GONE: u64 = 50;
    const MESSAGES: i64 = 20;
    let server = Server::start().await;
    let mut python = Peer::start(&[&server], &[]);
    for _ in 0..GONE {
        python.member("theirs").await;
    }
    let stays = python.member("theirs").await;
    for n in 0..MESSAGES {
        python.tell("theirs", n).await;
        assert_eq!(python.receive(&stays, 5.0).await, Ok(Some(n)));
    }
    let kept = python.ask(json!({"command": "buffered"})).await;
    println!("channels_redis, row 9: {kept}");
    assert_eq!(kept, json!({"channels": GONE, "messages": GONE * MESSAGES as u64}));

    let rust = node(&[&server]).await;
    let (_, tray) = member(&rust, &group("ours")).await;
    for _ in 0..GONE {
        let (gone, _) = attach(&rust);
        rust.detach(&gone);
        python.ask(json!({"command": "group_add", "group": "ours", "channel": gone.as_str()})).await;
    }
    for n in 0..MESSAGES {
        python.tell("ours", n).await;
    }
    assert!(tray.holds(MESSAGES as usize).await.into_iter().eq(0..MESSAGES));
    assert_eq!(rust.counters().unrouted, GONE * MESSAGES as u64);
    assert_eq!(rust.footprint(), Footprint { channels: 1, messages: 0, groups: 1, memberships: 1 });
}

/// Row 18. The original looks, and then sends: who looks at the same time sends too. That it happens in none of
/// twenty bursts is not to be expected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_never_holds_more_than_its_capacity_and_the_originals_does() {
    const CAPACITY: usize = 10;
    let server = Server::start().await;
    let mut python = Peer::with(&[&server], &json!({"capacity": CAPACITY}));
    let mut most = 0;
    for round in 0..20 {
        let burst = json!({"command": "burst", "channel": format!("job-{round}"), "message": number(1), "count": 40});
        let sent = count(&python.ask(burst).await, "sent");
        assert_eq!(server.ask::<u64>(&format!("ZCARD asgijob-{round}")).await, sent);
        most = most.max(sent);
    }
    println!("channels_redis, row 18: {most} in a queue of {CAPACITY}");
    assert!(most > CAPACITY as u64);

    let small = || RedisConfig { capacity: CAPACITY, ..config(&[&server]) };
    let nodes = [start(small()).await, start(small()).await];
    for round in 0..20 {
        let worker = channel(&format!("work-{round}"));
        let sends = (0..40).map(|n| send(&nodes[n % 2], &worker, 1));
        let results = futures_util::future::join_all(sends).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), CAPACITY);
        assert_eq!(server.ask::<usize>(&format!("ZCARD asgi{worker}")).await, CAPACITY);
    }
}
