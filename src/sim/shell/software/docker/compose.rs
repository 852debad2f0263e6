//! A compose file, read as far as it matters for what then runs. It is read as JSON, which is YAML too.

use serde_json::Value;

use super::{
    containers::{Mount, Port},
    interpolate::{Variables, fill, read_env},
};
use crate::sim::shell::files::{Files, absolute, base, parent};

/// What was said of the project before the command.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub files: Vec<String>,
    pub folder: Option<String>,
    pub name: Option<String>,
    pub env_files: Vec<String>,
    pub profiles: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Project {
    pub name: String,
    pub folder: String,
    pub file: String,
    /// Each after those it depends on.
    pub services: Vec<Service>,
    /// Whole names of the volumes that are its own.
    pub volumes: Vec<String>,
    pub networks: Vec<String>,
    /// The file with everything put in.
    pub text: Value,
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Service {
    pub name: String,
    pub image: String,
    pub container: String,
    pub restart: String,
    pub ports: Vec<Port>,
    pub mounts: Vec<Mount>,
    pub has_health: bool,
    pub needs: Vec<Need>,
    pub is_at_host: bool,
    pub command: String,
    pub environment: Vec<String>,
    pub profiles: Vec<String>,
    /// Of everything it is made from.
    pub sum: String,
}

#[derive(Debug, Clone)]
pub struct Need {
    pub service: String,
    pub until: Until,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    Started,
    Healthy,
}

/// What is wrong with it, and the code to end with.
#[derive(Debug)]
pub struct Wrong(pub String, pub i32);

pub type Read<T> = Result<T, Wrong>;

pub fn wrong<T>(text: impl Into<String>) -> Read<T> {
    Err(Wrong(text.into(), 15))
}

const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

pub fn load(files: &Files, ask: &Ask, here: &str, environment: &Variables) -> Read<Project> {
    let start = ask.folder.as_ref().map_or_else(|| here.to_owned(), |folder| absolute(here, folder));
    let paths = paths(files, ask, here, &start)?;
    let file = paths[0].clone();
    let folder = if ask.folder.is_some() { start } else { parent(&file).to_owned() };
    let mut text = Value::Null;
    for path in &paths {
        merge(&mut text, read(files, path)?);
    }
    let mut known = env(files, ask, here, &folder)?;
    known.extend(environment.clone());
    let mut unknown = Vec::new();
    if let Err(why) = fill(&mut text, &known, &mut unknown) {
        return wrong(why);
    }
    unknown.sort();
    unknown.dedup();
    let warn = |name: String| format!("The \"{name}\" variable is not set. Defaulting to a blank string.");
    let profiles = known.get("COMPOSE_PROFILES").map(|list| list.split(',').map(str::to_owned).collect::<Vec<_>>());
    let named = ask.name.clone().or_else(|| known.get("COMPOSE_PROJECT_NAME").cloned());
    let own = text["name"].as_str().map(str::to_owned);
    let name = named.or(own).unwrap_or_else(|| project_name(base(&folder)));
    let mut project = Project {
        name,
        folder,
        file,
        services: Vec::new(),
        volumes: Vec::new(),
        networks: Vec::new(),
        text,
        warnings: unknown.into_iter().map(warn).collect(),
    };
    check_keys(&project)?;
    let on = [ask.profiles.clone(), profiles.unwrap_or_default()].concat();
    project.read_services(files, &on)?;
    project.read_rest();
    Ok(project)
}

fn paths(files: &Files, ask: &Ask, here: &str, start: &str) -> Read<Vec<String>> {
    if !ask.files.is_empty() {
        let paths: Vec<String> = ask.files.iter().map(|name| absolute(here, name)).collect();
        return match paths.iter().find(|path| !files.has(path)) {
            Some(path) => Err(Wrong(format!("open {path}: no such file or directory"), 14)),
            None => Ok(paths),
        };
    }
    let found = NAMES.iter().map(|name| absolute(start, name)).find(|path| files.has(path));
    let Some(path) = found else { return Err(Wrong("no configuration file provided: not found".into(), 14)) };
    let (head, end) = path.rsplit_once('.').unwrap_or((&path, "yaml"));
    let more = format!("{head}.override.{end}");
    Ok(if files.has(&more) { vec![path.clone(), more] } else { vec![path.clone()] })
}

fn read(files: &Files, path: &str) -> Read<Value> {
    let text = files.text(path).unwrap_or_default();
    match serde_json::from_str::<Value>(&text) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => wrong("top-level object must be a mapping"),
        // Whatever real YAML there is, only what is JSON too is understood here.
        Err(why) => {
            wrong(format!("yaml: {path}: only compose files written as JSON are part of this simulation: {why}"))
        }
    }
}

fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(under), Value::Array(over)) => under.extend(over),
        (under, over) => *under = over,
    }
}

fn env(files: &Files, ask: &Ask, here: &str, folder: &str) -> Read<Variables> {
    let mut known = Variables::new();
    let own = [absolute(folder, ".env")];
    let given: Vec<String> = ask.env_files.iter().map(|name| absolute(here, name)).collect();
    for path in if given.is_empty() { &own[..] } else { &given } {
        match files.text(path).map(|text| read_env(&text)) {
            Some(Ok(found)) => known.extend(found),
            Some(Err(why)) => return wrong(format!("failed to read {path}: {why}")),
            None if given.is_empty() => {}
            None => return Err(Wrong(format!("couldn't find env file: {path}"), 14)),
        }
    }
    Ok(known)
}

/// A folder's name as far as it makes the name of a project.
fn project_name(folder: &str) -> String {
    let low = folder.to_lowercase();
    let name: String = low.chars().filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
    name.trim_start_matches(['_', '-']).to_owned()
}

const TOP_KEYS: &str = " name version services networks volumes secrets configs include ";
const SERVICE_KEYS: &str = " annotations attach build blkio_config cap_add cap_drop cgroup cgroup_parent command \
configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_shares cpus cpuset depends_on deploy develop \
device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file environment expose extends \
external_links extra_hosts group_add healthcheck hostname image init ipc isolation labels links logging mac_address \
mem_limit mem_reservation mem_swappiness memswap_limit network_mode networks oom_kill_disable oom_score_adj pid \
pids_limit platform ports privileged profiles pull_policy read_only restart runtime scale secrets security_opt \
shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits user userns_mode uts \
volumes volumes_from working_dir ";

fn check_keys(project: &Project) -> Read<()> {
    let odd = |value: &Value, known: &str| {
        let keys = value.as_object().into_iter().flat_map(|fields| fields.keys().cloned());
        keys.into_iter().find(|key| !key.starts_with("x-") && !known.contains(&format!(" {key} ")))
    };
    let file = &project.file;
    if let Some(key) = odd(&project.text, TOP_KEYS) {
        return wrong(format!("validating {file}: (root) Additional property {key} is not allowed"));
    }
    let Some(services) = project.text["services"].as_object().filter(|services| !services.is_empty()) else {
        return Err(Wrong("no service selected".into(), 1));
    };
    for (name, service) in services {
        if let Some(key) = odd(service, SERVICE_KEYS) {
            return wrong(format!("validating {file}: services.{name} Additional property {key} is not allowed"));
        }
    }
    Ok(())
}
