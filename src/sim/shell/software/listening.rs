//! Where what runs in a guest listens: read from its configuration at the moment it starts, so that a change is felt
//! when it is started again and not before.

use super::{
    caddyfile::{self, Pass},
    doors,
    reading::{Form, Source, read},
    units::Unit,
};
use crate::sim::shell::files::Files;

/// Who can reach a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only the guest itself.
    Inside,
    Everybody,
}

/// How somebody is answered who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speech {
    Page,
    /// A page that says 503.
    Unwell,
    /// Something that is no HTTP.
    Other,
    /// Docker holds the port open, and nothing inside listens: whoever comes from outside is turned away.
    Nobody,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    pub port: u16,
    pub reach: Reach,
    pub speech: Speech,
    /// What listens.
    pub name: String,
    /// To whom it passes visitors on, if it does.
    pub passes: Vec<Pass>,
}

/// Ports behind which nobody speaks HTTP.
const OTHERS: [u16; 27] = [
    21, 22, 25, 53, 139, 143, 445, 873, 1704, 1705, 1883, 3306, 3478, 4222, 4242, 5222, 5269, 5432, 5672, 6379, 6600,
    6667, 8883, 9050, 25565, 27017, 64738,
];

/// How what listens at a port inside speaks.
pub fn speech_at(port: u16) -> Speech {
    if OTHERS.contains(&port) { Speech::Other } else { Speech::Page }
}

impl Listener {
    pub fn new(port: u16, reach: Reach, name: &str) -> Self {
        Self { port, reach, speech: speech_at(port), name: name.to_owned(), passes: Vec::new() }
    }

    pub fn fall_ill(&mut self) {
        if self.speech == Speech::Page {
            self.speech = Speech::Unwell;
        }
    }
}

/// Where a unit will listen, or why it cannot start.
pub fn listeners(files: &Files, unit: &Unit) -> Result<Vec<Listener>, String> {
    let found = match unit.name.as_str() {
        "mosquitto" => mosquitto(files)?,
        "nginx" => nginx(files)?,
        "redis-server" => redis(files),
        "postgresql" => postgresql(files),
        "docker" => docker(files)?,
        "caddy" => caddy(files)?,
        name if unit.is_of_package() => doors::places(files, name).unwrap_or_default(),
        _ => written(unit),
    };
    let mut found: Vec<Listener> =
        found.into_iter().map(|(port, reach)| Listener::new(port, reach, &unit.name)).collect();
    if unit.name == "caddy" {
        let text = files.text(CADDYFILE).unwrap_or_default();
        found.iter_mut().for_each(|listener| listener.passes = caddyfile::passes(&text, listener.port));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

pub type Places = Vec<(u16, Reach)>;

fn is_own(address: &str) -> bool {
    matches!(address, "localhost" | "::1" | "[::1]" | "lo") || address.starts_with("127.")
}

pub fn reach(address: &str) -> Reach {
    if is_own(address) { Reach::Inside } else { Reach::Everybody }
}

/// The lines of these files that say something, with the words of each.
fn words(files: &Files, paths: &[String]) -> Vec<Vec<String>> {
    let text: String = paths.iter().filter_map(|path| files.text(path)).map(|text| text + "\n").collect();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().map(|word| word.trim_end_matches(';').to_owned()).collect()).collect()
}

/// A file and those in a folder that end so.
fn with_folder(files: &Files, file: &str, folder: &str, end: &str) -> Vec<String> {
    let more = files.list(folder).into_iter().filter(|name| name.ends_with(end));
    [file.to_owned()].into_iter().chain(more.map(|name| format!("{folder}/{name}"))).collect()
}

fn mosquitto(files: &Files) -> Result<Places, String> {
    let lines = words(files, &with_folder(files, "/etc/mosquitto/mosquitto.conf", "/etc/mosquitto/conf.d", ".conf"));
    let mut places = Places::new();
    for line in &lines {
        match line.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["listener", port, ref more @ ..] => {
                let port = port.parse().map_err(|_| format!("Error: Invalid port value ({port})."))?;
                places.push((port, more.first().map_or(Reach::Everybody, |address| reach(address))));
            }
            ["listener"] => return Err("Error: Empty listener value in configuration.".into()),
            ["password_file" | "acl_file" | "certfile" | "keyfile" | "cafile", path] if !files.has(path) => {
                return Err(format!("Error: Unable to open {} \"{path}\".", line[0].replace("_file", " file")));
            }
            _ => {}
        }
    }
    if places.is_empty() {
        places.push((1883, Reach::Inside));
    }
    Ok(places)
}

fn nginx(files: &Files) -> Result<Places, String> {
    let mut paths = with_folder(files, "/etc/nginx/nginx.conf", "/etc/nginx/conf.d", ".conf");
    paths.extend(with_folder(files, "", "/etc/nginx/sites-enabled", "").into_iter().skip(1));
    for path in &paths {
        let text = files.text(path).unwrap_or_default();
        if text.matches('{').count() != text.matches('}').count() {
            return Err(format!("nginx: [emerg] unexpected end of file, expecting \"}}\" in {path}"));
        }
    }
    let place = |text: &str| match text.rsplit_once(':') {
        Some((address, port)) => Some((port.parse().ok()?, reach(address))),
        None => Some((text.parse().ok()?, Reach::Everybody)),
    };
    let lines = words(files, &paths);
    let listens = lines.iter().filter_map(|line| {
        let at = line.iter().position(|word| word == "listen")?;
        place(line.get(at + 1)?)
    });
    Ok(listens.collect())
}

fn redis(files: &Files) -> Places {
    let lines = words(files, &["/etc/redis/redis.conf".to_owned()]);
    let last = |key: &str| lines.iter().rev().find(|line| line[0] == key);
    let port = last("port").and_then(|line| line.get(1)?.parse().ok()).unwrap_or(6379);
    let is_open = last("bind").is_none_or(|line| line[1..].iter().any(|at| !is_own(at.trim_start_matches('-'))));
    vec![(port, if is_open { Reach::Everybody } else { Reach::Inside })]
}

fn postgresql(files: &Files) -> Places {
    let folder = "/etc/postgresql/17/main";
    let paths = with_folder(files, &format!("{folder}/postgresql.conf"), &format!("{folder}/conf.d"), ".conf");
    let text = words(files, &paths).iter().map(|line| line.join(" ") + "\n").collect::<String>();
    let value = |key: &str| {
        let lines = text.lines().rev().filter_map(|line| line.split_once('='));
        lines.filter(|(one, _)| one.trim() == key).map(|(_, value)| value.trim().trim_matches('\'').to_owned()).next()
    };
    let port = value("port").and_then(|port| port.parse().ok()).unwrap_or(5432);
    let is_open = value("listen_addresses").is_some_and(|list| list.split(',').any(|one| !is_own(one.trim())));
    vec![(port, if is_open { Reach::Everybody } else { Reach::Inside })]
}

/// Each block outside of all others is a site: a name has a certificate and is reached by both ports.
fn caddy(files: &Files) -> Result<Places, String> {
    caddyfile::read(&files.text(CADDYFILE).unwrap_or_default())
        .map_err(|(line, why)| format!("Error: adapting config using caddyfile: {CADDYFILE}:{line}: {why}"))?;
    let source = Source { files: &[CADDYFILE], form: Form::Words, includes: &["import"] };
    let lines = read(files, &source);
    let is_asked = !lines.iter().any(|said| said.key == "admin" && said.value == "off");
    let own = is_asked.then_some((2019, Reach::Inside));
    let sites = lines.into_iter().filter(|said| said.section.is_empty() && said.key == "{");
    let addresses: Vec<String> =
        sites.flat_map(|site| site.value.split([' ', ',']).map(str::to_owned).collect::<Vec<_>>()).collect();
    let sites = addresses.iter().filter(|address| !address.is_empty()).flat_map(|address| ports_of_site(address));
    Ok(own.into_iter().chain(sites).collect())
}

const CADDYFILE: &str = "/etc/caddy/Caddyfile";

fn ports_of_site(address: &str) -> Places {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    match rest.rsplit_once(':') {
        Some((_, port)) => port.parse().map(|port| vec![(port, Reach::Everybody)]).unwrap_or_default(),
        None if scheme == "http" => vec![(80, Reach::Everybody)],
        None => vec![(80, Reach::Everybody), (443, Reach::Everybody)],
    }
}

fn docker(files: &Files) -> Result<Places, String> {
    let text = files.text("/etc/docker/daemon.json").filter(|text| !text.trim().is_empty());
    match text.map(|text| serde_json::from_str::<serde_json::Value>(&text)) {
        Some(Err(why)) => Err(format!(
            "unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives don't match: {why}"
        )),
        _ => Ok(Places::new()),
    }
}

/// Where something listens that nobody knows: at the port its unit names.
fn written(unit: &Unit) -> Places {
    let line = unit.start.join(" ");
    let words: Vec<&str> = line.split([' ', '=']).collect();
    let named = words.windows(2).find(|pair| {
        matches!(
            pair[0],
            "--port"
                | "-p"
                | "--listen"
                | "--bind"
                | "--gui-address"
                | "--addr"
                | "--address"
                | "-addr"
                | "-port"
                | "http.server"
        )
    });
    let by_words = named.map(|pair| pair[1].to_owned());
    let by_environment = unit.environment.iter().find(|(name, _)| name == "PORT" || name.ends_with("_PORT"));
    let Some(text) = by_words.or_else(|| by_environment.map(|(_, value)| value.clone())) else { return Places::new() };
    let (address, port) = text.rsplit_once(':').unwrap_or(("", &text));
    port.parse().map(|port| vec![(port, reach(address))]).unwrap_or_default()
}
