//! Who may do what elsewhere than in a group: on one's own page, in the list of groups, to the whole server.

use uuid::Uuid;

use super::{lay_out, tables};
use crate::{api::Guest, town::Town};

/// What is not one group's affair, for one of them.
async fn elsewhere(town: &Town, by: Option<&Guest>, other: &Guest) -> Vec<(&'static str, String)> {
    let settings = [("server_name", "Tea"), ("sign_up", "open"), ("guests", "1")];
    let (fresh, id) = (Uuid::new_v4().simple().to_string(), other.person.id.as_str());
    let posts: [(_, _, &[(&str, &str)]); 14] = [
        ("/me/name", "POST /me/name", &[("name", "Li")]),
        ("/me/colour", "POST /me/colour", &[("colour", "3")]),
        ("/settings", "POST /settings", &[("theme", "dark")]),
        (
            "/me/password",
            "POST /me/password",
            &[("current", "x"), ("password", "long enough"), ("again", "long enough")],
        ),
        ("/groups/new", "POST /groups/new", &[("name", &fresh), ("kind", "private")]),
        ("/groups/direct", "POST /groups/direct", &[("people", "other")]),
        ("/admin/settings", "POST /admin/settings", &settings),
        ("/admin/invite", "POST /admin/invite", &[("uses", "1")]),
        ("/admin/uninvite", "POST /admin/uninvite", &[("id", "none")]),
        ("/admin/reset", "POST /admin/reset", &[("person", id)]),
        ("/admin/admin", "POST /admin/admin", &[("person", id), ("admin", "1")]),
        ("/admin/close", "POST /admin/close", &[("person", id)]),
        ("/admin/open", "POST /admin/open", &[("person", id)]),
        ("/admin/nonsense", "POST /admin/nonsense", &[]),
    ];
    let mut rows = Vec::new();
    let pages =
        [("/me", "GET /me"), ("/settings", "GET /settings"), ("/groups", "GET /groups"), ("/admin", "GET /admin")];
    for (path, name) in pages {
        rows.push((name, town.get(path, by).await.status.to_string()));
    }
    for (path, name, fields) in posts {
        rows.push((name, town.post(path, by, fields).await.status.to_string()));
    }
    let guest = town.http.post(town.nodes[0].url("/api/guests"));
    rows.push(("POST /api/guests", town.send(guest, by).await.word()));
    rows.push(("POST /me/sessions/end", town.post("/me/sessions/end", by, &[("id", "all")]).await.status.to_string()));
    rows
}

#[tokio::test]
async fn elsewhere_than_in_a_group() {
    let town = Town::open().await;
    let (other, revoked) = (town.account("other").await, town.account("revoked").await);
    town.store.revoke_all(&revoked.person.id, None).await.unwrap();
    let closed = town.account("closed").await;
    town.store.close_person(&other.person.id, &closed.person.id, true).await.unwrap();
    let (guest, account, admin) = (town.guest().await, town.account("account").await, town.admin().await);
    let people = [None, Some(&guest), Some(&account), Some(&admin), Some(&closed), Some(&revoked)];
    let mut columns = Vec::new();
    for by in people {
        columns.push(elsewhere(&town, by, &other).await);
    }
    let table = lay_out(vec!["nobody", "guest", "account", "admin", "closed", "revoked"], &columns);
    let expected = tables::ELSEWHERE;
    assert!(table == expected.trim_matches('\n'), "it is otherwise:\n{table}\n");
}
