//! How a row looks that nobody said or that a message is: days, what is new, gaps, news of the connection. What a message
//! says is in `message`. Pure: the same HTML on both ends.

use protocol::{Millis, PersonId};
use timeline::{Gap, Row};

use super::{entries::Entry, html::Html, message};
use crate::{
    components::{log::status_name, recent::page},
    connection::{Status, live::Open},
    i18n::{Key, Locale, clock, clock::Clock},
    preferences::Hours,
};

/// Whose eyes see it, and how the connection is.
pub(super) struct Look {
    pub(super) locale: Locale,
    pub(super) hours: Hours,
    pub(super) me: Option<PersonId>,
    pub(super) connected: bool,
    /// By the reader's clock.
    pub(super) now: Millis,
}

impl Look {
    pub(super) fn text(&self, key: Key) -> &'static str {
        key.in_locale(self.locale)
    }

    /// Hour and minute by the reader's clock.
    pub(super) fn hour_minute(&self, open: &Open, at: Millis) -> String {
        Clock { locale: self.locale, hours: self.hours, offset_minutes: open.offset_minutes }.hour_minute(at)
    }

    pub(super) fn filled(&self, key: Key, value: &str) -> String {
        self.text(key).replacen("{}", value, 1)
    }
}

pub(super) fn html(open: &Open, look: &Look, entry: &Entry) -> String {
    let html = Html::row();
    let mark = |html: Html, kind, words: &str| {
        html.markup("<div class=\"mark ").markup(kind).markup("\"><span>").text(words).markup("</span></div>")
    };
    let html = match entry {
        Entry::News(news) => connection(html, look, news.status),
        Entry::Seen { names, .. } => seen(html, look, names),
        Entry::Row(Row::Gap(gap)) => missing(html, open, look, *gap),
        Entry::Row(Row::Day { day, .. }) => mark(html, "mark-day", &clock::date(*day, look.locale)),
        // Who is led here stands here.
        Entry::Row(Row::Unread) => {
            let html = html.markup("<div class=\"mark mark-unread\" tabindex=\"-1\"><span>");
            html.text(look.text(Key::NewSince)).markup("</span></div>")
        }
        Entry::Row(Row::Message { seq, first }) => message::said(html, open, look, *seq, *first),
        Entry::Row(Row::Pending { client_id }) => message::pending(html, open, look, client_id),
    };
    html.end()
}

/// Not announced: it is there for who looks.
fn seen(html: Html, look: &Look, names: &[String]) -> Html {
    let words = match names {
        [] => look.text(Key::Seen).to_owned(),
        names => look.filled(Key::SeenBy, &names.join(look.text(Key::ListComma))),
    };
    html.markup("<div class=\"seen\" aria-live=\"off\">").text(&words).markup("</div>")
}

fn connection(html: Html, look: &Look, status: Status) -> Html {
    let words = match status {
        Status::Open => Key::LineOpen,
        Status::Failed => Key::LineFailed,
        Status::Lost => Key::LineLost,
        Status::ClosedByVisitor => Key::LineClosedGroup,
    };
    let html = html.markup("<div class=\"line line-status\" data-status=\"").markup(status_name(status)).markup("\">");
    html.text(look.text(words)).markup("</div>")
}

/// A link, so that it works without JavaScript; with it, scrolling is enough.
fn missing(html: Html, open: &Open, look: &Look, gap: Gap) -> Html {
    let before = gap.before.to_string();
    let words = match gap.missing {
        Some(missing) => look.filled(Key::GapCount, &missing.to_string()),
        None => look.text(Key::Gap).to_owned(),
    };
    let html = html.markup("<div class=\"mark mark-gap\"><a rel=\"external nofollow\" data-act=\"load\" data-seq=\"");
    let html = html.text(&before).markup("\" href=\"").text(&page(&open.id)).markup("&amp;before=").text(&before);
    html.markup("\">").text(&words).markup("</a></div>")
}
