//! What is pinned in a group, for a bar that everyone there sees. Never who may read or pin.

use protocol::{Epoch, GroupId, MAX_PINS, MessageId, Millis, Person, Seq};

use crate::engine::{Arg, Result, Row, Tx};
use crate::error::StoreError;
use crate::people::person_of;
use crate::read::{epoch, in_time};
use crate::{Store, sql};

/// Bytes of a pinned text that are read: it may be a MiB, and its beginning is shown.
const BEGINNING: i64 = 1024;

/// The pins of a group as they are after event `seq`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins {
    /// The database's life.
    pub epoch: Epoch,
    /// The group's latest event, 0 if none.
    pub seq: Seq,
    /// What was pinned last stands first.
    pub pins: Vec<Pin>,
}

/// A pinned message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Which.
    pub message: MessageId,
    /// When it was posted.
    pub at: Millis,
    /// Who said it.
    pub by: Person,
    /// What it says, or the first KiB of it.
    pub beginning: String,
}

impl Store {
    /// What is pinned in a group; nothing in one that does not exist.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn pins(&self, group: &GroupId) -> Result<Pins, StoreError> {
        in_time(self.read_pins(group)).await
    }

    async fn read_pins(&self, group: &GroupId) -> Result<Pins> {
        let mut tx = self.reader().begin().await?;
        let epoch = epoch(&mut tx).await?;
        let Some(place) = tx.row(sql::PLACE, &[Arg::Text(group.as_str())]).await? else {
            return Ok(Pins { epoch, seq: 0, pins: Vec::new() });
        };
        Ok(Pins { epoch, seq: place.count(0)?, pins: pins(&mut tx, group).await? })
    }
}

/// What is pinned in a group, within a snapshot.
pub(crate) async fn pins(tx: &mut Tx, group: &GroupId) -> Result<Vec<Pin>> {
    let most = i64::try_from(MAX_PINS).unwrap_or(i64::MAX);
    let rows = tx.rows(sql::PINS, &[Arg::Text(group.as_str()), Arg::Int(BEGINNING), Arg::Int(most)]).await?;
    rows.iter().map(pin).collect()
}

/// A row of `PINS`.
fn pin(row: &Row) -> Result<Pin> {
    let by = person_of(row, [2, 3, 5])?;
    Ok(Pin { message: row.id(0)?, at: row.int(1)?, by, beginning: whole_characters(row.bytes(4)?) })
}

/// The text without the character that its end may cut.
fn whole_characters(bytes: Vec<u8>) -> String {
    let whole = match std::str::from_utf8(&bytes) {
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    };
    String::from_utf8(bytes[..whole].to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::whole_characters;

    #[test]
    fn a_character_that_is_cut_is_left_out() {
        for (bytes, text) in
            [(&"茶茶".as_bytes()[..5], "茶"), ("tea".as_bytes(), "tea"), (&[], ""), (&[0xe8, 0x8c], "")]
        {
            assert_eq!(whole_characters(bytes.to_vec()), text);
        }
    }
}
