//! Subscribing while everyone talks: from the first moment there is no hole and no double.

use protocol::{ClientFrame, Place, ServerFrame};

use crate::{
    api::Guest,
    resume::{Came, resume, seqs, with_posts},
    socket::{Socket, group},
};

#[tokio::test]
async fn a_subscription_while_everyone_talks_has_no_hole_and_no_double() {
    let (house, mut ann, epoch) = with_posts(50).await;
    let bo = Guest::new(house.address).await;
    let talk = async {
        (0..300).for_each(|n| drop(ann.say("g", &format!("talk {n}"))));
        ann.settled().await;
    };
    let listen = async {
        for after in (0..50).step_by(5) {
            let (_, came, mut socket) = resume(house.address, &bo, &epoch, after).await;
            let Came::Events(mut events, _) = came else { panic!("{came:?}") };
            while events.len() < 60 {
                events.extend(socket.events().await);
            }
            let last = after + events.len() as u64;
            assert_eq!(seqs(&events), (after + 1..=last).collect::<Vec<_>>());
        }
    };
    tokio::join!(talk, listen);
}

#[tokio::test]
async fn subscribing_again_and_again_while_everyone_talks_leaves_no_hole() {
    let (house, mut ann, epoch) = with_posts(1).await;
    let bo = Guest::new(house.address).await;
    let talk = async {
        (0..300).for_each(|n| drop(ann.say("g", &format!("talk {n}"))));
        ann.settled().await;
    };
    let listen = async {
        let mut socket = Socket::open(house.address, &bo).await;
        socket.hello(vec![]).await;
        let (mut last, mut lives) = (0, 0);
        while last < 301 || lives < 20 {
            let place = Place { group: group("g"), epoch: Some(epoch.clone()), after: Some(last) };
            socket.send(ClientFrame::Subscribe(place)).await;
            // What was on its way comes again; a hole never comes.
            let live = socket.until("live", |frame| match frame {
                ServerFrame::Events { .. } | ServerFrame::Live { .. } => Some(frame),
                ServerFrame::Reset { .. } | ServerFrame::Lag { .. } => panic!("{frame:?}"),
                _ => None,
            });
            match live.await {
                ServerFrame::Events { events, .. } => events.iter().for_each(|event| {
                    assert!(event.seq <= last + 1, "{} after {last}", event.seq);
                    last = last.max(event.seq);
                }),
                _ => lives += 1,
            }
        }
    };
    tokio::join!(talk, listen);
}
