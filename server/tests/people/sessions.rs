//! A session that is over takes its sockets with it at once, on every node, and no others.

use protocol::{ClientFrame, ServerFrame};

use crate::{
    api::Guest,
    doors::on_both,
    plain,
    socket::Socket,
    town::{PASSWORD, Town},
};

async fn close_with(sockets: [Socket; 2], code: u16) {
    for mut socket in sockets {
        assert_eq!(socket.close_code().await, Some(code));
    }
}

/// Still here: it is answered.
async fn lives(socket: &mut Socket) {
    socket.send(ClientFrame::Ping { id: 7 }).await;
    socket.until("a pong", |frame| matches!(frame, ServerFrame::Pong { .. }).then_some(())).await;
}

#[tokio::test]
async fn signing_out_closes_the_sessions_sockets_on_every_node_and_no_others() {
    let town = Town::of_two().await;
    let li = town.account("li").await;
    let elsewhere = town.signs_in_again(&li).await;
    let (here, mut there) = (on_both(&town, &li).await, on_both(&town, &elsewhere).await);
    let mut plain = plain::connect(town.nodes[1].address, "tea", Some(&li)).await.unwrap();
    let answer = town.post("/signout", Some(&li), &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    close_with(here, 4001).await;
    assert_eq!(plain.close_code().await, 4001);
    for socket in &mut there {
        lives(socket).await;
    }
    // The session is over, not only out of this browser.
    assert_eq!(town.get("/me", Some(&li)).await.status, 401);
    assert_eq!(town.get("/me", Some(&elsewhere)).await.status, 200);
}

#[tokio::test]
async fn one_session_or_all_others_end_from_ones_own_page_and_nobody_elses_do() {
    let town = Town::of_two().await;
    let (li, other) = (town.account("li").await, town.account("other").await);
    let (second, third) = (town.signs_in_again(&li).await, town.signs_in_again(&li).await);
    let (mut mine, two, three) =
        (on_both(&town, &li).await, on_both(&town, &second).await, on_both(&town, &third).await);
    let session = async |of: &Guest| town.store.who(&of.token).await.unwrap().unwrap().session.to_string();
    // Another's session is none of one's own.
    town.post("/me/sessions/end", Some(&other), &[("id", &session(&li).await)]).await;
    let id = session(&second).await;
    assert_eq!(town.post("/me/sessions/end", Some(&li), &[("id", &id)]).await.status, 303);
    close_with(two, 4001).await;
    let [mut one, mut another] = three;
    lives(&mut one).await;
    lives(&mut another).await;
    assert_eq!(town.post("/me/sessions/end", Some(&li), &[("id", "all")]).await.status, 303);
    close_with([one, another], 4001).await;
    for socket in &mut mine {
        lives(socket).await;
    }
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_by_a_link_all_of_them() {
    let town = Town::of_two().await;
    let (li, admin) = (town.account("li").await, town.admin().await);
    let second = town.signs_in_again(&li).await;
    let (mut mine, theirs) = (on_both(&town, &li).await, on_both(&town, &second).await);
    let fields = [("current", PASSWORD), ("password", "another horse"), ("again", "another horse")];
    assert_eq!(town.post("/me/password", Some(&li), &fields).await.status, 303);
    close_with(theirs, 4001).await;
    for socket in &mut mine {
        lives(socket).await;
    }
    let page = town.post("/admin/reset", Some(&admin), &[("person", li.person.id.as_str())]).await;
    let link = crate::attacks::link_in(&page.body, "/reset/");
    let fields = [("password", "a third horse"), ("again", "a third horse")];
    assert_eq!(town.post_to(1, &link, None, &fields).await.status, 303);
    close_with(mine, 4001).await;
    let again = town.post(&link, None, &fields).await;
    assert_eq!(again.status, 404, "a link is used once");
}

#[tokio::test]
async fn who_is_closed_is_out_of_every_node_with_4003_and_comes_in_by_no_door() {
    let town = Town::of_two().await;
    let (li, admin) = (town.account("li").await, town.admin().await);
    let sockets = on_both(&town, &li).await;
    let mut plain = plain::connect(town.nodes[1].address, "tea", Some(&li)).await.unwrap();
    assert_eq!(town.post("/admin/close", Some(&admin), &[("person", li.person.id.as_str())]).await.status, 303);
    close_with(sockets, 4003).await;
    assert_eq!(plain.close_code().await, 4003);
    let answer = town.post("/signin", None, &[("login", "li"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.token()), (403, None));
    let answer = town.post("/signin", None, &[("login", "li"), ("password", "not mine at all")]).await;
    assert_eq!(answer.status, 422, "who does not know the password learns nothing");
}

#[tokio::test]
async fn a_session_that_ended_in_the_store_alone_closes_within_the_look() {
    let town = Town::of_two().await;
    let li = town.account("li").await;
    let other = town.account("other").await;
    let (sockets, mut others) = (on_both(&town, &li).await, on_both(&town, &other).await);
    let begin = tokio::time::Instant::now();
    town.store.revoke_all(&li.person.id, None).await.unwrap();
    close_with(sockets, 4001).await;
    assert!(begin.elapsed().as_secs() < 8, "{:?}", begin.elapsed());
    for socket in &mut others {
        lives(socket).await;
    }
}

#[tokio::test]
async fn a_guest_who_signs_up_leaves_the_guests_sockets_behind() {
    let town = Town::of_two().await;
    let guest = town.guest().await;
    let sockets = on_both(&town, &guest).await;
    let fields = [("login", "li"), ("name", "Li"), ("password", PASSWORD), ("again", PASSWORD)];
    let answer = town.post("/signup", Some(&guest), &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let fresh = answer.token().expect("a cookie");
    assert_ne!(fresh, guest.token);
    close_with(sockets, 4001).await;
    assert!(town.store.who(&guest.token).await.unwrap().is_none(), "nobody is known by it any more");
    assert_eq!(town.store.who(&fresh).await.unwrap().unwrap().person.id, guest.person.id, "it is the same person");
}

#[tokio::test]
async fn the_device_that_looks_is_in_use_now_and_another_was_seen_when_it_was() {
    let town = Town::open().await;
    let li = town.account("li").await;
    let page = town.get("/me", Some(&li)).await.body;
    assert_eq!((page.matches("正在使用").count(), page.matches("最近来过").count()), (1, 0));
    town.signs_in(&li, "li").await;
    let page = town.get("/me", Some(&li)).await.body;
    assert_eq!((page.matches("正在使用").count(), page.matches("最近来过").count()), (1, 1));
}

#[tokio::test]
async fn of_whom_another_program_speaks_for_no_page_says_that_they_came_in_1970() {
    let town = Town::open().await;
    let admin = town.admin().await;
    let page = town.get("/admin", Some(&admin)).await.body;
    assert!(page.contains("Django") && !page.contains("1970"));
}
