//! A page as a browser reads it: its elements in order, with their attributes, texts and what they stand in.

use html5gum::{Token, Tokenizer};

/// What never has an end.
const VOID: [&str; 6] = ["meta", "link", "input", "img", "br", "hr"];

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) tag: String,
    attributes: Vec<(String, String)>,
    /// The elements that it stands in.
    around: Vec<String>,
    /// Its text and that of what is in it.
    pub(crate) text: String,
    /// Its text only.
    pub(crate) own_text: String,
}

impl Element {
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn inside(&self, tag: &str) -> bool {
        self.around.iter().any(|around| around == tag)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class").unwrap_or_default().split(' ').any(|one| one == class)
    }
}

#[derive(Default)]
pub(crate) struct Document {
    pub(crate) elements: Vec<Element>,
}

impl Document {
    /// Reads a page. Panics where an end tag is not that of the last open element: our pages are written properly.
    pub(crate) fn parse(html: &str) -> Self {
        let (mut document, mut open) = (Self::default(), Vec::<usize>::new());
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::StartTag(start) => {
                    let tag = text(&start.name);
                    let attributes = start.attributes.iter().map(|(key, value)| (text(key), text(value))).collect();
                    let around = open.iter().map(|&index| document.elements[index].tag.clone()).collect();
                    if !VOID.contains(&tag.as_str()) {
                        open.push(document.elements.len());
                    }
                    let (text, own_text) = (String::new(), String::new());
                    document.elements.push(Element { tag, attributes, around, text, own_text });
                }
                Token::EndTag(end) => {
                    let index = open.pop().expect("an end has a beginning");
                    assert_eq!(document.elements[index].tag, text(&end.name));
                }
                Token::String(string) => {
                    let string = text(&string);
                    for &index in &open {
                        document.elements[index].text.push_str(&string);
                    }
                    if let Some(&index) = open.last() {
                        document.elements[index].own_text.push_str(&string);
                    }
                }
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        assert!(open.is_empty(), "everything that is opened is closed");
        for area in document.elements.iter_mut().filter(|element| element.tag == "textarea") {
            // As a browser does.
            area.text = area.text.strip_prefix('\n').unwrap_or(&area.text).to_owned();
        }
        document
    }

    pub(crate) fn of(&self, tag: &str) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |element| element.tag == tag)
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.elements.iter().flat_map(|element| &element.attributes).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The elements and the names of their attributes: all that a page is besides its texts.
    pub(crate) fn shape(&self) -> Vec<String> {
        let keys =
            |element: &Element| element.attributes.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(" ");
        self.elements.iter().map(|element| format!("{} {}", element.tag, keys(element))).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
