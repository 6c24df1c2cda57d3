//! What must hold of every database, as statements that name where it does not. Never a repair.

mod people;
mod said;

pub(super) use people::PEOPLE;
pub(super) use said::SAID;

use crate::engine::Sql;

/// Each names the places where something is wrong, and what; twenty of one kind say enough.
type Invariant = (Sql, &'static str);
