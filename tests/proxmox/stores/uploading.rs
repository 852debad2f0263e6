//! Files that are sent. What must hold: Proxmox's own order of the fields, a length told beforehand, the file as it is,
//! and one try.

use std::{io::Write, path::PathBuf, time::Duration};

use proximity::{
    domain::fault::Fault,
    proxmox::{
        ClientError,
        storage::{Checksum, ChecksumKind, ContentKind, Upload},
    },
};
use tokio::sync::watch;

use super::{Lab, TASK, node, storage};
use crate::proxmox::host::{Asked, Reply};

fn upload(from: PathBuf) -> Upload {
    Upload { from, kind: ContentKind::Templates, file: "x.tar.zst".into(), checksum: None, limit: None }
}

/// A file of so many bytes, in which every value occurs.
fn file(folder: &tempfile::TempDir, length: usize) -> (PathBuf, Vec<u8>) {
    let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8 ^ (at / 251) as u8).collect();
    let path = folder.path().join("file");
    std::fs::File::create(&path).unwrap().write_all(&content).unwrap();
    (path, content)
}

#[tokio::test]
async fn the_file_arrives_as_it_is_behind_the_fields() {
    let folder = tempfile::tempdir().unwrap();
    let (path, content) = file(&folder, 700_001);
    let lab = Lab::saying(TASK).await;
    let sum = Checksum { kind: ChecksumKind::Sha256, sum: "ab12".into() };
    let sent = watch::Sender::new(0);
    let progress = sent.subscribe();
    let upload = Upload { checksum: Some(sum), ..upload(path) };
    lab.client.begin_upload(&node(), &storage("local"), &upload, sent).await.unwrap();
    assert_eq!(*progress.borrow(), 700_001);
    let asked = lab.only();
    assert_eq!(asked.line(), "POST /nodes/pve1/storage/local/upload");
    assert_eq!(asked.header("content-length"), Some(asked.body.len().to_string().as_str()));
    assert!(asked.header("transfer-encoding").is_none(), "Proxmox takes nothing in chunks");
    let boundary = asked.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    let field = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = [
        field("content", "vztmpl"),
        field("checksum-algorithm", "sha256"),
        field("checksum", "ab12"),
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"x.tar.zst\"\r\n"),
        "Content-Type: application/octet-stream\r\n\r\n".to_owned(),
    ]
    .concat();
    let expected = [head.as_bytes(), &content, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    assert!(asked.body == expected, "{} bytes came, {} were to come", asked.body.len(), expected.len());
}

#[tokio::test]
async fn two_uploads_have_two_boundaries() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = file(&folder, 10);
    let lab = Lab::saying(TASK).await;
    for _ in 0..2 {
        lab.client
            .begin_upload(&node(), &storage("local"), &upload(path.clone()), watch::Sender::new(0))
            .await
            .unwrap();
    }
    let kinds: Vec<_> = lab.sent().iter().map(|asked| asked.header("content-type").unwrap().to_owned()).collect();
    assert_ne!(kinds[0], kinds[1]);
}

#[tokio::test]
async fn a_broken_upload_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = file(&folder, 10);
    let lab = Lab::new("9.2.11", Reply::Cut).await;
    let error =
        lab.client.begin_upload(&node(), &storage("local"), &upload(path), watch::Sender::new(0)).await.unwrap_err();
    assert!(matches!(error, ClientError::Cut { .. }) && error.may_have_acted(), "{error:?}");
    assert_eq!(lab.sent().len(), 1);
    assert!(Fault::from(error).remedy.contains("may have been done"));
}

#[tokio::test]
async fn an_upload_has_a_limit_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = file(&folder, 10);
    let lab = Lab::new("9.2.11", Reply::Silence).await;
    let limited = Upload { limit: Some(Duration::from_millis(300)), ..upload(path) };
    let (node, local) = (node(), storage("local"));
    let sending = lab.client.begin_upload(&node, &local, &limited, watch::Sender::new(0));
    let error = tokio::time::timeout(Duration::from_secs(15), sending).await.expect("its own limit").unwrap_err();
    assert!(matches!(error, ClientError::Silent { .. }) && error.may_have_acted(), "{error:?}");
}

/// A call of the usual kind would be given up long before; an upload goes on.
#[tokio::test]
async fn an_upload_outlasts_the_limit_of_other_calls() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = file(&folder, 10);
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let held = gate.clone();
    let lab = Lab::answering("9.2.11", move |_| Reply::After(held.clone(), Box::new(Reply::data(TASK)))).await;
    let client = lab.host.hasty_client();
    let (storage, upload) = (storage("local"), upload(path));
    let node = node();
    let sending = client.begin_upload(&node, &storage, &upload, watch::Sender::new(0));
    let letting_go = async {
        // Another call on the same patience gives up first.
        let error = client.pools().await.unwrap_err();
        gate.add_permits(2);
        error
    };
    let (sent, error) = tokio::join!(sending, letting_go);
    assert!(matches!(error, ClientError::Silent { .. }), "{error:?}");
    sent.unwrap();
}

#[tokio::test]
async fn what_is_no_file_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::File::create(&empty).unwrap();
    for from in [folder.path().join("missing"), folder.path().to_owned(), empty] {
        let lab = Lab::saying(TASK).await;
        let error = lab
            .client
            .begin_upload(&node(), &storage("local"), &upload(from), watch::Sender::new(0))
            .await
            .unwrap_err();
        assert!(matches!(error, ClientError::NotSent { .. }), "{error:?}");
        assert!(lab.sent().is_empty());
    }
}

#[tokio::test]
async fn a_refused_upload_tells_why() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = file(&folder, 300_000);
    let refusal =
        |_: &Asked| Reply::refusal(403, "Permission check failed (/storage/local, Datastore.AllocateTemplate)");
    let lab = Lab::answering("9.2.11", refusal).await;
    let error =
        lab.client.begin_upload(&node(), &storage("local"), &upload(path), watch::Sender::new(0)).await.unwrap_err();
    assert!(matches!(error, ClientError::Forbidden { .. }), "{error:?}");
}
