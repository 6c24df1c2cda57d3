//! Who is turned out of a group hears nothing more of it, on any node; after some seconds even where the channel layer
//! told nothing.

use protocol::{ClientFrame, GroupId, ServerFrame};
use store::{GroupKind, Role};

use crate::{
    api::Guest,
    doors::{live, on_both, says, subscribe},
    plain,
    socket::Socket,
    town::{Town, may},
};

/// A group with its owner on node 0, and somebody who listens on both nodes.
struct Listening {
    town: Town,
    owner: Guest,
    group: GroupId,
    owners: Socket,
    other: Guest,
    sockets: [Socket; 2],
    plain: crate::helpers::Client,
}

impl Listening {
    async fn to(kind: GroupKind, role: Option<Role>) -> Self {
        let town = Town::of_two().await;
        let (owner, other) = (town.account("owner").await, town.account("other").await);
        let group = town.group("tea", kind, &owner).await;
        if let Some(role) = role {
            town.joins(&group, &other, role).await;
        }
        let mut owners = live(&town, 0, Some(&owner)).await;
        assert_eq!(subscribe(&mut owners, "tea").await, "here");
        let mut sockets = on_both(&town, &other).await;
        for socket in &mut sockets {
            assert_eq!(subscribe(socket, "tea").await, "here");
        }
        let plain = plain::connect(town.nodes[1].address, "tea", Some(&other)).await.unwrap();
        Self { town, owner, group, owners, other, sockets, plain }
    }

    async fn act(&self, act: &str, by: &Guest, fields: &[(&str, &str)]) {
        let answer = self.town.post(&format!("/groups/tea/{act}"), Some(by), fields).await;
        assert_eq!(answer.status, 303, "{act}");
    }

    /// From now on nothing of the group reaches whoever was turned out: no event, nobody writing, nobody coming.
    async fn hears_no_more(mut self) {
        for socket in &mut self.sockets {
            socket.until("gone", |frame| matches!(frame, ServerFrame::Gone { .. }).then_some(())).await;
        }
        assert_eq!(self.plain.close_code().await, 4003);
        // Everything that could be heard happens, and then each is asked for a sign of life.
        assert_eq!(says(&mut self.owners, "tea", "among us").await, "done");
        self.owners.send(ClientFrame::Typing { group: self.group.clone() }).await;
        let newcomer = self.town.account("newcomer").await;
        self.town.joins(&self.group, &newcomer, Role::Member).await;
        let mut coming = live(&self.town, 1, Some(&newcomer)).await;
        assert_eq!(subscribe(&mut coming, "tea").await, "here");
        // Who is here is told once a second: the owner has heard of it, so everyone would have.
        let two = |frame| matches!(frame, ServerFrame::Presence { people, .. } if people.len() == 2).then_some(());
        self.owners.until("the owner and the newcomer", two).await;
        coming.until("both", two).await;
        for socket in &mut self.sockets {
            assert_ne!(says(socket, "tea", "may I").await, "done");
            socket.send(ClientFrame::Read { group: self.group.clone(), seq: 1 }).await;
            socket.send(ClientFrame::Typing { group: self.group.clone() }).await;
        }
        let heads = futures_util::future::join_all(self.sockets.iter_mut().map(silence)).await;
        assert_eq!(heads, [0, 0], "a pong names no group");
        coming.says("tea", "end", "the end").await;
        let end = coming.until("its own words", |frame| match frame {
            ServerFrame::Events { .. } => Some(()),
            ServerFrame::Typing { by, .. } if by == self.other.person => panic!("they were heard to write"),
            ServerFrame::Presence { people, .. } if people.contains(&self.other.person) => panic!("they are here"),
            _ => None,
        });
        end.await;
    }
}

/// Nothing but answers comes until the pong; how many groups it names.
async fn silence(socket: &mut Socket) -> usize {
    socket.send(ClientFrame::Ping { id: 9 }).await;
    let pong = socket.until("a pong", |frame| match frame {
        ServerFrame::Pong { heads, .. } => Some(heads.len()),
        ServerFrame::Rejected { .. } => None,
        other => panic!("it hears {other:?}"),
    });
    pong.await
}

#[tokio::test]
async fn who_is_banned_from_an_open_group_hears_nothing_more_on_any_node() {
    let it = Listening::to(GroupKind::Open, None).await;
    it.act("ban", &it.owner, &[("person", it.other.person.id.as_str())]).await;
    it.hears_no_more().await;
}

#[tokio::test]
async fn who_is_removed_from_a_private_group_hears_nothing_more_on_any_node() {
    let it = Listening::to(GroupKind::Private, Some(Role::Member)).await;
    it.act("remove", &it.owner, &[("person", it.other.person.id.as_str())]).await;
    it.hears_no_more().await;
}

#[tokio::test]
async fn who_has_left_a_private_group_hears_nothing_more_on_any_node() {
    let it = Listening::to(GroupKind::Private, Some(Role::Moderator)).await;
    it.act("leave", &it.other, &[]).await;
    it.hears_no_more().await;
}

#[tokio::test]
async fn of_a_group_that_becomes_private_who_is_no_member_hears_nothing_more() {
    let it = Listening::to(GroupKind::Open, None).await;
    it.act("describe", &it.owner, &[("kind", "private")]).await;
    it.hears_no_more().await;
}

#[tokio::test]
async fn where_the_layer_told_nothing_the_look_at_the_store_does() {
    let it = Listening::to(GroupKind::Private, Some(Role::Member)).await;
    let begin = tokio::time::Instant::now();
    it.town.store.remove(may(&it.owner), &it.group, &it.other.person.id).await.unwrap();
    it.hears_no_more().await;
    assert!(begin.elapsed().as_secs() < 15, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn without_redis_a_ban_is_heard_of_on_the_other_node_all_the_same() {
    let mut it = Listening::to(GroupKind::Private, Some(Role::Member)).await;
    it.town.redis.as_mut().unwrap().kill();
    it.act("ban", &it.owner, &[("person", it.other.person.id.as_str())]).await;
    for socket in &mut it.sockets {
        socket.until("gone", |frame| matches!(frame, ServerFrame::Gone { .. }).then_some(())).await;
    }
    assert_eq!(it.plain.close_code().await, 4003);
}

#[tokio::test]
async fn an_archived_group_is_heard_but_takes_nothing_until_it_is_opened_again() {
    let mut it = Listening::to(GroupKind::Open, None).await;
    it.act("archive", &it.owner, &[("archived", "1")]).await;
    let [one, other] = &mut it.sockets;
    assert_eq!(says(one, "tea", "late").await, "archived");
    assert_eq!(says(other, "tea", "late").await, "archived");
    it.plain.says("late").await;
    assert_eq!(it.plain.close_code().await, 4003);
    it.act("archive", &it.owner, &[("archived", "0")]).await;
    let [one, other] = &mut it.sockets;
    assert_eq!(says(one, "tea", "again").await, "done");
    assert_eq!(other.event().await.by.id, it.other.person.id);
}

#[tokio::test]
async fn who_comes_back_on_the_same_socket_is_confirmed_again() {
    let mut it = Listening::to(GroupKind::Private, Some(Role::Member)).await;
    it.act("remove", &it.owner, &[("person", it.other.person.id.as_str())]).await;
    let socket = &mut it.sockets[1];
    socket.until("gone", |frame| matches!(frame, ServerFrame::Gone { .. }).then_some(())).await;
    it.act("add", &it.owner, &[("add", "other")]).await;
    // It has not subscribed again: only the answer tells it.
    let socket = &mut it.sockets[1];
    assert_eq!(says(socket, "tea", "back").await, "done");
    assert_eq!(subscribe(socket, "tea").await, "here");
}

/// A `/live` socket into which little fits while nobody reads it.
async fn narrow(town: &Town, by: &Guest) -> Socket {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let stream = socket.connect(town.address()).await.unwrap();
    let mut socket = Socket::over(stream, &[("cookie", &by.cookie())]).await.unwrap().0;
    socket.hello(vec![]).await;
    socket.welcomed().await;
    socket
}

#[tokio::test]
async fn who_is_banned_in_the_middle_of_a_long_replay_gets_no_more_of_it() {
    const MUCH: usize = 250;
    let town = Town::open().await;
    let (owner, li) = (town.account("owner").await, town.account("li").await);
    let tea = town.group("tea", GroupKind::Open, &owner).await;
    // As much as is sent again, and six times as long in JSON: more than any buffer on the way holds.
    let words = "\u{1}".repeat(15 * 1024);
    let grant = store::Grant { moderate: false };
    for _ in 0..MUCH {
        let command = store::Command::Post { body: words.clone(), reply_to: None };
        town.store.command(&tea, &owner.person, grant, None, command).await.unwrap();
    }
    let mut socket = narrow(&town, &li).await;
    let epoch = town.store.epoch().await.unwrap();
    socket
        .send(ClientFrame::Subscribe(protocol::Place { group: tea.clone(), epoch: Some(epoch), after: Some(0) }))
        .await;
    // Nothing more is read until the ban is in the store and has been told: the server waits for its reader.
    socket.events().await;
    assert_eq!(town.post("/groups/tea/ban", Some(&owner), &[("person", li.person.id.as_str())]).await.status, 303);
    let mut heard = 0;
    loop {
        let frame = socket.until("events or gone", |frame| match frame {
            ServerFrame::Events { events, .. } => Some(Some(events.len())),
            ServerFrame::Gone { .. } => Some(None),
            ServerFrame::Live { .. } => panic!("it goes on"),
            _ => None,
        });
        match frame.await {
            Some(events) => heard += events,
            None => break,
        }
    }
    assert!(heard < MUCH / 2, "{heard} of {MUCH}: only what was under way");
    assert_eq!(silence(&mut socket).await, 0);
}
