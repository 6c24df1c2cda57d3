//! A server whose clock jumps, forwards and back: what is said keeps its order, and nobody misses anything.

use protocol::{Epoch, Place, Seq, ServerFrame};

use crate::{
    api::Guest,
    clock::Clock,
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

#[tokio::test]
async fn a_clock_that_jumps_changes_no_order_and_loses_nothing() {
    let clock = Clock::at("+0");
    let program = Program::start_under(&[], clock.variables()).await;
    let guest = Guest::new(program.address).await;
    let mut ann = Socket::open(program.address, &guest).await;
    ann.hello(vec![now("g")]).await;
    let ServerFrame::Welcome { groups, .. } = ann.welcomed().await else { panic!() };
    let epoch = &groups[0].epoch;
    let mut at = Vec::new();
    for (n, by) in ["+0", "-2h", "+3d", "-1d", "+0"].into_iter().enumerate() {
        clock.turn(by);
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
