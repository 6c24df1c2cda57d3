//! What outlives a reload: the outbox of each tab and the draft of each group, in the browser's storage. A browser may
//! forbid storage; then they live as long as their page. Never what is in them.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use protocol::GroupId;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::Storage;

const OUTBOXES: &str = "teahouse.outbox.";
const DRAFTS: &str = "teahouse.draft.";

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

pub(super) fn outbox_key(tab: &str) -> String {
    format!("{OUTBOXES}{tab}")
}

/// Keeps an outbox; an empty one needs no place.
pub(super) fn keep_outbox(key: &str, json: &str) {
    keep(key, if json == "[]" { "" } else { json });
}

fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = if text.is_empty() { storage.remove_item(key) } else { storage.set_item(key, text) };
    }
}

/// Takes what another tab kept, for good.
pub(super) fn take_outbox(key: &str) -> Option<String> {
    let storage = storage()?;
    let json = storage.get_item(key).ok().flatten()?;
    let _ = storage.remove_item(key);
    Some(json)
}

/// The keys of all outboxes but one's own.
pub(super) fn other_outboxes(own: &str) -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|place| storage.key(place).ok().flatten());
    keys.filter(|key| key.starts_with(OUTBOXES) && key != own).collect()
}

pub(super) fn draft(group: &GroupId) -> Option<String> {
    storage()?.get_item(&format!("{DRAFTS}{group}")).ok().flatten()
}

pub(super) fn keep_draft(group: &GroupId, text: &str) {
    keep(&format!("{DRAFTS}{group}"), text);
}

/// Holds a lock as long as this document lives: the sign by which other tabs know that its outbox is in use.
pub(super) fn hold(name: &str) {
    let never = Promise::new(&mut |_, _| {});
    lock(name, move || never.into());
}

/// Calls once the document that holds the lock is gone; at once where there are no locks, which costs nothing: a command
/// that two tabs send is stored once.
pub(super) fn when_free(name: &str, then: impl FnOnce() + 'static) {
    lock(name, move || {
        then();
        JsValue::UNDEFINED
    });
}

fn lock(name: &str, holding: impl FnOnce() -> JsValue + 'static) {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let request = Reflect::get(&locks, &"request".into()).ok().and_then(|request| request.dyn_into::<Function>().ok());
    match request {
        Some(request) => {
            let holding = Closure::once_into_js(holding);
            let _ = request.call2(&locks, &name.into(), &holding);
        }
        None => drop(holding()),
    }
}
