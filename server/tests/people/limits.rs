//! How fast people may act: what is too fast is refused with the true wait, and stored nowhere.

use std::time::Duration;

use futures_util::future::join_all;
use protocol::{ClientFrame, RejectionCode, ServerFrame};
use store::{GroupKind, Role};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite;

use crate::{
    api::Guest,
    doors::{live, subscribe},
    helpers::PATIENCE,
    plain,
    socket::{Socket, group, now},
    town::{PASSWORD, Town},
    web::Answer,
};

async fn limited() -> Town {
    Town::with_flags(&["--limits", "on"]).await
}

/// As many as at once, and those that time has brought since.
fn as_many(begin: Instant, burst: usize, every: Duration) -> std::ops::RangeInclusive<usize> {
    burst..=burst + 1 + (begin.elapsed().as_millis() / every.as_millis()) as usize
}

/// Says something on a `/live` socket; the wait, if it is too fast.
async fn says(socket: &mut Socket, id: &str) -> Option<Duration> {
    socket.says("tea", id, id).await;
    let answer = socket.until("an answer", |frame| match frame {
        ServerFrame::Events { events, .. } => {
            events.iter().any(|event| event.client_id.as_ref().is_some_and(|own| own.as_str() == id)).then_some(None)
        }
        ServerFrame::Rejected { rejection, .. } => {
            assert_eq!(rejection.code, RejectionCode::TooMany);
            Some(Some(Duration::from_millis(rejection.retry_after_ms.expect("it tells when"))))
        }
        _ => None,
    });
    answer.await
}

fn is_told_to_wait(answer: &Answer, at_most: u64) {
    assert_eq!(answer.status, 429, "{}", answer.body);
    let seconds: u64 =
        answer.header("retry-after").parse().unwrap_or_else(|_| panic!("{:?}", answer.header("retry-after")));
    assert!((1..=at_most).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn thirty_quick_words_are_taken_and_the_next_waits_as_long_as_it_is_told() {
    let town = limited().await;
    let li = town.account("li").await;
    let mut socket = live(&town, 0, Some(&li)).await;
    assert_eq!(subscribe(&mut socket, "tea").await, "here");
    let (begin, mut said) = (Instant::now(), 0);
    let wait = loop {
        match says(&mut socket, &format!("c{said}")).await {
            Some(wait) => break wait,
            None => said += 1,
        }
    };
    assert!(as_many(begin, 30, Duration::from_millis(200)).contains(&said), "{said}");
    assert!(wait > Duration::ZERO && wait <= Duration::from_millis(201), "{wait:?}");
    // The same command, after no more than it was told.
    sleep(wait).await;
    assert_eq!(says(&mut socket, &format!("c{said}")).await, None);
    // Another is not slowed by it.
    let other = town.account("other").await;
    town.say("tea", &other, "unhurried").await;
}

#[tokio::test]
async fn by_the_api_and_the_form_too_many_are_429_with_the_wait() {
    let town = limited().await;
    let li = town.account("li").await;
    let begin = Instant::now();
    let post = || town.send(town.http.post(town.nodes[0].url("/api/groups/tea/messages")).body("x"), Some(&li));
    let answers = join_all((0..60).map(|_| post())).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert!(as_many(begin, 30, Duration::from_millis(200)).contains(&taken.len()), "{}", taken.len());
    for answer in &refused {
        is_told_to_wait(answer, 1);
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(json["code"], "too_many");
        assert!((1..=201).contains(&json["retry_after_ms"].as_u64().unwrap()), "{json}");
    }
    let answers =
        join_all((0..10).map(|_| town.post("/chatgroup", Some(&li), &[("groupID", "tea"), ("body", "x")]))).await;
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 303).collect();
    assert!(!refused.is_empty());
    refused.into_iter().for_each(|answer| is_told_to_wait(answer, 1));
}

#[tokio::test]
async fn newcomers_from_one_address_are_so_many_at_a_time_at_every_door() {
    let town = limited().await;
    let begin = Instant::now();
    let guests = join_all((0..50).map(|_| town.send(town.http.post(town.nodes[0].url("/api/guests")), None))).await;
    let (made, refused): (Vec<_>, Vec<_>) = guests.iter().partition(|answer| answer.status == 201);
    assert!(as_many(begin, 30, Duration::from_secs(1)).contains(&made.len()), "{}", made.len());
    refused.into_iter().for_each(|answer| is_told_to_wait(answer, 1));
    let by_form = join_all((0..5).map(|_| town.post("/chatgroup", None, &[("groupID", "tea"), ("body", "x")]))).await;
    assert!(by_form.iter().any(|answer| answer.status == 429));
    // Who is known already comes in.
    let li = town.account("li").await;
    live(&town, 0, Some(&li)).await;
}

#[tokio::test]
async fn a_password_is_guessed_at_five_times_and_an_address_guesses_ten_times() {
    let town = limited().await;
    town.account("li").await;
    let guess = async |login: &str, password: &str| {
        town.post("/signin", None, &[("login", login), ("password", password)]).await
    };
    let begin = Instant::now();
    let mut guesses = 0;
    let refused = loop {
        let answer = guess("li", "a guess of mine").await;
        match answer.status {
            422 => guesses += 1,
            _ => break answer,
        }
    };
    assert!(as_many(begin, 5, Duration::from_secs(12)).contains(&guesses), "{guesses}");
    is_told_to_wait(&refused, 12);
    is_told_to_wait(&guess("li", PASSWORD).await, 12);
    let mut others = 0;
    while guess(&format!("other{others}"), "a guess of mine").await.status == 422 {
        others += 1;
    }
    assert!(guesses + others <= *as_many(begin, 10, Duration::from_secs(6)).end(), "{others}");
    // A link's secret is guessed at no faster, nor is a new account made.
    is_told_to_wait(&town.get(&format!("/reset/{}", crate::town::token()), None).await, 6);
    let fields = [("login", "new"), ("name", "N"), ("password", PASSWORD), ("again", PASSWORD)];
    is_told_to_wait(&town.post("/signup", None, &fields).await, 6);
}

/// Opens a `/live` socket and says nothing.
async fn opens(town: &Town, by: &Guest) -> Result<Socket, u16> {
    match Socket::try_open(town.address(), &[("cookie", &by.cookie())]).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(answer)) => {
            let text = answer.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            assert!(text.contains("too many of your sockets are open"), "{text}");
            Err(answer.status().as_u16())
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_person_has_256_sockets_open_and_one_that_ends_makes_room() {
    let town = limited().await;
    let (li, other) = (town.account("li").await, town.account("other").await);
    let elsewhere = town.signs_in_again(&li).await;
    let mut open = Vec::new();
    for n in 0..255 {
        open.push(opens(&town, if n % 2 == 0 { &li } else { &elsewhere }).await.expect("it may"));
    }
    let plain = plain::connect(town.address(), "tea", Some(&li)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(opens(&town, &elsewhere).await.err(), Some(429), "all their browsers together");
        assert_eq!(plain::connect(town.address(), "tea", Some(&li)).await.err(), Some(429));
    }
    opens(&town, &other).await.expect("another's are another's");
    // What was refused has left nothing behind, and what ends, however it ends, gives its place back.
    drop(plain);
    open.push(again(&town, &li).await);
    open.pop().unwrap().leaves().await;
    drop(open.pop());
    for _ in 0..2 {
        open.push(again(&town, &li).await);
    }
    assert_eq!(opens(&town, &li).await.err(), Some(429));
}

/// As soon as the server has seen that another ended.
async fn again(town: &Town, by: &Guest) -> Socket {
    let opened = async {
        loop {
            if let Ok(socket) = opens(town, by).await {
                return socket;
            }
        }
    };
    tokio::time::timeout(PATIENCE, opened).await.expect("there is room")
}

#[tokio::test]
async fn guests_of_one_address_listen_to_256_groups_that_nobody_has_used_and_to_any_others() {
    let town = limited().await;
    let (one, two, li) = (town.guest().await, town.guest().await, town.account("li").await);
    town.group("tea", GroupKind::Open, &li).await;
    town.say("oolong", &li, "hello").await;
    let mut first = Socket::try_open(town.address(), &[("cookie", &one.cookie())]).await.unwrap().0;
    first.hello((0..256).map(|n| now(&format!("unused-{n}"))).collect()).await;
    first.welcomed().await;
    // The last of them is heard.
    hears(&mut first, "unused-255").await;
    let mut second = live(&town, 0, Some(&two)).await;
    for name in ["another", "unused-7"] {
        assert!(!is_let_in(&mut second, name).await, "{name}");
    }
    assert_eq!(plain::connect(town.address(), "another", None).await.err(), Some(429));
    for name in ["tea", "oolong"] {
        assert!(is_let_in(&mut second, name).await, "{name} is there");
    }
    assert!(is_let_in(&mut live(&town, 0, Some(&li)).await, "another").await, "an account has no such bound");
    // Who goes makes room.
    first.send(ClientFrame::Unsubscribe { group: group("unused-3") }).await;
    assert!(is_let_in(&mut first, "another").await);
    assert!(!is_let_in(&mut second, "unused-3").await);
    first.leaves().await;
    let let_in = async { while !is_let_in(&mut second, "unused-3").await {} };
    tokio::time::timeout(PATIENCE, let_in).await.expect("there is room");
}

/// Who is in a group is told to whoever is: or that there is nothing to hear.
async fn is_let_in(socket: &mut Socket, name: &str) -> bool {
    socket.send(ClientFrame::Subscribe(now(name))).await;
    let told = socket.until("who is here, or gone", |frame| match frame {
        ServerFrame::Presence { group, .. } if group.as_str() == name => Some(true),
        ServerFrame::Gone { group, .. } if group.as_str() == name => Some(false),
        _ => None,
    });
    told.await
}

async fn hears(socket: &mut Socket, name: &str) {
    let told = |frame| matches!(frame, ServerFrame::Presence { group, .. } if group.as_str() == name).then_some(());
    socket.until("who is here", told).await;
}

async fn slowed(town: &Town) -> (Guest, Guest, Guest) {
    let (owner, moderator, member) =
        (town.account("owner").await, town.account("moderator").await, town.account("member").await);
    let tea = town.group("tea", GroupKind::Open, &owner).await;
    town.joins(&tea, &moderator, Role::Moderator).await;
    town.joins(&tea, &member, Role::Member).await;
    let answer = town.post("/groups/tea/describe", Some(&owner), &[("slow", "3600"), ("kind", "open")]).await;
    assert_eq!(answer.status, 303);
    (owner, moderator, member)
}

#[tokio::test]
async fn in_a_slow_group_the_second_word_waits_and_moderators_do_not() {
    let town = Town::open().await;
    let (owner, moderator, member) = slowed(&town).await;
    let mut socket = live(&town, 0, Some(&member)).await;
    assert_eq!(subscribe(&mut socket, "tea").await, "here");
    assert_eq!(says(&mut socket, "c1").await, None);
    let wait = says(&mut socket, "c2").await.expect("it is too soon");
    assert!(wait > Duration::from_secs(3_500) && wait <= Duration::from_millis(3_600_001), "{wait:?}");
    assert_eq!(says(&mut socket, "c1").await, None, "the same again is no second word");
    for (n, by) in [&owner, &moderator, &owner, &moderator].into_iter().enumerate() {
        town.say("tea", by, &format!("word {n}")).await;
    }
    let answer = town.post("/chatgroup", Some(&member), &[("groupID", "tea"), ("body", "by form")]).await;
    is_told_to_wait(&answer, 3_600);
    let other = town.account("other").await;
    town.say("tea", &other, "my first").await;
}

#[tokio::test]
async fn of_two_words_at_once_in_a_slow_group_one_is_taken_on_whichever_node() {
    let town = Town::of_two().await;
    let (_, _, member) = slowed(&town).await;
    let post = |node: usize| {
        town.send(town.http.post(town.nodes[node].url("/api/groups/tea/messages")).body("x"), Some(&member))
    };
    let answers = join_all((0..6).map(|n| post(n % 2))).await;
    let mut words: Vec<String> = answers.iter().map(Answer::word).collect();
    words.sort();
    assert_eq!(words, ["201", "too_many", "too_many", "too_many", "too_many", "too_many"]);
}
