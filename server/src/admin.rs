//! Errands of whoever runs the server: migrate, backup, restore, check, retention. Never what people do in a group.

use std::time::Duration;

use protocol::GroupId;
use store::{Config, LinkKind, NewAccount, NewLink, Store};
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    AdminErrand, Errand, Error, account,
    passwords::{Password, Passwords},
};

/// How often old messages are looked for.
const EXPIRE_EVERY: Duration = Duration::from_secs(600);

/// Does it, and says what was done.
///
/// # Errors
/// [`Error`] says what to do; nothing is left half done. [`Error::Wrong`] is a check that found something.
pub async fn run(errand: Errand) -> Result<String, Error> {
    match errand {
        Errand::Migrate { database } => {
            let database = database.parse()?;
            database.migrate().await?;
            Ok(format!("{database} is ready"))
        }
        Errand::Backup { file, database } => {
            let database = database.parse()?;
            database.backup(&file).await?;
            Ok(format!("{database} is saved in {}", file.display()))
        }
        Errand::Restore { file, overwrite, database } => {
            let database = database.parse()?;
            let restored = database.restore(&file, overwrite).await?;
            Ok(format!("{database} holds what {} held, in a new epoch, {}", file.display(), restored.epoch))
        }
        Errand::Admin(AdminErrand::Create { login, name, database }) => {
            let (commits, _none) = mpsc::channel(1);
            let store = Store::open(Config::new(database.parse()?), commits).await?;
            let made = create(&store, &login, name.as_deref()).await;
            store.close().await;
            made
        }
        Errand::Check { database } => {
            let database = database.parse()?;
            let findings = database.check().await?;
            if findings.is_empty() {
                return Ok(format!("{database} is whole"));
            }
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            Err(Error::Wrong(findings.len(), lines.join("\n")))
        }
        Errand::Retention { group, days, forever, database } => {
            let group = GroupId::parse(&group).map_err(|why| Error::Group(group, why))?;
            let keep = if forever { Some(Duration::ZERO) } else { days };
            let (commits, _none) = mpsc::channel(1);
            let store = Store::open(Config::new(database.parse()?), commits).await?;
            store.set_retention(&group, keep).await?;
            store.close().await;
            Ok(match (forever, days) {
                (true, _) => format!("{group} keeps everything"),
                (false, Some(days)) => format!("{group} keeps {} days", days.as_secs() / 86_400),
                (false, None) => format!("{group} keeps as much as the server"),
            })
        }
    }
}

/// Makes an administrator of an account, which is made if need be.
async fn create(store: &Store, typed: &str, name: Option<&str>) -> Result<String, Error> {
    let login = account::login(typed);
    if store.account(&login).await?.is_none() {
        if !account::is_login(&login) {
            return Err(Error::Login(typed.to_owned()));
        }
        let mut password = String::new();
        std::io::stdin().read_line(&mut password).map_err(Error::Runtime)?;
        let password = Password::typed(password.trim_end_matches(['\r', '\n']));
        password.check(&login).map_err(Error::Password)?;
        let hash = Passwords::new().hash(password).await?;
        let new = NewAccount { login: login.clone(), name: name.unwrap_or(typed).trim().to_owned(), password: hash };
        // A session that nobody has the token of.
        store.sign_up(new, &account::new_token(), "teahouse admin create", None, None).await?;
    }
    store.set_admin(None, &login, true).await?;
    Ok(format!("{login} runs this server"))
}

/// Says how to become the administrator, if there is none yet: whoever reads the log runs the server.
pub(crate) async fn invite_to_set_up(store: Store, base: String) {
    match set_up_link(&store, &base).await {
        Ok(Some(link)) => info!("Nobody administers this server yet. To name it and be its administrator, open {link}"),
        Ok(None) => {}
        Err(error) => warn!(%error, "Could not make a link to set this server up; start again for one"),
    }
}

/// The address that makes its first visitor the administrator, if there is none yet.
async fn set_up_link(store: &Store, base: &str) -> Result<Option<String>, Error> {
    if store.is_set_up().await? {
        return Ok(None);
    }
    let token = account::new_token();
    let (group, person, by, expires_at, uses) = Default::default();
    store.add_link(NewLink { kind: LinkKind::Setup, group, person, by, expires_at, uses }, &token).await?;
    Ok(Some(format!("{base}/setup/{token}")))
}

/// Lets old messages go, until the server stops. Without limits nothing ever goes.
pub(crate) async fn expire(store: Store, older_than: Option<Duration>, shutdown: CancellationToken) {
    let mut ticks = interval(EXPIRE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        match shutdown.run_until_cancelled(store.expire(older_than, None)).await {
            Some(Ok(0)) | None => {}
            Some(Ok(events)) => info!(events, "Let old messages go"),
            Some(Err(error)) => warn!(%error, "Could not let old messages go; trying again later"),
        }
    }
}
