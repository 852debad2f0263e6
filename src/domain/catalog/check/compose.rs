//! Rules of services: what they name is there, and together they open exactly the ports the recipe speaks of.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{Compose, Recipe, Service},
    Faults, app,
    method::{environment, known_names},
    words,
};

pub fn check(recipe: &Recipe, compose: &Compose, faults: &mut Faults) {
    if compose.services.is_empty() {
        faults.say("methods.compose.services", "there is none");
    }
    for (name, service) in &compose.services {
        let place = format!("methods.compose.services.{name}");
        if !words::is_slug(name) {
            faults.say(&place, "name a service with small letters, digits and `-`");
        }
        if let Some(why) = words::image_fault(&service.image) {
            faults.say(format!("{place}.image"), why);
        }
        environment(recipe, &format!("{place}.environment"), &service.environment, faults);
        texts(recipe, &place, service, faults);
        volumes(recipe, &format!("{place}.volumes"), service, faults);
        odds(&place, service, faults);
        more(&place, service, faults);
        digest(&place, service.digest.as_deref(), faults);
        named_files(compose, &format!("{place}.files"), service, faults);
    }
    files(recipe, compose, faults);
    ports(recipe, compose, faults);
    order(compose, faults);
    used_volumes(recipe, compose, faults);
}

/// Docker fills in every text of the file, and takes also `$NAME` for a variable.
fn texts(recipe: &Recipe, place: &str, service: &Service, faults: &mut Faults) {
    let commands = [&service.command, &service.entrypoint].into_iter().flatten();
    let commands = commands.chain(service.healthcheck.iter().map(|check| &check.test));
    let commands: Vec<_> = commands.flat_map(|words| words.texts()).collect();
    for text in &commands {
        known_names(recipe, place, text, faults);
    }
    for text in commands.into_iter().chain(service.environment.values()) {
        if has_lone_dollar(text) {
            faults.say(place, format!("in `{text}` a dollar stands alone; write `$$`"));
        }
    }
}

fn has_lone_dollar(text: &str) -> bool {
    let without = text.replace("$$", "").replace("${", "");
    without.contains('$')
}

fn volumes(recipe: &Recipe, place: &str, service: &Service, faults: &mut Faults) {
    for volume in &service.volumes {
        let mut parts = volume.split(':');
        let (name, path, mode, rest) = (parts.next().unwrap_or(""), parts.next(), parts.next(), parts.next());
        if !path.is_some_and(words::is_path) || mode.is_some_and(|mode| mode != "ro") || rest.is_some() {
            faults.say(place, format!("write `{volume}` as `name:/path` or `name:/path:ro`"));
        }
        if !recipe.volumes.iter().any(|known| known.name == name) {
            faults.say(place, format!("`{name}` is no volume of the recipe"));
        }
    }
}

fn odds(place: &str, service: &Service, faults: &mut Faults) {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "_-:".contains(c);
    if service.user.as_ref().is_some_and(|user| user.is_empty() || !user.chars().all(may_stand)) {
        faults.say(format!("{place}.user"), "write it as `1000` or `1000:1000`");
    }
    let is_capability = |name: &String| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    if !service.cap_add.iter().all(is_capability) {
        faults.say(format!("{place}.cap-add"), "write capabilities as in `NET_ADMIN`");
    }
    if let Some(check) = &service.healthcheck
        && (check.test.texts().iter().all(String::is_empty) || check.interval == 0 || check.timeout == 0)
    {
        faults.say(format!("{place}.healthcheck"), "it tests something, and its times are at least 1 second");
    }
}

fn more(place: &str, service: &Service, faults: &mut Faults) {
    let is_dns =
        |name: &String| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
    if service.hostname.as_ref().is_some_and(|name| !is_dns(name)) {
        faults.say(format!("{place}.hostname"), "write letters, digits, `-` and `.`");
    }
    for path in service.working_dir.iter().chain(&service.tmpfs).chain(&service.devices) {
        if !words::is_path(path) {
            faults.say(place, format!("`{path}` is no absolute path without `..` and blanks"));
        }
    }
    for device in service.devices.iter().filter(|device| !device.starts_with("/dev/")) {
        faults.say(format!("{place}.devices"), format!("`{device}` does not lie below /dev"));
    }
    for (name, value) in &service.sysctls {
        if !is_dns(&name.replace('_', "-")) || !is_dns(&value.replace(' ', "-")) {
            faults.say(
                format!("{place}.sysctls"),
                format!("write `{name}` as in `net.ipv4.ip_forward` with a plain value"),
            );
        }
    }
    if service.shared_memory == Some(0) || service.stop_grace == Some(0) {
        faults.say(place, "`shared-memory` and `stop-grace` are at least 1");
    }
    if service.host_network && !service.ports.is_empty() {
        faults.say(format!("{place}.ports"), "with `host-network` every port is open already; leave `ports` out");
    }
}

pub fn digest(place: &str, digest: Option<&str>, faults: &mut Faults) {
    let is_sum = |sum: &str| sum.len() == 64 && sum.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    if digest.is_some_and(|digest| !digest.strip_prefix("sha256:").is_some_and(is_sum)) {
        faults.say(format!("{place}.digest"), "write it as `sha256:` and 64 digits of 0-9 and a-f");
    }
}

fn named_files(compose: &Compose, place: &str, service: &Service, faults: &mut Faults) {
    for file in &service.files {
        match file.split_once(':').filter(|(_, path)| words::is_path(path)) {
            None => faults.say(place, format!("write `{file}` as `name:/path`")),
            Some((name, _)) if compose.files.iter().all(|known| known.name != name) => {
                faults.say(place, format!("there is no file `{name}` beside the compose file"));
            }
            Some(_) => {}
        }
    }
}

fn files(recipe: &Recipe, compose: &Compose, faults: &mut Faults) {
    faults.differ("methods.compose.files", compose.files.iter().map(|file| file.name.as_str()));
    for file in &compose.files {
        let place = format!("methods.compose.files.{}", file.name);
        if !words::is_file_name(&file.name) {
            faults.say(&place, "name a file with letters, digits, `.`, `_` and `-`, without folders");
        }
        if !words::is_mode(&file.mode) {
            faults.say(&place, "write its mode as in `0640`");
        }
        let used = compose.services.values().flat_map(|service| &service.files);
        if !used.into_iter().any(|one| one.split_once(':').is_some_and(|(name, _)| name == file.name)) {
            faults.say(&place, "no service uses it");
        }
        known_names(recipe, &place, &file.content, faults);
    }
}

fn ports(recipe: &Recipe, compose: &Compose, faults: &mut Faults) {
    let place = "methods.compose.services";
    let mut opened = BTreeSet::new();
    for text in compose.services.values().flat_map(|service| &service.ports) {
        match published(text) {
            None => faults.say(place, format!("write the port `{text}` as `8080:80` or `53:53/udp`")),
            Some(port) if !opened.insert(port.clone()) => faults.say(place, format!("port {port} is opened twice")),
            Some(_) => {}
        }
    }
    let known: BTreeSet<_> = recipe.ports.iter().map(app::label).collect();
    for port in opened.difference(&known) {
        faults.say(place, format!("port {port} is opened, but is none of the recipe's ports"));
    }
    // What stands in the container's own network opens what it likes.
    let is_closed = compose.services.values().all(|service| !service.host_network);
    for port in known.difference(&opened).filter(|_| is_closed) {
        faults.say(place, format!("no service opens port {port} of the recipe"));
    }
}

/// The guest's side of `8080:80` or `53:53/udp`, in the words of `app::label`.
fn published(text: &str) -> Option<String> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (outer, inner) = ports.split_once(':')?;
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port != 0);
    number(inner)?;
    match protocol {
        "tcp" => Some(number(outer)?.to_string()),
        "udp" => Some(format!("{}/udp", number(outer)?)),
        _ => None,
    }
}

/// Every service can start one day: what it waits for is there and does not wait for it.
fn order(compose: &Compose, faults: &mut Faults) {
    let mut waiting: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, service) in &compose.services {
        for other in service.depends_on.iter().filter(|other| !compose.services.contains_key(*other)) {
            faults.say(format!("methods.compose.services.{name}.depends-on"), format!("there is no service `{other}`"));
        }
        let others = service.depends_on.iter().map(String::as_str);
        waiting.insert(name, others.filter(|other| compose.services.contains_key(*other)).collect());
    }
    while let Some(ready) = waiting.iter().find(|(_, others)| others.is_empty()).map(|(name, _)| *name) {
        waiting.remove(ready);
        waiting.values_mut().for_each(|others| {
            others.remove(ready);
        });
    }
    if !waiting.is_empty() {
        let names: Vec<_> = waiting.into_keys().collect();
        faults.say("methods.compose.services", format!("these wait for each other for ever: {}", names.join(", ")));
    }
}

fn used_volumes(recipe: &Recipe, compose: &Compose, faults: &mut Faults) {
    if recipe.methods.oci.is_some() || recipe.methods.script.is_some() {
        return;
    }
    let used: BTreeSet<_> = compose.services.values().flat_map(|service| &service.volumes).collect();
    let is_used = |name: &str| used.iter().any(|volume| volume.split(':').next() == Some(name));
    for volume in recipe.volumes.iter().filter(|volume| !is_used(&volume.name)) {
        faults.say(format!("volumes.{}", volume.name), "no service uses it");
    }
}
