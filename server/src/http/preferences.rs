//! What a device's owner chose for it: read from a request, kept in a cookie. Never what follows from it on a page.

use app::preferences::{OFFSET_COOKIE, PREFERENCES_COOKIE, Preferences};
use http::HeaderMap;

use super::{cookie, identity::Visitor};

/// What the request's cookies say; whatever they hold, it is some preferences.
pub(crate) fn of(headers: &HeaderMap) -> Preferences {
    Preferences::parse(cookie::find(headers, PREFERENCES_COOKIE), cookie::find(headers, OFFSET_COOKIE))
}

/// By which the browser keeps them for a year; no script needs to read it. Who chose nothing has none.
pub(crate) fn cookie(visitor: &Visitor, preferences: &Preferences) -> String {
    let value = preferences.value();
    let age = if value.is_empty() { 0 } else { 365 * 86_400 };
    let secure = visitor.secure();
    format!("{PREFERENCES_COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}
