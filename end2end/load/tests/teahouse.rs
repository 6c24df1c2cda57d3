//! Every way of measuring, against Teahouse itself, over its plain sockets and `/live`.

mod helpers;

use clap::Parser;
use helpers::{SHORT, assert_faultless, figures};
use serde_json::Value;
use server::Cli;
use tempfile::TempDir;
use tokio::{sync::oneshot, task};

/// A real server on a free port, while `measure` runs with its address.
async fn with_teahouse<T: Send + 'static>(measure: impl FnOnce(String) -> T + Send + 'static) -> T {
    let data = TempDir::new().unwrap();
    let words = ["teahouse", "--listen", "127.0.0.1:0", "--limits", "off", "--data", data.path().to_str().unwrap()];
    let config = Cli::parse_from(words).into_task().serve().unwrap();
    let listener = config.bind().await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server::run(config, listener, async {
        let _ = stopped.await;
    }));
    let measured = task::spawn_blocking(move || measure(url)).await.unwrap();
    drop(stop);
    running.await.unwrap().unwrap();
    measured
}

async fn measured(words: &'static [&'static str]) -> Value {
    with_teahouse(move |url| {
        let mut words = words.to_vec();
        words.insert(1, &url);
        words.extend(SHORT);
        figures(&words)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_group_hears_everything() {
    assert_faultless(&measured(&["fanout", "--members", "10", "--rate", "50"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_group_hears_everything_that_is_posted() {
    let figures =
        measured(&["fanout", "--adapter", "live", "--members", "10", "--publishers", "2", "--rate", "50"]).await;
    assert_faultless(&figures);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saturated_live_group_loses_nothing() {
    assert_faultless(&measured(&["fanout", "--adapter", "live", "--members", "10", "--window", "8"]).await);
}

/// Bytes of a frame from the server that says such text, with these words more.
async fn bytes_of_text(words: &[&'static str]) -> f64 {
    let talk = ["fanout", "--members", "10", "--rate", "50", "--payload", "1000", "--text"];
    let figures = measured([&talk[..], words].concat().leak()).await;
    assert_faultless(&figures);
    let each = |what: &str| figures["talk"][what].as_f64().unwrap();
    each("bytes_per_delivery") / each("frames_per_delivery")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_offers_compression_hears_the_same_in_fewer_bytes() {
    for kind in ["plain", "live"] {
        let plain = bytes_of_text(&["--adapter", kind]).await;
        let deflated = bytes_of_text(&["--adapter", kind, "--deflate"]).await;
        assert!(deflated < 0.9 * plain, "{kind}: {deflated} of {plain} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn small_groups_hear_what_is_theirs() {
    assert_faultless(
        &measured(&["groups", "--adapter", "live", "--groups", "5", "--members", "3", "--rate", "50"]).await,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_type_post_and_switch_and_every_post_is_confirmed() {
    let figures = measured(&["mixed", "--people", "20", "--groups", "3", "--actions", "5"]).await;
    assert_eq!(figures["talk"]["lost"], 0, "{figures}");
    assert_eq!(figures["talk"]["complaints"], 0, "{figures}");
    let named: Vec<_> = figures["others"].as_array().unwrap().iter().map(|other| other[0].as_str().unwrap()).collect();
    assert_eq!(named, ["confirmed", "a page", "a switch"], "{figures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_pages_are_read() {
    let figures = measured(&["pages", "--clients", "2", "--fill", "3"]).await;
    assert!(figures["pages"]["requests"].as_u64().unwrap() > 0, "{figures}");
    assert_eq!(figures["pages"]["failed"], 0, "{figures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_of_both_kinds_open_in_a_storm() {
    let storm =
        |url: String, kind: &str| figures(&["storm", &url, "--adapter", kind, "--sockets", "30", "--groups", "3"]);
    let [plain, live] = with_teahouse(move |url| [storm(url.clone(), "plain"), storm(url, "live")]).await;
    for figures in [plain, live] {
        assert_eq!((&figures["storm"]["sockets"], &figures["storm"]["refused"]), (&30.into(), &0.into()), "{figures}");
    }
}
