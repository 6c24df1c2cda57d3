//! When the browser draws next: what comes until then is shown in one go. Never what is drawn.

use js_sys::{Promise, futures::JsFuture};
use leptos::prelude::{document, window};

/// A browser that draws nothing all the same, as one behind another window may: later than this nothing waits.
const AT_LATEST_MS: i32 = 100;

/// Just before the browser draws, so that waiting for it costs no time that anyone sees. In a tab that nobody looks at, which
/// is not drawn: at once.
pub(super) async fn next_frame() {
    if document().hidden() {
        return;
    }
    let frame = Promise::new(&mut |then, _| {
        let _ = window().request_animation_frame(&then);
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&then, AT_LATEST_MS);
    });
    let _ = JsFuture::from(frame).await;
}
