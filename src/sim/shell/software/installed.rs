//! Which packages are installed: what stands in `/var/lib/dpkg/status`, and the files a package brings and takes away.

use super::{
    more_packages::BASE,
    packages::{Package, RESTING, Service, known},
    units,
};
use crate::sim::shell::files::{File, Files, Node};

pub const STATUS: &str = "/var/lib/dpkg/status";

/// One paragraph of the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// `install ok installed`, or what is left of it.
    pub status: String,
    pub version: String,
}

/// What stays of a package that is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    Configuration,
    Nothing,
}

impl Entry {
    pub fn is_there(&self) -> bool {
        self.status == "install ok installed"
    }

    fn text(&self) -> String {
        let about = known(&self.name).map_or("", |package| package.about);
        let Self { name, status, version } = self;
        format!(
            "Package: {name}\nStatus: {status}\nPriority: optional\nMaintainer: Debian <debian@example.org>\nArchitecture: amd64\nVersion: {version}\nDescription: {about}\n"
        )
    }

    fn read(paragraph: &str) -> Option<Self> {
        let field = |name: &str| {
            paragraph.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
        };
        Some(Self { name: field("Package")?, status: field("Status")?, version: field("Version")? })
    }
}

pub fn entries(files: &Files) -> Vec<Entry> {
    files.text(STATUS).unwrap_or_default().split("\n\n").filter_map(Entry::read).collect()
}

pub fn entry(files: &Files, name: &str) -> Option<Entry> {
    entries(files).into_iter().find(|entry| entry.name == name)
}

pub fn is_there(files: &Files, name: &str) -> bool {
    entry(files, name).is_some_and(|entry| entry.is_there())
}

/// The version that is installed where it is older than the one that can be had.
pub fn outdated(files: &Files) -> Vec<(&'static Package, String)> {
    let older = |entry: Entry| {
        let package = known(&entry.name).filter(|package| entry.is_there() && package.version != entry.version)?;
        Some((package, entry.version))
    };
    entries(files).into_iter().filter_map(older).collect()
}

fn keep(files: &mut Files, entry: Entry, now: i64) {
    let mut all = entries(files);
    all.retain(|one| one.name != entry.name);
    all.push(entry);
    all.sort_by(|a, b| a.name.cmp(&b.name));
    write(files, &all, now);
}

fn write(files: &mut Files, all: &[Entry], now: i64) {
    let text: Vec<String> = all.iter().map(Entry::text).collect();
    files.write(STATUS, &(text.join("\n") + "\n"), 0o644, now);
}

/// What a fresh guest has.
pub fn begin(files: &mut Files, now: i64) {
    let entry = |(name, older): &(&str, Option<&str>)| {
        let version = older.unwrap_or(known(name)?.version).to_owned();
        Some(Entry { name: (*name).to_owned(), status: "install ok installed".into(), version })
    };
    let all: Vec<Entry> = BASE.iter().filter_map(entry).collect();
    write(files, &all, now);
    for service in BASE.iter().filter_map(|(name, _)| known(name)).flat_map(|package| package.services) {
        lay_unit(files, service, now);
    }
}

fn lay_unit(files: &mut Files, service: &Service, now: i64) {
    let path = format!("{}/{}.service", units::OF_PACKAGES, service.name);
    let text = format!(
        "[Unit]\nDescription={}\nAfter=network.target\n\n[Service]\nType=notify\nExecStart={}\n\n[Install]\nWantedBy=multi-user.target\n",
        service.about, service.process
    );
    files.write(&path, &text, 0o644, now);
    if let Some(unit) = units::find(files, service.name).filter(|unit| !RESTING.contains(&unit.name.as_str())) {
        units::enable(files, &unit);
    }
}

/// A file of a package, or a folder where its path ends with `/`.
fn lay(files: &mut Files, path: &str, text: &str, now: i64) {
    match path.strip_suffix('/') {
        _ if files.has(path.trim_end_matches('/')) => {}
        Some(folder) => files.plant(folder, Node::Folder { mode: 0o755 }),
        None => files.write(path, text, 0o644, now),
    }
}

/// Its files are there, and it counts as installed. Configuration that is there stays as it is.
pub fn set_up(files: &mut Files, package: &Package, now: i64) {
    for path in package.commands {
        let name = path.rsplit('/').next().unwrap_or(path);
        let text = format!("\u{7f}ELF {name}\n");
        files.plant(path, Node::File(File::new(text.into_bytes(), 0o755, now)));
    }
    package.files.iter().for_each(|(path, text)| lay(files, path, text, now));
    if !package.user.is_empty() {
        add_user(files, package.user, now);
        files.plant(&format!("/var/lib/{}", package.user), Node::Folder { mode: 0o750 });
    }
    package.services.iter().for_each(|service| lay_unit(files, service, now));
    let (name, version) = (package.name.to_owned(), package.version.to_owned());
    keep(files, Entry { name, status: "install ok installed".into(), version }, now);
}

pub fn take_away(files: &mut Files, package: &Package, leaving: Leaving, now: i64) {
    package.commands.iter().for_each(|path| files.remove(path));
    for service in package.services {
        if let Some(unit) = units::find(files, service.name) {
            units::disable(files, &unit);
        }
        files.remove(&format!("{}/{}.service", units::OF_PACKAGES, service.name));
    }
    if leaving == Leaving::Configuration && !package.files.is_empty() {
        let (name, version) = (package.name.to_owned(), package.version.to_owned());
        return keep(files, Entry { name, status: "deinstall ok config-files".into(), version }, now);
    }
    package.files.iter().for_each(|(path, _)| files.remove(path));
    let mut all = entries(files);
    all.retain(|one| one.name != package.name);
    write(files, &all, now);
}

/// A user of the system with a group of the same name, where there is none yet.
pub fn add_user(files: &mut Files, name: &str, now: i64) -> bool {
    let users = files.text("/etc/passwd").unwrap_or_default();
    if users.lines().any(|line| line.split(':').next() == Some(name)) {
        return false;
    }
    let number = 100 + users.lines().count();
    let line = format!("{name}:x:{number}:{number}::/var/lib/{name}:/usr/sbin/nologin\n");
    files.write("/etc/passwd", &(users + &line), 0o644, now);
    let groups = files.text("/etc/group").unwrap_or_default();
    if groups.lines().all(|line| line.split(':').next() != Some(name)) {
        files.write("/etc/group", &format!("{groups}{name}:x:{number}:\n"), 0o644, now);
    }
    true
}
