//! What Django says over Redis has no store of its own: exactly one node adopts it into each database. What its consumers
//! could not handle passes them by.

use protocol::{Change, ClientFrame, ServerFrame};

use crate::{
    api::{Guest, Stored},
    client::Client,
    cluster::Cluster,
    django_server::Django,
    house::House,
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
