//! What was read, what was said before, and what a ping tells.

use protocol::{ClientFrame, GroupId, Seq, ServerFrame, Standing};
use tokio::time::{Instant, sleep};

use crate::{
    api::{Guest, Stored},
    client::Client,
    helpers::PATIENCE,
    house::House,
    socket::{Socket, group, now},
};

async fn standing(house: &House, guest: &Guest, name: &str) -> Standing {
    let mut socket = Socket::open(house.address, guest).await;
    socket.hello(vec![now(name)]).await;
    let ServerFrame::Welcome { mut groups, .. } = socket.welcomed().await else { panic!() };
    groups.remove(0)
}

/// A mark is not confirmed: it is there soon.
async fn stands(house: &House, guest: &Guest, name: &str, read: Seq, unread: u64) {
    let end = Instant::now() + PATIENCE;
    loop {
        let now = standing(house, guest, name).await;
        if (now.read, now.unread) == (read, unread) {
            return;
        }
        assert!(Instant::now() < end, "{now:?}");
        sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_read_mark_counts_what_follows_it_and_only_moves_forward() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    for n in 0..10 {
        ann.say("g", &n.to_string());
    }
    ann.settled().await;
    let first = ann.mine("g")[0].clone();
    ann.react("g", &first, "🍵", true);
    ann.settled().await;
    let bo = Guest::new(house.address).await;
    stands(&house, &bo, "g", 0, 10).await;
    let mut socket = Socket::in_group(house.address, &bo, "g").await;
    let read = |seq| ClientFrame::Read { group: group("g"), seq };
    socket.send(read(4)).await;
    stands(&house, &bo, "g", 4, 6).await;
    socket.send(read(2)).await;
    socket.send(read(7)).await;
    stands(&house, &bo, "g", 7, 3).await;
    // Nobody has read what was not said yet.
    socket.send(read(1_000)).await;
    stands(&house, &bo, "g", 11, 0).await;
    ann.say("g", "unread");
    ann.settled().await;
    stands(&house, &bo, "g", 11, 1).await;
    assert_eq!(standing(&house, &ann.guest, "g").await.read, 0, "a mark is one person's");
}

#[tokio::test]
async fn marks_and_unread_survive_a_restart() {
    let mut house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    (0..3).for_each(|n| drop(ann.say("g", &n.to_string())));
    ann.settled().await;
    let bo = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &bo, "g").await;
    socket.send(ClientFrame::Read { group: group("g"), seq: 2 }).await;
    stands(&house, &bo, "g", 2, 1).await;
    house.restart().await;
    stands(&house, &bo, "g", 2, 1).await;
}

#[tokio::test]
async fn history_pages_back_to_the_beginning_without_a_hole_whatever_else_happened() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    for n in 0..90 {
        ann.say("g", &n.to_string());
        if n % 3 == 0 {
            ann.settled().await;
            let last = ann.mine("g").pop().unwrap();
            ann.react("g", &last, "🍵", true);
        }
    }
    ann.settled().await;
    let mut socket = Socket::in_group(house.address, &ann.guest, "g").await;
    let mut all = Vec::new();
    let mut before = ann.log("g").last + 1;
    loop {
        socket.send(ClientFrame::History { group: group("g"), before, limit: 17 }).await;
        let page = socket.until("a page", |frame| match frame {
            ServerFrame::Page { before, messages, more, .. } => Some((before, messages, more)),
            _ => None,
        });
        let (asked, mut messages, more) = page.await;
        assert_eq!(asked, before);
        assert!(messages.iter().all(|message| message.seq < before));
        messages.append(&mut all);
        all = messages;
        if !more {
            break;
        }
        before = all[0].seq;
    }
    assert_eq!(all.iter().map(|message| message.n).collect::<Vec<_>>(), (1..=90).collect::<Vec<_>>());
    assert_eq!(crate::api::timeline(all.iter()), Stored::read(house.address, "g").await.text());
}

#[tokio::test]
async fn pages_of_a_group_that_nobody_spoke_in_are_empty() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    socket.send(ClientFrame::History { group: group("silence"), before: 1, limit: 50 }).await;
    let page = socket.until("a page", |frame| match frame {
        ServerFrame::Page { group, messages, more, seq, .. } => Some((group, messages.len(), more, seq)),
        _ => None,
    });
    assert_eq!(page.await, (group("silence"), 0, false, 0));
}

#[tokio::test]
async fn a_pong_comes_with_the_head_of_each_group_even_while_much_is_asked() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut socket = Socket::open(house.address, &ann).await;
    socket.hello(vec![now("a"), now("b")]).await;
    socket.welcomed().await;
    let mut other = Socket::in_group(house.address, &bo, "a").await;
    for n in 0..5 {
        other.says("a", &format!("c{n}"), "x").await;
        socket.event().await;
    }
    socket.send(ClientFrame::Ping { id: 42 }).await;
    let heads = socket.until("a pong", |frame| match frame {
        ServerFrame::Pong { id, heads } => Some((id, heads)),
        _ => None,
    });
    let expected: [(GroupId, Seq); 2] = [(group("a"), 5), (group("b"), 0)];
    assert_eq!(heads.await, (42, expected.into()));
}
