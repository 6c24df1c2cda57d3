//! Pages of groups as nobody in particular sees them, kept until they would be rendered otherwise. Whoever is somebody is
//! never answered from here, and what is somebody's own, a cookie, is never kept. Never what is on a page.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{extract::Request, response::Response};
use http::Uri;
use protocol::GroupId;
use quick_cache::{
    OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use store::{StoreError, Who};
use tokio::time::{Instant, timeout};

use super::{Rendered, packed::Packed, rendered};
use crate::{
    chat::Watch,
    http::identity::{Visitor, set_cookie},
    state::AppState,
};

/// Bytes of all kept pages together, with what each may come to when it is compressed.
const MOST_BYTES: u64 = 32 << 20;
/// Kept pages. Each holds its group's watch, which is a member of the channel layer: so many of those there are at most.
const MOST_PAGES: u64 = 512;
/// So long one waits for a page that somebody else is having rendered.
const PATIENCE: Duration = Duration::from_millis(200);
/// Newcomers' tokens that nobody has, and for how long that is believed of other nodes; of this one it is known.
const STRANGERS: usize = 4096;
const STRANGE: Duration = Duration::from_secs(3);

/// A page's address as it stands in links to it, and all else that its bytes depend on besides what the store knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    group: GroupId,
    /// Language, what the device's owner chose, its clock, and the query.
    look: String,
}

/// A page as it was rendered after its watch said `version`.
struct Page {
    watch: Arc<Watch>,
    version: u64,
    packed: Packed,
}

/// What is kept. The library evicts by use (S3-FIFO), counts by weight, and lets one render while others wait.
pub(crate) struct Kept {
    pages: Cache<Key, Arc<Page>, Weight>,
    strangers: Cache<String, (u64, Instant)>,
    answered: AtomicU64,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Arc<Page>> for Weight {
    fn weight(&self, key: &Key, page: &Arc<Page>) -> u64 {
        (page.packed.most_bytes() + key.look.len() as u64).max(MOST_BYTES / MOST_PAGES)
    }
}

impl Default for Kept {
    fn default() -> Self {
        let options = OptionsBuilder::new()
            // Its bound is each shard's: one, or a large page would find no room.
            .shards(1)
            .estimated_items_capacity(MOST_PAGES as usize)
            .weight_capacity(MOST_BYTES)
            .build();
        let pages = match options {
            Ok(options) => Cache::with_options(options, Weight, Default::default(), DefaultLifecycle::default()),
            // Everything that it asks for was given.
            Err(_) => Cache::with_weighter(MOST_PAGES as usize, MOST_BYTES, Weight),
        };
        Self { pages, strangers: Cache::new(STRANGERS), answered: AtomicU64::new(0) }
    }
}

impl Kept {
    /// How many pages there are, how many bytes they may come to, and how many requests they answered.
    pub(crate) fn figures(&self) -> (u64, u64, u64) {
        (self.pages.len() as u64, self.pages.weight(), self.answered.load(Ordering::Relaxed))
    }
}

impl Page {
    fn is_current(&self) -> bool {
        self.watch.version() == Some(self.version)
    }

    /// Whether it was rendered from what is at least as new as this version.
    fn is_of(&self, watch: &Arc<Watch>, version: u64) -> bool {
        Arc::ptr_eq(&self.watch, watch) && self.version >= version
    }
}

/// Who asks. That a token is nobody's is asked once in a while.
pub(super) async fn who(state: &AppState, visitor: &Visitor) -> Result<Option<Who>, StoreError> {
    let Some(token) = visitor.newcomers_token() else { return visitor.known(state).await };
    let (strangers, version) = (&state.kept.strangers, state.chat.store.sessions_version());
    let known = |(of, at): (u64, Instant)| of == version && at.elapsed() < STRANGE;
    if strangers.get(token).is_some_and(known) {
        return Ok(None);
    }
    let who = visitor.known(state).await?;
    if who.is_none() {
        strangers.insert(token.to_owned(), (version, Instant::now()));
    }
    Ok(who)
}

/// The page that is meant, if it is one that is kept: the newest messages of a group, asked for as our own links do.
pub(super) fn key(uri: &Uri, group: Option<&GroupId>, visitor: &Visitor) -> Option<Key> {
    let (query, group) = (uri.query()?, group?);
    let id = query.strip_prefix("groupID=")?;
    let plain = percent_encoding::percent_decode_str(id).decode_utf8().ok()? == group.as_str();
    let chosen = &visitor.preferences;
    let offset = chosen.offset_minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    let look = format!("{} {} {offset} {id}", visitor.locale.tag(), chosen.value());
    plain.then(|| Key { group: group.clone(), look })
}

/// A group's page for nobody: the kept one, or one that is rendered now and kept if it may be.
pub(super) async fn page(state: &AppState, key: Key, visitor: &Visitor, request: Request) -> Response {
    let headers = request.headers().clone();
    match find(state, key, visitor, request).await {
        Ok(page) => {
            let mut response = page.packed.answer(&headers).await;
            set_cookie(&mut response, visitor.newcomers_cookie().as_deref());
            response
        }
        Err(response) => response,
    }
}

async fn find(state: &AppState, key: Key, visitor: &Visitor, request: Request) -> Result<Arc<Page>, Response> {
    let kept = &state.kept;
    if let Some(page) = kept.pages.get(&key).filter(|page| page.is_current()) {
        kept.answered.fetch_add(1, Ordering::Relaxed);
        return Ok(page);
    }
    let Ok(Some(watch)) = state.chat.watches.of(&key.group).await else {
        return Err(rendered(state, visitor, Ok(None), request).await.response);
    };
    // Whoever asked before this knows of nothing later.
    let Some(version) = watch.version() else { return Err(rendered(state, visitor, Ok(None), request).await.response) };
    loop {
        kept.pages.remove_if(&key, |page| !page.is_of(&watch, version));
        return match timeout(PATIENCE, kept.pages.get_value_or_guard_async(&key)).await {
            Ok(Ok(page)) if page.is_of(&watch, version) => {
                kept.answered.fetch_add(1, Ordering::Relaxed);
                Ok(page)
            }
            Ok(Ok(_)) => continue,
            Ok(Err(place)) => {
                let page = Arc::new(render(state, watch, visitor, request).await?);
                // It was taken away meanwhile, which is as well.
                let _ = place.insert(Arc::clone(&page));
                Ok(page)
            }
            Err(_) => Err(rendered(state, visitor, Ok(None), request).await.response),
        };
    }
}

/// A page to keep, or an answer that is for whoever asked alone.
async fn render(state: &AppState, watch: Arc<Watch>, visitor: &Visitor, request: Request) -> Result<Page, Response> {
    // First the version, then what is read.
    let version = watch.version();
    let Rendered { response, nonce } = rendered(state, visitor, Ok(None), request).await;
    let (Some(version), Some(nonce)) = (version, nonce) else { return Err(response) };
    let packed = Packed::of(response, &nonce).await?;
    Ok(Page { watch, version, packed })
}
