//! What a fresh guest has: its files, the commands of its image, its first processes.

use super::{
    files::{Device, File, Files, Node, Report},
    kernel::Kernel,
    sockets::{self, Family},
    software::installed,
};
use crate::{domain::moment::Moment, sim::hash::mix};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Bash with readline, GNU tools, systemd.
    Debian,
    /// Busybox: ash, its applets, its init.
    Alpine,
}

/// Who the guest is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub flavour: Flavour,
    pub booted: Moment,
    /// When the machine below it was.
    pub node_booted: Moment,
    /// As `ip` shows it, with its length; empty while no network gives one.
    pub address: String,
    pub memory: u64,
    /// Set for the first process and for shells of the console.
    pub environment: Vec<(String, String)>,
}

/// Commands every image has.
const COMMON: &[&str] = &[
    "base64",
    "basename",
    "cat",
    "chmod",
    "chown",
    "cp",
    "cut",
    "date",
    "dd",
    "dirname",
    "du",
    "df",
    "echo",
    "env",
    "expr",
    "false",
    "find",
    "free",
    "grep",
    "head",
    "hostname",
    "id",
    "ip",
    "kill",
    "ln",
    "ls",
    "mkdir",
    "mktemp",
    "mv",
    "nproc",
    "od",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "setsid",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "sleep",
    "sort",
    "stat",
    "stty",
    "sync",
    "tail",
    "tee",
    "test",
    "[",
    "timeout",
    "top",
    "touch",
    "tr",
    "true",
    "tty",
    "uname",
    "uniq",
    "uptime",
    "wc",
    "which",
    "whoami",
    "xargs",
    "yes",
];
const ONLY_DEBIAN: &[&str] = &[
    "adduser",
    "apt",
    "apt-cache",
    "apt-get",
    "bash",
    "chpasswd",
    "dash",
    "dpkg",
    "dpkg-query",
    "getent",
    "groupadd",
    "install",
    "journalctl",
    "nohup",
    "runuser",
    "ss",
    "systemctl",
    "useradd",
    "usermod",
];
const ONLY_ALPINE: &[&str] = &["ash", "busybox", "xxd", "getent"];

pub fn files(host: &Host, now: Moment) -> Files {
    let mut files = Files::default();
    let at = now.as_secs();
    for folder in [
        "/bin",
        "/dev",
        "/etc",
        "/home",
        "/mnt",
        "/opt",
        "/proc",
        "/root",
        "/run",
        "/srv",
        "/sys",
        "/tmp",
        "/usr/bin",
        "/usr/local/bin",
        "/usr/sbin",
        "/var/lib",
        "/var/log",
        "/var/run",
    ] {
        files.plant(folder, Node::Folder { mode: if folder == "/tmp" { 0o1777 } else { 0o755 } });
    }
    for (path, device) in [
        ("/dev/null", Device::Null),
        ("/dev/zero", Device::Zero),
        ("/dev/urandom", Device::Random),
        ("/dev/random", Device::Random),
        ("/dev/tty", Device::Terminal),
        ("/dev/pts/3", Device::Terminal),
        ("/dev/console", Device::Null),
    ] {
        files.plant(path, Node::Device(device));
    }
    for (path, report) in [
        ("/proc/uptime", Report::Uptime),
        ("/proc/mounts", Report::Mounts),
        ("/proc/loadavg", Report::LoadAverage),
        ("/proc/meminfo", Report::MemoryInfo),
        ("/proc/sys/kernel/random/boot_id", Report::BootId),
        ("/proc/1/stat", Report::FirstProcess),
        ("/proc/net/tcp", Report::Tcp),
        ("/proc/net/tcp6", Report::Tcp6),
    ] {
        files.plant(path, Node::Report(report));
    }
    let own: &[&str] = if host.flavour == Flavour::Debian { ONLY_DEBIAN } else { ONLY_ALPINE };
    for name in COMMON.iter().chain(own).chain(&["sh"]) {
        let text = format!("\u{7f}ELF {name}\n");
        files.plant(&format!("/usr/bin/{name}"), Node::File(File::new(text.into_bytes(), 0o755, at)));
        files.plant(&format!("/bin/{name}"), Node::Link(format!("/usr/bin/{name}")));
    }
    let release = match host.flavour {
        Flavour::Debian => DEBIAN,
        Flavour::Alpine => ALPINE,
    };
    let shell = if host.flavour == Flavour::Debian { "/bin/bash" } else { "/bin/sh" };
    let passwd = format!("root:x:0:0:root:/root:{shell}\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n");
    let mut write =
        |path: &str, text: &str| files.plant(path, Node::File(File::new(text.as_bytes().to_vec(), 0o644, at)));
    write("/etc/os-release", release);
    write("/etc/passwd", &passwd);
    write("/etc/group", "root:x:0:\ndaemon:x:1:\n");
    write("/etc/resolv.conf", "nameserver 127.77.0.1\nsearch home.arpa\n");
    match host.flavour {
        Flavour::Debian => {
            write("/etc/debian_version", "13.1\n");
            installed::begin(&mut files, at);
        }
        Flavour::Alpine => write("/etc/alpine-release", "3.23.0\n"),
    }
    name_host(&mut files, host, now);
    files
}

/// The files that hold the guest's name.
pub fn name_host(files: &mut Files, host: &Host, now: Moment) {
    let ip = host.address.split('/').next().filter(|ip| !ip.is_empty()).unwrap_or("127.0.1.1");
    for (path, text) in [
        ("/etc/hostname", format!("{}\n", host.name)),
        ("/etc/hosts", format!("127.0.0.1\tlocalhost\n::1\tlocalhost\n{ip}\t{}\n", host.name)),
    ] {
        files.plant(path, Node::File(File::new(text.into_bytes(), 0o644, now.as_secs())));
    }
}

/// What runs before anybody comes.
pub fn first_processes(kernel: &mut Kernel) {
    let names: &[&str] = match kernel.host.flavour {
        Flavour::Debian => {
            &["/sbin/init", "/usr/lib/systemd/systemd-journald", "/usr/sbin/cron -f", "/usr/bin/dbus-daemon --system"]
        }
        Flavour::Alpine => &["/sbin/init", "/sbin/syslogd -t -n", "/usr/sbin/crond -c /etc/crontabs -f"],
    };
    for (place, name) in names.iter().enumerate() {
        let pid = if place == 0 { 1 } else { 40 + 23 * place as u32 };
        let made = kernel.add(0, Some(0), Some(0), (*name).to_owned());
        if let Some(mut process) = kernel.processes.remove(&made) {
            (process.group, process.session, process.began) = (pid, pid, kernel.host.booted);
            kernel.processes.insert(pid, process);
        }
    }
}

/// The text of what is made anew at every look.
pub fn report(kernel: &Kernel, report: Report) -> String {
    let up = kernel.now.since(kernel.host.booted).as_millis() as f64 / 1000.0;
    let total = kernel.host.memory / 1024;
    match report {
        Report::Uptime => format!("{up:.2} {:.2}\n", up * 0.95),
        Report::LoadAverage => {
            format!(
                "0.12 0.08 0.05 1/{} {}\n",
                kernel.processes.len() + 40,
                kernel.processes.keys().max().unwrap_or(&1)
            )
        }
        // That of the node: a container does not have its own.
        Report::BootId => boot_id(kernel.host.node_booted),
        Report::FirstProcess => {
            let ticks = kernel.host.booted.since(kernel.host.node_booted).as_millis() / 10;
            let name = if kernel.host.flavour == Flavour::Debian { "systemd" } else { "init" };
            format!("1 ({name}) S 0 1 1 0 -1 4194560 8412 91233 57 321 41 63 180 97 20 0 1 0 {ticks} 22712320 3132\n")
        }
        Report::Mounts => {
            "/dev/root / ext4 rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n".into()
        }
        Report::Tcp => sockets::table(kernel, Family::Four),
        Report::Tcp6 => sockets::table(kernel, Family::Six),
        Report::MemoryInfo => format!(
            "MemTotal:       {total:>8} kB\nMemFree:        {:>8} kB\nMemAvailable:   {:>8} kB\n",
            total * 8 / 10,
            total * 9 / 10
        ),
    }
}

fn boot_id(booted: Moment) -> String {
    let word = |salt| mix(booted.0 as u64, salt);
    let (a, b) = (word(0xB007), word(0x1D));
    let (high, low) = (a >> 32, b & 0xFFFF_FFFF_FFFF);
    format!("{high:08x}-{:04x}-4{:03x}-a{:03x}-{low:012x}\n", (a >> 16) & 0xFFFF, a & 0xFFF, b >> 52)
}

const DEBIAN: &str = r#"PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
DEBIAN_VERSION_FULL=13.1
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
"#;
const ALPINE: &str = r#"NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.23.0
PRETTY_NAME="Alpine Linux v3.23"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
"#;
