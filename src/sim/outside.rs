//! What nodes find outside their own walls: files behind URLs, and images in registries. A file's contents are, as far
//! as its checksum goes, its URL.

use std::sync::Arc;

use super::{
    hash::{between, mix},
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

/// A repository and what its images say; the newest tag is the first.
struct Repository {
    name: &'static str,
    tags: &'static [&'static str],
    entrypoint: &'static [&'static str],
    env: &'static [&'static str],
    user: &'static str,
    workdir: &'static str,
    volumes: &'static [&'static str],
    ports: &'static [u16],
    system: &'static str,
    /// MiB
    size: u64,
}

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const PLAIN: Repository = Repository {
    name: "",
    tags: &["latest"],
    entrypoint: &["/bin/sh"],
    env: &[PATH],
    user: "",
    workdir: "/",
    volumes: &[],
    ports: &[],
    system: "debian",
    size: 60,
};

const REPOSITORIES: &[Repository] = &[
    Repository {
        name: "docker.io/library/alpine",
        tags: &["latest", "3.22", "3.21", "3.20"],
        system: "alpine",
        size: 4,
        ..PLAIN
    },
    Repository {
        name: "docker.io/library/debian",
        tags: &["latest", "trixie", "bookworm"],
        entrypoint: &["bash"],
        size: 48,
        ..PLAIN
    },
    Repository {
        name: "docker.io/library/nginx",
        tags: &["latest", "1.29", "1.28", "1.27", "1.27-alpine"],
        entrypoint: &["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"],
        env: &[PATH, "NGINX_VERSION=1.29.3", "PKG_RELEASE=1~trixie"],
        ports: &[80],
        size: 72,
        ..PLAIN
    },
    Repository {
        name: "docker.io/library/caddy",
        tags: &["latest", "2.10", "2.10-alpine", "2"],
        entrypoint: &["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
        env: &[PATH, "XDG_CONFIG_HOME=/config", "XDG_DATA_HOME=/data"],
        workdir: "/srv",
        volumes: &["/config", "/data"],
        ports: &[80, 443, 2019],
        system: "alpine",
        size: 22,
        ..PLAIN
    },
    Repository {
        name: "docker.io/library/redis",
        tags: &["latest", "8.2", "8", "7.4"],
        entrypoint: &["docker-entrypoint.sh", "redis-server"],
        env: &[PATH, "REDIS_DOWNLOAD_URL="],
        workdir: "/data",
        volumes: &["/data"],
        ports: &[6379],
        size: 50,
        ..PLAIN
    },
    Repository {
        name: "docker.io/library/postgres",
        tags: &["latest", "18", "17", "16", "16-alpine"],
        entrypoint: &["docker-entrypoint.sh", "postgres"],
        env: &[PATH, "LANG=en_US.utf8", "PG_MAJOR=18", "PGDATA=/var/lib/postgresql/18/docker"],
        volumes: &["/var/lib/postgresql"],
        ports: &[5432],
        size: 158,
        ..PLAIN
    },
    Repository {
        name: "docker.io/library/eclipse-mosquitto",
        tags: &["latest", "2.0.22", "2"],
        entrypoint: &["/docker-entrypoint.sh", "/usr/sbin/mosquitto", "-c", "/mosquitto/config/mosquitto.conf"],
        volumes: &["/mosquitto/data", "/mosquitto/log"],
        ports: &[1883],
        system: "alpine",
        size: 8,
        ..PLAIN
    },
    Repository {
        name: "docker.io/vaultwarden/server",
        tags: &["latest", "1.34.3", "1.32.5", "latest-alpine"],
        entrypoint: &["/start.sh"],
        env: &[PATH, "ROCKET_PROFILE=release", "ROCKET_ADDRESS=0.0.0.0", "ROCKET_PORT=80"],
        volumes: &["/data"],
        ports: &[80],
        size: 86,
        ..PLAIN
    },
    Repository {
        name: "docker.io/grafana/grafana",
        tags: &["latest", "12.2.1", "11.3.0"],
        entrypoint: &["/run.sh"],
        env: &[PATH, "GF_PATHS_DATA=/var/lib/grafana", "GF_PATHS_HOME=/usr/share/grafana"],
        user: "472",
        workdir: "/usr/share/grafana",
        ports: &[3000],
        system: "alpine",
        size: 196,
        ..PLAIN
    },
    Repository {
        name: "docker.io/itzg/minecraft-server",
        tags: &["latest", "java21", "java17"],
        entrypoint: &["/image/scripts/start"],
        env: &[PATH, "TYPE=VANILLA", "VERSION=LATEST", "EULA="],
        workdir: "/data",
        volumes: &["/data"],
        ports: &[25565],
        system: "ubuntu",
        size: 310,
        ..PLAIN
    },
    Repository {
        name: "ghcr.io/home-assistant/home-assistant",
        tags: &["stable", "2026.11.2", "2026.11"],
        entrypoint: &["/init"],
        env: &[PATH, "LANG=C.UTF-8", "UV_SYSTEM_PYTHON=true"],
        workdir: "/config",
        volumes: &["/config"],
        ports: &[8123],
        system: "alpine",
        size: 560,
        ..PLAIN
    },
    Repository {
        name: "docker.io/louislam/uptime-kuma",
        tags: &["2", "1", "1.23.15"],
        entrypoint: &["/usr/bin/dumb-init", "--", "node", "server/server.js"],
        env: &[PATH, "NODE_VERSION=20.19.5"],
        workdir: "/app",
        volumes: &["/app/data"],
        ports: &[3001],
        size: 170,
        ..PLAIN
    },
    // It says nothing of its system: nobody can tell what to set up in it.
    Repository {
        name: "ghcr.io/example/distroless",
        tags: &["1.0", "latest"],
        entrypoint: &["/app"],
        user: "65532:65532",
        ports: &[8080],
        system: "",
        size: 12,
        ..PLAIN
    },
];

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
    REPOSITORIES.iter().find(|known| known.name == name)
}

/// The tags of a repository, if there is one.
pub fn tags(name: &str) -> Option<&'static [&'static str]> {
    repository(name).map(|known| known.tags)
}

/// The image behind `host/repository:tag` and its size; or why there is none, as the one who asked for it is told.
pub fn pull(reference: &str) -> Result<(Arc<Image>, u64), String> {
    let (name, tag) = reference.rsplit_once(':').unwrap_or((reference, "latest"));
    let whole = whole_name(name);
    let Some(known) = repository(name) else {
        let host = whole.split('/').next().unwrap_or_default();
        let is_known = REPOSITORIES.iter().any(|known| known.name.split('/').next() == Some(host));
        return Err(match is_known {
            true => format!("reading manifest {tag} in {whole}: requested access to the resource is denied"),
            false => format!(
                "pinging container registry {host}: Get \\\"https://{host}/v2/\\\": dial tcp: lookup {} on 127.77.0.1:53: no such host",
                host.split(':').next().unwrap_or_default()
            ),
        });
    };
    if !known.tags.contains(&tag) {
        return Err(format!("reading manifest {tag} in {whole}: manifest unknown"));
    }
    let texts = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    let system = if tag.contains("alpine") { "alpine" } else { known.system };
    let image = Image {
        reference: format!("{whole}:{tag}"),
        entrypoint: texts(known.entrypoint),
        env: texts(known.env),
        user: known.user.to_owned(),
        workdir: known.workdir.to_owned(),
        volumes: texts(known.volumes),
        ports: known.ports.to_vec(),
        system: system.to_owned(),
    };
    Ok((Arc::new(image), known.size * MIB + number_of(reference) % MIB))
}
