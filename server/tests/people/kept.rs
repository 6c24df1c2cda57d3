//! Pages that are kept for nobody in particular, and how one asks for them. Never what is kept of anybody's own: that is
//! nowhere.

mod changing;
mod seeing;

use store::GroupKind;
use tokio::time::timeout;

use crate::{api::Guest, helpers::PATIENCE, town::Town, web::Answer};

const TEA: &str = "/chatgroup?groupID=tea";

impl Town {
    /// A page as a client asks for it that has only these headers.
    async fn ask(&self, node: usize, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.http.get(self.nodes[node].url(path));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request, None).await
    }

    /// The page of the group `tea` as nobody sees it.
    async fn tea(&self, node: usize) -> Answer {
        let answer = self.ask(node, TEA, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }

    /// The same for a client that has it with this tag.
    async fn tea_but(&self, tag: &str) -> Answer {
        self.ask(0, TEA, &[("if-none-match", tag)]).await
    }

    async fn metric(&self, node: usize, name: &str) -> u64 {
        let metrics = self.ask(node, "/metrics", &[]).await.body;
        let line = metrics.lines().find_map(|line| line.strip_prefix("teahouse_")?.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name}: {metrics}")).trim().parse().expect("a number")
    }

    /// Asks for the page of `tea` on a node until it is as expected.
    async fn becomes(&self, node: usize, what: &str, is: impl Fn(&Answer) -> bool) {
        let asked = async { while !is(&self.ask(node, TEA, &[]).await) {} };
        timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("it does not become {what}"));
    }
}

async fn town_with_tea() -> (Town, Guest) {
    let town = Town::open().await;
    let owner = town.account("owner").await;
    town.group("tea", GroupKind::Open, &owner).await;
    (town, owner)
}
