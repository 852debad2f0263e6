//! The packages that a Debian guest can get: a table with what each brings. The versions are those of Debian 13.

use super::{more_packages::MORE, shelf::SHELVES};

pub struct Package {
    pub name: &'static str,
    pub version: &'static str,
    /// Comes with it, always.
    pub needs: &'static [&'static str],
    /// Comes with it unless that is not wanted.
    pub recommends: &'static [&'static str],
    /// Whole paths of what can be run.
    pub commands: &'static [&'static str],
    pub services: &'static [Service],
    /// Configuration, with its first text; a folder where the path ends with `/`.
    pub files: &'static [(&'static str, &'static str)],
    /// The user it runs as, made when it is set up.
    pub user: &'static str,
    /// KiB of its archive.
    pub size: u64,
    pub about: &'static str,
}

/// What runs by itself once its package is there.
pub struct Service {
    pub name: &'static str,
    pub about: &'static str,
    /// As `ps` shows it.
    pub process: &'static str,
}

/// Services that do not begin when their package is set up: somebody has to switch them on.
pub const RESTING: &[&str] = &["icecast2", "mpd", "radicale"];

pub const PLAIN: Package = Package {
    name: "",
    version: "",
    needs: &[],
    recommends: &[],
    commands: &[],
    services: &[],
    files: &[],
    user: "",
    size: 120,
    about: "",
};

const DOCKER: &str = "26.1.5+dfsg1-9+b9";

/// Those that containers and apps are made of.
const APPS: &[Package] = &[
    Package {
        name: "docker.io",
        version: DOCKER,
        needs: &["containerd", "runc", "iptables"],
        recommends: &["apparmor", "ca-certificates", "docker-cli", "git"],
        commands: &["/usr/sbin/dockerd"],
        services: &[Service {
            name: "docker",
            about: "Docker Application Container Engine",
            process: "/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock",
        }],
        size: 24_100,
        about: "Linux container runtime",
        ..PLAIN
    },
    Package {
        name: "docker-cli",
        version: DOCKER,
        commands: &["/usr/bin/docker"],
        size: 7_730,
        about: "Linux container runtime -- client",
        ..PLAIN
    },
    Package {
        name: "docker-compose",
        version: "2.26.1-4",
        commands: &["/usr/bin/docker-compose"],
        size: 12_300,
        about: "define and run multi-container Docker applications with YAML",
        ..PLAIN
    },
    Package {
        name: "containerd",
        version: "1.7.24~ds1-6+b4",
        needs: &["runc"],
        commands: &["/usr/bin/containerd"],
        services: &[Service {
            name: "containerd",
            about: "containerd container runtime",
            process: "/usr/bin/containerd",
        }],
        size: 24_900,
        about: "open and reliable container runtime",
        ..PLAIN
    },
    Package {
        name: "runc",
        version: "1.1.15+ds1-2+b4",
        commands: &["/usr/sbin/runc"],
        size: 3_020,
        about: "Open Container Project - runtime",
        ..PLAIN
    },
    Package {
        name: "apparmor",
        version: "4.1.0-1",
        commands: &["/usr/sbin/apparmor_parser"],
        size: 716,
        about: "user-space parser utility for AppArmor",
        ..PLAIN
    },
    Package {
        name: "mosquitto",
        version: "2.0.21-1",
        commands: &["/usr/sbin/mosquitto", "/usr/bin/mosquitto_passwd"],
        services: &[Service {
            name: "mosquitto",
            about: "Mosquitto MQTT Broker",
            process: "/usr/sbin/mosquitto -c /etc/mosquitto/mosquitto.conf",
        }],
        files: &[
            ("/etc/mosquitto/mosquitto.conf", MOSQUITTO),
            (
                "/etc/mosquitto/conf.d/README",
                "Any files placed in this directory that have a .conf ending will be loaded as config files by the broker.\n",
            ),
        ],
        user: "mosquitto",
        size: 276,
        about: "MQTT version 5.0/3.1.1/3.1 compatible message broker",
        ..PLAIN
    },
    Package {
        name: "mosquitto-clients",
        version: "2.0.21-1",
        commands: &["/usr/bin/mosquitto_pub", "/usr/bin/mosquitto_sub"],
        size: 128,
        about: "Mosquitto command line MQTT clients",
        ..PLAIN
    },
    Package {
        name: "nginx",
        version: "1.26.3-3+deb13u1",
        needs: &["nginx-common"],
        commands: &["/usr/sbin/nginx"],
        services: &[Service {
            name: "nginx",
            about: "A high performance web server and a reverse proxy server",
            process: "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;",
        }],
        size: 606,
        about: "small, powerful, scalable web/proxy server",
        ..PLAIN
    },
    Package {
        name: "nginx-common",
        version: "1.26.3-3+deb13u1",
        files: &[
            (
                "/etc/nginx/nginx.conf",
                "user www-data;\nworker_processes auto;\nhttp {\n\tinclude /etc/nginx/conf.d/*.conf;\n\tinclude /etc/nginx/sites-enabled/*;\n}\n",
            ),
            ("/etc/nginx/sites-enabled/default", "server {\n\tlisten 80 default_server;\n\troot /var/www/html;\n}\n"),
            (
                "/var/www/html/index.nginx-debian.html",
                "<!DOCTYPE html>\n<title>Welcome to nginx!</title>\n<h1>Welcome to nginx!</h1>\n",
            ),
        ],
        size: 112,
        about: "small, powerful, scalable web/proxy server - common files",
        ..PLAIN
    },
    Package {
        name: "redis-server",
        version: "5:8.0.2-3",
        needs: &["redis-tools"],
        commands: &["/usr/bin/redis-server"],
        services: &[Service {
            name: "redis-server",
            about: "Advanced key-value store",
            process: "/usr/bin/redis-server 127.0.0.1:6379",
        }],
        files: &[("/etc/redis/redis.conf", "bind 127.0.0.1 -::1\nprotected-mode yes\nport 6379\ndir /var/lib/redis\n")],
        user: "redis",
        size: 64,
        about: "Persistent key-value database with network interface",
        ..PLAIN
    },
    Package {
        name: "postgresql",
        version: "17+278",
        needs: &["postgresql-17"],
        size: 14,
        about: "object-relational SQL database (supported version)",
        ..PLAIN
    },
    Package {
        name: "postgresql-17",
        version: "17.6-0+deb13u1",
        needs: &["postgresql-client-17"],
        services: &[Service {
            name: "postgresql",
            about: "PostgreSQL RDBMS",
            process: "/usr/lib/postgresql/17/bin/postgres -D /var/lib/postgresql/17/main",
        }],
        files: &[("/etc/postgresql/17/main/postgresql.conf", "#listen_addresses = 'localhost'\nport = 5432\n")],
        user: "postgres",
        size: 16_900,
        about: "The World's Most Advanced Open Source Relational Database",
        ..PLAIN
    },
];

const MOSQUITTO: &str = "# Place your local configuration in /etc/mosquitto/conf.d/\n\npersistence true\n\
persistence_location /var/lib/mosquitto/\n\nlog_dest file /var/log/mosquitto/mosquitto.log\n\n\
include_dir /etc/mosquitto/conf.d\n";

pub fn all() -> impl Iterator<Item = &'static Package> {
    APPS.iter().chain(MORE).chain(SHELVES.iter().copied().flatten())
}

pub fn known(name: &str) -> Option<&'static Package> {
    all().find(|package| package.name == name)
}

/// These packages with all they need, and with what they recommend where that is wanted; each after what it needs.
pub fn with_needs(names: &[&'static Package], also: Also) -> Vec<&'static Package> {
    let mut found = Vec::new();
    names.iter().for_each(|package| gather(package, also, &mut found));
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Also {
    Needed,
    Recommended,
}

fn gather(package: &'static Package, also: Also, found: &mut Vec<&'static Package>) {
    if found.iter().any(|one| one.name == package.name) {
        return;
    }
    let recommends = if also == Also::Recommended { package.recommends } else { &[] };
    for other in package.needs.iter().chain(recommends).filter_map(|name| known(name)) {
        gather(other, also, found);
    }
    if found.iter().all(|one| one.name != package.name) {
        found.push(package);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_package_names_is_in_the_table_once() {
        for package in all() {
            assert!(!package.version.is_empty() && !package.about.is_empty(), "{}", package.name);
            assert_eq!(all().filter(|one| one.name == package.name).count(), 1, "{}", package.name);
            for other in package.needs.iter().chain(package.recommends) {
                assert!(known(other).is_some(), "{} names {other}", package.name);
            }
        }
    }
}
