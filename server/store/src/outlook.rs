//! By which a page that was rendered a while ago is known to be as it would be rendered now. Never what is on it.

use std::collections::HashMap;

use protocol::{Epoch, GroupId};

use crate::engine::Result;
use crate::error::StoreError;
use crate::people::read_settings;
use crate::read::{Head, heads, in_time};
use crate::{Settings, Store, migrate, sql};

/// Beside [`Head`]s: moves whenever anybody's name or colour does, which stand on everything they ever said.
const FACES: &str = "people.shown";
const EPOCH: &str = "epoch";

/// What every page depends on, and where some groups stand; one moment's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The database's life.
    pub epoch: Epoch,
    /// The server's name, and who may come.
    pub settings: Settings,
    /// Another text whenever somebody has another name or colour.
    pub faces: String,
    /// One that does not exist yet is not in it.
    pub heads: HashMap<GroupId, Head>,
}

impl Store {
    /// Where everything and these groups stand.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn outlook(&self, groups: &[GroupId]) -> Result<Outlook, StoreError> {
        in_time(self.read_outlook(groups)).await
    }

    async fn read_outlook(&self, groups: &[GroupId]) -> Result<Outlook> {
        let mut tx = self.reader().begin().await?;
        let (mut epoch, mut faces) = (None, String::new());
        for row in tx.rows(sql::SHOWN, &[]).await? {
            match row.text(0)?.as_str() {
                EPOCH => epoch = Some(row.id(1)?),
                FACES => faces = row.text(1)?,
                _ => {}
            }
        }
        Ok(Outlook {
            epoch: epoch.ok_or(sqlx::Error::RowNotFound)?,
            settings: read_settings(&mut tx).await?,
            faces,
            heads: heads(&mut tx, groups).await?,
        })
    }
}

/// Somebody has another name or colour.
pub(crate) async fn faces_changed(tx: &mut crate::engine::Tx) -> Result<()> {
    migrate::set(tx, FACES, &uuid::Uuid::now_v7().to_string()).await.map(drop)
}
