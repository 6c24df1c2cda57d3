//! The pages that need no script ("papers"): accounts, groups, links, the server's settings. Each is plain data and
//! becomes a whole HTML document. Server only: nothing of this is in what a visitor downloads. Never a query, never a
//! rule about who may do what.

mod address;
mod data;
mod document;
mod form;
mod page;
mod part;
mod sheet;
mod text;

pub use address::{LinkToken, OwnPath, chat, manage};
pub use data::*;

/// The whole document, `<!DOCTYPE html>` and all. It needs no nonce: there is no script and no style in it.
#[must_use]
pub fn render(paper: &Paper, answer: &Answer, chrome: &Chrome) -> String {
    document::render(paper, answer, chrome)
}
