//! What a form without script says, and what an open page is told when its group changes.

use protocol::ServerFrame;
use reqwest::header;

use crate::{
    api::{Guest, Stored},
    house::House,
    mine::{account, form},
    socket::{Socket, group},
};

#[tokio::test]
async fn a_form_names_who_has_spoken_and_everyone_and_nobody_else() {
    let house = House::open().await;
    let (ann, cookie) = (Guest::new(house.address).await, account(&house, "Bo").await);
    let said = |words: String| {
        let body: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("groupID", "form")
            .append_pair("body", &words)
            .finish();
        body
    };
    form(&house, Some(&ann.cookie()), "/chatgroup", &said("在".to_owned())).await;
    let name = &ann.person.name;
    let words = format!("@{name} @全体成员 @everyone @Nobody a@{name} @所有");
    form(&house, Some(&cookie), "/chatgroup", &said(words)).await;
    let id = ann.person.id.as_str();
    let stored = Stored::read(house.address, "form").await;
    assert_eq!(stored.bodies()[1], format!("<@{id}> <@all> <@all> @Nobody a@{name} @所有"));
}

#[tokio::test]
async fn who_listens_is_told_that_their_group_has_changed_and_who_listens_elsewhere_is_not() {
    let house = House::open().await;
    let (owner, bo) = (account(&house, "ann").await, Guest::new(house.address).await);
    let made = form(&house, Some(&owner), "/groups/new", "name=yard&about=&kind=open").await;
    let name = made.headers()[header::LOCATION].to_str().unwrap().split_once("groupID=").unwrap().1.to_owned();
    let mut here = Socket::in_group(house.address, &bo, &name).await;
    let mut elsewhere = Socket::in_group(house.address, &bo, "elsewhere").await;
    for (act, fields) in
        [("describe", "name=garden&about=&kind=open"), ("archive", "archived=1"), ("archive", "archived=0")]
    {
        form(&house, Some(&owner), &format!("/groups/{name}/{act}"), fields).await;
        let told = here.until("that it changed", |frame| match frame {
            ServerFrame::Changed { group } => Some(group),
            _ => None,
        });
        assert_eq!(told.await, group(&name));
    }
    elsewhere.says("elsewhere", "c1", "tea").await;
    let heard = elsewhere.until("a message", |frame| match frame {
        ServerFrame::Changed { .. } => panic!("{frame:?}"),
        ServerFrame::Events { .. } => Some(()),
        _ => None,
    });
    heard.await;
}
