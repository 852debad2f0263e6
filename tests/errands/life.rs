//! The whole life of apps, from the catalog to the end: the real binary on the simulated datacenter, whose running apps
//! answer at their own addresses.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use super::{console::Said, hosts::Errands};

/// Done, or the test says what was told.
fn done(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}\n{}", said.stdout, said.stderr);
    let data = said.data();
    assert_eq!(data["outcome"], "done", "{data}");
    data
}

fn yes(errands: &Errands, words: &[&str]) -> Said {
    errands.run(&[&["--yes"], words].concat())
}

/// The first line of what is served there.
fn answers(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let place = rest.split('/').next().unwrap();
    let place = if place.contains(':') { place.to_owned() } else { format!("{place}:80") };
    let mut stream = TcpStream::connect(&place).unwrap_or_else(|error| panic!("{url}: {error}"));
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nhost: {place}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

fn app(errands: &Errands, name: &str) -> Value {
    let apps = errands.run(&["app", "list"]).data();
    apps.as_array().unwrap().iter().find(|app| app["name"] == name).cloned().unwrap_or(Value::Null)
}

/// The ports that are kept for apps.
pub fn leases(book: &Value) -> Vec<Value> {
    let is_leased = |port: &&Value| port["uses"].as_array().unwrap().contains(&"leased".into());
    book["ports"].as_array().unwrap().iter().filter(is_leased).cloned().collect()
}

fn ports_of(errands: &Errands, app: &Value) -> usize {
    leases(&errands.run(&["port", "list"]).data()).iter().filter(|port| port["app"] == *app).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compose_app_lives_its_whole_life() {
    let errands = Errands::lively().await;
    let made = done(&yes(&errands, &["app", "deploy", "miniflux", "--method", "compose", "--name", "news"]));
    let id = made["app"].clone();
    assert_eq!((&made["kind"], &made["made"]["name"]), (&"deploy".into(), &"news".into()), "{made}");
    assert!(made["first_login"].is_string() && !made["secrets"].as_array().unwrap().is_empty(), "{made}");
    let url = made["made"]["url"].as_str().unwrap_or_else(|| panic!("{made}"));
    assert!(answers(url).contains(" 200 "), "{url}");
    done(&yes(&errands, &["app", "update", "news"]));
    done(&errands.run(&["snapshot", "create", "news", "before", "--note", "as it was"]));
    let snapshots = errands.run(&["snapshot", "list", "news"]).data();
    assert!(snapshots.as_array().unwrap().iter().any(|one| one["name"] == "before"), "{snapshots}");
    done(&errands.run(&["app", "clone", "news", "--name", "newer"]));
    assert!(app(&errands, "newer")["url"].is_string());
    done(&errands.run(&["app", "resize", "news", "--cores", "2", "--memory", "1024"]));
    done(&yes(&errands, &["app", "undo", "news"]));
    done(&yes(&errands, &["snapshot", "rollback", "news", "before"]));
    done(&yes(&errands, &["snapshot", "remove", "news", "before"]));
    done(&yes(&errands, &["app", "delete", "news"]));
    assert!(app(&errands, "news")["binned_until"].is_string(), "it waits in the recycle bin");
    done(&errands.run(&["app", "restore", "news"]));
    assert!(app(&errands, "news")["binned_until"].is_null());
    let log = errands.run(&["op", "log", "news"]).data();
    let kinds: Vec<_> = log.as_array().unwrap().iter().map(|row| row["kind"].clone()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"unbin".into()), Some(&"deploy".into())), "{kinds:?}");
    done(&yes(&errands, &["app", "delete", "news", "--for-good"]));
    assert_eq!((app(&errands, "news"), ports_of(&errands, &id)), (Value::Null, 0), "name and ports are free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_made_of_an_image_answers_and_is_edited() {
    let errands = Errands::lively().await;
    let made = done(&yes(&errands, &["app", "deploy", "vaultwarden", "--method", "oci", "--name", "vault"]));
    assert!(answers(made["made"]["url"].as_str().unwrap()).contains(" 200 "), "{made}");
    done(&yes(&errands, &["app", "edit", "vault", "--set", "SIGNUPS_ALLOWED=false"]));
    done(&yes(&errands, &["app", "undo", "vault"]));
    done(&yes(&errands, &["app", "delete", "vault", "--for-good"]));
    assert_eq!(app(&errands, "vault"), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_app_takes_its_secret_from_a_file() {
    let errands = Errands::lively().await;
    errands.put_recipe("broker", &[]);
    let file = errands.folder.path().join("password");
    std::fs::write(&file, "open sesame\n").unwrap();
    let secret = format!("MQTT_PASSWORD={}", file.display());
    let answers = ["--set", "MQTT_USER=lamp", "--secret-file", &secret];
    let said = yes(&errands, &[&["app", "deploy", "broker"], &answers[..]].concat());
    let made = done(&said);
    assert_eq!(made["secrets"], serde_json::json!(["MQTT_PASSWORD"]), "{made}");
    assert!(!said.stdout.contains("open sesame") && !said.stderr.contains("open sesame"));
    let listed = errands.run(&["app", "secrets", "broker"]);
    assert!(listed.stdout.contains("MQTT_PASSWORD") && !listed.stdout.contains("open sesame"), "{}", listed.stdout);
    assert_eq!(errands.run(&["app", "secrets", "broker", "--reveal"]).data()[0]["value"], "open sesame");
    let ran = errands.run(&["app", "run", "broker", "--", "echo", "hello from inside"]);
    done(&ran);
    let told = ran.stdout.lines().filter(|line| line.contains("\"log\":\"hello from inside\"")).count();
    assert_eq!(told, 1, "each line is told once: {}", ran.stdout);
    done(&yes(&errands, &["app", "delete", "broker"]));
    let undone = yes(&errands, &["app", "undo", "broker"]);
    assert!(done(&undone)["kind"] == "unbin" && undone.stderr.contains("recycle bin"), "{}", undone.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_is_adopted_and_only_ever_forgotten() {
    let errands = Errands::lively().await;
    let guests = errands.run(&["guest", "list"]).data();
    let is_free = |row: &&Value| row["app"].is_null() && row["kind"] == "container" && row["template"] == false;
    let guest = guests.as_array().unwrap().iter().find(is_free).unwrap()["guest"].as_str().unwrap();
    let made = done(&errands.run(&["app", "adopt", guest, "--name", "foundling"]));
    assert_eq!((&made["made"]["adopted"], &made["made"]["guest"]), (&true.into(), &guest.into()), "{made}");
    let said = yes(&errands, &["app", "delete", "foundling", "--for-good"]);
    assert_eq!(done(&said)["kind"], "forget");
    assert!(said.stderr.contains("only forgotten"), "{}", said.stderr);
    assert_eq!(errands.run(&["guest", "show", guest]).code, 0, "its container stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_taken_back_kept_or_asked_about_as_it_was_said() {
    let errands = Errands::lively().await;
    errands.put_recipe("broken", &["echo no good >&2", "exit 3"]);
    let count = |words: &[&str]| errands.run(words).data().as_array().unwrap().len();
    let guests = count(&["guest", "list"]);
    let undone = yes(&errands, &["app", "deploy", "broken"]);
    assert_eq!((undone.code, undone.fault()["code"].as_str()), (8, Some("undone")), "{}", undone.stdout);
    assert_eq!((count(&["guest", "list"]), leases(&errands.run(&["port", "list"]).data()).len()), (guests, 0));
    let asked = yes(&errands, &["app", "deploy", "broken", "--on-failure", "ask"]);
    assert_eq!((asked.code, asked.fault()["code"].as_str()), (9, Some("stuck")), "{}", asked.stdout);
    let row = &errands.run(&["op", "list"]).data()[0];
    assert_eq!((&row["asks"], &row["outcome"]), (&true.into(), &Value::Null), "{row}");
    let id = row["operation"].to_string();
    assert!(asked.fault()["remedy"].as_str().unwrap().contains(&format!("op answer {id} undo")));
    let answered = errands.run(&["op", "answer", &id, "undo"]);
    assert_eq!((answered.code, &answered.data()["outcome"]), (0, &"undone".into()), "{}", answered.stdout);
    assert_eq!(count(&["guest", "list"]), guests);
    let kept = yes(&errands, &["app", "deploy", "broken", "--on-failure", "keep"]);
    assert_eq!((kept.code, kept.fault()["code"].as_str()), (1, Some("failed")), "{}", kept.stdout);
    assert!(kept.fault()["why"].as_str().unwrap().ends_with("what was made was kept"), "{}", kept.stdout);
    assert_eq!(count(&["guest", "list"]), guests + 1);
    let id = errands.run(&["op", "list"]).data()[0]["operation"].to_string();
    let again = errands.run(&["op", "retry", &id]);
    assert_eq!(again.code, 1, "it fails again and is kept again: {}", again.stdout);
    let shown = errands.run(&["op", "show", &id]).data();
    assert!(shown["plan"].as_array().unwrap().iter().any(|step| step["state"] == "failed"), "{shown}");
    let answered = errands.run(&["op", "answer", &id, "undo"]);
    assert_eq!((answered.code, answered.fault()["code"].as_str()), (4, Some("refused")), "it asks nothing any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_apps_are_updated_and_the_result_is_a_list() {
    let errands = Errands::lively().await;
    let all = yes(&errands, &["app", "update", "--all"]);
    assert!(all.code != 2, "{}", all.stdout);
    let unknown = yes(&errands, &["app", "update", "jellyfin", "nobody"]);
    assert_eq!(unknown.code, 3, "nothing is begun where one is not known: {}", unknown.stdout);
}
