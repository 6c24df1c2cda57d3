//! What Redis does for us in one step. Every key is declared; scores pass through as text, because Lua would write
//! only 14 of their digits.

use std::sync::LazyLock;

use redis::Cmd;
use sha1_smol::Sha1;

/// Puts frames into queues that have room. ARGV: time to live in ms; then for each key frame, capacity, score, and the
/// score up to which messages are too old. Answers for each key how many were too old, as `n` if there was room and
/// `-1 - n` if not.
pub(crate) static POST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local answers = {}
for i, key in ipairs(KEYS) do
  local at = 4 * i - 2
  local purged = redis.call('ZREMRANGEBYSCORE', key, '-inf', ARGV[at + 3])
  if redis.call('ZCARD', key) < tonumber(ARGV[at + 1]) then
    redis.call('ZADD', key, ARGV[at + 2], ARGV[at])
    redis.call('PEXPIRE', key, ARGV[1])
    answers[i] = purged
  else
    answers[i] = -1 - purged
  end
end
return answers",
    )
});

/// A group's members but ours. ARGV: the score up to which memberships have lapsed; what our names contain.
pub(crate) static MEMBERS: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local others = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if not string.find(name, ARGV[2], 1, true) then others[#others + 1] = name end
end
return others",
    )
});

/// A text that Redis keeps and its name there.
pub(crate) struct Script {
    text: &'static str,
    sha: String,
}

impl Script {
    fn new(text: &'static str) -> Self {
        Self { text, sha: Sha1::from(text).hexdigest() }
    }

    pub(crate) fn load(&self) -> Cmd {
        let mut load = redis::cmd("SCRIPT");
        load.arg("LOAD").arg(self.text);
        load
    }

    /// `EVALSHA` with its keys; arguments follow.
    pub(crate) fn call<'a>(&self, keys: impl ExactSizeIterator<Item = &'a str>) -> Cmd {
        let mut call = redis::cmd("EVALSHA");
        call.arg(&self.sha).arg(keys.len());
        keys.for_each(|key| {
            call.arg(key);
        });
        call
    }
}
