//! A reader that does not read: it is told that it lags, or closed with 4008, and slows nobody.

use std::{net::SocketAddr, time::Duration};

use protocol::{Place, Seq, ServerFrame};
use tokio::{net::TcpSocket, time::Instant};

use crate::{
    api::{Guest, Stored},
    helpers::PATIENCE,
    house::House,
    resume::{Came, resume, seqs},
    socket::{Socket, group, now},
};

const WORDS: usize = 60 * 1024;
const PER_MIB: usize = 17;

/// A socket into which little fits while nobody reads it.
async fn narrow(address: SocketAddr, guest: &Guest) -> Socket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let stream = socket.connect(address).await.unwrap();
    let mut socket = Socket::over(stream, &[("authorization", &guest.bearer())]).await.unwrap().0;
    socket.hello(vec![now("g")]).await;
    socket.welcomed().await;
    socket
}

/// Says so many MiB and returns the latest number.
async fn say(socket: &mut Socket, round: usize, mebibytes: usize) -> Seq {
    let words = "x".repeat(WORDS);
    let mut last = 0;
    for n in 0..mebibytes * PER_MIB {
        socket.says("g", &format!("r{round}-{n}"), &words).await;
        last = socket.event().await.seq;
    }
    last
}

enum Next {
    Reached,
    Lag,
}

/// Reads on: each event is the next one.
async fn read_on(socket: &mut Socket, last: &mut Seq, head: Seq) -> Next {
    while *last < head {
        let frame = socket.until("events or lag", |frame| match frame {
            ServerFrame::Events { .. } | ServerFrame::Lag { .. } => Some(frame),
            _ => None,
        });
        match frame.await {
            ServerFrame::Events { events, .. } => {
                for event in events {
                    assert_eq!(event.seq, *last + 1);
                    *last += 1;
                }
            }
            _ => return Next::Lag,
        }
    }
    Next::Reached
}

#[tokio::test]
async fn whoever_falls_behind_is_told_and_a_subscription_brings_exactly_what_is_missing() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    let mut slow = narrow(house.address, &bo).await;
    let mut ann = Socket::in_group(house.address, &ann, "g").await;
    let (mut last, mut round) = (0, 2);
    let head = loop {
        let head = say(&mut ann, round, round).await;
        // Whatever still fitted comes first; the word that something did not may overtake it.
        if matches!(read_on(&mut slow, &mut last, head).await, Next::Lag) {
            break head;
        }
        round += 1;
        assert!(round < 20, "it never lagged");
    };
    let epoch = {
        let mut other = Socket::open(house.address, &bo).await;
        other.hello(vec![now("g")]).await;
        let ServerFrame::Welcome { groups, .. } = other.welcomed().await else { panic!() };
        groups[0].epoch.clone()
    };
    // What had been written before the lag is still on its way.
    slow.send(protocol::ClientFrame::Ping { id: 1 }).await;
    loop {
        match slow.try_next().await.unwrap() {
            ServerFrame::Events { events, .. } => {
                events.iter().for_each(|event| assert_eq!(event.seq, last + 1));
                last += 1;
            }
            ServerFrame::Pong { .. } => break,
            _ => {}
        }
    }
    assert!(last < head, "nothing was missing");
    let place = Place { group: group("g"), epoch: Some(epoch), after: Some(last) };
    slow.send(protocol::ClientFrame::Subscribe(place)).await;
    assert!(matches!(read_on(&mut slow, &mut last, head).await, Next::Reached), "it lags again");
    ann.says("g", "end", "end").await;
    assert!(matches!(read_on(&mut slow, &mut last, head + 1).await, Next::Reached));
}

#[tokio::test]
async fn a_reader_that_never_reads_among_many_that_do_slows_nobody_and_is_closed() {
    let (_house, mut deaf, begin) = among(50, 8, PATIENCE, Duration::from_secs(5)).await;
    // A write that is blocked for 20 s ends it. The close frame is the last thing that fits, if it does.
    tokio::time::sleep_until(begin + Duration::from_secs(26)).await;
    let end = deaf.close_code().await;
    assert!(matches!(end, Some(4008) | None), "{end:?}");
}

/// Wants more open files than a shell allows by itself: `ulimit -n 4096`, which `.ci/test` sees to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_never_reads_among_a_thousand_that_do_slows_nobody() {
    among(1000, 2, 3 * PATIENCE, Duration::from_secs(10)).await;
}

/// Everyone else has read everything `within` a time, and nothing that was said took longer than `each`.
async fn among(many: usize, mebibytes: u64, within: Duration, each: Duration) -> (House, Socket, Instant) {
    let house = House::open().await;
    let guest = Guest::new(house.address).await;
    let deaf = narrow(house.address, &guest).await;
    let mut ann = Socket::in_group(house.address, &guest, "g").await;
    let mut readers = tokio::task::JoinSet::new();
    let events = mebibytes * PER_MIB as u64;
    for _ in 0..many {
        let mut reader = Socket::in_group(house.address, &guest, "small").await;
        reader.send(protocol::ClientFrame::Subscribe(now("g"))).await;
        reader.until("subscribed", |frame| matches!(frame, ServerFrame::Subscribed(_)).then_some(())).await;
        // It reads on, but does not look at what it read: that costs the test too much.
        readers.spawn(async move {
            let mut frames = 0;
            while frames < events {
                if let Some(Ok(frame)) = futures_util::StreamExt::next(&mut reader.stream).await {
                    frames += u64::from(frame.len() > WORDS);
                }
            }
        });
    }
    let begin = Instant::now();
    let mut slowest = Duration::ZERO;
    let words = "x".repeat(WORDS);
    for n in 0..events {
        let begin = Instant::now();
        ann.says("g", &format!("c{n}"), &words).await;
        ann.event().await;
        slowest = slowest.max(begin.elapsed());
    }
    while let Some(done) = readers.join_next().await {
        done.unwrap();
    }
    assert!(begin.elapsed() < within && slowest < each, "{:?}, {slowest:?}", begin.elapsed());
    (house, deaf, begin)
}

#[tokio::test]
async fn what_fills_its_lane_twice_over_comes_piece_by_piece_and_once() {
    let house = House::open().await;
    let bo = Guest::new(house.address).await;
    let mut plain = house.server().connect("/group/g/").await;
    plain.says("first").await;
    plain.heard().await;
    // As JSON six times as long: more than a lane each.
    let nothing = "\0".repeat(200 * 1024);
    for _ in 0..2 {
        plain.says(&nothing).await;
        plain.heard().await;
    }
    let epoch = Stored::read(house.address, "g").await.epoch;
    for (after, expected) in [(1, vec![2, 3]), (2, vec![3]), (0, vec![1, 2, 3])] {
        let (_, came, mut socket) = resume(house.address, &bo, &epoch, after).await;
        let Came::Events(events, 3) = came else { panic!("{came:?}") };
        assert_eq!(seqs(&events), expected);
        // And what follows comes as it happens.
        socket.send(protocol::ClientFrame::Ping { id: 1 }).await;
        let next = socket.until("a pong", |frame| match frame {
            ServerFrame::Lag { .. } | ServerFrame::Events { .. } => panic!("{frame:?}"),
            ServerFrame::Pong { heads, .. } => Some(heads),
            _ => None,
        });
        assert_eq!(next.await, [(group("g"), 3)]);
    }
}

#[tokio::test]
async fn pages_that_were_asked_for_all_at_once_come_at_the_readers_pace() {
    const ASKED: usize = 12;
    let house = House::open().await;
    let bo = Guest::new(house.address).await;
    let mut plain = house.server().connect("/group/g/").await;
    plain.says(&"\0".repeat(protocol::MAX_BODY_BYTES)).await;
    plain.heard().await;
    let mut slow = narrow(house.address, &bo).await;
    for n in 0..ASKED {
        slow.send(protocol::ClientFrame::History { group: group("g"), before: 9, limit: 1 }).await;
        slow.send(protocol::ClientFrame::Ping { id: n as u64 }).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (mut pages, mut pongs) = (0, 0);
    while (pages, pongs) < (ASKED, ASKED) {
        // Not looked at: reading so much JSON costs the test too much.
        match futures_util::StreamExt::next(&mut slow.stream).await {
            Some(Ok(tokio_tungstenite::tungstenite::Message::Text(text))) => {
                pages += usize::from(text.starts_with(r#"{"type":"page""#));
                pongs += usize::from(text.starts_with(r#"{"type":"pong""#));
            }
            Some(Ok(_)) => {}
            end => panic!("{end:?} after {pages} pages"),
        }
    }
    assert_eq!((pages, pongs), (ASKED, ASKED));
}
