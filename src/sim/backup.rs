//! Backups: one guest after the other, each locked while it is its turn, with the lines Proxmox writes. Only one backup
//! runs on a node at a time; the next one waits.

use std::{collections::VecDeque, sync::Arc};

use super::{
    datacenter::Datacenter,
    world::{
        guest::Guest,
        storage::{Damage, Saved, Volume},
        task::{Archive, State, Work},
    },
};
use crate::domain::moment::Moment;

/// What is to be backed up, where, and how.
#[derive(Debug, Clone, Default)]
pub struct Order {
    pub node: String,
    pub vmids: Vec<u32>,
    pub storage: String,
    pub mode: String,
    /// `zstd`, `gzip`, `lzo`, or `0` for none.
    pub compress: String,
    /// KiB a second; 0 is as fast as it goes.
    pub limit: u64,
    pub notes: Option<String>,
    pub is_protected: bool,
    /// How long each guest takes, where that is not left to its size.
    pub lasts_ms: Option<i64>,
}

/// Bytes a second of an unlimited backup.
const SPEED: u64 = 300_000_000;
const LONGEST_MS: i64 = 90_000;

impl Order {
    pub fn to(storage: &str) -> Self {
        Self { storage: storage.into(), mode: "snapshot".into(), compress: "zstd".into(), ..Self::default() }
    }

    fn ending(&self) -> &'static str {
        match self.compress.as_str() {
            "zstd" => "tar.zst",
            "gzip" | "1" => "tar.gz",
            "lzo" => "tar.lzo",
            _ => "tar",
        }
    }
}

/// Lines and steps of a task while they are put together.
struct Script {
    at: Moment,
    lines: Vec<(Moment, String)>,
    steps: VecDeque<(Moment, Work)>,
    has_failed: bool,
}

impl Script {
    fn say(&mut self, text: impl Into<String>) {
        self.lines.push((self.at, format!("INFO: {}", text.into())));
    }
}

impl Datacenter {
    /// Begins the task and gives its name.
    pub fn back_up(&mut self, order: &Order, who: &str) -> String {
        let now = self.now();
        let mut script = Script { at: now, lines: Vec::new(), steps: VecDeque::new(), has_failed: false };
        self.wait_for_others(order, &mut script);
        let names: Vec<_> = order.vmids.iter().map(u32::to_string).collect();
        let line =
            format!("{} --node {} --storage {} --mode {}", names.join(" "), order.node, order.storage, order.mode);
        script.say(format!("starting new backup job: vzdump {line} --compress {}", order.compress));
        for vmid in &order.vmids {
            self.back_up_one(order, *vmid, &mut script);
        }
        let end =
            if script.has_failed { "Backup job finished with errors" } else { "Backup job finished successfully" };
        script.say(end);
        let result = if script.has_failed { Err("job errors".to_owned()) } else { Ok(()) };
        script.steps.push_back((Moment(script.at.0 + 50), Work::Settled(result)));
        let id = if names.len() == 1 { names[0].as_str() } else { "" };
        let upid = self.begin_at(&order.node, "vzdump", id, who, now, State::Running { steps: script.steps });
        if let Some(task) = self.tasks.get_mut(&upid) {
            script.lines.into_iter().for_each(|(at, text)| task.say(at, text));
        }
        upid
    }

    fn wait_for_others(&self, order: &Order, script: &mut Script) {
        let others = self.tasks.running().filter(|task| task.kind == "vzdump" && task.node == order.node);
        let until = others.filter_map(|task| match &task.state {
            State::Running { steps } => steps.back().map(|(due, _)| *due),
            State::Ended { .. } => None,
        });
        if let Some(until) = until.max() {
            script.say("trying to get global lock - waiting...");
            script.at = until;
            script.say("got global lock");
        }
    }

    fn back_up_one(&self, order: &Order, vmid: u32, script: &mut Script) {
        let Some(guest) = self.guests.get(&vmid).filter(|guest| guest.node == order.node) else {
            return fail(vmid, &format!("unable to find VM '{vmid}'"), script);
        };
        let began = script.at;
        script.say(format!("Starting Backup of VM {vmid} ({})", guest.kind.word()));
        script.say(format!("Backup started at {}", clock(began)));
        script.say(format!("status = {}", if guest.is_running() { "running" } else { "stopped" }));
        if let Some(lock) = guest.lock() {
            return fail(vmid, &format!("{} is locked ({lock})", guest.kind.label()), script);
        }
        describe(order, guest, script);
        let size = (guest.disk() as f64 * guest.profile.disk * 0.4) as u64;
        let lasts = order.lasts_ms.unwrap_or_else(|| lasting(order, size));
        let file = format!("vzdump-{}-{vmid}-{}.{}", guest.kind.word(), stamp(began.as_secs()), order.ending());
        script.say(format!("creating vzdump archive '{}/dump/{file}'", self.folder(&order.storage)));
        script.steps.push_back((began, Work::Lock(vmid)));
        script.at = Moment(began.0 + lasts);
        script.say(format!("archive file size: {}", short(size)));
        script.say(format!("Finished Backup of VM {vmid} ({})", span(lasts / 1000)));
        script.say(format!("Backup finished at {}", clock(script.at)));
        let archive = Archive { storage: order.storage.clone(), volume: volume(order, guest, file, size, began) };
        script.steps.push_back((script.at, Work::Unlock { vmid, archive: Some(archive) }));
    }

    fn folder(&self, storage: &str) -> String {
        let path = self.storage(storage).and_then(|storage| storage.options.iter().find(|(key, _)| *key == "path"));
        path.map_or_else(|| format!("/mnt/pve/{storage}"), |(_, path)| path.clone())
    }
}

fn fail(vmid: u32, why: &str, script: &mut Script) {
    script.lines.push((script.at, format!("ERROR: Backup of VM {vmid} failed - {why}")));
    script.say(format!("Failed at {}", clock(script.at)));
    script.has_failed = true;
}

fn describe(order: &Order, guest: &Guest, script: &mut Script) {
    let mode = if guest.is_running() { order.mode.as_str() } else { "stop" };
    script.say(format!("{} Name: {}", guest.kind.label(), guest.name()));
    script.say("including mount point rootfs ('/') in backup");
    script.say(format!("backup mode: {mode}"));
    if order.limit > 0 {
        script.say(format!("bandwidth limit: {} KiB/s", order.limit));
    }
    script.say("ionice priority: 7");
    if mode == "snapshot" {
        script.say("create storage snapshot 'vzdump'");
    }
}

fn lasting(order: &Order, size: u64) -> i64 {
    match order.limit {
        0 => (1_000 + size * 1_000 / SPEED).min(LONGEST_MS as u64) as i64,
        limit => 1_000 + (size / (limit * 1_024)) as i64 * 1_000,
    }
}

fn volume(order: &Order, guest: &Guest, file: String, size: u64, began: Moment) -> Volume {
    Volume {
        content: "backup",
        path: format!("backup/{file}"),
        format: order.ending(),
        size,
        made: began.as_secs(),
        vmid: Some(guest.vmid),
        notes: order.notes.as_ref().map(|text| {
            text.replace("{{guestname}}", &guest.name())
                .replace("{{vmid}}", &guest.vmid.to_string())
                .replace("{{node}}", &guest.node)
        }),
        is_protected: order.is_protected,
        saved: Some(Arc::new(Saved { config: guest.config.clone(), unpacked: size * 5 / 2, damage: Damage::None })),
        image: None,
    }
}

/// `2026_11_20-02_30_00`, in UTC.
pub fn stamp(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.strftime("%Y_%m_%d-%H_%M_%S").to_string()
}

fn clock(at: Moment) -> String {
    let time = jiff::Timestamp::from_second(at.as_secs()).unwrap_or_default();
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn span(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn short(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{}KB", bytes / 1_024),
        1_048_576..10_737_418_240 => format!("{}MB", bytes / 1_048_576),
        _ => format!("{}GB", bytes / 1_073_741_824),
    }
}
