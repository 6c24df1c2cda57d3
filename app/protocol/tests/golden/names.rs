//! The name of every frame, change and code. The matches are exhaustive: a new variant does not compile without one.

use protocol::{Change, ClientFrame, CloseCode, RejectionCode, ServerFrame};

macro_rules! names {
    ($list:ident, $name:ident($of:ty) { $($pattern:pat => $text:literal,)+ } besides { $($other:pat => $why:literal,)* }) => {
        pub(crate) const $list: &[&str] = &[$($text),+];

        pub(crate) fn $name(of: &$of) -> &'static str {
            match of {
                $($pattern => $text,)+
                $($other => $why,)*
            }
        }
    };
}

names!(CLIENT, client(ClientFrame) {
    ClientFrame::Hello { .. } => "hello",
    ClientFrame::Subscribe(_) => "subscribe",
    ClientFrame::Unsubscribe { .. } => "unsubscribe",
    ClientFrame::Post { .. } => "post",
    ClientFrame::Edit { .. } => "edit",
    ClientFrame::Delete { .. } => "delete",
    ClientFrame::React { .. } => "react",
    ClientFrame::Pin { .. } => "pin",
    ClientFrame::Read { .. } => "read",
    ClientFrame::Typing { .. } => "typing",
    ClientFrame::History { .. } => "history",
    ClientFrame::Ping { .. } => "ping",
} besides {});

names!(SERVER, server(ServerFrame) {
    ServerFrame::Welcome { .. } => "welcome",
    ServerFrame::Subscribed(_) => "subscribed",
    ServerFrame::Events { .. } => "events",
    ServerFrame::Live { .. } => "live",
    ServerFrame::Reset { .. } => "reset",
    ServerFrame::Gone { .. } => "gone",
    ServerFrame::Changed { .. } => "changed",
    ServerFrame::Lag { .. } => "lag",
    ServerFrame::Page { .. } => "page",
    ServerFrame::Rejected { .. } => "rejected",
    ServerFrame::Typing { .. } => "typing",
    ServerFrame::Seen { .. } => "seen",
    ServerFrame::Presence { .. } => "presence",
    ServerFrame::Pong { .. } => "pong",
    ServerFrame::Bye { .. } => "bye",
} besides { ServerFrame::Unknown => "never sent", });

names!(CHANGE, change(Change) {
    Change::Posted { .. } => "posted",
    Change::Edited { .. } => "edited",
    Change::Deleted { .. } => "deleted",
    Change::Reacted { .. } => "reacted",
    Change::Pinned { .. } => "pinned",
} besides { Change::Unknown => "never sent", });

names!(REJECTION, rejection(RejectionCode) {
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
} besides { RejectionCode::Unknown => "never sent", });

names!(CLOSE, close(CloseCode) {
    CloseCode::Done => "1000",
    CloseCode::PageLeft => "1001",
    CloseCode::TextOnly => "1003",
    CloseCode::TooBig => "1009",
    CloseCode::Restarting => "1012",
    CloseCode::SignIn => "4001",
    CloseCode::BrokenFrame => "4002",
    CloseCode::Banned => "4003",
    CloseCode::TooSlow => "4008",
    CloseCode::TooMany => "4029",
} besides {});
