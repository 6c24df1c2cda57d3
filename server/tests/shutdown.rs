//! Starting and stopping, black box: the built program, real signals, real exit codes.

mod helpers;

use std::{process::Stdio, time::Duration};

use helpers::{PATIENCE, TestServer};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::{Instant, timeout},
};
use tokio_tungstenite::connect_async;

struct Program {
    child: Child,
    _data: TempDir,
    address: String,
}

/// Starts the program and reads from its log where it listens.
async fn program() -> Program {
    let data = TempDir::new().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_teahouse"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env_remove("TEAHOUSE_LOG")
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().expect("the program ended");
        if let Some((_, rest)) = line.split_once("listening on http://") {
            break rest.split('"').next().unwrap().to_owned();
        }
    };
    // Somebody must read on, or the program would block on its log.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Program { child, _data: data, address }
}

impl Program {
    fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    async fn exit_code(&mut self) -> Option<i32> {
        timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap().code()
    }

    async fn connect(&self) -> helpers::Client {
        helpers::Client(connect_async(format!("ws://{}/group/1/", self.address)).await.unwrap().0)
    }
}

#[tokio::test]
async fn sigterm_and_sigint_tell_every_socket_1012_and_exit_0() {
    for signal in ["TERM", "INT"] {
        let mut program = program().await;
        let mut sockets = [program.connect().await, program.connect().await];
        let start = Instant::now();
        program.signal(signal);
        for socket in &mut sockets {
            assert_eq!(socket.close_code().await, 1012);
        }
        drop(sockets);
        assert_eq!(program.exit_code().await, Some(0), "{signal}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_client_that_does_not_listen_cannot_keep_it_from_stopping() {
    let mut program = program().await;
    let _silent = program.connect().await;
    let start = Instant::now();
    program.signal("TERM");
    assert_eq!(program.exit_code().await, Some(0));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn half_a_request_cannot_keep_it_from_stopping() {
    let mut program = program().await;
    let mut half = TcpStream::connect(&program.address).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let start = Instant::now();
    program.signal("TERM");
    assert_eq!(program.exit_code().await, Some(0));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_second_signal_stops_it_at_once() {
    let mut program = program().await;
    let _silent = program.connect().await;
    program.signal("TERM");
    // Only once the first has been taken does the second mean "now".
    while TcpStream::connect(&program.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    program.signal("TERM");
    assert_eq!(program.exit_code().await, Some(130));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn an_address_in_use_is_an_error_that_names_the_flag() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--listen", &address]).await;
    assert!(!output.0);
    assert!(output.1.contains("--listen") && output.1.contains(&address), "{}", output.1);
}

#[tokio::test]
async fn a_layer_that_is_not_there_is_an_error_that_keeps_the_password() {
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--channel-layer", "amqp://:secret@127.0.0.1"]).await;
    assert!(!output.0);
    assert!(output.1.contains("--channel-layer") && !output.1.contains("secret"), "{}", output.1);
}

async fn run(arguments: &[&str]) -> (bool, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_teahouse")).args(arguments).output();
    let output = timeout(PATIENCE, command).await.expect("it runs on").unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn a_stopping_library_server_awaits_its_sockets() {
    let server = TestServer::start().await;
    let mut ann = server.connect("/group/1/").await;
    let (code, ()) = tokio::join!(ann.close_code(), server.stop());
    assert_eq!(code, 1012);
}
