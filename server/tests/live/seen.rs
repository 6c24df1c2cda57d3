//! How far the others of a direct conversation have read: told there and nowhere else, forward only, on every node.

use protocol::{ClientFrame, Person, Seq, ServerFrame};
use reqwest::header;

use crate::{
    api::Guest,
    cluster::Cluster,
    house::House,
    mine::{account, form},
    socket::{Socket, group, now},
};

/// Somebody with an account, which is their login.
async fn somebody(house: &House, login: &str) -> Guest {
    let cookie = account(house, login).await;
    let token = cookie.split_once('=').unwrap().1.to_owned();
    let stranger = Person::new(protocol::PersonId::parse("p").unwrap(), "");
    let guest = Guest { person: stranger, token };
    let mut socket = Socket::open(house.address, &guest).await;
    socket.hello(vec![]).await;
    let ServerFrame::Welcome { you, .. } = socket.welcomed().await else { panic!() };
    Guest { person: you, ..guest }
}

/// The id of a group made by a form.
async fn made(house: &House, by: &Guest, path: &str, fields: &str) -> String {
    let made = form(house, Some(&by.cookie()), path, fields).await;
    made.headers()[header::LOCATION].to_str().unwrap().split_once("groupID=").unwrap().1.to_owned()
}

/// Subscribed, and told where the other is.
async fn joins(house: &House, guest: &Guest, direct: &str, other: (&Guest, Seq)) -> Socket {
    let mut socket = Socket::in_group(house.address, guest, direct).await;
    sees(&mut socket, direct, other).await;
    socket
}

/// The next that is told of somebody is this.
async fn sees(socket: &mut Socket, direct: &str, (other, read): (&Guest, Seq)) {
    let told = socket.until("how far the other is", |frame| match frame {
        ServerFrame::Seen { group, by, seq } => Some((group, by, seq)),
        _ => None,
    });
    assert_eq!(told.await, (group(direct), other.person.clone(), read));
}

async fn reads(socket: &mut Socket, name: &str, seq: Seq) {
    socket.send(ClientFrame::Read { group: group(name), seq }).await;
}

/// Two messages are heard, and between them nothing of what anybody has read: the first was written with all that waited.
async fn nothing_is_seen(speaker: &mut Socket, listeners: &mut [&mut Socket], name: &str) {
    for n in ["first", "second"] {
        speaker.says(name, &format!("{name}-{n}"), n).await;
        for listener in &mut *listeners {
            let heard = listener.until("a message", |frame| match frame {
                ServerFrame::Seen { .. } => panic!("{frame:?}"),
                ServerFrame::Events { .. } => Some(()),
                _ => None,
            });
            heard.await;
        }
    }
}

#[tokio::test]
async fn in_a_direct_conversation_each_hears_how_far_the_other_has_read() {
    let house = House::open().await;
    let (ann, bo) = (somebody(&house, "ann").await, somebody(&house, "bo").await);
    let direct = made(&house, &ann, "/groups/direct", "people=bo").await;
    let mut hers = joins(&house, &ann, &direct, (&bo, 0)).await;
    let mut his = joins(&house, &bo, &direct, (&ann, 0)).await;
    let mut tab = joins(&house, &bo, &direct, (&ann, 0)).await;
    for n in 1..=3 {
        hers.says(&direct, &format!("c{n}"), "tea?").await;
        assert_eq!((his.event().await.seq, tab.event().await.seq), (n, n));
    }
    reads(&mut his, &direct, 2).await;
    sees(&mut hers, &direct, (&bo, 2)).await;
    // Nothing goes back, is told twice, or is read before it was said.
    reads(&mut his, &direct, 2).await;
    reads(&mut his, &direct, 1).await;
    reads(&mut his, &direct, 1_000).await;
    sees(&mut hers, &direct, (&bo, 3)).await;
    reads(&mut his, &direct, 3).await;
    nothing_is_seen(&mut his, &mut [&mut hers, &mut tab], &direct).await;
    reads(&mut hers, &direct, 5).await;
    sees(&mut his, &direct, (&ann, 5)).await;
    sees(&mut tab, &direct, (&ann, 5)).await;
}

#[tokio::test]
async fn who_comes_later_is_told_where_the_others_are() {
    let mut house = House::open().await;
    let (ann, bo) = (somebody(&house, "ann").await, somebody(&house, "bo").await);
    let direct = made(&house, &ann, "/groups/direct", "people=bo").await;
    let mut his = joins(&house, &bo, &direct, (&ann, 0)).await;
    his.says(&direct, "c1", "tea?").await;
    his.event().await;
    reads(&mut his, &direct, 1).await;
    his.says(&direct, "c2", "or coffee?").await;
    his.event().await;
    // Before it is written, or after.
    let mut hers = joins(&house, &ann, &direct, (&bo, 1)).await;
    hers.send(ClientFrame::Subscribe(now(&direct))).await;
    sees(&mut hers, &direct, (&bo, 1)).await;
    house.restart().await;
    joins(&house, &ann, &direct, (&bo, 1)).await;
}

#[tokio::test]
async fn in_no_other_group_is_it_told() {
    let house = House::open().await;
    let (ann, bo) = (somebody(&house, "ann").await, somebody(&house, "bo").await);
    let club = made(&house, &ann, "/groups/new", "name=Club&kind=private").await;
    form(&house, Some(&ann.cookie()), &format!("/groups/{club}/add"), "add=bo").await;
    for name in ["open", &club] {
        let mut hers = Socket::in_group(house.address, &ann, name).await;
        let mut his = Socket::in_group(house.address, &bo, name).await;
        // Who hears their own words hears the group.
        hers.says(name, &format!("{name}-hers"), "tea?").await;
        hers.event().await;
        his.says(name, &format!("{name}-his"), "tea!").await;
        hers.event().await;
        reads(&mut his, name, 2).await;
        nothing_is_seen(&mut his, &mut [&mut hers], name).await;
    }
}

#[tokio::test]
async fn who_is_not_in_it_neither_hears_nor_tells_anything() {
    let house = House::open().await;
    let (ann, bo, eve) = (somebody(&house, "ann").await, somebody(&house, "bo").await, somebody(&house, "eve").await);
    let direct = made(&house, &ann, "/groups/direct", "people=bo").await;
    let mut hers = joins(&house, &ann, &direct, (&bo, 0)).await;
    let mut his = joins(&house, &bo, &direct, (&ann, 0)).await;
    his.says(&direct, "c0", "tea?").await;
    hers.event().await;
    let mut eves = Socket::open(house.address, &eve).await;
    eves.hello(vec![now(&direct)]).await;
    eves.until("gone", |frame| matches!(frame, ServerFrame::Gone { .. }).then_some(())).await;
    reads(&mut eves, &direct, 1).await;
    reads(&mut his, &direct, 1).await;
    sees(&mut hers, &direct, (&bo, 1)).await;
    eves.send(ClientFrame::Ping { id: 1 }).await;
    let nothing = eves.until("a pong", |frame| match frame {
        ServerFrame::Pong { heads, .. } => Some(heads.len()),
        frame => panic!("{frame:?}"),
    });
    assert_eq!(nothing.await, 0);
    // Who has left the socket's subscription tells nothing either.
    his.send(ClientFrame::Unsubscribe { group: group(&direct) }).await;
    his.says(&direct, "c1", "still there?").await;
    hers.event().await;
    reads(&mut his, &direct, 2).await;
    nothing_is_seen(&mut his, &mut [&mut hers], &direct).await;
}

#[tokio::test]
async fn it_is_told_from_node_to_node() {
    let cluster = Cluster::start().await;
    let [one, other] = &cluster.nodes;
    let (ann, bo) = (somebody(one, "ann").await, somebody(other, "bo").await);
    let direct = made(one, &ann, "/groups/direct", "people=bo").await;
    let mut hers = joins(one, &ann, &direct, (&bo, 0)).await;
    let mut his = joins(other, &bo, &direct, (&ann, 0)).await;
    hers.says(&direct, "c1", "tea?").await;
    assert_eq!((hers.event().await.seq, his.event().await.seq), (1, 1));
    reads(&mut his, &direct, 1).await;
    sees(&mut hers, &direct, (&bo, 1)).await;
    his.says(&direct, "c2", "yes").await;
    assert_eq!(hers.event().await.seq, 2);
    reads(&mut hers, &direct, 2).await;
    sees(&mut his, &direct, (&ann, 2)).await;
}
