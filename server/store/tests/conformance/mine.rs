//! One's own groups: direct conversations, and the list of where one is or has read.

use protocol::PersonId;
use store::{GroupKind, Refusal, Role};

use super::Fixture;
use super::members::room;
use crate::helpers::{Tea, by, group, post, refusal};

pub(crate) async fn the_same_people_have_one_direct_conversation(fixture: &impl Fixture) {
    let (one, two) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    let (ann, ben) = (one.ann.id.clone(), one.ben.id.clone());
    let people = [[ann.clone(), ben.clone()], [ben.clone(), ann.clone()]];
    let (first, second) = tokio::join!(one.store.direct(&people[0]), two.store.direct(&people[1]));
    let group = first.expect("done");
    assert_eq!(second.expect("done"), group);
    assert_eq!(one.store.direct(&[ann.clone(), ben.clone(), ann.clone()]).await.expect("done"), group);
    let carl = one.store.add_guest("Carl", "carl's", "").await.expect("a guest").person.id;
    assert_ne!(one.store.direct(&[ann.clone(), ben.clone(), carl.clone()]).await.expect("done"), group);

    let groups = one.store.groups_of(&ann).await.expect("it reads");
    let ours = groups.iter().find(|of| of.info.id == group).expect("hers");
    assert_eq!(
        (ours.info.kind, ours.role, &ours.with),
        (GroupKind::Direct, Some(Role::Member), &vec![one.ben.clone()])
    );
    for answer in [
        one.store.join(&group, &carl).await,
        one.store.leave(&group, &ann).await,
        one.store.ban(by(&ann), &group, &ben).await,
        one.store.set_role(by(&ann), &group, &ben, Role::Owner).await,
        one.store.create_group(&self::group("x"), GroupKind::Direct, None, None, &ann).await,
    ] {
        assert_eq!(refusal(answer), Refusal::Direct);
    }
    assert_eq!(refusal(one.store.direct(&[ann.clone(), ann.clone()]).await), Refusal::NoPerson);
    let nobody = PersonId::parse("nobody").expect("an id");
    assert_eq!(refusal(one.store.direct(&[ann, nobody]).await), Refusal::NoPerson);
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn ones_groups_are_those_one_is_in_and_those_one_has_read(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (room, ben) = (room(&tea).await, &tea.ben.id);
    tea.say("read", "one").await;
    tea.say("unread", "one").await;
    tea.say("banned", "one").await;
    for place in ["read", "banned"] {
        tea.store.mark_read(ben, &group(place), 1);
    }
    tea.say("read", "two").await;
    tea.store.ban(by(&tea.ann.id), &group("banned"), ben).await.expect("done");
    // A mark alone is no membership.
    tea.store.mark_read(ben, &room, 0);
    tea.ask("room", &tea.ann, post("in private")).await.expect("stored");
    let mine = tea.store.groups_of(ben).await.expect("it reads");
    assert_eq!(mine.iter().map(|of| of.info.id.as_str()).collect::<Vec<_>>(), ["read"]);
    assert_eq!((mine[0].head, mine[0].n, mine[0].read, mine[0].unread, mine[0].role), (2, 2, 1, 1, None));
    assert!(mine[0].at > 0);
    tea.store.join(&room, ben).await.expect("done");
    let mine = tea.store.groups_of(ben).await.expect("it reads");
    assert_eq!(mine.iter().map(|of| of.info.id.as_str()).collect::<Vec<_>>(), ["room", "read"], "the latest first");
    assert_eq!(mine[0].unread, 1);

    let mut open: Vec<_> = tea.store.open_groups(10).await.expect("it reads").into_iter().map(|info| info.id).collect();
    open.sort_unstable();
    assert_eq!(open, [group("banned"), group("read"), group("unread")]);
    assert_eq!(tea.store.open_groups(2).await.expect("it reads").len(), 2);
}
