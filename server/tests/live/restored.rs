//! A backup is restored, and what was said after it is gone: everyone is told to begin anew, and nothing of the other
//! timeline is mixed into this one. On both engines.

use protocol::{ClientFrame, Place, ResetWhy, Resume, ServerFrame};
use tempfile::TempDir;

use crate::{
    api::{Guest, Stored},
    client::Client,
    house::Program,
    postgres_server,
    resume::{Came, resume},
    socket::{Socket, group},
};

async fn says(client: &mut Client, words: &str, count: usize) {
    (0..count).for_each(|n| drop(client.say("g", &format!("{words} {n}"))));
    client.settled().await;
}

/// Restores a backup over ten messages that it does not have, with the server stopped, as one should.
async fn back_to_a_backup(flags: &[&str]) {
    let place = TempDir::new().unwrap();
    let file = place.path().join("backup.db").to_str().unwrap().to_owned();
    let mut program = Program::start(flags).await;
    let address = program.address;
    let mut ann = Client::somebody(address, &["g"]).await;
    let mut bo = Client::somebody(address, &["g"]).await;
    says(&mut ann, "kept", 5).await;
    program.errand(&["backup", &file]).await;
    bo.reaches("g", 5).await;
    bo.settled().await;
    // It left with numbers that will be given again, to something else.
    bo.vanish();
    ann.edit("g", &ann.mine("g")[0].clone(), "LOST edit");
    ann.delete("g", &ann.mine("g")[1].clone());
    says(&mut ann, "LOST", 8).await;
    assert_eq!(ann.log("g").last, 15);
    let old = ann.log("g").epoch.clone().unwrap();
    let mut open = Socket::in_group(address, &Guest::new(address).await, "g").await;

    let told = async {
        let bye = open.until("bye", |frame| matches!(frame, ServerFrame::Bye { .. }).then_some(()));
        (bye.await, open.close_code().await)
    };
    let ((_, code), ()) = tokio::join!(told, program.terminate());
    assert_eq!(code, Some(1012), "an open socket comes back, and is told then");
    program.errand(&["restore", &file, "--overwrite"]).await;
    program.start_again().await;

    let guest = bo.guest.clone();
    for after in [0, 3, 5, 9, 15, 99] {
        let (word, came, _) = resume(address, &guest, &old, after).await;
        assert_eq!((word, came), (Resume::Reset, Came::Reset(5, ResetWhy::Epoch)), "from {after}");
    }
    // What was said meanwhile is sent by both, into the new timeline.
    ann.say("g", "after");
    bo.say("g", "after as well");
    ann.settled().await;
    bo.settled().await;
    let stored = Stored::read(address, "g").await;
    stored.is_whole();
    assert!(stored.epoch != old && stored.head == 7);
    for client in [&mut ann, &mut bo] {
        client.reaches("g", 7).await;
        client.settled().await;
        assert_eq!((client.log("g").text(), client.log("g").resets), (stored.text(), 1));
        assert_eq!(client.log("g").epoch.as_ref(), Some(&stored.epoch));
    }
    assert!(!stored.text().contains("LOST"));
    let html = reqwest::get(format!("http://{address}/chatgroup?groupID=g")).await.unwrap().text().await.unwrap();
    assert!(html.contains("kept 0") && html.contains("kept 1") && !html.contains("LOST"), "{html}");
    assert!(program.errand(&["check"]).await.contains("is whole"));
}

#[tokio::test]
async fn on_sqlite_everyone_begins_anew_after_a_restore() {
    back_to_a_backup(&[]).await;
}

#[tokio::test]
async fn on_postgresql_everyone_begins_anew_after_a_restore() {
    let postgres = postgres_server::Server::start().await;
    back_to_a_backup(&["--database", &postgres.url()]).await;
}

#[tokio::test]
async fn whoever_did_not_stop_the_server_first_resets_open_sockets_too() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("backup.db").to_str().unwrap().to_owned();
    let program = Program::start(&[]).await;
    let mut ann = Client::somebody(program.address, &["g"]).await;
    says(&mut ann, "kept", 3).await;
    // Whom the backup does not know is nobody afterwards, and is told to sign in again.
    let known = Guest::new(program.address).await;
    program.errand(&["backup", &file]).await;
    says(&mut ann, "LOST", 3).await;
    let old = ann.log("g").epoch.clone().unwrap();
    let mut open = Socket::open(program.address, &known).await;
    open.hello(vec![Place { group: group("g"), epoch: Some(old.clone()), after: Some(6) }]).await;
    open.welcomed().await;

    program.errand(&["restore", &file, "--overwrite"]).await;
    let reset = open.until("a reset", |frame| match frame {
        ServerFrame::Reset { epoch, head, why, .. } => Some((epoch, head, why)),
        _ => None,
    });
    let (epoch, head, why) = reset.await;
    assert!(epoch != old && (head, why) == (3, ResetWhy::Epoch));
    open.send(ClientFrame::History { group: group("g"), before: head + 1, limit: 50 }).await;
    let page = open.until("a page", |frame| match frame {
        ServerFrame::Page { epoch, messages, more, .. } => Some((epoch, messages, more)),
        _ => None,
    });
    let (now, messages, more) = page.await;
    assert_eq!((now, messages.len(), more), (epoch, 3, false));
    ann.until("the other life", |client| client.log("g").resets == 1 && client.is_settled()).await;
    assert_eq!(ann.log("g").text(), Stored::read(program.address, "g").await.text());
}
