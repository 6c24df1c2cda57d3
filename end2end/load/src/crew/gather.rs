//! Opening a crew's sockets: so many at once, until all have joined. Never what is said then.

use super::{Crew, Member, Nobody};
use crate::{latency::Latencies, trouble::Trouble};

/// How long nothing may move before a run is given up.
const PATIENCE_S: u64 = 20;
const SECOND: u64 = 1_000_000_000;
/// A refusal may be the load's fault: this many for each socket that is wanted are borne.
const REFUSALS_PER_SOCKET: u64 = 3;

/// What it took to open sockets.
pub(crate) struct Gathered {
    /// From the first dial until the last had joined.
    pub(crate) seconds: f64,
    /// Of each, from its dial until it had joined.
    pub(crate) joins: Latencies,
}

/// Who is to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) members: usize,
    /// They join one group after the other: the first of each, then the second of each, …
    pub(crate) groups: u32,
    /// Handshakes that are under way at a time.
    pub(crate) at_once: usize,
    /// Bytes of the kernel's receive buffer; none leaves it to the kernel.
    pub(crate) receive: Option<usize>,
}

impl Crew<'_> {
    /// Opens so many more sockets. `told` hears how many have joined.
    ///
    /// # Errors
    /// [`Trouble`] when nobody listens, too many are refused, or nothing moves any more.
    pub(crate) fn gather(&mut self, wanted: Wanted, mut told: impl FnMut(usize)) -> Result<Gathered, Trouble> {
        let (begin, before) = (self.now(), self.ready);
        let (first, refused) = (self.members.len(), self.counts.refused);
        let (mut moved, mut seen) = (begin, before);
        self.joins = Latencies::new();
        while self.ready.saturating_sub(before) < wanted.members {
            self.dial_more(first, wanted)?;
            self.turn(self.now() + SECOND / 10, &mut Nobody);
            self.give_up_if_refused(self.counts.refused - refused, wanted.members)?;
            if self.ready != seen {
                (seen, moved) = (self.ready, self.now());
                told(self.ready.saturating_sub(before));
            } else if self.now() - moved > PATIENCE_S * SECOND {
                return Err(self.stuck(wanted.members, before));
            }
        }
        let seconds = (self.now() - begin) as f64 / SECOND as f64;
        Ok(Gathered { seconds, joins: std::mem::take(&mut self.joins) })
    }

    fn dial_more(&mut self, first: usize, wanted: Wanted) -> Result<(), Trouble> {
        while self.opening < wanted.at_once
            && let Some(index) = self.lost.pop()
        {
            let group = self.members[index].group;
            self.members[index] = self.dial(index, group, wanted.receive)?;
        }
        while self.opening < wanted.at_once && self.members.len() < first + wanted.members {
            let index = self.members.len();
            let member = self.dial(index, ((index - first) % wanted.groups as usize) as u32, wanted.receive)?;
            self.members.push(member);
        }
        Ok(())
    }

    fn dial(&mut self, index: usize, group: u32, receive: Option<usize>) -> Result<Member, Trouble> {
        let dialled = self.now();
        let stream = self.target.dial(index, receive)?;
        let path = self.adapter.path(&self.groups[group as usize]);
        let member = Member::new(stream, group, dialled, self.handshake.request(&self.target.host, &path, index));
        member.register(&self.epoll, index).map_err(Trouble::system("epoll"))?;
        self.opening += 1;
        Ok(member)
    }

    fn give_up_if_refused(&self, refused: u64, wanted: usize) -> Result<(), Trouble> {
        if refused == 0 || (self.ready > 0 && refused <= REFUSALS_PER_SOCKET * wanted as u64) {
            return Ok(());
        }
        let (url, why) = (self.target.url.clone(), self.counts.refused_why.clone().unwrap_or_default());
        let no_server = why.contains("Connection refused") || why.contains("os error");
        Err(if no_server { Trouble::Away { url, why } } else { Trouble::Refused { url, why } })
    }

    fn stuck(&self, wanted: usize, before: usize) -> Trouble {
        let words =
            self.counts.refused_why.as_ref().or(self.counts.cut_why.as_ref()).or(self.counts.complaint.as_ref());
        let last = words.map_or_else(String::new, |words| format!("; the last one that ended: {words}"));
        Trouble::Stuck { ready: self.ready.saturating_sub(before), wanted, seconds: PATIENCE_S, last }
    }

    /// From now on this member reads nothing, as a client that hangs.
    ///
    /// # Errors
    /// [`Trouble::System`] from the kernel.
    pub(crate) fn deafen(&mut self, member: usize) -> Result<(), Trouble> {
        self.members[member].deaf = true;
        self.members[member].renew(&self.epoll, member).map_err(Trouble::system("epoll"))
    }

    /// Lets it read again: what the server did meanwhile is seen then.
    ///
    /// # Errors
    /// [`Trouble::System`] from the kernel.
    pub(crate) fn heal(&mut self, member: usize) -> Result<(), Trouble> {
        self.members[member].deaf = false;
        self.members[member].renew(&self.epoll, member).map_err(Trouble::system("epoll"))
    }

    /// Members of which group each is.
    pub(crate) fn group_of(&self, member: usize) -> u32 {
        self.members[member].group
    }

    pub(crate) fn move_to(&mut self, member: usize, group: u32) {
        self.members[member].group = group;
    }

    /// How many are there.
    pub(crate) fn ready(&self) -> usize {
        self.ready
    }
}
