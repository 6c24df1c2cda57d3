//! What a group's page says, read from the store for whoever asks. Never how it looks, never a header.

use std::collections::HashMap;

use app::{
    listed::Mine,
    opening::{Dated, Opening},
};
use protocol::{Epoch, GroupId, MessageId, PAGE, Seq};
use search::Date;
use sha2::{Digest, Sha256};
use store::{Front, Settings, Snapshot, Spot, StoreError, Who};

use crate::{
    chat::{Act, Denied, decide},
    consumers::live::told_to,
    http::{
        form,
        mine::{beside, mine},
        pins,
    },
    state::AppState,
};

/// Which messages of a group an address asks for, and what is wrong with the date in it: who runs no script pages back by
/// address, and a link leads to a message.
fn spot(query: &HashMap<String, String>) -> (Spot, Option<Dated>) {
    if let Some(message) = query.get("message").and_then(|message| MessageId::parse(message).ok()) {
        return (Spot::Around(message), None);
    }
    // Where the visitor's clock is, only a script knows: it asks the API.
    match query.get("date").map(|date| Date::parse(date.trim())) {
        Some(Some(date)) => (Spot::Since(date.begins(0)), None),
        Some(None) => (Spot::End, Some(Dated::Nonsense)),
        None => (query.get("before").and_then(|before| before.parse().ok()).map_or(Spot::End, Spot::Before), None),
    }
}

/// What is on a page. The settings are those of the moment that the messages are of.
type Read = (Mine, Option<Opening>, Option<Settings>);

/// The visitor's groups, and of the open one the messages that are asked for. What has expired or never was leads to the
/// newest: the group is there all the same. Without a store the page comes all the same, and says so.
pub(super) async fn read(
    state: &AppState,
    group: Option<&GroupId>,
    query: &HashMap<String, String>,
    who: Option<Who>,
) -> Result<Result<Read, Denied>, StoreError> {
    let Some(group) = group else {
        // To choose a group one need not be anybody.
        return Ok(Ok((Mine(mine(state, who.as_ref(), None).await?.unwrap_or_default()), None, None)));
    };
    let (spot, nonsense) = spot(query);
    let person = who.as_ref().map(|who| &who.person.id);
    let front = state.chat.store.front(group, person, &spot, PAGE as u32).await?;
    if let Err(denied) = decide(who.as_ref(), &front.access, Act::Read) {
        return Ok(Err(denied));
    }
    let mut mine = beside(state, who.as_ref(), group, &front).await?;
    let Front { access, settings, page, before, around: marked, pins, read, .. } = front;
    let Snapshot { epoch, seq, messages, more, .. } = page;
    let late = matches!(spot, Spot::Since(_)) && marked.is_none();
    let dated = nonsense.or(late.then_some(Dated::Late));
    let unread = mine.iter().find(|listed| listed.group == *group).map_or(0, |listed| listed.unread);
    // It is being read.
    for listed in mine.iter_mut().filter(|listed| listed.group == *group) {
        (listed.head, listed.unread, listed.mentions) = (seq, 0, 0);
        listed.at = messages.last().map_or(0, |message| message.at).max(listed.at);
    }
    let pins = pins::shown(who.as_ref(), &access, seq, pins);
    let me = who.map(|who| who.person);
    let form = match &me {
        Some(_) => uuid::Uuid::now_v7().to_string(),
        None => nobodys_form(&epoch, group, seq),
    };
    let messages = told_to(me.as_ref(), messages);
    let group = group.clone();
    let opening = Opening { group, me, epoch, seq, before, messages, more, read, unread, form, pins, marked, dated };
    Ok(Ok((Mine(mine), Some(opening), Some(settings))))
}

/// Nobody's page is the same for all who read it, and so is its form's name: what they say makes it theirs (`form`).
fn nobodys_form(epoch: &Epoch, group: &GroupId, seq: Seq) -> String {
    let hash = Sha256::digest(format!("{epoch} {group} {seq}"));
    let half = std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default());
    format!("{}{}", form::SHARED, uuid::Builder::from_random_bytes(half).into_uuid())
}
