//! One's own settings: what a device keeps, and what others see of a person.

use protocol::{Event, Person};

use crate::{
    api::Guest,
    doors::{live, subscribe},
    town::Town,
    web::{Answer, form},
};

/// The first tag of a page.
fn root(page: &str) -> &str {
    let from = page.find("<html").expect("a document");
    page[from..].split_inclusive('>').next().unwrap_or_default()
}

async fn page_with(town: &Town, path: &str, cookies: &str) -> Answer {
    town.send(town.http.get(town.nodes[0].url(path)).header("cookie", cookies).header("accept", "text/html"), None)
        .await
}

#[tokio::test]
async fn what_a_device_chose_is_on_every_page_from_the_first_byte() {
    let town = Town::open().await;
    let fields = [
        ("lang", "en"),
        ("theme", "dark"),
        ("text", "larger"),
        ("motion", "still"),
        ("clock", "12h"),
        ("enter", "breaks"),
    ];
    for by in [None, Some(&town.guest().await), Some(&town.somebody().await)] {
        let answer = town.post("/settings", by, &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/settings?done=saved"));
        let cookie = answer.cookie("prefs").expect("it is kept");
        assert_eq!(cookie, "prefs=dark.larger.still.12h.breaks; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
        assert!(answer.cookie("lang").expect("it is kept").starts_with("lang=en; Path=/; "));
    }
    let cookies = "prefs=dark.larger.still.12h.breaks; offset=480";
    for path in ["/", "/chatone", "/chatgroup?groupID=tea", "/settings", "/signin", "/groups", "/nothing", "/me"] {
        let page = page_with(&town, path, cookies).await.body;
        let html = root(&page);
        for attribute in ["data-theme=\"dark\"", "data-text=\"larger\"", "data-motion=\"still\""] {
            assert!(html.contains(attribute), "{path}: {html}");
        }
        assert!(page.contains("name=\"color-scheme\" content=\"dark\""), "{path}");
        assert!(!page.contains("#f7f5ef"), "{path}: nothing of the light theme");
        if page.contains("<script") {
            for attribute in ["data-clock=\"12h\"", "data-enter=\"breaks\"", "data-offset=\"480\""] {
                assert!(html.contains(attribute), "{path}: {html}");
            }
        }
    }
    let plain = page_with(&town, "/", "").await.body;
    assert_eq!(root(&plain), "<html lang=\"zh-CN\">", "what goes without saying is not said");
}

#[tokio::test]
async fn a_form_that_says_nonsense_changes_nothing_and_one_that_asks_for_the_usual_forgets() {
    let town = Town::open().await;
    let chosen = |fields: &'static [(&str, &str)]| {
        let request = form(town.http.post(town.nodes[0].url("/settings")), fields).header("cookie", "prefs=dark.12h");
        async { town.send(request, None).await.cookie("prefs").expect("it is kept") }
    };
    let nonsense = [("theme", "neon"), ("text", "-1"), ("motion", ""), ("clock", "13h"), ("enter", "\r\nX: y")];
    assert!(chosen(Box::leak(Box::new(nonsense))).await.starts_with("prefs=dark.12h; "));
    assert!(chosen(&[]).await.starts_with("prefs=dark.12h; "));
    assert!(
        chosen(&[("theme", "light"), ("theme", "dark")]).await.starts_with("prefs=light.12h; "),
        "the first counts"
    );
    let usual = chosen(&[("theme", "system"), ("clock", "24h"), ("lang", "tlh")]).await;
    assert!(usual.starts_with("prefs=; Path=/; Max-Age=0; "), "{usual}");
}

#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_a_page_as_for_everyone() {
    let town = Town::open().await;
    let long = format!("prefs={}", "dark-".repeat(1_000));
    for cookies in
        ["prefs=", "prefs=<b>", "prefs=dark\"", "prefs=..", "prefs; offset", "offset=99999", "offset=\"><b>", &long]
    {
        for path in ["/", "/settings"] {
            let answer = page_with(&town, path, cookies).await;
            assert_eq!(
                (answer.status, root(&answer.body)),
                (200, "<html lang=\"zh-CN\">"),
                "{path} with {cookies:.20}"
            );
        }
    }
}

#[tokio::test]
async fn on_https_what_was_chosen_never_travels_in_the_open() {
    let town = Town::with_flags(&["--public-url", "https://chat.example"]).await;
    let request = form(town.http.post(town.nodes[0].url("/settings")), &[("theme", "dark")]);
    let answer = town.send(request.header("origin", "https://chat.example"), None).await;
    assert!(answer.cookie("prefs").expect("it is kept").ends_with("; SameSite=Lax; Secure"));
}

#[tokio::test]
async fn the_page_is_for_nobody_for_guests_and_for_accounts() {
    let town = Town::open().await;
    let nobody = town.get("/settings", None).await;
    assert_eq!(nobody.status, 200);
    assert!(nobody.body.contains("action=\"/settings\"") && !nobody.body.contains("action=\"/me/"), "{}", nobody.body);
    assert!(nobody.body.contains("/signin?next=/settings"));
    for by in [town.guest().await, town.account("li").await] {
        let answer = town.get("/settings", Some(&by)).await;
        assert_eq!(answer.status, 200);
        for action in ["/settings", "/me/name", "/me/colour"] {
            assert!(answer.body.contains(&format!("action=\"{action}\"")), "{action}");
        }
        assert!(answer.body.contains(&format!("value=\"{}\"", by.person.name)));
    }
}

#[tokio::test]
async fn a_colour_that_there_is_not_is_refused_and_said_where_it_was_chosen() {
    let town = Town::open().await;
    let li = town.account("li").await;
    for colour in ["8", "-1", "255", "256", "1.0", "red", "٣", "0x1"] {
        let answer = town.post("/me/colour", Some(&li), &[("colour", colour)]).await;
        assert_eq!(answer.status, 422, "{colour}");
        assert!(answer.body.contains("field-colour-wrong"), "{colour}");
    }
    assert_eq!(town.post("/me/colour", None, &[("colour", "1")]).await.status, 401);
    assert_eq!(town.store.who(&li.token).await.unwrap().unwrap().person.colour, None);
}

#[tokio::test]
async fn what_is_longer_than_any_form_of_ours_is_not_read() {
    let town = Town::open().await;
    let (li, long) = (town.account("li").await, "x".repeat(100_000));
    for path in ["/settings", "/me/name", "/me/colour"] {
        let answer = town.post(path, Some(&li), &[("name", &long), ("colour", "1"), ("theme", "dark")]).await;
        assert_eq!((answer.status, answer.cookie("prefs")), (413, None), "{path}");
    }
}

#[tokio::test]
async fn a_colour_is_seen_by_others_with_the_next_word_and_beside_what_was_said_before() {
    let town = Town::open().await;
    let (li, bo) = (town.account("li").await, town.account("bo").await);
    town.say("tea", &li, "before").await;
    let mut socket = live(&town, 0, Some(&bo)).await;
    subscribe(&mut socket, "tea").await;
    for (typed, colour) in [("0", Some(0)), ("7", Some(7)), ("", None)] {
        let answer = town.post("/me/colour", Some(&li), &[("colour", typed)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/settings?done=colour"));
        town.say("tea", &li, "after").await;
        let Event { by, .. } = socket.event().await;
        assert_eq!(by, Person { colour, ..li.person.clone() });
        let page = town.get("/api/groups/tea/messages", Some(&bo)).await;
        let said: serde_json::Value = serde_json::from_str(&page.body).unwrap();
        let colours = said["messages"].as_array().unwrap().iter().map(|message| message["by"].get("colour").cloned());
        let colours: Vec<_> = colours.collect();
        assert!(colours.iter().all(|seen| *seen == colour.map(serde_json::Value::from)), "{colours:?}");
        // An account that is signed in again is welcomed with it.
        let mut mine = Guest::clone(&li);
        mine.person.colour = colour;
        assert_eq!(town.store.who(&li.token).await.unwrap().unwrap().person, mine.person);
    }
}
