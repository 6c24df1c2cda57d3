//! The languages there are, and how a request names one. Never a text.

/// The cookie that remembers a choice.
pub const LOCALE_COOKIE: &str = "lang";

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    Zh,
    En,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The BCP 47 tag, for `lang` and the cookie.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// What the language calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::En => "English",
        }
    }

    /// The language of a tag, by its primary subtag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header likes best among ours (RFC 9110 §12.5.4); Chinese when it names
    /// none of them.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0_f32, Self::default());
        for range in header.split(',') {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = parameters.trim().strip_prefix("q=").and_then(|q| q.trim().parse().ok()).unwrap_or(0.0);
            if let Some(locale) = Self::from_tag(tag.trim())
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }

    /// The cookie that remembers this language, as `Set-Cookie` and `document.cookie` both take it.
    #[must_use]
    pub fn cookie(self) -> String {
        format!("{LOCALE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_language_liked_best_wins() {
        for (header, locale) in [
            ("", Locale::Zh),
            ("en-GB,en;q=0.9", Locale::En),
            ("zh-TW, en;q=0.8", Locale::Zh),
            ("fr, en;q=0.5, zh;q=0.7", Locale::Zh),
            ("fr;q=1, en;q=0.5", Locale::En),
            ("de", Locale::Zh),
            ("en;q=0, zh;q=0.1", Locale::Zh),
            ("en;q=x", Locale::Zh),
            (";;,,=", Locale::Zh),
        ] {
            assert_eq!(Locale::from_accept_language(header), locale, "{header}");
        }
    }

    #[test]
    fn every_language_is_found_by_its_tag() {
        for locale in Locale::ALL {
            assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
        }
        assert_eq!(Locale::from_tag("tlh"), None);
    }
}
