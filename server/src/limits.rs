//! How fast people may act, and how much they may have open: token buckets and counts, per person and per address, on
//! each node for itself. Never who may do what (that is `chat::access`), never a group's slow mode (the store's).
//!
//! GCRA by `governor`: a few machine words per key, no task, no lock held across an await.

mod count;

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};
use protocol::PersonId;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use self::count::Counts;
pub(crate) use self::count::{Taken, TooMany};

/// Sockets that one person has open, in all their browsers.
const SOCKETS: u32 = 256;
/// And all behind one address: a school is many.
const SOCKETS_FROM: u32 = 1_024;
/// Groups that are not in the store and that those at one address listen to who have no account.
const UNUSED_FROM: u32 = 256;
/// How often keys that are as good as new are forgotten.
const SWEEP: Duration = Duration::from_secs(60);

/// Where a request comes from. All of an IPv6 network that one subscriber is given counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address(IpAddr);

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Too fast: after this much time the same may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooFast(pub(crate) Duration);

/// Every limit of a node.
pub(crate) struct Limits<C: Clock + Clone = MonotonicClock> {
    /// Whoever runs a server for machines alone may turn them off.
    on: bool,
    /// What people say and change, by who they are and by where they come from.
    commands: Bucket<PersonId, C>,
    commands_from: Bucket<Address, C>,
    /// Guesses at passwords and links: what is guessed at from one address, from anywhere, and anything from one address.
    /// Where it comes from counts, or anybody could keep somebody else from signing in. Kept as hashes: what is typed may
    /// be long.
    attempts: Bucket<(u64, Address), C>,
    attempts_at: Bucket<u64, C>,
    attempts_from: Bucket<Address, C>,
    hashing: RandomState,
    /// People who did not exist before.
    newcomers_from: Bucket<Address, C>,
    /// Searches, the dearest of what anybody may ask.
    searches_from: Bucket<Address, C>,
    sockets: Arc<Counts<PersonId>>,
    sockets_from: Arc<Counts<Address>>,
    unused_from: Arc<Counts<Address>>,
}

/// What counts as long as it is held; nothing where limits are off.
pub(crate) type Held<K> = Option<Taken<K>>;

impl Limits {
    pub(crate) fn new(on: bool) -> Self {
        Self { on, ..Self::with_clock(&MonotonicClock) }
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with_clock(clock: &C) -> Self {
        Self {
            on: true,
            commands: Bucket::new(30, Duration::from_millis(200), clock),
            commands_from: Bucket::new(500, Duration::from_millis(20), clock),
            attempts: Bucket::new(5, Duration::from_secs(12), clock),
            attempts_at: Bucket::new(60, Duration::from_secs(2), clock),
            hashing: RandomState::new(),
            attempts_from: Bucket::new(10, Duration::from_secs(6), clock),
            newcomers_from: Bucket::new(30, Duration::from_secs(1), clock),
            searches_from: Bucket::new(30, Duration::from_millis(500), clock),
            sockets: Counts::new(SOCKETS),
            sockets_from: Counts::new(SOCKETS_FROM),
            unused_from: Counts::new(UNUSED_FROM),
        }
    }

    /// Someone wants to say or change something.
    pub(crate) fn command(&self, person: &PersonId, from: Address) -> Result<(), TooFast> {
        self.if_on(|| {
            self.commands_from.take(&from)?;
            self.commands.take(person)
        })
    }

    /// Someone gives a password for this login, or a link's secret. The address counts too: one that tries every login
    /// once is as bad.
    pub(crate) fn attempt(&self, login: &str, from: Address) -> Result<(), TooFast> {
        self.if_on(|| {
            let guessed = self.hashing.hash_one(login);
            self.attempts_from.take(&from)?;
            self.attempts.take(&(guessed, from))?;
            self.attempts_at.take(&guessed)
        })
    }

    /// Somebody who is nobody sends a form.
    pub(crate) fn form(&self, from: Address) -> Result<(), TooFast> {
        self.if_on(|| self.commands_from.take(&from))
    }

    /// Somebody new comes.
    pub(crate) fn newcomer(&self, from: Address) -> Result<(), TooFast> {
        self.if_on(|| self.newcomers_from.take(&from))
    }

    /// Someone searches.
    pub(crate) fn search(&self, from: Address) -> Result<(), TooFast> {
        self.if_on(|| self.searches_from.take(&from))
    }

    /// A socket opens.
    pub(crate) fn socket_from(&self, from: Address) -> Result<Held<Address>, TooMany> {
        self.on.then(|| self.sockets_from.take(&from)).transpose()
    }

    /// It is this person's.
    pub(crate) fn socket(&self, person: &PersonId) -> Result<Held<PersonId>, TooMany> {
        self.on.then(|| self.sockets.take(person)).transpose()
    }

    /// Somebody without an account listens to a group that is not in the store.
    pub(crate) fn unused_group(&self, from: Address) -> Result<Held<Address>, TooMany> {
        self.on.then(|| self.unused_from.take(&from)).transpose()
    }

    fn if_on(&self, take: impl FnOnce() -> Result<(), TooFast>) -> Result<(), TooFast> {
        if self.on { take() } else { Ok(()) }
    }

    /// Forgets who has been quiet, until the server stops: memory follows who is active now.
    pub(crate) async fn sweep(&self, shutdown: &CancellationToken) {
        let mut ticks = interval(SWEEP);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            self.commands.forget_idle();
            self.commands_from.forget_idle();
            self.attempts.forget_idle();
            self.attempts_at.forget_idle();
            self.attempts_from.forget_idle();
            self.newcomers_from.forget_idle();
            self.searches_from.forget_idle();
        }
    }
}

/// Tokens by key.
struct Bucket<K: Hash + Eq + Clone, C: Clock + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Bucket<K, C> {
    /// `burst` at once, then one after each `every`.
    fn new(burst: u32, every: Duration, clock: &C) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        // `None` only for a zero duration, which nobody gives.
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(burst)).allow_burst(burst);
        Self { limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()), clock: clock.clone() }
    }

    fn take(&self, key: &K) -> Result<(), TooFast> {
        self.limiter.check_key(key).map_err(|not_until| TooFast(not_until.wait_time_from(self.clock.now())))
    }

    fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;
    use protocol::PersonId;

    use super::{Address, Limits, TooFast};

    fn from(text: &str) -> Address {
        text.parse::<std::net::IpAddr>().unwrap().into()
    }

    fn person(id: &str) -> PersonId {
        PersonId::parse(id).unwrap()
    }

    #[test]
    fn a_burst_is_taken_and_then_the_wait_is_told_and_true() {
        let clock = FakeRelativeClock::default();
        let limits = Limits::with_clock(&clock);
        let (a, here) = (person("a"), from("192.0.2.1"));
        assert!((0..30).all(|_| limits.command(&a, here).is_ok()));
        let TooFast(wait) = limits.command(&a, here).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_millis(200), "{wait:?}");
        clock.advance(wait);
        assert_eq!(limits.command(&a, here), Ok(()));
        assert!(limits.command(&a, here).is_err());
    }

    #[test]
    fn one_who_is_too_fast_slows_nobody_else() {
        let limits = Limits::with_clock(&FakeRelativeClock::default());
        let here = from("192.0.2.1");
        while limits.command(&person("a"), here).is_ok() {}
        assert_eq!(limits.command(&person("b"), here), Ok(()));
        while limits.newcomer(here).is_ok() {}
        assert_eq!(limits.newcomer(from("192.0.2.2")), Ok(()));
    }

    #[test]
    fn many_people_at_one_address_are_limited_together() {
        let limits = Limits::with_clock(&FakeRelativeClock::default());
        let (here, there) = (from("192.0.2.1"), from("192.0.2.2"));
        let refused = (0..600).filter(|n| limits.command(&person(&format!("p{n}")), here).is_err()).count();
        assert_eq!(refused, 100);
        assert_eq!(limits.command(&person("p600"), there), Ok(()));
    }

    #[test]
    fn a_login_is_guessed_at_slowly_from_however_many_addresses() {
        let limits = Limits::with_clock(&FakeRelativeClock::default());
        let tries = (0..100).filter(|n| limits.attempt("li", from(&format!("192.0.2.{n}"))).is_ok()).count();
        assert_eq!(tries, 60);
        let tries = (0..50).filter(|_| limits.attempt("wang", from("203.0.113.1")).is_ok()).count();
        assert_eq!(tries, 5);
        assert_eq!(limits.attempt("wang", from("203.0.113.2")), Ok(()), "who has the login is elsewhere");
        let here = from("198.51.100.1");
        let tries = (0..50).filter(|n| limits.attempt(&format!("login{n}"), here).is_ok()).count();
        assert_eq!(tries, 10);
    }

    #[test]
    fn at_one_address_are_so_many_sockets_and_where_limits_are_off_any_number() {
        let (limits, here) = (Limits::with_clock(&FakeRelativeClock::default()), from("192.0.2.1"));
        let mut open: Vec<_> = (0..1_024).map(|_| limits.socket_from(here).unwrap()).collect();
        assert!(limits.socket_from(here).is_err() && limits.socket_from(from("192.0.2.2")).is_ok());
        open.pop();
        assert!(limits.socket_from(here).is_ok());
        let (off, li) = (Limits::new(false), person("li"));
        let open: Vec<_> =
            (0..2_000).map(|_| (off.socket_from(here), off.socket(&li), off.unused_group(here))).collect();
        assert!(open.iter().all(|(from, of, unused)| from.is_ok() && of.is_ok() && unused.is_ok()));
    }

    #[test]
    fn a_subscribers_ipv6_network_is_one_address() {
        assert_eq!(from("2001:db8:1:2::1"), from("2001:db8:1:2:ffff::9"));
        assert_ne!(from("2001:db8:1:2::1"), from("2001:db8:1:3::1"));
        assert_eq!(from("::ffff:192.0.2.1"), from("192.0.2.1"));
    }

    #[test]
    fn who_has_been_quiet_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let limits = Limits::with_clock(&clock);
        (0..100).for_each(|n| assert!(limits.command(&person(&format!("p{n}")), from("192.0.2.1")).is_ok()));
        clock.advance(Duration::from_secs(60));
        limits.commands.forget_idle();
        assert!(limits.commands.limiter.is_empty());
    }
}
