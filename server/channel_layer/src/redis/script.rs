//! What Redis does for us in one step. Every key is declared; scores pass through as text, because Lua would write
//! only 14 of their digits.

use std::sync::LazyLock;

use redis::Cmd;
use sha1_smol::Sha1;

/// Puts frames into queues that have room. ARGV: time to live in ms; then for each key frame, capacity, score, and the
/// score up to which messages are too old. Answers for each key how many were too old, as `n` if there was room and
/// `-1 - n` if not, or the server's words if it refused: one key that is none of ours costs the others nothing.
pub(crate) static POST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local function failed(answer) return type(answer) == 'table' and answer.err end
local answers = {}
for i, key in ipairs(KEYS) do
  local at = 4 * i - 2
  local purged = redis.pcall('ZREMRANGEBYSCORE', key, '-inf', ARGV[at + 3])
  local count = failed(purged) and purged or redis.pcall('ZCARD', key)
  if failed(count) then
    answers[i] = count.err
  elseif count < tonumber(ARGV[at + 1]) then
    local added = redis.pcall('ZADD', key, ARGV[at + 2], ARGV[at])
    if not failed(added) then redis.pcall('PEXPIRE', key, ARGV[1]) end
    answers[i] = failed(added) or purged
  else
    answers[i] = -1 - purged
  end
end
return answers",
    )
});

/// A group's members but ours, each followed by its score. ARGV: the score up to which memberships have lapsed; what
/// our names contain. Reads even where the server takes no writes.
pub(crate) static MEMBERS: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.pcall('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local others = {}
local all = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES')
for i = 1, #all, 2 do
  if not string.find(all[i], ARGV[2], 1, true) then
    others[#others + 1] = all[i]
    others[#others + 1] = all[i + 1]
  end
end
return others",
    )
});

/// Takes members out of a group unless they have joined anew. ARGV: members, each followed by the score that it had.
/// Answers how many went.
pub(crate) static PRUNE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local gone = 0
for i = 1, #ARGV, 2 do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) <= tonumber(ARGV[i + 1]) then
    gone = gone + redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return gone",
    )
});

/// Every script, for loading.
pub(crate) fn all() -> impl Iterator<Item = &'static Script> {
    [&POST, &MEMBERS, &PRUNE].into_iter().map(|script| &**script)
}

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
