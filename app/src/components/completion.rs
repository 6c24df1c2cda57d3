//! Completes what is typed: people after `@`, emoji after `:`. A list below which the text box keeps the focus. The
//! server knows pinyin and the names of emoji, the page whoever it shows. Never what is sent.

use leptos::{
    ev, html,
    prelude::*,
    web_sys::{Element, HtmlTextAreaElement},
};
use protocol::{Person, PersonId};

use super::{browser, transcript::html::Html};
use crate::{
    connection::live::{Drafting, Group, Live},
    i18n::{Key, Language},
};

/// The list's id; `more` draws it.
pub(super) const LIST: &str = "completions";
/// Offers in the list.
const MOST: usize = 8;
/// The longest word that is looked up, in characters.
const LONGEST: usize = 32;

/// A text box that completes; copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Completion {
    pub(super) live: Live,
    pub(super) language: Language,
    pub(super) group: Group,
    pub(super) input: NodeRef<html::Textarea>,
}

/// What would be put into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offer {
    words: String,
    text: String,
    /// Whom it names.
    id: String,
}

/// What is being typed: after which mark, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    mark: char,
    word: String,
}

impl Completion {
    /// Keeps the draft, unless it is an edit that stands in the box.
    pub(super) fn keep(self) {
        let edits = self.group.peek(|open| matches!(open.drafting, Drafting::Edit { .. }));
        if let (Some(false), Some(input)) = (edits, self.input()) {
            self.live.keep_draft(self.group, &input.value());
        }
    }

    pub(super) fn input(self) -> Option<HtmlTextAreaElement> {
        self.input.try_get_untracked().flatten()
    }

    /// Something was typed.
    pub(super) fn typed(self) {
        let Some(asked) = self.asked() else {
            self.close();
            return self.spelt_out();
        };
        let offers = if asked.mark == '@' { self.known(&asked.word) } else { Vec::new() };
        self.show(&offers);
        let word = asked.word.replace('+', "%2B");
        let address = match (asked.mark, self.group.peek(|open| open.id.to_string())) {
            ('@', Some(group)) => ["/api/groups/", &group, "/people?q=", &word].concat(),
            _ => ["/api/emoji?q=", &word].concat(),
        };
        browser::get(&address, move |json| {
            // One may have typed on.
            if self.asked().as_ref() == Some(&asked) {
                self.show(&with(offers, found(&json)));
            }
        });
    }

    /// An emoji whose name was typed to its end, `:tada:`.
    fn spelt_out(self) {
        let spelt = move || spelt(&before_caret(&self.input()?));
        let Some(word) = spelt() else { return };
        browser::get(&["/api/emoji?q=", &word.replace('+', "%2B")].concat(), move |json| {
            let same = spelt().as_ref() == Some(&word);
            let called = |offer: &Offer| offer.words == [&offer.text, " ", &word].concat();
            let emoji = found(&json).into_iter().find(|offer| same && called(offer));
            if let (Some(emoji), Some(input)) = (emoji, self.input()) {
                insert(&input, 2 + word.encode_utf16().count() as u32, &emoji.text);
                self.keep();
            }
        });
    }

    fn asked(self) -> Option<Asked> {
        asked(&before_caret(&self.input.try_get_untracked()??))
    }

    /// Whoever the page shows.
    fn known(self, word: &str) -> Vec<Offer> {
        let lower = word.to_ascii_lowercase();
        let called = |name: &str| name.to_ascii_lowercase().contains(&lower);
        // As it is shown, else by whatever word fits. Who has typed nothing yet has everyone offered last.
        let mut words = [self.language.text(Key::Everyone)()].into_iter().chain(markdown::EVERYONE_WORDS);
        let everyone = words.find(|word| word.starts_with(&lower));
        let everyone: Vec<Offer> = everyone.map(|name| offer(name, "")).into_iter().collect();
        let people = self.group.peek(|open| {
            let called = open.people().filter(|person| called(&person.name));
            with(Vec::new(), called.map(|person| offer(&person.name, person.id.as_str())).collect())
        });
        let mut people = people.unwrap_or_default();
        if word.is_empty() {
            people.truncate(MOST - 1);
            return with(people, everyone);
        }
        with(everyone, people)
    }

    fn show(self, offers: &[Offer]) {
        let Some(list) = document().get_element_by_id(LIST) else { return };
        let rows = offers.iter().take(MOST).enumerate().fold(Html::default(), |html, (place, offer)| {
            html.markup("<li role=\"option\" id=\"completion-")
                .text(&place.to_string())
                .markup("\" data-text=\"")
                .text(&offer.text)
                .markup("\" data-id=\"")
                .text(&offer.id)
                .markup("\">")
                .text(&offer.words)
                .markup("</li>")
        });
        list.set_inner_html(&rows.end());
        let _ = list.toggle_attribute_with_force("hidden", offers.is_empty());
        self.select(list.first_element_child());
    }

    pub(super) fn close(self) {
        self.show(&[]);
    }

    fn selected(self) -> Option<Element> {
        document().query_selector("#completions > [aria-selected]").ok().flatten()
    }

    fn select(self, row: Option<Element>) {
        let Some(input) = self.input.try_get_untracked().flatten() else { return };
        if let Some(before) = self.selected() {
            let _ = before.remove_attribute("aria-selected");
        }
        let _ = match row {
            Some(row) => {
                let _ = row.set_attribute("aria-selected", "true");
                let _ = input.set_attribute("aria-autocomplete", "list");
                let _ = input.set_attribute("aria-controls", LIST);
                input.set_attribute("aria-activedescendant", &row.id())
            }
            None => input.remove_attribute("aria-activedescendant"),
        };
    }

    /// Takes a key that is the list's while it is there; none that an input method uses.
    pub(super) fn key(self, key: &ev::KeyboardEvent) -> bool {
        if key.is_composing() || key.key_code() == 229 || key.shift_key() {
            return false;
        }
        let Some(row) = self.selected() else { return false };
        match key.key().as_str() {
            "ArrowDown" => {
                self.select(row.next_element_sibling().or_else(|| row.parent_element()?.first_element_child()))
            }
            "ArrowUp" => {
                self.select(row.previous_element_sibling().or_else(|| row.parent_element()?.last_element_child()));
            }
            "Enter" | "Tab" => self.pick(&row),
            "Escape" => self.close(),
            _ => return false,
        }
        key.prevent_default();
        true
    }

    pub(super) fn pick(self, row: &Element) {
        let (Some(asked), Some(input)) = (self.asked(), self.input.get_untracked()) else { return };
        let value = |name| row.get_attribute(name).unwrap_or_default();
        let text = value("data-text");
        if let Ok(id) = PersonId::parse(value("data-id")) {
            self.group.quietly(|open| open.named.push(Person::new(id, text.trim_start_matches('@'))));
        }
        let typed = 1 + asked.word.encode_utf16().count() as u32;
        insert(&input, typed, &(text + " "));
        self.keep();
        self.close();
    }
}

/// Puts a text where the caret is, in place of so much before it.
pub(super) fn insert(input: &HtmlTextAreaElement, over: u32, text: &str) {
    let caret = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or(0);
    let from = caret(input.selection_start()).saturating_sub(over);
    let end = from + text.encode_utf16().count() as u32;
    let _ = input.set_range_text_with_start_and_end(text, from, caret(input.selection_end()));
    let _ = input.set_selection_range(end, end);
    let _ = input.focus();
}

fn before_caret(input: &HtmlTextAreaElement) -> String {
    let caret = input.selection_start().ok().flatten().unwrap_or(0);
    let units: Vec<u16> = input.value().encode_utf16().take(caret as usize).collect();
    String::from_utf16_lossy(&units)
}

/// The word between the two colons with which a text ends.
fn spelt(before: &str) -> Option<String> {
    let asked = asked(before.strip_suffix([':', '：'])?)?;
    (asked.mark == ':').then_some(asked.word)
}

/// What is asked for by a text that ends at the caret. An address has an `@` and a time a `:`, and mean nobody.
fn asked(before: &str) -> Option<Asked> {
    // An input method writes its own colon.
    let at = before.rfind(['@', ':', '：'])?;
    let mut after = before[at..].chars();
    let mark = if after.next()? == '@' { '@' } else { ':' };
    let word = after.as_str();
    let previous = before[..at].chars().next_back();
    let is_word = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '+'));
    let begins = match (mark, word.chars().next()) {
        ('@', _) => previous.is_none_or(|c| !c.is_ascii_alphanumeric()),
        // "他说:好" is no emoji.
        (_, Some(first)) if !first.is_ascii() => previous.is_none_or(|c| !c.is_alphanumeric()),
        (_, Some(first)) => {
            word.len() > 1 && !first.is_ascii_digit() && previous.is_none_or(|c| !c.is_ascii_alphanumeric())
        }
        (_, None) => false,
    };
    let fits = is_word && begins && word.chars().count() <= LONGEST;
    fits.then(|| Asked { mark, word: word.to_owned() })
}

fn offer(name: &str, id: &str) -> Offer {
    Offer { words: name.to_owned(), text: ["@", name].concat(), id: id.to_owned() }
}

/// The server's answer, for either mark. The server itself asks nothing.
#[cfg(not(any(feature = "hydrate", test)))]
fn found(_json: &str) -> Vec<Offer> {
    Vec::new()
}

/// The server's answer, for either mark.
#[cfg(any(feature = "hydrate", test))]
fn found(json: &str) -> Vec<Offer> {
    use crate::connection::wire;
    let Some(answer) = wire::Value::read(json) else { return Vec::new() };
    let list = answer.get("people").or_else(|| answer.get("emoji")).and_then(wire::Value::as_list).unwrap_or_default();
    let row = |row: &wire::Value| {
        let name = wire::text(row, "name")?;
        Some(match wire::text(row, "emoji") {
            Some(emoji) => Offer { words: [emoji, " ", name].concat(), text: emoji.to_owned(), id: String::new() },
            None => offer(name, wire::text(row, "id")?),
        })
    };
    list.iter().filter_map(row).collect()
}

/// Both, each once.
fn with(mut offers: Vec<Offer>, more: Vec<Offer>) -> Vec<Offer> {
    for one in more {
        if offers.len() < MOST && !offers.iter().any(|known| known.id == one.id && known.text == one.text) {
            offers.push(one);
        }
    }
    offers
}

#[cfg(test)]
#[path = "completion_tests.rs"]
mod tests;
