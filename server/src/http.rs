//! Plain HTTP: pages, the site's files, health, language. Never a socket.

pub(crate) mod address;
pub(crate) mod api;
pub(crate) mod around;
pub(crate) mod assets;
pub(crate) mod body;
pub(crate) mod complete;
mod cookie;
mod emoji_names;
pub(crate) mod form;
pub(crate) mod health;
pub(crate) mod identity;
pub(crate) mod language;
pub(crate) mod mine;
pub(crate) mod new_group;
pub(crate) mod pages;
pub(crate) mod papers;
pub(crate) mod pins;
mod preferences;
pub(crate) mod refusal;
pub(crate) mod security;
mod spell;
