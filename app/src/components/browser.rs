//! What the browser does for us besides drawing: its clock, its clipboard, a request. Nothing of it on the server.

#[cfg(feature = "hydrate")]
pub(crate) use real::{copy, get, is_hidden, now};

#[cfg(feature = "hydrate")]
mod real {
    use js_sys::{Function, Reflect};
    use leptos::prelude::{document, window};
    use protocol::Millis;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::XmlHttpRequest;

    pub(crate) fn now() -> Millis {
        js_sys::Date::now() as Millis
    }

    /// Nobody sees the tab.
    pub(crate) fn is_hidden() -> bool {
        document().hidden()
    }

    /// `false` where there is no clipboard: browsers have one on secure pages only.
    pub(crate) fn copy(text: &str) -> bool {
        let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).unwrap_or(JsValue::UNDEFINED);
        let write =
            Reflect::get(&clipboard, &"writeText".into()).ok().and_then(|write| write.dyn_into::<Function>().ok());
        write.is_some_and(|write| write.call1(&clipboard, &text.into()).is_ok())
    }

    /// Asks for a text; nothing happens if it does not come.
    pub(crate) fn get(address: &str, then: impl FnOnce(String) + 'static) {
        let Ok(request) = XmlHttpRequest::new() else { return };
        let answer = request.clone();
        let done = Closure::once_into_js(move || {
            if answer.status() == Ok(200)
                && let Ok(Some(text)) = answer.response_text()
            {
                then(text);
            }
        });
        request.set_onload(Some(done.unchecked_ref()));
        if request.open("GET", address).is_ok() {
            let _ = request.send();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn now() -> protocol::Millis {
    0
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn is_hidden() -> bool {
    false
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn copy(_text: &str) -> bool {
    false
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn get(_address: &str, _then: impl FnOnce(String) + 'static) {}
