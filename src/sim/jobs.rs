//! Backup jobs: what they are to save and when. They run by themselves when their time has come, one task on each node
//! that has a guest of theirs, as root.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    backup::{Order, command_line},
    datacenter::Datacenter,
    retention::Keep,
    schedule::Schedule,
    world::guest::Guest,
};
use crate::domain::moment::Moment;

/// A job by its options, as Proxmox keeps them.
#[derive(Debug, Clone, Default)]
pub struct Job {
    pub options: BTreeMap<String, Value>,
    pub next: Option<Moment>,
}

impl Job {
    pub fn text(&self, option: &str) -> Option<&str> {
        self.options.get(option).and_then(Value::as_str)
    }

    fn is_set(&self, option: &str) -> bool {
        self.options.get(option).and_then(Value::as_i64) == Some(1)
    }

    pub fn next_after(&self, now: Moment) -> Option<Moment> {
        let schedule = Schedule::read(self.text("schedule")?).ok()?;
        schedule.next(now.as_secs()).map(|seconds| Moment(seconds * 1_000))
    }

    /// Looks when it is due the next time; never when it is switched off.
    pub fn wind(&mut self, now: Moment) {
        self.next = if self.is_set("enabled") { self.next_after(now) } else { None };
    }

    fn numbers(&self, option: &str) -> Vec<u32> {
        numbers(self.text(option).unwrap_or_default())
    }
}

/// The ids in a list.
pub fn numbers(text: &str) -> Vec<u32> {
    text.split([',', ';', ' ', '\t', '\n']).filter_map(|vmid| vmid.parse().ok()).collect()
}

/// Which guests a job or a call wants.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub vmids: Vec<u32>,
    pub pool: Option<String>,
    pub all: bool,
    pub excluded: Vec<u32>,
    pub node: Option<String>,
}

impl Wish {
    pub fn of(job: &Job) -> Self {
        Self {
            vmids: job.numbers("vmid"),
            pool: job.text("pool").map(str::to_owned),
            all: job.is_set("all"),
            excluded: job.numbers("exclude"),
            node: job.text("node").map(str::to_owned),
        }
    }
}

impl Datacenter {
    /// The guests that are wished for, by node, in order; those that nobody knows under the empty name.
    pub fn wished(&self, wish: &Wish) -> BTreeMap<String, Vec<u32>> {
        let mut vmids: Vec<u32> = match &wish.pool {
            Some(pool) => {
                let is_in = |guest: &&Guest| guest.pool.as_ref() == Some(pool);
                self.guests.values().filter(is_in).map(|guest| guest.vmid).collect()
            }
            None if !wish.vmids.is_empty() => wish.vmids.clone(),
            None if wish.all => self.guests.keys().copied().filter(|vmid| !wish.excluded.contains(vmid)).collect(),
            None => Vec::new(),
        };
        vmids.sort_unstable();
        vmids.dedup();
        let mut by_node: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for vmid in vmids {
            let node = self.guests.get(&vmid).map_or("", |guest| guest.node.as_str());
            if node.is_empty() || wish.node.as_deref().is_none_or(|wanted| wanted == node) {
                by_node.entry(node.to_owned()).or_default().push(vmid);
            }
        }
        by_node
    }

    /// When the next job is due.
    pub fn next_job(&self) -> Option<Moment> {
        self.jobs.values().filter_map(|job| job.next).min()
    }

    /// Begins the jobs that are due.
    pub fn begin_jobs(&mut self, at: Moment) {
        let due: Vec<String> = self
            .jobs
            .iter()
            .filter(|(_, job)| job.next.is_some_and(|next| next <= at))
            .map(|(id, _)| id.clone())
            .collect();
        for id in due {
            let Some(job) = self.jobs.get_mut(&id) else { continue };
            job.wind(at);
            let job = job.clone();
            if self.is_quorate() {
                self.run_job(&job);
            }
        }
    }

    fn run_job(&mut self, job: &Job) {
        let wish = Wish::of(job);
        let mut by_node = self.wished(&wish);
        let orphans = by_node.remove("").unwrap_or_default();
        let nodes: Vec<String> =
            self.nodes.iter().filter(|node| node.is_online()).map(|node| node.name.clone()).collect();
        for node in nodes.iter().filter(|node| job.text("node").is_none_or(|wanted| wanted == *node)) {
            let mut vmids = by_node.get(node).cloned().unwrap_or_default();
            vmids.extend(&orphans);
            if vmids.is_empty() && !wish.all {
                continue;
            }
            vmids.sort_unstable();
            let skipped: Vec<u32> =
                by_node.iter().filter(|(other, _)| *other != node).flat_map(|(_, vmids)| vmids.clone()).collect();
            let order = self.order_of(job, node, vmids, skipped);
            self.back_up(&order, "root@pam");
        }
    }

    fn order_of(&self, job: &Job, node: &str, vmids: Vec<u32>, skipped: Vec<u32>) -> Order {
        let told: BTreeMap<&str, String> = job
            .options
            .iter()
            .filter(|(key, _)| {
                !["id", "schedule", "enabled", "comment", "repeat-missed", "type"].contains(&key.as_str())
            })
            .map(|(key, value)| (key.as_str(), plain(value)))
            .chain([("quiet", "1".to_owned())])
            .collect();
        let mut order = Order::to(job.text("storage").unwrap_or("local"));
        order.line = command_line(told.iter().map(|(key, value)| (*key, value.as_str())));
        order.node = node.to_owned();
        order.vmids = vmids;
        order.skipped = skipped;
        order.take(|option| told.get(option).map(String::as_str));
        order
    }

    /// Takes a guest that is destroyed with purge out of all jobs; a job with no guest left goes too.
    pub fn forget_in_jobs(&mut self, vmid: u32) {
        self.jobs.retain(|_, job| {
            for option in ["vmid", "exclude"] {
                let Some(text) = job.text(option) else { continue };
                let rest: Vec<String> =
                    numbers(text).iter().filter(|known| **known != vmid).map(u32::to_string).collect();
                if rest.is_empty() {
                    job.options.remove(option);
                } else {
                    job.options.insert(option.into(), rest.join(",").into());
                }
            }
            ["vmid", "pool", "all"].iter().any(|option| job.options.contains_key(*option))
        });
    }
}

/// An option as it stands on a command line.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(parts) => {
            let parts: Vec<_> = parts.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect();
            parts.join(",")
        }
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

impl Order {
    /// What a job or a call says besides guests, node and storage.
    pub fn take<'a>(&mut self, option: impl Fn(&str) -> Option<&'a str>) {
        if let Some(mode) = option("mode") {
            self.mode = mode.to_owned();
        }
        self.compress = option("compress").unwrap_or("0").to_owned();
        self.limit = option("bwlimit").and_then(|limit| limit.parse().ok()).unwrap_or(0);
        self.notes = option("notes-template").filter(|notes| !notes.is_empty()).map(str::to_owned);
        self.is_protected = option("protected") == Some("1");
        self.keep = option("prune-backups").map(Keep::read);
        self.removes = option("remove") != Some("0");
    }
}
