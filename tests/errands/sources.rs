//! `catalog sources …`: from another's repository to the shelf, and what is refused on the way.

use std::path::Path;

use super::console::{command, proximity, proximity_trusting};
use crate::catalog::sources::{
    origin::{Origin, recipe},
    server::{Reply, Server},
};

fn listed(data: &Path) -> Vec<String> {
    let rows = proximity(data, &["--json", "catalog", "list", "--trust", "source"]).data();
    let row =
        |row: &serde_json::Value| format!("{} {}", row["recipe"].as_str().unwrap(), row["version"].as_str().unwrap());
    rows.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn a_source_is_added_updated_after_a_yes_set_back_and_removed() {
    let Some(origin) = Origin::with(&[("broker", "1.0")]) else { return };
    let first = origin.commit();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let say = |words: &[&str]| proximity(data, &[&["--json", "catalog", "sources"], words].concat());
    assert_eq!(say(&[]).data(), serde_json::json!([]));
    let added = say(&["add", "mine", &origin.url()]);
    let sheet = added.data();
    assert_eq!((&sheet["source"], &sheet["commit"]), (&"mine".into(), &first.as_str().into()), "{sheet}");
    assert_eq!((&sheet["recipes"], &sheet["trust"]), (&1.into(), &"not checked by Proximity".into()), "{sheet}");
    assert_eq!(listed(data), ["mine-broker 1.0"]);

    assert_eq!(say(&["update", "mine"]).data()["taken"], false);
    origin.put("broker", "2.0");
    origin.put("cache", "1.0");
    let second = origin.commit();
    let looked = say(&["update", "mine", "--look"]).data();
    assert_eq!((&looked["found"], &looked["taken"]), (&second.as_str().into(), &false.into()), "{looked}");
    assert_eq!(looked["added"][0]["recipe"], "mine-cache");
    assert_eq!(
        (&looked["changed"][0]["version_before"], &looked["changed"][0]["version"]),
        (&"1.0".into(), &"2.0".into())
    );
    let unsaid = say(&["update", "mine"]);
    assert_eq!((unsaid.code, unsaid.fault()["code"].as_str()), (4, Some("refused")), "{}", unsaid.stdout);
    assert_eq!(listed(data), ["mine-broker 1.0"]);
    let taken = proximity(data, &["--json", "--yes", "catalog", "sources", "update"]).data();
    assert_eq!((&taken[0]["taken"], &taken[0]["pinned"]), (&true.into(), &first.as_str().into()), "{taken}");
    assert_eq!(listed(data), ["mine-broker 2.0", "mine-cache 1.0"]);

    let people = proximity(data, &["catalog", "sources"]);
    assert!(people.stdout.contains(&second[..12]) && people.stdout.starts_with("SOURCE"), "{}", people.stdout);
    let url = origin.url();
    drop(origin);
    let gone = say(&["update", "mine"]);
    assert_eq!((gone.code, gone.fault()["code"].as_str()), (3, Some("not-found")), "{url}: {}", gone.stdout);
    let back = proximity(data, &["--json", "--yes", "catalog", "sources", "pin", "mine", &first]);
    assert_eq!(back.data()["taken"], true, "{}", back.stdout);
    assert_eq!(listed(data), ["mine-broker 1.0"]);
    let unsaid = say(&["remove", "mine"]);
    assert_eq!(unsaid.code, 4, "{}", unsaid.stdout);
    assert_eq!(proximity(data, &["--json", "--yes", "catalog", "sources", "remove", "mine"]).code, 0);
    assert_eq!((listed(data), say(&[]).data()), (Vec::new(), serde_json::json!([])));
}

#[test]
fn what_cannot_be_a_source_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "https://me:hush@example.org/store";
    for (words, code, fault) in [
        (&["add", "mine", secret][..], 2, "usage"),
        (&["add", "mine", "ext::sh -c id"], 2, "usage"),
        (&["add", "Mine!", "/srv/store"], 2, "usage"),
        (&["add", "mine", "/srv/store", "--ref", "-evil"], 2, "usage"),
        (&["add", "mine", "/srv/store", "--commit", "abc"], 2, "usage"),
        (&["update", "nobody"], 3, "not-found"),
        (&["show", "nobody"], 3, "not-found"),
        (&["pin", "nobody", "abc"], 2, "usage"),
    ] {
        let said = proximity(folder.path(), &[&["--json", "catalog", "sources"], words].concat());
        assert_eq!((said.code, said.fault()["code"].as_str()), (code, Some(fault)), "{words:?}: {}", said.stdout);
        assert!(!said.stdout.contains("hush") && !said.stderr.contains("hush"), "{}", said.stdout);
    }
    assert!(!folder.path().join("settings.toml").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_file_over_https_is_believed_whom_the_machine_believes() {
    let server = Server::start(Reply::Body(recipe("broker", "1.0").to_string().into_bytes())).await;
    let folder = tempfile::tempdir().unwrap();
    let authorities = folder.path().join("authorities.pem");
    std::fs::write(&authorities, &server.authority).unwrap();
    let url = server.url("broker.json");
    let add = ["--json", "catalog", "sources", "add", "mine", url.as_str()];
    let data = folder.path().join("data");
    let strange = proximity(&data, &add);
    assert_eq!((strange.code, strange.fault()["code"].as_str()), (6, Some("trust")), "{}", strange.stdout);
    let added = proximity_trusting(&authorities, &data, &add, "").data();
    assert_eq!((&added["kind"], &added["recipes"]), (&"file".into(), &1.into()), "{added}");
    server.says(Reply::Raw("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/x\r\nContent-Length: 0\r\n\r\n".into()));
    let sent_on = proximity_trusting(&authorities, &data, &["--json", "catalog", "sources", "update", "mine"], "");
    assert_eq!((sent_on.code, sent_on.fault()["code"].as_str()), (4, Some("refused")), "{}", sent_on.stdout);
    assert_eq!(listed(&data), ["mine-broker 1.0"]);
}

/// Moments in the life of an update, each known by a file that is there by then.
const MOMENTS: [&str; 4] = ["git/objects/pack", "beside", "beside/*/source.json", "at/*"];

fn has_come(folder: &Path, moment: &str, before: &[String]) -> bool {
    let Some((first, rest)) = moment.split_once("/*") else { return folder.join(moment).is_dir() };
    let entries = std::fs::read_dir(folder.join(first)).into_iter().flatten().flatten();
    let mut new = entries.filter(|entry| !before.contains(&entry.file_name().to_string_lossy().into_owned()));
    new.any(|entry| rest.is_empty() || entry.path().join(rest.trim_start_matches('/')).exists())
}

#[test]
fn killed_at_any_moment_the_shelf_has_the_old_state_or_the_new_one() {
    let Some(origin) = Origin::empty() else { return };
    let numbers = || 0..300;
    numbers().for_each(|number| origin.put(&format!("app-{number:03}"), "1"));
    origin.commit();
    let whole = |version: &str| numbers().map(|number| format!("mine-app-{number:03} {version}")).collect::<Vec<_>>();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let words = |words: &[&'static str]| [&["--json", "--yes", "catalog", "sources"], words].concat();
    let url = origin.url();
    assert_eq!(proximity(data, &["--json", "catalog", "sources", "add", "mine", &url]).code, 0);
    let (mut now, at) = (1, data.join("catalog/mine"));
    for moment in MOMENTS {
        numbers().for_each(|number| origin.put(&format!("app-{number:03}"), &(now + 1).to_string()));
        origin.commit();
        let before: Vec<_> = std::fs::read_dir(at.join("at"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        let mut update = command(data, &words(&["update", "mine"]));
        update.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut update = update.spawn().unwrap();
        while !has_come(&at, moment, &before) && update.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        update.kill().unwrap();
        update.wait().unwrap();
        let listed = listed(data);
        assert!(listed == whole(&now.to_string()) || listed == whole(&(now + 1).to_string()), "{moment}: {listed:?}");
        let again = proximity(data, &words(&["update", "mine"]));
        assert_eq!(again.code, 0, "{moment}: {} {}", again.stdout, again.stderr);
        now += 1;
        assert_eq!(self::listed(data), whole(&now.to_string()), "{moment}");
    }
}

#[test]
fn of_two_at_once_one_waits_for_nobody_and_both_leave_a_whole_shelf() {
    let Some(origin) = Origin::with(&[("broker", "1.0"), ("cache", "1.0")]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (data, url) = (folder.path(), origin.url());
    let add = ["--json", "catalog", "sources", "add", "mine", url.as_str()];
    let codes: Vec<_> = std::thread::scope(|scope| {
        let adding: Vec<_> = (0..4).map(|_| scope.spawn(|| proximity(data, &add).code)).collect();
        adding.into_iter().map(|adding| adding.join().unwrap()).collect()
    });
    assert!(codes.contains(&0), "{codes:?}");
    assert!(codes.iter().all(|code| [0, 4, 7].contains(code)), "{codes:?}");
    assert_eq!(listed(data), ["mine-broker 1.0", "mine-cache 1.0"]);
    let settings = std::fs::read_to_string(data.join("settings.toml")).unwrap();
    assert_eq!(settings.matches("[[sources]]").count(), 1, "{settings}");
}
