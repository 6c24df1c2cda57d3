//! How figures look: to a person at a terminal (`table`), to a program (JSON), to whoever is sent the report (`html`).
//! Never a measurement.

mod html;
mod number;
mod plot;
mod table;

use std::{fs, path::Path};

pub(crate) use self::{
    html::html,
    number::{bytes, digits, millis, thousands},
    table::table,
};
use crate::{outcome::Outcome, trouble::Trouble};

/// Writes figures for programs.
///
/// # Errors
/// [`Trouble::File`].
pub(crate) fn write_json(path: &Path, outcome: &impl serde::Serialize) -> Result<(), Trouble> {
    let text = serde_json::to_string_pretty(outcome).unwrap_or_default();
    fs::write(path, text + "\n").map_err(Trouble::file(path))
}

/// Writes the report of some runs: one file that needs no other.
///
/// # Errors
/// [`Trouble::File`].
pub(crate) fn write_html(path: &Path, title: &str, outcomes: &[(String, Outcome)]) -> Result<(), Trouble> {
    fs::write(path, html(title, outcomes)).map_err(Trouble::file(path))
}
