//! What others' chats were attacked with, tried here.

use futures_util::future::join_all;
use store::{GroupKind, LinkKind, NewLink};

use crate::{
    api::Guest,
    doors::live,
    town::{PASSWORD, Town, token},
    web::form,
};

/// The path of the link that a page shows.
pub(crate) fn link_in(page: &str, door: &str) -> String {
    let at = page.find(door).unwrap_or_else(|| panic!("no {door} in {page}"));
    page[at..].chars().take(door.len() + 64).collect()
}

async fn set_up_link(town: &Town) -> String {
    let token = token();
    let (group, person, by, expires_at, uses) = Default::default();
    let link = NewLink { kind: LinkKind::Setup, group, person, by, expires_at, uses };
    town.store.add_link(link, &token).await.unwrap();
    format!("/setup/{token}")
}

#[tokio::test]
async fn of_many_who_set_the_server_up_at_once_on_two_nodes_one_does() {
    let town = Town::of_two().await;
    let (one, other) = (set_up_link(&town).await, set_up_link(&town).await);
    let answers = (0..8).map(|n| {
        let (town, link) = (&town, if n % 2 == 0 { &one } else { &other });
        async move {
            let login = format!("admin{n}");
            let fields =
                [("server_name", "Tea"), ("login", &login), ("name", "A"), ("password", PASSWORD), ("again", PASSWORD)];
            town.post_to(n % 2, link, None, &fields).await
        }
    });
    let answers = join_all(answers).await;
    let done: Vec<_> = answers.iter().filter(|answer| answer.status == 303).collect();
    assert_eq!(done.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| matches!(answer.status, 303 | 404)));
    let people = town.store.people(None, 100).await.unwrap();
    assert_eq!(people.iter().filter(|row| row.admin).count(), 1);
    assert_eq!(people.iter().filter(|row| row.login.is_some()).count(), 1, "who came too late is nobody");
    assert_eq!(town.get(&one, None).await.status, 404);
    assert_eq!(town.get(&other, None).await.status, 404);
}

#[tokio::test]
async fn a_poisoned_host_is_in_no_link_where_the_address_is_known() {
    let town = Town::with_flags(&["--public-url", "https://chat.example"]).await;
    let (admin, owner) = (town.admin().await, town.account("owner").await);
    town.group("tea", GroupKind::Private, &owner).await;
    let answer = town.post("/signin", None, &[("login", "owner"), ("password", PASSWORD)]).await;
    assert!(answer.header("set-cookie").ends_with("; HttpOnly; SameSite=Lax; Secure"));
    let id = owner.person.id.to_string();
    let cases = [
        ("/groups/tea/invite", &owner, ("uses", "1")),
        ("/admin/invite", &admin, ("uses", "1")),
        ("/admin/reset", &admin, ("person", &id)),
    ];
    for (path, by, field) in cases {
        let request = town.http.post(town.nodes[0].url(path)).header("host", "evil.example");
        let request = request.header("x-forwarded-host", "evil.example");
        let answer = town.send(form(request, &[field]), Some(by)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.contains("https://chat.example/"), "{path}");
        assert!(!answer.body.contains("evil.example"), "{path}");
    }
}

const NASTY: &str = "\"><img src=x onerror=alert(1)> ' onmouseover='x";

#[tokio::test]
async fn what_people_are_called_and_write_about_groups_is_text_on_every_page() {
    let town = Town::open().await;
    let (admin, owner, guest) = (town.admin().await, town.account("owner").await, town.guest().await);
    for person in [&owner, &guest, &admin] {
        assert_eq!(town.post("/me/name", Some(person), &[("name", NASTY)]).await.status, 303);
    }
    town.group("tea", GroupKind::Open, &owner).await;
    let fields = [("name", NASTY), ("about", NASTY), ("kind", "open"), ("slow", "0")];
    assert_eq!(town.post("/groups/tea/describe", Some(&owner), &fields).await.status, 303);
    let message = town.say("tea", &owner, NASTY).await;
    let invite = town.link(Some(&protocol::GroupId::parse("tea").unwrap()), &owner, None).await;
    let settings = [("server_name", NASTY), ("sign_up", "open"), ("guests", "1")];
    assert_eq!(town.post("/admin/settings", Some(&admin), &settings).await.status, 303);
    let pages = [
        ("/chatgroup?groupID=tea".to_owned(), &guest),
        ("/groups".to_owned(), &guest),
        ("/groups/tea".to_owned(), &owner),
        (format!("/groups/tea/edits/{message}"), &owner),
        (format!("/invite/{invite}"), &guest),
        ("/me".to_owned(), &guest),
        ("/settings".to_owned(), &guest),
        ("/signup".to_owned(), &guest),
        ("/admin".to_owned(), &admin),
        (format!("/signin?next=/{}", percent(NASTY)), &guest),
        (format!("/admin?find={}", percent(NASTY)), &admin),
    ];
    for (page, by) in pages {
        let answer = town.get(&page, Some(by)).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(!answer.body.contains("<img src=x") && !answer.body.contains("\"><img"), "{page}: {}", answer.body);
    }
    // What was wrong comes back as it was typed, and as text.
    let wrong = [("login", NASTY), ("name", NASTY), ("password", "secret-1234"), ("again", "other"), ("next", NASTY)];
    for path in ["/signup", "/signin"] {
        let answer = town.post(path, None, &wrong).await;
        assert_eq!(answer.status, 422, "{path}");
        assert!(!answer.body.contains("<img src=x"), "{path}");
        assert!(!answer.body.contains("secret-1234"), "{path}: a password is never sent back");
    }
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn no_form_is_taken_from_another_sites_page() {
    let town = Town::open().await;
    let (admin, owner) = (town.admin().await, town.account("owner").await);
    let tea = town.group("tea", GroupKind::Open, &owner).await;
    let invite = town.link(Some(&tea), &owner, None).await;
    let set_up = set_up_link(&town).await;
    let paths = [
        "/chatgroup".to_owned(),
        "/api/guests".to_owned(),
        "/api/groups/tea/messages".to_owned(),
        set_up,
        "/signup".to_owned(),
        "/signin".to_owned(),
        "/signout".to_owned(),
        format!("/reset/{}", token()),
        "/me/name".to_owned(),
        "/me/colour".to_owned(),
        "/settings".to_owned(),
        "/me/password".to_owned(),
        "/me/sessions/end".to_owned(),
        "/groups/new".to_owned(),
        "/groups/direct".to_owned(),
        format!("/invite/{invite}"),
    ];
    let acts = ["describe", "archive", "role", "add", "remove", "ban", "unban", "invite", "uninvite", "leave"];
    let admins = ["settings", "invite", "uninvite", "reset", "close", "open", "admin"];
    let paths = paths
        .into_iter()
        .chain(acts.map(|act| format!("/groups/tea/{act}")))
        .chain(admins.map(|act| format!("/admin/{act}")));
    let fields = [
        ("groupID", "tea"),
        ("body", "x"),
        ("id", "all"),
        ("name", "x"),
        ("login", "x"),
        ("person", "x"),
        ("kind", "open"),
    ];
    let known = town.store.people(None, 100).await.unwrap().len();
    for path in paths {
        for origin in ["https://evil.example", "null"] {
            for by in [&admin, &owner] {
                let request = town.http.post(town.nodes[0].url(&path)).header("origin", origin);
                let answer = town.send(form(request, &fields), Some(by)).await;
                assert_eq!(answer.status, 403, "{path} from {origin}");
                assert_eq!(answer.token(), None, "{path}: nobody is signed in or out");
            }
        }
    }
    for by in [&admin, &owner] {
        assert!(town.store.who(&by.token).await.unwrap().is_some(), "nobody was signed out");
    }
    assert_eq!(town.store.people(None, 100).await.unwrap().len(), known, "nobody was made");
}

#[tokio::test]
async fn a_token_that_was_put_into_a_browser_is_no_account_after_signing_up_or_in() {
    let town = Town::open().await;
    town.account("li").await;
    let planted = Guest { token: token(), ..town.guest().await };
    // Somebody speaks with it as a guest first, or not at all.
    for speaks in [true, false] {
        let planted = Guest { token: token(), ..planted.clone() };
        if speaks {
            town.say_by_form("tea", &planted).await;
        }
        let login = format!("new{speaks}");
        let fields = [("login", &*login), ("name", "N"), ("password", PASSWORD), ("again", PASSWORD)];
        let answer = town.post("/signup", Some(&planted), &fields).await;
        assert_eq!(answer.status, 303);
        assert_ne!(answer.token().expect("a cookie"), planted.token);
        assert!(answer.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
        assert_eq!(town.get("/me", Some(&planted)).await.status, 401);
        let answer = town.post("/signin", Some(&planted), &[("login", "li"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303);
        assert_ne!(answer.token().expect("a cookie"), planted.token);
        assert_eq!(town.get("/me", Some(&planted)).await.status, 401);
    }
}

#[tokio::test]
async fn by_the_token_of_a_session_that_has_ended_nobody_is_anybody_again() {
    let town = Town::open().await;
    let li = town.account("li").await;
    let ended = town.signs_in(&li, "li").await;
    assert_eq!(town.post("/signout", Some(&ended), &[]).await.status, 303);
    // A browser that still sends it is a newcomer's, who gets a token that nobody else knows.
    let page = town.get("/chatgroup?groupID=tea", Some(&ended)).await;
    let fresh = page.token().expect("a newcomer's cookie");
    let answer = town.post("/chatgroup", Some(&ended), &[("groupID", "tea"), ("body", "by form")]).await;
    let guests = answer.token().expect("a guest's cookie");
    assert!(fresh != ended.token && guests != ended.token);
    live(&town, 0, Some(&ended)).await;
    assert!(town.store.who(&ended.token).await.unwrap().is_none());
    // Who is signed in keeps their token.
    let again = town.signs_in(&li, "li").await;
    assert_eq!(town.get("/chatgroup?groupID=tea", Some(&again)).await.token(), None);
    assert_eq!(town.post("/chatgroup", Some(&again), &[("groupID", "tea"), ("body", "mine")]).await.token(), None);
}

#[tokio::test]
async fn the_way_back_after_signing_in_leads_to_no_other_site() {
    let town = Town::open().await;
    town.account("li").await;
    let away = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "evil.example",
    ];
    for next in away {
        let fields = [("login", "li"), ("password", PASSWORD), ("next", next)];
        let answer = town.post("/signin", None, &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/groups"), "{next:?}");
        let page = town.get(&format!("/signin?next={}", percent(next)), None).await;
        let doors = page.body.matches("name=\"next\"").count();
        assert_eq!(doors, 0, "{next:?} is in the form");
        let lang = town.get(&format!("/lang/en?next={}", percent(next)), None).await;
        assert!(matches!(lang.header("location"), "/" | "/signin"), "{next:?}: {}", lang.header("location"));
    }
    let fields = [("login", "li"), ("password", PASSWORD), ("next", "/chatgroup?groupID=tea")];
    assert_eq!(town.post("/signin", None, &fields).await.header("location"), "/chatgroup?groupID=tea");
    let fields = [("login", "li"), ("password", PASSWORD), ("next", "/x\r\nset-cookie: person=evil")];
    let answer = town.post("/signin", None, &fields).await;
    assert_eq!(answer.header("location"), "/groups");
}

#[tokio::test]
async fn signing_in_is_answered_alike_whether_or_not_there_is_such_a_login() {
    let town = Town::open().await;
    town.account("known").await;
    let answer = async |login: &str| {
        let answer = town.post("/signin", None, &[("login", login), ("password", "a guess of mine")]).await;
        (answer.status, answer.body.replace(login, "LOGIN"), answer.token())
    };
    assert_eq!(answer("known").await, answer("other").await);
    assert_eq!(answer("known").await.0, 422);
}

#[tokio::test]
async fn a_login_that_nobody_has_costs_as_many_comparisons_as_one_that_somebody_has() {
    let town = Town::open().await;
    let (admin, gone) = (town.admin().await, town.account("gone").await);
    town.account("known").await;
    assert_eq!(town.post("/admin/close", Some(&admin), &[("person", gone.person.id.as_str())]).await.status, 303);
    let compared = async || {
        let metrics = town.get("/metrics", None).await.body;
        let value = metrics.lines().find_map(|line| line.strip_prefix("teahouse_passwords_compared_total "));
        value.expect("it is counted").parse::<u64>().unwrap()
    };
    for login in ["known", "unknown", "gone", "", "not a login!"] {
        let before = compared().await;
        let answer = town.post("/signin", None, &[("login", login), ("password", "a guess of mine")]).await;
        assert_eq!((answer.status, compared().await - before), (422, 1), "{login}");
    }
}

#[tokio::test]
async fn who_signs_in_while_the_password_changes_does_not_stay() {
    let town = Town::open().await;
    let li = town.account("li").await;
    // With the old password, again and again, until it is one no more.
    let guess = || async {
        while town.post("/signin", None, &[("login", "li"), ("password", PASSWORD)]).await.status == 303 {}
    };
    let fields = [("current", PASSWORD), ("password", "another horse"), ("again", "another horse")];
    let (changed, ..) =
        tokio::join!(town.post("/me/password", Some(&li), &fields), join_all([guess(), guess(), guess(), guess()]),);
    assert_eq!(changed.status, 303);
    assert_eq!(town.store.sessions(&li.person.id).await.unwrap().len(), 1, "hers who changed it");
    assert!(town.store.who(&li.token).await.unwrap().is_some());
}
