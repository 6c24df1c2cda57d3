//! What a page carries to the app that takes it over: JSON, each in an element of its own behind the app's, that a browser neither
//! runs nor shows. Leptos's own way writes it as a string in a script: half as long again, and a sixth of all that rendering
//! a group's page cost. Never what is in it.

/// The visitor's groups, and the group that is open.
pub(crate) const GROUPS: &str = "data-groups";
pub(crate) const OPENING: &str = "data-opening";

/// What the contexts of a page hold of it. Before the page itself is rendered, which takes it from there.
#[cfg(feature = "ssr")]
pub(crate) fn sheets() -> leptos::prelude::AnyView {
    use leptos::{nonce::use_nonce, prelude::*};

    use crate::{listed::Mine, opening::Opening};

    /// No browser runs it, and it carries the nonce all the same: then there is nothing on a page whose policy one has to ask about.
    /// Inside its strings an angle bracket may be written otherwise, and outside there is none: it cannot end its element.
    fn sheet(id: &'static str, json: serde_json::Result<String>) -> Option<AnyView> {
        let json = json.ok()?.replace('<', "\\u003c");
        Some(view! { <script type="application/json" id=id nonce=use_nonce() inner_html=json></script> }.into_any())
    }

    #[derive(serde::Serialize)]
    struct Groups<'a> {
        groups: &'a [crate::listed::Listed],
    }

    let groups = with_context(|Mine(groups): &Mine| sheet(GROUPS, serde_json::to_string(&Groups { groups })));
    let opening = with_context(|opening: &Opening| sheet(OPENING, serde_json::to_string(opening)));
    [groups, opening].into_iter().flatten().flatten().collect::<Vec<_>>().into_any()
}

/// Takes it out of the document, so that it is there once: for the page that the server rendered. Else it is empty.
#[cfg(not(feature = "ssr"))]
pub(crate) fn taken(id: &str) -> String {
    let Some(sheet) = leptos::prelude::document().get_element_by_id(id) else { return String::new() };
    sheet.remove();
    sheet.text_content().unwrap_or_default()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;
    use protocol::GroupId;

    use super::sheets;
    use crate::listed::{Listed, Mine};

    fn rendered(name: &str) -> String {
        Owner::new().with(|| {
            let listed = Listed { name: Some(name.to_owned()), ..Listed::unknown(GroupId::parse("g").expect("an id")) };
            provide_context(Mine(vec![listed]));
            sheets().to_html()
        })
    }

    #[test]
    fn nothing_that_people_wrote_ends_the_element_that_it_is_in() {
        let html = rendered("</script><!--<script>\t");
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert_eq!(html.matches("</script").count(), 1, "{html}");
        let (_, data) = html.split_once('>').unwrap();
        let json: serde_json::Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
        assert_eq!(json["groups"][0]["name"], "</script><!--<script>\t");
    }

    #[test]
    fn a_page_that_knows_nothing_carries_nothing() {
        assert!(!Owner::new().with(|| sheets().to_html()).contains("<script"));
    }
}
