//! Tests of `json`: what serde_json reads and writes.

use proptest::prelude::*;

use super::{MAX_DEPTH, Value};

/// As serde_json has it.
fn known(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => serde_json::from_str(number).unwrap(),
        Value::Text(text) => text.as_str().into(),
        Value::List(values) => values.iter().map(known).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), known(value))).collect(),
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::Text),
        "[\\x00-\\x20\"\\\\]{0,4}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(Value::Object),
        ]
    })
}

#[test]
fn what_is_json_and_what_is_not_is_as_serde_json_says() {
    for json in [
        "",
        " ",
        "null",
        "nul",
        "nulls",
        "true",
        "false",
        "tru\u{e9}",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        "[ ]",
        " [ 1 , 2 ] ",
        "{",
        "{}",
        "{ }",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{"a":1 "b":2}"#,
        r#"{ "a" : 1 , "b" : 2 }"#,
        r#"{"a":1,"a":2}"#,
        "{a:1}",
        "{1:2}",
        "0",
        "-0",
        "00",
        "01",
        "-",
        "-1",
        "+1",
        "1.",
        "1.5",
        ".5",
        "1e",
        "1e5",
        "1E+5",
        "1e-",
        "1-",
        "1.5.5",
        "9223372036854775807",
        "18446744073709551615",
        "-9223372036854775808",
        "\"",
        "\"a",
        r#""\""#,
        r#""\x""#,
        r#""\n\r\t\b\f\/\\\"""#,
        r#""\u8336""#,
        r#""\u83""#,
        r#""\u+336""#,
        r#""\ud83c\udf75""#,
        r#""\ud83c""#,
        r#""\ud83c\u0041""#,
        r#""\ud83cx""#,
        r#""\udf75""#,
        r#""\u茶""#,
        r#""\u00茶""#,
        "\"\n\"",
        "\"\u{7f}\"",
        "\u{feff}1",
        "茶",
        "\u{a0}1",
    ] {
        let serde = serde_json::from_str::<serde_json::Value>(json).ok();
        assert_eq!(Value::read(json).as_ref().map(known), serde, "{json}");
    }
}

#[test]
fn a_number_is_itself_and_stays_as_it_is_written() {
    for (json, unsigned, signed) in [
        ("18446744073709551615", Some(u64::MAX), None),
        ("-9223372036854775808", None, Some(i64::MIN)),
        ("7", Some(7), Some(7)),
        ("7.0", None, None),
        ("7e0", None, None),
    ] {
        let value = Value::read(json).unwrap();
        assert_eq!((value.as_u64(), value.as_i64(), value.to_json().as_str()), (unsigned, signed, json));
    }
}

#[test]
fn of_one_name_twice_the_last_counts() {
    assert_eq!(Value::read(r#"{"a":1,"a":2}"#).unwrap().get("a").and_then(Value::as_u64), Some(2));
}

#[test]
fn a_tower_is_refused_and_not_climbed() {
    let tower = |height: u32| "[".repeat(height as usize) + &"]".repeat(height as usize);
    assert!(Value::read(&tower(MAX_DEPTH)).is_some());
    assert!(Value::read(&tower(100_000)).is_none());
}

proptest! {
    #[test]
    fn everything_is_written_as_serde_json_writes_it_and_comes_back(value in any_value()) {
        let json = value.to_json();
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), known(&value));
        prop_assert_eq!(Value::read(&json), Some(value.clone()));
        if let Value::Text(text) = &value {
            prop_assert_eq!(json, serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn no_text_is_read_otherwise(json in "[\\[\\]{}:,\" \\\\u0-9a-f.eE+\\-truefalsn茶]{0,24}") {
        let serde = serde_json::from_str::<serde_json::Value>(&json);
        // What is too great for a number is refused by serde_json alone.
        if serde.as_ref().err().is_none_or(|error| !error.to_string().contains("out of range")) {
            prop_assert_eq!(Value::read(&json).as_ref().map(known), serde.ok());
        }
    }
}
