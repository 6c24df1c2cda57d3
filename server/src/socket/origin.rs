//! Which pages may open sockets here: cross-site WebSocket hijacking ends at this check. Never who a person is.

use std::{fmt, str::FromStr};

use axum::http::{HeaderMap, header};
use url::Url;

/// A web origin in the form that browsers send: `scheme://host` or `scheme://host:port`, or `null` for a page without
/// one (a file).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// A text that is no origin.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no origin; write scheme, host and, if it is unusual, port, as in https://chat.example, without a path"
)]
pub struct OriginError(String);

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let broken = || OriginError(text.to_owned());
        if text == "null" {
            return Ok(Self(text.to_owned()));
        }
        let url = Url::parse(text).map_err(|_| broken())?;
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || !bare || !url.username().is_empty() || url.password().is_some()
        {
            return Err(broken());
        }
        // Lower case, punycode, and no port where it is the scheme's own: as a browser writes it.
        Ok(Self(url.origin().ascii_serialization()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A comma-separated list of origins, as a flag or an environment variable holds it; an empty variable is an empty list.
#[derive(Clone, Debug, Default)]
pub struct Origins(pub Vec<Origin>);

impl FromStr for Origins {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// The origins that may open sockets.
#[derive(Debug)]
pub(crate) struct AllowedOrigins {
    listed: Vec<Origin>,
    /// Whether a page from the host that a request names counts as ours. Not when our address is known: a name that
    /// was made to point here (DNS rebinding) is then somebody else's page.
    host_is_own: bool,
}

impl AllowedOrigins {
    pub(crate) fn new(own: &Origins, further: &[Origins]) -> Self {
        let listed = own.0.iter().chain(further.iter().flat_map(|list| &list.0)).cloned().collect();
        Self { listed, host_is_own: own.0.is_empty() }
    }

    /// The address that people use, if we were told.
    pub(crate) fn public(&self) -> Option<String> {
        self.listed.first().filter(|_| !self.host_is_own).map(|own| own.0.clone())
    }

    /// Whether people reach us by https, as far as we were told.
    pub(crate) fn is_https(&self) -> bool {
        !self.host_is_own && self.listed.first().is_some_and(|own| own.0.starts_with("https://"))
    }

    /// Whether a request with these headers may open a socket. Command-line clients send no Origin and carry no
    /// visitor's cookies unasked, so its absence is no attack.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let Some(origin) = origins.next() else { return true };
        if origins.next().is_some() {
            return false;
        }
        let Some(origin) = origin.to_str().ok().and_then(|text| text.parse::<Origin>().ok()) else { return false };
        self.listed.contains(&origin) || (self.host_is_own && is_own(&origin, headers))
    }
}

/// The page came from the host that this request names. The scheme cannot be compared: a proxy may have ended TLS.
fn is_own(origin: &Origin, headers: &HeaderMap) -> bool {
    let Some((scheme, _)) = origin.0.split_once("://") else { return false };
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    format!("{scheme}://{host}").parse::<Origin>().is_ok_and(|own| own == *origin)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{AllowedOrigins, Origin, Origins};

    fn request(host: &str, origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    }

    fn allowing(origins: &[&str]) -> AllowedOrigins {
        AllowedOrigins::new(&Origins::default(), &[origins.join(",").parse().unwrap()])
    }

    #[test]
    fn our_own_pages_may_whatever_the_scheme_and_the_case() {
        let own = allowing(&[]);
        assert!(own.admit(&request("127.0.0.1:8080", Some("http://127.0.0.1:8080"))));
        assert!(own.admit(&request("chat.example", Some("https://chat.example"))));
        assert!(own.admit(&request("chat.example:443", Some("https://Chat.Example"))));
    }

    #[test]
    fn a_program_without_an_origin_may() {
        assert!(allowing(&[]).admit(&request("127.0.0.1:8080", None)));
    }

    #[test]
    fn another_site_may_not() {
        let own = allowing(&[]);
        for origin in
            ["http://evil.example", "http://127.0.0.1:8081", "null", "http://127.0.0.1:8080.evil.example", "", "x"]
        {
            assert!(!own.admit(&request("127.0.0.1:8080", Some(origin))), "{origin}");
        }
    }

    #[test]
    fn two_origins_in_one_request_may_not() {
        let mut headers = request("a.example", Some("http://a.example"));
        headers.append(header::ORIGIN, HeaderValue::from_static("http://a.example"));
        assert!(!allowing(&[]).admit(&headers));
    }

    #[test]
    fn an_origin_that_was_allowed_may_and_its_neighbours_may_not() {
        let listed = allowing(&["http://tutorial.example:8000", "null"]);
        assert!(listed.admit(&request("127.0.0.1:8080", Some("http://tutorial.example:8000"))));
        assert!(listed.admit(&request("127.0.0.1:8080", Some("null"))));
        assert!(!listed.admit(&request("127.0.0.1:8080", Some("https://tutorial.example:8000"))));
        assert!(!listed.admit(&request("127.0.0.1:8080", Some("http://tutorial.example"))));
    }

    #[test]
    fn when_our_address_is_known_a_name_that_points_here_is_not_ours() {
        let own = AllowedOrigins::new(&"https://chat.example".parse().unwrap(), &[]);
        assert!(own.admit(&request("chat.example", Some("https://chat.example"))));
        assert!(!own.admit(&request("rebound.example", Some("http://rebound.example"))));
    }

    #[test]
    fn an_empty_variable_lists_nothing() {
        assert!("".parse::<Origins>().unwrap().0.is_empty());
        assert_eq!("http://a, ,null,".parse::<Origins>().unwrap().0.len(), 2);
    }

    #[test]
    fn what_is_no_origin_cannot_be_allowed() {
        for text in ["chat.example", "http://", "ws://a", "http://a/path", "http://u:p@a", "*", "http://a?x"] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
