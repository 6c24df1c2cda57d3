//! What makes no sense is refused in one sentence that says what to do, before anything is opened.

mod helpers;

use std::net::TcpListener;

use helpers::{Floor, load, refusal};

#[test]
fn what_is_no_address_is_refused() {
    for url in ["teahouse", "127.0.0.1:8080", "ftp://127.0.0.1/"] {
        let said = refusal(&["fanout", url], 2);
        assert!(said.contains("ws://127.0.0.1:8080"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn tls_is_refused_with_a_way_out() {
    assert!(refusal(&["fanout", "wss://127.0.0.1/"], 2).contains("behind the proxy"));
}

#[test]
fn a_server_that_is_away_is_said_to_be_away() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", free.local_addr().unwrap());
    drop(free);
    for mode in ["fanout", "groups", "idle", "storm", "slow", "mixed", "pages"] {
        let said = refusal(&[mode, &url], 1);
        assert!(said.contains("nobody listens") && said.lines().count() == 1, "{mode}: {said}");
    }
}

#[test]
fn a_server_that_speaks_no_websocket_is_named_with_its_answer() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", server.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut client, _) = server.accept().unwrap();
        let _ = client.read(&mut [0; 1024]);
        let _ = client.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    });
    let said = refusal(&["fanout", &url, "--members", "1"], 1);
    assert!(said.contains("HTTP 404 Not Found"), "{said}");
    answering.join().unwrap();
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let floor = Floor::start("frame");
    let url = floor.url.as_str();
    assert!(refusal(&["fanout", url, "--rate", "1", "--window", "1"], 2).contains("--window"));
    assert!(refusal(&["fanout", url, "--members", "1", "--publishers", "2"], 2).contains("cannot publish"));
    assert!(refusal(&["fanout", url, "--adapter", "nats", "--say", "{body}"], 2).contains("plain adapter"));
    assert!(refusal(&["fanout", url, "--say", "hello"], 2).contains("{body}"));
    assert!(refusal(&["fanout", url, "--rate", "0"], 2).contains("above 0"));
    assert!(refusal(&["fanout", url, "--payload", "8"], 2).contains("32"));
    assert!(refusal(&["idle", url, "--few", "5", "--sockets", "5"], 2).contains("more"));
}

#[test]
fn a_server_that_declines_compression_is_not_measured_as_if_it_had_agreed() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", server.local_addr().unwrap());
    let answering =
        std::thread::spawn(move || drop(tokio_tungstenite::tungstenite::accept(server.accept().unwrap().0)));
    let said = refusal(&["fanout", &url, "--members", "1", "--deflate"], 1);
    assert!(said.contains("declined permessage-deflate") && said.lines().count() == 1, "{said}");
    answering.join().unwrap();
    assert!(refusal(&["pages", &url, "--deflate"], 2).contains("sockets"));
}

#[test]
fn more_sockets_than_files_are_refused_before_the_first() {
    let floor = Floor::start("frame");
    assert!(refusal(&["storm", &floor.url, "--sockets", "4000000000"], 1).contains("ulimit"));
}

#[test]
fn figures_that_are_none_of_a_suite_are_refused() {
    assert!(refusal(&["suite", "--from", "Cargo.toml"], 2).contains("no figures"));
    assert!(refusal(&["suite", "--from", "nowhere.json"], 1).contains("nowhere.json"));
}

#[test]
fn without_words_it_says_what_it_can_do() {
    let output = load(&["--help"]);
    let said = String::from_utf8(output.stdout).unwrap();
    for mode in ["fanout", "groups", "idle", "storm", "slow", "mixed", "pages", "floor", "suite"] {
        assert!(said.contains(mode), "{said}");
    }
}
