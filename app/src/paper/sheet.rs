//! What every part of a page knows while it is drawn: the language, who looks, what was wrong. Never markup.

use protocol::Millis;

use super::{
    data::{Answer, Chrome, Field, Wrong},
    text::{Text, Tongue},
};

#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) tongue: Tongue,
    pub(super) chrome: &'a Chrome,
    pub(super) answer: &'a Answer,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(chrome: &'a Chrome, answer: &'a Answer) -> Self {
        Self { tongue: Tongue(chrome.locale), chrome, answer }
    }

    pub(super) const fn say(&self, text: Text) -> &'static str {
        self.tongue.say(text)
    }

    pub(super) fn fill(&self, text: Text, values: &[&str]) -> String {
        self.tongue.fill(text, values)
    }

    /// A moment as this reader's clock shows it.
    pub(super) fn moment(&self, at: Millis) -> String {
        self.tongue.moment(at, self.chrome.preferences)
    }

    /// The sentences at a field.
    pub(super) fn wrong_at(&self, field: Field) -> Vec<String> {
        let here = self.answer.wrong.iter().filter(|wrong| wrong.at == field);
        here.map(|wrong| self.tongue.why(wrong.why)).collect()
    }

    /// The sentences for fields that the page does not have.
    pub(super) fn wrong_elsewhere(&self, fields: &[Field]) -> Vec<String> {
        let homeless = |wrong: &&Wrong| !fields.contains(&wrong.at);
        self.answer.wrong.iter().filter(homeless).map(|wrong| self.tongue.why(wrong.why)).collect()
    }

    /// Where the keyboard begins: at the first mistake, or where the page says when there is none.
    pub(super) fn focuses(&self, field: Field, by_default: bool) -> bool {
        match self.answer.wrong.first() {
            Some(wrong) => wrong.at == field,
            None => by_default && self.answer.done.is_none(),
        }
    }

    /// What this server calls itself.
    pub(super) fn server_name(&self) -> String {
        let own = self.chrome.server_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        own.unwrap_or_else(|| crate::i18n::Key::Name.in_locale(self.chrome.locale)).to_owned()
    }
}
