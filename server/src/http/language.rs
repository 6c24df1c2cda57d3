//! The visitor's language: read from a request, and the link that switches it without JavaScript. Never a translation.

use app::i18n::{LOCALE_COOKIE, Locale};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{cookie, refusal::refuse};

/// The language chosen with the switch, else the browser's, else Chinese.
pub(crate) fn of(headers: &HeaderMap) -> Locale {
    chosen(headers).unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Locale::from_accept_language(accepted)
    })
}

fn chosen(headers: &HeaderMap) -> Option<Locale> {
    cookie::find(headers, LOCALE_COOKIE).and_then(Locale::from_tag)
}

#[derive(serde::Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    next: String,
}

/// `GET /lang/{tag}?next=/page`: remembers the language for a year and goes back to the page.
pub(crate) async fn switch(Path(tag): Path<String>, Query(back): Query<Back>) -> Response {
    let Some(locale) = Locale::from_tag(&tag) else {
        return refuse(StatusCode::NOT_FOUND, "no such language: zh-CN or en");
    };
    let mut response = Redirect::to(&ascii(own_page(&back.next))).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&locale.cookie()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Only a path of ours: `//host` and `/\host` are addresses of other sites to a browser, and control characters (which
/// browsers strip) must not make one.
fn own_page(next: &str) -> &str {
    let is_path = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\'])
        && next.chars().all(|c| !c.is_control());
    if is_path { next } else { "/" }
}

/// A header holds ASCII; what was decoded on the way in is encoded on the way out.
fn ascii(path: &str) -> String {
    percent_encoding::utf8_percent_encode(path, percent_encoding::CONTROLS).to_string()
}

#[cfg(test)]
mod tests {
    use app::i18n::Locale;
    use http::{HeaderMap, HeaderName, HeaderValue, header};

    use super::{of, own_page};

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_browser_that_says_nothing_gets_chinese() {
        assert_eq!(of(&HeaderMap::new()), Locale::Zh);
    }

    #[test]
    fn the_switch_wins_over_the_browser() {
        let asked = [(header::ACCEPT_LANGUAGE, "en"), (header::COOKIE, "a=b; lang=zh-CN")];
        assert_eq!(of(&headers(&asked)), Locale::Zh);
        let broken = [(header::ACCEPT_LANGUAGE, "en"), (header::COOKIE, "lang=klingon")];
        assert_eq!(of(&headers(&broken)), Locale::En);
    }

    #[test]
    fn the_switch_goes_back_to_our_own_pages_only() {
        assert_eq!(own_page("/chatgroup?groupID=1"), "/chatgroup?groupID=1");
        for foreign in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:x"]
        {
            assert_eq!(own_page(foreign), "/", "{foreign}");
        }
    }
}
