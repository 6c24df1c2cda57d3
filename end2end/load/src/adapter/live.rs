//! Teahouse's `/live`: hello with a group, posts that are stored before anyone hears them, the broadcast as the
//! confirmation. Built from the `protocol` crate's own frames, so that it cannot fall behind them.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::{ClientFrame, ClientId, GroupId, Place, SUBPROTOCOL, Seq, ServerFrame};

use super::{Adapter, Heard, Reply};

pub(crate) struct Live {
    path: String,
    /// No other run's: a client id names a command for as long as its row lives.
    run: u128,
}

impl Live {
    pub(crate) fn new(path: &str) -> Self {
        let path = if path == "/" { "/live" } else { path };
        let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        Self { path: path.to_owned(), run }
    }

    /// Somebody is writing.
    pub(crate) fn typing(group: &str) -> String {
        group_id(group).map_or_else(String::new, |group| json(&ClientFrame::Typing { group }))
    }

    /// The page before an event.
    pub(crate) fn history(group: &str, before: Seq) -> String {
        let ask = |group| json(&ClientFrame::History { group, before, limit: protocol::PAGE as u32 });
        group_id(group).map_or_else(String::new, ask)
    }

    pub(crate) fn subscribe(group: &str) -> String {
        group_id(group).map_or_else(String::new, |group| json(&ClientFrame::Subscribe(place(group))))
    }

    pub(crate) fn unsubscribe(group: &str) -> String {
        group_id(group).map_or_else(String::new, |group| json(&ClientFrame::Unsubscribe { group }))
    }
}

fn group_id(group: &str) -> Option<GroupId> {
    group.parse().ok()
}

const fn place(group: GroupId) -> Place {
    Place { group, epoch: None, after: None }
}

fn json(frame: &ClientFrame) -> String {
    serde_json::to_string(frame).unwrap_or_default()
}

impl Adapter for Live {
    fn path(&self, _: &str) -> String {
        self.path.clone()
    }

    fn headers(&self) -> Vec<(String, String)> {
        vec![("Sec-WebSocket-Protocol".to_owned(), SUBPROTOCOL.to_owned())]
    }

    fn opening(&self, group: &str) -> Option<String> {
        let groups = group_id(group).map(place).into_iter().collect();
        Some(json(&ClientFrame::Hello { client: "load".to_owned(), groups, focus: None }))
    }

    /// A page holds messages too, and they are old.
    fn delivers(&self, payload: &[u8]) -> bool {
        payload.starts_with(br#"{"type":"events""#)
    }

    fn hear(&self, payload: &[u8], _: &str, _: bool) -> Heard {
        // Most of them, with a thousand members: not worth understanding.
        if payload.starts_with(br#"{"type":"presence""#) || payload.starts_with(br#"{"type":"typing""#) {
            return Heard::Nothing;
        }
        match serde_json::from_slice(payload) {
            Ok(ServerFrame::Welcome { .. }) => Heard::Joined,
            Ok(ServerFrame::Subscribed(_)) => Heard::Replied(Reply::Subscribed),
            Ok(ServerFrame::Page { .. }) => Heard::Replied(Reply::Page),
            Ok(ServerFrame::Rejected { rejection, .. }) => Heard::Refused(format!("rejected: {:?}", rejection.code)),
            Ok(ServerFrame::Lag { .. }) => Heard::Refused("lag: read too slowly".to_owned()),
            Ok(ServerFrame::Gone { why, .. }) => Heard::Refused(format!("gone: {why}")),
            Ok(ServerFrame::Reset { .. }) => Heard::Refused("reset".to_owned()),
            Ok(ServerFrame::Bye { why, .. }) => Heard::Refused(format!("bye: {why}")),
            Ok(
                ServerFrame::Events { .. }
                | ServerFrame::Live { .. }
                | ServerFrame::Typing { .. }
                | ServerFrame::Presence { .. }
                | ServerFrame::Changed { .. }
                | ServerFrame::Seen { .. }
                | ServerFrame::Pong { .. }
                | ServerFrame::Unknown,
            )
            | Err(_) => Heard::Nothing,
        }
    }

    fn say(&self, group: &str, body: &str, unique: u64, out: &mut String) {
        let client_id = ClientId::parse(format!("load-{:x}-{unique:x}", self.run)).ok();
        let (Some(client_id), Some(group)) = (client_id, group_id(group)) else { return };
        out.push_str(&json(&ClientFrame::Post { client_id, group, body: body.to_owned(), reply_to: None }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_what_the_protocol_crate_reads() {
        let live = Live::new("/");
        let mut out = String::new();
        live.say("tea", "hello", 7, &mut out);
        let frame: ClientFrame = serde_json::from_str(&out).unwrap();
        assert!(matches!(frame, ClientFrame::Post { body, .. } if body == "hello"));
        let hello: ClientFrame = serde_json::from_str(&live.opening("tea").unwrap()).unwrap();
        assert!(matches!(hello, ClientFrame::Hello { groups, .. } if groups.len() == 1));
        for text in [Live::typing("tea"), Live::history("tea", 9), Live::subscribe("tea"), Live::unsubscribe("tea")] {
            serde_json::from_str::<ClientFrame>(&text).unwrap();
        }
    }

    #[test]
    fn a_refusal_is_told_apart_from_what_does_not_matter() {
        let live = Live::new("/live");
        let rejected = br#"{"type":"rejected","client_id":"a","code":"too_many","message":"x"}"#;
        assert_eq!(live.hear(rejected, "g", true), Heard::Refused("rejected: TooMany".to_owned()));
        assert_eq!(
            live.hear(br#"{"type":"bye","why":"restarting"}"#, "g", true),
            Heard::Refused("bye: restarting".to_owned())
        );
        assert_eq!(live.hear(br#"{"type":"presence","group":"g","people":[],"count":0}"#, "g", true), Heard::Nothing);
        assert_eq!(live.hear(b"?", "g", true), Heard::Nothing);
    }
}
