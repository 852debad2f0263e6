//! One app in depth on the command line: its history, its log, its papers.

use serde_json::Value;

use super::hosts::Errands;

#[tokio::test(flavor = "multi_thread")]
async fn what_proxmox_remembers_is_told_with_gaps_as_null() {
    let errands = Errands::with_host().await;
    for (span, rows, step) in [("hour", 60, 60), ("day", 1_440, 60), ("week", 336, 1_800), ("month", 1_440, 1_800)] {
        let told = errands.run(&["app", "history", "jellyfin", "--span", span]).data();
        assert_eq!((&told["span"], told["step_seconds"].as_u64()), (&span.into(), Some(step)), "{span}");
        assert_eq!(told["readings"].as_array().unwrap().len(), rows, "{span}");
        let totals = told["totals"].as_array().unwrap();
        let cpu = totals.iter().find(|total| total["metric"] == "cpu").unwrap();
        assert!(cpu["most"].as_f64() >= cpu["average"].as_f64(), "{cpu}");
    }
    let off = errands.run(&["app", "history", "jellyfin", "--span", "year"]);
    assert_eq!(off.code, 2, "{}", off.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_an_app_is_its_own() {
    let errands = Errands::with_host().await;
    errands.give_shell(101);
    let told = errands.run(&["app", "log", "jellyfin", "--lines", "5"]).data();
    assert_eq!(told["source"], "journal", "{told}");
    let lines = told["lines"].as_array().unwrap();
    assert!(!lines.is_empty() && lines.len() <= 5, "{told}");
    assert!(lines.iter().all(|line| line["at"].is_string() && line["text"].is_string()), "{told}");
    let none = errands.run(&["app", "log", "jellyfin", "--filter", "no line has this"]).data();
    assert_eq!(none["lines"], Value::Array(Vec::new()));
    let later = errands.run(&["app", "log", "jellyfin", "--since", "2999-01-01T00:00:00Z"]).data();
    assert_eq!(later["lines"], Value::Array(Vec::new()), "{later}");
    assert_eq!(errands.run(&["app", "log", "jellyfin", "--since", "soon"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_papers_of_an_app_are_printed() {
    let errands = Errands::with_host().await;
    errands.give_shell(101);
    let told = errands.run(&["app", "files", "jellyfin"]).data();
    let names: Vec<&str> = told.as_array().unwrap().iter().filter_map(|paper| paper["name"].as_str()).collect();
    assert!(names.contains(&"options"), "{names:?}");
    let one = errands.run(&["app", "files", "jellyfin", "--only", "options"]).data();
    assert!(one[0]["text"].as_str().unwrap().contains("cores: "), "{one}");
    assert_eq!(errands.run(&["app", "files", "jellyfin", "--only", "nothing"]).code, 3);
}
