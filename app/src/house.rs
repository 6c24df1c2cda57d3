//! What every page says of this server: its name, and how one comes in. On the server it is in the context; the browser reads it
//! from `<html>`, so that both first renders are equal. Never a rule: who may come is judged where they come.

/// The server as its visitors see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct House {
    /// What its administrator calls it, if anything.
    pub name: Option<String>,
    pub door: Door,
}

/// How one comes to talk here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// As one is.
    #[default]
    Guests,
    /// With an account, which anyone may make.
    SignUp,
    /// With an account that one is given.
    Members,
}

impl Door {
    /// As `<html data-door>` has it; there is none for what goes without saying.
    #[must_use]
    pub const fn mark(self) -> Option<&'static str> {
        match self {
            Self::Guests => None,
            Self::SignUp => Some("sign-up"),
            Self::Members => Some("members"),
        }
    }
}

#[cfg(not(feature = "hydrate"))]
pub(crate) fn rendered() -> House {
    leptos::prelude::use_context().unwrap_or_default()
}

#[cfg(feature = "hydrate")]
pub(crate) fn rendered() -> House {
    use crate::preferences::root;
    let door = match root("data-door").as_deref() {
        Some("sign-up") => Door::SignUp,
        Some(_) => Door::Members,
        None => Door::Guests,
    };
    House { name: root("data-house"), door }
}
