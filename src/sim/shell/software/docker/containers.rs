//! The containers of a guest, each in a file of its own.

use serde::{Deserialize, Serialize};

use super::{ROOT, images};
use crate::sim::{
    outside,
    shell::{
        files::{Files, Node},
        software::listening::{Listener, Reach, Speech, speech_at},
    },
    sum::sum_of,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Container {
    pub id: String,
    pub name: String,
    pub image: String,
    pub project: String,
    pub service: String,
    /// Of what it was made from.
    pub sum: String,
    pub folder: String,
    pub file: String,
    pub restart: String,
    pub command: String,
    pub created: i64,
    pub started: i64,
    pub ended: i64,
    pub is_running: bool,
    /// Somebody stopped it, and that is meant to last.
    pub is_put_aside: bool,
    pub exit: i32,
    pub has_health: bool,
    pub ports: Vec<Port>,
    pub mounts: Vec<Mount>,
    pub is_at_host: bool,
    pub labels: std::collections::BTreeMap<String, String>,
    pub environment: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    pub address: String,
    /// None where any will do.
    pub published: Option<u16>,
    pub target: u16,
    pub protocol: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// `volume`, `bind`, or `file` for one that must be there.
    pub kind: String,
    pub name: String,
    pub source: String,
    pub target: String,
}

impl Port {
    fn listener(&self, name: &str) -> Option<Listener> {
        let port = self.published.filter(|_| self.protocol == "tcp")?;
        let is_own = self.address.starts_with("127.") || self.address == "::1";
        let reach = if is_own { Reach::Inside } else { Reach::Everybody };
        Some(Listener { port, reach, speech: speech_at(self.target), name: name.to_owned(), passes: Vec::new() })
    }
}

/// A volume that lies at Docker's own place.
pub fn volume_folder(name: &str) -> String {
    format!("{ROOT}/volumes/{name}/_data")
}

fn folder(id: &str) -> String {
    format!("{ROOT}/containers/{id}")
}

pub fn new_id(name: &str, now: i64) -> String {
    sum_of("sha256", &format!("{name} {now}")).unwrap_or_default()
}

pub fn all(files: &Files) -> Vec<Container> {
    let ids = files.list(&format!("{ROOT}/containers"));
    let read = |id: String| serde_json::from_str(&files.text(&format!("{}/config.v2.json", folder(&id)))?).ok();
    let mut all: Vec<Container> = ids.into_iter().filter_map(read).collect();
    all.sort_by(|a, b| (a.created, &a.name).cmp(&(b.created, &b.name)));
    all
}

/// By its name, or by the beginning of its id.
pub fn find(files: &Files, name: &str) -> Option<Container> {
    let all = all(files);
    let by_name = all.iter().find(|container| container.name == name);
    by_name.or_else(|| all.iter().find(|container| name.len() >= 4 && container.id.starts_with(name))).cloned()
}

impl Container {
    pub fn keep(&self, files: &mut Files, now: i64) {
        let text = serde_json::to_string(self).unwrap_or_default();
        files.write(&format!("{}/config.v2.json", folder(&self.id)), &text, 0o600, now);
    }

    pub fn remove(&self, files: &mut Files) {
        files.remove(&folder(&self.id));
    }

    /// Whether it begins with the daemon.
    pub fn comes_back(&self) -> bool {
        match self.restart.as_str() {
            "always" => true,
            "unless-stopped" => !self.is_put_aside,
            _ => false,
        }
    }

    /// A file it wants and that is not there.
    pub fn lacks(&self, files: &Files) -> Option<&str> {
        let missing = self.mounts.iter().find(|mount| mount.kind == "file" && !files.has(&mount.source));
        missing.map(|mount| mount.source.as_str())
    }

    pub fn start(&mut self, files: &mut Files, now: i64) {
        (self.is_running, self.is_put_aside, self.started, self.exit) = (true, false, now, 0);
        for mount in self.mounts.iter().filter(|mount| mount.kind != "file") {
            if !files.has(&mount.source) {
                files.plant(&mount.source, Node::Folder { mode: 0o755 });
            }
        }
        self.log(files, &format!("{} is starting", images::short(&self.image)), now);
        if let Some(wanted) = outside::known(&self.image).and_then(|known| known.lacks(&self.environment)) {
            self.log(files, &format!("error: {} must be set", wanted.replace('|', " or ")), now);
            (self.is_running, self.ended, self.exit) = (false, now, 1);
            return self.keep(files, now);
        }
        self.keep(files, now);
        let ports: Vec<String> = self.inner_ports().iter().map(u16::to_string).collect();
        if !ports.is_empty() {
            self.log(files, &format!("listening on port {}", ports.join(", ")), now);
        }
    }

    pub fn end(&mut self, files: &mut Files, now: i64, exit: i32) {
        (self.is_running, self.ended, self.exit) = (false, now, exit);
        self.log(files, "got SIGTERM, goes", now);
        self.keep(files, now);
    }

    fn log_path(&self) -> String {
        format!("{0}/{1}-json.log", folder(&self.id), self.id)
    }

    fn log(&self, files: &mut Files, text: &str, now: i64) {
        let time = jiff::Timestamp::from_second(now).unwrap_or_default();
        let row = serde_json::json!({"log": format!("{text}\n"), "stream": "stdout", "time": time.to_string()});
        let known = files.text(&self.log_path()).unwrap_or_default();
        files.write(&self.log_path(), &format!("{known}{row}\n"), 0o640, now);
    }

    /// Lines it wrote, each with its time.
    pub fn lines(&self, files: &Files) -> Vec<(String, String)> {
        let text = files.text(&self.log_path()).unwrap_or_default();
        let rows = text.lines().filter_map(|row| serde_json::from_str::<serde_json::Value>(row).ok());
        let field = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().trim_end().to_owned();
        rows.map(|row| (field(&row, "time"), field(&row, "log"))).collect()
    }

    /// The ports it opens in its own network. What nobody knows opens what is published.
    fn inner_ports(&self) -> Vec<u16> {
        match outside::known(&self.image) {
            Some(known) => known.listens(&self.environment),
            None => self.ports.iter().map(|port| port.target).collect(),
        }
    }

    pub fn listeners(&self) -> Vec<Listener> {
        if self.is_at_host {
            let ports = self.inner_ports();
            return ports.iter().map(|port| Listener::new(*port, Reach::Everybody, &self.name)).collect();
        }
        let inner = self.inner_ports();
        let listener = |port: &Port| {
            let mut listener = port.listener(&self.name)?;
            if !inner.contains(&port.target) {
                listener.speech = Speech::Nobody;
            }
            Some(listener)
        };
        self.ports.iter().filter_map(listener).collect()
    }
}
