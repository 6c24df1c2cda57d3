//! A clock that a test turns: libfaketime's, which `.ci/tools test` installs. Time that passes (timeouts) is not touched,
//! as in a machine whose clock is set. Never an expectation.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

pub(crate) struct Clock(TempDir);

impl Clock {
    /// So far from the real one: `+0`, `-2h`, `+3d`.
    pub(crate) fn at(by: &str) -> Self {
        let clock = Self(TempDir::new().expect("a directory"));
        clock.turn(by);
        clock
    }

    pub(crate) fn turn(&self, by: &str) {
        // Whole or not at all: the server reads it at any moment.
        let next = self.0.path().join("next");
        fs::write(&next, format!("{by}\n")).and_then(|()| fs::rename(&next, self.file())).expect("it is written");
    }

    /// What a program that lives by it is started under.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LD_PRELOAD", library().display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.file().display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }

    fn file(&self) -> PathBuf {
        Path::new(self.0.path()).join("clock")
    }
}

fn library() -> PathBuf {
    let below = fs::read_dir("/usr/lib").expect("/usr/lib").filter_map(Result::ok);
    let mut found = below.map(|place| place.path().join("faketime/libfaketimeMT.so.1")).filter(|path| path.exists());
    found.next().expect("faketime is installed (.ci/tools test)")
}
