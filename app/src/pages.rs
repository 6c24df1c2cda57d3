//! One file per route: what it needs and how it is laid out. Never a socket.

pub(crate) mod chat_group;
pub(crate) mod chat_one;
pub(crate) mod failure;
pub(crate) mod home;

/// The HTTP status of this page, where it is not 200. Only a server has one.
pub(crate) fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (leptos::prelude::use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
