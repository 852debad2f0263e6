//! How apps are, from the command line: one look, what was found by whoever watches, and how it is to be watched.

use super::hosts::Errands;

/// An app with a book, that runs and answers.
async fn with_app() -> Errands {
    let errands = Errands::lively().await;
    let made = errands.run(&["--yes", "app", "deploy", "uptime-kuma", "--name", "kuma"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    errands
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_says_what_it_heard_and_its_exit_code_says_whether_that_is_good() {
    let errands = with_app().await;
    let said = errands.run(&["app", "probe", "kuma"]);
    let data = said.data();
    assert_eq!((said.code, &data["look"]["said"], &data["look"]["good"]), (0, &"200".into(), &true.into()), "{data}");
    let watch = errands.run(&["app", "watch", "kuma", "--probe", "tcp:9", "--interval", "60", "--self-restart", "on"]);
    let data = watch.data();
    assert_eq!(
        (&data["probe"], &data["interval"], &data["fall"]),
        (&"tcp:9".into(), &60.into(), &serde_json::Value::Null)
    );
    let said = errands.run(&["app", "probe", "kuma"]);
    assert_eq!((said.code, &said.data()["look"]["good"]), (1, &false.into()), "{}", said.stdout);
    let back = errands.run(&["app", "watch", "kuma", "--probe", "default"]).data();
    assert_eq!((&back["probe"], &back["interval"]), (&serde_json::Value::Null, &60.into()), "what is not said stays");
    assert_eq!(errands.run(&["app", "probe", "kuma"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_looked_at_is_unknown_and_what_makes_no_sense_is_refused() {
    let errands = with_app().await;
    let one = errands.run(&["app", "health", "kuma"]).data();
    assert_eq!((&one["health"], &one["uptime"]["day"]), (&"unknown".into(), &serde_json::Value::Null), "{one}");
    let all = errands.run(&["app", "health"]).data();
    assert!(all.as_array().unwrap().iter().any(|row| row["name"] == "kuma"), "{all}");
    assert_eq!(errands.run(&["app", "show", "kuma"]).data()["care"]["health"], "unknown");
    for (words, why) in [
        (["--interval", "1"], "the interval cannot be 1 s"),
        (["--fall", "1"], "the number of bad looks cannot be 1"),
        (["--probe", "http://example.org/"], "only the app's own address"),
    ] {
        let said = errands.run(&[&["app", "watch", "kuma"], &words[..]].concat());
        let fault = said.fault();
        assert!(said.code == 2 && fault["why"].as_str().unwrap().contains(why), "{fault}");
        assert!(!fault["remedy"].as_str().unwrap().is_empty());
    }
}
