//! All that an operation may leave behind, as one text: on the host, in our books, in the vault. What must hold: two
//! pictures are the same exactly where nobody could tell the two worlds apart but by numbers that are drawn anew.

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::Path,
    time::{Duration, Instant},
};

use proximity::sim::{Datacenter, Simulator};
use regex::Regex;
use rusqlite::Connection;

/// A console's task ends a moment after the one who sat there is gone.
const NOTICED: Duration = Duration::from_secs(10);

/// A line for each thing.
pub fn of(simulator: &Simulator, folder: &Path) -> String {
    let end = Instant::now() + NOTICED;
    while simulator.datacenter().with(|datacenter| ours(datacenter).count() > 0) && Instant::now() < end {
        std::thread::yield_now();
    }
    let books = Connection::open(folder.join("proximity.db")).unwrap();
    let mut text = simulator.datacenter().with(|datacenter| host(datacenter));
    for (what, select) in TABLES {
        rows(&books, what, select, &mut text);
    }
    let vault = std::fs::metadata(folder.join("secrets.vault")).unwrap().len();
    writeln!(text, "vault of {vault} bytes").unwrap();
    told_alike(text)
}

/// The journal tells what was done and is no part of what it left.
const TABLES: [(&str, &str); 6] = [
    (
        "app",
        "SELECT name || ' ' || host || '/' || vmid || ' ' || id || ' ' || coalesce(address, '--') || ' ' || coalesce(book, '--') FROM app ORDER BY name",
    ),
    ("port", "SELECT host || ' ' || port || ' ' || name || ' ' || app FROM port_lease ORDER BY 1"),
    ("id", "SELECT host || ' ' || vmid FROM id_lease ORDER BY 1"),
    ("hold", "SELECT lock FROM hold ORDER BY 1"),
    ("turn", "SELECT node FROM turn ORDER BY 1"),
    ("unfinished", "SELECT id || '' FROM operation WHERE ended IS NULL ORDER BY 1"),
];

fn rows(books: &Connection, what: &str, select: &str, text: &mut String) {
    let mut rows = books.prepare(select).unwrap();
    for row in rows.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        writeln!(text, "{what} {}", row.unwrap()).unwrap();
    }
}

fn host(datacenter: &mut Datacenter) -> String {
    let mut text = String::new();
    for guest in datacenter.guests.values() {
        let (now, then) = (config(&guest.config), config(&guest.pending));
        let power = if guest.is_running() { "on" } else { "off" };
        writeln!(text, "guest {} {} {power} {:?} {now} / {then}", guest.vmid, guest.node, guest.pool).unwrap();
        for snapshot in &guest.snapshots {
            writeln!(text, "snapshot {} {}", guest.vmid, snapshot.name).unwrap();
        }
    }
    for storage in &datacenter.storages {
        let mut volumes: Vec<_> =
            storage.volumes.iter().map(|volume| (&volume.path, volume.size, &volume.notes)).collect();
        volumes.sort();
        for volume in volumes {
            writeln!(text, "volume {} {volume:?}", storage.name).unwrap();
        }
    }
    ours(datacenter).for_each(|(kind, id)| writeln!(text, "task {kind} {id}").unwrap());
    text
}

/// What our user has running there.
fn ours(datacenter: &Datacenter) -> impl Iterator<Item = (&str, &str)> {
    let ours = datacenter.tasks.running().filter(|task| task.user.starts_with("proximity@"));
    ours.map(|task| (task.kind, task.id.as_str()))
}

fn config(config: &BTreeMap<String, serde_json::Value>) -> String {
    serde_json::to_string(config).unwrap()
}

/// Without what chance and clocks decide.
fn told_alike(mut text: String) -> String {
    for (pattern, word) in [
        (r"127\.77\.\d+\.\d+", "ADDRESS"),
        (r"BC:24:11(:[0-9A-F]{2}){3}", "MAC"),
        (r#"ADMIN_TOKEN=[^\\"]*"#, "ADMIN_TOKEN=DRAWN"),
        (r"\bop=\d+", "op=N"),
        (r"\b1[78]\d{11}\b", "MOMENT"),
        (r"\b([a-z]+)-[0-9a-f]{6}\b", "$1-DRAWN"),
        (r"vzdump-lxc-(\d+)-[0-9_]+-[0-9_]+", "vzdump-lxc-$1-MOMENT"),
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, word).into_owned();
    }
    text
}

/// Without images and templates that were fetched: whole ones stay, for they are of use to others.
pub fn but_fetched(picture: &str) -> Vec<&str> {
    picture.lines().filter(|line| !(line.starts_with("volume ") && line.contains("\"vztmpl/"))).collect()
}

/// The lines that only one of two pictures has.
pub fn difference(left: &str, right: &str) -> String {
    let only = |mark: &str, here: &str, there: &str| {
        let lines = here.lines().filter(|line| !there.lines().any(|other| other == *line));
        lines.map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    format!("{}{}", only("-", left, right), only("+", right, left))
}
