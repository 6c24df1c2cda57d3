//! All that a group's page shows, in one snapshot and one go: a page that is put together of single reads costs each its
//! transaction. Never who may see it; whoever asks decides, before anything of it is shown.

use protocol::{GroupId, MessageId, Millis, PersonId, Seq};

use crate::around::{around, first_since};
use crate::engine::{Arg, Column, Result, Tx};
use crate::error::StoreError;
use crate::groups::{access, info};
use crate::people::read_settings;
use crate::pins::pins;
use crate::read::{in_time, page};
use crate::row::number;
use crate::{Access, Around, GroupInfo, Pin, Settings, Snapshot, Store, sql};

/// Which messages of a group are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The newest.
    End,
    /// Those before this event.
    Before(Seq),
    /// Those around this message; the newest if there is no such.
    Around(MessageId),
    /// Those around the first that was posted then or later; the newest if none was.
    Since(Millis),
}

/// A group as its page shows it to somebody, or to nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// What they may be refused for.
    pub access: Access,
    /// What stands on every page.
    pub settings: Settings,
    /// What it is, if it exists.
    pub info: Option<GroupInfo>,
    /// The messages.
    pub page: Snapshot,
    /// They are those before this event; `None`: they are the newest.
    pub before: Option<Seq>,
    /// The message that they are around.
    pub around: Option<MessageId>,
    /// What was pinned last stands first.
    pub pins: Vec<Pin>,
    /// The latest event that the person has read.
    pub read: Seq,
}

impl Store {
    /// What a group's page shows, with at most `limit` messages.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn front(
        &self,
        group: &GroupId,
        person: Option<&PersonId>,
        spot: &Spot,
        limit: u32,
    ) -> Result<Front, StoreError> {
        in_time(self.read_front(group, person, spot, limit)).await
    }

    async fn read_front(&self, group: &GroupId, person: Option<&PersonId>, spot: &Spot, limit: u32) -> Result<Front> {
        let mut tx = self.reader().begin().await?;
        let access = access(&mut tx, group, person).await?;
        let settings = read_settings(&mut tx).await?;
        let row = tx.row(sql::GROUP, &[Arg::Text(group.as_str())]).await?;
        let info = row.as_ref().map(info).transpose()?;
        let found = match spot {
            Spot::End | Spot::Before(_) => None,
            Spot::Around(message) => around(&mut tx, group, message, limit).await?,
            Spot::Since(at) => match first_since(&mut tx, group, *at).await? {
                Some(message) => around(&mut tx, group, &message, limit).await?,
                None => None,
            },
        };
        let (page, before, around) = match (found, spot) {
            (Some(Around { message, page, before }), _) => (page, before, Some(message)),
            (None, Spot::Before(seq)) => (page(&mut tx, group, number(*seq), limit).await?, Some(*seq), None),
            (None, _) => (page(&mut tx, group, i64::MAX, limit).await?, None, None),
        };
        // In a group without events nothing is pinned and nothing read.
        let (pins, read) = match page.seq {
            0 => (Vec::new(), 0),
            _ => (pins(&mut tx, group).await?, read(&mut tx, group, person).await?),
        };
        Ok(Front { access, settings, info, page, before, around, pins, read })
    }
}

async fn read(tx: &mut Tx, group: &GroupId, person: Option<&PersonId>) -> Result<Seq> {
    let Some(person) = person else { return Ok(0) };
    let columns = [Column::texts([person.as_str()]), Column::texts([group.as_str()])];
    let rows = tx.rows_of(&sql::STANDINGS, &columns).await?;
    rows.first().map_or(Ok(0), |row| row.count(4))
}
