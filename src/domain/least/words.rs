//! What a token of ours will be good for, and what not and why.

use super::{Fetching, Holding, LeastReach, Nodes, Standing, Wanted};

pub fn good_for(wanted: &Wanted, standing: &Standing) -> Vec<String> {
    let mut words = Vec::new();
    words.push(match &wanted.reach {
        LeastReach::Pool(pool) => {
            format!("making, changing, watching and removing containers in the pool {pool}, and their consoles")
        }
        LeastReach::All { pool } => {
            format!("all guests, also to adopt those that are there; new ones come into the pool {pool}")
        }
    });
    words.push("snapshots, clones, backups and restores of them".into());
    if wanted.nodes == Nodes::Several {
        words.push("moving them to other nodes".into());
    }
    if wanted.fetches == Fetching::Allowed {
        let what = if standing.known.contains("Sys.AccessNetwork") { "templates and images" } else { "templates" };
        words.push(format!("fetching {what} from the network"));
    }
    words.push("seeing the nodes, the storages that were chosen, and whether the cluster agrees".into());
    words
}

pub fn not_for(wanted: &Wanted, standing: &Standing) -> Vec<String> {
    let holds = |kind| wanted.storages.values().any(|holds| holds.contains(&kind));
    let lacks = |kind, words: &str| (!holds(kind)).then(|| words.to_owned());
    let mut words: Vec<String> = [
        lacks(Holding::Disks, "new apps: no storage for disks was chosen"),
        lacks(Holding::Backups, "backups: no storage for them was chosen"),
        lacks(Holding::Templates, "new apps of templates or images: no storage for them was chosen"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let LeastReach::Pool(pool) = &wanted.reach {
        words.push(format!("guests outside of the pool {pool}: they are not even seen"));
        words.push(
            "backups of a container that is gone: listing, restoring and removing them takes Datastore.Allocate on \
             their storage"
                .into(),
        );
    }
    match wanted.fetches {
        Fetching::Left => words.push("fetching templates and images: put them there yourself".into()),
        Fetching::Allowed if !standing.known.contains("Sys.AccessNetwork") => {
            words.push("fetching images: before Proxmox VE 8.2 that takes Sys.Modify on /".into());
        }
        Fetching::Allowed => {}
    }
    words.extend(
        [
            "changing backup jobs of Proxmox: that takes Sys.Modify on /; schedules of Proximity's own run with `proximity watch`",
            "Proxmox HA: that takes Sys.Console on /",
            "the logs of the nodes: that takes Sys.Syslog",
            "privileged containers, passed-through devices and folders of the node: only root@pam itself may make those",
        ]
        .map(str::to_owned),
    );
    words
}
