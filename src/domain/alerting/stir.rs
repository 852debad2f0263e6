//! Whether anything has changed that may be worth an alert. What must hold: numbers that never rest, such as what a
//! processor does this second, wake nobody.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    mem::discriminant,
};

use crate::domain::fleet::{Fleet, Usage};

/// Another number as soon as something has.
pub fn stir(fleet: &Fleet) -> u64 {
    let mut sum = DefaultHasher::new();
    for host in &fleet.hosts {
        (&host.id, discriminant(&host.reach)).hash(&mut sum);
    }
    for node in &fleet.nodes {
        (&node.key, node.status, percent(node.disk)).hash(&mut sum);
    }
    for guest in &fleet.guests {
        (&guest.key, guest.power, percent(guest.disk)).hash(&mut sum);
    }
    for storage in &fleet.storages {
        (&storage.name, percent(storage.usage)).hash(&mut sum);
    }
    for (app, health) in &fleet.care.health {
        (app, health.health).hash(&mut sum);
    }
    for operation in &fleet.operations {
        (operation.id, operation.is_running()).hash(&mut sum);
    }
    (fleet.apps.len(), fleet.backups.all().count()).hash(&mut sum);
    sum.finish()
}

fn percent(usage: Option<Usage>) -> Option<u64> {
    usage.and_then(|usage| (usage.used * 100).checked_div(usage.total))
}
