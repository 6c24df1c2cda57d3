//! Who hands something to a socket writes it, over real connections: what is written directly and what a session writes are
//! one stream of whole frames in order, whatever the reader does.

use std::{
    io::{self, ErrorKind, Read},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use protocol::{CloseCode, GroupId, MAX_FRAME_BYTES};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tungstenite::{Error, protocol::frame::FrameSocket};
use websocket::Frame;

use crate::socket::{
    inbox::{End, Inbox, Outbound, Waiting},
    lanes::{Lanes, News},
    session::{Consumer, Ended, Next, run},
    stream::Stream,
    wire::Wire,
};

/// A connection's two ends: the server's, which others may write to, and the client's.
async fn connection() -> (Arc<TcpStream>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (client, server) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
    let server = server.unwrap().0;
    server.writable().await.unwrap();
    (Arc::new(server), client.unwrap())
}

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A session that looks for what waits and then rests, and how often it is woken.
fn rests(outbound: &impl Outbound) -> Arc<Woken> {
    let woken = Arc::<Woken>::default();
    assert!(outbound.rouse().is_none());
    assert!(look(outbound, &woken).is_pending());
    woken
}

fn look(outbound: &impl Outbound, woken: &Arc<Woken>) -> Poll<Waiting> {
    outbound.poll_next(&mut Context::from_waker(&Waker::from(Arc::clone(woken))))
}

fn group() -> GroupId {
    GroupId::parse("g").unwrap()
}

/// The next texts that a client is told.
async fn read(client: &mut TcpStream, texts: &[&str]) {
    let expected: Vec<u8> = texts.iter().flat_map(|text| Frame::from(*text).bytes().to_vec()).collect();
    let mut bytes = vec![0; expected.len()];
    timeout(Duration::from_secs(10), client.read_exact(&mut bytes)).await.expect("it never came").unwrap();
    assert_eq!(bytes, expected);
}

/// More than the kernel takes before anything is read.
fn large() -> Frame {
    "x".repeat(32 * 1024 * 1024).into()
}

#[tokio::test]
async fn what_comes_while_a_session_rests_is_written_and_does_not_wake_it() {
    let (server, mut client) = connection().await;
    let inbox = Inbox::default();
    inbox.share(Some(server));
    let woken = rests(&inbox);
    assert!(inbox.push(&["1".into()]) && inbox.push(&["2".into(), "3".into()]) && inbox.push(&[]));
    read(&mut client, &["1", "2", "3"]).await;
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    assert!(look(&inbox, &woken).is_pending(), "nothing waits");
}

#[tokio::test]
async fn small_ones_leave_as_one_piece_and_large_ones_as_they_are_and_each_is_whole() {
    let (server, mut client) = connection().await;
    let inbox = Inbox::default();
    inbox.share(Some(server));
    let woken = rests(&inbox);
    for (count, size) in [(12, 100), (40, 10), (2, super::SMALL), (20, 1_000)] {
        let texts: Vec<String> = (0..count).map(|n| format!("{n}{}", "x".repeat(size))).collect();
        let frames: Vec<Frame> = texts.iter().map(|text| text.as_str().into()).collect();
        assert!(inbox.push(&frames));
        read(&mut client, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn of_each_lane_what_comes_while_nothing_waits_is_written() {
    let (server, mut client) = connection().await;
    let lanes = Lanes::default();
    lanes.share(Some(server));
    let woken = rests(&lanes);
    lanes.answer("answer".into());
    assert!(lanes.events(&group(), &["1".into(), "2".into()]));
    assert!(lanes.ephemeral(&group(), News::Presence, "here".into()));
    lanes.page("page".into());
    lanes.page_room().await;
    lanes.room().await;
    read(&mut client, &["answer", "1", "2", "here", "page"]).await;
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    assert_eq!(lanes.first_events(&group(), &["3".into(), "4".into()]), 2);
    lanes.forget(&group());
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert!(look(&lanes, &woken).is_pending(), "who catches up may still be told something else");
}

#[tokio::test]
async fn a_session_that_is_awake_or_has_not_begun_writes_itself() {
    let (server, client) = connection().await;
    let inbox = Inbox::default();
    inbox.share(Some(server));
    assert!(inbox.push(&["before".into()]));
    let woken = Arc::<Woken>::default();
    assert_eq!(look(&inbox, &woken), Poll::Ready(Waiting::Frames(["before".into()].into())));
    assert!(look(&inbox, &woken).is_pending());
    assert!(inbox.rouse().is_none());
    assert!(inbox.push(&["while it is awake".into()]));
    assert!(look(&inbox, &woken).is_ready());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(inbox.poll_ended(&mut cx).is_pending());
    assert!(inbox.push(&["while it is blocked".into()]));
    assert!(look(&inbox, &woken).is_ready());
    let read = client.try_read(&mut [0; 64]);
    assert_eq!(read.unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn what_does_not_fit_waits_and_the_session_is_woken_to_end_what_was_begun() {
    let (server, _client) = connection().await;
    let lanes = Lanes::default();
    lanes.share(Some(server));
    let woken = rests(&lanes);
    assert!(lanes.events(&group(), &["1".into(), large(), "2".into()]));
    lanes.answer("3".into());
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    let begun = lanes.rouse().unwrap();
    assert!(begun.frame == large() && begun.written < large().bytes().len());
    assert_eq!(look(&lanes, &woken), Poll::Ready(Waiting::Frames(["3".into(), "2".into()].into())));
}

#[tokio::test]
async fn a_connection_that_is_gone_is_its_sessions_to_notice() {
    let (server, client) = connection().await;
    drop(client);
    // Until the kernel knows: the first write may still be taken.
    let inbox = Inbox::default();
    inbox.share(Some(Arc::clone(&server)));
    let woken = rests(&inbox);
    while woken.0.load(Ordering::Relaxed) == 0 {
        assert!(inbox.push(&["x".into()]));
        tokio::task::yield_now().await;
    }
    assert!(matches!(look(&inbox, &woken), Poll::Ready(Waiting::Frames(_))));
}

/// Takes what it hears for what it is: nothing.
struct Deaf;

impl Consumer for Deaf {
    async fn receive(&mut self, _: String) -> Next {
        Next::Continue
    }
}

/// Runs a session over a real connection, as a socket does, until it is ended.
fn session(inbox: &Arc<Inbox>, server: Arc<TcpStream>) -> tokio::task::JoinHandle<Ended> {
    inbox.share(Some(Arc::clone(&server)));
    let inbox = Arc::clone(inbox);
    tokio::spawn(async move {
        let mut wire = Wire::new(Stream::Tcp(server), &[], MAX_FRAME_BYTES);
        run(&mut wire, &mut Deaf, &*inbox, &CancellationToken::new()).await
    })
}

/// Everything that a client is told up to this short frame, each with its kind. Pongs may come right after it.
async fn told(client: &mut OwnedReadHalf, until: Frame) -> Vec<(u8, String)> {
    let (mut frames, mut told) = (FrameSocket::new(ReadNow(client)), Vec::new());
    loop {
        match frames.read(None) {
            Ok(Some(frame)) => {
                let kind = u8::from(frame.header().opcode);
                told.push((kind, String::from_utf8_lossy(frame.payload()).into_owned()));
                if kind == until.bytes()[0] & 0x0f && frame.payload() == &until.bytes()[2..] {
                    return told;
                }
            }
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                let readable = frames.get_ref().0.readable();
                timeout(Duration::from_secs(30), readable).await.expect("it never came").unwrap();
            }
            ended => panic!("the connection ended: {ended:?}"),
        }
    }
}

/// What is there to be read, and that there is nothing more yet.
struct ReadNow<'a>(&'a OwnedReadHalf);

impl Read for ReadNow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_ended_in_the_middle_of_a_frame_hears_its_end_and_then_the_close() {
    let (server, client) = connection().await;
    let inbox = Arc::<Inbox>::default();
    let session = session(&inbox, server);
    let (mut reads, mut writes) = client.into_split();
    while !inbox.is_written_to() {
        tokio::task::yield_now().await;
    }
    assert!(inbox.push(&[large(), "never".into()]));
    inbox.end(CloseCode::Banned);
    let code = CloseCode::Banned;
    let told = told(&mut reads, Frame::close(Some(code.code()), code.reason())).await;
    writes.write_all(b"\x88\x80\0\0\0\0").await.unwrap();
    assert_eq!(session.await.unwrap(), Ended::Closed { code: code.code(), answered: true });
    assert_eq!(told.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [1, 8]);
    assert_eq!(told[0].1.len(), large().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_writes_the_frames_stay_whole_and_in_order_while_the_client_asks_for_pongs() {
    const MANY: usize = 2_000;
    let (server, client) = connection().await;
    let inbox = Arc::<Inbox>::default();
    let session = session(&inbox, server);
    let (mut reads, mut writes) = client.into_split();
    // Masked with zeros. The first is there before anything is pushed: it is answered before the last of that.
    const PING: &[u8] = b"\x89\x84\0\0\0\0ping";
    writes.write_all(PING).await.unwrap();
    let pushes = tokio::spawn(async move {
        for number in 0..MANY {
            while !inbox.has_room() {
                tokio::task::yield_now().await;
            }
            // Of every length, now and then more than the kernel has room for.
            let frame = format!("{number}:{}", "x".repeat((number * 7919) % 40_000));
            assert!(inbox.push(&[frame.into()]));
            if number % 3 == 0 {
                tokio::task::yield_now().await;
            }
        }
        assert!(inbox.push(&["end".into()]));
    });
    let pings = tokio::spawn(async move {
        for _ in 0..200 {
            writes.write_all(PING).await.unwrap();
            tokio::task::yield_now().await;
        }
        writes
    });
    let told = told(&mut reads, "end".into()).await;
    pushes.await.unwrap();
    pings.await.unwrap().write_all(b"\x88\x80\0\0\0\0").await.unwrap();
    assert_eq!(session.await.unwrap(), Ended::ByClient(None));
    let texts = told.iter().filter(|(kind, _)| *kind == 1).map(|(_, text)| text.split_once(':').unwrap_or((text, "")));
    let numbers: Vec<_> = texts.map(|(number, _)| number.to_owned()).collect();
    let all: Vec<_> = (0..MANY).map(|number| number.to_string()).chain(["end".to_owned()]).collect();
    assert_eq!(numbers, all);
    assert!(told.iter().any(|(kind, text)| *kind == 10 && text == "ping"));
}
