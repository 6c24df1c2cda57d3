//! What asks for a list, what is spelt out, and what an answer holds.

use super::{Asked, asked, found, offer, spelt, with};

#[test]
fn a_mark_and_the_beginning_of_a_word_ask() {
    for (text, mark, word) in [
        ("@", '@', ""),
        ("问@小", '@', "小"),
        ("hi @an", '@', "an"),
        ("茶:te", ':', "te"),
        (":茶", ':', "茶"),
        ("：笑", ':', "笑"),
    ] {
        assert_eq!(asked(text), Some(Asked { mark, word: word.to_owned() }), "{text}");
    }
}

#[test]
fn addresses_times_and_sentences_ask_for_nothing() {
    for text in ["", "a@b", "12:30", "at :30", ":", ":t", "@ann hi", "他说:好", "他说：好", "：", "https://a", "@a b"]
    {
        assert_eq!(asked(text), None, "{text}");
    }
}

#[test]
fn a_name_between_two_colons_is_spelt_out() {
    for (text, word) in [(":tada:", "tada"), ("好 ：笑哭：", "笑哭"), ("(:+1:", "+1")] {
        assert_eq!(spelt(text).unwrap_or_default(), word, "{text}");
    }
    for text in ["", ":", "::", "12:30:", "a:b:", "他说:好:", ":tada", "@ann:", ": tada:"] {
        assert_eq!(spelt(text), None, "{text}");
    }
}

#[test]
fn an_answer_is_a_list_and_anything_else_none() {
    let people = found(r#"{"people":[{"id":"p1","name":"Ann"}]}"#);
    assert_eq!(people, [offer("Ann", "p1")]);
    assert_eq!(found(r#"{"emoji":[{"emoji":"🍵","name":"tea"}]}"#)[0].text, "🍵");
    assert!(found("<html>").is_empty() && found("{}").is_empty());
    assert_eq!(with(people.clone(), people).len(), 1);
}
