//! TODO
/// Restored.
#[derive(Debug)]
pub struct Restored;
