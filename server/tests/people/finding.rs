//! Searching as people do, on a page without script: by what they see, by names, by their own days.

use std::time::{SystemTime, UNIX_EPOCH};

use search::Date;
use store::{GroupKind, Role};

use crate::{api::Guest, helpers::PATIENCE, town::Town, web::Answer};

/// What is asked of a town by somebody, in a language, at so many minutes ahead of UTC.
struct Asking<'a> {
    town: &'a Town,
    by: &'a Guest,
    cookies: String,
}

impl<'a> Asking<'a> {
    fn new(town: &'a Town, by: &'a Guest) -> Self {
        Self { town, by, cookies: String::new() }
    }

    fn with(town: &'a Town, by: &'a Guest, cookies: &str) -> Self {
        Self { town, by, cookies: format!("; {cookies}") }
    }

    async fn page(&self, query: &str) -> Answer {
        let asked = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
        let request = self.town.http.get(self.town.nodes[0].url(&format!("/search?{asked}")));
        let request = request.header("cookie", format!("{}{}", self.by.cookie(), self.cookies));
        let answer = self.town.send(request, None).await;
        assert_eq!(answer.status, 200, "{query}");
        answer
    }

    /// Texts of hits, as people read them, what is marked in brackets.
    async fn texts(&self, query: &str) -> Vec<String> {
        let body = self.page(query).await.body;
        assert!(!body.contains("&lt;@"), "{query}: {body}");
        body.split("class=\"hit-text\"").skip(1).map(|hit| text(hit.split("</p>").next().unwrap())).collect()
    }

    /// What the groups of hits are called.
    async fn groups(&self, query: &str) -> Vec<String> {
        let body = self.page(query).await.body;
        body.split("class=\"hit-group\"").skip(1).map(|hit| text(hit.split("</bdi>").next().unwrap())).collect()
    }

    /// What was said is found a moment later.
    async fn finds(&self, query: &str) {
        let found = async { while self.texts(query).await.is_empty() {} };
        let found = tokio::time::timeout(PATIENCE, found).await;
        assert!(found.is_ok(), "{query}: {}", self.page(query).await.body);
    }
}

/// The text of what follows an element's name.
fn text(html: &str) -> String {
    let html = html.split_once('>').expect("an element").1.replace("<mark>", "[").replace("</mark>", "]");
    let pieces = html.split('<').enumerate();
    let pieces = pieces.map(|(at, piece)| if at == 0 { piece } else { piece.split_once('>').map_or("", |tag| tag.1) });
    pieces.collect::<String>().replace("&amp;", "&").trim().to_owned()
}

async fn renamed(town: &Town, person: &Guest, name: &str) {
    assert_eq!(town.post("/me/name", Some(person), &[("name", name)]).await.status, 303);
}

#[tokio::test]
async fn what_is_found_is_shown_as_people_read_it_in_their_language() {
    let town = Town::open().await;
    let (ann, ben) = (town.account("ann").await, town.account("ben").await);
    town.group("tea", GroupKind::Open, &ann).await;
    town.say("tea", &ben, &format!("<@{}> **oolong** `or` [green](https://tea.example), <@all>", ann.person.id)).await;
    let (zh, en) = (Asking::with(&town, &ben, "lang=zh"), Asking::with(&town, &ben, "lang=en"));
    en.finds("oolong").await;
    assert_eq!(en.texts("oolong").await, ["@ann [oolong] or green, @everyone"]);
    assert_eq!(zh.texts("oolong").await, ["@ann [oolong] or green, @所有人"]);
    // By a word within a mark, by a phrase over none, and not by what nobody sees.
    assert_eq!(en.texts("green").await, ["@ann oolong or [green], @everyone"]);
    assert_eq!(en.texts("all").await, [""; 0]);
    let piece = ann.person.id.as_str().split('-').next().unwrap();
    assert_eq!(en.texts(piece).await, [""; 0], "{piece}");
}

#[tokio::test]
async fn who_is_mentioned_is_found_by_what_they_are_called_now() {
    let town = Town::open().await;
    let (ann, ben, other) = (town.account("ann").await, town.account("ben").await, town.account("other").await);
    town.group("tea", GroupKind::Open, &ann).await;
    town.say("tea", &ben, &format!("<@{}> oolong", ann.person.id)).await;
    town.say("tea", &ben, &format!("问<@{}>", other.person.id)).await;
    town.say("tea", &ben, "<@all> sencha").await;
    let asking = Asking::new(&town, &ben);
    asking.finds("sencha").await;
    for query in ["ann", "@ann", "ANN", "\"ann\"", "ann oolong", "ann -小明"] {
        assert_eq!(asking.texts(query).await.len(), 1, "{query}");
    }
    assert_eq!(asking.texts("@ann").await, ["@[ann] oolong"]);
    assert_eq!(asking.texts("ann sencha").await, [""; 0]);
    assert_eq!(asking.texts("oolong -ann").await, [""; 0]);
    for query in ["everyone", "所有人", "@all"] {
        assert_eq!(asking.texts(query).await.len(), 1, "{query}");
    }
    // Another name is another word at once, for all that was ever said; two may have it.
    renamed(&town, &ann, "小明").await;
    renamed(&town, &other, "小明").await;
    assert_eq!(asking.texts("小明").await, ["问@[小明]", "@[小明] oolong"]);
    assert_eq!(asking.texts("小明 oolong").await, ["@[小明] [oolong]"]);
    assert_eq!(asking.texts("小").await, [""; 0]);
}

#[tokio::test]
async fn a_direct_conversation_has_its_peoples_names_and_is_found_by_them() {
    let town = Town::open().await;
    let (ann, ben, cat) = (town.account("ann").await, town.account("ben").await, town.account("cat").await);
    renamed(&town, &ann, "Ａnn Lee").await;
    let two = town.store.direct(&[ann.person.id.clone(), ben.person.id.clone()]).await.unwrap();
    let three = [&ann, &ben, &cat].map(|one| one.person.id.clone());
    let three = town.store.direct(&three).await.unwrap();
    town.say(two.as_str(), &ben, "oolong for two").await;
    town.say(three.as_str(), &ben, "oolong for three").await;
    let (asking, anns) = (Asking::new(&town, &ben), Asking::new(&town, &ann));
    asking.finds("oolong").await;
    let groups = asking.groups("oolong").await;
    assert!(["Ａnn Lee, cat", "cat, Ａnn Lee"].contains(&groups[0].as_str()), "{groups:?}");
    assert_eq!(groups[1], "Ａnn Lee");
    assert_eq!(anns.groups("oolong \"for two\"").await, ["ben"]);
    assert_eq!(asking.texts("oolong in:CAT").await, ["[oolong] for three"]);
    assert_eq!(asking.texts("oolong in:\"ann lee\"").await.len(), 2);
    assert_eq!(asking.texts(&format!("oolong in:\"{}\"", groups[0].to_lowercase())).await, ["[oolong] for three"]);
    assert_eq!(asking.texts(&format!("oolong in:{two}")).await, ["[oolong] for two"]);
    // Nobody is in a conversation with themselves, and a stranger in none of these.
    for (by, query) in [(&ben, "oolong in:ben"), (&town.account("dan").await, "oolong in:cat")] {
        let page = Asking::with(&town, by, "lang=en").page(query).await.body;
        assert!(page.contains("No group is called so"), "{page}");
    }
}

#[tokio::test]
async fn groups_are_found_by_their_names_in_any_case_and_everybody_of_one_name_is_meant() {
    let town = Town::open().await;
    let (ann, ben, cat) = (town.account("ann").await, town.account("ben").await, town.account("cat").await);
    let tea = town.group("Tea-House", GroupKind::Private, &ann).await;
    for person in [&ben, &cat] {
        town.joins(&tea, person, Role::Member).await;
        renamed(&town, person, "李明").await;
    }
    town.post("/groups/Tea-House/describe", Some(&ann), &[("name", "Ünïted ＴＥＡ"), ("about", "")]).await;
    for (by, body) in [(&ann, "oolong one"), (&ben, "oolong two"), (&cat, "oolong three")] {
        town.say("Tea-House", by, body).await;
    }
    let asking = Asking::new(&town, &ann);
    asking.finds("three").await;
    for name in ["tea-house", "TEA-HOUSE", "\"ünïted tea\"", "\"ÜNÏTED TEA\""] {
        assert_eq!(asking.texts(&format!("oolong in:{name}")).await.len(), 3, "{name}");
    }
    assert_eq!(asking.texts("from:李明").await, ["oolong three", "oolong two"]);
    assert_eq!(asking.texts("oolong from:BEN").await, ["[oolong] two"]);
    assert_eq!(asking.texts("oolong from:nobody").await, [""; 0]);
    let (zh, en) = (Asking::with(&town, &ann, "lang=zh"), Asking::with(&town, &ann, "lang=en"));
    assert!(zh.page("oolong in:tea").await.body.contains("没有叫这个名字的群"));
    assert!(en.page("oolong in:tea").await.body.contains("No group is called so"));
}

#[tokio::test]
async fn a_day_is_the_readers_own() {
    let town = Town::open().await;
    let ann = town.account("ann").await;
    town.group("tea", GroupKind::Open, &ann).await;
    town.say("tea", &ann, "oolong").await;
    let now = minutes();
    // Where it is half past midnight of tomorrow, or half an hour before midnight yesterday: whichever is on earth now.
    let minute = now.rem_euclid(1440);
    let offset = if minute >= 690 { 1470 - minute } else { -30 - minute };
    for offset in [0, offset] {
        let today = (now + offset).div_euclid(1440);
        let asking = Asking::with(&town, &ann, &format!("offset={offset}"));
        asking.finds("oolong").await;
        for (query, found) in [
            (format!("oolong before:{}", day(today + 1)), true),
            (format!("oolong before:{}", day(today)), false),
            (format!("oolong after:{}", day(today - 1)), true),
            (format!("oolong after:{}", day(today)), false),
        ] {
            assert_eq!(!asking.texts(&query).await.is_empty(), found, "{query} at {offset}");
        }
    }
}

/// Since 1970.
fn minutes() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_secs() / 60;
    i64::try_from(now).expect("not so late")
}

/// A day since 1970 as people write it.
fn day(days: i64) -> String {
    let year = 1970 + days / 366;
    let days_of = |year| (1..=12).flat_map(move |month| (1..=31).map(move |day| format!("{year}-{month:02}-{day:02}")));
    let is = |text: &String| Date::parse(text).is_some_and(|date| date.begins(0) == days * 86_400_000);
    (year..).flat_map(days_of).find(is).expect("a day")
}
