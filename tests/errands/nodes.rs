//! `node show` and `host show`: what scripts read of a machine.

use super::hosts::Errands;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_and_its_host_are_shown() {
    let errands = Errands::with_host().await;
    let node = errands.run(&["node", "show", "home/pve1"]).data();
    assert_eq!((&node["host"], &node["node"]), (&"home".into(), &"pve1".into()), "{node}");
    assert!(node["pressure"]["cpu_some"].is_number() && node["load"].as_array().is_some_and(|load| load.len() == 3));
    for list in ["storages", "guests", "certificates", "abilities"] {
        assert!(node[list].as_array().is_some_and(|rows| !rows.is_empty()), "{list}: {node}");
    }
    assert!(node["abilities"][0]["lacks"].is_null() && node["certificates"][0]["until"].is_string());
    let host = errands.run(&["host", "show", "home"]).data();
    assert_eq!(host["reach"], "online");
    let machines =
        host["machines"].as_array().map(|rows| rows.iter().map(|row| row["node"].clone()).collect::<Vec<_>>());
    assert_eq!(machines, Some(vec!["nas".into(), "pve1".into(), "pve2".into()]), "{host}");
    assert!(host["defaults"].is_object() && host["expiring"].is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_node_is_refused_by_name() {
    let errands = Errands::with_host().await;
    assert_eq!(errands.run(&["node", "show", "pve1"]).code, 2);
    assert_eq!(errands.run(&["node", "show", "home/pve9"]).code, 3);
    assert_eq!(errands.run(&["host", "show", "nobody"]).code, 3);
}
