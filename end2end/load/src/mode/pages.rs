//! `pages`: a page over HTTP, as often as so many clients can have it. Each keeps its connection and asks again as soon
//! as it has its answer, so this is a closed loop: times are of the server at that many clients, not of an offered rate.

mod client;

use std::time::Duration;

use rustix::{
    buffer::spare_capacity,
    event::{
        Timespec,
        epoll::{self, EventData, EventFlags},
    },
};

use self::client::{Client, Got};
use super::{Subject, nanoseconds, own, own_since};
use crate::{
    cli,
    crew::{Crew, Nobody},
    latency::Latencies,
    outcome::{Outcome, Pages},
    progress::Progress,
    speech::Speech,
    stamp::Stamp,
    trouble::Trouble,
};

/// The messages that fill the group beforehand.
const SPEECH: Speech = Speech { bytes: 100, text: false };
/// Where Teahouse shows a group; `{n}` anywhere in the path is another number for each request, past every cache.
const PATH: &str = "/chatgroup?groupID={group}";

pub(crate) struct Reading {
    clients: usize,
    fill: u32,
    warm_up: Duration,
    measured: Duration,
}

impl From<&cli::Pages> for Reading {
    fn from(cli: &cli::Pages) -> Self {
        Self { clients: cli.clients as usize, fill: cli.fill, warm_up: cli.warm_up, measured: cli.seconds }
    }
}

/// # Errors
/// [`Trouble`] when the server is away or refuses what fills the group.
pub(crate) fn run(subject: &Subject, reading: &Reading, progress: &Progress) -> Result<Outcome, Trouble> {
    let path = if subject.target.path == "/" { PATH } else { &subject.target.path };
    let Reading { clients, fill, .. } = *reading;
    let mut outcome =
        subject.outcome("pages", format!("{path} with {fill} messages, {clients} clients that ask again at once"));
    let group = fill_group(subject, fill, progress)?;
    let mut readers = Readers::new(subject, &path.replace("{group}", &group), clients)?;
    progress.begin("reading", nanoseconds(reading.warm_up + reading.measured));
    readers.read(reading.warm_up, progress)?;
    let (usage, ourselves) = (subject.usage(), own());
    readers.forget();
    let seconds = readers.read(reading.measured, progress)?;
    outcome.server = subject.cost(usage.as_ref(), readers.requests);
    outcome.generator = own_since(&ourselves, seconds);
    outcome.seconds = seconds;
    outcome.latency = readers.latencies.report();
    let Readers { requests, failed, bytes, .. } = readers;
    let bytes_each = if requests == 0 { 0.0 } else { bytes as f64 / requests as f64 };
    outcome.pages = Some(Pages { clients, requests, rate: requests as f64 / seconds, failed, bytes_each });
    outcome.judge();
    Ok(outcome)
}

/// Says so many messages in a new group over its plain socket, and hears them. The group's name.
fn fill_group(subject: &Subject, fill: u32, progress: &Progress) -> Result<String, Trouble> {
    let mut target = subject.target.clone();
    target.path = "/group/{group}/".to_owned();
    let adapter = subject.kind.adapter("/", None, None)?;
    let mut crew = Crew::new(&*adapter, &target, 1, &[], false)?;
    let group = crew.group(0).to_owned();
    if fill > 0 {
        let filler = Subject {
            target: target.clone(),
            adapter: subject.kind.adapter("/", None, None)?,
            headers: Vec::new(),
            ..*subject
        };
        filler.gather(&mut crew, 1, 1, progress)?;
        for number in 1..=fill {
            crew.say(0, Stamp { group: 0, slot: 0, number, meant: 0 }, SPEECH);
        }
        let (frames, until) = (u64::from(fill), crew.now() + nanoseconds(Duration::from_secs(10)));
        while crew.counts.frames_in < frames && crew.now() < until {
            crew.turn(until, &mut Nobody);
        }
    }
    Ok(group)
}

/// All clients, in one epoll.
struct Readers<'a> {
    subject: &'a Subject,
    path: String,
    epoll: std::os::fd::OwnedFd,
    clients: Vec<Client>,
    begin: std::time::Instant,
    asked: u64,
    latencies: Latencies,
    requests: u64,
    failed: u64,
    bytes: u64,
}

impl<'a> Readers<'a> {
    fn new(subject: &'a Subject, path: &str, clients: usize) -> Result<Self, Trouble> {
        crate::target::room_for(clients)?;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(Trouble::system("epoll"))?;
        let mut readers = Self {
            subject,
            path: path.to_owned(),
            epoll,
            clients: Vec::new(),
            begin: std::time::Instant::now(),
            asked: 0,
            latencies: Latencies::new(),
            requests: 0,
            failed: 0,
            bytes: 0,
        };
        for index in 0..clients {
            let client = readers.connect(index)?;
            readers.clients.push(client);
        }
        Ok(readers)
    }

    fn connect(&mut self, index: usize) -> Result<Client, Trouble> {
        let stream = std::net::TcpStream::connect(self.subject.target.address);
        let away =
            |error: std::io::Error| Trouble::Away { url: self.subject.target.url.clone(), why: error.to_string() };
        let stream = stream.map_err(away)?;
        stream.set_nonblocking(true).map_err(Trouble::system("a socket"))?;
        let _ = stream.set_nodelay(true);
        epoll::add(&self.epoll, &stream, EventData::new_u64(index as u64), EventFlags::IN)
            .map_err(Trouble::system("epoll"))?;
        let mut client = Client::new(stream);
        self.ask(&mut client);
        Ok(client)
    }

    fn ask(&mut self, client: &mut Client) {
        self.asked += 1;
        let n = self.asked.to_string();
        let mut request =
            format!("GET {} HTTP/1.1\r\nHost: {}\r\n", self.path.replace("{n}", &n), self.subject.target.host);
        for (name, value) in &self.subject.headers {
            request.push_str(&format!("{name}: {}\r\n", value.replace("{n}", &n)));
        }
        request.push_str("\r\n");
        client.ask(request.as_bytes(), self.begin.elapsed().as_nanos() as u64);
    }

    fn forget(&mut self) {
        (self.requests, self.failed, self.bytes, self.latencies) = (0, 0, 0, Latencies::new());
    }

    /// Reads for so long; how long it was.
    fn read(&mut self, time: Duration, progress: &Progress) -> Result<f64, Trouble> {
        let begin = self.begin.elapsed();
        let mut events: Vec<epoll::Event> = Vec::with_capacity(self.clients.len());
        while self.begin.elapsed() - begin < time {
            events.clear();
            let wait = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
            let _ = epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&wait));
            for event in &events {
                self.answer(event.data.u64() as usize)?;
            }
            progress.at(nanoseconds(self.begin.elapsed()));
        }
        Ok((self.begin.elapsed() - begin).as_secs_f64())
    }

    fn answer(&mut self, index: usize) -> Result<(), Trouble> {
        let got = self.clients[index].read();
        let (status, bytes, closes) = match got {
            Got::Part => return Ok(()),
            Got::All { status, bytes, closes } => (status, bytes, closes),
            // The server ended an idle or a broken connection: that request failed, and the client comes again.
            Got::Ended => (0, 0, true),
        };
        let now = self.begin.elapsed().as_nanos() as u64;
        self.requests += 1;
        self.bytes += bytes as u64;
        self.failed += u64::from(status != 200);
        self.latencies.record(now - self.clients[index].asked);
        if closes {
            self.clients[index] = self.connect(index)?;
            return Ok(());
        }
        let mut client = std::mem::take(&mut self.clients[index]);
        self.ask(&mut client);
        self.clients[index] = client;
        Ok(())
    }
}
