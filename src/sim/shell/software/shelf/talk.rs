//! Servers people talk through, as Debian 13 brings them.

use crate::sim::shell::software::packages::{PLAIN, Package, Service};

pub const TABLE: &[Package] = &[
    Package {
        name: "ngircd",
        version: "27-2",
        commands: &["/usr/sbin/ngircd"],
        services: &[Service { name: "ngircd", about: "Next Generation IRC Daemon", process: "/usr/sbin/ngircd" }],
        files: &[(
            "/etc/ngircd/ngircd.conf",
            "[Global]\n\tName = irc.example.com\n\t;Listen = ::,0.0.0.0\n\t;Ports = 6667\n",
        )],
        user: "irc",
        size: 234,
        about: "lightweight Internet Relay Chat server",
        ..PLAIN
    },
    Package {
        name: "prosody",
        version: "13.0.1-1+deb131u",
        commands: &["/usr/bin/prosody", "/usr/bin/prosodyctl"],
        services: &[Service { name: "prosody", about: "Prosody XMPP Server", process: "lua5.4 /usr/bin/prosody -F" }],
        files: &[
            ("/etc/prosody/prosody.cfg.lua", "admins = { }\nVirtualHost \"localhost\"\nInclude \"conf.d/*.cfg.lua\"\n"),
            ("/etc/prosody/conf.avail/localhost.cfg.lua", "VirtualHost \"localhost\"\n"),
            ("/etc/prosody/conf.d/localhost.cfg.lua", "VirtualHost \"localhost\"\n"),
        ],
        user: "prosody",
        size: 444,
        about: "Lightweight Jabber/XMPP server",
        ..PLAIN
    },
    Package {
        name: "mumble-server",
        version: "1.5.735-5+deb13u1",
        commands: &["/usr/bin/mumble-server"],
        services: &[Service {
            name: "mumble-server",
            about: "Mumble server",
            process: "/usr/bin/mumble-server -ini /etc/mumble/mumble-server.ini -fg",
        }],
        files: &[(
            "/etc/mumble/mumble-server.ini",
            "database=/var/lib/mumble-server/mumble-server.sqlite\n;host=\nport=64738\nserverpassword=\n",
        )],
        user: "mumble-server",
        size: 629,
        about: "Low latency encrypted VoIP server",
        ..PLAIN
    },
    Package {
        name: "quassel-core",
        version: "1:0.14.0-3",
        commands: &["/usr/bin/quasselcore"],
        services: &[Service {
            name: "quasselcore",
            about: "distributed IRC client using a central core component",
            process: "/usr/bin/quasselcore --configdir=/var/lib/quassel --port=4242 --require-ssl",
        }],
        files: &[("/etc/default/quasselcore", "LOGLEVEL=\"Info\"\nPORT=\"4242\"\nLISTEN=\"::,0.0.0.0\"\n")],
        user: "quasselcore",
        size: 814,
        about: "distributed IRC client - core component",
        ..PLAIN
    },
    Package {
        name: "libqt5sql5-sqlite",
        version: "5.15.15+dfsg-6+deb13u1",
        size: 58,
        about: "Qt 5 SQLite 3 database driver",
        ..PLAIN
    },
];
