//! Every way of measuring, against the floor: the simplest server there is, so what is counted must be right.

mod helpers;

use helpers::{Floor, SHORT, assert_faultless, figures, load};
use tempfile::TempDir;

#[test]
fn everyone_hears_everything_once_and_in_order_at_an_offered_rate() {
    for mode in ["frame", "coalesce"] {
        let floor = Floor::start(mode);
        let mut words = vec!["fanout", &floor.url, "--members", "20", "--publishers", "3", "--rate", "200"];
        words.extend(SHORT);
        let figures = figures(&words);
        assert_faultless(&figures);
        // Of a hundred bytes, with a header of two.
        assert!(figures["talk"]["bytes_per_delivery"].as_f64().unwrap() >= 102.0, "{figures}");
        assert!(figures["latency"]["count"].as_u64().unwrap() > 0);
    }
}

#[test]
fn at_saturation_nothing_is_lost_and_the_server_costs_something() {
    for mode in ["frame", "coalesce"] {
        let floor = Floor::start(mode);
        let mut words = vec!["fanout", &floor.url, "--members", "20", "--window", "16"];
        words.extend(SHORT);
        let figures = figures(&words);
        assert_faultless(&figures);
        assert!(figures["server"]["per_million"].as_f64().unwrap() > 0.0, "{figures}");
    }
}

#[test]
fn groups_hear_only_what_is_theirs() {
    let floor = Floor::start("coalesce");
    let mut words = vec!["groups", &floor.url, "--groups", "20", "--members", "3", "--window", "8"];
    words.extend(SHORT);
    assert_faultless(&figures(&words));
}

#[test]
fn a_message_larger_than_any_buffer_arrives() {
    let floor = Floor::start("frame");
    let mut words = vec!["fanout", &floor.url, "--members", "3", "--rate", "20", "--payload", "1000000"];
    words.extend(SHORT);
    assert_faultless(&figures(&words));
}

#[test]
fn sentences_are_heard_as_filler_is_and_are_as_long() {
    let floor = Floor::start("coalesce");
    let mut words = vec!["fanout", &floor.url, "--members", "5", "--rate", "100", "--payload", "300", "--text"];
    words.extend(SHORT);
    let figures = figures(&words);
    assert_faultless(&figures);
    let each = |what: &str| figures["talk"][what].as_f64().unwrap();
    // Each with a header of four.
    assert_eq!((each("bytes_per_delivery") / each("frames_per_delivery")).round(), 304.0, "{figures}");
}

#[test]
fn who_hears_sentences_compressed_hears_the_same_in_fewer_bytes() {
    for mode in ["frame", "coalesce"] {
        let floor = Floor::start(mode);
        let mut words = vec!["fanout", &floor.url, "--members", "5", "--window", "8", "--payload", "300", "--text"];
        words.extend(SHORT);
        words.push("--deflate");
        let figures = figures(&words);
        assert_faultless(&figures);
        let each = |what: &str| figures["talk"][what].as_f64().unwrap();
        assert!(each("bytes_per_delivery") / each("frames_per_delivery") < 280.0, "{figures}");
    }
}

#[test]
fn idle_sockets_have_a_slope_and_a_storm_has_a_rate() {
    let floor = Floor::start("frame");
    let idle = figures(&["idle", &floor.url, "--few", "10", "--sockets", "200"]);
    assert!(idle["idle"]["with_many"]["rss"].as_u64().unwrap() > 0, "{idle}");
    let storm = figures(&["storm", &floor.url, "--sockets", "200"]);
    assert!(storm["storm"]["rate"].as_f64().unwrap() > 0.0, "{storm}");
    assert_eq!(storm["latency"]["count"], 200);
}

#[test]
fn a_slow_reader_is_not_counted_among_those_who_lose() {
    let floor = Floor::start("coalesce");
    let mut words = vec!["slow", &floor.url, "--members", "5", "--slow", "2", "--rate", "100"];
    words.extend(SHORT);
    let figures = figures(&words);
    assert_faultless(&figures);
    assert_eq!(figures["others"][0][0], "everybody reads");
}

#[test]
fn a_server_with_words_of_its_own_is_spoken_to_in_them() {
    let floor = Floor::start("frame");
    // The floor says everything to everyone, so the first frame of each is heard, and then it has joined.
    let url = format!("{}/any", floor.url);
    let mut words = vec!["fanout", &url, "--members", "4", "--rate", "50"];
    words.extend(["--opening", r#"{"join":"{group}"}"#, "--say", r#"{"to":"{group}","text":"{body}"}"#]);
    words.extend(SHORT);
    assert_faultless(&figures(&words));
}

#[test]
fn a_table_for_people_and_a_report_in_one_file() {
    let (floor, place) = (Floor::start("frame"), TempDir::new().unwrap());
    let report = place.path().join("report.html");
    let mut words = vec!["fanout", &floor.url, "--members", "3", "--html", report.to_str().unwrap()];
    words.extend(SHORT);
    let said = String::from_utf8(load(&words).stdout).unwrap();
    for part in ["deliveries", "faults      none", "latency", "p99.9", "server", "generator"] {
        assert!(said.contains(part), "{said}");
    }
    let report = std::fs::read_to_string(report).unwrap();
    assert!(report.contains("<svg") && report.contains("Latency by percentile"));
    assert!(!report.contains("http://") && !report.contains("<script"), "it needs nothing else");
}
