//! What the browser asks over HTTP because no frame tells it. Never what is done with the answer.

use js_sys::futures::JsFuture;
use leptos::prelude::window;
use wasm_bindgen::JsCast;

/// The status and the text; nothing if no answer came.
pub(super) async fn answer(address: &str) -> Option<(u16, String)> {
    let answer = JsFuture::from(window().fetch_with_str(address)).await.ok()?;
    let answer = answer.dyn_into::<web_sys::Response>().ok()?;
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    Some((answer.status(), text))
}

/// What is done with a status and a text.
type Then = Box<dyn FnOnce(u16, &str)>;

/// The same for whoever cannot wait; status 0 if no answer came.
pub(super) fn ask(address: String, then: Then) {
    leptos::task::spawn_local(async move {
        let (status, text) = answer(&address).await.unwrap_or_default();
        then(status, &text);
    });
}

/// Where the API knows a group.
pub(super) fn of_group(id: &str, rest: &str) -> String {
    ["/api/groups/", &String::from(js_sys::encode_uri_component(id)), rest].concat()
}
