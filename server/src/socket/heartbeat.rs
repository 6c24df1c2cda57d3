//! When to ping a socket and when to give it up. Time only; never writes a frame.

use std::time::Duration;

use tokio::time::Instant;

/// How often a socket is pinged.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(20);
/// How long a ping may go unanswered.
pub(crate) const PONG_WITHIN: Duration = Duration::from_secs(30);

pub(crate) struct Heartbeat {
    next_ping: Instant,
    /// When the oldest unanswered ping becomes a lost connection.
    give_up: Option<Instant>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    Ping,
    Lost,
}

impl Heartbeat {
    pub(crate) fn new() -> Self {
        Self { next_ping: Instant::now() + PING_EVERY, give_up: None }
    }

    /// When there is something to do next.
    pub(crate) fn at(&self) -> Instant {
        self.give_up.map_or(self.next_ping, |give_up| give_up.min(self.next_ping))
    }

    /// What there is to do, now that it is time.
    pub(crate) fn beat(&mut self) -> Beat {
        if self.is_lost() {
            return Beat::Lost;
        }
        let now = Instant::now();
        self.next_ping = now + PING_EVERY;
        self.give_up.get_or_insert(now + PONG_WITHIN);
        Beat::Ping
    }

    /// Whether the oldest ping has gone unanswered for too long.
    pub(crate) fn is_lost(&self) -> bool {
        self.give_up.is_some_and(|give_up| give_up <= Instant::now())
    }

    pub(crate) fn pong(&mut self) {
        self.give_up = None;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep_until};

    use super::{Beat, Heartbeat, PING_EVERY, PONG_WITHIN};

    async fn beat(heartbeat: &mut Heartbeat) -> Beat {
        sleep_until(heartbeat.at()).await;
        heartbeat.beat()
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_that_answers_is_pinged_every_twenty_seconds() {
        let (start, mut heartbeat) = (Instant::now(), Heartbeat::new());
        for beats in 1..=5 {
            assert_eq!(beat(&mut heartbeat).await, Beat::Ping);
            assert_eq!(start.elapsed().as_secs(), beats * PING_EVERY.as_secs());
            heartbeat.pong();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn thirty_seconds_after_the_first_unanswered_ping_it_is_lost() {
        let (start, mut heartbeat) = (Instant::now(), Heartbeat::new());
        assert_eq!(beat(&mut heartbeat).await, Beat::Ping);
        assert_eq!(beat(&mut heartbeat).await, Beat::Ping);
        assert_eq!(beat(&mut heartbeat).await, Beat::Lost);
        assert_eq!(start.elapsed(), PING_EVERY + PONG_WITHIN);
    }
}
