//! A group as the page that looks after it shows it to its visitor, and what they are answered. Never an act.

use app::paper::{
    self, Answer, AuditRow, Choice, Done, Field, Manage, MemberPowers, MemberRow, Paper, Powers, SpeakerRow, Stop, Why,
};
use axum::response::Response;
use protocol::{GroupId, PersonId};
use store::{Access, GroupInfo, GroupKind, Member, PersonKind, Refusal, Speaker, StoreError};

use crate::{
    chat::{Act, Denied, decide, may_be_met, may_moderate},
    http::papers::{Asked, denied, form::Form, invite::takes_links, rows, whom},
};

/// Members on the page; a larger group shows its first.
const MAX_MEMBERS: usize = 500;
/// Of those who spoke without being members.
const MAX_SPEAKERS: u32 = 50;
/// Entries of the audit on a page.
const AUDIT: u32 = 50;

/// A group, and what the visitor is in it.
pub(super) struct Place {
    pub(super) asked: Asked,
    pub(super) group: GroupId,
    pub(super) info: GroupInfo,
    access: Access,
    /// What they have come for.
    act: Act,
}

impl Place {
    /// If the visitor may do this there. A group that is not there, where nobody may do anything, and one that is hidden
    /// from the visitor are answered alike.
    pub(super) async fn find(asked: Asked, id: &str, act: Act) -> Result<Self, Response> {
        let Ok(group) = GroupId::parse(id) else { return Err(asked.stop(Stop::Hidden)) };
        let chat = &asked.state.chat;
        let (access, info) = match (chat.may(asked.who.as_ref(), &group, act).await, chat.store.group(&group).await) {
            (Err(error), _) | (_, Err(error)) => return Err(asked.fails(&error)),
            (Ok(Err(Denied::SignIn)), _) => return Err(denied(&asked, Denied::SignIn)),
            (Ok(_), Ok(None)) => return Err(asked.stop(Stop::Hidden)),
            (Ok(Err(why)), Ok(Some(_))) => return Err(denied(&asked, why)),
            (Ok(Ok(access)), Ok(Some(info))) => (access, info),
        };
        Ok(Self { asked, group, info, access, act })
    }

    fn may(&self, act: Act) -> bool {
        decide(self.asked.who.as_ref(), &self.access, act).is_ok()
    }

    /// Done, if it is: then everyone in the group hears that something changed.
    pub(super) async fn changed(self, done: Done, result: Result<(), StoreError>) -> Response {
        if let Err(error) = result {
            return self.refused(error).await;
        }
        self.asked.state.chat.changed(&self.group).await;
        let to = paper::manage(&self.group);
        self.asked.on(&to, Some(done))
    }

    pub(super) async fn show(self, fresh: Option<String>) -> Response {
        self.with(|page| page.fresh = fresh).await
    }

    /// The page, which asks whom of several one means.
    pub(super) async fn choose(self, choice: Choice) -> Response {
        self.with(|page| {
            page.add.clone_from(&choice.name);
            page.choice = Some(choice);
        })
        .await
    }

    async fn with(self, change: impl FnOnce(&mut Manage)) -> Response {
        match self.paper(None).await {
            Ok(mut page) => {
                change(&mut page);
                self.asked.show(&Paper::Manage(page)).await
            }
            Err(error) => self.asked.fails(&error),
        }
    }

    pub(super) async fn again(self, typed: Option<&Form>, at: Field, why: Why) -> Response {
        match self.paper(typed).await {
            Ok(page) => self.asked.again(&Paper::Manage(page), &Answer::wrong(at, why)).await,
            Err(error) => self.asked.fails(&error),
        }
    }

    /// What the store refused, in words.
    pub(super) async fn refused(self, error: StoreError) -> Response {
        match error {
            StoreError::Refused(Refusal::LastOwner) => self.again(None, Field::Page, Why::LastOwner).await,
            StoreError::Refused(Refusal::Banned) => self.again(None, Field::Add, Why::Banned).await,
            StoreError::Refused(Refusal::Direct) => self.again(None, Field::Page, Why::Forbidden).await,
            StoreError::Refused(Refusal::Forbidden) => self.forbidden().await,
            StoreError::Refused(_) => self.again(None, Field::Page, Why::Gone).await,
            error => self.asked.fails(&error),
        }
    }

    /// They could when they came. Perhaps not any more, or not to this person.
    async fn forbidden(self) -> Response {
        match self.asked.state.chat.may(self.asked.who.as_ref(), &self.group, self.act).await {
            Ok(Ok(_)) => self.again(None, Field::Page, Why::Forbidden).await,
            Ok(Err(why)) => denied(&self.asked, why),
            Err(error) => self.asked.fails(&error),
        }
    }

    async fn paper(&self, typed: Option<&Form>) -> Result<Manage, StoreError> {
        let (store, group) = (&self.asked.state.chat.store, &self.group);
        let (manages, moderates) = (self.may(Act::Manage), self.may(Act::Moderate));
        let members = store.members(group).await?;
        let (mut banned, mut invites, mut audit) = (Vec::new(), Vec::new(), Vec::new());
        if moderates {
            let before = self.asked.query("before").and_then(|before| before.parse().ok());
            banned = store.banned(group).await?;
            invites = store.links(Some(group)).await?;
            audit = store.audit(Some(group), before, AUDIT).await?;
        }
        let named = whom::people(store, &rows::people_of(&invites)).await?;
        // In the others only members speak; and to guests people are not listed whom they have not read.
        let lists = self.info.kind == GroupKind::Open
            && self.asked.who.as_ref().is_some_and(|me| moderates || me.kind == PersonKind::Account);
        let speakers = if lists { store.speakers(group, MAX_SPEAKERS).await? } else { Vec::new() };
        let is_direct = self.info.kind == GroupKind::Direct;
        let me = self.asked.who.as_ref();
        let others =
            members.iter().map(|member| &member.person).filter(|person| Some(&person.id) != me.map(|me| &me.person.id));
        let typed = |name: &str, stored: String| typed.map_or(stored, |form| form.raw(name).to_owned());
        Ok(Manage {
            id: group.clone(),
            kind: rows::group_kind(self.info.kind),
            archived: self.info.archived,
            name: typed("name", self.info.name.clone().unwrap_or_default()),
            about: typed("about", self.info.about.clone().unwrap_or_default()),
            slow: typed("slow", self.info.slow_ms.div_ceil(1_000).to_string()),
            with: if is_direct { others.cloned().collect() } else { Vec::new() },
            powers: Powers {
                describe: manages && !is_direct,
                invite: moderates && takes_links(self.info.kind),
                moderate: moderates,
                leave: self.access.role.is_some() && !is_direct,
            },
            members_count: self.info.members,
            invites: invites.into_iter().map(|link| rows::link(link, &named)).collect(),
            members: members.iter().take(MAX_MEMBERS).map(|member| self.row(member)).collect(),
            speakers: speakers.into_iter().map(|speaker| self.speaker(speaker)).collect(),
            banned,
            fresh: None,
            add: typed("add", String::new()),
            choice: None,
            older: (audit.len() == AUDIT as usize).then(|| audit.last().map(|entry| entry.id)).flatten(),
            // Which group, the page says already.
            audit: audit.into_iter().map(|entry| AuditRow { group: None, ..rows::audit(entry) }).collect(),
        })
    }

    fn row(&self, member: &Member) -> MemberRow {
        let me = self.asked.who.as_ref();
        let is_me = me.is_some_and(|me| me.person.id == member.person.id);
        let below = me.is_some_and(|me| may_moderate(me, &self.access, &member.person.id, Some(member.role)));
        let fixed = self.info.kind == GroupKind::Direct;
        MemberRow {
            person: member.person.clone(),
            role: rows::role(member.role),
            since: member.since,
            me: is_me,
            may: MemberPowers {
                role: self.may(Act::Manage) && !fixed,
                remove: below && !fixed,
                ban: below && !fixed,
                message: !fixed && self.may_write_to(&member.person.id),
            },
        }
    }

    fn speaker(&self, speaker: Speaker) -> SpeakerRow {
        let me = self.asked.who.as_ref();
        let id = &speaker.person.id;
        let message = self.may_write_to(id) && may_be_met(speaker.kind, false, self.access.guests);
        SpeakerRow {
            kind: rows::person_kind(speaker.kind),
            at: speaker.at,
            me: me.is_some_and(|me| me.person.id == *id),
            may: MemberPowers {
                ban: me.is_some_and(|me| may_moderate(me, &self.access, id, None)),
                message,
                ..MemberPowers::default()
            },
            person: speaker.person,
        }
    }

    /// Whether the visitor is one who may begin a direct conversation, and this is another. Who it is decides the rest there.
    fn may_write_to(&self, person: &PersonId) -> bool {
        self.asked.who.as_ref().is_some_and(|me| me.kind == PersonKind::Account && me.person.id != *person)
    }
}
