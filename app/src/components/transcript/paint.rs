//! Puts rows into the document and takes them out, each by its key: one that stays the same is not touched, one that
//! changed keeps its element and the focus in it. Never what is in a row.

use std::{collections::HashMap, hash::Hash, ops::Range};

use leptos::{
    prelude::document,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

/// The rows that are in the document, each with its HTML.
pub(in crate::components) struct Painted<K>(Vec<(K, String)>);

impl<K> Default for Painted<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Clone + Eq + Hash> Painted<K> {
    /// What is rendered as HTML at first.
    pub(in crate::components) fn rendered(rows: Vec<(K, String)>) -> Self {
        Self(rows)
    }

    pub(in crate::components) fn html(&self) -> String {
        let (begin, end) = ("<li class=\"entry\">", "</li>");
        let room = self.0.iter().map(|(_, row)| begin.len() + row.len() + end.len()).sum();
        let mut html = String::with_capacity(room);
        for (_, row) in &self.0 {
            html += begin;
            html += row;
            html += end;
        }
        html
    }

    /// Each row with its element.
    pub(in crate::components) fn rows(&self, list: &Element) -> Vec<(K, Element)> {
        self.0.iter().map(|(key, _)| key.clone()).zip(elements(list)).collect()
    }

    /// Where these rows are among others, if nothing came between them and neither end is gone.
    pub(in crate::components) fn place(&self, among: &[K]) -> Option<Range<usize>> {
        let ((first, _), (last, _)) = (self.0.first()?, self.0.last()?);
        let start = among.iter().position(|key| key == first)?;
        let rows = start..start + self.0.len();
        (among.get(rows.end - 1) == Some(last)).then_some(rows)
    }

    /// The element of one row.
    pub(in crate::components) fn row(&self, list: &Element, row: &K) -> Option<Element> {
        let place = self.0.iter().position(|(key, _)| key == row)?;
        list.children().item(place as u32)
    }

    /// Makes the list hold these rows and no others. Returns whether that changed anything.
    pub(in crate::components) fn paint(&mut self, list: &Element, rows: Vec<(K, String)>) -> bool {
        if self.0 == rows {
            return false;
        }
        let before = std::mem::replace(&mut self.0, rows).into_iter().zip(elements(list));
        let mut before: HashMap<K, (String, Element)> =
            before.map(|((key, html), element)| (key, (html, element))).collect();
        let mut next = list.first_element_child();
        for (key, html) in &self.0 {
            let element = match before.remove(key) {
                Some((known, element)) => {
                    if known != *html {
                        rewrite(&element, html);
                    }
                    element
                }
                None => {
                    let Ok(element) = document().create_element("li") else { continue };
                    element.set_class_name("entry");
                    element.set_inner_html(html);
                    element
                }
            };
            if next.as_ref() == Some(&element) {
                next = element.next_element_sibling();
            } else {
                let _ = list.insert_before(&element, next.as_ref().map(AsRef::as_ref));
            }
        }
        before.into_values().for_each(|(_, element)| element.remove());
        true
    }
}

fn elements(list: &Element) -> Vec<Element> {
    let children = list.children();
    (0..children.length()).filter_map(|place| children.item(place)).collect()
}

/// Changes a row; who had the focus in it keeps it, or goes to the row's menu button, or to what stands where a message
/// was.
pub(super) fn rewrite(row: &Element, html: &str) {
    let focused = document().active_element().filter(|focused| row.contains(Some(focused)));
    row.set_inner_html(html);
    let Some(focused) = focused else { return };
    let named = |name: &str| {
        let value = focused.get_attribute(name)?;
        Some(["[", name, "=\"", &value, "\"]"].concat())
    };
    let same = named("data-act").map(|act| act + &named("data-value").unwrap_or_default());
    let found = same.and_then(|same| row.query_selector(&same).ok().flatten());
    let found = found.or_else(|| row.query_selector(".message-more, .message-gone").ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::Painted;

    #[test]
    fn rows_are_found_again_unless_one_came_between_or_an_end_is_gone() {
        let rows = Painted::rendered(['b', 'c', 'd'].map(|key| (key, String::new())).to_vec());
        assert_eq!(rows.place(&['b', 'c', 'd']), Some(0..3));
        assert_eq!(rows.place(&['0', 'a', 'b', 'c', 'd', 'e']), Some(2..5));
        assert_eq!(rows.place(&['b', 'c', 'x', 'd']), None);
        assert_eq!(rows.place(&['b', 'd']), None);
        assert_eq!(rows.place(&['c', 'd', 'e']), None);
        assert_eq!(Painted::default().place(&['a']), None);
    }
}
