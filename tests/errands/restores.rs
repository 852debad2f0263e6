//! `restore`: over the app, beside it, several in the order in which they depend on each other.

use serde_json::Value;

use super::{
    backups::{backups_of, done, refused, text, yes},
    hosts::Errands,
};

fn app(errands: &Errands, name: &str) -> Value {
    let apps = done(&errands.run(&["app", "list"]));
    apps.as_array().unwrap().iter().find(|app| app["name"] == name).cloned().unwrap_or(Value::Null)
}

fn deploy_and_back_up(errands: &Errands, recipe: &str, name: &str) -> Value {
    done(&yes(errands, &["app", "deploy", recipe, "--name", name]));
    done(&errands.run(&["backup", "create", name, "--storage", "backup"]))["backup"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_restored_in_its_place_and_the_way_back_stays() {
    let errands = Errands::lively().await;
    deploy_and_back_up(&errands, "miniflux", "news");
    let before = app(&errands, "news");
    let said = yes(&errands, &["restore", "news"]);
    let restored = done(&said);
    assert_eq!((&restored["kind"], &restored["outcome"]), (&"restore".into(), &"done".into()), "{restored}");
    assert!(said.stderr.contains("takes the place of news") && said.stderr.contains("recycle bin"), "{}", said.stderr);
    let after = app(&errands, "news");
    assert_eq!(after["app"], before["app"], "it is the same app");
    assert!(after["guest"] != before["guest"] && after["url"].is_string(), "in a guest of its own: {after}");
    assert_eq!((&restored["made"]["app"], &restored["made"]["guest"]), (&after["app"], &after["guest"]), "{restored}");
    let old = app(&errands, "news-before-restore");
    assert!(old["binned_until"].is_string() && old["guest"] == before["guest"], "{old}");
    assert_eq!(done(&yes(&errands, &["app", "undo", "news"]))["kind"], "swap-back");
    assert_eq!(app(&errands, "news")["guest"], before["guest"], "the old one has its place again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_becomes_a_new_app_beside_the_old_one() {
    let errands = Errands::lively().await;
    let backup = deploy_and_back_up(&errands, "miniflux", "news");
    let before = app(&errands, "news");
    let said = yes(&errands, &["restore", text(&backup), "--as", "older"]);
    let restored = done(&said);
    assert_eq!(restored["kind"], "restore-beside", "{restored}");
    assert!(said.stderr.contains("becomes a new app called older"), "{}", said.stderr);
    let older = app(&errands, "older");
    assert!(older["app"].is_string() && older["app"] != before["app"], "{older}");
    assert_eq!(app(&errands, "news"), before, "the old one is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_container_is_destroyed_where_that_was_said() {
    let errands = Errands::lively().await;
    let backup = deploy_and_back_up(&errands, "miniflux", "news");
    let before = app(&errands, "news");
    let said = yes(&errands, &["restore", text(&backup), "--in-place", "--destroy-old"]);
    assert_eq!(done(&said)["outcome"], "done");
    assert!(said.stderr.contains("is destroyed once the restored one works"), "{}", said.stderr);
    assert_eq!(errands.run(&["guest", "show", text(&before["guest"])]).code, 3, "it is gone");
    assert_eq!(app(&errands, "news-before-restore"), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_whose_app_is_gone_becomes_a_new_app() {
    let errands = Errands::lively().await;
    let backup = deploy_and_back_up(&errands, "miniflux", "news");
    done(&yes(&errands, &["app", "delete", "news", "--for-good"]));
    let nowhere = refused(&yes(&errands, &["restore", text(&backup), "--in-place"]), 3);
    assert!(text(&nowhere["remedy"]).contains("--in-place"), "{nowhere}");
    assert_eq!(yes(&errands, &["restore", text(&backup), "--destroy-old"]).code, 2, "there is nothing to destroy");
    let said = yes(&errands, &["restore", text(&backup)]);
    let restored = done(&said);
    assert!(said.stderr.contains("becomes a new app"), "{}", said.stderr);
    assert!(restored["made"]["app"].is_string() && restored["kind"] == "restore-beside", "{restored}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_restored_in_the_order_of_their_recipes() {
    let errands = Errands::lively().await;
    deploy_and_back_up(&errands, "alertmanager", "alerts");
    deploy_and_back_up(&errands, "prometheus", "figures");
    let restored = done(&yes(&errands, &["restore", "alerts", "figures"]));
    let names: Vec<_> = restored.as_array().unwrap().iter().map(|row| text(&row["name"])).collect();
    assert_eq!(names, ["figures", "alerts"], "{restored}");
    assert!(restored.as_array().unwrap().iter().all(|row| row["outcome"] == "done"), "{restored}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_yes_nothing_is_restored_and_a_plan_tells_what_would_be() {
    let errands = Errands::with_host().await;
    let said = errands.run(&["restore", "jellyfin"]);
    let fault = refused(&said, 4);
    assert!(text(&fault["remedy"]).contains("--yes") && text(&fault["remedy"]).contains("--plan"), "{fault}");
    assert!(said.stderr.contains("takes the place of jellyfin"), "it says what it would do: {}", said.stderr);
    let plan = done(&errands.run(&["restore", "jellyfin", "--plan"]));
    assert_eq!((&plan["kind"], &plan["name"]), (&"restore".into(), &"jellyfin".into()), "{plan}");
    let passphrase = errands.passphrase();
    let words = ["--passphrase-file", &passphrase, "restore", "jellyfin", "--plan", "--shell", "pvesh"];
    let lines = super::console::proximity(errands.folder.path(), &words);
    assert!(lines.stdout.lines().all(|line| line.starts_with("pvesh ")), "{} {}", lines.stdout, lines.stderr);
    assert_eq!(done(&errands.run(&["op", "list"])), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_restored_so_is_told() {
    let errands = Errands::with_host().await;
    let several = backups_of(&errands, "jellyfin");
    let both = [text(&several[0]["backup"]), text(&several[1]["backup"])];
    for (words, code) in [
        (vec!["restore", "jellyfin", "--ip", "10.0.0.5/24"], 2),
        (vec!["restore", "jellyfin", "gitea", "--as", "one"], 2),
        (vec!["restore", both[0], both[1]], 2),
        (vec!["restore", "jellyfin", "jellyfin"], 2),
        (vec!["restore", "nobody"], 3),
        (vec!["restore", "home/backup:backup/nothing"], 3),
    ] {
        let fault = refused(&yes(&errands, &words), code);
        assert!(!text(&fault["remedy"]).is_empty(), "{words:?}: {fault}");
    }
    let stray = done(&errands.run(&["backup", "list"]));
    assert!(stray.as_array().unwrap().iter().all(|row| row["app"].is_string()), "{stray}");
    assert_eq!(done(&errands.run(&["op", "list"])), serde_json::json!([]), "nothing was begun");
}
