//! Servers of pages and files, and what stands before them, as Debian 13 brings them.

use crate::sim::shell::software::packages::{PLAIN, Package, Service};

pub const TABLE: &[Package] = &[
    Package {
        name: "caddy",
        version: "2.6.2-12+deb13u1",
        commands: &["/usr/bin/caddy"],
        services: &[Service {
            name: "caddy",
            about: "Caddy",
            process: "/usr/bin/caddy run --environ --config /etc/caddy/Caddyfile",
        }],
        files: &[(
            "/etc/caddy/Caddyfile",
            "# Begin with your address in place of the port\n:80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n",
        )],
        user: "caddy",
        size: 9_873,
        about: "Fast, lightweight web server with automatic HTTPS",
        ..PLAIN
    },
    Package {
        name: "haproxy",
        version: "3.0.11-1+deb13u5",
        commands: &["/usr/sbin/haproxy"],
        services: &[Service {
            name: "haproxy",
            about: "HAProxy Load Balancer",
            process: "/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid",
        }],
        files: &[(
            "/etc/haproxy/haproxy.cfg",
            "global\n\tlog /dev/log local0\n\tuser haproxy\n\tgroup haproxy\n\ndefaults\n\tmode http\n\ttimeout connect 5000\n",
        )],
        user: "haproxy",
        size: 2_566,
        about: "fast and reliable load balancing reverse proxy",
        ..PLAIN
    },
    Package {
        name: "apache2",
        version: "2.4.71-1~deb13u1",
        needs: &["apache2-bin"],
        commands: &["/usr/sbin/apachectl"],
        services: &[Service {
            name: "apache2",
            about: "The Apache HTTP Server",
            process: "/usr/sbin/apache2 -k start",
        }],
        files: &[
            (
                "/etc/apache2/apache2.conf",
                "Include ports.conf\nIncludeOptional mods-enabled/*.load\nIncludeOptional mods-enabled/*.conf\nIncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n",
            ),
            ("/etc/apache2/ports.conf", "Listen 80\n"),
            ("/etc/apache2/mods-available/dav.load", "LoadModule dav_module /usr/lib/apache2/modules/mod_dav.so\n"),
            (
                "/etc/apache2/mods-available/dav_fs.load",
                "LoadModule dav_fs_module /usr/lib/apache2/modules/mod_dav_fs.so\n",
            ),
            (
                "/etc/apache2/mods-enabled/auth_basic.load",
                "LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so\n",
            ),
            (
                "/etc/apache2/sites-available/000-default.conf",
                "<VirtualHost *:80>\n\tDocumentRoot /var/www/html\n</VirtualHost>\n",
            ),
            (
                "/etc/apache2/sites-enabled/000-default.conf",
                "<VirtualHost *:80>\n\tDocumentRoot /var/www/html\n</VirtualHost>\n",
            ),
        ],
        size: 227,
        about: "Apache HTTP Server",
        ..PLAIN
    },
    Package {
        name: "apache2-bin",
        version: "2.4.71-1~deb13u1",
        commands: &["/usr/sbin/apache2"],
        size: 1_386,
        about: "Apache HTTP Server (modules and other binary files)",
        ..PLAIN
    },
    Package {
        name: "apache2-utils",
        version: "2.4.71-1~deb13u1",
        commands: &["/usr/bin/htpasswd"],
        size: 219,
        about: "Apache HTTP Server (utility programs for web servers)",
        ..PLAIN
    },
    Package {
        name: "dokuwiki",
        version: "2024-02-06b+dfsg-9",
        files: &[
            ("/etc/dokuwiki/dokuwiki.php", "<?php\n$conf['title'] = 'Debian DokuWiki';\n"),
            ("/usr/share/dokuwiki/doku.php", "<?php\n"),
        ],
        size: 1_775,
        about: "simple to use and versatile wiki",
        ..PLAIN
    },
    Package {
        name: "libapache2-mod-php",
        version: "2:8.4+96",
        needs: &["apache2"],
        size: 3,
        about: "server-side, HTML-embedded scripting language (Apache 2 module) (default)",
        ..PLAIN
    },
    Package {
        name: "php-xml",
        version: "2:8.4+96",
        size: 3,
        about: "DOM, SimpleXML, WDDX, XML, and XSL module for PHP [default]",
        ..PLAIN
    },
    Package { name: "php-gd", version: "2:8.4+96", size: 3, about: "GD module for PHP [default]", ..PLAIN },
    Package {
        name: "docker-registry",
        version: "2.8.3+ds1-2+b8",
        commands: &["/usr/bin/docker-registry"],
        services: &[Service {
            name: "docker-registry",
            about: "the Docker toolset to pack, ship, store, and deliver content",
            process: "/usr/bin/docker-registry serve /etc/docker/registry/config.yml",
        }],
        files: &[(
            "/etc/docker/registry/config.yml",
            "version: 0.1\nhttp:\n  addr: :5000\nauth:\n  htpasswd:\n    path: /etc/docker/registry/htpasswd\n",
        )],
        user: "docker-registry",
        size: 5_393,
        about: "Docker toolset to pack, ship, store, and deliver content",
        ..PLAIN
    },
    Package {
        name: "radicale",
        version: "3.5.3-1",
        needs: &["python3"],
        commands: &["/usr/bin/radicale"],
        services: &[Service {
            name: "radicale",
            about: "A simple CalDAV (calendar) and CardDAV (contact) server",
            process: "/usr/bin/python3 /usr/bin/radicale",
        }],
        files: &[("/etc/radicale/config", "[server]\n#hosts = localhost:5232\n\n[auth]\n#type = none\n")],
        user: "radicale",
        size: 77,
        about: "simple calendar and addressbook server - daemon",
        ..PLAIN
    },
];
