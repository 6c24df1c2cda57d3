//! How a message looks: who, when, what, what it answers, how people reacted, and what one can do with it. `data-act`
//! names what a press does; `act` does it.

use protocol::{ClientId, Message, MessageId, Millis, Person, PersonId};
use timeline::{PendingMessage, Saving};

use super::{html::Html, row::Look};
use crate::{
    avatar::{Avatar, avatar},
    components::recent::message_page,
    connection::live::Open,
    i18n::{Key, clock, rejection},
};

/// The most characters of a message in a quote of it.
pub(super) const QUOTED: usize = 120;
/// So many of those who reacted are named.
const REACTED: usize = 20;

pub(super) const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "🎉", "🍵", "👀"];

pub(super) fn said(html: Html, open: &Open, look: &Look, seq: u64, first: bool) -> Html {
    let Some(shown) = open.timeline.shown(seq) else { return html };
    let (message, unsaved) = (&*shown.message, shown.unsaved);
    let mine = look.me.as_ref() == Some(&message.by.id);
    let menu = open.menu.filter(|(of, _)| *of == seq && !message.deleted);
    let marked = open.marked.as_ref() == Some(&message.id);
    let time = look.hour_minute(open, message.at);
    html.markup("<div class=\"line message\"")
        .markup_if(marked, " aria-current=\"true\" tabindex=\"-1\"")
        // A link leads here, without script too; with it, `scroll` does.
        .markup_if(marked && cfg!(not(feature = "hydrate")), " autofocus")
        .markup_if(first, " data-first")
        .markup_if(mine, " data-mine")
        .markup_if(unsaved, " data-unsaved")
        .markup("><p class=\"message-head\">")
        .when((first && !mine).then_some(()), |html, ()| html.avatar(&message.by))
        .markup("<span class=\"message-author\">")
        .text(&message.by.name)
        .markup("</span>")
        .moment(message.at, &time)
        .markup("</p><div class=\"message-body\" data-time=\"")
        .text(&time)
        .markup("\"><div class=\"message-sheet\">")
        .quote(open, look, seq, message.reply_to.as_ref())
        .body(open, look, message)
        .markup("</div>")
        .when((!message.deleted).then_some(()), |html, ()| {
            let html = html
                .act("reply", "message-act needs-script", seq)
                .markup(" tabindex=\"-1\" aria-label=\"")
                .filled(look.text(Key::Replying), &message.by.name)
                .markup("\">↩</button>");
            html.act("more", "message-act message-more needs-script", seq)
                .markup(" tabindex=\"-1\" aria-expanded=\"")
                .markup(if menu.is_some() { "true" } else { "false" })
                .markup("\" aria-label=\"")
                .filled(look.text(Key::MessageMore), &message.by.name)
                .markup("\">⋯</button>")
        })
        .markup("</div>")
        .reactions(look, message)
        .when((marked && open.came_from.is_some()).then_some(()), |html, ()| {
            html.act("back", "message-back", seq).markup(">").text(look.text(Key::JumpBack)).markup("</button>")
        })
        .when(menu, |html, (_, sure)| html.menu(open, look, message, mine, sure))
        .markup("</div>")
}

pub(super) fn pending(html: Html, open: &Open, look: &Look, id: &ClientId) -> Html {
    let Some(said) = open.timeline.pending().iter().find(|pending| pending.client_id == *id) else { return html };
    let PendingMessage { body, reply_to, at, saving, .. } = said;
    let (state, words) = match (saving, look.connected) {
        (Saving::Refused(why), _) => {
            ("failed", format!("{}{}", look.text(Key::MessageFailed), look.text(rejection(why.code))))
        }
        (Saving::Delayed(Some(until)), true) if *until > look.now => {
            let seconds = (until - look.now + 999) / 1000;
            ("delayed", look.filled(Key::SavingIn, &seconds.to_string()))
        }
        (Saving::Delayed(_), true) => ("delayed", look.text(Key::MessageDelayed).to_owned()),
        (Saving::Waiting, true) => ("sending", look.text(Key::MessageSending).to_owned()),
        (Saving::Waiting | Saving::Delayed(_), false) => ("waiting", look.text(Key::MessageWaiting).to_owned()),
    };
    let html = html
        .markup("<div class=\"line message pending\" data-mine data-first data-saving=\"")
        .markup(state)
        .markup("\"><p class=\"message-head\"><span class=\"message-state\" role=\"timer\" aria-live=\"off\">")
        .text(&words)
        .markup("</span>")
        .moment(*at, &look.hour_minute(open, *at))
        .markup("</p><div class=\"message-body\"><div class=\"message-sheet\">")
        .quote(open, look, 0, reply_to.as_ref())
        .words(open, look, body)
        .markup("</div></div>");
    let button = |html: Html, act, class, words| {
        html.markup("<button type=\"button\" class=\"menu-item ")
            .markup(class)
            .markup("\" data-act=\"")
            .markup(act)
            .markup("\" data-value=\"")
            .text(id.as_str())
            .markup("\">")
            .text(words)
            .markup("</button>")
    };
    let html = html.when((state == "failed").then_some(()), |html, ()| {
        let html = button(html.markup("<div class=\"menu\">"), "retry", "", look.text(Key::Retry));
        button(html, "discard", "menu-danger", look.text(Key::Discard)).markup("</div>")
    });
    html.markup("</div>")
}

impl Html {
    /// The beginning of a button that acts on a message.
    fn act(self, act: &'static str, class: &'static str, seq: u64) -> Self {
        self.markup("<button type=\"button\" class=\"")
            .markup(class)
            .markup("\" data-act=\"")
            .markup(act)
            .markup("\" data-seq=\"")
            .number(seq)
            .markup("\"")
    }

    fn moment(self, at: Millis, time: &str) -> Self {
        self.markup("<time class=\"message-time\" datetime=\"")
            .text(&clock::machine(at))
            .markup("\">")
            .text(time)
            .markup("</time>")
    }

    /// The message that another answers: a link, to where it is in the log or on a page of its own.
    fn quote(self, open: &Open, look: &Look, seq: u64, id: Option<&MessageId>) -> Self {
        self.when(id, |html, id| {
            let html = html.markup("<blockquote class=\"quote\"><a ").permalink(open, id, "jump", seq).markup("\">");
            let html = match open.timeline.message(id) {
                Some(quoted) => {
                    let words = if quoted.deleted {
                        look.text(Key::MessageDeleted).to_owned()
                    } else {
                        markdown::plain(&quoted.body, &|id| name(open, look.text(Key::Everyone), id), QUOTED)
                    };
                    html.markup("<cite>").text(&quoted.by.name).markup("</cite> <span>").text(&words)
                }
                None => html.markup("<span>").text(look.text(Key::QuotedEarlier)),
            };
            html.markup("</span></a></blockquote>")
        })
    }

    /// The attributes of a link to a message, but for the last quote.
    fn permalink(self, open: &Open, id: &MessageId, act: &'static str, seq: u64) -> Self {
        self.markup("rel=\"external\" data-act=\"")
            .markup(act)
            .markup("\" data-seq=\"")
            .number(seq)
            .markup("\" data-value=\"")
            .text(id.as_str())
            .markup("\" href=\"")
            .text(&message_page(&open.id, id))
    }

    /// The letter is drawn by the sheet: who reads aloud or copies has the name.
    fn avatar(self, by: &Person) -> Self {
        let Avatar { class, letter } = avatar(by);
        self.markup("<span class=\"").markup(class).markup("\" data-letter=\"").text(&letter).markup("\"></span>")
    }

    fn body(self, open: &Open, look: &Look, message: &Message) -> Self {
        if message.deleted {
            // Who deleted it by keyboard stands here.
            return self
                .markup("<p class=\"message-gone\" tabindex=\"-1\">")
                .text(look.text(Key::MessageDeleted))
                .markup("</p>");
        }
        self.words(open, look, &message.body)
            .when(message.edited_at, |html, _| html.edited(open, look, &message.id))
            .when(message.pinned.then_some(()), |html, ()| {
                let html = html.markup("<span class=\"message-edited\"><span aria-hidden=\"true\">📌</span> ");
                html.text(look.text(Key::MessagePinned)).markup("</span>")
            })
    }

    /// Who keeps order may see what it said before.
    fn edited(self, open: &Open, look: &Look, id: &MessageId) -> Self {
        let words = look.text(Key::MessageEdited);
        if !open.moderates {
            return self.markup("<span class=\"message-edited\">").text(words).markup("</span>");
        }
        let html = self.markup("<a class=\"message-edited\" rel=\"external\" href=\"/groups/").text(open.id.as_str());
        html.markup("/edits/").text(id.as_str()).markup("\">").text(words).markup("</a>")
    }

    /// What somebody wrote, with its marks.
    fn words(self, open: &Open, look: &Look, body: &str) -> Self {
        let names = |id: &str| name(open, look.text(Key::Everyone), id);
        let with = markdown::Context { names: &names, me: look.me.as_ref().map(PersonId::as_str) };
        self.markup("<div class=\"line-text")
            .markup_if(markdown::is_emoji_only(body), " line-emoji")
            .markup("\">")
            .marked(body, &with)
            .markup("</div>")
    }

    /// One chip an emoji, which puts one's own reaction or takes it back.
    fn reactions(self, look: &Look, message: &Message) -> Self {
        if message.reactions.is_empty() {
            return self;
        }
        let chips = message.reactions.iter().fold(self.markup("<div class=\"reactions\">"), |html, reaction| {
            let mine = reaction.people.iter().any(|person| Some(&person.id) == look.me.as_ref());
            let names: Vec<&str> = reaction.people.iter().take(REACTED).map(|one| one.name.as_str()).collect();
            let more = reaction.people.len() - names.len();
            let mut names = names.join(look.text(Key::ListComma));
            if more > 0 {
                names += &look.filled(Key::ListMore, &more.to_string());
            }
            html.act("react", "chip", message.seq)
                .markup(" aria-pressed=\"")
                .markup(if mine { "true" } else { "false" })
                .markup("\" title=\"")
                .text(&names)
                .markup("\" aria-label=\"")
                .text(&[&reaction.emoji, " ", &reaction.people.len().to_string(), " ", &names].concat())
                .markup("\" data-value=\"")
                .text(&reaction.emoji)
                .markup("\"><span>")
                .text(&reaction.emoji)
                .markup("</span> <span>")
                .text(&reaction.people.len().to_string())
                .markup("</span></button>")
        });
        chips.markup("</div>")
    }

    /// Below the message and in the flow, so that it is whole on any screen.
    fn menu(self, open: &Open, look: &Look, message: &Message, mine: bool, sure: bool) -> Self {
        let seq = message.seq;
        let html = self.markup("<div class=\"menu\" role=\"group\" aria-label=\"").text(look.text(Key::MessageActions));
        let html = EMOJI.iter().fold(html.markup("\"><div class=\"menu-emoji\">"), |html, emoji| {
            html.act("put", "menu-item", seq)
                .markup(" data-value=\"")
                .text(emoji)
                .markup("\" aria-label=\"")
                .text(&look.filled(Key::ReactWith, emoji))
                .markup("\">")
                .text(emoji)
                .markup("</button>")
        });
        let item = |html: Html, act, class, key| {
            html.act(act, class, seq).markup(">").text(look.text(key)).markup("</button>")
        };
        let html = html
            .act("pick", "menu-item", seq)
            .markup(" popovertarget=\"emoji\" aria-label=\"")
            .text(look.text(Key::EmojiMore))
            .markup("\">＋</button></div>");
        let html = item(html, "reply", "menu-item", Key::Reply);
        let html = html.markup("<a class=\"menu-item\" ").permalink(open, &message.id, "link", seq).markup("\">");
        let copied = open.copied == Some(seq);
        let html = html.text(look.text(if copied { Key::LinkCopied } else { Key::CopyLink })).markup("</a>");
        let may_pin = open.pins.as_ref().is_some_and(|pins| pins.may_pin);
        let html = html.when(may_pin.then_some(()), |html, ()| {
            item(html, "pin", "menu-item", if message.pinned { Key::Unpin } else { Key::Pin })
        });
        let html = if mine { item(html, "edit", "menu-item", Key::Edit) } else { html };
        let html = html.when((mine || open.moderates).then_some(()), |html, ()| {
            item(html, "delete", "menu-item menu-danger", if sure { Key::DeleteSure } else { Key::Delete })
        });
        html.markup("</div>")
    }
}

/// What a mentioned person is called: one of those who are here or of whom something is loaded; or everyone.
pub(super) fn name<'a>(open: &'a Open, everyone: &'static str, id: &str) -> Option<&'a str> {
    if id == markdown::EVERYONE { Some(everyone) } else { open.name(id) }
}
