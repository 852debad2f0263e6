//! `app plan`, `op …` and Ctrl-C: what would be done, what was done, and how it is broken off.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

use serde_json::Value;

use super::{console, hosts::Errands, life::leases};

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_everything_and_does_nothing() {
    let errands = Errands::lively().await;
    let plan = errands.run(&["app", "plan", "deploy", "miniflux", "--name", "news"]);
    assert_eq!(plan.code, 0, "{}", plan.stdout);
    let plan = plan.data();
    let steps = plan["steps"].as_array().unwrap();
    assert!(steps.len() > 4 && steps.iter().enumerate().all(|(n, step)| step["step"] == n + 1), "{plan}");
    let calls: Vec<_> = steps.iter().flat_map(|step| step["calls"].as_array().unwrap()).collect();
    assert!(calls.iter().any(|call| call["method"] == "POST" && call["path"].as_str().unwrap().ends_with("/lxc")));
    assert!(!plan["rights"].as_array().unwrap().is_empty() && !plan["places"].as_array().unwrap().is_empty(), "{plan}");
    assert_eq!(errands.run(&["op", "list"]).data(), serde_json::json!([]));
    let passphrase = errands.passphrase();
    let people = |words: &[&str]| {
        let said = console::proximity(errands.folder.path(), &[&["--passphrase-file", &passphrase], words].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        said.stdout
    };
    let titles = people(&["app", "plan", "delete", "jellyfin", "--for-good"]);
    assert!(titles.starts_with("destroy jellyfin\n   1  ") && titles.contains("gone for good"), "{titles}");
    assert!(!titles.contains("DELETE"), "{titles}");
    let unfolded = people(&["app", "plan", "delete", "jellyfin", "--for-good", "--calls"]);
    assert!(unfolded.contains("      DELETE /nodes/"), "{unfolded}");
    let lines = people(&["app", "plan", "--as", "pvesh", "delete", "jellyfin", "--for-good"]);
    assert!(lines.lines().all(|line| line.starts_with("pvesh ")) && lines.contains("pvesh delete"), "{lines}");
    assert!(people(&["app", "plan", "resize", "jellyfin", "--cores", "3", "--as", "curl"]).contains("curl "));
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_listed_and_shown_with_their_steps() {
    let errands = Errands::with_host().await;
    assert_eq!(errands.run(&["app", "restart", "jellyfin"]).code, 0);
    let rows = errands.run(&["op", "list"]).data();
    let row = &rows[0];
    assert_eq!((&row["kind"], &row["outcome"]), (&"restart".into(), &"done".into()), "{rows}");
    let shown = errands.run(&["op", "show", &row["operation"].to_string()]).data();
    assert_eq!((&shown["plan"][0]["state"], &shown["name"]), (&"done".into(), &"jellyfin".into()), "{shown}");
    let log = errands.run(&["op", "log", "jellyfin"]).data();
    assert_eq!(log, rows);
    let again = errands.run(&["op", "retry", &row["operation"].to_string()]);
    assert_eq!(again.code, 4, "what was done is not tried again: {}", again.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_made_of_what_was_last_seen_when_the_host_is_down() {
    let errands = Errands::with_host().await;
    let before = errands.run(&["app", "list"]).data();
    let passphrase = errands.passphrase();
    let Errands { simulator, folder } = errands;
    simulator.shutdown().await;
    let run = |words: &[&str]| {
        console::proximity(folder.path(), &[&["--json", "--passphrase-file", &passphrase], words].concat())
    };
    let after = run(&["app", "list"]);
    assert_eq!(after.code, 0, "{}", after.stdout);
    let names = |rows: &Value| rows.as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&after.data()), names(&before));
    assert!(after.data().as_array().unwrap().iter().all(|row| row["state"] == "stale"), "{}", after.stdout);
    for words in [&["op", "list"][..], &["port", "list"], &["op", "log", "jellyfin"], &["app", "show", "jellyfin"]] {
        let said = run(words);
        assert_eq!(said.code, 0, "{words:?}: {} {}", said.stdout, said.stderr);
    }
    assert_eq!(run(&["app", "restart", "jellyfin"]).code, 5, "what is acted on must answer");
    assert_eq!(run(&["op", "list"]).data(), serde_json::json!([]), "and nothing was begun");
}

/// The program while it runs, read line by line.
struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    told: Vec<String>,
}

impl Running {
    fn begin(errands: &Errands, words: &[&str]) -> Self {
        let passphrase = errands.passphrase();
        let all = [&["--json", "--passphrase-file", &passphrase], words].concat();
        let mut command = console::command(errands.folder.path(), &all);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, told: Vec::new() }
    }

    fn until(&mut self, fits: impl Fn(&Value) -> bool) {
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            let word: Value = serde_json::from_str(&line).unwrap();
            self.told.push(line);
            if fits(&word["data"]) {
                return;
            }
        }
        panic!("it was never told: {:?}", self.told);
    }

    fn interrupt(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    }

    fn end(mut self) -> console::Said {
        self.told.extend(self.lines.by_ref().map(Result::unwrap));
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        console::Said { code, stdout: self.told.join("\n"), stderr }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_in_the_middle_has_all_taken_back() {
    let errands = Errands::lively().await;
    let guests = errands.run(&["guest", "list"]).data();
    errands.put_recipe("broker", &[]);
    let mut running = Running::begin(&errands, &["--yes", "app", "deploy", "broker"]);
    running.until(is_creating);
    running.interrupt();
    let said = running.end();
    assert_eq!((said.code, said.fault()["code"].as_str()), (8, Some("undone")), "{}\n{}", said.stdout, said.stderr);
    assert!(said.fault()["why"].as_str().unwrap().starts_with("it was cancelled"), "{}", said.stdout);
    let count = |rows: &Value| rows.as_array().unwrap().len();
    assert_eq!(count(&errands.run(&["guest", "list"]).data()), count(&guests), "no guest is left");
    assert!(leases(&errands.run(&["port", "list"]).data()).is_empty());
    let row = &errands.run(&["op", "list"]).data()[0];
    assert_eq!(row["outcome"], "undone", "{row}");
    let shown = errands.run(&["op", "show", &row["operation"].to_string()]).data();
    assert!(shown["plan"].as_array().unwrap().iter().any(|step| step["state"] == "undone"), "{shown}");
}

fn is_creating(word: &Value) -> bool {
    word["event"] == "begun" && word["title"].as_str().is_some_and(|title| title.starts_with("create "))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_elsewhere_is_cancelled_from_here() {
    let errands = Errands::lively().await;
    errands.put_recipe("broker", &[]);
    let mut running = Running::begin(&errands, &["--yes", "app", "deploy", "broker"]);
    running.until(is_creating);
    let id = errands.run(&["op", "list"]).data()[0]["operation"].to_string();
    let cancelled = errands.run(&["op", "cancel", &id]);
    assert_eq!((cancelled.code, &cancelled.data()["outcome"]), (0, &"undone".into()), "{}", cancelled.stdout);
    assert_eq!(running.end().code, 8);
    assert_eq!(errands.run(&["op", "cancel", &id]).code, 3, "what has ended cannot be cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_elsewhere_is_watched_to_its_end() {
    let errands = Errands::lively().await;
    let mut running = Running::begin(&errands, &["--yes", "app", "deploy", "vaultwarden", "--name", "vault"]);
    running.until(is_creating);
    let id = errands.run(&["op", "list"]).data()[0]["operation"].to_string();
    let watched = errands.run(&["op", "resume", &id]);
    assert_eq!((watched.code, &watched.data()["outcome"]), (0, &"done".into()), "{}", watched.stdout);
    assert_eq!(watched.data()["made"]["name"], "vault", "{}", watched.stdout);
    assert_eq!(running.end().code, 0);
    assert_eq!(errands.run(&["op", "resume", &id]).code, 0, "what is done needs nothing more");
}
