//! The pages without script: whatever people wrote, each page is whole, in both languages, and runs nothing.

mod document;
mod samples;

use std::collections::HashSet;

use app::{
    i18n::Locale,
    paper::{Answer, Chrome, Done, Field, Paper, PersonKind, Why, render},
    preferences::Preferences,
};
use document::{Document, Element};
use protocol::GroupId;
use samples::{Words, pages};

/// What people could write to break a page.
fn nasty() -> Vec<String> {
    [
        "\"><script>alert(1)</script>",
        "</textarea></title></bdi><script>alert(1)</script><img src=x onerror=alert(1)>",
        "' onfocus='alert(1)' autofocus x=\" onfocus=\"alert(1)",
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34; &quot;",
        "<!-- --><![CDATA[ ]]><?php ?>--><plaintext>",
        "javascript:alert(1)",
        "\u{202e}أهلا\u{2069}\u{2069} שלום",
        "👩🏽‍🚀🍵🇨🇳\u{200d}",
        "{} {{}} %s ${x}",
        "\r\n\t\0",
        "",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(["<\"&'>茶".repeat(2_000)])
    .collect()
}

fn all_the_same(text: &str) -> Words {
    let names = [(); 4].map(|()| text.to_owned());
    Words { names, text: text.to_owned(), group: GroupId::parse("茶馆").unwrap() }
}

fn chrome(locale: Locale, words: &Words) -> Chrome {
    Chrome {
        locale,
        preferences: Preferences::default(),
        css: "/pkg/teahouse.css".to_owned(),
        me: Some(words.visitor(PersonKind::Guest, true)),
        server_name: Some(words.text.clone()),
        here: format!("/me?x={}", words.text),
    }
}

/// Every page in every language, with such words on it, as a browser reads it.
fn each(words: &Words, answer: &Answer, mut check: impl FnMut(&str, Locale, &str, &Document)) {
    for locale in Locale::ALL {
        for (name, paper) in pages(words) {
            let html = render(&paper, answer, &chrome(locale, words));
            check(name, locale, &html, &Document::parse(&html));
        }
    }
}

#[test]
fn nothing_that_people_wrote_becomes_an_element_an_attribute_or_a_way_out() {
    let mut plain = Vec::new();
    each(&all_the_same("tea"), &Answer::none(), |_, _, _, document| plain.push(document.shape()));
    for text in nasty() {
        // Only what changes with emptiness may differ.
        let same_shape = !text.trim_matches(['\r', '\n', '\t', '\0']).is_empty();
        let mut plain = plain.iter();
        each(&all_the_same(&text), &Answer::none(), |name, _, _, document| {
            let expected = plain.next().unwrap();
            assert!(
                document.elements.iter().all(|element| element.tag != "script" && element.tag != "style"),
                "{name}"
            );
            assert!(document.attributes().all(|(key, _)| !key.starts_with("on") && key != "style"), "{name}");
            assert!(document.attributes().all(|(key, value)| stays_in_the_house(key, value)), "{name}");
            if same_shape {
                assert_eq!(&document.shape(), expected, "{name} with {:?}", text.chars().take(40).collect::<String>());
            }
        });
    }
}

/// Links and forms lead to addresses of ours, in plain ASCII.
fn stays_in_the_house(key: &str, value: &str) -> bool {
    let own = value.starts_with('#') || value.starts_with('/') && !value.starts_with("//");
    !matches!(key, "href" | "action" | "src") || own && value.is_ascii() && !value.contains([' ', '"', '<', '\\'])
}

#[test]
fn what_was_typed_comes_back_whole_and_passwords_never_do() {
    for text in ["\"><script>", "a\n b</textarea>&lt;", "\u{202e}茶"] {
        let words = all_the_same(text);
        each(&words, &Answer::none(), |name, _, _, document| {
            for field in document.of("input") {
                let (kind, value) = (field.get("type"), field.get("value"));
                assert!(kind != Some("password") || value.is_none(), "{name}");
                if matches!(field.get("name"), Some("name" | "server_name" | "login"))
                    && !name.starts_with("signin")
                    && !name.starts_with("manage")
                {
                    assert_eq!(value, Some(text), "{name}");
                }
            }
            for area in document.of("textarea") {
                assert_eq!(area.text, text, "{name}");
            }
        });
    }
}

#[test]
fn every_field_has_a_label_and_what_describes_it_is_there() {
    let answer = Answer::wrong(Field::Login, Why::NameTaken);
    each(&all_the_same("tea"), &answer, |name, _, _, document| {
        let ids: Vec<_> = document.elements.iter().filter_map(|element| element.get("id")).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{name}: {ids:?}");
        let labels: HashSet<_> = document.of("label").filter_map(|label| label.get("for")).collect();
        for element in &document.elements {
            if matches!(element.tag.as_str(), "input" | "textarea" | "select") && needs_label(element) {
                let labelled = element.get("id").is_some_and(|id| labels.contains(id)) || element.inside("label");
                assert!(labelled, "{name}: {element:?}");
            }
            for key in ["aria-describedby", "aria-labelledby"] {
                for id in element.get(key).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(&id), "{name}: {key} {id}");
                }
            }
        }
    });
}

fn needs_label(element: &Element) -> bool {
    element.get("type") != Some("hidden") && element.get("hidden").is_none()
}

#[test]
fn every_form_says_where_it_goes_and_nothing_is_done_by_a_link() {
    each(&all_the_same("tea"), &Answer::none(), |name, _, _, document| {
        for form in document.of("form") {
            let (method, action) = (form.get("method"), form.get("action").unwrap_or_default());
            let searches = form.get("role") == Some("search");
            assert!(!action.is_empty() && method == Some(if searches { "get" } else { "post" }), "{name}: {form:?}");
        }
        for button in document.of("button") {
            assert!(button.inside("form") && button.get("type") == Some("submit"), "{name}: {button:?}");
        }
    });
}

#[test]
fn what_cannot_be_taken_back_asks_first() {
    each(&all_the_same("tea"), &Answer::none(), |name, _, _, document| {
        for button in document.of("button").filter(|button| button.has_class("button-danger")) {
            assert!(button.inside("details"), "{name}: {button:?}");
        }
        let endings = ["/remove", "/ban", "/leave", "/uninvite", "/close", "/me/sessions/end"];
        for form in document.of("form") {
            let action = form.get("action").unwrap_or_default();
            if endings.iter().any(|ending| action.ends_with(ending)) {
                assert!(form.inside("details"), "{name}: {action}");
            }
        }
    });
}

#[test]
fn a_mistake_stands_at_its_field_or_on_top_but_never_nowhere() {
    let words = all_the_same("tea");
    for at in Field::ALL {
        each(&words, &Answer::wrong(at, Why::StoreAway), |name, locale, _, document| {
            // A question that is none says so besides.
            let is_one = |one: &&Element| one.get("role") == Some("alert") && one.get("id") != Some("q-wrong");
            let alerts: Vec<_> = document.elements.iter().filter(is_one).collect();
            assert_eq!(alerts.len(), 1, "{name} {locale:?} {at:?}");
            assert!(!alerts[0].text.trim().is_empty(), "{name} {at:?}");
        });
    }
}

#[test]
fn every_reason_and_every_success_is_a_sentence_in_both_languages() {
    let words = all_the_same("茶");
    let (_, page) = pages(&words).remove(0);
    for locale in Locale::ALL {
        let says = |answer: &Answer, role: &str| {
            let document = Document::parse(&render(&page, answer, &chrome(locale, &words)));
            document.elements.into_iter().find(|one| one.get("role") == Some(role)).map(|one| one.text).unwrap()
        };
        let why: HashSet<_> = Why::ALL.map(|why| says(&Answer::wrong(Field::Page, why), "alert")).into();
        let done: HashSet<_> = Done::ALL.map(|done| says(&Answer::done(Some(done)), "status")).into();
        assert!(why.len() > 20 && done.len() > 15, "{locale:?}");
        for sentence in why.iter().chain(&done) {
            assert!(
                sentence.ends_with(if locale == Locale::Zh { '。' } else { '.' }) || sentence.ends_with(['?', '？']),
                "{sentence}"
            );
            assert!(!sentence.contains("{}"), "{sentence}");
        }
    }
}

#[test]
fn every_success_comes_back_from_its_address() {
    for done in Done::ALL {
        assert_eq!(Done::from_tag(done.tag()), Some(done));
    }
    assert_eq!(Done::from_tag("\"><script>"), None);
}

#[test]
fn a_chinese_page_speaks_chinese() {
    let words = all_the_same("茶");
    each(&words, &Answer::none(), |name, locale, _, document| {
        if locale == Locale::Zh {
            for element in document.elements.iter().filter(|element| !element.inside("nav") && element.tag != "option")
            {
                // Samples: a login, a device, an address, a new word of the store, the names of what is named so, what is
                // typed before a name in a search, and what is written on keys.
                let known =
                    ["UTC", "English", "Firefox, Linux", "some_new_word", "ada", "from", "in", "before", "after"];
                let keys = ["Enter", "Shift", "Ctrl"];
                let words =
                    known.iter().chain(&keys).fold(element.own_text.clone(), |text, word| text.replace(word, ""));
                assert!(!words.chars().any(|c| c.is_ascii_alphabetic()), "{name}: {words}");
            }
        }
    });
}

#[test]
fn a_page_is_a_document_in_its_language_with_one_heading() {
    each(&all_the_same("tea"), &Answer::none(), |name, locale, html, document| {
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
        assert_eq!(document.of("html").next().and_then(|html| html.get("lang")), Some(locale.tag()));
        assert_eq!(document.of("h1").count(), 1, "{name}");
        assert_eq!(document.of("main").count(), 1, "{name}");
        assert!(document.of("title").all(|title| !title.text.trim().is_empty()), "{name}");
        assert_eq!(
            document.of("input").filter(|input| input.get("autofocus").is_some()).count().min(2) / 2,
            0,
            "{name}"
        );
    });
}

#[test]
fn who_may_not_do_something_is_not_offered_it() {
    let words = all_the_same("tea");
    let member = pages(&words).into_iter().find(|(name, _)| *name == "manage-member").unwrap().1;
    assert!(matches!(member, Paper::Manage(_)));
    let document = Document::parse(&render(&member, &Answer::none(), &chrome(Locale::En, &words)));
    let actions: Vec<_> = document.of("form").filter_map(|form| form.get("action")).collect();
    assert_eq!(actions, ["/groups/%E8%8C%B6%E9%A6%86/leave"]);
}

#[test]
fn a_title_is_its_text_and_nothing_else_and_what_people_wrote_is_escaped_in_it_once() {
    let name = "Tea & \"<Cake>\" &amp; 茶";
    each(&all_the_same(name), &Answer::none(), |page, locale, html, document| {
        let written = html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).unwrap().0;
        assert!(!written.contains("<!") && !written.contains('<'), "{page}: {written}");
        let title = &document.of("title").next().unwrap().text;
        assert!(title.ends_with(&format!(" · {name}")), "{page} {locale:?}: {title}");
        assert!(written.ends_with(" · Tea &amp; &quot;&lt;Cake&gt;&quot; &amp;amp; 茶"), "{page}: {written}");
    });
}
