//! Saying things: who is told what, and what a command that comes again does.

use protocol::{Change, ClientFrame, Place, RejectionCode, ServerFrame};

use crate::{
    api::{Guest, Stored},
    house::House,
    socket::{Socket, client_id, group, now, post},
};

#[tokio::test]
async fn what_is_said_comes_to_everyone_and_only_the_authors_tabs_hear_which_command_it_was() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut first = Socket::in_group(house.address, &ann, "g").await;
    let mut second = Socket::in_group(house.address, &ann, "g").await;
    let mut other = Socket::in_group(house.address, &bo, "g").await;
    first.says("g", "c1", "水开了").await;
    let (mine, tab, his) = (first.event().await, second.event().await, other.event().await);
    assert_eq!(mine.client_id, Some(client_id("c1")));
    assert_eq!(tab, mine, "the other tab of the same person hears the same");
    assert_eq!((his.client_id.clone(), &his.by), (None, &ann.person));
    assert!(matches!(&mine.change, Change::Posted { n: 1, body, reply_to: None, .. } if body == "水开了"));
    assert_eq!((mine.seq, his.seq, &mine.change), (1, 1, &his.change));
}

#[tokio::test]
async fn an_answer_names_a_message_of_the_same_group() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    socket.says("g", "c1", "tea?").await;
    let question = socket.event().await.change.message().unwrap().clone();
    let answer = |id: &str, name: &str| ClientFrame::Post {
        client_id: client_id(id),
        group: group(name),
        body: "yes".to_owned(),
        reply_to: Some(question.clone()),
    };
    socket.send(answer("c2", "g")).await;
    let event = socket.event().await;
    assert!(matches!(event.change, Change::Posted { reply_to: Some(to), .. } if to == question));
    socket.send(answer("c3", "elsewhere")).await;
    assert_eq!(socket.rejected().await, (client_id("c3"), RejectionCode::NoMessage, None));
}

#[tokio::test]
async fn a_command_that_comes_again_is_stored_once_and_confirmed_whichever_way_it_comes() {
    let mut house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut witness = Socket::in_group(house.address, &bo, "g").await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    socket.says("g", "c1", "once").await;
    let first = socket.event().await;
    socket.says("g", "c1", "once").await;
    assert_eq!(socket.event().await, first, "again on the same socket");
    // Twice at once, in one batch.
    socket.says("g", "c2", "twice").await;
    socket.says("g", "c2", "twice").await;
    let (a, b) = (socket.event().await, socket.event().await);
    assert_eq!((a.seq, &a), (2, &b));

    let mut other = Socket::in_group(house.address, &ann, "g").await;
    other.says("g", "c1", "once").await;
    assert_eq!(other.event().await, first, "on another socket");
    let mut stranger = Socket::open(house.address, &ann).await;
    stranger.hello(vec![]).await;
    stranger.says("g", "c1", "once").await;
    assert_eq!(stranger.event().await, first, "on one that has not subscribed");

    assert_eq!((witness.event().await.seq, witness.event().await.seq), (1, 2));
    drop((socket, other, stranger));
    house.restart().await;
    let mut later = Socket::in_group(house.address, &ann, "g").await;
    later.says("g", "c1", "once").await;
    assert_eq!(later.event().await, first, "after a restart");
    later.says("g", "c3", "new").await;
    assert_eq!(later.event().await.seq, 3);
    assert_eq!(Stored::read(house.address, "g").await.bodies(), ["once", "twice", "new"]);
}

#[tokio::test]
async fn two_people_may_use_the_same_name_for_their_commands() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut one = Socket::in_group(house.address, &ann, "g").await;
    let mut two = Socket::in_group(house.address, &bo, "g").await;
    one.says("g", "c1", "mine").await;
    assert_eq!(one.event().await.client_id, Some(client_id("c1")));
    assert_eq!(two.event().await.client_id, None);
    two.says("g", "c1", "mine too").await;
    let event = two.event().await;
    assert_eq!((event.seq, event.client_id), (2, Some(client_id("c1"))));
}

#[tokio::test]
async fn a_name_that_was_used_for_another_command_is_rejected() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    socket.says("g", "c1", "one thing").await;
    let event = socket.event().await;
    for other in [
        post("g", "c1", "another"),
        post("elsewhere", "c1", "one thing"),
        ClientFrame::Delete {
            client_id: client_id("c1"),
            group: group("g"),
            message: event.change.message().unwrap().clone(),
        },
    ] {
        socket.send(other).await;
        assert_eq!(socket.rejected().await, (client_id("c1"), RejectionCode::Reused, None));
    }
}

#[tokio::test]
async fn what_says_nothing_or_too_much_is_rejected() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut socket = Socket::in_group(house.address, &ann, "g").await;
    for (n, body) in ["", " \n\t", "\u{3000}"].into_iter().enumerate() {
        socket.says("g", &format!("c{n}"), body).await;
        assert_eq!(socket.rejected().await, (client_id(&format!("c{n}")), RejectionCode::Empty, None));
    }
    assert_eq!(Stored::read(house.address, "g").await.head, 0);
}

#[tokio::test]
async fn one_socket_bears_many_groups_and_keeps_them_apart() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut many = Socket::open(house.address, &ann).await;
    many.hello(vec![now("one"), now("茶馆")]).await;
    many.welcomed().await;
    let mut single = Socket::in_group(house.address, &bo, "茶馆").await;
    single.says("茶馆", "c1", "here").await;
    let heard = many.until("an event", |frame| match frame {
        ServerFrame::Events { group, events, .. } => Some((group.as_str().to_owned(), events[0].seq)),
        _ => None,
    });
    assert_eq!(heard.await, ("茶馆".to_owned(), 1));
    many.says("one", "c1", "there").await;
    assert_eq!(many.event().await.seq, 1);

    many.send(ClientFrame::Unsubscribe { group: group("茶馆") }).await;
    many.send(ClientFrame::Ping { id: 1 }).await;
    many.says("one", "c2", "after the unsubscription").await;
    many.event().await;
    single.says("茶馆", "c2", "not for ann").await;
    single.event().await;
    single.event().await;
    many.says("one", "c3", "next").await;
    assert_eq!(many.event().await.client_id, Some(client_id("c3")), "an unsubscribed group is silent");
    many.send(ClientFrame::Ping { id: 2 }).await;
    let heads = many.until("a pong", |frame| match frame {
        ServerFrame::Pong { id: 2, heads } => Some(heads),
        _ => None,
    });
    assert_eq!(heads.await.into_iter().collect::<Vec<_>>(), [(group("one"), 3)]);
    many.send(ClientFrame::Subscribe(Place { group: group("茶馆"), epoch: None, after: None })).await;
    let stands = many.until("subscribed", |frame| match frame {
        ServerFrame::Subscribed(standing) => Some(standing.head),
        _ => None,
    });
    assert_eq!(stands.await, 2);
}
