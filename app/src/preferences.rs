//! How this device wants its pages: theme, size of text, motion, time of day, what Enter does. Chosen at `/settings`, kept in one
//! cookie, and rendered into `<html>`, from where a page's style takes it and the browser starts: both first renders are
//! equal. Never what belongs to a person.

#[cfg(feature = "hydrate")]
use leptos::prelude::*;

/// The cookie of what was chosen.
pub const PREFERENCES_COOKIE: &str = "prefs";
/// The cookie of how far the device's clock is ahead of UTC, in minutes, which the browser itself notes.
pub const OFFSET_COOKIE: &str = "offset";
/// The furthest that any clock on earth was behind UTC and ahead of it, in minutes.
const OFFSETS: std::ops::RangeInclusive<i32> = -14 * 60..=15 * 60;

/// Choices of which one is in force; the first is what is so unless something else was chosen.
macro_rules! choices {
    ($($(#[$about:meta])* $name:ident { $first:ident $first_tag:literal, $($other:ident $tag:literal),+ })+) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub enum $name {
                #[default]
                $first,
                $($other,)+
            }

            impl $name {
                pub const ALL: &[Self] = &[Self::$first, $(Self::$other,)+];

                /// As a form, the cookie and `<html>` write it.
                #[must_use]
                pub const fn tag(self) -> &'static str {
                    match self {
                        Self::$first => $first_tag,
                        $(Self::$other => $tag,)+
                    }
                }

                /// Nothing for what is none.
                #[must_use]
                pub fn from_tag(tag: &str) -> Option<Self> {
                    Self::ALL.iter().copied().find(|one| one.tag() == tag)
                }

                /// The attribute's value: there is none for what goes without saying.
                #[must_use]
                pub fn mark(self) -> Option<&'static str> {
                    (self != Self::default()).then(|| self.tag())
                }
            }
        )+
    };
}

// No tag is in two of them: in the cookie each stands alone.
choices! {
    Theme { System "system", Light "light", Dark "dark" }
    TextSize { Normal "normal", Small "small", Large "large", Larger "larger" }
    Motion { System "moving", Still "still" }
    /// The time of day.
    Hours { H24 "24h", H12 "12h" }
    /// What the key does where one writes.
    Enter { Sends "sends", Breaks "breaks" }
}

/// What a device's owner chose, and what its browser noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    pub theme: Theme,
    pub text: TextSize,
    pub motion: Motion,
    pub hours: Hours,
    pub enter: Enter,
    /// Minutes that the device's clock is ahead of UTC, if it has told; never in the cookie of what was chosen.
    pub offset_minutes: Option<i32>,
}

impl Preferences {
    /// What the cookies say. What is not understood, perhaps a later version's, is passed over.
    #[must_use]
    pub fn parse(chosen: Option<&str>, offset: Option<&str>) -> Self {
        let mut all = Self { offset_minutes: offset.and_then(offset_minutes), ..Self::default() };
        for tag in chosen.unwrap_or_default().split('.') {
            all.theme = Theme::from_tag(tag).unwrap_or(all.theme);
            all.text = TextSize::from_tag(tag).unwrap_or(all.text);
            all.motion = Motion::from_tag(tag).unwrap_or(all.motion);
            all.hours = Hours::from_tag(tag).unwrap_or(all.hours);
            all.enter = Enter::from_tag(tag).unwrap_or(all.enter);
        }
        all
    }

    /// The cookie's value: what differs from what goes without saying.
    #[must_use]
    pub fn value(&self) -> String {
        let marks = [self.theme.mark(), self.text.mark(), self.motion.mark(), self.hours.mark(), self.enter.mark()];
        marks.into_iter().flatten().collect::<Vec<_>>().join(".")
    }

    /// What the page was rendered with: on the server what the request says, in the browser what `<html>` says. Of that the
    /// browser reads what it draws with; the rest is the style sheet's.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn rendered() -> Self {
        leptos::prelude::use_context().unwrap_or_default()
    }

    #[cfg(feature = "hydrate")]
    pub(crate) fn rendered() -> Self {
        let hours = root("data-clock").and_then(|tag| Hours::from_tag(&tag)).unwrap_or_default();
        let enter = root("data-enter").and_then(|tag| Enter::from_tag(&tag)).unwrap_or_default();
        let offset_minutes = root("data-offset").and_then(|text| offset_minutes(&text));
        Self { hours, enter, offset_minutes, ..Self::default() }
    }
}

fn offset_minutes(text: &str) -> Option<i32> {
    text.parse().ok().filter(|minutes| OFFSETS.contains(minutes))
}

/// An attribute of `<html>`.
#[cfg(feature = "hydrate")]
pub(crate) fn root(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Notes how far the clock is ahead of UTC, for pages that are rendered without asking it.
#[cfg(feature = "hydrate")]
pub(crate) fn note_offset() {
    let now = local_offset();
    if Preferences::rendered().offset_minutes != Some(now) {
        set_cookie(&[OFFSET_COOKIE, "=", &now.to_string(), "; Path=/; Max-Age=31536000; SameSite=Lax"].concat());
    }
}

/// Minutes that this device's clock is ahead of UTC, today.
#[cfg(feature = "hydrate")]
pub(crate) fn local_offset() -> i32 {
    -(js_sys::Date::new_0().get_timezone_offset() as i32)
}

#[cfg(feature = "hydrate")]
pub(crate) fn set_cookie(cookie: &str) {
    use wasm_bindgen::JsCast;
    if let Some(page) = document().dyn_ref::<web_sys::HtmlDocument>() {
        let _ = page.set_cookie(cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::{Enter, Hours, Motion, Preferences, TextSize, Theme};

    #[test]
    fn whatever_was_chosen_comes_back_from_the_cookie() {
        for &theme in Theme::ALL {
            for &text in TextSize::ALL {
                for n in 0..8 {
                    let (motion, hours, enter) = (Motion::ALL[n & 1], Hours::ALL[n >> 1 & 1], Enter::ALL[n >> 2]);
                    let chosen = Preferences { theme, text, motion, hours, enter, offset_minutes: None };
                    assert_eq!(Preferences::parse(Some(&chosen.value()), None), chosen);
                }
            }
        }
    }

    #[test]
    fn who_chose_nothing_has_an_empty_cookie_and_no_attribute() {
        let nothing = Preferences::default();
        assert_eq!(nothing.value(), "");
        assert_eq!(Preferences::parse(None, None), nothing);
        assert_eq!((nothing.theme.mark(), Theme::Dark.mark()), (None, Some("dark")));
    }

    #[test]
    fn a_cookie_that_is_none_of_ours_changes_nothing() {
        let long = "dark".repeat(10_000);
        for broken in
            ["", ".", "....", "DARK", "dark\"", "dark light", "theme=dark", "%64ark", "暗", "\u{0}", "-", &long]
        {
            assert_eq!(Preferences::parse(Some(broken), None), Preferences::default(), "{broken:.20}");
        }
    }

    #[test]
    fn what_is_understood_counts_whatever_stands_beside_it_and_the_last_word_is_the_last() {
        let read = Preferences::parse(Some("sparkle.dark..12h.12h.light.7"), None);
        assert_eq!(read, Preferences { theme: Theme::Light, hours: Hours::H12, ..Preferences::default() });
    }

    #[test]
    fn no_clock_is_further_from_utc_than_any_on_earth() {
        let read = |text| Preferences::parse(None, Some(text)).offset_minutes;
        assert_eq!([read("480"), read("-210"), read("0"), read("+60")], [Some(480), Some(-210), Some(0), Some(60)]);
        for broken in ["", " ", "x", "9999", "-9999", "1e3", "480.5", "2147483648", "NaN", "480;"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn no_tag_is_in_two_choices() {
        let mut tags: Vec<_> = Theme::ALL.iter().map(|one| one.tag()).collect();
        tags.extend(TextSize::ALL.iter().map(|one| one.tag()));
        tags.extend(Motion::ALL.iter().map(|one| one.tag()));
        tags.extend(Hours::ALL.iter().map(|one| one.tag()));
        tags.extend(Enter::ALL.iter().map(|one| one.tag()));
        let count = tags.len();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), count);
    }
}
