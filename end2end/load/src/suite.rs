//! stub
use crate::{cli::Suite, trouble::Trouble};
pub(crate) fn run(_: &Suite) -> Result<(), Trouble> {
    Ok(())
}
