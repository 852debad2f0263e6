//! What nodes find outside their own walls: files behind URLs, and images in registries. A file's contents are, as far
//! as its checksum goes, its URL.

use std::sync::Arc;

use super::{
    hash::{between, mix},
    images::{Repository, repositories},
    sum::sum_of,
    world::storage::Image,
};

/// A file behind a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub size: u64,
    pub mime: &'static str,
    /// What the server calls it.
    pub name: String,
}

/// Why there is no file behind a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nobody knows the host.
    Host,
    /// The host knows no such file.
    File,
}

/// Hosts that no name server knows end with one of these.
const NOWHERE: &[&str] = &[".invalid", ".nowhere", ".test"];
const MIB: u64 = 1 << 20;

pub fn number_of(text: &str) -> u64 {
    text.bytes().fold(0, |sum, byte| mix(sum, u64::from(byte)))
}

/// The host of a URL, without its port.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?']).next().unwrap_or_default()
}

/// What is behind a URL. A path with `missing` in it names nothing.
pub fn fetch(url: &str) -> Result<Found, Missing> {
    let host = host_of(url);
    if host.is_empty() || NOWHERE.iter().any(|end| host.ends_with(end)) {
        return Err(Missing::Host);
    }
    let name = url.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    if name.is_empty() || url.contains("missing") {
        return Err(Missing::File);
    }
    let mime = match name.rsplit('.').next().unwrap_or_default() {
        "iso" => "application/x-iso9660-image",
        "xz" => "application/x-xz",
        "gz" => "application/gzip",
        _ => "application/octet-stream",
    };
    let size = between(number_of(url), 1, 24, 180) * MIB + between(number_of(url), 2, 0, MIB);
    Ok(Found { size, mime, name: name.to_owned() })
}

/// The checksum of the file behind a URL.
pub fn sum_of_url(algorithm: &str, url: &str) -> Option<String> {
    sum_of(algorithm, url)
}

/// A name with the host and folder that are meant when none are given.
pub fn whole_name(name: &str) -> String {
    match name.split_once('/') {
        None => format!("docker.io/library/{name}"),
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => name.to_owned(),
        Some(_) => format!("docker.io/{name}"),
    }
}

fn repository(name: &str) -> Option<&'static Repository> {
    let name = whole_name(name);
    repositories().iter().find(|known| known.name == name)
}

/// What is known of the image behind `repository:tag`.
pub fn known(reference: &str) -> Option<&'static Repository> {
    let plain = reference.split('@').next().unwrap_or(reference);
    repository(match plain.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => plain,
    })
}

/// The tags of a repository, if there is one.
pub fn tags(name: &str) -> Option<&'static [String]> {
    repository(name).map(|known| known.tags.as_slice())
}

/// Registries that are out there, beside those of the table.
const REGISTRIES: &[&str] = &[
    "docker.io",
    "ghcr.io",
    "quay.io",
    "lscr.io",
    "gcr.io",
    "mcr.microsoft.com",
    "registry.gitlab.com",
    "codeberg.org",
    "docker.n8n.io",
];

/// The bytes of an image that Docker asks for; or why there is none, in the words of its daemon. Beside the images of
/// the table there is every other one with a proper name.
pub fn ask_registry(whole: &str) -> Result<u64, String> {
    let (name, tag) = whole.rsplit_once(':').unwrap_or((whole, "latest"));
    let (host, rest) = name.split_once('/').unwrap_or((name, ""));
    let is_proper =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    if !is_proper(rest) || !is_proper(tag) || rest.chars().any(|c| c.is_ascii_uppercase()) {
        return Err("invalid reference format".into());
    }
    if !REGISTRIES.contains(&host) {
        let plain = host.split(':').next().unwrap_or_default();
        return Err(format!("Get \"https://{host}/v2/\": dial tcp: lookup {plain} on 127.77.0.1:53: no such host"));
    }
    match repository(name) {
        Some(known) if !known.tags.iter().any(|there| there == tag) => {
            let short = name.strip_prefix("docker.io/").unwrap_or(name);
            let short = short.strip_prefix("library/").unwrap_or(short);
            Err(format!("manifest for {short}:{tag} not found: manifest unknown: manifest unknown"))
        }
        Some(known) => Ok(known.size * MIB),
        None if rest.contains("missing") => Err(format!(
            "pull access denied for {rest}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"
        )),
        None => Ok(between(number_of(name), 3, 20, 260) * MIB),
    }
}

/// The image behind `host/repository:tag` and its size; or why there is none, as the one who asked for it is told.
pub fn pull(reference: &str) -> Result<(Arc<Image>, u64), String> {
    let (name, tag) = reference.rsplit_once(':').unwrap_or((reference, "latest"));
    let whole = whole_name(name);
    let Some(known) = repository(name) else {
        let host = whole.split('/').next().unwrap_or_default();
        let is_known = repositories().iter().any(|known| known.name.split('/').next() == Some(host));
        return Err(match is_known {
            true => format!("reading manifest {tag} in {whole}: requested access to the resource is denied"),
            false => format!(
                "pinging container registry {host}: Get \\\"https://{host}/v2/\\\": dial tcp: lookup {} on 127.77.0.1:53: no such host",
                host.split(':').next().unwrap_or_default()
            ),
        });
    };
    if !known.tags.iter().any(|there| there == tag) {
        return Err(format!("reading manifest {tag} in {whole}: manifest unknown"));
    }
    let system = if tag.contains("alpine") { "alpine" } else { &known.system };
    let image = Image {
        reference: format!("{whole}:{tag}"),
        entrypoint: known.entrypoint.clone(),
        env: known.environment(),
        user: known.user.clone(),
        workdir: known.workdir.clone(),
        volumes: known.volumes.clone(),
        ports: known.ports.clone(),
        system: system.to_owned(),
    };
    Ok((Arc::new(image), known.size * MIB + number_of(reference) % MIB))
}
