//! A group as the page that looks after it shows it to its visitor, and what they are answered. Never an act.

use app::paper::{self, Answer, AuditRow, Done, Field, Manage, MemberPowers, MemberRow, Paper, Powers, Stop, Why};
use axum::response::Response;
use protocol::GroupId;
use store::{Access, GroupInfo, GroupKind, Member, Refusal, StoreError};

use crate::{
    chat::{Act, Denied, decide, may_moderate},
    http::papers::{Asked, denied, form::Form, invite::takes_links, rows},
};

/// Members on the page; a larger group shows its first.
const MAX_MEMBERS: usize = 500;
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
        match self.paper(None, fresh).await {
            Ok(paper) => self.asked.show(&paper).await,
            Err(error) => self.asked.fails(&error),
        }
    }

    pub(super) async fn again(self, typed: Option<&Form>, at: Field, why: Why) -> Response {
        match self.paper(typed, None).await {
            Ok(paper) => self.asked.again(&paper, &Answer::wrong(at, why)).await,
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

    async fn paper(&self, typed: Option<&Form>, fresh: Option<String>) -> Result<Paper, StoreError> {
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
        let is_direct = self.info.kind == GroupKind::Direct;
        let me = self.asked.who.as_ref();
        let others =
            members.iter().map(|member| &member.person).filter(|person| Some(&person.id) != me.map(|me| &me.person.id));
        let typed = |name: &str, stored: String| typed.map_or(stored, |form| form.raw(name).to_owned());
        Ok(Paper::Manage(Manage {
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
            invites: invites.into_iter().map(|link| rows::link(link, members.iter().map(|member| &member.person))).collect(),
            members: members.iter().take(MAX_MEMBERS).map(|member| self.row(member)).collect(),
            banned,
            fresh,
            add: typed("add", String::new()),
            older: (audit.len() == AUDIT as usize).then(|| audit.last().map(|entry| entry.id)).flatten(),
            // Which group, the page says already.
            audit: audit.into_iter().map(|entry| AuditRow { group: None, ..rows::audit(entry) }).collect(),
        }))
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
            may: MemberPowers { role: self.may(Act::Manage) && !fixed, remove: below && !fixed, ban: below && !fixed },
        }
    }
}
