//! The elements of a log: the box that scrolls, in it the list and the room above and below it. Never what is drawn.

use leptos::{
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlDivElement, HtmlElement},
};

pub(super) struct Parts {
    pub(super) frame: HtmlDivElement,
    above: HtmlElement,
    pub(super) list: Element,
    below: HtmlElement,
}

impl Parts {
    pub(super) fn of(frame: HtmlDivElement) -> Option<Self> {
        let above = frame.first_element_child()?.first_element_child()?;
        let list = above.next_element_sibling()?;
        let below = list.next_element_sibling()?;
        Some(Self { frame, above: above.dyn_into().ok()?, list, below: below.dyn_into().ok()? })
    }

    /// Where the view begins on the screen.
    pub(super) fn top(&self) -> f64 {
        self.frame.get_bounding_client_rect().top()
    }

    /// How far the view begins below the first row.
    pub(super) fn scrolled_by(&self) -> f64 {
        f64::from(self.frame.scroll_height() - self.frame.client_height() + self.frame.scroll_top())
    }

    /// Keeps room for the rows that are not drawn.
    pub(super) fn keep_room(&self, above: f64, below: f64) {
        set_height(&self.above, above);
        set_height(&self.below, below);
    }
}

/// Set by script: the page's policy allows no style in its HTML.
fn set_height(element: &HtmlElement, pixels: f64) {
    let _ = element.style().set_property("height", &((pixels as i64).to_string() + "px"));
}
