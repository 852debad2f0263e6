//! Packages that are there from the beginning, and small ones that others or a script want.

use super::packages::{PLAIN, Package, Service};

/// What a fresh guest has, with the version it was made with where that is an older one.
pub const BASE: &[(&str, Option<&str>)] = &[
    ("adduser", None),
    ("apt", None),
    ("base-files", Some("13.8")),
    ("bash", None),
    ("coreutils", None),
    ("cron", None),
    ("dash", None),
    ("dbus", None),
    ("debconf", None),
    ("dpkg", None),
    ("iproute2", None),
    ("libc6", None),
    ("openssh-server", None),
    ("passwd", None),
    ("perl-base", None),
    ("systemd", None),
    ("tzdata", Some("2025b-4")),
    ("util-linux", None),
];

const fn plain(name: &'static str, version: &'static str, size: u64, about: &'static str) -> Package {
    Package { name, version, size, about, ..PLAIN }
}

const fn tool(
    name: &'static str,
    version: &'static str,
    commands: &'static [&'static str],
    size: u64,
    about: &'static str,
) -> Package {
    Package { name, version, commands, size, about, ..PLAIN }
}

pub const MORE: &[Package] = &[
    plain("adduser", "3.152", 191, "add and remove users and groups"),
    plain("apt", "3.0.3", 1_460, "commandline package manager"),
    plain("base-files", "13.8+deb13u1", 73, "Debian base system miscellaneous files"),
    plain("bash", "5.2.37-2+b5", 1_500, "GNU Bourne Again SHell"),
    plain("coreutils", "9.7-3", 3_030, "GNU core utilities"),
    Package {
        services: &[Service {
            name: "cron",
            about: "Regular background program processing daemon",
            process: "/usr/sbin/cron -f",
        }],
        ..plain("cron", "3.0pl1-197", 86, "process scheduling daemon")
    },
    plain("dash", "0.5.12-12", 98, "POSIX-compliant shell"),
    Package {
        services: &[Service {
            name: "dbus",
            about: "D-Bus System Message Bus",
            process: "/usr/bin/dbus-daemon --system",
        }],
        ..plain("dbus", "1.16.2-2", 71, "simple interprocess messaging system")
    },
    plain("debconf", "1.5.91", 122, "Debian configuration management system"),
    plain("dpkg", "1.22.21", 1_540, "Debian package management system"),
    plain("iproute2", "6.15.0-1", 1_090, "networking and traffic control tools"),
    plain("libc6", "2.41-12", 2_850, "GNU C Library: Shared libraries"),
    Package {
        services: &[Service {
            name: "ssh",
            about: "OpenBSD Secure Shell server",
            process: "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups",
        }],
        ..plain("openssh-server", "1:10.0p1-7", 593, "secure shell (SSH) server")
    },
    plain("passwd", "1:4.17.4-2", 1_270, "change and administer password and group data"),
    plain("perl-base", "5.40.1-6", 1_670, "minimal Perl system"),
    plain("systemd", "257.8-1~deb13u2", 3_110, "system and service manager"),
    plain("tzdata", "2025b-4+deb13u1", 260, "time zone and daylight-saving time data"),
    plain("util-linux", "2.41-5", 1_240, "miscellaneous system utilities"),
    Package { needs: &["openssl"], ..plain("ca-certificates", "20250419", 162, "Common CA certificates") },
    tool(
        "openssl",
        "3.5.1-1+deb13u1",
        &["/usr/bin/openssl"],
        1_500,
        "Secure Sockets Layer toolkit - cryptographic utility",
    ),
    Package {
        needs: &["libcurl4t64"],
        ..tool("curl", "8.14.1-2", &["/usr/bin/curl"], 269, "command line tool for transferring data with URL syntax")
    },
    plain("libcurl4t64", "8.14.1-2", 391, "easy-to-use client-side URL transfer library (OpenSSL flavour)"),
    tool("wget", "1.25.0-2", &["/usr/bin/wget"], 984, "retrieves files from the web"),
    Package {
        needs: &["python3-minimal"],
        ..tool("python3", "3.13.5-1", &["/usr/bin/python3"], 28, "interactive high-level object-oriented language")
    },
    plain("python3-minimal", "3.13.5-1", 27, "minimal subset of the Python language"),
    Package { needs: &["python3"], ..plain("python3-venv", "3.13.5-1", 1, "venv module for python3") },
    Package {
        needs: &["git-man"],
        ..tool(
            "git",
            "1:2.47.3-0+deb13u1",
            &["/usr/bin/git"],
            8_860,
            "fast, scalable, distributed revision control system",
        )
    },
    plain("git-man", "1:2.47.3-0+deb13u1", 2_210, "fast, scalable, distributed revision control system (manual pages)"),
    tool(
        "redis-tools",
        "5:8.0.2-3",
        &["/usr/bin/redis-cli"],
        1_150,
        "Persistent key-value database with network interface (client)",
    ),
    tool(
        "postgresql-client-17",
        "17.6-0+deb13u1",
        &["/usr/bin/psql", "/usr/bin/pg_isready"],
        1_990,
        "front-end programs for PostgreSQL 17",
    ),
    tool("iptables", "1.8.11-2", &["/usr/sbin/iptables"], 365, "administration tools for packet filtering and NAT"),
    tool("jq", "1.7.1-6+deb13u1", &["/usr/bin/jq"], 76, "lightweight and flexible command-line JSON processor"),
    tool("sqlite3", "3.46.1-7", &["/usr/bin/sqlite3"], 344, "Command line interface for SQLite 3"),
    tool("sudo", "1.9.16p2-3", &["/usr/bin/sudo"], 2_080, "Provide limited super user privileges to specific users"),
    tool("gnupg", "2.4.7-21", &["/usr/bin/gpg"], 417, "GNU privacy guard - a free PGP replacement"),
    tool("unzip", "6.0-29", &["/usr/bin/unzip"], 173, "De-archiver for .zip files"),
    tool("nodejs", "20.19.2+dfsg-1", &["/usr/bin/node"], 12_600, "evented I/O for V8 javascript - runtime executable"),
];
