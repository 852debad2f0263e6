//! Backups: one guest after the other, each locked while it is its turn, with the lines Proxmox writes. Only one backup
//! runs on a node at a time; the next one waits.

mod guest;
mod mounts;
mod past;
mod ways;
mod words;

use std::collections::VecDeque;

pub use mounts::{is_included, mounts};
pub use words::{clock, command_line, snapshot_time, span, tar_size};

use super::{
    datacenter::Datacenter,
    retention::Keep,
    world::{
        storage::Condition,
        task::{State, Work},
    },
};
use crate::domain::moment::Moment;

/// What is to be backed up, where, and how.
#[derive(Debug, Clone, Default)]
pub struct Order {
    pub node: String,
    pub vmids: Vec<u32>,
    /// Guests that were meant and live elsewhere.
    pub skipped: Vec<u32>,
    pub storage: String,
    pub mode: String,
    /// `zstd`, `gzip`, `lzo`, or `0` for none.
    pub compress: String,
    /// KiB a second; 0 is as fast as it goes.
    pub limit: u64,
    pub notes: Option<String>,
    pub is_protected: bool,
    /// Of one guest, as many protected backups may there be.
    pub most_protected: Option<usize>,
    /// What is kept of older ones; nothing leaves it to the storage.
    pub keep: Option<Keep>,
    pub removes: bool,
    /// The call as a command line.
    pub line: String,
    /// How much of a guest's data there was: 1 is what there is now.
    pub share: f64,
    /// How long each guest takes, where that is not left to its size.
    pub lasts_ms: Option<i64>,
}

impl Order {
    pub fn to(storage: &str) -> Self {
        Self {
            storage: storage.into(),
            mode: "snapshot".into(),
            compress: "zstd".into(),
            removes: true,
            share: 1.0,
            ..Self::default()
        }
    }

    fn packing(&self) -> &'static str {
        match self.compress.as_str() {
            "zstd" => ".zst",
            "gzip" | "1" => ".gz",
            "lzo" => ".lzo",
            _ => "",
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

    fn wait(&mut self, milliseconds: i64) {
        self.at = Moment(self.at.0 + milliseconds);
    }

    fn step(&mut self, work: Work) {
        self.steps.push_back((self.at, work));
    }

    /// The guest could not be saved; the others still can.
    fn fail(&mut self, vmid: u32, why: &str) {
        self.lines.push((self.at, format!("ERROR: Backup of VM {vmid} failed - {why}")));
        self.say(format!("Failed at {}", clock(self.at)));
        self.has_failed = true;
    }
}

const NOTIFIED: &str = "notified via target `mail-to-root`";

impl Datacenter {
    /// Begins the task and gives its name.
    pub fn back_up(&mut self, order: &Order, who: &str) -> String {
        let now = self.now();
        let mut script = Script { at: now, lines: Vec::new(), steps: VecDeque::new(), has_failed: false };
        let result = match self.unusable(&order.storage) {
            Some(why) => {
                script.wait(80);
                Err(why)
            }
            None => self.back_up_all(order, &mut script),
        };
        script.say(NOTIFIED);
        script.wait(50);
        script.step(Work::Settled(result));
        let id = if let [vmid] = order.vmids.as_slice() { vmid.to_string() } else { String::new() };
        let upid = self.begin_at(&order.node, "vzdump", &id, who, now, State::Running { steps: script.steps });
        if let Some(task) = self.tasks.get_mut(&upid) {
            script.lines.into_iter().for_each(|(at, text)| task.say(at, text));
        }
        upid
    }

    fn back_up_all(&self, order: &Order, script: &mut Script) -> Result<(), String> {
        self.wait_for_others(order, script);
        script.say(format!("starting new backup job: {}", order.line));
        if !order.skipped.is_empty() {
            let names: Vec<_> = order.skipped.iter().map(u32::to_string).collect();
            script.say(format!("skip external VMs: {}", names.join(", ")));
        }
        for vmid in &order.vmids {
            self.back_up_one(order, *vmid, script);
        }
        let end = if script.has_failed { "with errors" } else { "successfully" };
        script.say(format!("Backup job finished {end}"));
        if script.has_failed { Err("job errors".into()) } else { Ok(()) }
    }

    /// Why nothing at all can be saved to a storage.
    fn unusable(&self, name: &str) -> Option<String> {
        let no = format!("could not get storage information for '{name}':");
        let Some(storage) = self.storage(name) else {
            let why = format!("storage '{name}' does not exist");
            return Some(format!("could not activate storage '{name}': {why} {no} {why}"));
        };
        let mut errors = Vec::new();
        if let Some(why) = storage.outage().filter(|_| storage.condition == Condition::Offline) {
            errors.push(format!("could not activate storage '{name}': {why}"));
        }
        if !storage.takes("backup") {
            errors.push(format!("{no} can't use storage '{name}' for backups - wrong content type"));
        }
        (!errors.is_empty()).then(|| errors.join(" "))
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

    /// What a backup that is broken off says of the guest whose turn it was.
    pub fn say_interrupted(&mut self, upid: &str) {
        let now = self.now();
        let Some(task) = self.tasks.get_mut(upid) else { return };
        let State::Running { steps } = &task.state else { return };
        let current = steps.iter().find_map(|(_, work)| match work {
            Work::Lock(_) => Some(None),
            Work::Unlock { vmid, .. } => Some(Some(*vmid)),
            _ => None,
        });
        let restarts = steps.iter().any(|(_, work)| matches!(work, Work::Resume(vmid) if Some(Some(*vmid)) == current));
        task.log.retain(|line| line.at <= now);
        if let Some(Some(vmid)) = current {
            if restarts {
                task.say(now, "INFO: restarting vm");
                task.say(now, "INFO: guest is online again after 3 seconds");
            }
            let command = words::tar_command();
            task.say(
                now,
                format!("ERROR: Backup of VM {vmid} failed - command '{command}' failed: interrupted by signal"),
            );
            task.say(now, format!("INFO: Failed at {}", clock(now)));
        }
        task.say(now, "INFO: Backup job finished with errors");
        task.say(now, format!("INFO: {NOTIFIED}"));
    }
}
