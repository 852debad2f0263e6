//! Collectors of figures and watchers of machines, as Debian 13 brings them.

use crate::sim::shell::software::packages::{PLAIN, Package, Service};

pub const TABLE: &[Package] = &[
    Package {
        name: "prometheus",
        version: "2.53.3+ds1-2",
        commands: &["/usr/bin/prometheus"],
        services: &[Service {
            name: "prometheus",
            about: "Monitoring system and time series database",
            process: "/usr/bin/prometheus",
        }],
        files: &[
            ("/etc/default/prometheus", "ARGS=\"\"\n"),
            (
                "/etc/prometheus/prometheus.yml",
                "scrape_configs:\n  - job_name: 'prometheus'\n    static_configs:\n      - targets: ['localhost:9090']\n",
            ),
        ],
        user: "prometheus",
        size: 16_189,
        about: "monitoring system and time series database",
        ..PLAIN
    },
    Package {
        name: "prometheus-node-exporter",
        version: "1.9.0-1+b4",
        commands: &["/usr/bin/prometheus-node-exporter"],
        services: &[Service {
            name: "prometheus-node-exporter",
            about: "Prometheus exporter for machine metrics",
            process: "/usr/bin/prometheus-node-exporter",
        }],
        files: &[("/etc/default/prometheus-node-exporter", "ARGS=\"\"\n")],
        user: "prometheus",
        size: 4_564,
        about: "Prometheus exporter for machine metrics",
        ..PLAIN
    },
    Package {
        name: "prometheus-alertmanager",
        version: "0.28.1+ds-1",
        commands: &["/usr/bin/prometheus-alertmanager"],
        services: &[Service {
            name: "prometheus-alertmanager",
            about: "Alertmanager for prometheus",
            process: "/usr/bin/prometheus-alertmanager",
        }],
        files: &[
            ("/etc/default/prometheus-alertmanager", "ARGS=\"\"\n"),
            ("/etc/prometheus/alertmanager.yml", "route:\n  receiver: 'team'\nreceivers:\n  - name: 'team'\n"),
        ],
        user: "prometheus",
        size: 11_956,
        about: "handle and deliver alerts created by Prometheus",
        ..PLAIN
    },
    Package {
        name: "prometheus-blackbox-exporter",
        version: "0.26.0-1",
        commands: &["/usr/bin/prometheus-blackbox-exporter"],
        services: &[Service {
            name: "prometheus-blackbox-exporter",
            about: "Blackbox exporter for Prometheus",
            process: "/usr/bin/prometheus-blackbox-exporter",
        }],
        files: &[
            ("/etc/default/prometheus-blackbox-exporter", "ARGS=\"--config.file /etc/prometheus/blackbox.yml\"\n"),
            ("/etc/prometheus/blackbox.yml", "modules:\n  http_2xx:\n    prober: http\n"),
        ],
        user: "prometheus",
        size: 4_731,
        about: "blackbox prober for Prometheus",
        ..PLAIN
    },
    Package {
        name: "victoria-metrics",
        version: "1.112.0+ds1-2",
        commands: &["/usr/bin/victoria-metrics"],
        services: &[Service {
            name: "victoria-metrics",
            about: "High-performance, cost-effective and scalable time series database, long-term remote storage for Prometheus",
            process: "/usr/bin/victoria-metrics -storageDataPath=/var/lib/victoria-metrics",
        }],
        files: &[("/etc/default/victoria-metrics", "ARGS=\"-storageDataPath=/var/lib/victoria-metrics\"\n")],
        user: "_victoria-metrics",
        size: 40_108,
        about: "fast, cost-effective and scalable time series database",
        ..PLAIN
    },
    Package {
        name: "monit",
        version: "1:5.34.3-1",
        commands: &["/usr/bin/monit"],
        services: &[Service {
            name: "monit",
            about: "Pro-active monitoring utility for unix systems",
            process: "/usr/bin/monit -I",
        }],
        files: &[
            (
                "/etc/monit/monitrc",
                "set daemon 120\nset log /var/log/monit.log\n# set httpd port 2812\ninclude /etc/monit/conf.d/*\ninclude /etc/monit/conf-enabled/*\n",
            ),
            ("/etc/monit/conf.d/", ""),
        ],
        size: 361,
        about: "utility for monitoring and managing daemons or similar programs",
        ..PLAIN
    },
];
