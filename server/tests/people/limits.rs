//! How fast people may act: what is too fast is refused with the true wait, and stored nowhere.

use std::time::Duration;

use futures_util::future::join_all;
use protocol::{RejectionCode, ServerFrame};
use store::{GroupKind, Role};
use tokio::time::{Instant, sleep};

use crate::{
    api::Guest,
    doors::{live, subscribe},
    socket::Socket,
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
