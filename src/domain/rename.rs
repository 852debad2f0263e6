//! A host under another name in the fleet. What must hold: what was read of it stays, and nothing answers to the old name.

use std::sync::Arc;

use super::{fleet::Fleet, ids::HostId};

impl Fleet {
    /// Apps, operations and backups are taken as the books have them, where they are renamed already.
    pub fn rename_host(&mut self, old: &HostId, new: &HostId, kept: Fleet) {
        let rename = |host: &mut HostId| {
            if host == old {
                host.clone_from(new);
            }
        };
        self.hosts.iter_mut().for_each(|host| rename(&mut host.id));
        self.nodes.iter_mut().for_each(|node| rename(&mut node.key.host));
        self.storages.iter_mut().for_each(|storage| rename(&mut storage.host));
        for guest in self.guests.iter_mut().filter(|guest| guest.key.host == *old) {
            rename(&mut Arc::make_mut(guest).key.host);
        }
        self.nodes.sort_by(|a, b| a.key.cmp(&b.key));
        self.guests.sort_by(|a, b| a.key.cmp(&b.key));
        self.storages.sort_by(|a, b| (&a.host, &a.node, &a.name).cmp(&(&b.host, &b.node, &b.name)));
        (self.apps, self.operations, self.backups) = (kept.apps, kept.operations, kept.backups);
    }
}
