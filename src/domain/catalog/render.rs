//! The files that a recipe becomes inside its guest. What must hold: whoever reads them, docker or a shell, gets back
//! exactly the values that were put in.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;

use super::{Compose, Healthcheck, Recipe, Service, Words};
use crate::domain::quote::quoted;

/// Compose's file as JSON, which is also YAML. `${NAME}` stays: docker fills it from `.env`, so no secret is in here.
pub fn compose_file(recipe: &Recipe) -> Option<String> {
    let compose = recipe.methods.compose.as_ref()?;
    let services = compose.services.iter().map(|(name, service)| (name.as_str(), docker(compose, service))).collect();
    let file = DockerFile { name: recipe.id.as_str(), services };
    serde_json::to_string_pretty(&file).ok().map(|text| text + "\n")
}

#[derive(Serialize)]
struct DockerFile<'a> {
    name: &'a str,
    services: BTreeMap<&'a str, DockerService<'a>>,
}

#[derive(Serialize)]
struct DockerService<'a> {
    image: String,
    restart: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a Words>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entrypoint: Option<&'a Words>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    environment: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    ports: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    volumes: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    depends_on: BTreeMap<&'a str, Condition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    healthcheck: Option<DockerCheck<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cap_add: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    hostname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    working_dir: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tmpfs: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    shm_size: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    sysctls: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    devices: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    init: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_grace_period: Option<String>,
}

#[derive(Serialize)]
struct Condition {
    condition: &'static str,
}

#[derive(Serialize)]
struct DockerCheck<'a> {
    test: Vec<&'a str>,
    interval: String,
    timeout: String,
    retries: u32,
    start_period: String,
}

fn docker<'a>(compose: &'a Compose, service: &'a Service) -> DockerService<'a> {
    // A folder beside the file, and not a volume of docker's: it is seen, backed up and moved with the file.
    let volumes = service.volumes.iter().map(|volume| format!("./data/{volume}"));
    let files = service.files.iter().map(|file| format!("./files/{file}:ro"));
    DockerService {
        image: match &service.digest {
            Some(digest) => format!("{}@{digest}", service.image),
            None => service.image.clone(),
        },
        restart: "unless-stopped",
        command: service.command.as_ref(),
        entrypoint: service.entrypoint.as_ref(),
        environment: &service.environment,
        ports: &service.ports,
        volumes: volumes.chain(files).collect(),
        depends_on: service.depends_on.iter().map(|other| (other.as_str(), condition(compose, other))).collect(),
        healthcheck: service.healthcheck.as_ref().map(docker_check),
        user: service.user.as_deref(),
        cap_add: &service.cap_add,
        hostname: service.hostname.as_deref(),
        working_dir: service.working_dir.as_deref(),
        tmpfs: &service.tmpfs,
        shm_size: service.shared_memory.map(|size| format!("{size}m")),
        sysctls: &service.sysctls,
        devices: service.devices.iter().map(|device| format!("{device}:{device}")).collect(),
        network_mode: service.host_network.then_some("host"),
        init: service.init.then_some(true),
        stop_grace_period: service.stop_grace.map(|seconds| format!("{seconds}s")),
    }
}

/// Docker waits for ever for the health of a service that tells none.
fn condition(compose: &Compose, other: &str) -> Condition {
    let tells = compose.services.get(other).is_some_and(|service| service.healthcheck.is_some());
    Condition { condition: if tells { "service_healthy" } else { "service_started" } }
}

fn docker_check(check: &Healthcheck) -> DockerCheck<'_> {
    let run = match check.test {
        Words::Line(_) => "CMD-SHELL",
        Words::Words(_) => "CMD",
    };
    let seconds = |seconds: u32| format!("{seconds}s");
    DockerCheck {
        test: [run].into_iter().chain(check.test.texts().iter().map(String::as_str)).collect(),
        interval: seconds(check.interval),
        timeout: seconds(check.timeout),
        retries: check.retries,
        start_period: seconds(check.start_period),
    }
}

/// Docker's `.env`.
pub fn dot_env<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    file(pairs, docker_quoted)
}

/// A file for `.` in a shell.
pub fn sh_env<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    file(pairs, quoted)
}

fn file<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>, quote: fn(&str) -> String) -> String {
    pairs.into_iter().fold(String::new(), |mut text, (name, value)| {
        // Writing into a text does not fail.
        let _ = writeln!(text, "{}={}", name.as_ref(), quote(value.as_ref()));
        text
    })
}

/// In single quotes docker knows `\'` and nothing else, not even `\\`: a backslash that stands before a quote, or last,
/// cannot be said there. In double quotes everything can, but `$` and `"` have a meaning too.
fn docker_quoted(value: &str) -> String {
    if value.contains(r"\'") || value.ends_with('\\') {
        return format!("\"{}\"", value.replace('\\', r"\\").replace('"', "\\\"").replace('$', r"\$"));
    }
    format!("'{}'", value.replace('\'', r"\'"))
}
