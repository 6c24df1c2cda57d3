//! Edits, deletions and reactions: by whom, and what becomes of the message.

use protocol::{Change, MessageId, RejectionCode};

use crate::{
    api::{Guest, Stored},
    client::Client,
    house::House,
    socket::{Socket, client_id, delete, edit, react},
};

struct Two {
    house: House,
    ann: Socket,
    bo: Socket,
    /// Ann's.
    message: MessageId,
}

impl Two {
    async fn with_a_message() -> Self {
        let house = House::open().await;
        let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
        let mut ann = Socket::in_group(house.address, &ann, "g").await;
        let mut bo = Socket::in_group(house.address, &bo, "g").await;
        ann.says("g", "c1", "水开").await;
        let message = ann.event().await.change.message().unwrap().clone();
        bo.event().await;
        Self { house, ann, bo, message }
    }
}

#[tokio::test]
async fn an_author_edits_and_takes_back_and_everyone_hears_it() {
    let Two { house, mut ann, mut bo, message } = Two::with_a_message().await;
    ann.send(edit("g", "c2", &message, "水开了")).await;
    let (mine, his) = (ann.event().await, bo.event().await);
    assert_eq!(mine.change, Change::Edited { message: message.clone(), body: "水开了".to_owned() });
    assert_eq!((mine.seq, &mine.change, mine.client_id), (2, &his.change, Some(client_id("c2"))));
    assert_eq!(Stored::read(house.address, "g").await.bodies(), ["水开了"]);
    ann.send(delete("g", "c3", &message)).await;
    assert_eq!(bo.event().await.change, Change::Deleted { message: message.clone() });
    ann.event().await;
    let stored = Stored::read(house.address, "g").await;
    let tombstone = &stored.messages[0];
    assert!(tombstone.deleted && tombstone.body.is_empty() && tombstone.edited_at.is_none());
    assert_eq!((tombstone.changed, stored.head), (3, 3));
}

#[tokio::test]
async fn what_is_someone_elses_is_rejected_and_nothing_happens() {
    let Two { house, mut bo, message, .. } = Two::with_a_message().await;
    bo.send(edit("g", "c1", &message, "mine now")).await;
    assert_eq!(bo.rejected().await, (client_id("c1"), RejectionCode::NotYours, None));
    bo.send(delete("g", "c2", &message)).await;
    assert_eq!(bo.rejected().await, (client_id("c2"), RejectionCode::NotYours, None));
    let stored = Stored::read(house.address, "g").await;
    assert_eq!((stored.head, stored.bodies()), (1, vec!["水开"]));
    // A rejected command is nobody's: its name may be used again.
    bo.says("g", "c1", "well").await;
    assert_eq!(bo.event().await.seq, 2);
}

#[tokio::test]
async fn reactions_are_anybodys_and_twice_the_same_is_once() {
    let Two { house, mut ann, mut bo, message } = Two::with_a_message().await;
    for (n, on) in [true, true, false, true].into_iter().enumerate() {
        bo.send(react("g", &format!("c{n}"), &message, "🍵", on)).await;
        assert!(matches!(ann.event().await.change, Change::Reacted { on: put, .. } if put == on));
        bo.event().await;
    }
    ann.send(react("g", "c9", &message, "👍🏽", true)).await;
    ann.event().await;
    let stored = Stored::read(house.address, "g").await;
    let shown: Vec<_> = stored.messages[0].reactions.iter().map(|one| (one.emoji.as_str(), one.people.len())).collect();
    assert_eq!(shown, [("🍵", 1), ("👍🏽", 1)]);
    bo.send(react("g", "c10", &message, "tea", true)).await;
    bo.event().await;
    assert_eq!(bo.rejected().await, (client_id("c10"), RejectionCode::BadReaction, None));
}

#[tokio::test]
async fn what_is_gone_or_in_another_group_cannot_be_changed() {
    let Two { house: _house, mut ann, mut bo, message } = Two::with_a_message().await;
    let none = MessageId::parse("none").unwrap();
    ann.send(edit("g", "c2", &none, "x")).await;
    assert_eq!(ann.rejected().await.1, RejectionCode::NoMessage);
    ann.send(delete("elsewhere", "c3", &message)).await;
    assert_eq!(ann.rejected().await.1, RejectionCode::NoMessage);
    ann.send(edit("g", "c4", &message, "  ")).await;
    assert_eq!(ann.rejected().await.1, RejectionCode::Empty);
    ann.send(delete("g", "c5", &message)).await;
    ann.event().await;
    ann.send(edit("g", "c6", &message, "back")).await;
    assert_eq!(ann.rejected().await, (client_id("c6"), RejectionCode::NoMessage, None));
    bo.event().await;
    bo.send(react("g", "c7", &message, "🍵", true)).await;
    assert_eq!(bo.rejected().await, (client_id("c7"), RejectionCode::NoMessage, None));
    // What was confirmed stays confirmed, whatever became of the message.
    ann.says("g", "c1", "水开").await;
    assert_eq!(ann.event().await.seq, 1);
    ann.send(delete("g", "c5", &message)).await;
    assert_eq!(ann.event().await.seq, 2);
}

/// Old snapshot and events make the new snapshot, over the wire: whoever was there, came late or reads pages sees the same.
#[tokio::test]
async fn whoever_hears_events_and_whoever_reads_pages_end_with_the_same_timeline() {
    let house = House::open().await;
    let mut ann = Client::somebody(house.address, &["g"]).await;
    let mut bo = Client::somebody(house.address, &["g"]).await;
    for n in 0..30 {
        ann.say("g", &format!("ann {n}"));
        bo.say("g", &format!("bo {n}"));
    }
    tokio::join!(ann.settled(), bo.settled());
    tokio::join!(ann.reaches("g", 60), bo.reaches("g", 60));
    for (client, other) in [(&mut ann, "👍"), (&mut bo, "🍵")] {
        let all: Vec<_> = client.log("g").messages().cloned().collect();
        let mine = client.mine("g");
        mine.iter().step_by(3).for_each(|message| client.edit("g", message, &format!("{}, edited", message.body)));
        all.iter().step_by(2).for_each(|message| client.react("g", message, other, true));
        mine.iter().step_by(5).for_each(|message| client.delete("g", message));
        all.iter().step_by(4).for_each(|message| client.react("g", message, other, false));
        all.iter().step_by(7).for_each(|message| client.pin("g", message, true));
        all.iter().step_by(14).for_each(|message| client.pin("g", message, false));
    }
    tokio::join!(ann.settled(), bo.settled());
    let stored = Stored::read(house.address, "g").await;
    stored.is_whole();
    let mut late = Client::somebody(house.address, &["g"]).await;
    late.settled().await;
    for client in [&mut ann, &mut bo, &mut late] {
        client.reaches("g", stored.head).await;
        assert_eq!(client.log("g").text(), stored.text());
    }
}
