//! What a batch changes, written set by set. Never a decision.

use std::collections::BTreeSet;

use protocol::{Change, Event, GroupId, MessageId};

use super::plan::{Changes, Moderated};
use crate::engine::{Column, Result, Tx};
use crate::groups::{Noted, note};
use crate::row::{kind, number};
use crate::{search, sql};

impl Changes {
    /// Messages of this batch are added as they were posted, then rewritten like any other.
    pub(super) async fn save(&self, tx: &mut Tx) -> Result<()> {
        add_events(tx, &self.events).await?;
        add_messages(tx, &self.events).await?;
        let posted = self.events.iter().filter(|(_, event)| matches!(event.change, Change::Posted { .. }));
        let posted = posted.filter_map(|(_, event)| event.change.message());
        search::posted(tx, posted.filter(|message| !self.erased.contains(*message))).await?;
        self.save_messages(tx).await?;
        self.save_mentions(tx).await?;
        self.save_reactions(tx).await?;
        for Moderated { group, by, action, author, message } in &self.moderated {
            let (group, person, detail) = (Some(group), Some(author), message.as_str());
            note(tx, Noted { by: Some(by), action, group, person, detail }).await?;
        }
        let heads: Vec<_> = self.moved.iter().map(|group| (group, self.head(group))).collect();
        let groups = Column::texts(heads.iter().map(|(group, _)| group.as_str()));
        let seqs = Column::ints(heads.iter().map(|(_, head)| number(head.seq)));
        let ns = Column::ints(heads.iter().map(|(_, head)| number(head.n)));
        tx.run_of(&sql::SET_HEADS, &[groups, seqs, ns]).await.map(drop)
    }

    async fn save_messages(&self, tx: &mut Tx) -> Result<()> {
        let ids = Column::texts(self.touched.keys().map(MessageId::as_str));
        let seqs = Column::ints(self.touched.values().map(|&seq| number(seq)));
        tx.run_of(&sql::TOUCH, &[ids, seqs]).await?;
        search::rewritten(tx, self.rewritten.keys(), self.erased.iter()).await?;

        let ids = Column::texts(self.rewritten.keys().map(MessageId::as_str));
        let bodies = Column::bytes(self.rewritten.values().map(|text| text.body.as_bytes()));
        let edited = Column::Int(self.rewritten.values().map(|text| text.edited_at).collect());
        let deleted = Column::ints(self.rewritten.values().map(|text| text.deleted.into()));
        tx.run_of(&sql::REWRITE, &[ids, bodies, edited, deleted]).await?;

        let pins = Column::Int(self.pins.values().map(|pin| pin.map(number)).collect());
        tx.run_of(&sql::PIN, &[Column::texts(self.pins.keys().map(MessageId::as_str)), pins]).await?;

        let erased = [Column::texts(self.erased.iter().map(MessageId::as_str))];
        tx.run_of(&sql::ERASE_POSTED, &erased).await?;
        tx.run_of(&sql::ERASE_EDITED, &erased).await?;
        tx.run_of(&sql::CLEAR_REACTIONS, &erased).await.map(drop)
    }

    async fn save_mentions(&self, tx: &mut Tx) -> Result<()> {
        let rewritten = [Column::texts(self.rewritten.keys().map(MessageId::as_str))];
        tx.run_of(&sql::FORGET_MENTIONS, &rewritten).await?;
        let meant = || self.mentions.iter().flat_map(|(message, people)| people.iter().map(move |one| (message, one)));
        let messages = Column::texts(meant().map(|(message, _)| message.as_str()));
        let people = Column::texts(meant().map(|(_, person)| person.as_str()));
        tx.run_of(&sql::ADD_MENTIONS, &[messages, people]).await?;
        // An edit takes nothing from whose message it answers.
        let answers = self.events.iter().filter_map(|(_, event)| match &event.change {
            Change::Posted { message, reply_to: Some(_), .. } => Some(message),
            Change::Edited { message, .. } => Some(message),
            _ => None,
        });
        let answers: BTreeSet<_> = answers.filter(|message| !self.erased.contains(*message)).collect();
        tx.run_of(&sql::MENTION_ANSWERED, &[Column::texts(answers.into_iter().map(MessageId::as_str))]).await.map(drop)
    }

    async fn save_reactions(&self, tx: &mut Tx) -> Result<()> {
        let put: Vec<_> = self.reactions.iter().filter_map(|(key, put)| put.map(|put| (key, put))).collect();
        let columns = [
            Column::texts(put.iter().map(|((message, _, _), _)| message.as_str())),
            Column::bytes(put.iter().map(|((_, emoji, _), _)| emoji.as_bytes())),
            Column::texts(put.iter().map(|((_, _, person), _)| person.as_str())),
            Column::ints(put.iter().map(|(_, (seq, _))| number(*seq))),
            Column::ints(put.iter().map(|(_, (_, since))| number(*since))),
        ];
        tx.run_of(&sql::PUT_REACTIONS, &columns).await?;

        let taken: Vec<_> = self.reactions.iter().filter(|(_, put)| put.is_none()).map(|(key, _)| key).collect();
        let columns = [
            Column::texts(taken.iter().map(|(message, _, _)| message.as_str())),
            Column::bytes(taken.iter().map(|(_, emoji, _)| emoji.as_bytes())),
            Column::texts(taken.iter().map(|(_, _, person)| person.as_str())),
        ];
        tx.run_of(&sql::TAKE_REACTIONS, &columns).await.map(drop)
    }
}

async fn add_events(tx: &mut Tx, events: &[(GroupId, Event)]) -> Result<()> {
    let all = || events.iter().map(|(_, event)| event);
    let columns = [
        Column::texts(events.iter().map(|(group, _)| group.as_str())),
        Column::ints(all().map(|event| number(event.seq))),
        Column::ints(all().map(|event| event.at)),
        Column::texts(all().map(|event| event.by.id.as_str())),
        Column::Text(all().map(|event| event.client_id.as_ref().map(protocol::ClientId::as_str)).collect()),
        Column::ints(all().map(|event| kind(&event.change))),
        Column::Text(all().map(|event| event.change.message().map(MessageId::as_str)).collect()),
        Column::Int(all().map(|event| parts(&event.change).n).collect()),
        Column::Bytes(all().map(|event| parts(&event.change).body).collect()),
        Column::Text(all().map(|event| parts(&event.change).reply_to).collect()),
        Column::Bytes(all().map(|event| parts(&event.change).emoji).collect()),
        Column::Int(all().map(|event| parts(&event.change).put).collect()),
    ];
    tx.run_of(&sql::ADD_EVENTS, &columns).await.map(drop)
}

async fn add_messages(tx: &mut Tx, events: &[(GroupId, Event)]) -> Result<()> {
    let posted: Vec<_> = events.iter().filter(|(_, event)| matches!(event.change, Change::Posted { .. })).collect();
    let all = || posted.iter().map(|(_, event)| event);
    let columns = [
        Column::Text(all().map(|event| event.change.message().map(MessageId::as_str)).collect()),
        Column::texts(posted.iter().map(|(group, _)| group.as_str())),
        Column::ints(all().map(|event| number(event.seq))),
        Column::Int(all().map(|event| parts(&event.change).n).collect()),
        Column::ints(all().map(|event| number(event.seq))),
        Column::ints(all().map(|event| event.at)),
        Column::texts(all().map(|event| event.by.id.as_str())),
        Column::Bytes(all().map(|event| parts(&event.change).body).collect()),
        Column::Text(all().map(|event| parts(&event.change).reply_to).collect()),
        Column::Int(all().map(|_| None).collect()),
        Column::ints(all().map(|_| 0)),
    ];
    tx.run_of(&sql::ADD_MESSAGES, &columns).await.map(drop)
}

/// The columns in which kinds differ.
#[derive(Default)]
struct Parts<'a> {
    n: Option<i64>,
    body: Option<&'a [u8]>,
    reply_to: Option<&'a str>,
    emoji: Option<&'a [u8]>,
    put: Option<i64>,
}

fn parts(change: &Change) -> Parts<'_> {
    match change {
        Change::Posted { n, body, reply_to, .. } => Parts {
            n: Some(number(*n)),
            body: Some(body.as_bytes()),
            reply_to: reply_to.as_ref().map(MessageId::as_str),
            ..Parts::default()
        },
        Change::Edited { body, .. } => Parts { body: Some(body.as_bytes()), ..Parts::default() },
        Change::Reacted { emoji, on, .. } => {
            Parts { emoji: Some(emoji.as_bytes()), put: Some((*on).into()), ..Parts::default() }
        }
        Change::Pinned { on, .. } => Parts { put: Some((*on).into()), ..Parts::default() },
        Change::Deleted { .. } | Change::Unknown => Parts::default(),
    }
}
