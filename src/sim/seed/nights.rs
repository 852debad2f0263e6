//! The last nights of the demo: a job that saves a pool of apps every night, and what became of it. Most apps are fresh,
//! one failed twice, one falls back from a snapshot, one was taken out of the pool, one was never saved. What must hold:
//! archives, tasks and their logs tell the same story.

use serde_json::json;

use crate::{
    domain::moment::Moment,
    sim::{
        backup::{Order, command_line},
        datacenter::Datacenter,
        jobs::Job,
        retention::Keep,
        world::{
            guest::{Guest, Snapshot},
            pool::Pool,
        },
    },
};

pub const POOL: &str = "selfhosted";
const JOB: &str = "nightly-apps";
const SCHEDULE: &str = "02:30";
const KEEP: &str = "keep-last=7";
const NOTES: &str = "{{guestname}}";
const NIGHTS: i64 = 10;
const DAY: i64 = 86_400;
/// A backup taken by hand, and by whom.
const BY_HAND: &str = "before the move to 2.0";
const OWNER: &str = "proximity@pve!deck";
/// Every night there was so much less than in the night after.
const GROWTH: f64 = 0.013;

/// The apps that have a story, by id.
pub struct Cast {
    pub apps: Vec<u32>,
    /// Taken out of the pool after the first of these nights.
    pub stale: u32,
    pub never: u32,
    /// Locked by a snapshot in the last two nights.
    pub failed: u32,
    /// Its disk lies where no snapshots are possible.
    pub suspended: u32,
    pub by_hand: u32,
    /// It keeps its big data on a mount point that no backup takes.
    pub left_out: u32,
    pub snapped: u32,
}

pub fn add(datacenter: &mut Datacenter, cast: &Cast) {
    datacenter.pools.insert(POOL.into(), Pool { comment: Some("saved every night".into()), ..Pool::default() });
    for vmid in cast.apps.iter().filter(|vmid| ![cast.stale, cast.never].contains(vmid)) {
        if let Some(guest) = datacenter.guests.get_mut(vmid) {
            guest.pool = Some(POOL.into());
        }
    }
    if let Some(guest) = datacenter.guests.get_mut(&cast.left_out) {
        let disk = format!("local-lvm:vm-{}-disk-1,mp=/mnt/photos,size=120G", cast.left_out);
        guest.config.insert("mp0".into(), json!(disk));
    }
    let last = last_night(datacenter.now().as_secs());
    for night in (0..NIGHTS).rev() {
        add_night(datacenter, cast, last, night);
        if night == 3 {
            add_one_by_hand(datacenter, cast.by_hand, last - 2 * DAY - 26_000);
        }
    }
    let now = datacenter.now();
    if let Some(guest) = datacenter.guests.get_mut(&cast.snapped) {
        add_tree(guest, now);
    }
    add_job(datacenter);
}

/// When the job began the last time, and was over.
fn last_night(now: i64) -> i64 {
    let tonight = now - now.rem_euclid(DAY) + 9_000;
    if tonight + 3_600 > now { tonight - DAY } else { tonight }
}

fn job_options() -> [(&'static str, &'static str); 6] {
    [
        ("compress", "zstd"),
        ("mode", "snapshot"),
        ("notes-template", NOTES),
        ("pool", POOL),
        ("prune-backups", KEEP),
        ("storage", "backup"),
    ]
}

fn add_job(datacenter: &mut Datacenter) {
    let mut job = Job::default();
    for (name, text) in job_options() {
        let value = if name == "prune-backups" { json!({ "keep-last": "7" }) } else { json!(text) };
        job.options.insert(name.into(), value);
    }
    for (name, value) in
        [("schedule", json!(SCHEDULE)), ("enabled", json!(1)), ("comment", json!("All apps, every night"))]
    {
        job.options.insert(name.into(), value);
    }
    job.wind(datacenter.now());
    datacenter.jobs.insert(JOB.into(), job);
}

/// One task on each node that has apps, with the troubles of that night.
fn add_night(datacenter: &mut Datacenter, cast: &Cast, last: i64, night: i64) {
    let is_meant = |vmid: &u32| *vmid != cast.never && (*vmid != cast.stale || night == NIGHTS - 1);
    let mut order = Order { share: (1.0 - GROWTH).powi(night as i32), ..Order::to("backup") };
    order.notes = Some(NOTES.into());
    order.keep = Some(Keep::read(KEEP));
    order.line = command_line([("quiet", "1")].into_iter().chain(job_options()));
    let nodes: Vec<String> = datacenter.nodes.iter().map(|node| node.name.clone()).collect();
    for node in nodes {
        let is_here = |vmid: &u32| datacenter.guests.get(vmid).is_some_and(|guest| guest.node == node);
        let (mut here, mut elsewhere): (Vec<u32>, Vec<u32>) =
            cast.apps.iter().filter(|v| is_meant(v)).partition(|v| is_here(v));
        here.sort_unstable();
        elsewhere.sort_unstable();
        let order = Order { node, vmids: here, skipped: elsewhere, ..order.clone() };
        let troubled = trouble(datacenter, cast, night);
        datacenter.add_past_backup(&order, "root@pam", Moment((last - night * DAY) * 1_000));
        troubled.into_iter().for_each(|guest| drop(datacenter.guests.insert(guest.vmid, guest)));
    }
}

/// Guests as they were in a night of trouble; gives them as they are.
fn trouble(datacenter: &mut Datacenter, cast: &Cast, night: i64) -> Vec<Guest> {
    let mut before = Vec::new();
    for guest in datacenter.guests.values_mut() {
        let was = guest.clone();
        if guest.vmid == cast.failed && night < 2 {
            guest.config.insert("lock".into(), json!("snapshot"));
        } else if guest.vmid == cast.suspended {
            let root = guest.text("rootfs").unwrap_or_default().replace("local-lvm:", "old-ssd:");
            guest.config.insert("rootfs".into(), json!(root));
        } else {
            continue;
        }
        before.push(was);
    }
    before
}

fn add_one_by_hand(datacenter: &mut Datacenter, vmid: u32, at: i64) {
    let Some(node) = datacenter.guests.get(&vmid).map(|guest| guest.node.clone()) else { return };
    let said = [("compress", "zstd"), ("mode", "snapshot"), ("node", node.as_str()), ("notes-template", BY_HAND)];
    let id = vmid.to_string();
    let more = [("protected", "1"), ("storage", "backup"), ("vmid", id.as_str())];
    let line = command_line(said.into_iter().chain(more));
    let mut order = Order { vmids: vec![vmid], line, ..Order::to("backup") };
    (order.node, order.notes, order.is_protected) = (node, Some(BY_HAND.into()), true);
    datacenter.add_past_backup(&order, OWNER, Moment(at * 1_000));
}

/// An old one, one that was tried beside it, and the one that stands.
fn add_tree(guest: &mut Guest, now: Moment) {
    let told = [
        ("before_2024_11", "before the big update", 12, None),
        ("zigbee_try", "the other stick, gave up", 6, Some("before_2024_11")),
        ("settled", "all well again", 2, Some("before_2024_11")),
    ];
    for (name, description, days, parent) in told {
        let mut config = guest.config.clone();
        config.retain(|name, _| !matches!(name.as_str(), "parent" | "description" | "lock"));
        let (taken, parent) = (Moment(now.0 - days * DAY * 1_000), parent.map(str::to_owned));
        let (name, description, inside) = (name.to_owned(), description.to_owned(), Default::default());
        guest.snapshots.push(Snapshot { name, description, taken, config, parent, inside });
    }
    guest.config.insert("parent".into(), json!("settled"));
}
