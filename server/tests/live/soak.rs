//! Fifty people, random words, cuts, pauses, restarts and kills, for `SOAK_SECONDS`. What happens follows from `SOAK_SEED`,
//! which is printed (when exactly, the machine decides). Ends with every command stored once and all timelines alike.
//! `make soak` is the long one.

use std::{net::SocketAddr, time::Duration};

use protocol::RejectionCode;
use tokio::{sync::watch, time::Instant};

use crate::{
    api::Stored,
    client::Client,
    house::Program,
    postgres_server::Server as Postgres,
    proxy::{Cut, Proxy, Way, round_robin},
    random::Random,
    redis_server::Server as Redis,
};

const PEOPLE: usize = 50;
const GROUPS: [&str; 3] = ["one", "two", "three"];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What breaks, and comes back.
struct World {
    programs: Vec<Program>,
    shared: Option<(Postgres, Redis)>,
    address: SocketAddr,
}

impl World {
    /// One program on SQLite.
    async fn of_one() -> Self {
        let program = Program::start(&[]).await;
        Self { address: program.address, programs: vec![program], shared: None }
    }

    /// Two on one PostgreSQL and one Redis.
    async fn of_two() -> Self {
        let (postgres, redis) = tokio::join!(Postgres::start(), Redis::start());
        let (database, layer) = (postgres.url(), redis.url());
        let flags = ["--database", &database, "--channel-layer", &layer];
        let (one, other) = tokio::join!(Program::start(&flags), Program::start(&flags));
        let address = round_robin(vec![one.address, other.address]).await;
        Self { programs: vec![one, other], shared: Some((postgres, redis)), address }
    }

    async fn fault(&mut self, random: &mut Random) {
        let which = random.below(self.programs.len());
        match (random.below(6), &mut self.shared) {
            (0, Some((postgres, _))) => {
                postgres.kill();
                tokio::time::sleep(random.millis(10, 500)).await;
                postgres.start_again().await;
            }
            (1 | 2, Some((_, redis))) => {
                redis.kill();
                tokio::time::sleep(random.millis(10, 2_000)).await;
                redis.start_again().await;
            }
            (0..4, _) => {
                self.programs[which].kill().await;
                self.programs[which].start_again().await;
            }
            _ => {
                self.programs[which].terminate().await;
                self.programs[which].start_again().await;
            }
        }
    }
}

/// A connection that ends somewhere, or does not.
async fn way_there(server: SocketAddr, random: &mut Random) -> SocketAddr {
    if random.chance(3) {
        return server;
    }
    let way = if random.chance(2) { Way::Up } else { Way::Down };
    let cut = Cut { way, frame: 1 + random.below(60), after: random.chance(2) };
    Proxy::start(server, Some(cut)).await.address
}

fn act(client: &mut Client, random: &mut Random, n: usize) {
    let name = GROUPS[random.below(GROUPS.len())];
    let mine = client.mine(name);
    // Mostly of late: that is where everyone is.
    let all: Vec<_> = client.log(name).messages().rev().take(20).cloned().collect();
    match (random.below(10), random.pick(&mine), random.pick(&all)) {
        (0, Some(message), _) => client.edit(name, message, &format!("edit {n}")),
        (1, Some(message), _) => client.delete(name, message),
        (2 | 3, _, Some(message)) => client.react(name, message, "🍵", random.chance(2)),
        _ => drop(client.say(name, &format!("{n} {}", "茶".repeat(random.below(200))))),
    }
}

async fn live(server: SocketAddr, seed: u64, mut client: Client, stop: watch::Receiver<bool>) -> Client {
    let mut random = Random::new(seed);
    client.address = way_there(server, &mut random).await;
    for n in 0.. {
        if *stop.borrow() {
            break;
        }
        act(&mut client, &mut random, n);
        match random.below(20) {
            0 => client.vanish(),
            1 => client.address = way_there(server, &mut random).await,
            // Does not read for a while.
            2 => tokio::time::sleep(random.millis(10, 500)).await,
            _ => {}
        }
        client.drift(random.millis(50, 800)).await;
    }
    client.address = server;
    client.settled().await;
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak() {
    go_on(World::of_one().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_of_two_nodes() {
    go_on(World::of_two().await).await;
}

async fn go_on(mut world: World) {
    let seed = number("SOAK_SEED").unwrap_or_else(|| uuid::Uuid::now_v7().as_u64_pair().1);
    let time = Duration::from_secs(number("SOAK_SECONDS").unwrap_or(6));
    println!("SOAK_SEED={seed} SOAK_SECONDS={}", time.as_secs());
    let mut random = Random::new(seed);
    let (stop, stopped) = watch::channel(false);
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        let guest = crate::api::Guest::new(world.address).await;
        let client = Client::new(world.address, &guest, &GROUPS);
        people.push(tokio::spawn(live(world.address, random.next(), client, stopped.clone())));
    }
    let end = Instant::now() + time;
    while Instant::now() < end {
        tokio::time::sleep(random.millis(500, 3_000)).await;
        world.fault(&mut random).await;
    }
    stop.send_replace(true);
    let mut clients = Vec::new();
    for person in people {
        clients.push(person.await.expect("a client failed"));
    }
    agree(world.address, &mut clients).await;
}

async fn agree(server: SocketAddr, clients: &mut [Client]) {
    let (mut events, mut resets) = (0, 0);
    for name in GROUPS {
        let stored = Stored::read(server, name).await;
        stored.is_whole();
        events += stored.head;
        for client in &mut *clients {
            client.reaches(name, stored.head).await;
            client.settled().await;
            assert_eq!(client.log(name).text(), stored.text(), "{name}");
            resets += client.log(name).resets;
        }
    }
    let confirmed: usize = clients.iter().map(|client| client.confirmed.len()).sum();
    assert_eq!(events, confirmed as u64, "each command is one event");
    // Whoever edits what was deleted meanwhile is told so; nothing else is refused.
    let refused_for = clients.iter().flat_map(|client| &client.refused);
    assert!(
        refused_for.clone().all(|(_, code)| *code == RejectionCode::NoMessage),
        "{:?}",
        refused_for.collect::<Vec<_>>()
    );
    let connections: usize = clients.iter().map(|client| client.connections).sum();
    let refused: usize = clients.iter().map(|client| client.refused.len()).sum();
    println!("{events} events, {connections} connections, {refused} refused for good, {resets} resets");
}
