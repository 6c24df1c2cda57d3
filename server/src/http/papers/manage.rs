//! Looking after a group: what it is, who is in it, invitations, bans, what moderators did. Each act asks
//! `chat::access` and is heard by everyone in the group at once. Never the chat itself.

use app::paper::{
    self, Answer, Done, Edits, Field, Manage, MemberPowers, MemberRow, Paper, Powers, Stop, Version, Why,
};
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use http::request::Parts;
use protocol::{GroupId, MessageId, PersonId};
use store::{
    Access, Description, GroupInfo, GroupKind, LinkId, Member, PersonKind, Refusal, Role, StoreError, Warrant, Who,
};

use super::{
    Asked, denied,
    form::{Form, NoNumber},
    groups::{MAX_ABOUT, MAX_GROUP_NAME},
    invite::takes_links,
    rows,
};
use crate::{
    account::new_token,
    chat::{Act, Denied, may_moderate, warrant},
    state::AppState,
};

/// Members on the page; a larger group shows its first.
const MAX_MEMBERS: usize = 500;
/// Entries of the audit on a page.
const AUDIT: u32 = 50;
const MAX_SLOW_SECONDS: u64 = 3_600;
const DAY_MS: i64 = 86_400_000;

/// A group, and what the visitor is in it.
struct Place {
    asked: Asked,
    group: GroupId,
    info: GroupInfo,
    access: Access,
    /// What they have come for.
    act: Act,
}

impl Place {
    /// If the visitor may do this there. A group that is not there, where nobody may do anything, and one that is hidden
    /// from the visitor are answered alike.
    async fn find(asked: Asked, id: &str, act: Act) -> Result<Self, Response> {
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
        crate::chat::decide(self.asked.who.as_ref(), &self.access, act).is_ok()
    }

    /// Done: everyone in the group hears that something changed.
    async fn changed(self, done: Done) -> Response {
        self.asked.state.chat.changed(&self.group).await;
        let to = paper::manage(&self.group);
        self.asked.on(&to, Some(done))
    }

    async fn again(self, typed: Option<&Form>, at: Field, why: Why) -> Response {
        match self.paper(typed, None).await {
            Ok(paper) => self.asked.again(&paper, &Answer::wrong(at, why)).await,
            Err(error) => self.asked.fails(&error),
        }
    }

    /// What the store refused, in words.
    async fn refused(self, error: StoreError) -> Response {
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
            invites: invites.into_iter().map(|link| rows::link(link, &members)).collect(),
            members: members.iter().take(MAX_MEMBERS).map(|member| self.row(member)).collect(),
            banned,
            fresh,
            add: typed("add", String::new()),
            older: (audit.len() == AUDIT as usize).then(|| audit.last().map(|entry| entry.id)).flatten(),
            audit: audit.into_iter().map(rows::audit).collect(),
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

/// `GET /groups/{id}`.
pub(crate) async fn page(State(state): State<AppState>, Path(id): Path<String>, parts: Parts) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let place = match Place::find(asked, &id, Act::Read).await {
        Ok(place) => place,
        Err(response) => return response,
    };
    match place.paper(None, None).await {
        Ok(paper) => place.asked.show(&paper).await,
        Err(error) => place.asked.fails(&error),
    }
}

/// `POST /groups/{id}/{act}`.
pub(crate) async fn act(
    State(state): State<AppState>,
    Path((id, act)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (asked, form) = match Asked::form(&state, request).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let needed = match act.as_str() {
        "describe" | "archive" | "role" => Act::Manage,
        "add" | "remove" | "ban" | "unban" | "invite" | "uninvite" => Act::Moderate,
        "leave" => Act::Read,
        _ => return asked.stop(Stop::Hidden),
    };
    let Some(by) = asked.who.as_ref().map(|who| warrant(who, needed)) else { return asked.sign_in() };
    let place = match Place::find(asked, &id, needed).await {
        Ok(place) => place,
        Err(response) => return response,
    };
    match act.as_str() {
        "describe" => describe(place, by, &form).await,
        "archive" => archive(place, by, &form).await,
        "role" => set_role(place, by, &form).await,
        "add" => add(place, by, &form).await,
        "remove" | "ban" => turn_out(place, by, &form, act == "ban").await,
        "unban" => unban(place, by, &form).await,
        "invite" => invite(place, by, &form).await,
        "uninvite" => uninvite(place, by, &form).await,
        _ => leave(place, &by.who.person.id).await,
    }
}

async fn describe(place: Place, by: Warrant, form: &Form) -> Response {
    let name = match rows::text(form.text("name"), MAX_GROUP_NAME) {
        Ok(name) => name,
        Err(why) => return place.again(Some(form), Field::GroupName, why).await,
    };
    let about = match rows::text(form.text("about"), MAX_ABOUT) {
        Ok(about) => about,
        Err(why) => return place.again(Some(form), Field::About, why).await,
    };
    let slow_ms = match form.text("slow").parse::<u64>() {
        Ok(seconds) if seconds <= MAX_SLOW_SECONDS => seconds * 1_000,
        Err(_) if form.text("slow").is_empty() => 0,
        Ok(_) | Err(_) => return place.again(Some(form), Field::Slow, Why::BadNumber).await,
    };
    let kind = match (place.info.kind, form.text("kind")) {
        (GroupKind::Open | GroupKind::Private, "open") => Some(GroupKind::Open),
        (GroupKind::Open | GroupKind::Private, "private") => Some(GroupKind::Private),
        _ => None,
    };
    let description = Description { name, about, slow_ms, kind };
    match place.asked.state.chat.store.describe(by, &place.group, description).await {
        Ok(()) => place.changed(Done::Saved).await,
        Err(error) => place.refused(error).await,
    }
}

async fn archive(place: Place, by: Warrant, form: &Form) -> Response {
    let archived = form.text("archived") == "1";
    match place.asked.state.chat.store.archive(by, &place.group, archived).await {
        Ok(()) => place.changed(if archived { Done::Archived } else { Done::Unarchived }).await,
        Err(error) => place.refused(error).await,
    }
}

async fn set_role(place: Place, by: Warrant, form: &Form) -> Response {
    let (Ok(person), Some(role)) = (PersonId::parse(form.text("person")), Role::parse(form.text("role"))) else {
        return place.again(None, Field::Page, Why::NoPerson).await;
    };
    if place.info.kind == GroupKind::Direct {
        return place.again(None, Field::Page, Why::Forbidden).await;
    }
    match place.asked.state.chat.store.set_role(by, &place.group, &person, role).await {
        Ok(()) => place.changed(Done::RoleChanged).await,
        Err(error) => place.refused(error).await,
    }
}

async fn add(place: Place, by: Warrant, form: &Form) -> Response {
    if !takes_links(place.info.kind) {
        return place.again(None, Field::Page, Why::Forbidden).await;
    }
    let person = match place.asked.state.chat.store.find_person(&rows::login(form.text("add"))).await {
        Ok(Some(person)) => person.id,
        Ok(None) => return place.again(Some(form), Field::Add, Why::NoPerson).await,
        Err(error) => return place.asked.fails(&error),
    };
    match place.asked.state.chat.store.add_member(by, &place.group, &person).await {
        Ok(()) => place.changed(Done::Added).await,
        Err(error) => place.refused(error).await,
    }
}

async fn turn_out(place: Place, by: Warrant, form: &Form, ban: bool) -> Response {
    let Ok(person) = PersonId::parse(form.text("person")) else {
        return place.again(None, Field::Page, Why::NoPerson).await;
    };
    if person == by.who.person.id {
        return place.again(None, Field::Page, Why::Yourself).await;
    }
    let store = &place.asked.state.chat.store;
    let (done, result) = if ban {
        (Done::Banned, store.ban(by, &place.group, &person).await)
    } else {
        (Done::Removed, store.remove(by, &place.group, &person).await)
    };
    match result {
        Ok(()) => place.changed(done).await,
        Err(error) => place.refused(error).await,
    }
}

async fn unban(place: Place, by: Warrant, form: &Form) -> Response {
    let Ok(person) = PersonId::parse(form.text("person")) else {
        return place.again(None, Field::Page, Why::NoPerson).await;
    };
    match place.asked.state.chat.store.unban(by, &place.group, &person).await {
        Ok(()) => place.changed(Done::Unbanned).await,
        Err(error) => place.refused(error).await,
    }
}

/// How long and how often a link may be used, as a form says it.
pub(super) fn terms(form: &Form) -> Result<(Option<i64>, Option<u32>), NoNumber> {
    let days = form.number("days")?.map(|days| i64::try_from(days).ok().filter(|days| *days <= 3_650).ok_or(NoNumber));
    let uses = form.number("uses")?.map(|uses| u32::try_from(uses).map_err(|_| NoNumber)).transpose()?;
    Ok((days.transpose()?.map(|days| rows::now().saturating_add(days * DAY_MS)), uses))
}

/// Shows the new link this once, on the page that the form stood on: who reloads it makes another.
async fn invite(place: Place, by: Warrant, form: &Form) -> Response {
    let Ok((expires_at, uses)) = terms(form) else { return place.again(None, Field::Invite, Why::BadNumber).await };
    if !takes_links(place.info.kind) {
        return place.again(None, Field::Page, Why::Forbidden).await;
    }
    let token = new_token();
    let store = &place.asked.state.chat.store;
    if let Err(error) = store.invite(by, &place.group, expires_at, uses, &token).await {
        return place.refused(error).await;
    }
    let address = format!("{}/invite/{token}", place.asked.base());
    match place.paper(None, Some(address)).await {
        Ok(paper) => place.asked.show(&paper).await,
        Err(error) => place.asked.fails(&error),
    }
}

async fn uninvite(place: Place, by: Warrant, form: &Form) -> Response {
    let store = &place.asked.state.chat.store;
    let Ok(link) = LinkId::parse(form.text("id")) else { return place.again(None, Field::Page, Why::Gone).await };
    match store.uninvite(by, &place.group, &link).await {
        Ok(()) => {
            let to = paper::manage(&place.group);
            place.asked.on(&to, Some(Done::LinkRevoked))
        }
        Err(error) => place.refused(error).await,
    }
}

async fn leave(place: Place, me: &PersonId) -> Response {
    match place.asked.state.chat.store.leave(&place.group, me).await {
        Ok(()) => {
            place.asked.state.chat.changed(&place.group).await;
            place.asked.on("/groups", Some(Done::Left))
        }
        Err(error) => place.refused(error).await,
    }
}

/// `GET /groups/{id}/edits/{message}`: what a message said before, for those who keep order.
pub(crate) async fn edits(
    State(state): State<AppState>,
    Path((id, message)): Path<(String, String)>,
    parts: Parts,
) -> Response {
    let asked = match Asked::page(&state, &parts).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    if asked.who.is_none() {
        return asked.sign_in();
    }
    let place = match Place::find(asked, &id, Act::Moderate).await {
        Ok(place) => place,
        Err(response) => return response,
    };
    let Ok(message) = MessageId::parse(message) else { return place.asked.stop(Stop::Hidden) };
    let store = &place.asked.state.chat.store;
    let read = async {
        Ok::<_, StoreError>((store.author(&place.group, &message).await?, store.edits(&place.group, &message).await?))
    };
    match read.await {
        Ok((Some(author), edits)) => {
            let versions = edits.into_iter().map(|edit| Version { at: edit.at, body: edit.body }).collect();
            let (group, group_name) = (place.group.clone(), place.info.name.clone());
            let paper = Paper::Edits(Edits { group, group_name, message, author, versions });
            place.asked.show(&paper).await
        }
        Ok((None, _)) => place.asked.stop(Stop::Hidden),
        Err(error) => place.asked.fails(&error),
    }
}

/// For who may manage the whole server and nothing else: a closed account's, a guest's.
pub(super) fn is_admin(who: Option<&Who>) -> bool {
    who.is_some_and(|who| who.admin && !who.closed && who.kind == PersonKind::Account)
}

/// Why somebody may not see the server's own page.
pub(super) fn no_admin(asked: &Asked) -> Response {
    if asked.who.is_some() { denied(asked, Denied::Forbidden) } else { asked.sign_in() }
}
