//! All of a world that counts, as lines that can be compared. What must hold: a line says the same whenever the same is so,
//! and whatever is new has the same name in every case.

use std::collections::{BTreeMap, BTreeSet};

use proximity::sim::{Datacenter, Storage, shell::Inside};

use super::stage::{House, Stage};

pub type Picture = BTreeMap<String, String>;

/// Where files lie that count.
const FOLDERS: [&str; 4] = ["/srv/app", "/etc/proximity", "/etc/mosquitto", "/etc/caddy"];
/// Tasks of those who look into a guest; they end by themselves.
const VISITS: [&str; 2] = ["vncproxy", "vncshell"];

pub async fn of(stage: &Stage, house: &House) -> Picture {
    let secrets = house.secrets().await;
    let mut picture = stage.simulator.datacenter().with(world);
    picture.extend(books(house).into_iter().map(|(line, value)| (line, without_stays(&value))));
    picture.extend(secrets.keys().map(|name| (format!("vault {name}"), "is there".to_owned())));
    // What was made by chance has its name instead.
    for value in picture.values_mut() {
        for (name, secret) in &secrets {
            *value = value.replace(secret.reveal(), &format!("<{name}>"));
        }
    }
    picture
}

/// Guests by their names: one that takes the place of another has another id. Two of one name are told apart.
fn names(datacenter: &Datacenter) -> Names {
    let mut names = Names::new();
    for guest in datacenter.guests.values() {
        let before = datacenter.guests.values().take_while(|other| other.vmid != guest.vmid);
        let count = before.filter(|other| other.name() == guest.name()).count();
        let name = if count == 0 { guest.name() } else { format!("{} ({})", guest.name(), count + 1) };
        names.insert(guest.vmid, name);
    }
    names
}

type Names = BTreeMap<u32, String>;

fn world(datacenter: &mut Datacenter) -> Picture {
    let mut picture = Picture::new();
    let names = names(datacenter);
    for guest in datacenter.guests.values() {
        let name = &names[&guest.vmid];
        let mut line =
            |what: &str, value: String| picture.insert(format!("guest {name} {what}"), plain(&value, &names));
        line("node", guest.node.clone());
        line("power", if guest.is_running() { "on" } else { "off" }.into());
        line("pool", format!("{:?}", guest.pool));
        line("pending", format!("{:?}", guest.pending));
        line("unused", format!("{:?}", guest.unused_sizes));
        let said = guest.config.iter().filter(|(option, value)| !is_default(option, value));
        said.for_each(|(option, value)| drop(line(option, value.to_string())));
        for snapshot in &guest.snapshots {
            line(&format!("snapshot {}", snapshot.name), format!("{} {:?}", snapshot.description, snapshot.config));
        }
        for (path, text) in files(&datacenter.consoles.inside(guest.vmid)) {
            line(&format!("file {path}"), text);
        }
    }
    for (id, job) in &datacenter.jobs {
        picture.insert(format!("job {id}"), format!("{:?}", job.options));
    }
    picture.extend(datacenter.pools.keys().map(|pool| (format!("pool {pool}"), "is there".to_owned())));
    picture.extend(datacenter.storages.iter().flat_map(|storage| contents(storage, &names)));
    let tasks = datacenter.tasks.running().filter(|task| !VISITS.contains(&task.kind));
    picture.extend(tasks.map(|task| (format!("runs {} {}", task.kind, task.id), task.upid.clone())));
    picture
}

/// Where an app lived before: a way back by an archive leads to another guest, and when is a matter of chance.
fn without_stays(value: &str) -> String {
    let Some((before, after)) = value.split_once(r#","stays":["#) else { return value.to_owned() };
    let rest = after.split_once(']').map_or("", |(_, rest)| rest);
    format!("{before}{rest}")
}

/// To say so and to say nothing is the same.
fn is_default(option: &str, value: &serde_json::Value) -> bool {
    matches!(option, "protection" | "onboot") && value.to_string().trim_matches('"') == "0"
}

/// Volumes are called by the id of their guest.
fn plain(value: &str, names: &Names) -> String {
    let mut value = value.to_owned();
    for (vmid, name) in names {
        for (before, after) in [("-", "-"), ("/", "/"), ("-", "/"), (":", "/")] {
            value = value.replace(&format!("{before}{vmid}{after}"), &format!("{before}<{name}>{after}"));
        }
    }
    value
}

fn contents<'a>(storage: &'a Storage, names: &'a Names) -> impl Iterator<Item = (String, String)> + 'a {
    storage.volumes.iter().enumerate().map(move |(at, volume)| {
        let notes = volume.notes.clone().unwrap_or_default();
        let key = match volume.content {
            // An archive is named by its moment.
            "backup" => format!("archive {} {notes} ({at})", storage.name),
            content => format!("{content} {} {}", storage.name, plain(&volume.path, names)),
        };
        (key, format!("{} protected={}", volume.format, volume.is_protected))
    })
}

fn files(inside: &Inside) -> Vec<(String, String)> {
    let Inside::Known(files) = inside else { return Vec::new() };
    let mut found: BTreeSet<String> = FOLDERS.iter().flat_map(|folder| files.below(folder)).collect();
    found.extend(files.below("/").into_iter().filter(|path| path.contains(".before-")));
    found.into_iter().filter_map(|path| files.text(&path).map(|text| (path.clone(), unsalted(&path, text)))).collect()
}

/// A password is hashed with another salt each time.
fn unsalted(path: &str, text: String) -> String {
    match text.split_once(":$").filter(|_| path.ends_with("/passwd")) {
        Some((user, _)) => format!("{user}, hashed"),
        None => text,
    }
}

/// What stands in the books besides operations that have ended.
fn books(house: &House) -> Picture {
    let connection = rusqlite::Connection::open(house.database()).unwrap();
    let queries = [
        ("app", "SELECT id, name || ' ' || host || ' ' || marker FROM app"),
        ("app", "SELECT id || ' address', coalesce(address, '-') FROM app"),
        ("book", "SELECT id, book FROM app WHERE book IS NOT NULL"),
        ("port", "SELECT host || ' ' || app || ' ' || name, CAST(port AS TEXT) FROM port_lease"),
        ("id lease", "SELECT host || ' ' || vmid, coalesce(name, '-') FROM id_lease"),
        ("hold", "SELECT lock, CAST(operation AS TEXT) FROM hold"),
        ("turn", "SELECT node || ' ' || operation, CAST(has_it AS TEXT) FROM turn"),
        ("goes on", "SELECT CAST(id AS TEXT), lock FROM operation WHERE ended IS NULL"),
    ];
    let mut picture = Picture::new();
    for (what, query) in queries {
        let mut rows = connection.prepare(query).unwrap();
        let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
        picture.extend(rows.map(Result::unwrap).map(|(key, value)| (format!("{what} {key}"), value)));
    }
    picture
}

/// What one of them has otherwise, but for lines that may stand either way. Templates that were fetched stay: they are of
/// use to others.
pub fn difference(wanted: &Picture, found: &Picture, either: &[&str]) -> Vec<String> {
    let keys: BTreeSet<_> = wanted.keys().chain(found.keys()).collect();
    let differ = keys.into_iter().filter(|key| {
        let may_differ = key.starts_with("vztmpl ") || either.iter().any(|what| key.ends_with(&format!(" {what}")));
        wanted.get(*key) != found.get(*key) && !may_differ
    });
    differ.map(|key| format!("{key}: wanted {:?}, found {:?}", wanted.get(key), found.get(key))).collect()
}
