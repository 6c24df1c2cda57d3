//! To JSON. What is not there is left out.

use protocol::{ClientFrame, Place, Rejection, RejectionCode};

use super::Value;

/// An object of what there is.
pub(crate) fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    Value::Object(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

fn some(text: &str) -> Option<Value> {
    Some(Value::text(text))
}

fn number(number: u64) -> Option<Value> {
    Some(Value::from(number))
}

/// A frame for the server.
pub(crate) fn frame(frame: &ClientFrame) -> Value {
    match frame {
        ClientFrame::Hello { client, groups, focus } => object([
            ("type", some("hello")),
            ("client", some(client)),
            ("groups", Some(Value::List(groups.iter().map(|at| place(None, at)).collect()))),
            ("focus", focus.as_ref().and_then(|group| some(group.as_str()))),
        ]),
        ClientFrame::Subscribe(at) => place(some("subscribe"), at),
        ClientFrame::Unsubscribe { group } => object([("type", some("unsubscribe")), ("group", some(group.as_str()))]),
        ClientFrame::Post { client_id, group, body, reply_to } => object([
            ("type", some("post")),
            ("client_id", some(client_id.as_str())),
            ("group", some(group.as_str())),
            ("body", some(body)),
            ("reply_to", reply_to.as_ref().and_then(|id| some(id.as_str()))),
        ]),
        ClientFrame::Edit { client_id, group, message, body } => object([
            ("type", some("edit")),
            ("client_id", some(client_id.as_str())),
            ("group", some(group.as_str())),
            ("message", some(message.as_str())),
            ("body", some(body)),
        ]),
        ClientFrame::Delete { client_id, group, message } => object([
            ("type", some("delete")),
            ("client_id", some(client_id.as_str())),
            ("group", some(group.as_str())),
            ("message", some(message.as_str())),
        ]),
        ClientFrame::React { client_id, group, message, emoji, on } => object([
            ("type", some("react")),
            ("client_id", some(client_id.as_str())),
            ("group", some(group.as_str())),
            ("message", some(message.as_str())),
            ("emoji", some(emoji)),
            ("on", Some(Value::Bool(*on))),
        ]),
        ClientFrame::Pin { client_id, group, message, on } => object([
            ("type", some("pin")),
            ("client_id", some(client_id.as_str())),
            ("group", some(group.as_str())),
            ("message", some(message.as_str())),
            ("on", Some(Value::Bool(*on))),
        ]),
        ClientFrame::Read { group, seq } => {
            object([("type", some("read")), ("group", some(group.as_str())), ("seq", number(*seq))])
        }
        ClientFrame::Typing { group } => object([("type", some("typing")), ("group", some(group.as_str()))]),
        ClientFrame::History { group, before, limit } => object([
            ("type", some("history")),
            ("group", some(group.as_str())),
            ("before", number(*before)),
            ("limit", number((*limit).into())),
        ]),
        ClientFrame::Ping { id } => object([("type", some("ping")), ("id", number(*id))]),
    }
}

fn place(kind: Option<Value>, Place { group, epoch, after }: &Place) -> Value {
    object([
        ("type", kind),
        ("group", some(group.as_str())),
        ("epoch", epoch.as_ref().and_then(|epoch| some(epoch.as_str()))),
        ("after", after.and_then(number)),
    ])
}

pub(crate) fn rejection_json(Rejection { code, message, retry_after_ms }: &Rejection) -> Value {
    let code = match code {
        RejectionCode::Unavailable => "unavailable",
        RejectionCode::TooMany => "too_many",
        RejectionCode::Empty => "empty",
        RejectionCode::TooLong => "too_long",
        RejectionCode::BadReaction => "bad_reaction",
        RejectionCode::TooManyPins => "too_many_pins",
        RejectionCode::NoGroup => "no_group",
        RejectionCode::NoMessage => "no_message",
        RejectionCode::NotYours => "not_yours",
        RejectionCode::Reused => "reused",
        RejectionCode::SignIn => "sign_in",
        RejectionCode::Forbidden => "forbidden",
        RejectionCode::Archived => "archived",
        RejectionCode::Unknown => "unknown",
    };
    object([("code", some(code)), ("message", some(message)), ("retry_after_ms", retry_after_ms.and_then(number))])
}
