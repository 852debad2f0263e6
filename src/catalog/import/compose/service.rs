//! One service of the app. What must hold: each key of docker-compose is honoured, known to make no difference, or said.

use std::collections::BTreeMap;

use super::{
    Making, checks, environment, mounts,
    names::{Named, One},
    ports,
};
use crate::{
    catalog::import::{
        notes::{Stop, stop},
        outcome::Reason,
        tree::Tree,
    },
    domain::catalog::{NeedKind, Service, Words, words},
};

pub fn service(one: &One<'_>, named: &Named<'_>, compose: &Tree, making: &mut Making<'_, '_>) -> Result<Service, Stop> {
    let tree = one.tree;
    let (image, digest) = image(one, making)?;
    let host_network = tree.word("network_mode") == Some("host");
    let mut service = Service {
        image,
        digest,
        command: run(one, "command", named, making)?,
        entrypoint: run(one, "entrypoint", named, making)?,
        environment: environment::environment(one, named, making)?,
        ports: Vec::new(),
        volumes: Vec::new(),
        files: Vec::new(),
        depends_on: depends_on(one, named),
        healthcheck: checks::healthcheck(one, named, making)?,
        user: user(one, making)?,
        cap_add: capabilities(one, making),
        hostname: hostname(one, making)?,
        working_dir: tree.word("working_dir").filter(|path| words::is_path(path)).map(str::to_owned),
        tmpfs: tmpfs(one),
        shared_memory: shared_memory(one, making)?,
        sysctls: sysctls(one, making),
        devices: Vec::new(),
        host_network,
        init: tree.says_yes("init"),
        stop_grace: tree.word("stop_grace_period").and_then(checks::seconds).filter(|seconds| *seconds > 0),
    };
    devices(one, &mut service, making);
    mounts::mounts(one, &mut service, making)?;
    checks::configs(one, compose, &mut service, making)?;
    ports::ports(one, host_network, making)?;
    checks::say_left_out(one, making);
    Ok(service)
}

/// With its tag, and what stands behind it.
fn image(one: &One<'_>, making: &mut Making<'_, '_>) -> Result<(String, Option<String>), Stop> {
    let text = one.tree.word("image").unwrap_or_default();
    let filled = match making.settings.plain(text)? {
        Some(filled) => filled,
        // Most often the variable is the version.
        None => match text.split_once(":$") {
            Some((image, _)) if !image.contains('$') => image.to_owned(),
            _ => return stop(Reason::UnknownValue, format!("nothing tells what the image {text} is")),
        },
    };
    let (named, digest) = match filled.split_once('@') {
        Some((named, digest)) => (named, Some(digest.to_owned())),
        None => (filled.as_str(), None),
    };
    let has_tag = named.rsplit('/').next().is_some_and(|last| last.contains(':'));
    let named = if has_tag { named.trim_end_matches(':').to_owned() } else { format!("{named}:latest") };
    if !has_tag {
        making.notes.say(format!("service {}: its image has no version, so the newest one is taken", one.key));
    }
    if let Some(why) = words::image_fault(&named) {
        return stop(Reason::Unsound, format!("service {}: {named}: {why}", one.key));
    }
    Ok((named, digest.filter(|digest| digest.len() == 71 && digest.starts_with("sha256:"))))
}

fn run(one: &One<'_>, key: &str, named: &Named<'_>, making: &mut Making<'_, '_>) -> Result<Option<Words>, Stop> {
    let Some(tree) = one.tree.get(key).filter(|tree| !super::is_empty(tree)) else { return Ok(None) };
    words_of(one, tree, named, making).map(Some)
}

/// A command of a service; what no terminal should see is in no honest one.
pub fn words_of(one: &One<'_>, tree: &Tree, named: &Named<'_>, making: &mut Making<'_, '_>) -> Result<Words, Stop> {
    let mut texts = Vec::new();
    for text in tree.words() {
        if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) {
            return stop(
                Reason::Malformed,
                format!("a command of service {} has characters that cannot be seen", one.key),
            );
        }
        let text = named.hosts.renamed("", text);
        texts.push(making.settings.text(&text)?);
    }
    Ok(match tree {
        Tree::Text(_) => Words::Line(texts.pop().unwrap_or_default()),
        _ => Words::Words(texts),
    })
}

fn depends_on(one: &One<'_>, named: &Named<'_>) -> Vec<String> {
    let names = |key: &str| match one.tree.get(key) {
        Some(Tree::Map(pairs)) => pairs.iter().map(|(name, _)| name.as_str()).collect(),
        Some(tree) => tree.words(),
        None => Vec::new(),
    };
    let links = names("links").into_iter().map(|link| link.split(':').next().unwrap_or(link));
    let mut others: Vec<String> = Vec::new();
    for name in names("depends_on").into_iter().chain(links) {
        if let Some(other) = named.find(name).filter(|other| *other != one.name)
            && others.iter().all(|known| known != other)
        {
            others.push(other.to_owned());
        }
    }
    others
}

fn user(one: &One<'_>, making: &mut Making<'_, '_>) -> Result<Option<String>, Stop> {
    let Some(text) = one.tree.word("user") else { return Ok(None) };
    let user = making
        .settings
        .plain(text)?
        .filter(|user| user.chars().all(|c| c.is_ascii_alphanumeric() || "_-:".contains(c)));
    if user.is_none() {
        making.notes.say(format!("service {}: the user {text} is not known; it runs as its image wants", one.key));
    }
    Ok(user.filter(|user| !user.is_empty()))
}

fn capabilities(one: &One<'_>, making: &mut Making<'_, '_>) -> Vec<String> {
    let mut kept = Vec::new();
    for name in one.tree.get("cap_add").map(Tree::words).unwrap_or_default() {
        let bare = name.trim().to_ascii_uppercase();
        let bare = bare.strip_prefix("CAP_").unwrap_or(&bare).to_owned();
        if bare == "ALL" || bare.is_empty() || !bare.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
            making.notes.say(format!("service {}: the right {name} is not given", one.key));
        } else if !kept.contains(&bare) {
            kept.push(bare);
        }
    }
    kept
}

fn hostname(one: &One<'_>, making: &mut Making<'_, '_>) -> Result<Option<String>, Stop> {
    let name = making.settings.plain(one.tree.word("hostname").unwrap_or_default())?.unwrap_or_default();
    let is_dns = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
    Ok(is_dns.then_some(name))
}

fn tmpfs(one: &One<'_>) -> Vec<String> {
    let paths = one.tree.get("tmpfs").map(Tree::words).unwrap_or_default();
    let mut kept = Vec::new();
    for path in paths.into_iter().map(|path| path.split(':').next().unwrap_or(path).trim_end_matches('/')) {
        if words::is_path(path) && !kept.iter().any(|known| known == path) {
            kept.push(path.to_owned());
        }
    }
    kept
}

fn shared_memory(one: &One<'_>, making: &Making<'_, '_>) -> Result<Option<u32>, Stop> {
    let size = making.settings.plain(one.tree.word("shm_size").unwrap_or_default())?.unwrap_or_default();
    Ok(checks::mebibytes(&size).map(|size| size.clamp(1, 65_536)))
}

fn sysctls(one: &One<'_>, making: &mut Making<'_, '_>) -> BTreeMap<String, String> {
    let pairs: Vec<(&str, &str)> = match one.tree.get("sysctls") {
        Some(Tree::Map(pairs)) => {
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_text().unwrap_or_default())).collect()
        }
        Some(tree) => tree.words().into_iter().filter_map(|text| text.split_once('=')).collect(),
        None => Vec::new(),
    };
    let mut kept = BTreeMap::new();
    for (name, value) in pairs {
        let may_stand = |text: &str, more: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        if may_stand(name, "-._") && may_stand(value, "-. ") && name.starts_with("net.") {
            kept.insert(name.to_owned(), value.to_owned());
        } else {
            making.notes.say(format!("service {}: the machine's setting {name} is not changed", one.key));
        }
    }
    kept
}

fn devices(one: &One<'_>, service: &mut Service, making: &mut Making<'_, '_>) {
    for tree in one.tree.get("devices").map(Tree::items).unwrap_or_default() {
        let text = tree.as_text().or_else(|| tree.word("source")).unwrap_or_default();
        match text.split(':').next().unwrap_or_default() {
            "/dev/net/tun" => mounts::tun(service, making),
            "/dev/fuse" => {
                service.devices.push("/dev/fuse".to_owned());
                making.need(NeedKind::Fuse, "It mounts file systems of its own.");
            }
            device if device.starts_with("/dev/dri") => {
                making.notes.say("the graphics card is not handed in, so it computes pictures and videos by itself");
            }
            device => making.notes.say(format!("service {}: the device {device} is not handed in", one.key)),
        }
    }
    service.devices.dedup();
}
