//! What a version lacks. What must hold: it is told before anything is sent, and no call to an older node holds a word
//! that node does not know.

use std::{future::Future, pin::Pin};

use proximity::{
    domain::{fault::Fault, moment::Moment},
    proxmox::{
        Client, ClientError, Version,
        backup::{BackupOrder, ChangeDetection},
        cluster::{HaOrder, MetricSpan, PoolMembers, Stealing},
        storage::{ContentKind, Download},
    },
};

use super::{
    Lab, TASK,
    everything::{ask_everything, group, rules, sid},
    node, storage, vmid,
};
use crate::proxmox::host::{Asked, Reply};

const VERSIONS: [&str; 6] = ["7.4-17", "8.1.10", "8.2.2", "8.4.19", "9.0.3", "9.2.11"];

type Doing<'c> = Pin<Box<dyn Future<Output = Result<(), ClientError>> + Send + 'c>>;
type Call = for<'c> fn(&'c Client) -> Doing<'c>;

macro_rules! call {
    (|$client:ident| $what:expr) => {
        |$client| Box::pin(async move { $what.await.map(drop) })
    };
}

fn download(file: &str) -> Download {
    let url = "https://example.org/x".to_owned();
    Download { url, kind: ContentKind::Templates, file: file.into(), checksum: None, takes_any_certificate: false }
}

fn backup() -> BackupOrder {
    BackupOrder { detection: Some(ChangeDetection::Data), ..BackupOrder::one(vmid(), storage("pbs")) }
}

fn members() -> PoolMembers {
    PoolMembers { guests: vec![vmid()], storages: Vec::new() }
}

/// The call, and the first version that has it.
const CALLS: [(&str, (u16, u16), Call); 13] = [
    ("tags of an image", (9, 1), call!(|client| client.image_tags(&node(), &"ghcr.io/a/b".parse()?))),
    ("pull", (9, 1), call!(|client| client.begin_pull(&node(), &storage("local"), &"a/b:1".parse()?))),
    (".tar", (9, 0), call!(|client| client.begin_download(&node(), &storage("local"), &download("x.tar")))),
    (".tar.bz2", (8, 0), call!(|client| client.begin_download(&node(), &storage("local"), &download("x.tar.bz2")))),
    ("change detection", (8, 2), call!(|client| client.begin_backup(&node(), &backup()))),
    ("metrics", (8, 4), call!(|client| client.metrics(MetricSpan::Since(Moment(0))))),
    ("vnets", (8, 1), call!(|client| client.vnets())),
    ("a pool within a pool", (8, 2), call!(|client| client.create_pool("a/b", None))),
    ("looking into it", (8, 2), call!(|client| client.delete_pool("a/b"))),
    ("taking from a pool", (8, 2), call!(|client| client.add_to_pool("a", &members(), Stealing::Yes))),
    ("rules of HA", (9, 0), call!(|client| client.ha_rules())),
    ("a rule of HA", (9, 0), call!(|client| client.create_ha_rule(&rules()[0]))),
    (
        "going back by HA",
        (9, 0),
        call!(|client| client.add_to_ha(sid(), &HaOrder { fails_back: Some(true), ..HaOrder::default() })),
    ),
];

fn answer(asked: &Asked) -> Reply {
    if asked.method == "GET" { Reply::data("[]") } else { Reply::data(TASK) }
}

#[tokio::test]
async fn what_a_version_lacks_is_told_and_not_sent() {
    for version in VERSIONS {
        let known = Version::read(version).unwrap();
        for (name, since, call) in CALLS {
            let lab = Lab::answering(version, answer).await;
            let outcome = call(&lab.client).await;
            if known.is_at_least(since.0, since.1) {
                outcome.unwrap_or_else(|error| panic!("{name} on {version}: {error:?}"));
                assert_eq!(lab.sent().len(), 1, "{name} on {version}");
                continue;
            }
            let error = outcome.expect_err(&format!("{name} on {version} was sent"));
            assert!(matches!(error, ClientError::NotOnThisVersion { .. }), "{name} on {version}: {error:?}");
            assert!(lab.sent().is_empty(), "{name} on {version}");
            let fault = Fault::from(error);
            assert!(fault.why.contains("needs Proxmox VE") && fault.why.contains(version), "{fault}");
            assert!(!fault.what.is_empty() && !fault.remedy.is_empty(), "{fault}");
        }
    }
}

/// End of the path, parameter, first version that takes it.
const PARAMETERS: [(&str, &str, (u16, u16)); 9] = [
    ("/vzdump", "notification-mode", (8, 2)),
    ("/vzdump", "pbs-change-detection-mode", (8, 2)),
    ("/cluster/backup", "notification-mode", (8, 2)),
    ("/pools", "allow-move", (8, 2)),
    ("/pools/apps", "allow-move", (8, 2)),
    ("/ha/resources", "failback", (9, 0)),
    ("/ha/resources/ct:200", "failback", (9, 0)),
    ("/oci-registry-pull", "filename", (9, 1)),
    ("/metrics/export", "history", (8, 4)),
];

fn plain(path: &str) -> String {
    percent_encoding::percent_decode_str(path).decode_utf8().unwrap().into_owned()
}

#[tokio::test]
async fn no_word_is_sent_to_a_version_that_does_not_know_it() {
    for version in VERSIONS {
        let known = Version::read(version).unwrap();
        let lab = Lab::answering(version, answer).await;
        ask_everything(&lab.client).await;
        for (end, name, since) in PARAMETERS {
            let sent = lab.sent();
            let calls = sent.iter().filter(|asked| plain(&asked.path).ends_with(end));
            let has = calls.filter(|asked| asked.param(name).is_some()).count() > 0;
            // An older way into a pool is no longer used where there is a newer one.
            let is_used = known.is_at_least(since.0, since.1) && end != "/pools/apps";
            assert_eq!(has, is_used, "{end} {name} on {version}");
        }
    }
}

#[tokio::test]
async fn pools_are_asked_for_in_the_way_of_the_version() {
    for (version, expected) in [
        ("7.4-17", "GET /pools/apps, PUT /pools/apps vms=200, PUT /pools/apps delete=1 vms=200, DELETE /pools/apps"),
        (
            "8.4.19",
            "GET /pools poolid=apps, PUT /pools poolid=apps vms=200, PUT /pools poolid=apps delete=1 vms=200, DELETE /pools poolid=apps",
        ),
    ] {
        let reply = |asked: &Asked| match asked.line().as_str() {
            "GET /pools/apps" => Reply::data(r#"{"members":[],"comment":"x"}"#),
            _ => Reply::data(r#"[{"poolid":"apps","members":[],"comment":"x"}]"#),
        };
        let lab = Lab::answering(version, reply).await;
        let pool = lab.client.pool("apps").await.unwrap();
        assert_eq!((pool.name.as_str(), pool.comment.as_deref()), ("apps", Some("x")));
        lab.client.add_to_pool("apps", &members(), Stealing::No).await.unwrap();
        lab.client.remove_from_pool("apps", &members()).await.unwrap();
        lab.client.delete_pool("apps").await.unwrap();
        let told = |asked: &Asked| [vec![asked.line()], super::params(asked)].concat().join(" ");
        let sent: Vec<_> = lab.sent().iter().map(told).collect();
        assert_eq!(sent.join(", "), expected);
    }
}

#[tokio::test]
async fn groups_of_ha_end_with_version_9() {
    let lab = Lab::answering("8.4.19", answer).await;
    lab.client.create_ha_group(&group()).await.unwrap();
    assert_eq!(super::params(&lab.only())[..3], ["group=group", "nodes=pve1:2", "restricted=1"]);
    let lab = Lab::answering("9.0.3", answer).await;
    assert_eq!(lab.client.ha_groups().await.unwrap(), []);
    let order = HaOrder { group: Some("group".into()), ..HaOrder::default() };
    for error in [lab.client.create_ha_group(&group()).await, lab.client.add_to_ha(sid(), &order).await] {
        let fault = Fault::from(error.unwrap_err());
        assert!(fault.why.contains("HA rules") && fault.remedy.contains("node affinity"), "{fault}");
    }
    assert!(lab.sent().is_empty());
}

/// Each node is judged by its own version.
#[tokio::test]
async fn a_cluster_may_run_several_versions() {
    let host = crate::proxmox::host::Host::start(|asked| match asked.path.as_str() {
        "/api2/json/nodes/old/version" => Reply::data(r#"{"version":"8.4.19"}"#),
        path if path.ends_with("/version") => Reply::data(r#"{"version":"9.2.11"}"#),
        _ => Reply::data(TASK),
    })
    .await;
    let (client, old) = (host.client(), proximity::domain::ids::NodeName::new("old"));
    let image = "a/b:1".parse().unwrap();
    client.begin_pull(&node(), &storage("local"), &image).await.unwrap();
    let error = client.begin_pull(&old, &storage("local"), &image).await.unwrap_err();
    assert!(matches!(&error, ClientError::NotOnThisVersion { node, .. } if *node == old), "{error:?}");
}
