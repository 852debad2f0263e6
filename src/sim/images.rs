//! The images that the registries of the simulated world hold.

/// A repository and what its images say; the newest tag is the first.
pub struct Repository {
    pub name: &'static str,
    pub tags: &'static [&'static str],
    pub entrypoint: &'static [&'static str],
    pub env: &'static [&'static str],
    pub user: &'static str,
    pub workdir: &'static str,
    pub volumes: &'static [&'static str],
    pub ports: &'static [u16],
    pub system: &'static str,
    /// MiB
    pub size: u64,
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

pub const REPOSITORIES: &[Repository] = &[
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
    Repository {
        name: "docker.io/wolfi/feeds",
        tags: &["2.1"],
        entrypoint: &["/usr/bin/feeds"],
        ports: &[8080],
        // Proxmox does not know this one.
        system: "wolfi",
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
