//! `guest …` and `app …`.

use proximity::sim::BROKEN_APP;
use serde_json::Value;

use super::hosts::Errands;

fn find(rows: &Value, fits: impl Fn(&Value) -> bool) -> &Value {
    rows.as_array().unwrap().iter().find(|row| fits(row)).unwrap_or_else(|| panic!("none fits in {rows}"))
}

fn stopped_container(row: &Value) -> bool {
    row["state"] == "stopped" && row["kind"] == "container" && row["template"] == false && row["name"] != BROKEN_APP
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_are_listed_shown_started_and_stopped() {
    let errands = Errands::with_host().await;
    let guests = errands.run(&["guest", "list"]).data();
    assert!(guests.as_array().unwrap().len() >= 40);
    let key = find(&guests, stopped_container)["guest"].as_str().unwrap();
    let started = errands.run(&["guest", "start", key]);
    assert_eq!(started.code, 0, "{} {}", started.stdout, started.stderr);
    assert_eq!(started.data()["outcome"], "done");
    assert!(started.stdout.lines().count() > 1, "long work tells its steps: {}", started.stdout);
    let shown = errands.run(&["guest", "show", key]).data();
    assert_eq!((&shown["guest"], &shown["power"]), (&key.into(), &"running".into()));
    assert_eq!(errands.run(&["guest", "stop", "--now", key]).code, 0);
    let again = errands.run(&["guest", "stop", key]);
    assert_eq!((again.code, again.fault()["code"].as_str()), (4, Some("refused")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_will_not_start_fails_with_its_reason() {
    let errands = Errands::with_host().await;
    let guests = errands.run(&["guest", "list"]).data();
    let key = find(&guests, |row| row["name"] == BROKEN_APP)["guest"].as_str().unwrap().to_owned();
    let said = errands.run(&["guest", "start", &key]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.fault()["what"].as_str().unwrap().contains(BROKEN_APP), "{}", said.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_are_listed_and_known_by_name_and_id() {
    let errands = Errands::with_host().await;
    let apps = errands.run(&["app", "list"]).data();
    let app = find(&apps, |row| row["name"] == "jellyfin");
    let mut by_id = errands.run(&["app", "show", app["app"].as_str().unwrap()]).data();
    assert_eq!(by_id.as_object_mut().unwrap().remove("roads").unwrap().as_array().map(Vec::len), Some(3));
    assert_eq!(by_id.as_object_mut().unwrap().remove("care").unwrap()["health"], app["health"]);
    assert_eq!(&by_id, app);
    assert_eq!(errands.run(&["app", "show", "no-such-app"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_read_is_a_table() {
    let errands = Errands::with_host().await;
    let passphrase = errands.passphrase();
    let said = super::console::proximity(errands.folder.path(), &["--passphrase-file", &passphrase, "app", "list"]);
    assert!(said.stdout.starts_with("NAME"), "{}", said.stdout);
    assert!(said.stdout.contains("jellyfin"), "{}", said.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works_on_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let said = super::console::proximity(folder.path(), &["--demo", "--json", "app", "list"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.data().as_array().unwrap().len() >= 12);
    let said = super::console::proximity(folder.path(), &["--demo", "--json", "app", "restart", "gitea"]);
    assert_eq!(said.code, 0, "{} {}", said.stdout, said.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_cannot_be_written_ends_the_wait_with_the_reason() {
    let errands = Errands::with_host().await;
    let guests = errands.run(&["guest", "list"]).data();
    let key = find(&guests, stopped_container)["guest"].as_str().unwrap();
    let database = rusqlite::Connection::open(errands.folder.path().join("proximity.db")).unwrap();
    let full = "CREATE TRIGGER full BEFORE INSERT ON entry WHEN NEW.n > 1 BEGIN SELECT raise(ABORT, 'no room'); END";
    database.execute_batch(full).unwrap();
    let said = errands.run(&["guest", "start", key]);
    assert_eq!(said.code, 1, "{} {}", said.stdout, said.stderr);
    assert!(said.fault()["why"].as_str().unwrap().contains("no room"), "{}", said.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn roads_are_shown_with_what_opens_them() {
    let errands = Errands::with_host().await;
    errands.give_shell(101);
    for asked in [["guest", "show", "home/101"], ["app", "show", "jellyfin"]] {
        let shown = errands.run(&asked).data();
        let roads = &shown["roads"];
        assert_eq!((&roads[0]["road"], &roads[0]["open"]), (&"console".into(), &true.into()), "{shown}");
        assert!(roads[0]["with"].as_str().unwrap().starts_with("token "), "{roads}");
        assert_eq!((&roads[2]["road"], &roads[2]["open"]), (&"host-ssh".into(), &false.into()), "{shown}");
        assert!(roads[2]["remedy"].as_str().unwrap().contains("host edit home"), "{roads}");
        assert!(roads[2]["with"].is_null() && roads[2]["why"].is_string(), "{roads}");
    }
    let passphrase = errands.passphrase();
    let words = ["--passphrase-file", &passphrase, "guest", "show", "home/101"];
    let said = super::console::proximity(errands.folder.path(), &words);
    assert!(said.stdout.contains("console     open: token "), "{}", said.stdout);
    assert!(said.stdout.contains("host-ssh    shut: "), "{}", said.stdout);
    let hosts = errands.run(&["host", "list"]).data();
    assert_eq!(hosts[0]["roads"][0]["open"], true, "{hosts}");
    let tested = errands.run(&["host", "test", "home"]).data();
    assert_eq!(tested["roads"].as_array().map(Vec::len), Some(3), "{tested}");
    assert_eq!(tested["roads"][1]["open"], false, "{tested}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_wants_a_terminal_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let said = super::console::proximity(folder.path(), &["--json", "guest", "console", "home/101"]);
    assert_eq!(said.code, 2, "{} {}", said.stdout, said.stderr);
    let fault = said.fault();
    assert!(fault["why"].as_str().unwrap().contains("is not a terminal"), "{fault}");
    assert!(fault["remedy"].as_str().unwrap().contains("guest exec"), "{fault}");
}
