//! Packages of Debian 13 in a simulated guest listen where the real ones do, and where the files they really read say. What
//! is expected here was seen in a real, unprivileged Debian 13 with its own systemd.

use proximity::sim::shell::{Machine, Reach};

use super::software::{NOTHING, done, open_ports, run, with};

/// The ports that only the guest itself reaches.
fn own_ports(guest: &Machine) -> Vec<u16> {
    let listeners = guest.listeners();
    listeners.iter().filter(|listener| listener.reach == Reach::Inside).map(|listener| listener.port).collect()
}

/// Writes a file of the guest and starts a service anew.
fn written(guest: &mut Machine, path: &str, text: &str, service: &str) {
    done(guest, &format!("set -eu; cat >{path} <<'_END_'\n{text}\n_END_\nsystemctl restart {service}"));
}

#[test]
fn as_they_come_some_listen_to_everybody_and_some_only_to_their_own_machine() {
    for (package, open, own) in [
        ("valkey-server", &[][..], &[6379][..]),
        ("mariadb-server", &[], &[3306]),
        ("nats-server", &[], &[4222]),
        ("cups", &[], &[631]),
        ("unbound", &[], &[53]),
        ("bind9", &[53], &[953]),
        ("privoxy", &[], &[8118]),
        ("tor", &[], &[9050]),
        ("samba", &[139, 445], &[]),
        ("transmission-daemon", &[9091, 51413], &[]),
        ("prometheus-alertmanager", &[9093, 9094], &[]),
        ("caddy", &[80], &[2019]),
        ("squid", &[3128], &[]),
        ("haproxy", &[], &[]),
        ("rsync", &[], &[]),
        ("monit", &[], &[]),
    ] {
        let guest = with(package);
        assert_eq!((open_ports(&guest), own_ports(&guest)), (open.to_vec(), own.to_vec()), "{package}");
    }
}

#[test]
fn some_services_wait_until_somebody_switches_them_on() {
    for (package, service, open) in [("icecast2", "icecast2", &[8000][..]), ("radicale", "radicale", &[])] {
        let mut guest = with(package);
        assert_eq!(run(&mut guest, &format!("systemctl is-active {service}")).0, "inactive\n", "{package}");
        done(&mut guest, &format!("systemctl enable --now {service}"));
        assert_eq!(open_ports(&guest), open, "{package}");
    }
}

#[test]
fn a_file_that_the_service_reads_opens_it() {
    for (package, service, path, text, open) in [
        ("unbound", "unbound", "/etc/unbound/unbound.conf.d/own.conf", "server:\n  interface: 0.0.0.0", &[53][..]),
        (
            "mariadb-server",
            "mariadb",
            "/etc/mysql/mariadb.conf.d/90-own.cnf",
            "[mariadbd]\nbind-address = 0.0.0.0",
            &[3306],
        ),
        (
            "nats-server",
            "nats-server",
            "/etc/nats-server.conf",
            "host: 0.0.0.0\nport: 4222\nhttp_port: 8222",
            &[4222, 8222],
        ),
        ("tor", "tor", "/etc/tor/torrc", "SocksPort 0.0.0.0:9050", &[9050]),
        ("cups", "cups", "/etc/cups/cupsd.conf", "Port 631\nListen /run/cups/cups.sock", &[631]),
        ("radicale", "radicale", "/etc/radicale/config", "[server]\nhosts = 0.0.0.0:5232, [::]:5232", &[5232]),
        ("prometheus", "prometheus", "/etc/default/prometheus", "ARGS=\"--web.listen-address=127.0.0.1:9090\"", &[]),
        (
            "haproxy",
            "haproxy",
            "/etc/haproxy/haproxy.cfg",
            "frontend web\n  bind :80\nfrontend own\n  bind 127.0.0.1:81",
            &[80],
        ),
        ("monit", "monit", "/etc/monit/monitrc", "set httpd port 2812\n  use address 0.0.0.0", &[2812]),
        ("samba", "smbd", "/etc/samba/smb.conf", "[global]\n  smb ports = 445", &[445]),
        (
            "snapserver",
            "snapserver",
            "/etc/snapserver.conf",
            "[http]\nport = 1790\n[tcp]\nbind_to_address = 127.0.0.1",
            &[1704, 1790],
        ),
    ] {
        let mut guest = with(package);
        written(&mut guest, path, text, service);
        assert_eq!(open_ports(&guest), open, "{package}");
    }
}

#[test]
fn a_file_that_nobody_reads_opens_nothing() {
    for (package, service, path, text) in [
        ("unbound", "unbound", "/etc/unbound/own.conf", "server:\n  interface: 0.0.0.0"),
        ("valkey-server", "valkey-server", "/etc/valkey/own.conf", "bind *"),
        ("mariadb-server", "mariadb", "/etc/mysql/own.cnf", "[mariadbd]\nbind-address = 0.0.0.0"),
        ("nats-server", "nats-server", "/etc/nats.conf", "host: 0.0.0.0"),
        ("rabbitmq-server", "rabbitmq-server", "/etc/rabbitmq/rabbitmq.conf", "listeners.tcp.1 = 127.0.0.1:5672"),
    ] {
        let mut guest = with(package);
        written(&mut guest, path, text, service);
        assert_eq!(open_ports(&guest), NOTHING, "{package}");
    }
}

#[test]
fn a_file_counts_from_when_another_brings_it_in() {
    let mut guest = with("valkey-server");
    written(&mut guest, "/etc/valkey/own.conf", "bind * -::*", "valkey-server");
    assert_eq!(open_ports(&guest), NOTHING);
    done(&mut guest, "echo 'include /etc/valkey/own.conf' >>/etc/valkey/valkey.conf");
    assert_eq!(open_ports(&guest), NOTHING, "nothing read it yet");
    done(&mut guest, "systemctl restart valkey-server");
    assert_eq!(open_ports(&guest), [6379]);
}

#[test]
fn programs_that_set_services_up_fail_where_the_real_ones_would() {
    let mut guest = with("samba rabbitmq-server");
    assert_ne!(run(&mut guest, "printf 'a\\na\\n' | smbpasswd -s -a home").1, 0);
    assert_ne!(run(&mut guest, "echo home:secret | chpasswd").1, 0);
    assert_ne!(run(&mut guest, "runuser -u home -- true").1, 0);
    assert_ne!(run(&mut guest, "id home").1, 0);
    done(&mut guest, "useradd --system home; echo home:secret | chpasswd; runuser -u home -- true; id home");
    done(&mut guest, "printf 'a\\na\\n' | smbpasswd -s -a home; rabbitmqctl -q list_users");
    assert_ne!(run(&mut guest, "systemctl stop rabbitmq-server; rabbitmqctl -q list_users").1, 0);
}

#[test]
fn sed_takes_every_expression_it_is_given() {
    let mut guest = with("privoxy");
    let script = "printf 'one\\ntwo\\nthree\\n' >/tmp/x; sed -i -e '/^one/d' -e 's/two/2/' /tmp/x; cat /tmp/x";
    assert_eq!(done(&mut guest, script), "2\nthree\n");
}
