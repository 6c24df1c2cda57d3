//! A rendered page as bytes that answer many requests: with a policy that names its scripts by their hashes instead of a
//! nonce, an ETag, and compressed once. Never whose page it is.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::{Body, Bytes, to_bytes},
    response::Response,
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::{CompressionLevel, compression::CompressionLayer};

use super::{CACHE_CONTROL, VARY};
use crate::http::security;

/// Not compressed again on the way out.
#[derive(Clone)]
pub(crate) struct IsPacked;

/// More than a dynamic page gets, since it is done once.
const QUALITY: CompressionLevel = CompressionLevel::Precise(6);

pub(super) struct Packed(Arc<Inside>);

struct Inside {
    html: Bytes,
    policy: HeaderValue,
    /// Of the policy and the HTML.
    hash: String,
    brotli: OnceCell<Option<Bytes>>,
    gzip: OnceCell<Option<Bytes>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Packed {
    /// Of a page whose scripts and styles have this nonce; the page itself if there is anything else about it.
    pub(super) async fn of(response: Response, nonce: &str) -> Result<Self, Response> {
        let (parts, body) = response.into_parts();
        // It was rendered here and holds a page of messages: it has its bounds.
        let Ok(html) = to_bytes(body, usize::MAX).await else {
            return Err(Response::from_parts(parts, Body::empty()));
        };
        let packed =
            std::str::from_utf8(&html).ok().and_then(|html| hashed(html, nonce)).and_then(|(html, sources)| {
                let policy = HeaderValue::from_str(&security::content_policy(&sources)).ok()?;
                let hash = Sha256::new().chain_update(&policy).chain_update(&html).finalize();
                let hash = BASE64_URL_SAFE_NO_PAD.encode(&hash[..16]);
                let (html, brotli, gzip) = (html.into(), OnceCell::new(), OnceCell::new());
                Some(Self(Arc::new(Inside { html, policy, hash, brotli, gzip })))
            });
        packed.ok_or_else(|| Response::from_parts(parts, html.into()))
    }

    /// How many bytes it may come to: what is compressed is at most half as long, or it is not kept.
    pub(super) fn most_bytes(&self) -> u64 {
        2 * self.0.html.len() as u64
    }

    /// What answers this request: the page, or that it is the one that the client has.
    pub(super) fn answer(&self, headers: &HeaderMap) -> impl Future<Output = Response> + use<> {
        let (inside, coding) = (Arc::clone(&self.0), coding(headers));
        let has: Vec<HeaderValue> = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
        async move { inside.answer(coding, &has).await }
    }
}

impl Inside {
    async fn answer(&self, coding: Option<Coding>, has: &[HeaderValue]) -> Response {
        let compressed = match coding {
            Some(coding) => self.compressed(coding).await.map(|bytes| (coding, bytes)),
            None => None,
        };
        let coding = compressed.as_ref().map(|(coding, _)| *coding);
        let tag = format!("\"{}{}\"", self.hash, coding.map(Coding::suffix).unwrap_or_default());
        let is_known = has.iter().any(|tags| names(tags, &tag));
        let mut response = Response::new(match compressed {
            _ if is_known => Body::empty(),
            Some((_, bytes)) => bytes.into(),
            None => self.html.clone().into(),
        });
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let content = (!is_known).then_some(HeaderValue::from_static("text/html; charset=utf-8"));
        let coding = coding.filter(|_| !is_known).map(|coding| HeaderValue::from_static(coding.name()));
        let headers: [(HeaderName, Option<HeaderValue>); 6] = [
            (header::CONTENT_TYPE, content),
            (header::CONTENT_ENCODING, coding),
            (header::CONTENT_SECURITY_POLICY, Some(self.policy.clone())),
            (header::CACHE_CONTROL, Some(CACHE_CONTROL)),
            (header::VARY, Some(VARY)),
            (header::ETAG, HeaderValue::from_str(&tag).ok()),
        ];
        for (name, value) in headers {
            value.map(|value| response.headers_mut().insert(name, value));
        }
        response.extensions_mut().insert(IsPacked);
        response
    }

    async fn compressed(&self, coding: Coding) -> Option<Bytes> {
        let place = match coding {
            Coding::Brotli => &self.brotli,
            Coding::Gzip => &self.gzip,
        };
        let compress =
            || async { compress(self.html.clone(), coding).await.filter(|it| 2 * it.len() <= self.html.len()) };
        place.get_or_init(compress).await.clone()
    }
}

impl Coding {
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Gzip => "-gzip",
        }
    }
}

/// The same code that compresses whatever else goes out.
async fn compress(html: Bytes, coding: Coding) -> Option<Bytes> {
    let whole = service_fn(move |_: Request<Body>| {
        let html = html.clone();
        async { Ok::<_, Infallible>(Response::new(Body::from(html))) }
    });
    let request = Request::builder().header(header::ACCEPT_ENCODING, coding.name()).body(Body::empty()).ok()?;
    let compressed = CompressionLayer::new().quality(QUALITY).layer(whole).oneshot(request);
    let response = compressed.await.unwrap_or_else(|never| match never {});
    let is_compressed = response.headers().contains_key(header::CONTENT_ENCODING);
    to_bytes(Body::new(response.into_body()), usize::MAX).await.ok().filter(|_| is_compressed)
}

/// What the client can read, the shortest first.
fn coding(headers: &HeaderMap) -> Option<Coding> {
    let accepted = |coding: &Coding| {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|one| {
            let (name, quality) = one.split_once(';').unwrap_or((one, ""));
            let quality = quality.trim().strip_prefix("q=").map_or(Ok(1.0), |quality| quality.trim().parse::<f32>());
            name.trim().eq_ignore_ascii_case(coding.name()) && quality.is_ok_and(|quality| quality > 0.0)
        })
    };
    [Coding::Brotli, Coding::Gzip].into_iter().find(accepted)
}

/// Whether a list of ETags names this one. Weak or not is the same to who asks whether anything has changed.
fn names(tags: &HeaderValue, tag: &str) -> bool {
    let tags = tags.to_str().unwrap_or_default();
    tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// A page without its nonce, and what its policy allows instead: exactly those inline scripts and styles that had it. What
/// somebody smuggled in did not know it, and is allowed no more than before.
fn hashed(html: &str, nonce: &str) -> Option<(String, String)> {
    if nonce.is_empty() {
        return None;
    }
    let mark = format!(" nonce=\"{nonce}\"");
    let (mut bare, mut sources, mut rest) = (String::with_capacity(html.len()), Vec::new(), html);
    while let Some((before, after)) = rest.split_once(&mark) {
        let end = match before.get(before.rfind('<')?..)? {
            tag if tag.starts_with("<script") => "</script>",
            tag if tag.starts_with("<style") => "</style>",
            _ => return None,
        };
        let (attributes, content) = after.split_once('>')?;
        let content = &content[..content.find(end)?];
        if attributes.contains('<') {
            return None;
        }
        let source = format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(content)));
        if !sources.contains(&source) {
            sources.push(source);
        }
        bare.push_str(before);
        rest = after;
    }
    bare.push_str(rest);
    (!bare.contains(nonce)).then(|| (bare, sources.join(" ")))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{Coding, coding, hashed, names};

    #[test]
    fn what_has_the_nonce_is_named_by_its_hash_and_nothing_else_is() {
        let html = "<style nonce=\"n0\">b{}</style><script>evil()</script><script nonce=\"n\">evil()</script>\
                    <script type=\"module\" nonce=\"n0\">tea()</script>";
        let (bare, sources) = hashed(html, "n0").unwrap();
        assert_eq!(bare, html.replace(" nonce=\"n0\"", ""));
        // printf 'b{}' | openssl dgst -sha256 -binary | base64
        assert_eq!(sources.split(' ').count(), 2, "{sources}");
        for source in sources.split(' ') {
            assert!(source.starts_with("'sha256-") && source.ends_with("='"), "{source}");
        }
    }

    #[test]
    fn a_nonce_anywhere_else_keeps_the_page_from_being_kept() {
        for html in [
            "<p nonce=\"n0\"></p>",
            "n0",
            " nonce=\"n0\"",
            "<script nonce=\"n0\">never ends",
            "<script nonce=\"n0\"",
            "<script nonce=\"n0\">let n = 'n0'</script>",
        ] {
            assert_eq!(hashed(html, "n0"), None, "{html}");
        }
        assert_eq!(hashed("<p></p>", ""), None);
    }

    #[test]
    fn the_shortest_that_a_client_reads_is_sent() {
        let of = |accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            coding(&headers)
        };
        assert_eq!(of("gzip, deflate, br"), Some(Coding::Brotli));
        assert_eq!(of("gzip;q=1.0, br;q=0"), Some(Coding::Gzip));
        assert_eq!(of("GZIP ; q=0.5"), Some(Coding::Gzip));
        for none in ["", "identity", "brotli", "br;q=0, gzip;q=0.0", "br;q=tea", "deflate"] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(coding(&HeaderMap::new()), None);
    }

    #[test]
    fn a_client_names_one_tag_or_many_and_none_that_is_not_ours() {
        let has = |tags: &'static str| names(&HeaderValue::from_static(tags), "\"a-br\"");
        assert!(has("\"a-br\"") && has("W/\"a-br\"") && has("\"x\", \"a-br\"") && has("*"));
        assert!(!has("\"a\"") && !has("a-br") && !has("") && !has("\"a-gzip\", W/\"b\""));
    }
}
