//! A server, or two that share a database and a Redis, and people and groups in it: made in the store, where that is
//! quick. What is tested goes through the doors. Never an assertion.

use std::net::SocketAddr;

use protocol::GroupId;
use store::{
    Committed, Config, Database, GroupKind, LinkKind, NewAccount, NewLink, PersonKind, Role, SessionId, Settings,
    Store, Warrant, Who,
};
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{api::Guest, helpers::TestServer, redis_server::Server as Redis, socket::group};

/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) struct Town {
    pub(crate) nodes: Vec<TestServer>,
    pub(crate) store: Store,
    pub(crate) redis: Option<Redis>,
    pub(crate) http: reqwest::Client,
    _data: TempDir,
}

impl Town {
    /// One server.
    pub(crate) async fn open() -> Self {
        Self::with_flags(&[]).await
    }

    pub(crate) async fn with_flags(flags: &[&str]) -> Self {
        let data = TempDir::new().expect("a directory");
        let node = node(&data, flags).await;
        Self::of(data, vec![node], None).await
    }

    /// Two servers on one Redis and one database file.
    pub(crate) async fn of_two() -> Self {
        let (data, redis) = (TempDir::new().expect("a directory"), Redis::start().await);
        let layer = redis.url();
        let flags = ["--channel-layer", layer.as_str()];
        let nodes = vec![node(&data, &flags).await, node(&data, &flags).await];
        Self::of(data, nodes, Some(redis)).await
    }

    async fn of(data: TempDir, nodes: Vec<TestServer>, redis: Option<Redis>) -> Self {
        // Whoever comes second finds the tables made.
        for node in &nodes {
            node.ready().await;
        }
        let (committed, mut commits) = mpsc::channel::<Vec<Committed>>(1);
        // Nobody publishes them: the servers find them in the store.
        tokio::spawn(async move { while commits.recv().await.is_some() {} });
        let database = Database::sqlite(data.path().join("teahouse.db"));
        let store = Store::open(Config::new(database), committed).await.expect("the server has made it");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { nodes, store, redis, http, _data: data }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.nodes[0].address
    }

    /// Somebody with an account, signed in.
    pub(crate) async fn account(&self, login: &str) -> Guest {
        let token = token();
        let account = NewAccount { login: login.to_owned(), name: login.to_owned(), password: hash() };
        let who = self.store.sign_up(account, &token, "test", None, None).await.expect("the login is free");
        Guest { person: who.person, token }
    }

    /// Somebody with an account whom nobody has heard of.
    pub(crate) async fn somebody(&self) -> Guest {
        self.account(&Uuid::new_v4().simple().to_string()).await
    }

    pub(crate) async fn guest(&self) -> Guest {
        // As newcomers are given them.
        let token = format!("0{}", &token()[1..]);
        let who = self.store.add_guest("a guest", &token, "test").await.expect("a guest");
        Guest { person: who.person, token }
    }

    /// Somebody who administers the server.
    pub(crate) async fn admin(&self) -> Guest {
        let login = Uuid::new_v4().simple().to_string();
        let admin = self.account(&login).await;
        self.store.set_admin(None, &login, true).await.expect("it is an account");
        admin
    }

    /// The same person in another browser.
    pub(crate) async fn signs_in_again(&self, person: &Guest) -> Guest {
        let token = token();
        let account = self.store.account_of(&person.person.id).await.expect("it answers").expect("an account");
        let verified = Some(account.password.as_str());
        let who = self.store.sign_in(&person.person.id, verified, &token, "another").await.expect("an account");
        Guest { person: who.person, token }
    }

    /// The same person in another browser, by the door.
    pub(crate) async fn signs_in(&self, person: &Guest, login: &str) -> Guest {
        let answer = self.post("/signin", None, &[("login", login), ("password", PASSWORD)]).await;
        Guest { token: answer.token().expect("signed in"), ..person.clone() }
    }

    pub(crate) async fn group(&self, id: &str, kind: GroupKind, owner: &Guest) -> GroupId {
        let id = group(id);
        self.store.create_group(&id, kind, None, None, &owner.person.id).await.expect("the id is free");
        id
    }

    pub(crate) async fn joins(&self, group: &GroupId, person: &Guest, role: Role) {
        self.store.join(group, &person.person.id).await.expect("they may");
        if role != Role::Member {
            self.store.set_role(may(person), group, &person.person.id, role).await.expect("a member");
        }
    }

    /// An invitation's token.
    pub(crate) async fn link(&self, group: Option<&GroupId>, by: &Guest, uses: Option<u32>) -> String {
        self.link_until(group, by, uses, None).await
    }

    pub(crate) async fn link_until(
        &self,
        group: Option<&GroupId>,
        by: &Guest,
        uses: Option<u32>,
        expires_at: Option<i64>,
    ) -> String {
        let kind = if group.is_some() { LinkKind::Group } else { LinkKind::Server };
        let by = Some(by.person.id.clone());
        let (token, group) = (token(), group.cloned());
        let link = NewLink { kind, group, person: None, by, expires_at, uses };
        self.store.add_link(link, &token).await.expect("a link");
        token
    }

    /// Closes a group; the server is told nothing.
    pub(crate) async fn archive(&self, by: &Guest, group: &GroupId) {
        self.store.archive(may(by), group, true).await.expect("it is there");
    }

    /// Lets guests come, or not any more; the server is told nothing.
    pub(crate) async fn guests(&self, by: &Guest, guests: bool) {
        let settings = Settings { guests, ..self.store.settings().await.expect("settings") };
        self.store.set_settings(&by.person.id, settings).await.expect("they are set");
    }
}

/// By the right of somebody who may do everything.
pub(crate) fn may(by: &Guest) -> Warrant {
    let session = SessionId::parse("none").expect("an id");
    let (person, kind) = (by.person.clone(), PersonKind::Account);
    let who = Who { person, kind, admin: false, session, seen_at: 0, closed: false };
    Warrant { who, rule: |_, _, _| Ok(()) }
}

/// Of everybody's password.
fn hash() -> String {
    use argon2::{Argon2, password_hash::PasswordHasher};
    static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let hash = || Argon2::default().hash_password(PASSWORD.as_bytes()).expect("a hash").to_string();
    HASH.get_or_init(hash).clone()
}

async fn node(data: &TempDir, flags: &[&str]) -> TestServer {
    TestServer::configured(flags, |config| data.path().clone_into(&mut config.database.data)).await
}

pub(crate) fn token() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}
