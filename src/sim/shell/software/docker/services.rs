//! The services of a compose file: what each is made of, and where it can be reached.

use serde_json::Value;

use super::{
    compose::{Need, Project, Read, Service, Until, wrong},
    containers::{Mount, Port, volume_folder},
    images,
    interpolate::read_env,
};
use crate::sim::{
    shell::files::{Files, absolute},
    sum::sum_of,
};

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
    pub(super) fn read_services(&mut self, files: &Files, profiles: &[String]) -> Read<()> {
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
        let environment = self.read_environment(files, value)?;
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
            ports: read_ports(name, value)?,
            mounts: self.read_mounts(name, value)?,
            needs: needs(value),
            environment,
        })
    }

    fn read_environment(&self, files: &Files, value: &Value) -> Read<Vec<String>> {
        let mut environment = pairs(&value["environment"]);
        for path in names(&value["env_file"]) {
            let path = absolute(&self.folder, &path);
            match files.text(&path).map(|text| read_env(&text)) {
                Some(Ok(known)) => environment.extend(known.iter().map(|(name, value)| format!("{name}={value}"))),
                Some(Err(why)) => return wrong(format!("failed to read {path}: {why}")),
                None => return wrong(format!("env file {path} not found: stat {path}: no such file or directory")),
            }
        }
        Ok(environment)
    }

    fn read_mounts(&self, name: &str, value: &Value) -> Read<Vec<Mount>> {
        let written = value["volumes"].as_array().into_iter().flatten();
        let mut mounts = written.map(|mount| self.read_mount(name, mount)).collect::<Read<Vec<_>>>()?;
        for (kind, folder) in [("secrets", "/run/secrets/"), ("configs", "/")] {
            for one in value[kind].as_array().into_iter().flatten() {
                let source = if one.is_object() { text(&one["source"]) } else { text(one) };
                let Some(known) = self.text[kind].get(&source) else {
                    let what = kind.trim_end_matches('s');
                    return wrong(format!(
                        "service \"{name}\" refers to undefined {what} {source}: invalid compose project"
                    ));
                };
                if let Some(file) = known["file"].as_str() {
                    let target = one["target"].as_str().map_or_else(|| format!("{folder}{source}"), str::to_owned);
                    mounts.push(Mount {
                        kind: "file".into(),
                        name: source,
                        source: absolute(&self.folder, file),
                        target,
                    });
                }
            }
        }
        Ok(mounts)
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

    pub(super) fn read_rest(&mut self) {
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

fn needs(value: &Value) -> Vec<Need> {
    let until = |value: &Value| match value["condition"].as_str() {
        Some("service_healthy") => Until::Healthy,
        _ => Until::Started,
    };
    match &value["depends_on"] {
        Value::Object(fields) => {
            fields.iter().map(|(service, value)| Need { service: service.clone(), until: until(value) }).collect()
        }
        list => names(list).into_iter().map(|service| Need { service, until: Until::Started }).collect(),
    }
}

fn read_ports(name: &str, value: &Value) -> Read<Vec<Port>> {
    let mut ports = Vec::new();
    for port in value["ports"].as_array().into_iter().flatten() {
        match read_port(port) {
            Some(found) => ports.extend(found),
            None => return wrong(format!("services.{name}.ports: invalid port \"{}\"", text(port))),
        }
    }
    Ok(ports)
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
