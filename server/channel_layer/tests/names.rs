//! The grammar of names, seen from outside. Upstream's cases are among these.

use channel_layer::{ChannelName, GroupName, NameError};

#[test]
fn letters_digits_dots_dashes_and_underscores_make_a_name() {
    for text in ["chat", "a", "9", "room-1", "a.b_c-D", "..", "-", &"x".repeat(99)] {
        assert_eq!(ChannelName::parse(text).unwrap().as_str(), text);
        assert_eq!(GroupName::parse(text).unwrap().as_str(), text);
    }
}

#[test]
fn one_exclamation_mark_may_follow_a_channels_name() {
    for text in ["specific.abc!", "specific.abc!def", "a!b.c_d-e"] {
        let name = ChannelName::parse(text).unwrap();
        assert!(name.is_local());
        assert_eq!(name.to_string(), text);
    }
}

#[test]
fn the_non_local_name_ends_with_the_exclamation_mark() {
    let non_local = |text| ChannelName::parse(text).unwrap().non_local().to_owned();
    assert_eq!(non_local("specific.abc!def"), "specific.abc!");
    assert_eq!(non_local("specific.abc!"), "specific.abc!");
    assert_eq!(non_local("worker"), "worker");
}

#[test]
fn an_empty_name_is_refused() {
    assert_eq!(ChannelName::parse(""), Err(NameError::Empty));
    assert_eq!(ChannelName::parse("!"), Err(NameError::Empty));
    assert_eq!(ChannelName::parse("!local"), Err(NameError::Empty));
    assert_eq!(GroupName::parse(""), Err(NameError::Empty));
}

#[test]
fn a_hundred_characters_are_refused() {
    for text in ["chat".repeat(25), "聊".repeat(100)] {
        assert_eq!(ChannelName::parse(&text), Err(NameError::TooLong { length: 100 }));
        assert_eq!(GroupName::parse(&text), Err(NameError::TooLong { length: 100 }));
    }
}

#[test]
fn the_length_counts_the_local_part_too() {
    let text = format!("{}!{}", "a".repeat(50), "b".repeat(49));
    assert_eq!(ChannelName::parse(&text), Err(NameError::TooLong { length: 100 }));
}

#[test]
fn other_characters_are_refused_and_named() {
    for (text, character) in
        [("¯\\_(ツ)_/¯", '¯'), ("=+135!", '='), ("a b", ' '), ("a?", '?'), ("a/b", '/'), ("a:b", ':'), ("群", '群')]
    {
        assert_eq!(ChannelName::parse(text), Err(NameError::Character { character }));
        assert_eq!(GroupName::parse(text), Err(NameError::Character { character }));
    }
}

#[test]
fn what_only_pythons_expressions_let_through_is_refused() {
    assert_eq!(ChannelName::parse("chat\n"), Err(NameError::Character { character: '\n' }));
    assert_eq!(ChannelName::parse("٣"), Err(NameError::Character { character: '٣' }));
    assert_eq!(ChannelName::parse("a!é"), Err(NameError::Character { character: 'é' }));
}

#[test]
fn a_second_exclamation_mark_is_refused() {
    assert_eq!(ChannelName::parse("a!b!c"), Err(NameError::Character { character: '!' }));
}

#[test]
fn a_group_has_no_exclamation_mark() {
    assert_eq!(GroupName::parse("room!1"), Err(NameError::Character { character: '!' }));
}

#[test]
fn a_refusal_says_what_to_change() {
    let error = "a?b".parse::<GroupName>().unwrap_err();
    assert_eq!(error.to_string(), "a name holds ASCII letters, digits, `.`, `_` and `-`, not '?'");
    let error = "x".repeat(101).parse::<ChannelName>().unwrap_err();
    assert_eq!(error.to_string(), "a name has at most 99 characters, not 101");
}
