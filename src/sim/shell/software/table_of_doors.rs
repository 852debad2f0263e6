//! The rows of `doors`. What must hold: they come from packages that were started, not from recipes.

use super::{
    doors::{Count, Door, Told},
    listening::Reach,
    reading::{Form, Source},
};

const fn door(service: &'static str, source: Source, told: Told, usual: &'static [(u16, Reach)]) -> Door {
    Door { service, source, told, usual, wants: None }
}

pub const DOORS: &[Door] = &[
    door(
        "valkey-server",
        Source { files: &["/etc/valkey/valkey.conf"], form: Form::Words, includes: &["include"] },
        Told::Parts { address: "bind", port: "port", count: Count::Last },
        &[(6379, Reach::Everybody)],
    ),
    door(
        "mariadb",
        Source { files: &["/etc/mysql/mariadb.cnf"], form: Form::Equals, includes: &["!includedir"] },
        Told::Parts { address: "bind-address", port: "port", count: Count::Last },
        &[(3306, Reach::Everybody)],
    ),
    door(
        "rabbitmq-server",
        Source { files: &["/etc/rabbitmq/rabbitmq.conf"], form: Form::Equals, includes: &[] },
        Told::Place("listeners.tcp.1", Reach::Everybody),
        &[(5672, Reach::Everybody)],
    ),
    Door {
        wants: Some(("/etc/rabbitmq/enabled_plugins", "rabbitmq_management")),
        ..door(
            "rabbitmq-server",
            Source { files: &["/etc/rabbitmq/rabbitmq.conf"], form: Form::Equals, includes: &[] },
            Told::Parts { address: "management.tcp.ip", port: "management.tcp.port", count: Count::All },
            &[(15672, Reach::Everybody)],
        )
    },
    door(
        "nats-server",
        Source { files: &["/etc/nats-server.conf"], form: Form::Colon, includes: &[] },
        Told::Parts { address: "/host", port: "/port", count: Count::All },
        &[(4222, Reach::Everybody)],
    ),
    door(
        "nats-server",
        Source { files: &["/etc/nats-server.conf"], form: Form::Colon, includes: &[] },
        Told::Parts { address: "/host", port: "/http_port", count: Count::All },
        &[],
    ),
    door(
        "haproxy",
        Source { files: &["/etc/haproxy/haproxy.cfg"], form: Form::Words, includes: &[] },
        Told::Place("bind", Reach::Everybody),
        &[],
    ),
    door(
        "apache2",
        Source { files: &["/etc/apache2/apache2.conf"], form: Form::Words, includes: &["Include", "IncludeOptional"] },
        Told::Place("Listen", Reach::Everybody),
        &[],
    ),
    door(
        "docker-registry",
        Source { files: &["/etc/docker/registry/config.yml"], form: Form::Colon, includes: &[] },
        Told::Place("addr", Reach::Everybody),
        &[],
    ),
    door(
        "radicale",
        Source { files: &["/etc/radicale/config"], form: Form::Equals, includes: &[] },
        Told::Place("server/hosts", Reach::Everybody),
        &[(5232, Reach::Inside)],
    ),
    door(
        "unbound",
        Source { files: &["/etc/unbound/unbound.conf"], form: Form::Colon, includes: &["include-toplevel", "include"] },
        Told::Parts { address: "interface", port: "port", count: Count::All },
        &[(53, Reach::Inside)],
    ),
    door(
        "dnsmasq",
        Source { files: &["/etc/dnsmasq.conf", "/etc/dnsmasq.d/*"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "listen-address", port: "port", count: Count::All },
        &[(53, Reach::Everybody)],
    ),
    door(
        "named",
        Source { files: &["/etc/bind/named.conf"], form: Form::Words, includes: &["include"] },
        Told::Parts { address: "listen-on", port: "", count: Count::All },
        &[(53, Reach::Everybody)],
    ),
    door(
        "named",
        Source { files: &["/etc/bind/named.conf"], form: Form::Words, includes: &["include"] },
        Told::Parts { address: "", port: "", count: Count::All },
        &[(953, Reach::Inside)],
    ),
    door(
        "squid",
        Source { files: &["/etc/squid/squid.conf"], form: Form::Words, includes: &["include"] },
        Told::Place("http_port", Reach::Everybody),
        &[],
    ),
    door(
        "privoxy",
        Source { files: &["/etc/privoxy/config"], form: Form::Words, includes: &[] },
        Told::Place("listen-address", Reach::Everybody),
        &[(8118, Reach::Inside)],
    ),
    door(
        "tinyproxy",
        Source { files: &["/etc/tinyproxy/tinyproxy.conf"], form: Form::Words, includes: &[] },
        Told::Parts { address: "Listen", port: "Port", count: Count::All },
        &[],
    ),
    door(
        "tor",
        Source { files: &["/etc/tor/torrc"], form: Form::Words, includes: &["%include"] },
        Told::Place("SocksPort", Reach::Inside),
        &[(9050, Reach::Inside)],
    ),
    door(
        "apt-cacher-ng",
        Source { files: &["/etc/apt-cacher-ng/*.conf"], form: Form::Colon, includes: &[] },
        Told::Parts { address: "BindAddress", port: "Port", count: Count::All },
        &[(3142, Reach::Everybody)],
    ),
    door(
        "coturn",
        Source { files: &["/etc/turnserver.conf"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "listening-ip", port: "listening-port", count: Count::All },
        &[(3478, Reach::Everybody)],
    ),
    door(
        "prometheus",
        Source { files: &["/etc/default/prometheus"], form: Form::Equals, includes: &[] },
        Told::Option("--web.listen-address"),
        &[(9090, Reach::Everybody)],
    ),
    door(
        "prometheus-node-exporter",
        Source { files: &["/etc/default/prometheus-node-exporter"], form: Form::Equals, includes: &[] },
        Told::Option("--web.listen-address"),
        &[(9100, Reach::Everybody)],
    ),
    door(
        "prometheus-alertmanager",
        Source { files: &["/etc/default/prometheus-alertmanager"], form: Form::Equals, includes: &[] },
        Told::Option("--web.listen-address"),
        &[(9093, Reach::Everybody)],
    ),
    door(
        "prometheus-alertmanager",
        Source { files: &["/etc/default/prometheus-alertmanager"], form: Form::Equals, includes: &[] },
        Told::Option("--cluster.listen-address"),
        &[(9094, Reach::Everybody)],
    ),
    door(
        "prometheus-blackbox-exporter",
        Source { files: &["/etc/default/prometheus-blackbox-exporter"], form: Form::Equals, includes: &[] },
        Told::Option("--web.listen-address"),
        &[(9115, Reach::Everybody)],
    ),
    door(
        "victoria-metrics",
        Source { files: &["/etc/default/victoria-metrics"], form: Form::Equals, includes: &[] },
        Told::Option("-httpListenAddr"),
        &[(8428, Reach::Everybody)],
    ),
    door(
        "monit",
        Source { files: &["/etc/monit/monitrc"], form: Form::Words, includes: &["include"] },
        Told::Phrase { address: "address", port: "port" },
        &[],
    ),
    door(
        "transmission-daemon",
        Source { files: &["/etc/transmission-daemon/settings.json"], form: Form::Colon, includes: &[] },
        Told::Parts { address: "rpc-bind-address", port: "rpc-port", count: Count::All },
        &[(9091, Reach::Everybody)],
    ),
    door(
        "transmission-daemon",
        Source { files: &["/etc/transmission-daemon/settings.json"], form: Form::Colon, includes: &[] },
        Told::Parts { address: "bind-address-ipv4", port: "peer-port", count: Count::All },
        &[(51413, Reach::Everybody)],
    ),
    door(
        "smbd",
        Source { files: &["/etc/samba/smb.conf"], form: Form::Equals, includes: &["include"] },
        Told::Place("global/smb ports", Reach::Everybody),
        &[(139, Reach::Everybody), (445, Reach::Everybody)],
    ),
    Door {
        wants: Some(("/etc/rsyncd.conf", "")),
        ..door(
            "rsync",
            Source { files: &["/etc/rsyncd.conf"], form: Form::Equals, includes: &["&include"] },
            Told::Parts { address: "/address", port: "/port", count: Count::All },
            &[(873, Reach::Everybody)],
        )
    },
    door(
        "snapserver",
        Source { files: &["/etc/snapserver.conf"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "http/bind_to_address", port: "http/port", count: Count::All },
        &[(1780, Reach::Everybody)],
    ),
    door(
        "snapserver",
        Source { files: &["/etc/snapserver.conf"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "tcp/bind_to_address", port: "tcp/port", count: Count::All },
        &[(1705, Reach::Everybody)],
    ),
    door(
        "snapserver",
        Source { files: &["/etc/snapserver.conf"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "stream/bind_to_address", port: "stream/port", count: Count::All },
        &[(1704, Reach::Everybody)],
    ),
    door(
        "icecast2",
        Source { files: &["/etc/icecast2/icecast.xml"], form: Form::Tag, includes: &[] },
        Told::Parts { address: "bind-address", port: "port", count: Count::All },
        &[],
    ),
    door(
        "mpd",
        Source { files: &["/etc/mpd.conf"], form: Form::Words, includes: &[] },
        Told::Parts { address: "/bind_to_address", port: "/port", count: Count::All },
        &[(6600, Reach::Everybody)],
    ),
    door(
        "minidlna",
        Source { files: &["/etc/minidlna.conf"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "", port: "port", count: Count::All },
        &[(8200, Reach::Everybody)],
    ),
    door(
        "cups",
        Source { files: &["/etc/cups/cupsd.conf"], form: Form::Words, includes: &[] },
        Told::Place("Port", Reach::Everybody),
        &[],
    ),
    door(
        "cups",
        Source { files: &["/etc/cups/cupsd.conf"], form: Form::Words, includes: &[] },
        Told::Place("Listen", Reach::Everybody),
        &[],
    ),
    door(
        "ngircd",
        Source { files: &["/etc/ngircd/ngircd.conf"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "Global/Listen", port: "Global/Ports", count: Count::All },
        &[(6667, Reach::Everybody)],
    ),
    door(
        "prosody",
        Source { files: &["/etc/prosody/prosody.cfg.lua"], form: Form::Equals, includes: &["Include"] },
        Told::Parts { address: "interfaces", port: "c2s_ports", count: Count::All },
        &[(5222, Reach::Everybody)],
    ),
    door(
        "prosody",
        Source { files: &["/etc/prosody/prosody.cfg.lua"], form: Form::Equals, includes: &["Include"] },
        Told::Parts { address: "interfaces", port: "s2s_ports", count: Count::All },
        &[(5269, Reach::Everybody)],
    ),
    door(
        "mumble-server",
        Source { files: &["/etc/mumble/mumble-server.ini"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "host", port: "port", count: Count::All },
        &[(64738, Reach::Everybody)],
    ),
    door(
        "quasselcore",
        Source { files: &["/etc/default/quasselcore"], form: Form::Equals, includes: &[] },
        Told::Parts { address: "LISTEN", port: "PORT", count: Count::All },
        &[(4242, Reach::Everybody)],
    ),
];
