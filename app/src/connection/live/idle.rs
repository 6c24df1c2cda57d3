//! The server's half of the live socket: none. Pages ask the same things of it and nothing happens.

use leptos::prelude::Set;
use protocol::{ClientId, GroupId, MessageId, Seq};

use super::{Group, Live, Wish};
use crate::{i18n::Key, listed, listed::Listed, opening::Opening};

impl Live {
    pub(crate) fn begin(self, mut list: Vec<Listed>) {
        listed::arrange(&mut list);
        self.mine.set(list.into());
    }

    pub(crate) fn learn(self) {}

    pub(crate) fn group_for(self, id: &GroupId, opening: Option<Opening>) -> Group {
        Group::new(id.clone(), opening)
    }

    pub(crate) fn enter(self, _group: Group) {}

    pub(crate) fn leave(self, _group: Group) {}

    pub(crate) fn wish(self, _group: Group, _wish: Wish) -> Result<(), Key> {
        Ok(())
    }

    pub(crate) fn retry(self, _group: Group, _refused: &ClientId) {}

    pub(crate) fn discard(self, _group: Group, _refused: &ClientId) {}

    pub(crate) fn typing(self, _group: Group) {}

    pub(crate) fn load_before(self, _group: Group, _before: Seq) {}

    pub(crate) fn lead(self, _group: Group, _to: MessageId, _from: Option<Seq>) {}

    pub(crate) fn lead_to_date(self, _group: Group, _day: &str) {}

    pub(crate) fn draft(self, _group: Group) -> Option<String> {
        None
    }

    pub(crate) fn keep_draft(self, _group: Group, _text: &str) {}
}
