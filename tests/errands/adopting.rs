//! `app adopt`: a look first, one with what was said of it, all of a host at once.

use serde_json::{Value, json};

use super::hosts::Errands;

fn rows(data: &Value) -> &Vec<Value> {
    data.as_array().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_is_told_before_anything_is_adopted() {
    let errands = Errands::lively().await;
    let told = errands.run(&["app", "adopt", "home/206", "home/203", "--look"]);
    assert_eq!(told.code, 0, "{}{}", told.stdout, told.stderr);
    let data = told.data();
    let row = |guest: &str| rows(&data).iter().find(|row| row["guest"] == guest).unwrap().clone();
    let sonarr = row("home/206");
    assert_eq!((&sonarr["seen"], &sonarr["resembles"]["recipe"]), (&json!(true), &json!("sonarr")), "{sonarr}");
    assert_eq!((&sonarr["proposal"]["port"], &sonarr["proposal"]["probe"]), (&json!(8989), &json!("http")), "{sonarr}");
    assert_eq!(sonarr["listeners"][0]["program"], "Sonarr");
    let redis = row("home/203");
    assert_eq!(redis["seen"], false);
    assert!(redis["waits_for"].as_str().unwrap().contains("cmode=shell"), "{redis}");
    assert!(redis["unseen"]["why"].as_str().unwrap().contains("log-in prompt"), "{redis}");
    assert!(rows(&errands.run(&["app", "list"]).data()).iter().all(|app| app["adopted"] == false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_one_counts_for_more_than_what_was_seen() {
    let errands = Errands::lively().await;
    let words = ["--name", "shows", "--recipe", "none", "--port", "8989", "--probe", "tcp", "--console", "--pool"];
    let made = errands.run(&[&["app", "adopt", "home/207"], &words[..]].concat());
    assert_eq!(made.code, 0, "{}{}", made.stdout, made.stderr);
    let app = &made.data()["made"];
    assert_eq!((&app["name"], &app["recipe"], &app["ports"]), (&json!("shows"), &Value::Null, &json!([8989])), "{app}");
    let waits = errands.run(&["app", "adopt", "home/203", "--console"]);
    assert_eq!(waits.data()["made"]["waits_for_restart"], "console", "{}", waits.stdout);
    let several = errands.run(&["app", "adopt", "home/204", "home/205", "--name", "both"]);
    assert_eq!(several.code, 2, "{}", several.stdout);
    let again = errands.run(&["app", "adopt", "home/207"]);
    assert_eq!(again.code, 4, "{}", again.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_host_are_adopted_at_once_and_one_that_is_locked_keeps_no_other_from_it() {
    let errands = Errands::lively().await;
    let said = errands.run(&["app", "adopt", "--host", "home"]);
    assert_eq!(said.code, 4, "one is locked: {}", said.stdout);
    let fault = said.stdout.lines().last().unwrap();
    assert!(fault.contains("locked it"), "{fault}");
    let apps = errands.run(&["app", "list"]).data();
    let adopted = rows(&apps).iter().filter(|app| app["adopted"] == true).count();
    let left = errands.run(&["app", "adopt", "--all", "--look"]).data();
    assert_eq!((adopted > 15, rows(&left).len()), (true, 1), "{adopted} {left}");
    assert_eq!(rows(&left)[0]["guest"], "home/216");
    let unknown = errands.run(&["app", "adopt", "--host", "elsewhere"]);
    assert_eq!(unknown.code, 3, "{}", unknown.stdout);
}
