//! `hydrate()`: panic hook, then the app takes over the server's markup. Nothing else, ever.
#![expect(missing_docs, reason = "one function, called by the page's script alone")]

use app::app::App;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
