//! What the administrator has decided for the whole server. Never what follows from it.

use protocol::PersonId;

use crate::engine::{Result, Tx};
use crate::error::StoreError;
use crate::groups::{Noted, note};
use crate::migrate;
use crate::name::SignUp;
use crate::read::in_time;
use crate::writer::Verdict;
use crate::{Store, sql};

const NAME: &str = "server.name";
const SIGN_UP: &str = "server.sign_up";
const GUESTS: &str = "server.guests";

/// The server's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What it is called, if anything.
    pub name: Option<String>,
    /// Who may sign up.
    pub sign_up: SignUp,
    /// Whether one may come without an account.
    pub guests: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { name: None, sign_up: SignUp::Open, guests: true }
    }
}

impl Store {
    /// The server's settings.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        in_time(async { settings(&mut self.reader().once().await?).await }).await
    }

    /// Changes the server's settings.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::Unavailable`].
    pub async fn set_settings(&self, by: &PersonId, settings: Settings) -> Result<(), StoreError> {
        self.errand((by.clone(), settings), |tx, (by, settings)| Box::pin(set(tx, by, settings))).await
    }
}

pub(crate) async fn settings(tx: &mut Tx) -> Result<Settings> {
    let mut settings = Settings::default();
    for row in tx.rows(sql::SETTINGS, &[]).await? {
        let value = row.text(1)?;
        match row.text(0)?.as_str() {
            NAME => settings.name = Some(value).filter(|name| !name.is_empty()),
            SIGN_UP => settings.sign_up = SignUp::parse(&value).unwrap_or(SignUp::Closed),
            GUESTS => settings.guests = value == "1",
            _ => {}
        }
    }
    Ok(settings)
}

async fn set(tx: &mut Tx, by: &PersonId, new: &Settings) -> Verdict<()> {
    if settings(tx).await? == *new {
        return Ok(());
    }
    set_name(tx, new.name.as_deref().unwrap_or_default()).await?;
    migrate::set(tx, SIGN_UP, new.sign_up.as_str()).await?;
    migrate::set(tx, GUESTS, if new.guests { "1" } else { "0" }).await?;
    Ok(note(tx, Noted { by: Some(by), action: "settings", ..Noted::default() }).await?)
}

/// `meta` is TEXT, which cannot hold NUL on PostgreSQL: a name that would is written without.
pub(super) async fn set_name(tx: &mut Tx, name: &str) -> Result<()> {
    migrate::set(tx, NAME, &name.replace('\0', "")).await.map(drop)
}
