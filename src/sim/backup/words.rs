//! How a backup's log writes times, sizes and command lines.

use crate::domain::moment::Moment;

/// `2026_11_20-02_30_00`, in UTC.
pub fn stamp(seconds: i64) -> String {
    written(seconds, "%Y_%m_%d-%H_%M_%S")
}

/// `2026-11-20T02:30:00Z`, as a backup server names its snapshots.
pub fn snapshot_time(seconds: i64) -> String {
    written(seconds, "%Y-%m-%dT%H:%M:%SZ")
}

/// `2026-11-20 02:30:00`, in UTC.
pub fn clock(at: Moment) -> String {
    written(at.as_secs(), "%Y-%m-%d %H:%M:%S")
}

/// `Fri Nov 20 10:02:19 2026`
pub fn long_clock(at: Moment) -> String {
    written(at.as_secs(), "%a %b %e %H:%M:%S %Y")
}

fn written(seconds: i64, format: &str) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime(format).to_string()
}

/// `00:01:30`
pub fn span(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

pub fn short(bytes: u64) -> String {
    let (kib, mib, gib) = (bytes >> 10, bytes >> 20, bytes as f64 / (1u64 << 30) as f64);
    match bytes {
        0..0x10_0000 => format!("{kib}KB"),
        0x10_0000..0x4000_0000 => format!("{mib}MB"),
        _ if gib < 1024.0 => format!("{gib:.2}GB"),
        _ => format!("{:.2}TB", gib / 1024.0),
    }
}

/// As `tar --totals` writes sizes: `2.4MiB`, `201MiB`. A byte has no halves.
pub fn tar_size(bytes: f64) -> String {
    let (mut value, mut unit) = (bytes, "B");
    for next in ["KiB", "MiB", "GiB", "TiB"] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    if value < 10.0 && unit != "B" { format!("{value:.1}{unit}") } else { format!("{value:.0}{unit}") }
}

/// The call as a shell would be told.
pub fn command_line<'a>(options: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut line = "vzdump".to_owned();
    let mut rest = String::new();
    for (name, value) in options.filter(|(_, value)| !value.is_empty()) {
        match name {
            "vmid" => {
                for vmid in value.split([',', ';', ' ']).filter(|vmid| !vmid.is_empty()) {
                    line.push_str(&format!(" {vmid}"));
                }
            }
            "stdout" | "job-id" => {}
            _ => rest.push_str(&format!(" --{name} {}", quoted(value))),
        }
    }
    line + &rest
}

fn quoted(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "_!%+,-./:@^".contains(c));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// What packs a container, as a failure tells it.
pub fn tar_command() -> &'static str {
    "set -o pipefail && lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 -- tar cpf - --totals \
     --one-file-system -p --sparse --numeric-owner --acls --xattrs '--xattrs-include=user.*' \
     '--xattrs-include=security.capability' '--warning=no-file-ignored' '--warning=no-xattr-write' ./"
}

/// The notes of a backup, with their variables filled in.
pub fn notes(template: &str, cluster: &str, guest: &str, node: &str, vmid: u32) -> String {
    let (mut plain, mut letters) = (String::new(), template.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(if letters.next() == Some('n') { '\n' } else { '\\' }),
            other => plain.push(other),
        }
    }
    plain
        .replace("{{cluster}}", cluster)
        .replace("{{guestname}}", guest)
        .replace("{{node}}", node)
        .replace("{{vmid}}", &vmid.to_string())
}
