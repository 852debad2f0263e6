//! `snapshot tree`: how snapshots stand on one another.

use super::{
    backups::{done, text},
    hosts::Errands,
};

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_stand_below_those_they_were_taken_after() {
    let errands = Errands::lively().await;
    assert_eq!(done(&errands.run(&["snapshot", "tree", "vaultwarden"])), serde_json::json!([]));
    for name in ["first", "second"] {
        done(&errands.run(&["snapshot", "create", "vaultwarden", name, "--note", "by hand"]));
    }
    let tree = done(&errands.run(&["snapshot", "tree", "vaultwarden"]));
    let leaves: Vec<_> = tree.as_array().unwrap().iter().map(|leaf| (text(&leaf["name"]), &leaf["depth"])).collect();
    assert_eq!(leaves, [("first", &0.into()), ("second", &1.into())], "{tree}");
    assert!(tree[0]["age"].is_u64() && tree[0]["old"] == false, "{tree}");
    let passphrase = errands.passphrase();
    let words = ["--passphrase-file", &passphrase, "snapshot", "tree", "vaultwarden"];
    let said = super::console::proximity(errands.folder.path(), &words);
    assert!(said.stdout.starts_with("first ") && said.stdout.contains("\n  second "), "{}", said.stdout);
    assert_eq!(errands.run(&["snapshot", "tree", "nobody"]).code, 3);
}
