//! Names that the store gives out, and words that the database keeps: each parsed once. Never what they stand for.

use protocol::{ClientId, IdError};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        $($(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Parses an id that a page sent back.
            ///
            /// # Errors
            /// [`IdError`] if it was never one.
            pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
                ClientId::parse(text).map(|id| Self(id.into()))
            }

            /// The id as it stands in the database.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// One that was never given out.
            pub(crate) fn random() -> Self {
                Self(uuid::Uuid::new_v4().to_string())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(text)
            }
        })+
    };
}

ids! {
    /// A session. It may be shown: the token is another.
    SessionId,
    /// A link. It may be shown: the token is another.
    LinkId,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)+ })+) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl $name {
            /// The word for it, in forms and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What the word stands for.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(word: String) -> Result<Self, IdError> {
                Self::parse(&word).ok_or(IdError)
            }
        })+
    };
}

words! {
    /// What makes a person one.
    PersonKind {
        /// A token alone.
        Guest = "guest",
        /// A login and a password.
        Account = "account",
        /// Another program, which speaks for people whom it does not name.
        Adopted = "adopted",
    }

    /// Who a group is for.
    GroupKind {
        /// Everybody, known or not.
        Open = "open",
        /// Its members.
        Private = "private",
        /// The same few people for ever.
        Direct = "direct",
    }

    /// What a member is in a group.
    Role {
        /// Decides what it is.
        Owner = "owner",
        /// Keeps it in order.
        Moderator = "moderator",
        /// Is in it.
        Member = "member",
    }

    /// What a link does for whoever opens it.
    LinkKind {
        /// Makes the first administrator.
        Setup = "setup",
        /// Lets into a group.
        Group = "group",
        /// Lets sign up.
        Server = "server",
        /// Sets an account's password.
        Reset = "reset",
    }

    /// Who may sign up.
    SignUp {
        /// Everybody.
        Open = "open",
        /// Whoever has a link.
        Invite = "invite",
        /// Nobody.
        Closed = "closed",
    }
}
