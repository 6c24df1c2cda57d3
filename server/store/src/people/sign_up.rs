//! How accounts begin: the first administrator's and everyone else's, for somebody new or for a guest who stays who they
//! are. Never whether signing up is open.

use protocol::PersonId;

use super::session::{NewSession, end_all};
use super::{Who, account, new_id, settings, who};
use crate::engine::{Arg, Result, Tx};
use crate::error::{Refusal, StoreError};
use crate::groups::{Link, may_join, put, spend, usable};
use crate::name::{LinkKind, PersonKind, Role};
use crate::outlook::faces_changed;
use crate::writer::{Verdict, now};
use crate::{Store, sql};

/// An account that is about to be.
#[derive(Clone)]
pub struct NewAccount {
    /// As it will be looked up: normalised by the caller.
    pub login: String,
    /// What the person is called.
    pub name: String,
    /// argon2, as a PHC string.
    pub password: String,
}

impl Store {
    /// Makes the first administrator, and names the server. Of two at once one does. Set-up links are spent.
    ///
    /// # Errors
    /// [`Refusal::Done`] if there is an administrator; else as [`Store::sign_up`].
    pub async fn set_up(
        &self,
        account: NewAccount,
        server_name: &str,
        token: &str,
        device: &str,
        guest: Option<&PersonId>,
    ) -> Result<Who, StoreError> {
        let mut opening = Opening::new(account, token, device, guest)?;
        opening.server = Some(server_name.to_owned());
        self.errand(opening, |tx, opening| Box::pin(open(tx, opening))).await
    }

    /// Whether there is an administrator.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn is_set_up(&self) -> Result<bool, StoreError> {
        Ok(self.reader().once().await?.row(sql::ADMIN_BUT, &[Arg::Text("")]).await?.is_some())
    }

    /// Makes an account: of a guest, who keeps id, messages, read marks and groups, or of somebody new. `token` must be
    /// fresh: the guest's sessions end. With a link one of its uses is spent; a group's lets into the group, too.
    ///
    /// # Errors
    /// [`Refusal::Taken`] if the login is; [`Refusal::LinkSpent`]; [`Refusal::NoPerson`] if `guest` is none;
    /// [`Refusal::Banned`] if they were closed, or the link is of a group that bans them; [`StoreError::Busy`] or
    /// [`StoreError::Unavailable`].
    pub async fn sign_up(
        &self,
        account: NewAccount,
        token: &str,
        device: &str,
        guest: Option<&PersonId>,
        link: Option<&str>,
    ) -> Result<Who, StoreError> {
        let mut opening = Opening::new(account, token, device, guest)?;
        opening.link = link.map(super::hash);
        self.errand(opening, |tx, opening| Box::pin(open(tx, opening))).await
    }
}

struct Opening {
    /// The guest's, or a new one.
    person: PersonId,
    is_guest: bool,
    account: NewAccount,
    session: NewSession,
    /// Its token's hash.
    link: Option<Vec<u8>>,
    /// The server's name, if this sets it up.
    server: Option<String>,
}

impl Opening {
    fn new(account: NewAccount, token: &str, device: &str, guest: Option<&PersonId>) -> Result<Self, StoreError> {
        let person = guest.cloned().map_or_else(new_id, Ok)?;
        let session = NewSession::new(token, device);
        Ok(Self { person, is_guest: guest.is_some(), account, session, link: None, server: None })
    }
}

async fn open(tx: &mut Tx, opening: &Opening) -> Verdict<Who> {
    if let Some(who) = opened(tx, opening).await? {
        return Ok(who);
    }
    if opening.server.is_some() {
        tx.rows(sql::LOCK_ADMINS, &[]).await?;
        if tx.row(sql::ADMIN_BUT, &[Arg::Text("")]).await?.is_some() {
            return Err(Refusal::Done.into());
        }
    }
    let link = judge(tx, opening).await?;
    make(tx, opening).await?;
    if let Some(name) = &opening.server {
        settings::set_name(tx, name).await?;
        tx.run(sql::END_SETUP_LINKS, &[Arg::Int(now())]).await?;
    }
    if let Some(link) = link {
        spend(tx, &link).await?;
        if let Some(group) = &link.group {
            put(tx, group, &opening.person, Role::Member).await?;
        }
    }
    end_all(tx, &opening.person, None).await?;
    opening.session.begin(tx, &opening.person, PersonKind::Account).await
}

/// Whether an earlier run did it all.
async fn opened(tx: &mut Tx, opening: &Opening) -> Result<Option<Who>> {
    let Some(who) = who(tx, &opening.session.token).await? else { return Ok(None) };
    let account = account::of(tx, &who.person.id).await?;
    Ok(account.filter(|account| account.login == opening.account.login).map(|_| who))
}

/// The link to spend, if there is one, and nothing in the way.
async fn judge(tx: &mut Tx, opening: &Opening) -> Verdict<Option<Link>> {
    if account::by_login(tx, &opening.account.login).await?.is_some() {
        return Err(Refusal::Taken.into());
    }
    // A token that is somebody else's would not begin a session.
    if who(tx, &opening.session.token).await?.is_some_and(|who| who.person.id != opening.person) {
        return Err(Refusal::Taken.into());
    }
    if opening.is_guest {
        let row = tx.row(sql::LOCK_PERSON, &[Arg::Text(opening.person.as_str())]).await?.ok_or(Refusal::NoPerson)?;
        if row.id::<PersonKind>(1)? != PersonKind::Guest {
            return Err(Refusal::NoPerson.into());
        }
        if row.maybe_int(3)?.is_some() {
            return Err(Refusal::Banned.into());
        }
    }
    let Some(token) = &opening.link else { return Ok(None) };
    let link = usable(tx, token).await?;
    match (link.kind, &link.group) {
        (LinkKind::Server, _) => Ok(Some(link)),
        // Who is in the group already stays what they are there.
        (LinkKind::Group, Some(group)) => Ok(may_join(tx, group, &opening.person).await?.then_some(link)),
        (LinkKind::Group | LinkKind::Setup | LinkKind::Reset, _) => Err(Refusal::LinkSpent.into()),
    }
}

/// The first thing that is written: another node may have given the login away just now.
async fn make(tx: &mut Tx, opening: &Opening) -> Verdict<()> {
    let NewAccount { login, name, password } = &opening.account;
    let args = [
        Arg::Text(opening.person.as_str()),
        Arg::Bytes(name.as_bytes()),
        Arg::Bytes(login.as_bytes()),
        Arg::Bytes(password.as_bytes()),
        Arg::Int(opening.server.is_some().into()),
        Arg::Int(now()),
    ];
    let made = if opening.is_guest {
        // Taken on another node: a collision, and judged again.
        tx.run(sql::UPGRADE, &args[..5]).await?
    } else {
        tx.run(sql::ADD_ACCOUNT, &args).await?
    };
    if made == 0 {
        return Err(Refusal::Taken.into());
    }
    Ok(faces_changed(tx).await?)
}
