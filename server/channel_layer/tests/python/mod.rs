//! Where the Python of the tests is: the virtual environment that `.ci/tools test` makes, with the real channels_redis.

use std::env;
use std::path::PathBuf;

pub(crate) fn python() -> PathBuf {
    let cache = env::var_os("TEAHOUSE_CACHE").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(env::var_os("HOME").expect("a home")).join(".cache/teahouse"));
    let python = cache.join("django/bin/python");
    assert!(python.exists(), "{} is missing; run: .ci/tools test", python.display());
    python
}
