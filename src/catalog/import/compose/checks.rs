//! How docker sees that a service is well, the files that compose itself defines, and what is not honoured. What must hold:
//! a key that nobody knows is said, not passed over.

use super::{
    Making, mounts,
    names::{Named, One},
    places,
    service::words_of,
};
use crate::{
    catalog::import::{
        notes::{Stop, stop},
        outcome::Reason,
        tree::Tree,
    },
    domain::catalog::{Healthcheck, Service, Words, escaped, words},
};

pub fn healthcheck(one: &One<'_>, named: &Named<'_>, making: &mut Making<'_, '_>) -> Result<Option<Healthcheck>, Stop> {
    let Some(check) = one.tree.get("healthcheck") else { return Ok(None) };
    let Some(test) = check.get("test").filter(|_| !check.says_yes("disable")) else { return Ok(None) };
    let test = match words_of(one, test, named, making)? {
        Words::Words(mut words) => match words.first().map(String::as_str) {
            Some("CMD-SHELL") => Words::Line(words.split_off(1).join(" ")),
            Some("CMD") => Words::Words(words.split_off(1)),
            _ => return Ok(None),
        },
        line => line,
    };
    if test.texts().iter().all(String::is_empty) {
        return Ok(None);
    }
    let time = |key: &str, otherwise: u32| {
        let text = making.settings.plain(check.word(key).unwrap_or_default())?;
        Ok(text.as_deref().and_then(seconds).unwrap_or(otherwise))
    };
    Ok(Some(Healthcheck {
        test,
        interval: time("interval", 30)?.max(1),
        timeout: time("timeout", 30)?.max(1),
        retries: check.word("retries").and_then(|text| text.parse().ok()).unwrap_or(3).clamp(1, 1000),
        start_period: time("start_period", 0)?,
    }))
}

/// `1h2m3s`, `500ms`, `10`: docker's way to write a time.
pub fn seconds(text: &str) -> Option<u32> {
    let (mut whole, mut number, mut unit) = (0.0, String::new(), String::new());
    for c in text.trim().chars().take(40).chain(['0']) {
        if c.is_ascii_digit() || c == '.' {
            if !unit.is_empty() {
                whole += number.parse::<f64>().ok()? * factor(&unit)?;
                (number, unit) = (String::new(), String::new());
            }
            number.push(c);
        } else {
            unit.push(c);
        }
    }
    // The digit that ends the loop stands behind a time that has no unit.
    if number.len() > 1 {
        whole += number[..number.len() - 1].parse::<f64>().ok()?;
    }
    (!text.trim().is_empty() && whole < 1e9).then_some(whole.ceil() as u32)
}

fn factor(unit: &str) -> Option<f64> {
    Some(match unit {
        "h" => 3600.0,
        "m" => 60.0,
        "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    })
}

/// `256M`, `1gb`, `67108864`
pub fn mebibytes(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor = match unit.trim() {
        "" | "b" => 1.0 / 1024.0 / 1024.0,
        "k" | "kb" | "kib" => 1.0 / 1024.0,
        "m" | "mb" | "mib" => 1.0,
        "g" | "gb" | "gib" => 1024.0,
        _ => return None,
    };
    let size = number.parse::<f64>().ok()? * factor;
    (size.is_finite() && size > 0.0 && size < 1e7).then_some(size.ceil() as u32)
}

/// Files that the compose file itself defines, for services that name them.
pub fn configs(one: &One<'_>, compose: &Tree, service: &mut Service, making: &mut Making<'_, '_>) -> Result<(), Stop> {
    for (part, otherwise) in [("configs", "/"), ("secrets", "/run/secrets/")] {
        for tree in one.tree.get(part).map(Tree::items).unwrap_or_default() {
            let name = tree.as_text().or_else(|| tree.word("source")).unwrap_or_default();
            let target = tree.word("target").unwrap_or(name);
            let target = if target.starts_with('/') { target.to_owned() } else { format!("{otherwise}{target}") };
            let text = text(one, compose.get(part).and_then(|all| all.get(name)), name, making)?;
            if !words::is_path(&target) {
                return stop(
                    Reason::File,
                    format!("service {}: the place of the file {name} is no plain path", one.key),
                );
            }
            let file = mounts::add(name, "0644", text, making);
            service.files.push(format!("{file}:{target}"));
        }
    }
    Ok(())
}

fn text(one: &One<'_>, defined: Option<&Tree>, name: &str, making: &mut Making<'_, '_>) -> Result<String, Stop> {
    let is_plain =
        |text: &str| text.len() <= 64 * 1024 && !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t'));
    if let Some(content) =
        defined.and_then(|defined| defined.get("content")).and_then(Tree::as_text).filter(|text| is_plain(text))
    {
        return making.settings.text(content);
    }
    let path = defined.and_then(|defined| defined.word("file")).and_then(places::own);
    match path.filter(|path| making.beside.has(path)).map(|path| making.beside.text(&path)) {
        Some(Ok(text)) => Ok(making.settings.with_secrets(&escaped(&text))),
        _ => stop(
            Reason::File,
            format!("service {} needs the file {name}, which is not among the files of the store", one.key),
        ),
    }
}

/// What makes no difference here, or is ours to decide.
const HARMLESS: &[&str] = &[
    "image",
    "command",
    "entrypoint",
    "environment",
    "env_file",
    "ports",
    "expose",
    "volumes",
    "volumes_from",
    "depends_on",
    "links",
    "healthcheck",
    "user",
    "cap_add",
    "hostname",
    "working_dir",
    "tmpfs",
    "shm_size",
    "sysctls",
    "devices",
    "init",
    "stop_grace_period",
    "network_mode",
    "configs",
    "secrets",
    "profiles",
    "restart",
    "container_name",
    "labels",
    "logging",
    "networks",
    "build",
    "pull_policy",
    "stdin_open",
    "tty",
    "platform",
    "cpu_shares",
    "cpus",
    "cpuset",
    "mem_limit",
    "mem_reservation",
    "memswap_limit",
    "mem_swappiness",
    "oom_score_adj",
    "oom_kill_disable",
    "annotations",
    "attach",
    "scale",
    "develop",
    "deploy",
    "stop_signal",
    "domainname",
    "log_driver",
    "log_opt",
    "storage_opt",
    "blkio_config",
    "pids_limit",
    "cpu_quota",
    "cpu_period",
    "cpu_count",
    "cpu_percent",
    "x-casaos",
];

/// What is lost, in the words of the operator.
const LOST: &[(&str, &str)] = &[
    ("privileged", "it wants all rights over the machine; it runs without them"),
    ("pid", "it does not see the processes of the machine"),
    ("ipc", "it shares no memory with the machine"),
    ("uts", "it has a name of its own"),
    ("userns_mode", "it runs as unprivileged as its container"),
    ("cgroup", "it rules over no limits of the machine"),
    ("cgroup_parent", "it rules over no limits of the machine"),
    ("security_opt", "its own security options are docker's usual ones"),
    ("cap_drop", "it keeps docker's usual rights, although it would do with fewer"),
    ("read_only", "its own files can be written, although it would not need that"),
    ("ulimits", "its limits are docker's usual ones"),
    ("extra_hosts", "it knows no other machines by its own names for them"),
    ("dns", "it asks the container's own name servers"),
    ("dns_search", "it asks the container's own name servers"),
    ("dns_opt", "it asks the container's own name servers"),
    ("runtime", "it runs in docker's usual way, without a graphics card"),
    ("gpus", "the graphics card is not handed in, so it computes by itself"),
    ("device_cgroup_rules", "no devices of the machine are handed in"),
    ("mac_address", "it has a network address of docker's own choice"),
    ("group_add", "it belongs to no groups of the machine"),
    ("external_links", "it does not know containers of other apps"),
    ("isolation", "it runs in docker's usual way"),
    ("credential_spec", "it runs in docker's usual way"),
];

pub fn say_left_out(one: &One<'_>, making: &mut Making<'_, '_>) {
    for (key, value) in one.tree.pairs() {
        let is_set = *value != Tree::Nothing && value.as_text() != Some("false");
        if HARMLESS.contains(&key.as_str()) || key.starts_with("x-") || !is_set {
            continue;
        }
        match LOST.iter().find(|(lost, _)| lost == key) {
            Some((_, why)) => making.notes.say(format!("service {}: {key}: {why}", one.key)),
            None => making.notes.say(format!("service {}: {key} is not known here", one.key)),
        }
    }
    let reserved =
        one.tree.get("deploy").and_then(|deploy| deploy.get("resources")?.get("reservations")?.get("devices"));
    if reserved.is_some() {
        making.notes.say("the graphics card is not handed in, so it computes by itself");
    }
    if one.ends {
        making
            .notes
            .say(format!("service {}: it does its work once and ends; it is started again whenever it does", one.key));
    }
}
