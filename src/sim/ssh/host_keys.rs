//! The keys by which nodes and guests prove who they are, and the keys by which somebody comes in. A host key follows from
//! the seed, so a node keeps its own for as long as there is a simulator; a guest that is made anew has another.

use ring::digest::{SHA256, digest};
use russh::keys::{PrivateKey, PublicKey, ssh_key::private::Ed25519Keypair};

use super::talks::Home;
use crate::sim::datacenter::Datacenter;

impl Datacenter {
    /// The key that a node or a guest shows now.
    pub fn host_key(&self, home: &Home) -> PrivateKey {
        let (kind, name, born) = match home {
            Home::Node(name) => ("node", name.clone(), 0),
            Home::Guest(vmid) => ("guest", vmid.to_string(), self.guests.get(vmid).map_or(0, |guest| guest.born.0)),
        };
        let is_changed = self.faults.changes_key(home);
        let text = format!("{}/{kind}/{name}/{born}/{is_changed}", self.seed);
        let mut seed = [0; 32];
        seed.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Ed25519Keypair::from_seed(&seed).into()
    }

    /// Whether somebody with this key may come in as root; `known` are keys that every node takes.
    pub fn takes_key(&mut self, home: &Home, key: &PublicKey, known: &[String]) -> bool {
        let Ok(text) = key.to_openssh() else { return false };
        let Some(wanted) = text.split(' ').nth(1) else { return false };
        let own = self.machine_of(home).and_then(|machine| machine.file("/root/.ssh/authorized_keys"));
        let own = String::from_utf8_lossy(&own.unwrap_or_default()).into_owned();
        let known = known.iter().filter(|_| matches!(home, Home::Node(_)));
        known.map(String::as_str).chain([own.as_str()]).any(|lines| holds(lines, wanted))
    }

    /// Whether this is the password of root; guests take none.
    pub fn takes_password(&self, home: &Home, password: &str) -> bool {
        let root = self.access.users.get("root@pam").filter(|root| root.is_valid_at(self.now().as_secs()));
        matches!(home, Home::Node(_)) && root.is_some_and(|root| root.password == password)
    }
}

/// Whether a file of authorized keys holds this one.
fn holds(lines: &str, wanted: &str) -> bool {
    let lines = lines.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(str::split_whitespace).any(|word| word == wanted)
}
