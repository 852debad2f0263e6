//! `app migrate --targets`, and `host balance|evacuate|fill`: the real binary on the simulated datacenter.

use serde_json::Value;

use super::{console::Said, hosts::Errands};

fn yes(errands: &Errands, words: &[&str]) -> Said {
    errands.run(&[&["--yes"], words].concat())
}

fn node_of(errands: &Errands, name: &str) -> Value {
    let apps = errands.run(&["app", "list"]).data();
    apps.as_array().unwrap().iter().find(|app| app["name"] == name).unwrap()["node"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_told_where_it_may_go_and_goes_there() {
    let errands = Errands::lively().await;
    let targets = errands.run(&["app", "migrate", "pihole", "--targets"]).data();
    let [there, nas] = targets.as_array().unwrap().as_slice() else { panic!("{targets}") };
    assert_eq!(
        (&there["node"], &there["possible"], &there["manner"]),
        (&"pve2".into(), &true.into(), &"restarted".into())
    );
    assert!(there["downtime"].as_u64().unwrap() > 0 && there["copied"].as_u64().unwrap() > 0, "{there}");
    assert_eq!((&nas["node"], &nas["possible"]), (&"nas".into(), &false.into()));
    let why = nas["obstacles"][0]["why"].as_str().unwrap();
    assert!(why.contains("which the node does not have"), "{nas}");
    let refused = yes(&errands, &["app", "migrate", "pihole", "nas"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(refused.fault()["why"].as_str().unwrap().contains(why), "{}", refused.stdout);
    let moved = yes(&errands, &["app", "migrate", "pihole", "pve2"]);
    assert_eq!((moved.code, node_of(&errands, "pihole")), (0, "pve2".into()), "{}", moved.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_emptied_and_filled_again() {
    let errands = Errands::lively().await;
    let plan = errands.run(&["host", "evacuate", "home/pve1", "--plan"]).data();
    assert_eq!((&plan["errand"], &plan["name"]), (&"evacuate".into(), &"pve1".into()), "{plan}");
    let moves = plan["moves"].as_array().unwrap().len();
    assert!(moves >= 4, "{plan}");
    let staying = plan["staying"].as_array().unwrap();
    assert!(staying.iter().any(|one| one["why"].as_str().unwrap().contains("it is a machine")), "{plan}");
    assert_eq!(plan["before"].as_array().unwrap().len(), 3, "{plan}");
    let asked = errands.run(&["host", "evacuate", "home/pve1", "--partly"]);
    assert_eq!(asked.code, 4, "nobody said yes");
    let emptied = yes(&errands, &["host", "evacuate", "home/pve1", "--partly"]);
    assert_eq!(emptied.code, 0, "{}\n{}", emptied.stdout, emptied.stderr);
    assert_eq!((&emptied.data()["kind"], &emptied.data()["outcome"]), (&"evacuate".into(), &"done".into()));
    assert_eq!(node_of(&errands, "pihole"), "pve2");
    let filled = yes(&errands, &["host", "fill", "home/pve1"]);
    assert_eq!((filled.code, node_of(&errands, "pihole")), (0, "pve1".into()), "{}", filled.stderr);
    let again = yes(&errands, &["host", "fill", "home/pve1"]);
    assert_eq!(again.code, 4, "{}", again.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_is_told_before_it_is_made() {
    let errands = Errands::lively().await;
    let told = errands.run(&["host", "balance", "home", "--plan"]).data();
    assert!(told["words"].as_str().is_some_and(|words| !words.is_empty()), "{told}");
    assert_eq!(told["before"].as_array().unwrap().len(), 3, "{told}");
    for wrong in
        [&["host", "evacuate", "pve1"][..], &["host", "evacuate", "home/pve9"], &["host", "balance", "nowhere"]]
    {
        let said = yes(&errands, wrong);
        assert!([2, 3].contains(&said.code), "{wrong:?}: {}", said.stdout);
    }
}
