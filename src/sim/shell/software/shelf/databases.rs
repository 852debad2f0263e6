//! Databases and brokers of messages, as Debian 13 brings them.

use crate::sim::shell::software::packages::{PLAIN, Package, Service};

pub const TABLE: &[Package] = &[
    Package {
        name: "valkey-server",
        version: "8.1.1+dfsg1-3+deb13u3",
        needs: &["valkey-tools"],
        commands: &["/usr/bin/valkey-server"],
        services: &[Service {
            name: "valkey-server",
            about: "Advanced key-value store",
            process: "/usr/bin/valkey-server 127.0.0.1:6379",
        }],
        files: &[(
            "/etc/valkey/valkey.conf",
            "bind 127.0.0.1 -::1\nprotected-mode yes\nport 6379\ndir /var/lib/valkey\n",
        )],
        user: "valkey",
        size: 57,
        about: "Persistent key-value database with network interface",
        ..PLAIN
    },
    Package {
        name: "valkey-tools",
        version: "8.1.1+dfsg1-3+deb13u3",
        commands: &["/usr/bin/valkey-cli"],
        size: 1_187,
        about: "Persistent key-value database with network interface (client)",
        ..PLAIN
    },
    Package {
        name: "mariadb-server",
        version: "1:11.8.9+ds-0+deb13u1",
        needs: &["mariadb-client"],
        commands: &["/usr/sbin/mariadbd"],
        services: &[Service {
            name: "mariadb",
            about: "MariaDB 11.8.9 database server",
            process: "/usr/sbin/mariadbd",
        }],
        files: &[
            (
                "/etc/mysql/mariadb.cnf",
                "[client-server]\nsocket = /run/mysqld/mysqld.sock\n!includedir /etc/mysql/conf.d/\n!includedir /etc/mysql/mariadb.conf.d/\n",
            ),
            ("/etc/mysql/mariadb.conf.d/50-server.cnf", "[mariadbd]\nbind-address            = 127.0.0.1\n"),
        ],
        user: "mysql",
        size: 3_508,
        about: "MariaDB database server binaries",
        ..PLAIN
    },
    Package {
        name: "mariadb-client",
        version: "1:11.8.9+ds-0+deb13u1",
        commands: &["/usr/bin/mariadb"],
        size: 3_006,
        about: "MariaDB database client binaries",
        ..PLAIN
    },
    Package {
        name: "rabbitmq-server",
        version: "4.0.5-6+deb13u2",
        needs: &["erlang-base"],
        commands: &["/usr/sbin/rabbitmqctl"],
        services: &[Service {
            name: "rabbitmq-server",
            about: "RabbitMQ Messaging Server",
            process: "/usr/lib/erlang/erts-15.2.7/bin/beam.smp",
        }],
        files: &[("/etc/rabbitmq/", ""), ("/etc/default/rabbitmq-server", "#ulimit -n 65536\n")],
        user: "rabbitmq",
        size: 16_060,
        about: "AMQP server written in Erlang",
        ..PLAIN
    },
    Package {
        name: "erlang-base",
        version: "1:27.3.4.1+dfsg-1+deb13u4",
        commands: &["/usr/bin/erl"],
        size: 11_157,
        about: "Erlang/OTP virtual machine and base applications",
        ..PLAIN
    },
    Package {
        name: "nats-server",
        version: "2.10.27-1+b2",
        commands: &["/usr/sbin/nats-server"],
        services: &[Service {
            name: "nats-server",
            about: "NATS Server",
            process: "/usr/sbin/nats-server -c /etc/nats-server.conf",
        }],
        files: &[("/etc/nats-server.conf", "# Where clients connect\nhost: 127.0.0.1\nport: 4222\n")],
        user: "nats",
        size: 4_397,
        about: "High-Performance server for NATS.io (program)",
        ..PLAIN
    },
];
