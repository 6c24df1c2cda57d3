//! Frames against the bytes that channels_redis 4.3.0 left in Redis.

use super::*;

const P: &str = "3bd81ba96f004593916b5fe767a533df";

fn plain(format: Format) -> Codec {
    Codec { format, random_prefix: 12, keys: None, ttl: 70 }
}

fn encrypted(secrets: &[&str]) -> Codec {
    Codec { keys: fernet::Keys::derive(secrets), ..plain(Format::MsgPack) }
}

fn at(seconds: f64) -> Score {
    Score::from_seconds(seconds)
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn chat() -> Map {
    Map::new().with("type", "chat.message").with("text", "hi").with("n", 1_i64)
}

fn write(codec: &Codec, message: Map, addressees: &Addressees<'_>) -> Vec<u8> {
    codec.frame(&codec.body(message).unwrap(), addressees, at(1e9)).unwrap()
}

fn members() -> [String; 2] {
    ["d0742917b6ee4ca7b6ca4503c71738ce", "de49fbd52d3a4470a35d3660593e404d"].map(|c| format!("specific.{P}!{c}"))
}

#[test]
fn a_frame_to_a_group_is_pythons_to_the_byte() {
    let [one, two] = members();
    let mut golden = bytes(
        "84 a474797065 ac636861742e6d657373616765 a474657874 a26869 a16e 01 b05f5f617367695f6368616e6e656c5f5f 92",
    );
    for channel in [&one, &two] {
        golden.extend([0xd9, 0x4a]);
        golden.extend(channel.as_bytes());
    }
    let frame = write(&plain(Format::MsgPack), chat(), &Addressees::Members(&[&one, &two]));
    assert_eq!(frame[12..], golden);

    let frame = [bytes("2c0326e91c1cc11c01dde56f"), golden].concat();
    let letter = plain(Format::MsgPack).read(&frame, at(0.0)).unwrap();
    assert_eq!(letter, Letter { message: chat(), channels: [one, two].to_vec() });
}

#[test]
fn an_ordinary_member_is_named_in_a_list_of_one() {
    let golden = bytes(
        "84a474797065ac636861742e6d657373616765a474657874a26869a16e01
         b05f5f617367695f6368616e6e656c5f5f 91 a6776f726b6572",
    );
    assert_eq!(write(&plain(Format::MsgPack), chat(), &Addressees::Members(&["worker"]))[12..], golden);
}

#[test]
fn a_direct_send_names_its_channel_as_a_text() {
    let [one, _] = members();
    let message = Map::new().with("type", "chat.message").with("text", "direct");
    let head =
        "83 a474797065ac636861742e6d657373616765 a474657874a6646972656374 b05f5f617367695f6368616e6e656c5f5f d94a";
    let golden = [bytes(head), one.as_bytes().to_vec()].concat();
    assert_eq!(write(&plain(Format::MsgPack), message.clone(), &Addressees::One(&one))[12..], golden);
    let frame = [vec![0; 12], golden].concat();
    let letter = plain(Format::MsgPack).read(&frame, at(0.0)).unwrap();
    assert_eq!(letter, Letter { message, channels: vec![one] });
}

#[test]
fn every_kind_of_value_is_pythons_to_the_byte() {
    let golden =
        bytes("87 a474797065a36a6f62 a2696407 a162c40200ff a166cb3ff8000000000000 a46e6f6e65c0 a174c3 a16c920102");
    let message = Map::new()
        .with("type", "job")
        .with("id", 7_i64)
        .with("b", vec![0, 0xff])
        .with("f", 1.5)
        .with("none", Value::Null)
        .with("t", true)
        .with("l", vec![Value::Int(1), Value::Int(2)]);
    assert_eq!(write(&plain(Format::MsgPack), message.clone(), &Addressees::Reader)[12..], golden);
    let letter = plain(Format::MsgPack).read(&[vec![0; 12], golden].concat(), at(0.0)).unwrap();
    assert_eq!(letter, Letter { message, channels: vec![] });
}

/// Upstream's serialize and deserialize cases.
#[test]
fn upstreams_own_vector_with_every_length_of_random_prefix() {
    let inner = Map::new().with("d", Vec::<Value>::new());
    let message = Map::new().with("a", true).with("b", Value::Null).with("c", inner);
    for random_prefix in [0, 8, 12, 40] {
        for (format, golden) in [
            (Format::MsgPack, bytes("83a161c3a162c0a16381a16490")),
            (Format::Json, br#"{"a":true,"b":null,"c":{"d":[]}}"#.to_vec()),
        ] {
            let codec = Codec { random_prefix, ..plain(format) };
            let frame = write(&codec, message.clone(), &Addressees::Reader);
            assert_eq!(frame[random_prefix..], golden);
            assert_eq!(codec.read(&frame, at(0.0)).unwrap().message, message);
        }
    }
}

#[test]
fn json_as_python_writes_it_is_read_and_ours_is_json() {
    let [one, _] = members();
    let frame = format!("{}{{\"type\": \"m\", \"t\": \"\\u8336\", \"__asgi_channel__\": [\"{one}\"]}}", "x".repeat(12));
    let message = Map::new().with("type", "m").with("t", "茶");
    let letter = plain(Format::Json).read(frame.as_bytes(), at(0.0)).unwrap();
    assert_eq!(letter, Letter { message: message.clone(), channels: vec![one.clone()] });

    let frame = write(&plain(Format::Json), message, &Addressees::Members(&[&one]));
    assert_eq!(frame[12..], *format!("{{\"type\":\"m\",\"t\":\"茶\",\"__asgi_channel__\":[\"{one}\"]}}").as_bytes());
    assert!(plain(Format::Json).body(Map::new().with("b", vec![1_u8])).is_err(), "JSON carries no bytes");
}

#[test]
fn an_encrypted_frame_of_pythons_is_read_and_ours_comes_back() {
    let frame = [
        bytes("2eef0e28206d3c6ff04da222"),
        b"gAAAAABrAzODWgxrrC0H1khqwVOjfRetG6KbJ1oRlo0s4maRUT0tdcgO199hVgobQkDCb25GoPU4EbW_ZhZlKCrl3PP4QqUrGg=="
            .to_vec(),
    ]
    .concat();
    let message = Map::new().with("type", "m").with("x", 1_i64);
    let (codec, written) = (encrypted(&["a-test-key", "old"]), at(f64::from(0x6b03_3383)));
    assert_eq!(codec.read(&frame, written).unwrap().message, message);
    assert_eq!(encrypted(&["other"]).read(&frame, written), Err(Unreadable::Token));
    for format in [Format::MsgPack, Format::Json] {
        assert_eq!(plain(format).read(&frame, written), Err(Unreadable::Token), "it is encrypted, and we have no key");
    }

    let frame = codec.frame(&codec.body(message.clone()).unwrap(), &Addressees::Reader, written).unwrap();
    assert_eq!(frame.len(), 112);
    assert_eq!(codec.read(&frame, written).unwrap().message, message);
    assert_eq!(codec.read(&frame, at(f64::from(0x6b03_3383) + 71.0)), Err(Unreadable::Age));
}

#[test]
fn what_is_no_message_is_refused_and_nothing_panics() {
    let codec = plain(Format::MsgPack);
    let refused =
        |payload: &str| codec.read(&[vec![0; 12], bytes(payload)].concat(), at(0.0)) == Err(Unreadable::Format);
    for payload in [
        "",
        "c0",
        "93010203",
        "81",
        "8101 02",
        "81 a161",
        "df ffffffff",
        "81 a161 dd ffffffff",
        "81 a161 c6 ffffffff",
        "81 a161 01 00",
        "81a161 c1",
        "81 a161 d6ff00000000",
        "81 a2c328 01 c1",
        "81 b05f5f617367695f6368616e6e656c5f5f 01",
        "81 b05f5f617367695f6368616e6e656c5f5f 9101",
    ] {
        assert!(refused(payload), "{payload}");
    }
    assert!(refused(&format!("81 a161 {}", "91".repeat(100_000))), "a nest is not followed to its bottom");
    assert_eq!(codec.read(b"short", at(0.0)), Err(Unreadable::Format));
}

#[test]
fn the_layers_own_key_in_a_message_is_left_out() {
    let message = chat().with(ADDRESSEES, "specific.x!y");
    let frame = write(&plain(Format::MsgPack), message, &Addressees::Reader);
    assert_eq!(plain(Format::MsgPack).read(&frame, at(0.0)).unwrap().channels, Vec::<String>::new());
}

proptest::proptest! {
    #[test]
    fn no_bytes_at_all_make_a_reader_panic(frame: Vec<u8>) {
        for codec in [plain(Format::MsgPack), plain(Format::Json), encrypted(&["k"])] {
            let _ = codec.read(&frame, at(0.0));
        }
    }
}
