//! Where a request comes from: the connection's other end, or what a trusted proxy says of it. Never who it is.

use std::net::IpAddr;

use http::{Extensions, HeaderMap};

use crate::limits::Address;

/// The other end of the connection; every request carries it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The address that counts. Behind a trusted proxy the last entry of `X-Forwarded-For`: those before it were written by
/// whoever sent the request.
pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap, trust_proxy: bool) -> Address {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
        last.parse().ok()
    };
    let peer = || extensions.get::<Peer>().map(|Peer(address)| *address);
    let unknown = IpAddr::from([0, 0, 0, 0]);
    trust_proxy.then(forwarded).flatten().or_else(peer).unwrap_or(unknown).into()
}

/// Whether the visitor came by https, by what a trusted proxy says: the last entry of `X-Forwarded-Proto`.
pub(crate) fn forwarded_https(headers: &HeaderMap, trust_proxy: bool) -> bool {
    let last = || headers.get_all("x-forwarded-proto").iter().next_back()?.to_str().ok()?.rsplit(',').next();
    trust_proxy && last().is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use http::{Extensions, HeaderMap, HeaderValue};

    use super::{Peer, forwarded_https, of};

    fn seen(forwarded: &[&'static str], trust_proxy: bool) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(IpAddr::from([192, 0, 2, 1])));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        of(&extensions, &headers, trust_proxy).to_string()
    }

    #[test]
    fn https_is_what_the_trusted_proxy_itself_says() {
        let says = |values: &[&'static str], trust_proxy| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-proto", HeaderValue::from_static(value));
            }
            forwarded_https(&headers, trust_proxy)
        };
        assert!(says(&["https"], true) && says(&["http, HTTPS"], true) && says(&["http", "https"], true));
        for values in [&["http"][..], &["https, http"], &["https", "http"], &["httpsx"], &[]] {
            assert!(!says(values, true), "{values:?}");
        }
        assert!(!says(&["https"], false));
    }

    #[test]
    fn without_a_trusted_proxy_the_header_says_nothing() {
        assert_eq!(seen(&["198.51.100.7"], false), "192.0.2.1");
    }

    #[test]
    fn what_the_trusted_proxy_wrote_itself_counts() {
        assert_eq!(seen(&["203.0.113.9, 198.51.100.7"], true), "198.51.100.7");
        assert_eq!(seen(&["203.0.113.9", "198.51.100.7"], true), "198.51.100.7");
        assert_eq!(seen(&[], true), "192.0.2.1");
        assert_eq!(seen(&["unknown"], true), "192.0.2.1");
    }
}
