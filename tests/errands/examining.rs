//! `proximity doctor`: what is not well says what to do, what does not answer hides nothing, and no secret is told.

use proximity::sim::Fault;
use serde_json::Value;

use super::{console::proximity, hosts::Errands};

fn of<'v>(report: &'v Value, area: &str) -> Vec<&'v Value> {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().filter(|check| check["area"] == area).collect()
}

fn examine(errands: &Errands, words: &[&str]) -> (i32, Value) {
    let passphrase = errands.passphrase();
    let said =
        proximity(errands.folder.path(), &[&["--json", "--passphrase-file", &passphrase, "doctor"], words].concat());
    (said.code, said.data())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_well_kept_home_is_told_so_and_no_secret_is_in_the_report() {
    let errands = Errands::with_host().await;
    let file = errands.folder.path().join("report.txt");
    let (code, report) = examine(&errands, &["--report", file.to_str().unwrap()]);
    assert_eq!((code, &report["verdict"]), (0, &"warning".into()), "{report:#}");
    for area in ["hosts", "rights", "clocks", "names", "storages", "templates", "roads", "database", "secrets"] {
        let checks = of(&report, area);
        assert!(!checks.is_empty(), "nobody looked at {area}");
        assert!(checks.iter().all(|check| check["verdict"] == "good"), "{checks:#?}");
    }
    // Nobody watches in between.
    assert_eq!(of(&report, "care")[0]["verdict"], "warning");
    let text = std::fs::read_to_string(&file).unwrap();
    let secret = &errands.simulator.ready().token_secret;
    assert!(text.contains("home") && !text.contains(secret.as_str()), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_far_off_and_a_host_that_is_away_are_told() {
    let errands = Errands::with_host().await;
    errands.simulator.datacenter().throw(Fault::ClockSkew(7_200));
    let (code, report) = examine(&errands, &[]);
    let clock = of(&report, "clocks")[0];
    assert_eq!((code, &clock["verdict"]), (1, &"bad".into()), "{clock}");
    assert!(clock["says"].as_str().unwrap().contains("ahead of ours"), "{clock}");
    let Errands { simulator, folder } = errands;
    simulator.shutdown().await;
    let said = proximity(folder.path(), &["--json", "doctor"]);
    assert_eq!(said.code, 0, "locked secrets are no fault of the host: {}", said.stdout);
    assert!(!of(&said.data(), "database").is_empty(), "{}", said.stdout);
}
