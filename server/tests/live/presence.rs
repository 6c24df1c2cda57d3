//! Who is here and who is writing: coalesced, never stored, never to oneself.

use std::collections::BTreeSet;

use protocol::{ClientFrame, PersonId, ServerFrame};

use crate::{
    api::Guest,
    house::House,
    socket::{Socket, group, now},
};

fn ids(guests: &[&Guest]) -> BTreeSet<PersonId> {
    guests.iter().map(|guest| guest.person.id.clone()).collect()
}

/// Until the list is this.
async fn sees(socket: &mut Socket, guests: &[&Guest]) {
    let wanted = ids(guests);
    let what = format!("{wanted:?} in the list");
    let seen = socket.until(&what, |frame| match frame {
        ServerFrame::Presence { people, count, .. } => {
            assert_eq!(people.len() as u64, count);
            let people: Vec<PersonId> = people.into_iter().map(|person| person.id).collect();
            let set: BTreeSet<_> = people.iter().cloned().collect();
            assert_eq!(set.len(), people.len(), "each once");
            (set == wanted).then_some(())
        }
        _ => None,
    });
    seen.await;
}

#[tokio::test]
async fn two_tabs_are_one_person_and_whoever_leaves_is_gone_with_the_last_tab() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut watching = Socket::in_group(house.address, &ann, "g").await;
    sees(&mut watching, &[&ann]).await;
    let first = Socket::in_group(house.address, &bo, "g").await;
    sees(&mut watching, &[&ann, &bo]).await;
    let second = Socket::in_group(house.address, &bo, "g").await;
    first.leaves().await;
    // Somebody's coming is told: bo is still there then.
    let cy = Guest::new(house.address).await;
    let mut third = Socket::in_group(house.address, &cy, "g").await;
    sees(&mut watching, &[&ann, &bo, &cy]).await;
    sees(&mut third, &[&ann, &bo, &cy]).await;
    drop(second);
    sees(&mut watching, &[&ann, &cy]).await;
    third.send(ClientFrame::Unsubscribe { group: group("g") }).await;
    sees(&mut watching, &[&ann]).await;
}

#[tokio::test]
async fn others_are_told_who_writes_and_the_writers_own_tabs_are_not() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut writer = Socket::in_group(house.address, &ann, "g").await;
    let mut tab = Socket::in_group(house.address, &ann, "g").await;
    let mut other = Socket::in_group(house.address, &bo, "g").await;
    // From then on it is in the group, not only welcome.
    sees(&mut other, &[&ann, &bo]).await;
    for _ in 0..20 {
        writer.send(ClientFrame::Typing { group: group("g") }).await;
    }
    let by = other.until("typing", |frame| match frame {
        ServerFrame::Typing { group, by } => Some((group, by)),
        _ => None,
    });
    assert_eq!(by.await, (group("g"), ann.person));
    writer.says("g", "c1", "done").await;
    let nothing = |frame| match frame {
        ServerFrame::Typing { .. } => panic!("told too often, or to oneself"),
        ServerFrame::Events { .. } => Some(()),
        _ => None,
    };
    other.until("the message", nothing).await;
    tab.until("the message", nothing).await;
    writer.until("the message", nothing).await;
}

#[tokio::test]
async fn nobody_writes_in_a_group_that_they_have_not_subscribed() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut writer = Socket::open(house.address, &ann).await;
    writer.hello(vec![now("other")]).await;
    writer.welcomed().await;
    let mut listening = Socket::in_group(house.address, &bo, "g").await;
    writer.send(ClientFrame::Typing { group: group("g") }).await;
    writer.says("g", "c1", "said all the same").await;
    let nothing = |frame| match frame {
        ServerFrame::Typing { .. } => panic!("typing"),
        ServerFrame::Events { .. } => Some(()),
        _ => None,
    };
    listening.until("the message", nothing).await;
}

#[tokio::test]
async fn only_a_newcomer_is_told_what_others_know() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let mut tab = Socket::in_group(house.address, &ann, "g").await;
    sees(&mut tab, &[&ann]).await;
    let plain = house.server().connect("/group/g/").await;
    let mut second = Socket::in_group(house.address, &ann, "g").await;
    sees(&mut second, &[&ann]).await;
    plain.leaves().await;
    second.leaves().await;
    // Longer than a pulse.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    tab.send(ClientFrame::Ping { id: 1 }).await;
    let nothing = |frame| match frame {
        ServerFrame::Presence { .. } => panic!("told again"),
        ServerFrame::Pong { .. } => Some(()),
        _ => None,
    };
    tab.until("a pong", nothing).await;
}
