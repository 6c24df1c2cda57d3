//! Passwords and keys are nowhere in what the program prints, whatever it is asked and whatever happens to it.

use std::fs;

use tempfile::TempDir;
use tokio::{process::Command, time::timeout};

use crate::{
    helpers::PATIENCE,
    node::{WIRES, is_away, is_not_ready, is_whole, node},
    program::Program,
    redis_server::Server,
};

#[tokio::test]
async fn no_help_and_no_complaint_about_flags_shows_what_the_environment_holds() {
    for (words, succeeds) in [
        (&["--help"][..], true),
        (&["-h"], true),
        (&["serve", "--help"], true),
        (&["serve", "-h"], true),
        (&["help", "serve"], true),
        (&["backup", "--help"], true),
        (&["--bogus"], false),
        (&["serve", "--channel-layer-expiry", "soon"], false),
        (&["serve", "--channel-layer-keys"], false),
    ] {
        let command = Command::new(env!("CARGO_BIN_EXE_teahouse"))
            .args(words)
            .env_clear()
            .env("TEAHOUSE_CHANNEL_LAYER", "redis://tea-user:open-sesame@127.0.0.1:1/0")
            .env("TEAHOUSE_CHANNEL_LAYER_KEYS", "hush-new,hush-old")
            .kill_on_drop(true)
            .output();
        let output = timeout(PATIENCE, command).await.expect("it runs on").unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert_eq!(output.status.success(), succeeds, "{words:?}: {said}");
        for secret in ["open-sesame", "tea-user", "hush"] {
            assert!(!said.contains(secret), "{words:?} shows {secret}: {said}");
        }
    }
}

#[tokio::test]
async fn the_most_talkative_log_of_an_outage_shows_no_password_no_key_and_nothing_that_was_said() {
    for wire in WIRES {
        let mut redis = Server::start_with(&["--requirepass", "open sesame"]).await;
        let place = TempDir::new().unwrap();
        let file = place.path().join("keys");
        fs::write(&file, "hush-new\nhush-old\n").unwrap();
        let layer = format!("{wire}://:open%20sesame@127.0.0.1:{}/0", redis.port());
        let keys = format!("@{}", file.display());
        let flags = ["--channel-layer", &layer, "--channel-layer-keys", &keys];
        let program = Program::start(&flags, &[("TEAHOUSE_LOG", "trace")]).await;
        is_whole(program.address).await;
        let mut ann = program.connect("/group/1/").await;
        ann.says("oolong before").await;
        ann.hears("组内主动推送消息:oolong before").await;
        redis.kill();
        is_away(program.address).await;
        ann.says("oolong meanwhile").await;
        ann.hears("组内主动推送消息:oolong meanwhile").await;
        redis.start_again().await;
        is_whole(program.address).await;
        // And from somebody with a key that it does not know.
        let stranger = node(&layer, &["--channel-layer-keys", "hush-another"]).await;
        let mut bo = stranger.connect("/group/1/").await;
        bo.says("oolong whispered").await;
        bo.hears("组内主动推送消息:oolong whispered").await;
        is_not_ready(program.address, "--channel-layer-keys").await;

        let log = program.ends().await;
        // The first two are said at no level but the most talkative.
        for sign in ["TRACE", "Heard a text", "cannot reach Redis", "Redis is back", "--channel-layer-keys"] {
            assert!(log.iter().any(|line| line.contains(sign)), "no {sign} in the log");
        }
        for secret in ["open sesame", "open%20sesame", "hush", "oolong"] {
            let shown: Vec<_> = log.iter().filter(|line| line.contains(secret)).collect();
            assert!(shown.is_empty(), "{secret}: {shown:?}");
        }
    }
}
