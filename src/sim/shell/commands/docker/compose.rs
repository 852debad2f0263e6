//! `docker compose`: a project as its file has it.

use serde_json::json;

use super::{COMPOSE_VERSION, Call, Running, has, is_up, logs, no_daemon, pull, refuse, show, up, value};
use crate::sim::shell::{
    software::docker::{
        compose::{self, Ask, Project, Service, Wrong},
        containers::{self, Container},
    },
    sys::Broken,
};

/// `from` is the place of the first word that belongs to compose.
pub fn run(call: Call, from: usize) -> Running {
    Box::pin(async move {
        let (ask, rest) = split(&call.words[from..]);
        let Some(what) = rest.first().cloned() else {
            return call.out("Usage:  docker compose [OPTIONS] COMMAND\n").await.map(|()| 0);
        };
        let words = rest[1..].to_vec();
        match what.as_str() {
            "version" if has(&words, &["--short"]) => {
                return call.out(&format!("{COMPOSE_VERSION}\n")).await.map(|()| 0);
            }
            "version" => return call.out(&format!("Docker Compose version {COMPOSE_VERSION}\n")).await.map(|()| 0),
            "ls" if is_up(&call) => return list_projects(&call, &words).await,
            _ => {}
        }
        let loaded = call.sys.with(|kernel| compose::load(&kernel.files, &ask, &call.folder, &call.environment));
        let project = match loaded {
            Ok(project) => project,
            Err(Wrong(why, code)) => return refuse(&call, &why).await.map(|_| code),
        };
        for text in &project.warnings {
            warn(&call, text).await?;
        }
        if what == "config" || what == "convert" {
            return config(&call, &project, &words).await;
        }
        if !is_up(&call) {
            return no_daemon(&call).await;
        }
        act(&call, &what, &project, &words).await
    })
}

pub async fn warn(call: &Call, text: &str) -> Result<(), Broken> {
    let time = jiff::Timestamp::from_second(call.sys.now().as_secs()).unwrap_or_default();
    call.write(2, format!("time=\"{time}\" level=warning msg={}\n", json!(text)).as_bytes()).await
}

/// What is said of the project, and the words from the command on.
fn split(words: &[String]) -> (Ask, Vec<String>) {
    let mut ask = Ask::default();
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        let (name, joined) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let takes = [
            "-f",
            "--file",
            "-p",
            "--project-name",
            "--project-directory",
            "--env-file",
            "--profile",
            "--ansi",
            "--progress",
            "--parallel",
        ];
        let value = if takes.contains(&name) && joined.is_none() {
            at += 1;
            words.get(at).cloned()
        } else {
            joined
        };
        match (name, value) {
            ("-f" | "--file", Some(value)) => ask.files.push(value),
            ("-p" | "--project-name", value) => ask.name = value,
            ("--project-directory", value) => ask.folder = value,
            ("--env-file", Some(value)) => ask.env_files.push(value),
            ("--profile", Some(value)) => ask.profiles.push(value),
            _ => {}
        }
        at += 1;
    }
    (ask, words[at.min(words.len())..].to_vec())
}

/// Options of the commands of compose that take a value.
const VALUED: [&str; 13] = [
    "--format",
    "--tail",
    "-n",
    "--filter",
    "--status",
    "-t",
    "--timeout",
    "--wait-timeout",
    "--pull",
    "--scale",
    "--since",
    "--until",
    "--index",
];

fn names(words: &[String]) -> Vec<&String> {
    let mut given = words.iter();
    let mut names = Vec::new();
    while let Some(word) = given.next() {
        if VALUED.contains(&word.as_str()) {
            given.next();
        } else if !word.starts_with('-') {
            names.push(word);
        }
    }
    names
}

/// The services that are meant: those named and what they need, or all.
fn meant(project: &Project, names: &[&String]) -> Result<Vec<Service>, String> {
    if let Some(name) = names.iter().find(|name| project.services.iter().all(|service| service.name != ***name)) {
        return Err(format!("no such service: {name}"));
    }
    if names.is_empty() {
        return Ok(project.services.clone());
    }
    let mut wanted: Vec<String> = names.iter().map(|name| (*name).clone()).collect();
    let mut at = 0;
    while let Some(name) = wanted.get(at).cloned() {
        at += 1;
        let needs = project.services.iter().filter(|service| service.name == name).flat_map(|service| &service.needs);
        let more: Vec<String> = needs.map(|need| need.service.clone()).filter(|need| !wanted.contains(need)).collect();
        wanted.extend(more);
    }
    Ok(project.services.iter().filter(|service| wanted.contains(&service.name)).cloned().collect())
}

async fn act(call: &Call, what: &str, project: &Project, words: &[String]) -> Result<i32, Broken> {
    // Of logs it asks for the times, of everything else it is a time.
    let is_told: Vec<String> = words.iter().filter(|word| what != "logs" || *word != "-t").cloned().collect();
    let named = names(&is_told);
    let services = match meant(project, &named) {
        Ok(services) => services,
        Err(why) => return refuse(call, &why).await,
    };
    let is_meant = |container: &Container| named.is_empty() || named.iter().any(|name| **name == container.service);
    let mut mine = up::of_project(call, project);
    mine.retain(is_meant);
    match what {
        "up" | "create" => up::up(call, project, &services, words).await,
        "pull" => {
            let all: Vec<&Service> = services.iter().collect();
            Ok(i32::from(!pull::all(call, &all).await?))
        }
        "down" => up::down(call, project, words).await,
        "ps" => show::list(call, Some((project, words))).await,
        "logs" => logs::of_project(call, &mine, words).await,
        "images" => show::project_images(call, &mine).await,
        "stop" | "kill" => turn(call, &mine, "Stopping", "Stopped").await,
        "start" if mine.is_empty() => {
            let name = services.first().map_or("", |service| service.name.as_str());
            refuse(call, &format!("service \"{name}\" has no container to start")).await
        }
        "start" => turn(call, &mine, "Starting", "Started").await,
        "restart" => turn(call, &mine, "Restarting", "Started").await,
        "rm" => {
            for container in mine.iter().filter(|container| !container.is_running) {
                up::remove(call, container);
            }
            Ok(0)
        }
        other => refuse(call, &format!("docker compose: '{other}' is not part of this simulation")).await,
    }
}

/// All of them begin or end, one after the other.
async fn turn(call: &Call, mine: &[Container], begins: &str, done: &str) -> Result<i32, Broken> {
    for container in mine {
        let name = &container.name;
        let is_as_wanted = container.is_running == (done == "Started") && begins != "Restarting";
        if is_as_wanted {
            continue;
        }
        up::say(call, &format!("Container {name}  {begins}")).await?;
        if begins != "Starting" {
            up::stop(call, container).await;
        }
        if done == "Started" {
            let current = call.sys.with(|kernel| containers::find(&kernel.files, name));
            if let Some(Err(why)) = match current {
                Some(current) => Some(up::start(call, &current).await),
                None => None,
            } {
                return refuse(call, &format!("Error response from daemon: {why}")).await;
            }
        }
        up::say(call, &format!("Container {name}  {done}")).await?;
    }
    Ok(0)
}

async fn config(call: &Call, project: &Project, words: &[String]) -> Result<i32, Broken> {
    let lines = |texts: Vec<&String>| texts.into_iter().map(|text| format!("{text}\n")).collect::<String>();
    let text = if has(words, &["-q", "--quiet"]) {
        String::new()
    } else if has(words, &["--services"]) {
        lines(project.services.iter().map(|service| &service.name).collect())
    } else if has(words, &["--images"]) {
        lines(project.services.iter().map(|service| &service.image).collect())
    } else if has(words, &["--volumes"]) {
        project.text["volumes"].as_object().map(|volumes| lines(volumes.keys().collect())).unwrap_or_default()
    } else {
        let mut text = project.text.clone();
        text["name"] = json!(project.name);
        // What is JSON is YAML.
        format!("{text:#}\n")
    };
    call.write(1, text.as_bytes()).await.map(|()| 0)
}

async fn list_projects(call: &Call, words: &[String]) -> Result<i32, Broken> {
    let all = call.sys.with(|kernel| containers::all(&kernel.files));
    let mut names: Vec<&str> = all.iter().map(|container| container.project.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut rows = Vec::new();
    for name in names {
        let of_it: Vec<_> = all.iter().filter(|container| container.project == name).collect();
        let running = of_it.iter().filter(|container| container.is_running).count();
        if running == 0 && !has(words, &["-a", "--all"]) {
            continue;
        }
        let status = if running == 0 { format!("exited({})", of_it.len()) } else { format!("running({running})") };
        rows.push(json!({"Name": name, "Status": status, "ConfigFiles": of_it[0].file}));
    }
    if value(words, &["--format"]).as_deref() == Some("json") {
        return call.out(&format!("{}\n", json!(rows))).await.map(|()| 0);
    }
    let field = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let row = |row: &serde_json::Value| {
        format!("{:<20}{:<20}{}\n", field(row, "Name"), field(row, "Status"), field(row, "ConfigFiles"))
    };
    let text: String = rows.iter().map(row).collect();
    call.out(&format!("{:<20}{:<20}CONFIG FILES\n{text}", "NAME", "STATUS")).await.map(|()| 0)
}
