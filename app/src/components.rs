//! One file per visible thing: props in, view out. Never fetches, never opens a socket.

pub(crate) mod browser;
pub(crate) mod chat;
mod completion;
pub(crate) mod composer;
pub(crate) mod footer;
pub(crate) mod group_chat;
pub(crate) mod group_composer;
pub(crate) mod group_form;
pub(crate) mod groups;
pub(crate) mod header;
pub(crate) mod log;
mod mention;
mod more;
pub(crate) mod page_title;
mod paste;
pub(crate) mod recent;
pub(crate) mod state;
pub(crate) mod switcher;
mod to_date;
pub(crate) mod transcript;
