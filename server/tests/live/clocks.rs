//! A server whose clock jumps, forwards and back: what is said keeps its order, and nobody misses anything. The clock is
//! libfaketime's, which `.ci/tools test` installs; time that passes (timeouts) is not touched, as in a machine whose clock
//! is set.

use std::{fs, path::PathBuf};

use protocol::{Epoch, Place, Seq, ServerFrame};
use tempfile::TempDir;

use crate::{
    api::Guest,
    house::Program,
    resume::seqs,
    socket::{Socket, group, now},
};

/// The numbers of everything that whoever has seen nothing is sent, in the order in which it comes.
async fn all(program: &Program, guest: &Guest, epoch: &Epoch) -> Vec<Seq> {
    let mut socket = Socket::open(program.address, guest).await;
    socket.hello(vec![Place { group: group("g"), epoch: Some(epoch.clone()), after: Some(0) }]).await;
    let mut came = Vec::new();
    loop {
        let frame = socket.until("events or live", |frame| match frame {
            ServerFrame::Events { .. } | ServerFrame::Live { .. } => Some(frame),
            _ => None,
        });
        match frame.await {
            ServerFrame::Events { events, .. } => came.extend(seqs(&events)),
            _ => return came,
        }
    }
}

fn library() -> PathBuf {
    let below = fs::read_dir("/usr/lib").expect("/usr/lib").filter_map(Result::ok);
    let mut found = below.map(|place| place.path().join("faketime/libfaketimeMT.so.1")).filter(|path| path.exists());
    found.next().expect("faketime is installed (.ci/tools test)")
}

#[tokio::test]
async fn a_clock_that_jumps_changes_no_order_and_loses_nothing() {
    let place = TempDir::new().unwrap();
    let clock = place.path().join("clock");
    let turn = |by: &str| fs::write(&clock, format!("{by}\n")).unwrap();
    turn("+0");
    let program = Program::start_under(
        &[],
        vec![
            ("LD_PRELOAD", library().display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ],
    )
    .await;
    let guest = Guest::new(program.address).await;
    let mut ann = Socket::open(program.address, &guest).await;
    ann.hello(vec![now("g")]).await;
    let ServerFrame::Welcome { groups, .. } = ann.welcomed().await else { panic!() };
    let epoch = &groups[0].epoch;
    let mut at = Vec::new();
    for (n, by) in ["+0", "-2h", "+3d", "-1d", "+0"].into_iter().enumerate() {
        turn(by);
        ann.says("g", &format!("c{n}"), &n.to_string()).await;
        let event = ann.event().await;
        assert_eq!(event.seq, n as Seq + 1);
        at.push(event.at);
        assert_eq!(all(&program, &guest, epoch).await, (1..=n as Seq + 1).collect::<Vec<_>>());
    }
    let hour = 3_600_000;
    assert!(
        at[1] < at[0] - hour && at[2] > at[0] + 48 * hour && at[3] < at[0] - 12 * hour,
        "the clock did not jump: {at:?}"
    );
}
