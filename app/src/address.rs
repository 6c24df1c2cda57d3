//! Where the visitor is: the address as a signal, and links that lead on without loading a page, so that the socket and
//! what is typed stay. Three pages need no router of Leptos's size: it was a sixth of the download. Never markup.

use leptos::prelude::*;

/// The pages there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Home,
    ChatOne,
    ChatGroup,
    /// None of ours.
    Nothing,
}

/// The path and query of the page, as in `/chatgroup?groupID=1`; copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Address(RwSignal<String>, RwSignal<bool>);

/// Puts the address into the context: on the server that of the request, in the browser that of the document.
pub(crate) fn provide_address() -> Address {
    let address = Address(RwSignal::new(current()), RwSignal::new(false));
    provide_context(address);
    address
}

pub(crate) fn use_address() -> Address {
    expect_context()
}

impl Address {
    /// The whole of it.
    pub(crate) fn get(self) -> String {
        self.0.get()
    }

    pub(crate) fn path(self) -> String {
        self.0.with(|address| split(address).0.to_owned())
    }

    pub(crate) fn page(self) -> Page {
        self.0.with(|address| page(split(address).0))
    }

    /// A value of the query, or nothing.
    pub(crate) fn value(self, name: &str) -> String {
        self.0.with(|address| value(split(address).1, name)).unwrap_or_default()
    }

    /// A group's page has been there. The first is loaded: it brings the list of one's groups along.
    pub(crate) fn knows_groups(self) {
        self.1.set(true);
    }

    /// Goes to one of our pages, as a link to it would.
    pub(crate) fn go(self, to: String) {
        #[cfg(feature = "hydrate")]
        browser::go(self, to);
        #[cfg(not(feature = "hydrate"))]
        drop(to);
    }

    /// From now on links to our pages, and back and forward, change the address instead of loading a page.
    pub(crate) fn follow_links(self) {
        #[cfg(feature = "hydrate")]
        browser::follow_links(self);
    }
}

fn page(path: &str) -> Page {
    match path {
        "/" => Page::Home,
        "/chatone" => Page::ChatOne,
        "/chatgroup" => Page::ChatGroup,
        _ => Page::Nothing,
    }
}

fn split(address: &str) -> (&str, &str) {
    address.split_once('?').unwrap_or((address, ""))
}

fn joined(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The last value of a name, as forms encode it; so does the server, when it reads a group for its page.
fn value(query: &str, name: &str) -> Option<String> {
    let mut values = query.rsplit('&').filter_map(|pair| pair.split_once('='));
    values.find(|(known, _)| decoded(known) == name).map(|(_, value)| decoded(value))
}

/// `+` is a space and `%E8` a byte; what is no escape stands for itself.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%').then(|| Some((digit(after.first()?)? << 4) | digit(after.get(1)?)?)).flatten();
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: &u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(feature = "hydrate")]
fn current() -> String {
    let location = window().location();
    joined(&location.pathname().unwrap_or_default(), location.search().unwrap_or_default().trim_start_matches('?'))
}

#[cfg(not(feature = "hydrate"))]
fn current() -> String {
    use_context::<http::request::Parts>()
        .map_or_else(String::new, |parts| joined(parts.uri.path(), parts.uri.query().unwrap_or_default()))
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
    use wasm_bindgen::JsValue;
    use web_sys::{Element, HtmlAnchorElement, MouseEvent};

    use super::{Address, Page, current, page, split};

    /// The app lives as long as its document: nothing takes these listeners away.
    pub(super) fn follow_links(address: Address) {
        window_event_listener(ev::click, move |click| {
            if let Some(to) = leads_to(&click).filter(|to| address.follows(to)) {
                click.prevent_default();
                go(address, to);
            }
        });
        window_event_listener(ev::popstate, move |_| show(address, current()));
    }

    pub(super) fn go(address: Address, to: String) {
        if to != current() {
            let history = window().history();
            let _ = history.and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&to)));
        }
        show(address, to);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// A jump to another part of the same page is no change of the address.
    fn show(address: Address, to: String) {
        if address.0.with_untracked(|before| *before != to) {
            address.0.set(to);
        }
    }

    impl Address {
        fn follows(self, to: &str) -> bool {
            page(split(to).0) != Page::ChatGroup || self.1.get_untracked()
        }
    }

    /// The address of one of our pages, if that is what was clicked, and in the way that means "go there, here".
    fn leads_to(click: &MouseEvent) -> Option<String> {
        let means_more = click.meta_key() || click.alt_key() || click.ctrl_key() || click.shift_key();
        if click.default_prevented() || click.button() != 0 || means_more {
            return None;
        }
        let link = click.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
        let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
        let leaves = !link.target().is_empty()
            || link.has_attribute("download")
            || link.rel().split(' ').any(|word| word == "external")
            || link.origin() != window().location().origin().ok()?
            || !link.hash().is_empty();
        let to = link.pathname() + &link.search();
        (!leaves && page(split(&to).0) != Page::Nothing).then_some(to)
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, joined, page, split, value};

    #[test]
    fn an_empty_query_leaves_no_question_mark() {
        for (path, query, address) in [("/", "", "/"), ("/a", "b=1?", "/a?b=1?")] {
            assert_eq!(joined(path, query), address);
            assert_eq!(split(address), (path, query));
        }
    }

    #[test]
    fn a_value_comes_out_of_a_query_as_it_went_in() {
        for (query, found) in [
            ("groupID=1", Some("1")),
            ("groupID=2&groupID=%E8%8C%B6%e9%a6%86&a=b", Some("茶馆")),
            ("groupID=a+b%20c%2Bd", Some("a b c+d")),
            ("group%49D=", Some("")),
            ("groupID=100%&x", Some("100%")),
            ("groupID=%4", Some("%4")),
            ("groupID=%zz%E8", Some("%zz\u{fffd}")),
            ("groupID", None),
            ("", None),
        ] {
            assert_eq!(value(query, "groupID").as_deref(), found, "{query}");
        }
    }

    #[test]
    fn every_page_has_its_path() {
        assert_eq!(page("/"), Page::Home);
        assert_eq!(page("/chatgroup"), Page::ChatGroup);
        assert_eq!(page("/chatgroup/new"), Page::Nothing);
        // Rendered by the server alone: links to them load a page.
        for paper in ["/groups", "/groups/1", "/me", "/signin", "/signup", "/admin", "/invite/x"] {
            assert_eq!(page(paper), Page::Nothing, "{paper}");
        }
    }
}
