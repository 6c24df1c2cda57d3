//! Where guests may not come. What each door answers them is a table (`refusals`).

use protocol::ServerFrame;
use store::GroupKind;

use crate::{
    doors::{live, on_both, says, subscribe, try_live},
    plain,
    town::Town,
};

#[tokio::test]
async fn guests_and_nobodies_who_listen_are_turned_out_within_the_look_and_accounts_stay() {
    let town = Town::of_two().await;
    let (admin, li, guest) = (town.admin().await, town.account("li").await, town.guest().await);
    town.group("tea", GroupKind::Open, &li).await;
    let mut mine = live(&town, 1, Some(&li)).await;
    assert_eq!(subscribe(&mut mine, "tea").await, "here");
    let mut guests = [live(&town, 0, Some(&guest)).await, live(&town, 1, Some(&guest)).await];
    for socket in &mut guests {
        assert_eq!(subscribe(socket, "tea").await, "here");
    }
    let mut plain = [
        plain::connect(town.nodes[0].address, "tea", Some(&guest)).await.unwrap(),
        plain::connect(town.nodes[1].address, "tea", None).await.unwrap(),
    ];
    let begin = tokio::time::Instant::now();
    let settings = [("server_name", "Tea"), ("sign_up", "open")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    let post = town.http.post(town.nodes[1].url("/api/groups/tea/messages")).body("may I");
    assert_eq!(town.send(post, Some(&guest)).await.word(), "sign_in", "at once");
    for socket in &mut guests {
        socket.until("gone", |frame| matches!(frame, ServerFrame::Gone { .. }).then_some(())).await;
    }
    for socket in &mut plain {
        assert_eq!(socket.close_code().await, 4001);
    }
    assert!(begin.elapsed().as_secs() < 8, "{:?}", begin.elapsed());
    for socket in &mut guests {
        assert_eq!(says(socket, "tea", "may I").await, "sign_in");
        assert_eq!(subscribe(socket, "tea").await, "gone");
    }
    assert_eq!(says(&mut mine, "tea", "we are left").await, "done");
    // Nor does a new socket of theirs open.
    for node in [0, 1] {
        assert_eq!(try_live(&town, node, Some(&guest)).await.err(), Some(401));
    }
    // They may still become somebody: they keep who they are.
    let fields = [("login", "new"), ("name", "New"), ("password", "correct horse"), ("again", "correct horse")];
    let answer = town.post("/signup", Some(&guest), &fields).await;
    assert_eq!(answer.status, 303);
    let who = town.store.who(&answer.token().unwrap()).await.unwrap().unwrap();
    assert_eq!(who.person.id, guest.person.id);
}

#[tokio::test]
async fn nobody_becomes_a_guest_by_any_door() {
    let town = Town::open().await;
    let owner = town.account("owner").await;
    let tea = town.group("tea", GroupKind::Open, &owner).await;
    let link = town.link(Some(&tea), &owner, None).await;
    town.guests(&owner, false).await;
    let before = town.store.people(None, 100).await.unwrap().len();
    assert_eq!(town.post("/chatgroup", None, &[("groupID", "tea"), ("body", "x")]).await.status, 401);
    assert_eq!(town.send(town.http.post(town.nodes[0].url("/api/guests")), None).await.word(), "sign_in");
    assert_eq!(plain::connect(town.address(), "tea", None).await.err(), Some(401));
    let refused = crate::socket::Socket::try_open(town.address(), &[]).await.err();
    assert!(matches!(refused, Some(tokio_tungstenite::tungstenite::Error::Http(answer)) if answer.status() == 401));
    let joins = town.post(&format!("/invite/{link}"), None, &[]).await;
    assert_eq!((joins.status, joins.header("location")), (303, &*format!("/signup?invite={link}")));
    assert_eq!(town.store.people(None, 100).await.unwrap().len(), before);
}

#[tokio::test]
async fn a_guest_who_is_closed_is_out_and_their_token_opens_no_door() {
    let town = Town::of_two().await;
    let (admin, guest) = (town.admin().await, town.guest().await);
    town.say_by_form("tea", &guest).await;
    let sockets = on_both(&town, &guest).await;
    let mut plain = plain::connect(town.nodes[1].address, "tea", Some(&guest)).await.unwrap();
    let known = town.store.people(None, 100).await.unwrap().len();
    assert_eq!(town.post("/admin/close", Some(&admin), &[("person", guest.person.id.as_str())]).await.status, 303);
    for mut socket in sockets {
        assert_eq!(socket.close_code().await, Some(4003));
    }
    assert_eq!(plain.close_code().await, 4003);
    assert_eq!(try_live(&town, 1, Some(&guest)).await.err(), Some(403));
    assert_eq!(town.post("/chatgroup", Some(&guest), &[("groupID", "tea"), ("body", "x")]).await.status, 403);
    let post = town.http.post(town.nodes[0].url("/api/groups/tea/messages")).body("x");
    assert_eq!(town.send(post, Some(&guest)).await.word(), "sign_in", "a token of nobody's");
    let joins = town.link(None, &admin, None).await;
    assert_eq!(
        town.post(&format!("/invite/{joins}"), Some(&guest), &[]).await.status,
        303,
        "an account is another matter"
    );
    assert_eq!(town.get("/me", Some(&guest)).await.status, 401);
    assert_eq!(town.store.people(None, 100).await.unwrap().len(), known, "nobody was made of it");
    // Whoever is opened again is who they were.
    assert_eq!(town.post("/admin/open", Some(&admin), &[("person", guest.person.id.as_str())]).await.status, 303);
    assert_eq!(town.get("/me", Some(&guest)).await.status, 200);
    town.say_by_form("tea", &guest).await;
}
