//! The connection is cut at every frame boundary of a conversation, in both directions, before and after the frame: each
//! command is stored once, and everyone ends with the same timeline.

use futures_util::{StreamExt, stream};

use crate::{
    api::{Guest, Stored},
    client::Client,
    house::House,
    postgres_server,
    proxy::{Cut, Proxy, Way},
    redis_server,
};

/// Conversations at a time.
const AT_ONCE: usize = 6;
/// Frames that every run of the conversation has at least, whatever is coalesced: hello and 14 commands; the answers.
const UP: usize = 15;
const DOWN: usize = 16;

/// Ann behind the proxy and Bo beside it say, edit, react and take back.
async fn converse(house: &House, guests: &[Guest; 2], name: &str, cut: Option<Cut>) -> Proxy {
    let proxy = Proxy::start(house.address, cut).await;
    let mut ann = Client::new(proxy.address, &guests[0], &[name]);
    let mut bo = Client::new(house.address, &guests[1], &[name]);
    bo.reaches(name, 0).await;
    (0..6).for_each(|n| drop(ann.say(name, &format!("ann {n}"))));
    (0..4).for_each(|n| drop(bo.say(name, &format!("bo {n}"))));
    tokio::join!(ann.settled(), bo.settled());
    tokio::join!(ann.reaches(name, 10), bo.reaches(name, 10));
    let (mine, his) = (ann.mine(name), bo.mine(name));
    ann.edit(name, &mine[0], "edited");
    ann.react(name, &his[0], "🍵", true);
    ann.react(name, &mine[1], "👍", true);
    ann.delete(name, &mine[1]);
    ann.react(name, &his[0], "🍵", false);
    ann.edit(name, &mine[2], "edited, then deleted");
    ann.delete(name, &mine[2]);
    bo.delete(name, &his[3]);
    bo.edit(name, &his[1], "bo's");
    ann.say(name, "the end");
    tokio::join!(ann.settled(), bo.settled());
    let stored = Stored::read(house.address, name).await;
    stored.is_whole();
    assert_eq!((stored.head, stored.messages.len()), (20, 11), "{cut:?}: stored once");
    assert_eq!((ann.confirmed.len(), bo.confirmed.len()), (14, 6), "{cut:?}");
    assert!(ann.refused.is_empty() && bo.refused.is_empty(), "{cut:?}: {:?} {:?}", ann.refused, bo.refused);
    for client in [&mut ann, &mut bo] {
        client.reaches(name, 20).await;
        assert_eq!(client.log(name).text(), stored.text(), "{cut:?}");
        assert_eq!(client.log(name).epoch.as_ref(), Some(&stored.epoch));
    }
    assert_eq!(ann.connections, if cut.is_some() { 2 } else { 1 }, "{cut:?}: it was not cut");
    proxy
}

async fn cut_everywhere(house: &House) {
    let guests = [Guest::new(house.address).await, Guest::new(house.address).await];
    let whole = converse(house, &guests, "whole", None).await;
    assert!(whole.frames(Way::Up) >= UP && whole.frames(Way::Down) >= DOWN);
    let mut cuts = Vec::new();
    for (way, frames) in [(Way::Up, UP), (Way::Down, DOWN)] {
        for frame in 1..=frames {
            cuts.extend([false, true].map(|after| Cut { way, frame, after }));
        }
    }
    let runs = stream::iter(cuts.into_iter().enumerate());
    runs.for_each_concurrent(AT_ONCE, |(n, cut)| {
        let guests = &guests;
        async move { drop(converse(house, guests, &format!("cut-{n}"), Some(cut)).await) }
    })
    .await;
}

#[tokio::test]
async fn on_sqlite_a_cut_at_any_frame_boundary_loses_nothing_and_doubles_nothing() {
    cut_everywhere(&House::open().await).await;
}

#[tokio::test]
async fn on_postgresql_and_redis_a_cut_at_any_frame_boundary_loses_nothing_and_doubles_nothing() {
    let (postgres, redis) = tokio::join!(postgres_server::Server::start(), redis_server::Server::start());
    let (database, layer) = (postgres.url(), redis.url());
    let house = House::with_flags(&["--database", &database, "--channel-layer", &layer]).await;
    house.server().ready().await;
    cut_everywhere(&house).await;
}
