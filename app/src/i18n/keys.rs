//! One list makes a type of keys and, for the tests, all of them: a key cannot be left out of either. Never a text.

macro_rules! keys {
    ($(#[$about:meta])* $seen:vis enum $type:ident { $($name:ident,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $seen enum $type {
            $($name,)+
        }

        impl $type {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

pub(crate) use keys;
