//! Pages and forms as a browser without script uses them: a cookie, a form, an answer. Redirects are not followed. Never
//! an expectation.

use reqwest::RequestBuilder;
use url::form_urlencoded::Serializer;

use crate::{api::Guest, town::Town};

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    headers: reqwest::header::HeaderMap,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }

    /// The token that the browser has from now on.
    pub(crate) fn token(&self) -> Option<String> {
        let cookies = self.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let tokens = cookies.filter_map(|cookie| cookie.strip_prefix("person=")?.split(';').next());
        tokens.map(str::to_owned).next_back()
    }

    /// What the browser is told to keep under this name, with all that is said of it.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let named = |cookie: &&str| cookie.split_once('=').is_some_and(|(found, _)| found == name);
        cookies.filter(named).map(str::to_owned).next_back()
    }

    /// A rejection's code where it is one, else the status.
    pub(crate) fn word(&self) -> String {
        let json = serde_json::from_str::<serde_json::Value>(&self.body).ok();
        let code = json.filter(|_| self.status >= 400).and_then(|json| json["code"].as_str().map(str::to_owned));
        code.unwrap_or_else(|| self.status.to_string())
    }
}

impl Town {
    pub(crate) async fn get(&self, path: &str, by: Option<&Guest>) -> Answer {
        self.send(self.http.get(self.nodes[0].url(path)), by).await
    }

    pub(crate) async fn post(&self, path: &str, by: Option<&Guest>, fields: &[(&str, &str)]) -> Answer {
        self.post_to(0, path, by, fields).await
    }

    pub(crate) async fn post_to(&self, node: usize, path: &str, by: Option<&Guest>, fields: &[(&str, &str)]) -> Answer {
        let request = self.http.post(self.nodes[node].url(path));
        self.send(form(request, fields), by).await
    }

    pub(crate) async fn send(&self, request: RequestBuilder, by: Option<&Guest>) -> Answer {
        let request = by.into_iter().fold(request, |request, by| request.header("cookie", by.cookie()));
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.expect("a body") }
    }

    /// Says something by the form, as whoever this is: a new guest perhaps.
    pub(crate) async fn say_by_form(&self, group: &str, by: &Guest) {
        let answer = self.post("/chatgroup", Some(by), &[("groupID", group), ("body", "by form")]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// Says something by the API; the message's id.
    pub(crate) async fn say(&self, group: &str, by: &Guest, body: &str) -> String {
        let request = self.http.post(self.nodes[0].url(&format!("/api/groups/{group}/messages")));
        let answer = self.send(request.body(body.to_owned()), Some(by)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        json["change"]["message"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
    }
}

pub(crate) fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}
