//! What Django says over Redis has no store of its own: exactly one node adopts it into each database. What its consumers
//! could not handle passes them by, and a node that was killed is soon back beside them.

use protocol::{Change, ClientFrame, ServerFrame};
use tokio::time::Instant;
use tokio_tungstenite::connect_async;

use crate::{
    api::{Guest, Stored},
    client::Client,
    cluster::Cluster,
    django_server::Django,
    helpers::{self, PATIENCE},
    house::{House, Program},
    redis_server::Server as Redis,
    socket::{Socket, delete, edit, group, react},
};

const SAID: usize = 10;

/// Django's view and its consumers, a person and a plain socket take turns; each database has each message once.
async fn talk(django: &Django, houses: [&House; 2], databases: usize) {
    let mut ann = Client::somebody(houses[0].address, &["42"]).await;
    let mut bo = Client::somebody(houses[1].address, &["42"]).await;
    let mut plain = houses[1].server().connect("/group/42/").await;
    let mut dee = django.connect("/group/42/").await;
    let mut said = Vec::new();
    for n in 0..SAID {
        django.say("42", &format!("view {n}")).await;
        dee.says(&format!("django {n}")).await;
        ann.say("42", &format!("ann {n}"));
        said.extend(["view", "django", "ann"].map(|who| format!("{who} {n}")));
        ann.settled().await;
        for _ in 0..3 {
            plain.heard().await;
            dee.heard().await;
        }
    }
    said.sort();
    let all = said.len() as u64;
    tokio::join!(ann.reaches("42", all), bo.reaches("42", all));
    // Had any come twice, it would come before this.
    ann.say("42", "the end");
    ann.settled().await;
    plain.hears("组内主动推送消息:the end").await;
    dee.hears("组内主动推送消息:the end").await;
    for (client, house) in [(&mut ann, houses[0]), (&mut bo, houses[1])] {
        client.reaches("42", all + 1).await;
        let stored = Stored::read(house.address, "42").await;
        stored.is_whole();
        let mut bodies = stored.bodies();
        assert_eq!(bodies.pop(), Some("the end"));
        bodies.sort_unstable();
        assert_eq!(bodies, said, "each once");
        assert_eq!(client.log("42").text(), stored.text());
        let adopted = stored.messages.iter().filter(|message| message.by.id.as_str() == "django");
        let elsewhere = if databases == 2 && house.address == houses[1].address { SAID + 1 } else { 0 };
        assert_eq!(adopted.count(), 2 * SAID + elsewhere);
    }
}

#[tokio::test]
async fn two_nodes_on_one_database_adopt_what_django_says_once() {
    let cluster = Cluster::start().await;
    let django = Django::start("core", &cluster.redis.url(), "[]").await;
    talk(&django, [&cluster.nodes[0], &cluster.nodes[1]], 1).await;
}

#[tokio::test]
async fn two_nodes_with_databases_of_their_own_each_adopt_it_once() {
    let redis = Redis::start().await;
    let (layer, django) = (redis.url(), Django::start("core", &redis.url(), "[]").await);
    let flags = ["--channel-layer", layer.as_str()];
    let (one, other) = tokio::join!(House::with_flags(&flags), House::with_flags(&flags));
    tokio::join!(one.server().ready(), other.server().ready());
    talk(&django, [&one, &other], 2).await;
}

#[tokio::test]
async fn what_django_says_without_a_listener_here_is_not_adopted_and_nobody_is_confused() {
    let redis = Redis::start().await;
    let layer = redis.url();
    let house = House::with_flags(&["--channel-layer", &layer]).await;
    house.server().ready().await;
    let django = Django::start("core", &layer, "[]").await;
    django.say("42", "to nobody").await;
    let ann = Client::somebody(house.address, &["42"]).await;
    let mut socket = Socket::in_group(house.address, &ann.guest, "42").await;
    // Who has just been welcomed may not be in the layer's group yet: their own event says that they are.
    socket.says("42", "c1", "here").await;
    assert_eq!(socket.event().await.seq, 1);
    django.say("42", "to somebody").await;
    assert_eq!(socket.event().await.seq, 2);
    assert_eq!(Stored::read(house.address, "42").await.bodies(), ["here", "to somebody"]);
}

/// By either wire, what a consumer of the tutorial hears while two people on two nodes do all that one can do.
async fn only_posts_reach_django(backend: &str, scheme: &str) {
    let cluster = Cluster::start_on(scheme).await;
    let django = Django::start(backend, &cluster.redis.url(), "[]").await;
    let mut dee = django.connect("/group/42/").await;
    let [one, other] = [cluster.nodes[0].address, cluster.nodes[1].address];
    let mut ann = Socket::in_group(one, &Guest::new(one).await, "42").await;
    let mut bo = Socket::in_group(other, &Guest::new(other).await, "42").await;
    for round in 0..3 {
        let words = format!("水开 {round}");
        let mut post = None;
        for (n, writes) in [true, true, false].into_iter().enumerate() {
            let id = format!("c{round}{n}");
            match &post {
                None => ann.says("42", &id, &words).await,
                Some(message) if writes => ann.send(edit("42", &id, message, "水开了")).await,
                Some(message) => ann.send(delete("42", &id, message)).await,
            }
            let (mine, his) = (ann.event().await, bo.event().await);
            assert_eq!(mine.change, his.change);
            let message = mine.change.message().expect("a message").clone();
            if writes {
                bo.send(react("42", &id, &message, "🍵", true)).await;
                assert!(matches!(ann.event().await.change, Change::Reacted { .. }));
                bo.event().await;
            }
            post = Some(message);
        }
        if round == 0 {
            bo.send(ClientFrame::Typing { group: group("42") }).await;
            ann.until("typing", |frame| matches!(frame, ServerFrame::Typing { .. }).then_some(())).await;
        }
        // Had anything else reached it, that would be before the next post, or have ended it as an event without a text does.
        dee.hears(&format!("组内主动推送消息:{words}")).await;
    }
    bo.leaves().await;
    dee.says("还在").await;
    dee.hears("组内主动推送消息:还在").await;
    assert!(matches!(ann.event().await.change, Change::Posted { body, .. } if body == "还在"));
}

#[tokio::test]
async fn of_all_that_people_do_a_django_consumer_hears_the_posts_alone() {
    only_posts_reach_django("core", "redis").await;
}

#[tokio::test]
async fn by_pubsub_too_a_django_consumer_hears_the_posts_alone() {
    only_posts_reach_django("pubsub", "redis+pubsub").await;
}

async fn plain(house: &Program) -> helpers::Client {
    helpers::Client(connect_async(format!("ws://{}/group/42/", house.address)).await.expect("it opens").0)
}

/// Everyone hears it, as the next thing.
async fn all_hear(people: [&mut helpers::Client; 2], words: &str) {
    for person in people {
        person.hears(&format!("组内主动推送消息:{words}")).await;
    }
}

/// Kills a Teahouse in a group with Django, and starts it again. Returns who is there then.
async fn killed_and_back(backend: &str, scheme: &str, redis: &Redis) -> (Program, Django, [helpers::Client; 2]) {
    let layer = redis.url().replacen("redis", scheme, 1);
    let mut house = Program::start(&["--channel-layer", &layer, "--channel-layer-expiry", "1"]).await;
    let django = Django::start(backend, &redis.url(), "[]").await;
    let (mut tea, mut dee) = (plain(&house).await, django.connect("/group/42/").await);
    tea.says("before").await;
    all_hear([&mut tea, &mut dee], "before").await;
    dee.says("heard").await;
    all_hear([&mut tea, &mut dee], "heard").await;

    house.kill().await;
    dee.says("to nobody").await;
    dee.hears("组内主动推送消息:to nobody").await;
    house.start_again().await;
    let mut tea = plain(&house).await;
    tea.says("back").await;
    all_hear([&mut tea, &mut dee], "back").await;
    dee.says("welcome").await;
    all_hear([&mut tea, &mut dee], "welcome").await;
    django.say("42", "from a view").await;
    all_hear([&mut tea, &mut dee], "from a view").await;
    (house, django, [tea, dee])
}

#[tokio::test]
async fn a_killed_teahouse_is_back_beside_django_at_once_and_its_dead_member_is_struck_from_the_group() {
    let redis = Redis::start().await;
    let (_house, _django, [mut tea, mut dee]) = killed_and_back("core", "redis", &redis).await;
    let end = Instant::now() + PATIENCE;
    // Django's, the dead one until mail for it is found too old, and who came in its place.
    for n in 0.. {
        let members: usize = redis.ask("ZCARD asgi:group:42").await;
        if members == 2 {
            break;
        }
        assert!(members == 3 && Instant::now() < end, "{members} members");
        tea.says(&n.to_string()).await;
        all_hear([&mut tea, &mut dee], &n.to_string()).await;
    }
    dee.says("only the living").await;
    all_hear([&mut tea, &mut dee], "only the living").await;
}

#[tokio::test]
async fn by_pubsub_too_a_killed_teahouse_is_back_beside_django_at_once() {
    let redis = Redis::start().await;
    killed_and_back("pubsub", "redis+pubsub", &redis).await;
}
