//! When the browser draws next: what comes until then is shown in one go. Never what is drawn.

use std::cell::RefCell;

use js_sys::{Promise, futures::JsFuture};
use leptos::prelude::{document, window};

/// A browser that draws nothing all the same, as one behind another window may: later than this nothing waits. One that is
/// kept busy by a burst draws every 100 ms.
const AT_LATEST_MS: i32 = 200;

thread_local! {
    /// All who wait go on together, before anything of theirs is drawn: one who had to look at what another has just drawn
    /// would make the browser lay it out twice.
    static NEXT: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Just before the browser draws, so that waiting for it costs no time that anyone sees. In a tab that nobody looks at, which
/// is not drawn: at once.
pub(super) async fn next_frame() {
    if document().hidden() {
        return;
    }
    let frame = NEXT.with_borrow_mut(|next| next.get_or_insert_with(frame).clone());
    let _ = JsFuture::from(frame).await;
    NEXT.take();
}

fn frame() -> Promise {
    Promise::new(&mut |then, _| {
        let _ = window().request_animation_frame(&then);
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&then, AT_LATEST_MS);
    })
}
