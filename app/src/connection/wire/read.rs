//! From JSON: nothing where a field is missing or is not what it is to be. Fields that are not known are passed over.

use super::{Value, number, text};
use crate::{
    listed::{Kind, Listed},
    opening::{Dated, Opening},
    pinned::{Pin, Pins},
};
use protocol::{
    Change, ClientFrame, ClientId, Epoch, Event, GroupId, Limits, Message, MessageId, Person, PersonId, Reaction,
    Rejection, RejectionCode, ResetWhy, Resume, ServerFrame, Standing,
};

/// A frame of the server; one of a later version is `Unknown`.
pub(crate) fn server_frame(json: &str) -> Option<ServerFrame> {
    read_frame(&Value::read(json)?)
}

/// A page of messages, and which it is around.
pub(crate) fn around(json: &str) -> Option<(ServerFrame, MessageId)> {
    let found = &Value::read(json)?;
    Some((read_frame(found)?, message_id(found, "around")?))
}

/// What is pinned in a group.
pub(crate) fn pins(json: &str) -> Option<Pins> {
    read_pins(&Value::read(json)?)
}

fn read_pins(value: &Value) -> Option<Pins> {
    Some(Pins { seq: number(value, "seq")?, may_pin: is(value, "may_pin"), pins: list(value, "pins", pin)? })
}

fn pin(value: &Value) -> Option<Pin> {
    let (message, by) = (message_id(value, "message")?, person(value.get("by")?)?);
    Some(Pin { message, by, text: text(value, "text")?.to_owned() })
}

fn read_frame(frame: &Value) -> Option<ServerFrame> {
    Some(match text(frame, "type")? {
        "welcome" => ServerFrame::Welcome {
            connection: text(frame, "connection")?.to_owned(),
            heartbeat_ms: number(frame, "heartbeat_ms")?,
            limits: limits(frame.get("limits")?)?,
            version: text(frame, "version")?.to_owned(),
            you: person(frame.get("you")?)?,
            groups: list(frame, "groups", standing)?,
        },
        "subscribed" => ServerFrame::Subscribed(standing(frame)?),
        "events" => {
            ServerFrame::Events { group: group(frame)?, epoch: epoch(frame)?, events: list(frame, "events", event)? }
        }
        "live" => ServerFrame::Live { group: group(frame)?, seq: number(frame, "seq")? },
        "reset" => ServerFrame::Reset {
            group: group(frame)?,
            epoch: epoch(frame)?,
            head: number(frame, "head")?,
            why: match text(frame, "why")? {
                "epoch" => ResetWhy::Epoch,
                "too_far" => ResetWhy::TooFar,
                "expired" => ResetWhy::Expired,
                _ => ResetWhy::Unknown,
            },
        },
        "gone" => ServerFrame::Gone { group: group(frame)?, why: text(frame, "why")?.to_owned() },
        "changed" => ServerFrame::Changed { group: group(frame)? },
        "lag" => ServerFrame::Lag { group: group(frame)?, head: number(frame, "head")? },
        "page" => ServerFrame::Page {
            group: group(frame)?,
            epoch: epoch(frame)?,
            before: number(frame, "before")?,
            seq: number(frame, "seq")?,
            messages: list(frame, "messages", message)?,
            more: is(frame, "more"),
        },
        "rejected" => ServerFrame::Rejected { client_id: client_id(frame)?, rejection: rejection(frame)? },
        "typing" => ServerFrame::Typing { group: group(frame)?, by: person(frame.get("by")?)? },
        "seen" => ServerFrame::Seen { group: group(frame)?, by: person(frame.get("by")?)?, seq: number(frame, "seq")? },
        "presence" => ServerFrame::Presence {
            group: group(frame)?,
            people: list(frame, "people", person)?,
            count: number(frame, "count")?,
        },
        "pong" => {
            let heads = frame.get("heads")?.as_object()?.iter();
            let heads =
                heads.map(|(id, head)| Some((GroupId::parse(id).ok()?, head.as_u64()?))).collect::<Option<_>>()?;
            ServerFrame::Pong { id: number(frame, "id")?, heads }
        }
        "bye" => {
            ServerFrame::Bye { why: text(frame, "why")?.to_owned(), retry_after_ms: number(frame, "retry_after_ms") }
        }
        _ => ServerFrame::Unknown,
    })
}

/// A command as it was kept.
pub(crate) fn client_frame(frame: &Value) -> Option<ClientFrame> {
    let (client_id, group) = (client_id(frame)?, group(frame)?);
    let body = || Some(text(frame, "body")?.to_owned());
    let message = || message_id(frame, "message");
    Some(match text(frame, "type")? {
        "post" => ClientFrame::Post { client_id, group, body: body()?, reply_to: message_id(frame, "reply_to") },
        "edit" => ClientFrame::Edit { client_id, group, message: message()?, body: body()? },
        "delete" => ClientFrame::Delete { client_id, group, message: message()? },
        "react" => ClientFrame::React {
            client_id,
            group,
            message: message()?,
            emoji: text(frame, "emoji")?.to_owned(),
            on: is(frame, "on"),
        },
        "pin" => ClientFrame::Pin { client_id, group, message: message()?, on: is(frame, "on") },
        _ => return None,
    })
}

/// What the server rendered a page from.
pub(crate) fn opening(json: &str) -> Option<Opening> {
    let opening = &Value::read(json)?;
    Some(Opening {
        group: group(opening)?,
        me: opening.get("me").and_then(person),
        epoch: epoch(opening)?,
        seq: number(opening, "seq")?,
        before: number(opening, "before"),
        messages: list(opening, "messages", message)?,
        more: is(opening, "more"),
        read: number(opening, "read")?,
        unread: number(opening, "unread").unwrap_or(0),
        form: text(opening, "form")?.to_owned(),
        pins: read_pins(opening.get("pins")?)?,
        marked: message_id(opening, "marked"),
        dated: text(opening, "dated").map(|dated| if dated == "late" { Dated::Late } else { Dated::Nonsense }),
    })
}

/// The visitor's groups, as a page or `/api/groups` tells them.
pub(crate) fn groups(json: &str) -> Option<Vec<Listed>> {
    list(&Value::read(json)?, "groups", listed)
}

fn listed(value: &Value) -> Option<Listed> {
    let maybe = |name| text(value, name).map(str::to_owned);
    Some(Listed {
        group: group(value)?,
        kind: match text(value, "kind")? {
            "private" => Kind::Private,
            "direct" => Kind::Direct,
            _ => Kind::Open,
        },
        name: maybe("name"),
        about: maybe("about"),
        with: list(value, "with", person).unwrap_or_default(),
        spell: maybe("spell"),
        members: number(value, "members")?,
        role: maybe("role"),
        moderates: is(value, "moderates"),
        archived: is(value, "archived"),
        head: number(value, "head")?,
        unread: number(value, "unread")?,
        mentions: number(value, "mentions").unwrap_or(0),
        at: value.get("at")?.as_i64()?,
    })
}

pub(crate) fn rejection(value: &Value) -> Option<Rejection> {
    let code = match text(value, "code")? {
        "unavailable" => RejectionCode::Unavailable,
        "too_many" => RejectionCode::TooMany,
        "empty" => RejectionCode::Empty,
        "too_long" => RejectionCode::TooLong,
        "bad_reaction" => RejectionCode::BadReaction,
        "too_many_pins" => RejectionCode::TooManyPins,
        "no_group" => RejectionCode::NoGroup,
        "no_message" => RejectionCode::NoMessage,
        "not_yours" => RejectionCode::NotYours,
        "reused" => RejectionCode::Reused,
        "sign_in" => RejectionCode::SignIn,
        "forbidden" => RejectionCode::Forbidden,
        "archived" => RejectionCode::Archived,
        _ => RejectionCode::Unknown,
    };
    Some(Rejection {
        code,
        message: text(value, "message")?.to_owned(),
        retry_after_ms: number(value, "retry_after_ms"),
    })
}

fn limits(value: &Value) -> Option<Limits> {
    let limit = |name| number(value, name).and_then(|limit| u32::try_from(limit).ok());
    Some(Limits {
        frame_bytes: limit("frame_bytes")?,
        unconfirmed: limit("unconfirmed")?,
        groups: limit("groups")?,
        replay: limit("replay")?,
        page: limit("page")?,
    })
}

fn standing(value: &Value) -> Option<Standing> {
    Some(Standing {
        group: group(value)?,
        epoch: epoch(value)?,
        head: number(value, "head")?,
        read: number(value, "read")?,
        unread: number(value, "unread")?,
        mentions: number(value, "mentions").unwrap_or(0),
        resume: match text(value, "resume")? {
            "live" => Resume::Live,
            "replay" => Resume::Replay,
            "reset" => Resume::Reset,
            "gone" => Resume::Gone,
            _ => return None,
        },
    })
}

fn event(value: &Value) -> Option<Event> {
    Some(Event {
        seq: number(value, "seq")?,
        at: value.get("at")?.as_i64()?,
        by: person(value.get("by")?)?,
        client_id: client_id(value),
        change: change(value.get("change")?)?,
    })
}

fn change(value: &Value) -> Option<Change> {
    let message = || message_id(value, "message");
    let body = || Some(text(value, "body")?.to_owned());
    Some(match text(value, "kind")? {
        "posted" => Change::Posted {
            message: message()?,
            n: number(value, "n")?,
            body: body()?,
            reply_to: message_id(value, "reply_to"),
        },
        "edited" => Change::Edited { message: message()?, body: body()? },
        "deleted" => Change::Deleted { message: message()? },
        "reacted" => {
            Change::Reacted { message: message()?, emoji: text(value, "emoji")?.to_owned(), on: is(value, "on") }
        }
        "pinned" => Change::Pinned { message: message()?, on: is(value, "on") },
        _ => Change::Unknown,
    })
}

fn message(value: &Value) -> Option<Message> {
    Some(Message {
        id: message_id(value, "id")?,
        seq: number(value, "seq")?,
        n: number(value, "n")?,
        changed: number(value, "changed")?,
        at: value.get("at")?.as_i64()?,
        by: person(value.get("by")?)?,
        client_id: client_id(value),
        body: text(value, "body")?.to_owned(),
        reply_to: message_id(value, "reply_to"),
        edited_at: value.get("edited_at").and_then(Value::as_i64),
        deleted: is(value, "deleted"),
        pinned: is(value, "pinned"),
        reactions: list(value, "reactions", reaction).unwrap_or_default(),
    })
}

fn reaction(value: &Value) -> Option<Reaction> {
    Some(Reaction { emoji: text(value, "emoji")?.to_owned(), people: list(value, "people", person)? })
}

fn person(value: &Value) -> Option<Person> {
    let colour = number(value, "colour").and_then(|colour| u8::try_from(colour).ok());
    Some(Person { id: PersonId::parse(text(value, "id")?).ok()?, name: text(value, "name")?.to_owned(), colour })
}

fn list<T>(value: &Value, name: &str, read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.get(name)?.as_list()?.iter().map(read).collect()
}

fn is(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn group(value: &Value) -> Option<GroupId> {
    GroupId::parse(text(value, "group")?).ok()
}

fn epoch(value: &Value) -> Option<Epoch> {
    Epoch::parse(text(value, "epoch")?).ok()
}

fn client_id(value: &Value) -> Option<ClientId> {
    ClientId::parse(text(value, "client_id")?).ok()
}

fn message_id(value: &Value, name: &str) -> Option<MessageId> {
    MessageId::parse(text(value, name)?).ok()
}
