//! `GET /api/groups` and the list in the page's HTML: one's own groups and nobody else's, counted, named, in order.

use protocol::ServerFrame;
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use serde_json::Value;

use crate::{
    api::{Guest, read, to_group},
    house::House,
    socket::{Socket, now},
};

fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

/// As a page's form does.
pub(crate) async fn form(house: &House, cookie: Option<&str>, path: &str, fields: &str) -> Response {
    let post = client().post(house.server().url(path)).body(fields.to_owned());
    let post = post.header("content-type", "application/x-www-form-urlencoded");
    let response = cookie.into_iter().fold(post, |post, cookie| post.header("cookie", cookie)).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}: {fields}");
    response
}

/// Signs up, and returns the cookie.
pub(crate) async fn account(house: &House, login: &str) -> String {
    let fields = format!("login={login}&name={login}&password=warm+oolong+{login}&again=warm+oolong+{login}");
    let response = form(house, None, "/signup", &fields).await;
    response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn groups(house: &House, cookie: &str, query: &str) -> Vec<Value> {
    let answer = client().get(house.server().url(&format!("/api/groups{query}"))).header("cookie", cookie);
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["cache-control"], "private, no-cache");
    let json: Value = read(answer).await;
    json["groups"].as_array().unwrap().clone()
}

fn ids(groups: &[Value]) -> Vec<&str> {
    groups.iter().map(|group| group["group"].as_str().unwrap()).collect()
}

async fn says(house: &House, guest: &Guest, group: &str) {
    says_words(house, guest, group, "tea".to_owned()).await;
}

async fn says_words(house: &House, guest: &Guest, group: &str, words: String) {
    let post = to_group(house.address, group).header("authorization", guest.bearer()).body(words);
    assert_eq!(post.send().await.unwrap().status(), StatusCode::CREATED);
}

/// Reads a group up to an event, and waits until that is stored.
async fn reads(house: &House, guest: &Guest, group: &str, seq: u64) {
    let mut socket = Socket::in_group(house.address, guest, group).await;
    let frame = protocol::ClientFrame::Read { group: protocol::GroupId::parse(group).unwrap(), seq };
    socket.try_send(&frame).await.unwrap();
    while !ids(&groups(house, &guest.cookie(), "").await).contains(&group) {}
}

#[tokio::test]
async fn a_guest_has_the_groups_where_they_read_with_what_is_unread() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    for group in ["read", "never", "read"] {
        says(&house, &bo, group).await;
    }
    assert!(groups(&house, &ann.cookie(), "").await.is_empty());
    reads(&house, &ann, "read", 1).await;
    says(&house, &bo, "read").await;
    let mine = groups(&house, &ann.cookie(), "").await;
    assert_eq!(ids(&mine), ["read"]);
    let group = &mine[0];
    assert_eq!((&group["kind"], &group["unread"], &group["head"]), (&"open".into(), &2.into(), &3.into()));
    assert_eq!((&group["moderates"], group.get("role"), group.get("name")), (&false.into(), None, None));
    assert!(group["at"].as_i64().unwrap() > 0);
    assert!(groups(&house, &bo.cookie(), "").await.is_empty(), "who only wrote has read nothing yet");
    let bearer = client().get(house.server().url("/api/groups")).header("authorization", ann.bearer());
    assert_eq!(bearer.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn one_sees_ones_own_private_groups_and_directs_and_nobody_elses() {
    let house = House::open().await;
    let (ann, bo, eve) = (account(&house, "ann").await, account(&house, "bo").await, account(&house, "eve").await);
    let made = form(&house, Some(&ann), "/groups/new", "name=Tea+Club&about=leaves&kind=private").await;
    let club = made.headers()[header::LOCATION].to_str().unwrap().split('=').nth(1).unwrap().to_owned();
    let made = form(&house, Some(&ann), "/groups/direct", "people=bo").await;
    let direct = made.headers()[header::LOCATION].to_str().unwrap().split('=').nth(1).unwrap().to_owned();

    let mine = groups(&house, &ann, "").await;
    let of = |id: &str| mine.iter().find(|group| group["group"] == id).unwrap();
    let private = of(&club);
    for (field, value) in [("name", "Tea Club"), ("about", "leaves"), ("kind", "private"), ("role", "owner")] {
        assert_eq!(private[field], value);
    }
    assert_eq!((&private["moderates"], &private["members"]), (&true.into(), &1.into()));
    assert_eq!((&of(&direct)["kind"], &of(&direct)["with"][0]["name"]), (&"direct".into(), &"bo".into()));

    assert_eq!(ids(&groups(&house, &bo, "").await), [direct.as_str()]);
    assert!(groups(&house, &eve, "").await.is_empty());
    // Asking for what is hidden says nothing either.
    for hidden in [&club, &direct] {
        assert!(groups(&house, &eve, &format!("?with={hidden}")).await.is_empty());
    }
    let with = groups(&house, &eve, "?with=elsewhere").await;
    assert_eq!(ids(&with), ["elsewhere"], "an open group may be read by everyone");

    // The page: in its HTML before any script runs, and for nobody else.
    let page =
        |cookie: &str, path: &str| client().get(house.server().url(path)).header("cookie", cookie.to_owned()).send();
    let html = page(&ann, "/chatgroup?groupID=g").await.unwrap().text().await.unwrap();
    assert!(html.contains("<span class=\"groups-name\">Tea Club</span>"), "{html}");
    assert!(html.contains("<span class=\"groups-name\">bo</span>") && html.contains("aria-current=\"page\""), "{html}");
    let html = page(&ann, &format!("/chatgroup?groupID={club}")).await.unwrap().text().await.unwrap();
    assert!(html.contains("tabindex=\"-1\">Tea Club") && html.contains(&format!("href=\"/groups/{club}\"")), "{html}");
    let html = page(&ann, "/chatgroup").await.unwrap().text().await.unwrap();
    assert!(html.contains("Tea Club"), "the list without a group");
    for path in ["/chatgroup", "/chatgroup?groupID=g"] {
        let html = page(&eve, path).await.unwrap().text().await.unwrap();
        assert!(!html.contains("Tea Club") && !html.contains(&direct), "{html}");
    }
}

#[tokio::test]
async fn unread_is_in_the_pages_html() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    says(&house, &bo, "teas").await;
    reads(&house, &ann, "teas", 1).await;
    says(&house, &bo, "teas").await;
    let page = client().get(house.server().url("/chatgroup?groupID=other")).header("cookie", ann.cookie());
    let html = page.header("accept-language", "en").send().await.unwrap().text().await.unwrap();
    assert!(html.contains("<span class=\"unread\">1<span class=\"hidden\"> unread</span></span>"), "{html}");
    assert!(html.contains("<title>(1) Group chat [ group ID: other ]</title>"), "{html}");
}

#[tokio::test]
async fn who_is_mentioned_sees_it_apart_until_they_read_it() {
    let house = House::open().await;
    let (ann, bo) = (Guest::new(house.address).await, Guest::new(house.address).await);
    says(&house, &bo, "teas").await;
    reads(&house, &ann, "teas", 1).await;
    for words in [format!("<@{}>?", ann.person.id), "<@all>".to_owned(), format!("`<@{}>`", ann.person.id)] {
        says_words(&house, &bo, "teas", words).await;
    }
    let mine = groups(&house, &ann.cookie(), "").await;
    assert_eq!((&mine[0]["unread"], &mine[0]["mentions"]), (&3.into(), &2.into()));
    let mut socket = Socket::open(house.address, &ann).await;
    socket.hello(vec![now("teas")]).await;
    let ServerFrame::Welcome { groups: standings, .. } = socket.welcomed().await else { panic!() };
    assert_eq!((standings[0].unread, standings[0].mentions), (3, 2));
    let page = client().get(house.server().url("/chatgroup?groupID=other")).header("cookie", ann.cookie());
    let html = page.header("accept-language", "en").send().await.unwrap().text().await.unwrap();
    assert!(
        html.contains(">@</span>2<span class=\"hidden\"> for you, </span></span><span class=\"unread\">3<"),
        "{html}"
    );
    assert!(html.contains("<title>(@2) Group chat"), "{html}");

    reads(&house, &ann, "teas", 4).await;
    while groups(&house, &ann.cookie(), "").await[0].get("mentions").is_some() {}
    says(&house, &bo, "teas").await;
    let mine = groups(&house, &ann.cookie(), "").await;
    assert_eq!((&mine[0]["unread"], mine[0].get("mentions")), (&1.into(), None));
    socket.send(protocol::ClientFrame::Subscribe(now("teas"))).await;
    let subscribed = socket.until("subscribed", |frame| match frame {
        ServerFrame::Subscribed(standing) => Some((standing.unread, standing.mentions)),
        _ => None,
    });
    assert_eq!(subscribed.await, (1, 0));
}

#[tokio::test]
async fn how_a_chinese_name_sounds_is_told_with_it() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let with = async |query: &str| groups(&house, &ann.cookie(), query).await[0].get("spell").cloned();
    assert_eq!(with("?with=%E9%BE%99%E4%BA%953").await, Some("longjing3 lj3".into()), "龙井3");
    assert_eq!(with("?with=lobby").await, None);
}

#[tokio::test]
async fn who_is_nobody_or_asks_for_no_group_is_refused() {
    let house = House::open().await;
    let ann = Guest::new(house.address).await;
    let ask = |path: &'static str, token: String| {
        client().get(house.server().url(path)).header("authorization", token).send()
    };
    let nobody = client().get(house.server().url("/api/groups")).send().await.unwrap();
    assert_eq!((nobody.status(), nobody.headers().contains_key("www-authenticate")), (StatusCode::UNAUTHORIZED, true));
    let stranger = ask("/api/groups", format!("Bearer {}", "0".repeat(64))).await.unwrap();
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(ask("/api/groups?with=a%20b", ann.bearer()).await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(ask("/api/groups?with=", ann.bearer()).await.unwrap().status(), StatusCode::NOT_FOUND);
}
