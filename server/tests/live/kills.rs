//! The program is killed while people talk, again and again, between commit and confirmation and everywhere else: what
//! was confirmed is there, once, and nothing has a hole. On both engines, on both layers.

use tokio::sync::watch;

use crate::{
    api::{Guest, Stored},
    client::Client,
    house::Program,
    postgres_server,
    random::Random,
    redis_server,
};

const KILLS: usize = 6;
const PEOPLE: usize = 4;

/// Says something whenever the last few things are confirmed, until told to stop; then waits for the rest.
async fn talk(mut client: Client, mut stop: watch::Receiver<bool>) -> Client {
    for n in 0.. {
        // On a busy machine all kills may fall into one thing that is said: then there is one more.
        if *stop.borrow_and_update() && n > 1 {
            break;
        }
        (0..4).for_each(|part| drop(client.say("g", &format!("{n}.{part}"))));
        if let Some(last) = client.mine("g").pop().filter(|_| n % 3 == 0) {
            client.edit("g", &last, "edited");
        }
        // The address is dead for a while after each kill: then it tries until it is not.
        client.settled().await;
    }
    client
}

async fn kill_while_people_talk(flags: &[&str], seed: u64) {
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let mut program = Program::start(flags).await;
    let (stop, stopped) = watch::channel(false);
    let mut talking = Vec::new();
    for _ in 0..PEOPLE {
        let client = Client::somebody(program.address, &["g"]).await;
        talking.push(tokio::spawn(talk(client, stopped.clone())));
    }
    for _ in 0..KILLS {
        tokio::time::sleep(random.millis(30, 250)).await;
        program.kill().await;
        program.start_again().await;
    }
    // Something is said in the last life, too.
    tokio::time::sleep(random.millis(30, 250)).await;
    stop.send_replace(true);
    let mut clients = Vec::new();
    for one in talking {
        clients.push(one.await.expect("a client failed"));
    }
    let stored = Stored::read(program.address, "g").await;
    stored.is_whole();
    let confirmed: usize = clients.iter().map(|client| client.confirmed.len()).sum();
    assert_eq!(stored.head, confirmed as u64, "each command is one event, and each event was a confirmed command");
    assert!(confirmed > KILLS * PEOPLE, "hardly anything was said: {confirmed}");
    for client in &mut clients {
        assert!(client.refused.is_empty(), "{:?}", client.refused);
        client.reaches("g", stored.head).await;
        client.settled().await;
        assert_eq!(client.log("g").text(), stored.text());
    }
    let mut late = Client::new(program.address, &Guest::new(program.address).await, &["g"]);
    late.reaches("g", stored.head).await;
    late.settled().await;
    assert_eq!(late.log("g").text(), stored.text());
}

fn seed() -> u64 {
    std::env::var("SOAK_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| uuid::Uuid::now_v7().as_u64_pair().1)
}

#[tokio::test]
async fn on_sqlite_kills_lose_nothing_that_was_confirmed() {
    kill_while_people_talk(&[], seed()).await;
}

#[tokio::test]
async fn on_postgresql_kills_lose_nothing_that_was_confirmed() {
    let postgres = postgres_server::Server::start().await;
    kill_while_people_talk(&["--database", &postgres.url()], seed()).await;
}

#[tokio::test]
async fn on_sqlite_and_redis_kills_lose_nothing_that_was_confirmed() {
    let redis = redis_server::Server::start().await;
    kill_while_people_talk(&["--channel-layer", &redis.url()], seed()).await;
}

#[tokio::test]
async fn on_postgresql_and_redis_kills_lose_nothing_that_was_confirmed() {
    let (postgres, redis) = tokio::join!(postgres_server::Server::start(), redis_server::Server::start());
    kill_while_people_talk(&["--database", &postgres.url(), "--channel-layer", &redis.url()], seed()).await;
}
