//! Servers of names, and proxies, as Debian 13 brings them.

use crate::sim::shell::software::packages::{PLAIN, Package, Service};

pub const TABLE: &[Package] = &[
    Package {
        name: "unbound",
        version: "1.26.2-0+deb13u1",
        commands: &["/usr/sbin/unbound"],
        services: &[Service { name: "unbound", about: "Unbound DNS server", process: "/usr/sbin/unbound -d -p" }],
        files: &[
            ("/etc/unbound/unbound.conf", "include-toplevel: \"/etc/unbound/unbound.conf.d/*.conf\"\n"),
            (
                "/etc/unbound/unbound.conf.d/root-auto-trust-anchor-file.conf",
                "server:\n    auto-trust-anchor-file: \"/var/lib/unbound/root.key\"\n",
            ),
        ],
        user: "unbound",
        size: 1_101,
        about: "validating, recursive, caching DNS resolver",
        ..PLAIN
    },
    Package {
        name: "dns-root-data",
        version: "2025080400~deb13u1",
        size: 5,
        about: "DNS root hints and DNSSEC trust anchor",
        ..PLAIN
    },
    Package {
        name: "dnsmasq",
        version: "2.91-1+deb13u2",
        needs: &["dnsmasq-base"],
        services: &[Service {
            name: "dnsmasq",
            about: "dnsmasq - A lightweight DHCP and caching DNS server",
            process: "/usr/sbin/dnsmasq -x /run/dnsmasq/dnsmasq.pid -u dnsmasq -7 /etc/dnsmasq.d,.dpkg-dist,.dpkg-old,.dpkg-new --local-service",
        }],
        files: &[
            ("/etc/dnsmasq.conf", "#port=5353\n#listen-address=\n"),
            ("/etc/dnsmasq.d/README", "All files in this folder are read.\n"),
        ],
        user: "dnsmasq",
        size: 68,
        about: "Small caching DNS proxy and DHCP/TFTP server - system daemon",
        ..PLAIN
    },
    Package {
        name: "dnsmasq-base",
        version: "2.91-1+deb13u2",
        commands: &["/usr/sbin/dnsmasq"],
        size: 495,
        about: "Small caching DNS proxy and DHCP/TFTP server - executable",
        ..PLAIN
    },
    Package {
        name: "bind9",
        version: "1:9.20.30-1~deb13u1",
        commands: &["/usr/sbin/named", "/usr/sbin/rndc"],
        services: &[Service { name: "named", about: "BIND Domain Name Server", process: "/usr/sbin/named -f -u bind" }],
        files: &[
            (
                "/etc/bind/named.conf",
                "include \"/etc/bind/named.conf.options\";\ninclude \"/etc/bind/named.conf.local\";\n",
            ),
            (
                "/etc/bind/named.conf.options",
                "options {\n\tdirectory \"/var/cache/bind\";\n\tdnssec-validation auto;\n\tlisten-on-v6 { any; };\n};\n",
            ),
            ("/etc/bind/named.conf.local", "// Zones of your own\n"),
            ("/var/lib/bind/", ""),
        ],
        user: "bind",
        size: 251,
        about: "Internet Domain Name Server",
        ..PLAIN
    },
    Package {
        name: "squid",
        version: "6.13-2+deb13u4",
        commands: &["/usr/sbin/squid"],
        services: &[Service {
            name: "squid",
            about: "Squid Web Proxy Server",
            process: "/usr/sbin/squid --foreground -sYC",
        }],
        files: &[
            (
                "/etc/squid/squid.conf",
                "include /etc/squid/conf.d/*.conf\nhttp_access allow localhost\nhttp_access deny all\nhttp_port 3128\n",
            ),
            ("/etc/squid/conf.d/debian.conf", "logfile_rotate 0\n"),
        ],
        user: "proxy",
        size: 2_733,
        about: "Full featured Web Proxy cache (HTTP proxy GnuTLS flavour)",
        ..PLAIN
    },
    Package {
        name: "privoxy",
        version: "4.0.0-2",
        commands: &["/usr/sbin/privoxy"],
        services: &[Service {
            name: "privoxy",
            about: "Privacy enhancing HTTP Proxy",
            process: "/usr/sbin/privoxy --pidfile /run/privoxy.pid --user privoxy /etc/privoxy/config",
        }],
        files: &[(
            "/etc/privoxy/config",
            "confdir /etc/privoxy\nlogdir /var/log/privoxy\nlisten-address  127.0.0.1:8118\nlisten-address  [::1]:8118\ntoggle  1\n",
        )],
        user: "privoxy",
        size: 641,
        about: "Privacy enhancing HTTP Proxy",
        ..PLAIN
    },
    Package {
        name: "tinyproxy",
        version: "1.11.2-1",
        commands: &["/usr/bin/tinyproxy"],
        services: &[Service {
            name: "tinyproxy",
            about: "Tinyproxy lightweight HTTP Proxy",
            process: "/usr/bin/tinyproxy -d",
        }],
        files: &[(
            "/etc/tinyproxy/tinyproxy.conf",
            "User tinyproxy\nGroup tinyproxy\nPort 8888\nAllow 127.0.0.1\nAllow ::1\n",
        )],
        user: "tinyproxy",
        size: 19,
        about: "Lightweight, non-caching, optionally anonymizing HTTP proxy",
        ..PLAIN
    },
    Package {
        name: "tor",
        version: "0.4.9.15-0+deb13u1",
        commands: &["/usr/bin/tor"],
        services: &[Service {
            name: "tor",
            about: "Anonymizing overlay network for TCP (multi-instance-master)",
            process: "/usr/bin/tor --defaults-torrc /usr/share/tor/tor-service-defaults-torrc -f /etc/tor/torrc --RunAsDaemon 0",
        }],
        files: &[("/etc/tor/torrc", "#SocksPort 9050\n")],
        user: "debian-tor",
        size: 2_055,
        about: "anonymizing overlay network for TCP",
        ..PLAIN
    },
    Package {
        name: "apt-cacher-ng",
        version: "3.7.5-1",
        commands: &["/usr/sbin/apt-cacher-ng"],
        services: &[Service {
            name: "apt-cacher-ng",
            about: "Apt-Cacher NG software download proxy",
            process: "/usr/sbin/apt-cacher-ng -c /etc/apt-cacher-ng ForeGround=1",
        }],
        files: &[(
            "/etc/apt-cacher-ng/acng.conf",
            "CacheDir: /var/cache/apt-cacher-ng\nLogDir: /var/log/apt-cacher-ng\n#Port: 3142\n",
        )],
        user: "apt-cacher-ng",
        size: 694,
        about: "caching proxy server for software repositories",
        ..PLAIN
    },
    Package {
        name: "coturn",
        version: "4.6.1-2",
        commands: &["/usr/bin/turnserver"],
        services: &[Service {
            name: "coturn",
            about: "coTURN STUN/TURN Server",
            process: "/usr/bin/turnserver -c /etc/turnserver.conf --pidfile=",
        }],
        files: &[("/etc/turnserver.conf", "#listening-port=3478\nsyslog\n")],
        user: "turnserver",
        size: 352,
        about: "TURN and STUN server for VoIP",
        ..PLAIN
    },
];
