//! Who is in which group: members, owners, bans, and what of that is noted.

use std::collections::HashMap;

use protocol::{GroupId, PersonId};
use store::{Access, Description, GroupKind, Other, Refusal, Role, Who};

use super::Fixture;
use super::links::invitation;
use crate::helpers::{Tea, account, by, by_rule, group, post, refusal};

/// A private group of Ann's.
pub(crate) async fn room(tea: &Tea) -> GroupId {
    let room = group("room");
    tea.store.create_group(&room, GroupKind::Private, Some("Room 1"), None, &tea.ann.id).await.expect("it is free");
    room
}

pub(crate) async fn access(tea: &Tea, group: &GroupId, person: &PersonId) -> Access {
    tea.store.access(group, Some(person)).await.expect("it reads")
}

pub(crate) async fn actions(tea: &Tea, group: &GroupId) -> Vec<String> {
    let log = tea.store.audit(Some(group), None, 20).await.expect("it reads");
    log.into_iter().rev().map(|entry| entry.action).collect()
}

pub(crate) async fn a_group_that_does_not_exist_is_open_and_empty(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let found = access(&tea, &group("nowhere"), &tea.ann.id).await;
    let open = Access {
        kind: GroupKind::Open,
        archived: false,
        slow_ms: 0,
        access: 0,
        led: false,
        role: None,
        banned: false,
        guests: true,
    };
    assert_eq!(found, open);
    assert_eq!(tea.store.access(&group("nowhere"), None).await.expect("it reads"), open);
    assert_eq!(tea.store.group(&group("nowhere")).await.expect("it reads"), None);
    let (all, each) =
        tea.store.access_of(&group("nowhere"), std::slice::from_ref(&tea.ann.id)).await.expect("it reads");
    assert_eq!((all, each), (open, HashMap::from([(tea.ann.id, (None, false))])));
}

pub(crate) async fn who_makes_a_group_owns_it(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let room = room(&tea).await;
    let found = access(&tea, &room, &tea.ann.id).await;
    assert_eq!((found.kind, found.role), (GroupKind::Private, Some(Role::Owner)));
    assert_eq!(access(&tea, &room, &tea.ben.id).await.role, None);
    let info = tea.store.group(&room).await.expect("it reads").expect("a group");
    assert_eq!((info.name.as_deref(), info.about, info.members, info.archived), (Some("Room 1"), None, 1, false));

    let other = tea.store.create_group(&room, GroupKind::Open, None, None, &tea.ben.id).await;
    assert_eq!(refusal(other), Refusal::Taken);
    tea.store.create_group(&room, GroupKind::Private, Some("Room 1"), None, &tea.ann.id).await.expect("a resend");
    tea.say("oolong", "hello").await;
    let used = tea.store.create_group(&group("oolong"), GroupKind::Private, None, None, &tea.ann.id).await;
    assert_eq!(refusal(used), Refusal::Taken);
    let nobody = PersonId::parse("nobody").expect("an id");
    let made = tea.store.create_group(&group("x"), GroupKind::Private, None, None, &nobody).await;
    assert_eq!(refusal(made), Refusal::NoPerson);
}

pub(crate) async fn every_change_moves_access(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (room, ann, ben) = (room(&tea).await, &tea.ann.id, &tea.ben.id);
    let moved = async || tea.store.heads(std::slice::from_ref(&room)).await.expect("it reads")[&room].access;
    let mut last = moved().await;
    let mut expect_move = async || {
        let now = moved().await;
        assert!(std::mem::replace(&mut last, now) < now);
        assert_eq!(access(&tea, &room, ann).await.access, now);
    };
    tea.store.join(&room, ben).await.expect("done");
    expect_move().await;
    tea.store.set_role(by(ann), &room, ben, Role::Moderator).await.expect("done");
    expect_move().await;
    tea.store.archive(by(ann), &room, true).await.expect("done");
    expect_move().await;
    let description = Description { name: None, about: None, slow_ms: 9, kind: Some(GroupKind::Open) };
    tea.store.describe(by(ann), &room, description.clone()).await.expect("done");
    expect_move().await;
    tea.store.ban(by(ann), &room, ben).await.expect("done");
    expect_move().await;
    tea.store.unban(by(ann), &room, ben).await.expect("done");
    expect_move().await;
    // What changes nothing is neither counted nor noted.
    tea.store.unban(by(ann), &room, ben).await.expect("done");
    tea.store.describe(by(ann), &room, description).await.expect("done");
    tea.store.archive(by(ann), &room, true).await.expect("done");
    tea.store.remove(by(ann), &room, ben).await.expect("done");
    assert_eq!(moved().await, last);
    assert_eq!(actions(&tea, &room).await, ["role", "archived", "described", "banned", "unbanned"]);
    let info = tea.store.group(&room).await.expect("it reads").expect("a group");
    assert_eq!((info.name, info.slow_ms, info.archived, info.kind), (None, 9, true, GroupKind::Open));
}

pub(crate) async fn archiving_changes_nothing_else_and_nothing_else_archives(fixture: &impl Fixture) {
    let (tea, other) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    let (room, ann) = (room(&tea).await, &tea.ann.id);
    for archived in [true, false, true, false] {
        let kind = if archived { GroupKind::Open } else { GroupKind::Private };
        let description = Description { name: None, about: None, slow_ms: 9, kind: Some(kind) };
        let (done, described) = tokio::join!(
            tea.store.archive(by(ann), &room, archived),
            other.store.describe(by(ann), &room, description)
        );
        done.and(described).expect("both are done");
        let info = tea.store.group(&room).await.expect("it reads").expect("a group");
        assert_eq!((info.archived, info.kind, info.slow_ms), (archived, kind, 9));
    }
    let named = Description { name: Some("Tea".to_owned()), about: None, slow_ms: 0, kind: None };
    tea.store.describe(by(ann), &room, named).await.expect("done");
    let info = tea.store.group(&room).await.expect("it reads").expect("a group");
    assert_eq!((info.kind, info.name.as_deref()), (GroupKind::Private, Some("Tea")), "it stays for its members");
    assert_eq!(refusal(tea.store.archive(by(ann), &group("nowhere"), true).await), Refusal::NoGroup);
}

/// Allows what owners do, and moderators to members.
fn rule(who: &Who, access: &Access, other: Option<Other<'_>>) -> Result<(), Refusal> {
    let below = other.is_none_or(|other| other.role == Some(Role::Member));
    let may = access.role == Some(Role::Owner) || (access.role == Some(Role::Moderator) && below);
    if may && !who.closed { Ok(()) } else { Err(Refusal::Forbidden) }
}

pub(crate) async fn an_act_is_judged_by_what_holds_when_it_is_done(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (room, ann, ben) = (room(&tea).await, &tea.ann.id, &tea.ben.id);
    let carl = tea.store.add_guest("Carl", "carl's", "").await.expect("a guest").person.id;
    for person in [ben, &carl] {
        tea.store.join(&room, person).await.expect("done");
    }
    let link = tea.store.invite(by(ann), &room, None, None, "invitation").await.expect("a link");
    tea.store
        .ban(by(ann), &room, &tea.store.add_guest("D", "d", "").await.expect("a guest").person.id)
        .await
        .expect("done");
    let banned = tea.store.banned(&room).await.expect("it reads")[0].0.id.clone();
    // He asked when he was a moderator, and is none when it is done.
    tea.store.set_role(by(ann), &room, ben, Role::Moderator).await.expect("done");
    let asked = || by_rule(ben, rule);
    tea.store.set_role(by(ann), &room, ben, Role::Member).await.expect("done");
    let description = Description { name: None, about: None, slow_ms: 7, kind: None };
    let before = actions(&tea, &room).await;
    for answer in [
        tea.store.remove(asked(), &room, &carl).await,
        tea.store.ban(asked(), &room, &carl).await,
        tea.store.unban(asked(), &room, &banned).await,
        tea.store.add_member(asked(), &room, &banned).await,
        tea.store.set_role(asked(), &room, &carl, Role::Owner).await,
        tea.store.describe(asked(), &room, description.clone()).await,
        tea.store.archive(asked(), &room, true).await,
        tea.store.invite(asked(), &room, None, None, "his").await.map(drop),
        tea.store.uninvite(asked(), &room, &link).await,
    ] {
        assert_eq!(refusal(answer), Refusal::Forbidden);
    }
    assert_eq!(actions(&tea, &room).await, before, "nothing was done");
    assert_eq!(tea.store.link("his").await.expect("it reads"), None);
    // Nor whom it is done to: it is the role that they have now.
    tea.store.set_role(by(ann), &room, ben, Role::Moderator).await.expect("done");
    tea.store.set_role(by(ann), &room, &carl, Role::Moderator).await.expect("done");
    assert_eq!(refusal(tea.store.ban(asked(), &room, &carl).await), Refusal::Forbidden);
    tea.store.set_role(by(ann), &room, &carl, Role::Member).await.expect("done");
    tea.store.ban(asked(), &room, &carl).await.expect("he may again");
    tea.store.uninvite(asked(), &room, &link).await.expect("he may again");
    // Who is closed is still a moderator, and does nothing.
    tea.store.set_up(account("ann"), "Tea", "a", "", Some(ann)).await.expect("the first");
    tea.store.close_person(ann, ben, true).await.expect("done");
    assert_eq!(refusal(tea.store.archive(asked(), &room, true).await), Refusal::Forbidden);
    let nobody = PersonId::parse("nobody").expect("an id");
    assert_eq!(refusal(tea.store.archive(by_rule(&nobody, rule), &room, true).await), Refusal::NoPerson);
}

pub(crate) async fn the_last_owner_stays(fixture: &impl Fixture) {
    let (tea, other) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    let (room, ann, ben) = (room(&tea).await, &tea.ann.id, &tea.ben.id);
    tea.store.join(&room, ben).await.expect("done");
    assert_eq!(refusal(tea.store.leave(&room, ann).await), Refusal::LastOwner);
    assert_eq!(refusal(tea.store.remove(by(ben), &room, ann).await), Refusal::LastOwner);
    assert_eq!(refusal(tea.store.ban(by(ben), &room, ann).await), Refusal::LastOwner);
    assert_eq!(refusal(tea.store.set_role(by(ann), &room, ann, Role::Member).await), Refusal::LastOwner);
    let stranger = PersonId::parse("nobody").expect("an id");
    assert_eq!(refusal(tea.store.set_role(by(ann), &room, &stranger, Role::Owner).await), Refusal::NoMember);
    tea.store.set_role(by(ann), &room, ben, Role::Owner).await.expect("done");
    // Of two who leave at once, one stays.
    let (one, two) = tokio::join!(tea.store.leave(&room, ann), other.store.leave(&room, ben));
    assert!(one.is_ok() ^ two.is_ok(), "{one:?} {two:?}");
    assert_eq!(fixture.database().await.check().await.expect("it reads"), []);
}

pub(crate) async fn an_open_group_without_an_owner_does_not_become_private(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    tea.say("oolong", "hello").await;
    let private = Description { name: None, about: None, slow_ms: 0, kind: Some(GroupKind::Private) };
    let made = tea.store.describe(by(&tea.ann.id), &group("oolong"), private.clone()).await;
    assert_eq!(refusal(made), Refusal::LastOwner);
    let direct = Description { kind: Some(GroupKind::Direct), ..private };
    assert_eq!(refusal(tea.store.describe(by(&tea.ann.id), &group("oolong"), direct.clone()).await), Refusal::Direct);
    assert_eq!(refusal(tea.store.describe(by(&tea.ann.id), &group("x"), direct).await), Refusal::NoGroup);
}

pub(crate) async fn whoever_is_banned_goes_and_does_not_come_back(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (room, ann, ben) = (room(&tea).await, &tea.ann.id, &tea.ben.id);
    tea.store.add_link(invitation(&room, None), "invitation").await.expect("a link");
    assert_eq!(tea.store.join_by_link(ben, "invitation").await.expect("he may"), room);
    tea.store.ban(by(ann), &room, ben).await.expect("done");
    let found = access(&tea, &room, ben).await;
    assert_eq!((found.role, found.banned), (None, true));
    let (_, each) = tea.store.access_of(&room, &[ann.clone(), ben.clone()]).await.expect("it reads");
    assert_eq!((each[ann], each[ben]), ((Some(Role::Owner), false), (None, true)));
    assert_eq!(refusal(tea.store.join(&room, ben).await), Refusal::Banned);
    assert_eq!(refusal(tea.store.join_by_link(ben, "invitation").await), Refusal::Banned);
    assert_eq!(refusal(tea.store.add_member(by(ann), &room, ben).await), Refusal::Banned);
    let signed = tea.store.sign_up(account("ben"), "fresh", "", Some(ben), Some("invitation")).await;
    assert_eq!(refusal(signed), Refusal::Banned);
    let banned = tea.store.banned(&room).await.expect("it reads");
    assert_eq!(banned.into_iter().map(|(person, _)| person).collect::<Vec<_>>(), std::slice::from_ref(&tea.ben));
    tea.store.unban(by(ann), &room, ben).await.expect("done");
    tea.store.add_member(by(ann), &room, ben).await.expect("now");
    let log = tea.store.audit(Some(&room), None, 2).await.expect("it reads");
    assert_eq!((log[0].action.as_str(), log[1].action.as_str()), ("added", "unbanned"));
    let before = tea.store.audit(Some(&room), Some(log[1].id), 5).await.expect("it reads");
    assert_eq!(before.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["banned"]);
    assert_eq!(before[0].person.as_ref(), Some(&tea.ben));
    assert_eq!(refusal(tea.store.ban(by(ann), &group("nowhere"), ben).await), Refusal::NoGroup);
}

pub(crate) async fn members_stand_by_their_roles(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let room = room(&tea).await;
    let carl = tea.store.add_guest("Carl", "carl's", "").await.expect("a guest").person;
    for person in [&tea.ben.id, &carl.id] {
        tea.store.join(&room, person).await.expect("done");
    }
    tea.store.set_role(by(&tea.ann.id), &room, &carl.id, Role::Moderator).await.expect("done");
    let members = tea.store.members(&room).await.expect("it reads");
    let members: Vec<_> = members.into_iter().map(|member| (member.person, member.role)).collect();
    assert_eq!(members, [(tea.ann.clone(), Role::Owner), (carl, Role::Moderator), (tea.ben.clone(), Role::Member)]);
    tea.store.leave(&room, &tea.ben.id).await.expect("he may");
    assert_eq!(tea.store.group(&room).await.expect("it reads").expect("a group").members, 2);
    let nobody = PersonId::parse("nobody").expect("an id");
    assert_eq!(refusal(tea.store.join(&room, &nobody).await), Refusal::NoPerson);
}

pub(crate) async fn who_spoke_lately_and_is_no_member_is_listed_once_and_the_latest_first(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let oolong = group("oolong");
    let speakers = async |limit| {
        let found = tea.store.speakers(&oolong, limit).await.expect("it reads");
        found.into_iter().map(|speaker| speaker.person.id).collect::<Vec<_>>()
    };
    assert!(speakers(50).await.is_empty());
    for by in [&tea.ann, &tea.ben, &tea.ann] {
        tea.ask("oolong", by, post("hello")).await.expect("anyone may");
    }
    assert_eq!(speakers(50).await, [tea.ann.id.clone(), tea.ben.id.clone()]);
    assert_eq!(speakers(1).await, std::slice::from_ref(&tea.ann.id));
    tea.store.join(&oolong, &tea.ann.id).await.expect("they may");
    assert_eq!(speakers(50).await, std::slice::from_ref(&tea.ben.id), "a member is listed elsewhere");
    tea.store.ban(by(&tea.ann.id), &oolong, &tea.ben.id).await.expect("there");
    assert!(speakers(50).await.is_empty(), "and so is who is banned");
}
