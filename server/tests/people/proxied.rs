//! Behind a proxy that ends TLS: what is believed of https, in cookies and in links.

use store::GroupKind;

use crate::{
    town::{PASSWORD, Town},
    web::form,
};

#[tokio::test]
async fn https_is_believed_of_a_proxy_that_is_trusted_and_of_nobody_else() {
    for (flags, forwarded, secure) in [
        (&["--trust-proxy"][..], "https", true),
        (&["--trust-proxy"], "http", false),
        (&["--trust-proxy"], "https, http", false),
        (&[], "https", false),
        (&["--trust-proxy", "--public-url", "http://chat.example"], "https", false),
    ] {
        let town = Town::with_flags(flags).await;
        let (admin, owner) = (town.admin().await, town.account("owner").await);
        town.group("tea", GroupKind::Open, &owner).await;
        let proxied = |request: reqwest::RequestBuilder| {
            request.header("x-forwarded-proto", forwarded).header("x-forwarded-host", "evil.example")
        };
        let case = format!("{flags:?} {forwarded}");
        let signs_in =
            form(town.http.post(town.nodes[0].url("/signin")), &[("login", "owner"), ("password", PASSWORD)]);
        let page = town.http.get(town.nodes[0].url("/chatgroup?groupID=tea"));
        for answer in [town.send(proxied(signs_in), None).await, town.send(proxied(page), None).await] {
            let cookie = answer.cookie("person").expect("a session, or a newcomer's");
            assert!(
                cookie.ends_with("; Secure") == secure && cookie.contains("; HttpOnly; SameSite=Lax"),
                "{case}: {cookie}"
            );
        }
        let chosen = form(town.http.post(town.nodes[0].url("/settings")), &[("theme", "dark")]);
        let kept = town.send(proxied(chosen), None).await.cookie("prefs").expect("it is kept");
        assert_eq!(kept.ends_with("; Secure"), secure, "{case}");
        let id = owner.person.id.to_string();
        for (path, by, field) in [
            ("/groups/tea/invite", &owner, ("uses", "1")),
            ("/admin/invite", &admin, ("uses", "1")),
            ("/admin/reset", &admin, ("person", &*id)),
        ] {
            let answer = town.send(proxied(form(town.http.post(town.nodes[0].url(path)), &[field])), Some(by)).await;
            let host = if flags.len() > 1 { "chat.example".to_owned() } else { town.address().to_string() };
            let begins = format!("{}://{host}/", if secure { "https" } else { "http" });
            assert!(answer.body.contains(&begins) && !answer.body.contains("evil.example"), "{case} {path}");
        }
    }
}
