//! The program's errands as whoever runs it does them: migrate, backup while it serves, restore, check, retention.

mod helpers;

use std::process::Output;

use helpers::TestServer;
use tempfile::TempDir;
use tokio::process::Command;

async fn teahouse(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_teahouse")).args(arguments).env_clear().output().await.unwrap()
}

/// A server on the database in this directory.
async fn serving(data: &str) -> TestServer {
    TestServer::configured(&[], |config| config.database.data = data.into()).await
}

/// What it says when it succeeds.
async fn done(arguments: &[&str]) -> String {
    let output = teahouse(arguments).await;
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What it says when it fails.
async fn refused(arguments: &[&str]) -> String {
    let output = teahouse(arguments).await;
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_backup_that_was_made_while_it_serves_is_everything_until_then_in_a_new_epoch() {
    let place = TempDir::new().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (data, file, other) = (path("data"), path("backup.db"), path("other"));
    let server = serving(&data).await;
    let mut ann = server.connect("/group/1/").await;
    for text in ["一", "二"] {
        ann.says(text).await;
        ann.hears(&format!("组内主动推送消息:{text}")).await;
    }
    done(&["backup", &file, "--data", &data]).await;
    assert!(refused(&["backup", &file, "--data", &data]).await.contains("exists already"));
    ann.says("三").await;
    ann.hears("组内主动推送消息:三").await;
    let before = server.page("1").await;
    server.stop().await;
    assert!(done(&["check", "--data", &data]).await.contains("is whole"));

    done(&["restore", &file, "--data", &other]).await;
    assert!(refused(&["restore", &file, "--data", &other]).await.contains("--overwrite"));
    done(&["restore", &file, "--data", &data, "--overwrite"]).await;
    assert!(done(&["check", "--data", &data]).await.contains("is whole"));
    let restored = serving(&data).await;
    let after = restored.page("1").await;
    assert_eq!(after["seq"], 2);
    assert_eq!(after["messages"].as_array().unwrap()[..], before["messages"].as_array().unwrap()[..2]);
    assert_ne!(after["epoch"], before["epoch"]);
}

#[tokio::test]
async fn migrate_makes_a_database_that_check_finds_whole() {
    let place = TempDir::new().unwrap();
    let database = format!("sqlite:{}", place.path().join("a/b/tea.db").display());
    done(&["migrate", "--database", &database]).await;
    done(&["migrate", "--database", &database]).await;
    assert!(done(&["check", "--database", &database]).await.contains("is whole"));
}

#[tokio::test]
async fn what_is_no_database_is_refused_with_the_flag_and_what_to_do() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("letter.txt");
    std::fs::write(&file, "Dear Lu Yu, ".repeat(1000)).unwrap();
    let database = format!("sqlite:{}", file.display());
    for arguments in [["check", "--database", &database], ["serve", "--database", &database]] {
        let said = refused(&arguments).await;
        assert!(said.contains("is not a Teahouse database"), "{said}");
    }
    assert!(refused(&["check", "--database", "mysql://root:secret@x/y"]).await.contains("--database"));
    assert_eq!(std::fs::read_to_string(&file).unwrap().len(), 12_000, "nothing was written to it");
}

#[tokio::test]
async fn a_group_keeps_what_it_is_told_to_keep() {
    let place = TempDir::new().unwrap();
    let data = place.path().to_str().unwrap();
    let server = serving(data).await;
    let mut ann = server.connect("/group/1/").await;
    ann.says("x").await;
    ann.hears("组内主动推送消息:x").await;
    assert!(done(&["retention", "1", "--days", "30", "--data", data]).await.contains("1 keeps 30 days"));
    assert!(done(&["retention", "1", "--forever", "--data", data]).await.contains("everything"));
    assert!(done(&["retention", "1", "--data", data]).await.contains("as much as the server"));
    assert!(refused(&["retention", "a b", "--data", data]).await.contains("is no group"));
}
