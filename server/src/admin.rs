//! Errands of whoever runs the server: migrate, backup, restore, check, retention. Never what people do in a group.

use std::time::Duration;

use protocol::GroupId;
use store::{Config, Store};
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{Errand, Error};

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
