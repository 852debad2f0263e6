//! Rules of what a recipe says of its app: names, resources, ports, volumes, probe.

use super::{
    super::{Links, Port, Probe, Protocol, Range, Recipe, Volume, What},
    Faults, words,
};

pub fn check(recipe: &Recipe, faults: &mut Faults) {
    names(recipe, faults);
    prose(recipe, faults);
    links(&recipe.links, faults);
    resources(recipe, faults);
    ports(&recipe.ports, faults);
    volumes(&recipe.volumes, faults);
    probe(recipe, &recipe.probe, faults);
}

fn names(recipe: &Recipe, faults: &mut Faults) {
    if recipe.schema != Recipe::SCHEMA {
        faults.say("schema", format!("this Proximity reads schema {}", Recipe::SCHEMA));
    }
    if !words::is_slug(recipe.id.as_str()) {
        faults.say("id", "use small letters, digits and `-`, at most 40");
    }
    if !words::is_plain(&recipe.version) {
        faults.say("version", "use letters, digits and `._+~-`, at most 64");
    }
    if !words::is_slug(&recipe.category) {
        faults.say("category", "use small letters, digits and `-`");
    }
    if let Some(tag) = recipe.tags.iter().find(|tag| !words::is_slug(tag)) {
        faults.say("tags", format!("`{tag}` is no tag; use small letters, digits and `-`"));
    }
    faults.differ("tags", recipe.tags.iter().map(String::as_str));
    if recipe.glyph.is_some_and(|glyph| glyph.is_control() || glyph.is_whitespace()) {
        faults.say("glyph", "nothing would be seen of it");
    }
    if recipe.architectures.is_empty() {
        faults.say("architectures", "name at least one");
    }
}

fn prose(recipe: &Recipe, faults: &mut Faults) {
    for (place, text) in [("name", &recipe.name), ("tagline", &recipe.tagline), ("license", &recipe.license)] {
        if !words::is_line(text) {
            faults.say(place, "write one line of plain text");
        }
    }
    let optional = [("first-login", &recipe.first_login), ("update-notes", &recipe.update_notes)];
    let optional = optional.into_iter().filter_map(|(place, text)| Some((place, text.as_ref()?)));
    for (place, text) in optional.chain([("description", &recipe.description)]) {
        if !words::is_prose(text) {
            faults.say(place, "write plain text");
        }
    }
    for need in recipe.needs.iter().filter(|need| !words::is_line(&need.why)) {
        faults.say("needs", format!("say why it needs {:?}", need.kind).to_lowercase());
    }
}

fn links(links: &Links, faults: &mut Faults) {
    for (place, link) in [("links.home", &links.home), ("links.docs", &links.docs), ("links.source", &links.source)] {
        if link.as_ref().is_some_and(|link| !words::is_link(link)) {
            faults.say(place, "write a whole address that begins with https://");
        }
    }
}

fn resources(recipe: &Recipe, faults: &mut Faults) {
    // Proxmox makes no container with less than 16 MiB.
    let resources = recipe.resources;
    for (place, Range { min, recommended }, least) in [
        ("resources.cores", resources.cores, 1),
        ("resources.memory", resources.memory, 16),
        ("resources.disk", resources.disk, 1),
    ] {
        if min < least {
            faults.say(place, format!("`min` is at least {least}"));
        }
        if recommended < min {
            faults.say(place, "`recommended` is less than `min`");
        }
    }
}

fn ports(ports: &[Port], faults: &mut Faults) {
    faults.differ("ports", ports.iter().map(|port| port.name.as_str()));
    let labels: Vec<_> = ports.iter().map(label).collect();
    faults.differ("ports", labels.iter().map(String::as_str));
    for port in ports {
        let place = format!("ports.{}", port.name);
        if !words::is_slug(&port.name) {
            faults.say(&place, "name a port with small letters, digits and `-`");
        }
        if port.port == 0 {
            faults.say(&place, "there is no port 0");
        }
        if !is_url_path(&port.path) {
            faults.say(&place, "its path begins with `/` and has no blanks");
        }
        if port.scheme.is_some() && port.protocol == Protocol::Udp {
            faults.say(&place, "no browser opens a UDP port; leave `scheme` out");
        }
    }
    let mains = ports.iter().filter(|port| port.main).count();
    if mains != 1 && !ports.is_empty() {
        faults.say("ports", format!("exactly one port is the `main` one, here are {mains}"));
    }
}

/// `8080` or `53/udp`
pub fn label(port: &Port) -> String {
    match port.protocol {
        Protocol::Tcp => port.port.to_string(),
        Protocol::Udp => format!("{}/udp", port.port),
    }
}

fn is_url_path(path: &str) -> bool {
    path.starts_with('/') && !path.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn volumes(volumes: &[Volume], faults: &mut Faults) {
    faults.differ("volumes", volumes.iter().map(|volume| volume.name.as_str()));
    faults.differ("volumes", volumes.iter().map(|volume| volume.path.as_str()));
    for volume in volumes {
        let place = format!("volumes.{}", volume.name);
        if !words::is_slug(&volume.name) {
            faults.say(&place, "name a volume with small letters, digits and `-`");
        }
        if !words::is_path(&volume.path) {
            faults.say(&place, "its path is absolute, without `..`, blanks, `,` and `:`");
        }
        let is_number = |part: &str| part.parse::<u32>().is_ok_and(|number| number.to_string() == part);
        if volume.owner.as_ref().is_some_and(|owner| owner.split(':').count() > 2 || !owner.split(':').all(is_number)) {
            faults.say(&place, "write its owner by number, as in `472` or `472:0`");
        }
        if volume.size == 0 {
            faults.say(&place, "its size is at least 1 GiB");
        }
    }
}

fn probe(recipe: &Recipe, probe: &Probe, faults: &mut Faults) {
    let is_known = |number| recipe.ports.iter().any(|port| port.port == number && port.protocol == Protocol::Tcp);
    if let Some(port) = probe.what.port().filter(|port| !is_known(*port)) {
        faults.say("probe.what", format!("{port} is none of the recipe's TCP ports"));
    }
    match &probe.what {
        What::Http { path, .. } if !is_url_path(path) => {
            faults.say("probe.what", "its path begins with `/` and has no blanks");
        }
        What::Http { status: Some(status), .. } if status.from < 100 || status.to > 599 || status.to < status.from => {
            faults.say("probe.what", "`status` goes from at least 100 to at most 599");
        }
        What::Command { run } if run.first().is_none_or(String::is_empty) => {
            faults.say("probe.what", "name the command to run");
        }
        _ => {}
    }
    if probe.deadline == 0 || probe.interval == 0 {
        faults.say("probe", "`deadline` and `interval` are at least 1 second");
    }
}
