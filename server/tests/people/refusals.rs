//! Who may do what at which door, as tables that people can read. An `-` is a door behind one that is closed already.

mod elsewhere;
mod tables;

use protocol::{GroupId, PersonId};
use store::{GroupKind, Role};
use uuid::Uuid;

use crate::{
    api::Guest,
    doors::{deletes, edits, history, opens_plain, pins, reacts, says, says_plainly, subscribe, try_live},
    town::{Town, may},
};

const LIVE: [&str; 8] = [
    "/live",
    "live subscribe",
    "live history",
    "live post",
    "live react",
    "live pin",
    "live edit another's",
    "live delete another's",
];

/// What is not as it is by default.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    Archived,
    NoGuests,
}

/// What is there already, and who.
struct Scene {
    town: Town,
    /// None: each asks for one that nobody has used.
    group: Option<GroupId>,
    owner: Guest,
    people: Vec<(&'static str, Option<Guest>)>,
}

impl Scene {
    async fn new(kind: Option<GroupKind>, change: Change) -> Self {
        let town = Town::open().await;
        let (member, moderator, owner) =
            (town.account("member").await, town.account("moderator").await, town.account("owner").await);
        let banned = town.account("banned").await;
        let group = match kind {
            None => None,
            Some(GroupKind::Direct) => {
                let ids = [&member, &moderator, &owner].map(|one| one.person.id.clone());
                Some(town.store.direct(&ids).await.unwrap())
            }
            Some(kind) => {
                let group = town.group("tea", kind, &owner).await;
                town.joins(&group, &member, Role::Member).await;
                town.joins(&group, &moderator, Role::Moderator).await;
                town.store.ban(may(&owner), &group, &banned.person.id).await.unwrap();
                Some(group)
            }
        };
        if let (Change::Archived, Some(group)) = (change, &group) {
            town.archive(&owner, group).await;
        }
        let revoked = town.signs_in(&owner, "owner").await;
        let closed = town.account("closed").await;
        let (ended, closed) = (revoked.token.clone(), town.signs_in(&closed, "closed").await);
        if let Some(group) = group.as_ref().filter(|_| kind != Some(GroupKind::Direct)) {
            town.joins(group, &closed, Role::Member).await;
        }
        town.store.close_person(&owner.person.id, &closed.person.id, true).await.unwrap();
        let session = town.store.who(&ended).await.unwrap().unwrap().session;
        town.store.sign_out(&session).await.unwrap();
        let guest = town.guest().await;
        if change == Change::NoGuests {
            town.guests(&owner, false).await;
        }
        let people = vec![
            ("nobody", None),
            ("guest", Some(guest)),
            ("account", Some(town.account("account").await)),
            ("member", Some(member)),
            ("moder.", Some(moderator)),
            ("owner", Some(owner.clone())),
            ("admin", Some(town.admin().await)),
            ("banned", Some(banned)),
            ("closed", Some(closed)),
            ("revoked", Some(revoked)),
        ];
        Self { town, group, owner, people }
    }

    fn group(&self) -> String {
        self.group.as_ref().map_or_else(|| Uuid::new_v4().to_string(), ToString::to_string)
    }

    /// Somebody for a moderator's act: a new member where there can be one.
    async fn target(&self) -> PersonId {
        let somebody = self.town.somebody().await;
        if let Some(group) = &self.group {
            let _ = self.town.store.join(group, &somebody.person.id).await;
        }
        somebody.person.id
    }

    async fn message(&self) -> String {
        let Some(group) = &self.group else { return Uuid::now_v7().to_string() };
        let command = store::Command::Post { body: "of the owner".to_owned(), reply_to: None };
        let (by, grant) = (&self.owner.person, store::Grant { moderate: false });
        let committed = self.town.store.command(group, by, grant, None, command).await.unwrap();
        match &committed.event.change {
            protocol::Change::Posted { message, .. } => message.to_string(),
            other => panic!("{other:?}"),
        }
    }

    /// Every door, for one of them.
    async fn column(&self, by: Option<&Guest>) -> Vec<(&'static str, String)> {
        let town = &self.town;
        let (g, message) = (self.group(), self.message().await);
        let page = format!("/chatgroup?groupID={g}");
        let mut rows = vec![("GET /chatgroup", town.get(&page, by).await.status.to_string())];
        let said = town.post("/chatgroup", by, &[("groupID", &self.group()), ("body", "by form")]).await;
        rows.push(("POST /chatgroup", said.status.to_string()));
        let messages = |group: String| format!("/api/groups/{group}/messages");
        rows.push(("GET /api", town.get(&messages(g.clone()), by).await.word()));
        rows.push(("GET /api pins", town.get(&format!("/api/groups/{g}/pins"), by).await.word()));
        let around = format!("/api/groups/{g}/around?message={message}");
        rows.push(("GET /api around", town.get(&around, by).await.word()));
        let post = town.http.post(town.nodes[0].url(&messages(self.group()))).body("by API");
        rows.push(("POST /api", town.send(post, by).await.word()));

        rows.extend(self.live(by, &message).await);
        rows.push(("/group/", opens_plain(town, &self.group(), by).await));
        rows.push(("/group/ text", says_plainly(town, &self.group(), by).await));
        rows.extend(self.papers(by).await);
        rows
    }

    async fn live(&self, by: Option<&Guest>, message: &str) -> Vec<(&'static str, String)> {
        let mut socket = match try_live(&self.town, 0, by).await {
            Ok(socket) => socket,
            Err(status) => {
                let behind = LIVE[1..].iter().map(|name| (*name, "-".to_owned()));
                return std::iter::once((LIVE[0], status.to_string())).chain(behind).collect();
            }
        };
        let words = [
            "open".to_owned(),
            subscribe(&mut socket, &self.group()).await,
            history(&mut socket, &self.group()).await,
            says(&mut socket, &self.group(), "live").await,
            reacts(&mut socket, &self.group(), message).await,
            pins(&mut socket, &self.group(), message).await,
            edits(&mut socket, &self.group(), message).await,
            deletes(&mut socket, &self.group(), &self.message().await).await,
        ];
        LIVE.into_iter().zip(words).collect()
    }

    async fn papers(&self, by: Option<&Guest>) -> Vec<(&'static str, String)> {
        let town = &self.town;
        let g = self.group();
        let mut rows = vec![("GET /groups/{id}", town.get(&format!("/groups/{g}"), by).await.status.to_string())];
        let edits = format!("/groups/{g}/edits/{}", self.message().await);
        rows.push(("GET …/edits", town.get(&edits, by).await.status.to_string()));
        let person = self.target().await;
        let id = person.as_str();
        let archived = if self.is_archived().await { "1" } else { "0" };
        let acts: [(_, _, Vec<(&str, &str)>); 6] = [
            ("describe", "POST …/describe", vec![("name", "Tea"), ("about", "leaves")]),
            ("archive", "POST …/archive", vec![("archived", archived)]),
            ("invite", "POST …/invite", vec![("uses", "1")]),
            ("role", "POST …/role", vec![("person", id), ("role", "moderator")]),
            ("role", "POST …/role back", vec![("person", id), ("role", "member")]),
            ("remove", "POST …/remove", vec![("person", id)]),
        ];
        for (act, name, fields) in acts {
            rows.push((name, self.act(act, by, &fields).await));
        }
        let (other, owner) = (self.target().await, self.owner.person.id.as_str());
        rows.push(("POST …/ban", self.act("ban", by, &[("person", other.as_str())]).await));
        rows.push(("POST …/unban", self.act("unban", by, &[("person", other.as_str())]).await));
        let another = self.target().await;
        if let Some(group) = self.group.as_ref().filter(|_| by.is_some()) {
            let _ = self.town.store.set_role(may(&self.owner), group, &another, Role::Moderator).await;
        }
        rows.push(("POST …/ban a moder.", self.act("ban", by, &[("person", another.as_str())]).await));
        rows.push(("POST …/ban the owner", self.act("ban", by, &[("person", owner)]).await));
        rows.push(("POST …/add", self.act("add", by, &[("add", &self.newcomer().await)]).await));
        let link = self.link().await;
        rows.push(("POST …/uninvite", self.act("uninvite", by, &[("id", &link)]).await));
        rows.push(("POST …/leave", self.act("leave", by, &[]).await));
        rows
    }

    async fn act(&self, act: &str, by: Option<&Guest>, fields: &[(&str, &str)]) -> String {
        self.town.post(&format!("/groups/{}/{act}", self.group()), by, fields).await.status.to_string()
    }

    async fn is_archived(&self) -> bool {
        match &self.group {
            Some(group) => self.town.store.group(group).await.unwrap().is_some_and(|group| group.archived),
            None => false,
        }
    }

    async fn newcomer(&self) -> String {
        let login = Uuid::new_v4().simple().to_string();
        self.town.account(&login).await;
        login
    }

    /// The id of a link of the group.
    async fn link(&self) -> String {
        let Some(group) = &self.group else { return Uuid::new_v4().to_string() };
        self.town.link(Some(group), &self.owner, None).await;
        self.town.store.links(Some(group)).await.unwrap()[0].id.to_string()
    }

    async fn table(&self) -> String {
        let mut columns = Vec::new();
        for (_, person) in &self.people {
            columns.push(self.column(person.as_ref()).await);
        }
        lay_out(self.people.iter().map(|(name, _)| *name).collect(), &columns)
    }
}

fn lay_out(names: Vec<&str>, columns: &[Vec<(&'static str, String)>]) -> String {
    let line = |label: &str, cells: Vec<&str>| {
        let cells: Vec<String> = cells.into_iter().map(|cell| format!("{cell:<11}")).collect();
        format!("{label:<22} {}", cells.concat()).trim_end().to_owned()
    };
    let rows = columns[0].iter().enumerate();
    let rows = rows.map(|(n, (label, _))| line(label, columns.iter().map(|column| column[n].1.as_str()).collect()));
    std::iter::once(line("", names)).chain(rows).collect::<Vec<_>>().join("\n")
}

async fn is(kind: Option<GroupKind>, change: Change, expected: &str) {
    let table = Scene::new(kind, change).await.table().await;
    assert!(table == expected.trim_matches('\n'), "it is otherwise:\n{table}\n");
}

#[tokio::test]
async fn in_an_open_group() {
    is(Some(GroupKind::Open), Change::Nothing, tables::OPEN).await;
}

#[tokio::test]
async fn in_a_private_group() {
    is(Some(GroupKind::Private), Change::Nothing, tables::PRIVATE).await;
}

#[tokio::test]
async fn in_a_direct_conversation() {
    is(Some(GroupKind::Direct), Change::Nothing, tables::DIRECT).await;
}

#[tokio::test]
async fn in_an_archived_group() {
    is(Some(GroupKind::Open), Change::Archived, tables::ARCHIVED).await;
}

#[tokio::test]
async fn in_a_group_that_is_not_there() {
    is(None, Change::Nothing, tables::UNUSED).await;
}

#[tokio::test]
async fn in_an_open_group_where_guests_may_not_come() {
    is(Some(GroupKind::Open), Change::NoGuests, tables::NO_GUESTS).await;
}
