//! A compose file, read as far as it matters for what then runs. It is read as JSON, which is YAML too.

use serde_json::Value;

use super::{
    containers::{Mount, Port, volume_folder},
    images,
    interpolate::{Variables, fill, read_env},
};
use crate::sim::{
    shell::files::{Files, absolute, base, parent},
    sum::sum_of,
};

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

type Read<T> = Result<T, Wrong>;

fn wrong<T>(text: impl Into<String>) -> Read<T> {
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

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// A list, or the names of a map.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Object(fields) => fields.keys().cloned().collect(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// `NAME=value` of a list or a map.
fn pairs(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| format!("{name}={}", text(value))).collect(),
        other => names(other),
    }
}

impl Project {
    fn read_services(&mut self, files: &Files, profiles: &[String]) -> Read<()> {
        let services = self.text["services"].as_object().cloned().unwrap_or_default();
        let mut found = Vec::new();
        for (name, value) in &services {
            found.push(self.read_service(files, name, value)?);
        }
        for service in &found {
            if let Some(need) = service.needs.iter().find(|need| found.iter().all(|one| one.name != need.service)) {
                let (name, other) = (&service.name, &need.service);
                return wrong(format!(
                    "service \"{name}\" depends on undefined service \"{other}\": invalid compose project"
                ));
            }
        }
        let is_on = |service: &Service| {
            service.profiles.is_empty() || service.profiles.iter().any(|one| profiles.contains(one))
        };
        found.retain(is_on);
        while !found.is_empty() {
            let is_free = |service: &Service| {
                service.needs.iter().all(|need| found.iter().all(|other| other.name != need.service))
            };
            let Some(at) = found.iter().position(is_free) else {
                return wrong("dependency cycle detected: invalid compose project");
            };
            self.services.push(found.remove(at));
        }
        Ok(())
    }

    fn read_service(&self, files: &Files, name: &str, value: &Value) -> Read<Service> {
        let image = text(&value["image"]);
        if image.is_empty() {
            return wrong(match value["build"].is_null() {
                true => format!(
                    "service \"{name}\" has neither an image nor a build context specified: invalid compose project"
                ),
                false => format!("service \"{name}\": building images is not part of this simulation"),
            });
        }
        let mut environment = pairs(&value["environment"]);
        for path in names(&value["env_file"]) {
            let path = absolute(&self.folder, &path);
            match files.text(&path).map(|text| read_env(&text)) {
                Some(Ok(known)) => environment.extend(known.iter().map(|(name, value)| format!("{name}={value}"))),
                Some(Err(why)) => return wrong(format!("failed to read {path}: {why}")),
                None => return wrong(format!("env file {path} not found: stat {path}: no such file or directory")),
            }
        }
        let mut ports = Vec::new();
        for port in value["ports"].as_array().into_iter().flatten() {
            match read_port(port) {
                Some(found) => ports.extend(found),
                None => return wrong(format!("services.{name}.ports: invalid port \"{}\"", text(port))),
            }
        }
        let mut mounts = Vec::new();
        for mount in value["volumes"].as_array().into_iter().flatten() {
            mounts.push(self.read_mount(name, mount)?);
        }
        let needs = match &value["depends_on"] {
            Value::Object(fields) => {
                let until = |value: &Value| match value["condition"].as_str() {
                    Some("service_healthy") => Until::Healthy,
                    _ => Until::Started,
                };
                fields.iter().map(|(service, value)| Need { service: service.clone(), until: until(value) }).collect()
            }
            list => names(list).into_iter().map(|service| Need { service, until: Until::Started }).collect(),
        };
        let given = text(&value["container_name"]);
        let health = &value["healthcheck"];
        Ok(Service {
            name: name.to_owned(),
            container: if given.is_empty() { format!("{}-{name}-1", self.name) } else { given },
            restart: value["restart"].as_str().unwrap_or("no").to_owned(),
            has_health: health.is_object() && health["disable"] != true,
            is_at_host: value["network_mode"] == "host",
            command: [text(&value["entrypoint"]), text(&value["command"])].join(" ").trim().to_owned(),
            profiles: names(&value["profiles"]),
            sum: sum_of("sha256", &format!("{value} {environment:?} {}", images::id(&image))).unwrap_or_default(),
            image,
            ports,
            mounts,
            needs,
            environment,
        })
    }

    fn read_mount(&self, service: &str, value: &Value) -> Read<Mount> {
        let (kind, source, target) = match value {
            Value::Object(_) => (text(&value["type"]), text(&value["source"]), text(&value["target"])),
            short => {
                let short = text(short);
                let parts: Vec<&str> = short.split(':').collect();
                match parts[..] {
                    [target] => ("volume".into(), String::new(), target.to_owned()),
                    [source, target, ..] => {
                        let kind = if source.starts_with(['/', '.', '~']) { "bind" } else { "volume" };
                        (kind.to_owned(), source.to_owned(), target.to_owned())
                    }
                    [] => return wrong(format!("services.{service}.volumes: empty mount")),
                }
            }
        };
        if kind == "bind" {
            let source = absolute(&self.folder, &source.replacen('~', "/root", 1));
            return Ok(Mount { kind, name: String::new(), source, target });
        }
        if source.is_empty() {
            let name = sum_of("sha256", &format!("{}{service}{target}", self.name)).unwrap_or_default();
            return Ok(Mount { kind, source: volume_folder(&name), name, target });
        }
        let Some(known) = self.text["volumes"].get(&source) else {
            return wrong(format!(
                "service \"{service}\" refers to undefined volume {source}: invalid compose project"
            ));
        };
        let given = text(&known["name"]);
        let name = match (given.is_empty(), known["external"] == true) {
            (false, _) => given,
            (true, true) => source,
            (true, false) => format!("{}_{source}", self.name),
        };
        Ok(Mount { kind, source: volume_folder(&name), name, target })
    }

    fn read_rest(&mut self) {
        let mounts = self.services.iter().flat_map(|service| &service.mounts);
        let is_own = |mount: &&Mount| mount.kind == "volume" && mount.name.len() < 64;
        self.volumes = mounts.filter(is_own).map(|mount| mount.name.clone()).collect();
        self.volumes.sort();
        self.volumes.dedup();
        let named =
            names(&self.text["networks"]).into_iter().filter(|name| self.text["networks"][name]["external"] != true);
        self.networks = named.map(|name| format!("{}_{name}", self.name)).collect();
        let of_default = |value: &Value| value["networks"].is_null() && value["network_mode"].is_null();
        let services = self.text["services"].as_object();
        if services.is_some_and(|services| services.values().any(of_default)) {
            self.networks.push(format!("{}_default", self.name));
            self.networks.dedup();
        }
    }
}

/// `8080:80`, `127.0.0.1:8080:80/udp`, `80`, ranges, or an object.
fn read_port(value: &Value) -> Option<Vec<Port>> {
    if value.is_object() {
        let protocol = value["protocol"].as_str().unwrap_or("tcp").to_owned();
        let address = value["host_ip"].as_str().unwrap_or("0.0.0.0").to_owned();
        let published = text(&value["published"]).parse().ok();
        return Some(vec![Port { address, published, target: text(&value["target"]).parse().ok()?, protocol }]);
    }
    let whole = text(value);
    let (places, protocol) = whole.split_once('/').unwrap_or((&whole, "tcp"));
    let parts: Vec<&str> = places.rsplitn(3, ':').collect();
    let address = parts.get(2).map_or("0.0.0.0", |address| address.trim_matches(['[', ']']));
    let targets = range(parts[0])?;
    let published = match parts.get(1) {
        Some(text) => range(text)?.into_iter().map(Some).collect(),
        None => vec![None; targets.len()],
    };
    if published.len() != targets.len() {
        return None;
    }
    let port =
        |(published, target)| Port { address: address.to_owned(), published, target, protocol: protocol.to_owned() };
    Some(published.into_iter().zip(targets).map(port).collect())
}

fn range(text: &str) -> Option<Vec<u16>> {
    match text.split_once('-') {
        Some((first, last)) => Some((first.parse().ok()?..=last.parse().ok()?).collect()),
        None => Some(vec![text.parse().ok()?]),
    }
}
