//! What is older than it may be goes: at the server's start and every ten minutes. Whoever stood below what is left begins
//! anew, whoever stood above goes on.

use std::net::SocketAddr;

use protocol::{Epoch, ResetWhy, Seq};
use tokio::time::timeout;

use crate::{
    api::{Guest, Stored},
    client::Client,
    clock::Clock,
    helpers::PATIENCE,
    house::Program,
    resume::{Came, resume, seqs},
};

async fn says(client: &mut Client, group: &str, words: &str, count: usize) {
    (0..count).for_each(|n| drop(client.say(group, &format!("{words} {n}"))));
    client.settled().await;
}

/// Waits until so much is left of a group, and returns it.
async fn keeps(address: SocketAddr, group: &str, count: usize) -> Stored {
    let kept = async {
        loop {
            let stored = Stored::read(address, group).await;
            if stored.messages.len() == count {
                return stored;
            }
        }
    };
    timeout(PATIENCE, kept).await.unwrap_or_else(|_| panic!("{group} does not come to {count} messages"))
}

async fn page(address: SocketAddr, group: &str) -> String {
    reqwest::get(format!("http://{address}/chatgroup?groupID={group}")).await.unwrap().text().await.unwrap()
}

/// What comes of a hello from there.
async fn came(program: &Program, guest: &Guest, epoch: &Epoch, after: Seq) -> Came {
    resume(program.address, guest, epoch, after).await.1
}

#[tokio::test]
async fn below_what_is_left_one_begins_anew_and_above_it_one_goes_on() {
    let clock = Clock::at("-3d");
    let mut program = Program::start_under(&[], clock.variables()).await;
    let mut ann = Client::somebody(program.address, &["g"]).await;
    let mut bo = Client::somebody(program.address, &["g"]).await;
    says(&mut ann, "g", "OLD", 4).await;
    bo.reaches("g", 4).await;
    bo.vanish();
    says(&mut ann, "g", "OLD as well", 6).await;
    clock.turn("+0");
    says(&mut ann, "g", "young", 5).await;
    let first = ann.mine("g")[0].clone();
    let epoch = ann.log("g").epoch.clone().unwrap();

    program.terminate().await;
    program.start_again_with(&["--retention", "1"]).await;
    let stored = keeps(program.address, "g", 5).await;
    assert_eq!((stored.head, &stored.epoch), (15, &epoch));
    assert_eq!(stored.bodies(), ["young 0", "young 1", "young 2", "young 3", "young 4"]);
    assert_eq!(stored.messages.iter().map(|message| message.n).collect::<Vec<_>>(), [11, 12, 13, 14, 15]);

    let guest = &bo.guest.clone();
    for after in [0, 4, 9] {
        assert_eq!(came(&program, guest, &epoch, after).await, Came::Reset(15, ResetWhy::Expired), "from {after}");
    }
    for after in [10, 12, 14] {
        let Came::Events(events, 15) = came(&program, guest, &epoch, after).await else { panic!("from {after}") };
        assert_eq!(seqs(&events), (after + 1..=15).collect::<Vec<_>>());
    }
    let html = page(program.address, "g").await;
    assert!(html.contains("young 0") && html.contains("young 4") && !html.contains("OLD"), "{html}");

    // Who went away too early ends with what is left; who has seen it all keeps it and goes on.
    bo.reaches("g", 15).await;
    bo.settled().await;
    assert_eq!((bo.log("g").text(), bo.log("g").resets), (stored.text(), 1));
    let answer = ann.say("g", "goes on");
    ann.settled().await;
    assert_eq!((ann.confirmed[&answer], ann.log("g").resets, ann.log("g").messages().count()), (16, 0, 16));
    // What is gone cannot be changed any more.
    ann.edit("g", &first, "edited");
    ann.settled().await;
    assert_eq!(ann.refused.pop().map(|(_, code)| code), Some(protocol::RejectionCode::NoMessage));
    assert!(program.errand(&["check"]).await.contains("is whole"));
}

#[tokio::test]
async fn a_group_has_its_own_limit_where_it_was_given_one() {
    const GROUPS: [&str; 4] = ["own", "servers", "unlimited", "z-own"];
    let clock = Clock::at("-3d");
    let mut program = Program::start_under(&[], clock.variables()).await;
    let mut ann = Client::somebody(program.address, &GROUPS).await;
    for group in GROUPS {
        says(&mut ann, group, "OLD", 3).await;
    }
    // While it serves.
    assert_eq!(program.errand(&["retention", "own", "--days", "1"]).await, "own keeps 1 days\n");
    program.errand(&["retention", "unlimited", "--forever"]).await;
    program.errand(&["retention", "z-own", "--days", "2"]).await;
    clock.turn("+0");

    // Groups are looked at in the order of their ids: when the last has lost what was old, all have been looked at.
    program.terminate().await;
    program.start_again_with(&["--retention", "30"]).await;
    for (group, left) in [("z-own", 0), ("own", 0), ("servers", 3), ("unlimited", 3)] {
        keeps(program.address, group, left).await;
    }
    program.errand(&["retention", "z-own"]).await;
    says(&mut ann, "z-own", "young", 1).await;
    program.terminate().await;
    program.start_again_with(&["--retention", "1"]).await;
    for (group, left) in [("servers", 0), ("own", 0), ("unlimited", 3), ("z-own", 1)] {
        keeps(program.address, group, left).await;
    }
    assert!(!page(program.address, "own").await.contains("OLD 0"));
    assert!(page(program.address, "unlimited").await.contains("OLD 0"));
}
