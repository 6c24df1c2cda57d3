//! Coming back: what was missed is sent once and in order, or the client is told to begin anew.

use std::net::SocketAddr;

use protocol::{Epoch, Event, Place, ResetWhy, Resume, Seq, ServerFrame};

use crate::{
    api::{Guest, Stored},
    client::Client,
    house::House,
    socket::{Socket, group},
};

/// What comes of a hello from there: the welcome's word, the events up to `live` or the reset.
#[derive(Debug, PartialEq)]
pub(crate) enum Came {
    Events(Vec<Event>, Seq),
    Reset(Seq, ResetWhy),
}

pub(crate) async fn resume(address: SocketAddr, guest: &Guest, epoch: &Epoch, after: Seq) -> (Resume, Came, Socket) {
    let mut socket = Socket::open(address, guest).await;
    socket.hello(vec![Place { group: group("g"), epoch: Some(epoch.clone()), after: Some(after) }]).await;
    let ServerFrame::Welcome { groups, .. } = socket.welcomed().await else { panic!() };
    let mut all = Vec::new();
    loop {
        let frame = socket.until("events, live or reset", |frame| match frame {
            ServerFrame::Events { .. } | ServerFrame::Live { .. } | ServerFrame::Reset { .. } => Some(frame),
            _ => None,
        });
        match frame.await {
            ServerFrame::Events { events, .. } => all.extend(events),
            ServerFrame::Live { seq, .. } => return (groups[0].resume, Came::Events(all, seq), socket),
            ServerFrame::Reset { head, why, .. } => return (groups[0].resume, Came::Reset(head, why), socket),
            _ => {}
        }
    }
}

pub(crate) async fn with_posts(count: usize) -> (House, Client, Epoch) {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    (0..count).for_each(|n| drop(ann.say("g", &n.to_string())));
    ann.settled().await;
    let epoch = ann.log("g").epoch.clone().unwrap();
    (house, ann, epoch)
}

pub(crate) fn seqs(events: &[Event]) -> Vec<Seq> {
    events.iter().map(|event| event.seq).collect()
}

#[tokio::test]
async fn whoever_missed_nothing_41_or_500_events_gets_exactly_those() {
    let (mut house, ann, epoch) = with_posts(541).await;
    let bo = Guest::new(house.address).await;
    for restarted in [false, true] {
        if restarted {
            house.restart().await;
        }
        for (after, word) in [(541, Resume::Live), (500, Resume::Replay), (41, Resume::Replay)] {
            let (resume, came, _) = resume(house.address, &bo, &epoch, after).await;
            let Came::Events(events, live) = came else { panic!("{came:?}") };
            assert_eq!((resume, live, seqs(&events)), (word, 541, (after + 1..=541).collect()));
            assert!(events.iter().all(|event| event.client_id.is_none()), "they are someone else's");
            let same = events.iter().zip(&ann.log("g").events[after as usize..]);
            assert!(same.clone().all(|(event, first)| (event.at, &event.change) == (first.at, &first.change)));
        }
        let (_, came, _) = self::resume(house.address, &ann.guest, &epoch, 500).await;
        let Came::Events(events, _) = came else { panic!("{came:?}") };
        assert_eq!(events, ann.log("g").events[500..], "an author's own carry their names");
    }
}

#[tokio::test]
async fn whoever_missed_501_events_is_reset_and_hears_what_follows() {
    let (house, mut ann, epoch) = with_posts(501).await;
    let bo = Guest::new(house.address).await;
    let (resume, came, mut socket) = resume(house.address, &bo, &epoch, 0).await;
    assert_eq!((resume, came), (Resume::Reset, Came::Reset(501, ResetWhy::TooFar)));
    ann.say("g", "next");
    ann.settled().await;
    assert_eq!(seqs(&socket.events().await), [502]);
}

#[tokio::test]
async fn another_life_of_the_database_and_numbers_from_the_future_are_reset() {
    let (house, mut ann, epoch) = with_posts(3).await;
    let bo = Guest::new(house.address).await;
    let other = Epoch::parse("another-life").unwrap();
    let (word, came, _) = resume(house.address, &bo, &other, 2).await;
    assert_eq!((word, came), (Resume::Reset, Came::Reset(3, ResetWhy::Epoch)));
    let (word, came, mut socket) = resume(house.address, &bo, &epoch, 9).await;
    assert_eq!(word, Resume::Reset);
    assert!(matches!(came, Came::Reset(3, _)), "{came:?}");
    ann.say("g", "next");
    ann.settled().await;
    assert_eq!(seqs(&socket.events().await), [4]);
}

#[tokio::test]
async fn edits_deletions_and_reactions_while_away_are_caught_up_with() {
    for restarted in [false, true] {
        let (mut house, mut ann, _) = with_posts(10).await;
        let mut bo = Client::somebody(house.address, &["g"]).await;
        bo.settled().await;
        bo.vanish();
        let mine = ann.mine("g");
        ann.edit("g", &mine[1], "edited");
        ann.edit("g", &mine[1], "edited twice");
        ann.edit("g", &mine[2], "edited in vain");
        ann.delete("g", &mine[2]);
        ann.react("g", &mine[3], "🍵", true);
        ann.react("g", &mine[3], "👍", true);
        ann.react("g", &mine[3], "🍵", false);
        let new = ann.say("g", "said while away");
        ann.settled().await;
        if restarted {
            house.restart().await;
        }
        assert_eq!(bo.log("g").last, 10);
        bo.reaches("g", 18).await;
        let stored = Stored::read(house.address, "g").await;
        assert_eq!((stored.head, ann.confirmed[&new]), (18, 18));
        for client in [&mut ann, &mut bo] {
            client.reaches("g", 18).await;
            assert_eq!(client.log("g").text(), stored.text());
            assert_eq!(client.log("g").resets, 0);
        }
    }
}

#[tokio::test]
async fn the_text_of_what_was_deleted_is_not_sent_again() {
    for restarted in [false, true] {
        let (mut house, mut ann, epoch) = with_posts(3).await;
        ann.say("g", "SECRET one");
        ann.settled().await;
        let secret = ann.mine("g").pop().unwrap();
        ann.edit("g", &secret, "SECRET two");
        ann.delete("g", &secret);
        ann.say("g", "next");
        ann.settled().await;
        if restarted {
            house.restart().await;
        }
        let bo = Guest::new(house.address).await;
        let (_, came, _) = resume(house.address, &bo, &epoch, 2).await;
        let Came::Events(events, 7) = came else { panic!("{came:?}") };
        assert_eq!(seqs(&events), [3, 4, 5, 6, 7]);
        assert!(!format!("{events:?}").contains("SECRET"), "{events:?}");
    }
}

#[tokio::test]
async fn whoever_was_reset_ends_with_the_same_timeline() {
    let (house, mut ann, _) = with_posts(20).await;
    let mut bo = Client::somebody(house.address, &["g"]).await;
    bo.settled().await;
    bo.vanish();
    ann.delete("g", &ann.mine("g")[0].clone());
    (0..520).for_each(|n| drop(ann.say("g", &format!("more {n}"))));
    ann.settled().await;
    bo.reaches("g", 541).await;
    bo.settled().await;
    let stored = Stored::read(house.address, "g").await;
    assert_eq!(bo.log("g").resets, 1);
    assert_eq!(bo.log("g").text(), stored.text());
    assert_eq!(ann.log("g").text(), stored.text());
}

#[tokio::test]
async fn a_graceful_restart_says_1012_and_nobody_loses_anything() {
    let (mut house, mut ann, _) = with_posts(5).await;
    let mut bo = Socket::in_group(house.address, &Guest::new(house.address).await, "g").await;
    let talk = async {
        for n in 0..100 {
            ann.say("g", &format!("through {n}"));
            ann.drift(std::time::Duration::from_millis(5)).await;
        }
        ann.settled().await;
        ann
    };
    let restart = async {
        let told = async {
            let bye = bo.until("bye", |frame| match frame {
                ServerFrame::Bye { retry_after_ms, .. } => Some(retry_after_ms),
                _ => None,
            });
            (bye.await, bo.close_code().await)
        };
        let ((bye, code), ()) = tokio::join!(told, house.restart());
        assert_eq!((bye.is_some(), code), (true, Some(1012)), "when to return, spread, and the code");
    };
    let (ann, ()) = tokio::join!(talk, restart);
    let stored = Stored::read(house.address, "g").await;
    stored.is_whole();
    assert_eq!((stored.head, ann.confirmed.len()), (105, 105));
    assert_eq!(ann.log("g").text(), stored.text());
}
