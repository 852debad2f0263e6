//! Packages and units inside a simulated Debian: what is installed and enabled lies in its files, what runs does not.

use proximity::{
    domain::moment::Moment,
    sim::shell::{Flavour, Host, Inside, Machine, Reach},
};

pub const NOTHING: [u16; 0] = [];

pub fn host() -> Host {
    let now = Moment(1_795_176_000_000);
    Host {
        name: "box".into(),
        flavour: Flavour::Debian,
        booted: now,
        node_booted: Moment(now.0 - 86_400_000),
        address: "127.77.1.10/16".into(),
        memory: 512 << 20,
        environment: Vec::new(),
    }
}

pub fn debian() -> Machine {
    Machine::new(host(), host().booted)
}

/// What a script writes, both ways, and its code.
pub fn run(guest: &mut Machine, script: &str) -> (String, i32) {
    let (text, code) = guest.script(&format!("exec 2>&1\n{script}"), 3_600_000);
    (String::from_utf8_lossy(&text).into_owned(), code.unwrap_or(-1))
}

/// Runs a script that must end well.
pub fn done(guest: &mut Machine, script: &str) -> String {
    let (text, code) = run(guest, script);
    assert_eq!(code, 0, "{script}: {text}");
    text
}

pub fn with(packages: &str) -> Machine {
    let mut guest = debian();
    done(&mut guest, &format!("apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y {packages}"));
    guest
}

/// The same guest after it was started anew.
pub fn restarted(guest: &Machine) -> Machine {
    guest.rebooted(host(), guest.now())
}

/// The ports that everybody can reach.
pub fn open_ports(guest: &Machine) -> Vec<u16> {
    let listeners = guest.listeners();
    listeners.iter().filter(|listener| listener.reach == Reach::Everybody).map(|listener| listener.port).collect()
}

#[test]
fn apt_installs_what_it_knows_with_all_that_needs() {
    let mut guest = debian();
    assert_eq!(run(&mut guest, "command -v docker; docker info; mosquitto_passwd").1, 127);
    let (text, code) = run(&mut guest, "apt-get install -y curl");
    assert!(
        text.contains("E: Unable to locate package curl") && code == 100,
        "nothing is known before the lists: {text}"
    );

    let text = done(&mut guest, "apt-get update");
    assert!(text.starts_with("Get:1 http://deb.debian.org/debian trixie InRelease [140 kB]\n"), "{text}");
    assert!(text.contains("Reading package lists..."), "{text}");
    let began = guest.now();
    let text = done(
        &mut guest,
        "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker.io docker-cli",
    );
    for line in [
        "Get:1 http",
        "Selecting previously unselected package runc.",
        "Unpacking docker.io (26.",
        "Setting up docker.io (26.",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("apparmor"), "{text}");
    assert!(guest.now().since(began).as_secs() >= 2, "it takes its time");

    let text = done(&mut guest, "apt-get install -y docker.io");
    assert!(text.contains("docker.io is already the newest version (26."), "{text}");
    assert!(text.contains("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded."), "{text}");
    let (text, code) = run(&mut guest, "apt-get install -y nosuchthing");
    assert!(text.ends_with("E: Unable to locate package nosuchthing\n") && code == 100, "{text}");
    assert_eq!(done(&mut guest, "command -v docker"), "/usr/bin/docker\n");
}

#[test]
fn an_installation_that_nobody_confirms_is_given_up() {
    let mut guest = debian();
    done(&mut guest, "apt-get update");
    let (text, code) = run(&mut guest, "apt-get install docker.io");
    assert!(text.contains("Do you want to continue? [Y/n] Abort.") && code == 1, "{text}");
    assert_eq!(run(&mut guest, "dpkg -s docker.io >/dev/null").1, 1);
}

#[test]
fn what_is_installed_can_be_asked_upgraded_and_taken_away() {
    let mut guest = with("mosquitto");
    assert_eq!(done(&mut guest, "dpkg-query -W -f='${Status}|${Version}' mosquitto"), "install ok installed|2.0.21-1");
    assert!(done(&mut guest, "dpkg -s mosquitto").contains("Status: install ok installed\n"));
    assert!(done(&mut guest, "apt-cache policy mosquitto").contains("  Installed: 2.0.21-1\n  Candidate: 2.0.21-1\n"));
    assert!(done(&mut guest, "apt-cache policy nginx").contains("  Installed: (none)\n  Candidate: 1.26.3"));
    assert_eq!(run(&mut guest, "dpkg-query -W nginx").0, "dpkg-query: no packages found matching nginx\n");

    assert!(done(&mut guest, "apt-get -y upgrade").contains("2 upgraded, 0 newly installed"));
    assert!(done(&mut guest, "apt-get -y upgrade").contains("0 upgraded, 0 newly installed"));

    done(&mut guest, "apt-get remove -y mosquitto");
    assert_eq!(run(&mut guest, "command -v mosquitto").1, 127);
    assert_eq!(done(&mut guest, "dpkg-query -W -f='${Status}' mosquitto"), "deinstall ok config-files");
    done(
        &mut guest,
        "test -e /etc/mosquitto/mosquitto.conf; apt-get purge -y mosquitto; test ! -e /etc/mosquitto/mosquitto.conf",
    );
    assert_eq!(run(&mut guest, "dpkg -s mosquitto; systemctl is-active mosquitto").1, 4);
}

#[test]
fn only_debian_has_apt() {
    let mut guest = Machine::new(Host { flavour: Flavour::Alpine, ..host() }, host().booted);
    assert_eq!(run(&mut guest, "command -v apt-get || command -v systemctl || command -v dpkg").1, 127);
}

#[test]
fn units_run_again_after_a_start_when_they_are_enabled() {
    let mut guest = with("nginx mosquitto");
    done(&mut guest, "systemctl is-active nginx && systemctl is-enabled mosquitto && systemctl is-system-running");
    done(&mut guest, "systemctl disable --now mosquitto");
    assert_eq!(run(&mut guest, "systemctl is-active mosquitto"), ("inactive\n".into(), 3));
    assert_eq!(run(&mut guest, "systemctl is-enabled mosquitto"), ("disabled\n".into(), 1));
    done(&mut guest, "systemctl start mosquitto && systemctl is-active --quiet mosquitto");
    let mut again = restarted(&guest);
    assert_eq!(run(&mut again, "systemctl is-active nginx mosquitto"), ("active\ninactive\n".into(), 0));
    assert_eq!(run(&mut again, "systemctl start nothing").1, 5);
    assert!(done(&mut again, "systemctl status nginx").contains("Active: active (running) since"));
    let text = done(&mut again, "journalctl -u nginx -n 1 --no-pager");
    assert!(text.contains("systemd[1]: Started nginx.service") && text.lines().count() == 1, "{text}");
    let text = done(&mut again, "journalctl -u nginx -n 1 -o short-iso --no-pager");
    let time = text.split(' ').next().unwrap().to_owned();
    assert!(time.parse::<jiff::Timestamp>().is_ok() && time.ends_with("+00:00") && time.len() == 25, "{text}");
    assert_eq!(done(&mut again, &format!("journalctl -u nginx -o short-iso -n 1 --since {time}")), text);
    assert_eq!(done(&mut again, "journalctl -u nginx --since @99999999999"), "-- No entries --\n");
    assert_eq!(done(&mut again, "journalctl -q -u nginx --since '2999-01-01 00:00:00'"), "");
}

#[test]
fn a_unit_that_a_script_wrote_runs_what_it_says() {
    let mut guest = with("python3");
    let script = "cat >/etc/systemd/system/web.service <<'E'\n[Unit]\nDescription=A page\n[Service]\nExecStart=/usr/bin/python3 -m http.server 8000\n[Install]\nWantedBy=multi-user.target\nE\n\
                  cat >/etc/systemd/system/note.service <<'E'\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo ran >>/var/ran'\n[Install]\nWantedBy=multi-user.target\nE\n\
                  systemctl daemon-reload && systemctl enable --now web note";
    let text = done(&mut guest, script);
    assert!(text.contains("Created symlink '/etc/systemd/system/multi-user.target.wants/web.service'"), "{text}");
    assert_eq!(open_ports(&guest), [8000]);
    assert_eq!(guest.file("/var/ran").as_deref(), Some(&b"ran\n"[..]));
    let mut again = restarted(&guest);
    assert_eq!(run(&mut again, "systemctl is-active web note; cat /var/ran").0, "active\nactive\nran\nran\n");

    done(&mut again, "sed -i s/python3/nothing/ /etc/systemd/system/web.service");
    let (text, code) = run(&mut again, "systemctl restart web");
    assert!(text.contains("Job for web.service failed") && code == 1, "{text}");
    assert_eq!(run(&mut again, "systemctl is-active web"), ("failed\n".into(), 3));
    assert!(done(&mut again, "journalctl -u web -n 5 --no-pager").contains("Unable to locate executable"));
    assert_eq!(open_ports(&again), NOTHING);
}

#[test]
fn a_service_listens_where_its_configuration_says_once_it_was_started_with_it() {
    let mut guest = with("mosquitto redis-server nginx postgresql openssl curl");
    assert_eq!(open_ports(&guest), [80]);
    let shown = done(&mut guest, "ss -ltn");
    for line in ["127.0.0.1:1883", "127.0.0.1:6379", "127.0.0.1:5432", "0.0.0.0:80"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let script = "mosquitto_passwd -c -b /etc/mosquitto/passwd one \"$(openssl rand -hex 12)\"\n\
                  mosquitto_passwd -b /etc/mosquitto/passwd two secret\n\
                  printf 'listener 1883\\npassword_file /etc/mosquitto/passwd\\n' >/etc/mosquitto/conf.d/own.conf";
    done(&mut guest, script);
    assert_eq!(open_ports(&guest), [80], "nothing read it yet");
    done(&mut guest, "systemctl restart mosquitto && ss -ltnp | grep -q '0.0.0.0:1883.*mosquitto'");
    assert_eq!(open_ports(&guest), [1883, 80]);
    assert_eq!(
        done(&mut guest, "grep -c '^[a-z]*:\\$7\\$' /etc/mosquitto/passwd; curl -fsS http://localhost/ >/dev/null"),
        "2\n"
    );
    assert_eq!(open_ports(&restarted(&guest)), [1883, 80]);

    done(&mut guest, "systemctl stop nginx");
    assert_eq!(open_ports(&guest), [1883]);
    assert_eq!(run(&mut guest, "curl -fsS http://localhost/").1, 7);
    assert_eq!(run(&mut guest, "rm /etc/mosquitto/passwd; systemctl restart mosquitto").1, 1);
    assert_eq!(open_ports(&guest), NOTHING);
}

#[test]
fn what_was_installed_goes_with_the_files() {
    let mut guest = debian();
    let before: Inside = guest.inside();
    done(&mut guest, "apt-get update && apt-get install -y nginx");
    let after = guest.inside();
    let back = Machine::with_disk(host(), &before, guest.now());
    assert_eq!(open_ports(&back), NOTHING);
    let mut copy = Machine::with_disk(Host { name: "twin".into(), ..host() }, &after, guest.now());
    assert_eq!(open_ports(&copy), [80]);
    done(&mut copy, "apt-get purge -y nginx");
    assert_eq!((open_ports(&copy), open_ports(&guest)), (vec![], vec![80]));
}

#[test]
fn install_scripts_find_what_they_are_used_to() {
    let script = r#"set -eu
umask 022
export DEBIAN_FRONTEND=noninteractive
say() { printf '%s\n' "$*"; }
trap 'say over' EXIT
[ "$(id -u)" = 0 ] && command -v install >/dev/null
. /etc/os-release
say "$ID $VERSION_ID"
useradd --system --home-dir /var/lib/app --shell /usr/sbin/nologin app
adduser --system --group --home /srv/other other
adduser --system other
getent passwd app other >/dev/null
install -d -m 750 -o app -g app /opt/app /opt/app/data
cat > /opt/app/app.conf <<'X'
port = "$nothing"
X
install -m 640 /opt/app/app.conf /opt/app/copy.conf
chown -R app:app /opt/app && chmod 600 /opt/app/app.conf
stat -c '%a %n' /opt/app /opt/app/app.conf /opt/app/copy.conf
env A=1 sh -c 'echo $A'
"#;
    let expected = "debian 13\n750 /opt/app\n600 /opt/app/app.conf\n640 /opt/app/copy.conf\n1\nover\n";
    assert_eq!(run(&mut debian(), script), (expected.into(), 0));
}
