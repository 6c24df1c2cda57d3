//! Chinese and English as equals: typed keys, one exhaustive table a language. Never markup.

pub(crate) mod clock;
mod en;
#[cfg(feature = "ssr")]
mod guest_names;
mod key;
pub(crate) mod keys;
mod locale;
mod zh;

#[cfg(feature = "ssr")]
pub use guest_names::guest_name;
pub use key::Key;
pub use locale::{LOCALE_COOKIE, Locale};

use leptos::prelude::*;
use protocol::RejectionCode;

/// What a person whose command was refused is told.
#[must_use]
pub const fn rejection(code: RejectionCode) -> Key {
    match code {
        RejectionCode::Unavailable => Key::RejectedUnavailable,
        RejectionCode::TooMany => Key::RejectedTooMany,
        RejectionCode::Empty => Key::RejectedEmpty,
        RejectionCode::TooLong => Key::RejectedTooLong,
        RejectionCode::BadReaction => Key::RejectedBadReaction,
        RejectionCode::TooManyPins => Key::RejectedTooManyPins,
        RejectionCode::NoGroup => Key::RejectedNoGroup,
        RejectionCode::NoMessage => Key::RejectedNoMessage,
        RejectionCode::NotYours => Key::RejectedNotYours,
        RejectionCode::Reused => Key::RejectedReused,
        RejectionCode::SignIn => Key::RejectedSignIn,
        RejectionCode::Forbidden => Key::RejectedForbidden,
        RejectionCode::Archived => Key::RejectedArchived,
        RejectionCode::Unknown => Key::RejectedUnknown,
    }
}

/// The visitor's language, reactive: switching it changes every text on the page and nothing else.
#[derive(Clone, Copy)]
pub(crate) struct Language(RwSignal<Locale>);

/// Puts the language into the context: on the server the one that the request asks for, in the browser the one that
/// the server rendered.
pub(crate) fn provide_language() {
    #[cfg(feature = "hydrate")]
    let locale = rendered();
    #[cfg(not(feature = "hydrate"))]
    let locale = use_context::<Locale>();
    provide_context(Language(RwSignal::new(locale.unwrap_or_default())));
}

/// The language that the page is in now.
#[cfg(feature = "hydrate")]
pub(crate) fn rendered() -> Option<Locale> {
    Locale::from_tag(&crate::preferences::root("lang")?)
}

pub(crate) fn use_language() -> Language {
    expect_context()
}

impl Language {
    /// For what is told of a switch otherwise.
    pub(crate) fn now(self) -> Locale {
        self.0.get_untracked()
    }

    pub(crate) fn get(self) -> Locale {
        self.0.get()
    }

    /// A text that follows the language.
    pub(crate) fn text(self, key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || key.in_locale(self.0.get())
    }

    /// A text with `{}` filled in, following the language.
    pub(crate) fn filled(self, key: Key, value: String) -> impl Fn() -> String + Clone + Send + Sync + 'static {
        move || key.in_locale(self.0.get()).replacen("{}", &value, 1)
    }

    /// A name that is the same in every language; else a text that follows it.
    pub(crate) fn own_or(self, own: Option<String>, key: Key) -> Signal<String> {
        Signal::derive(move || own.clone().unwrap_or_else(|| key.in_locale(self.0.get()).to_owned()))
    }

    /// Switches, and remembers it for a year.
    pub(crate) fn switch(self, locale: Locale) {
        #[cfg(feature = "hydrate")]
        remember(locale);
        self.0.set(locale);
    }
}

#[cfg(feature = "hydrate")]
fn remember(locale: Locale) {
    crate::preferences::set_cookie(&locale.cookie());
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", locale.tag());
    }
}
