//! Links that lead into a group: how often, until when, and for whom.

use protocol::GroupId;
use store::{LinkKind, NewLink, Refusal, Role};

use super::Fixture;
use super::members::{access, actions, room};
use crate::helpers::{Tea, account, by, group, refusal};

pub(crate) fn invitation(room: &GroupId, uses: Option<u32>) -> NewLink {
    NewLink { kind: LinkKind::Group, group: Some(room.clone()), person: None, by: None, expires_at: None, uses }
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
