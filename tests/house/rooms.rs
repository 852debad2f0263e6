//! Who may name whom. The table is the one in ARCHITECTURE.md; a violation names the file.

use super::sources::{self, Source};

const ROOMS: [&str; 17] = [
    "domain",
    "proxmox",
    "ssh",
    "store",
    "secrets",
    "settings",
    "sound",
    "sim",
    "exec",
    "operations",
    "services",
    "engine",
    "tui",
    "cli",
    "boot",
    "web",
    "catalog",
];

/// What each room may use of ours, besides itself. Nothing here means anything goes.
fn may_use(room: &str) -> Option<&'static [&'static str]> {
    Some(match room {
        "domain" => &[],
        "proxmox" | "ssh" | "store" | "secrets" | "settings" | "sound" | "sim" | "web" => &["domain"],
        "catalog" => &["domain", "web"],
        "exec" => &["domain", "proxmox", "ssh"],
        "operations" => &["domain", "proxmox", "ssh", "exec", "store", "secrets", "web"],
        "services" => &["domain", "operations", "proxmox", "ssh", "exec", "store"],
        "engine" => &[
            "domain",
            "catalog",
            "proxmox",
            "ssh",
            "store",
            "secrets",
            "settings",
            "exec",
            "operations",
            "services",
            "web",
        ],
        "tui" => &["domain", "engine", "settings", "sound"],
        "cli" => &["domain", "engine", "settings"],
        "boot" | "main" | "lib" => return None,
        _ => panic!("{room} is no room of this house; give it a place in the table"),
    })
}

/// Crates that are at home in some rooms only.
const AT_HOME: [(&str, &[&str]); 19] = [
    ("alacritty_terminal", &["tui"]),
    ("qrcodegen", &["tui"]),
    ("saphyr_parser", &["catalog"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("reqwest", &["proxmox", "web"]),
    ("rusqlite", &["store"]),
    ("keyring", &["secrets"]),
    ("argon2", &["secrets"]),
    ("chacha20poly1305", &["secrets"]),
    ("rodio", &["sound"]),
    ("pulseaudio", &["sound"]),
    ("axum", &["sim"]),
    ("hyper", &["sim", "proxmox"]),
    ("rcgen", &["sim"]),
    ("rustls", &["proxmox", "sim", "web"]),
    ("russh", &["ssh", "sim"]),
    ("tokio_tungstenite", &["proxmox"]),
    ("clap", &["cli", "main"]),
];

/// What the domain must not know: it has no clock, no disk, no chance and no other thread.
const NOT_IN_DOMAIN: [&str; 9] =
    ["tokio", "std::fs", "std::env", "std::net", "std::io", "std::thread", "SystemTime", "Instant::now", "rand"];

fn violations(source: &Source) -> Vec<String> {
    let code = source.code();
    let mut found = Vec::new();
    if let Some(allowed) = may_use(source.room()) {
        for room in ROOMS.iter().filter(|room| **room != source.room() && !allowed.contains(room)) {
            if names(&code, room) {
                found.push(format!("{} names {room}", source.path));
            }
        }
    }
    for (outside, homes) in AT_HOME {
        if mentions(&code, &format!("{outside}::")) && !homes.contains(&source.room()) && source.room() != "boot" {
            found.push(format!("{} uses {outside}", source.path));
        }
    }
    if source.room() == "domain" {
        found.extend(
            NOT_IN_DOMAIN
                .iter()
                .filter(|word| mentions(&code, word))
                .map(|word| format!("{} uses {word}", source.path)),
        );
    }
    found
}

/// `crate::room`, also inside a braced `use crate::{…}`.
fn names(code: &str, room: &str) -> bool {
    if mentions(code, &format!("crate::{room}")) {
        return true;
    }
    let mut rest = code;
    while let Some(at) = rest.find("use crate::{") {
        rest = &rest[at + "use crate::{".len()..];
        if top_level_names(rest).iter().any(|name| name == room) {
            return true;
        }
    }
    false
}

fn top_level_names(braced: &str) -> Vec<String> {
    let (mut depth, mut names, mut word) = (0, Vec::new(), String::new());
    for c in braced.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(std::mem::take(&mut word)),
            _ if depth == 0 => word.push(c),
            _ => {}
        }
    }
    names.push(word);
    let first = |name: String| name.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
    names.into_iter().filter_map(first).collect()
}

fn mentions(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && (word.ends_with(':') || !after.is_some_and(is_part))
    })
}

#[test]
fn no_room_names_a_room_it_may_not() {
    let found: Vec<_> = sources::all().iter().flat_map(violations).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_planted_violation_is_found() {
    let plant = |path: &str, text: &str| violations(&Source { path: path.into(), text: text.into() });
    assert_eq!(plant("domain/app.rs", "use crate::store::Store;"), ["domain/app.rs names store"]);
    assert_eq!(plant("sim/x.rs", "use crate::{\n domain::ids, proxmox::{Client, pin} };"), ["sim/x.rs names proxmox"]);
    assert_eq!(plant("domain/moment.rs", "let t = SystemTime::now();"), ["domain/moment.rs uses SystemTime"]);
    assert_eq!(plant("cli/x.rs", "use reqwest::Client;"), ["cli/x.rs uses reqwest"]);
    assert_eq!(plant("tui/x.rs", "// crate::store is not named here\nuse crate::domain::ids;"), Vec::<String>::new());
}
