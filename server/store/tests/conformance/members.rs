//! Who is in which group: members, owners, bans, links, directs, and what of that is noted.

use std::collections::HashMap;

use protocol::{GroupId, PersonId};
use store::{Access, Description, GroupKind, LinkKind, NewLink, Other, Refusal, Role, Who};

use super::Fixture;
use crate::helpers::{Tea, account, by, by_rule, group, post, refusal};

/// A private group of Ann's.
async fn room(tea: &Tea) -> GroupId {
    let room = group("room");
    tea.store.create_group(&room, GroupKind::Private, Some("Room 1"), None, &tea.ann.id).await.expect("it is free");
    room
}

async fn access(tea: &Tea, group: &GroupId, person: &PersonId) -> Access {
    tea.store.access(group, Some(person)).await.expect("it reads")
}

async fn actions(tea: &Tea, group: &GroupId) -> Vec<String> {
    let log = tea.store.audit(Some(group), None, 20).await.expect("it reads");
    log.into_iter().rev().map(|entry| entry.action).collect()
}

fn invitation(room: &GroupId, uses: Option<u32>) -> NewLink {
    NewLink { kind: LinkKind::Group, group: Some(room.clone()), person: None, by: None, expires_at: None, uses }
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

pub(crate) async fn a_link_is_taken_back_in_its_own_group(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (room, ann) = (room(&tea).await, &tea.ann.id);
    let link = tea.store.invite(by(ann), &room, None, Some(2), "invitation").await.expect("a link");
    tea.say("oolong", "hello").await;
    assert_eq!(refusal(tea.store.uninvite(by(ann), &group("oolong"), &link).await), Refusal::LinkSpent);
    assert_eq!(tea.store.link("invitation").await.expect("it reads").expect("a link").uses_left, Some(2));
    tea.store.uninvite(by(ann), &room, &link).await.expect("done");
    tea.store.uninvite(by(ann), &room, &link).await.expect("done already");
    assert_eq!(tea.store.link("invitation").await.expect("it reads"), None);
    let direct = tea.store.direct(&[ann.clone(), tea.ben.id.clone()]).await.expect("done");
    assert_eq!(refusal(tea.store.invite(by(ann), &direct, None, None, "x").await), Refusal::Direct);
    assert_eq!(refusal(tea.store.invite(by(ann), &group("nowhere"), None, None, "x").await), Refusal::NoGroup);
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

pub(crate) async fn a_link_with_one_use_lets_one_in(fixture: &impl Fixture) {
    let (one, two) = (fixture.tea().await, Tea::open(&fixture.database().await).await);
    let room = room(&one).await;
    for turn in 0..5 {
        let token = format!("link {turn}");
        one.store.add_link(invitation(&room, Some(1)), &token).await.expect("a link");
        let a = one.store.add_guest("A", &format!("a{turn}"), "").await.expect("a guest").person.id;
        let b = two.store.add_guest("B", &format!("b{turn}"), "").await.expect("a guest").person.id;
        let (in_a, in_b) = tokio::join!(one.store.join_by_link(&a, &token), two.store.join_by_link(&b, &token));
        assert!(in_a.is_ok() ^ in_b.is_ok(), "{in_a:?} {in_b:?}");
        let in_ = if in_a.is_ok() { &a } else { &b };
        assert_eq!(one.store.join_by_link(in_, &token).await.expect("a resend"), room);
        assert_eq!(refusal(if in_a.is_ok() { in_b } else { in_a }), Refusal::LinkSpent);
    }
    assert_eq!(one.store.members(&room).await.expect("it reads").len(), 6);
}

pub(crate) async fn a_link_that_was_revoked_or_has_expired_is_none(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let (room, ben) = (room(&tea).await, &tea.ben.id);
    let by = NewLink { by: Some(tea.ann.id.clone()), ..invitation(&room, Some(2)) };
    let id = tea.store.add_link(by.clone(), "one").await.expect("a link");
    assert_eq!(tea.store.add_link(by, "one").await.expect("a resend"), id);
    tea.store.add_link(NewLink { expires_at: Some(1), ..invitation(&room, None) }, "two").await.expect("a link");
    let links = tea.store.links(Some(&room)).await.expect("it reads");
    assert_eq!(links.iter().map(|link| (&link.id, link.uses_left)).collect::<Vec<_>>(), [(&id, Some(2))]);
    assert!(tea.store.links(None).await.expect("it reads").is_empty());
    tea.store.revoke_link(&tea.ann.id, &id).await.expect("done");
    for token in ["one", "two", "three"] {
        assert_eq!(tea.store.link(token).await.expect("it reads"), None);
        assert_eq!(refusal(tea.store.join_by_link(ben, token).await), Refusal::LinkSpent);
    }
    assert_eq!(actions(&tea, &room).await, ["invited", "uninvited"]);
    let server = NewLink { kind: LinkKind::Server, group: None, ..invitation(&room, None) };
    tea.store.add_link(server, "server").await.expect("a link");
    assert_eq!(refusal(tea.store.join_by_link(ben, "server").await), Refusal::LinkSpent, "it leads to no group");
}

pub(crate) async fn a_groups_link_lets_who_signs_up_in(fixture: &impl Fixture) {
    let tea = fixture.tea().await;
    let room = room(&tea).await;
    tea.store.add_link(invitation(&room, Some(1)), "invitation").await.expect("a link");
    let who = tea.store.sign_up(account("ben"), "fresh", "", None, Some("invitation")).await.expect("an account");
    assert_eq!(access(&tea, &room, &who.person.id).await.role, Some(Role::Member));
    assert_eq!(tea.store.link("invitation").await.expect("it reads"), None);
    // Who is in it already stays what they are, and leaves the link to others.
    tea.store.add_link(invitation(&room, Some(1)), "another").await.expect("a link");
    tea.store.sign_up(account("ann"), "hers", "", Some(&tea.ann.id), Some("another")).await.expect("an account");
    assert_eq!(access(&tea, &room, &tea.ann.id).await.role, Some(Role::Owner));
    assert!(tea.store.link("another").await.expect("it reads").is_some());
}

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
