//! Actions on one guest take turns: each holds the guest's configuration while it works, and the next one waits for it,
//! but not forever.

use std::collections::VecDeque;

use super::{
    datacenter::Datacenter,
    world::{
        guest::Kind,
        task::{State, Work},
    },
};
use crate::domain::moment::Moment;

/// How long an action waits for the one before it.
const PATIENCE_MS: i64 = 10_000;

/// Tasks that leave the configuration free while they work, with a lock in it.
const LETS_GO: &[&str] =
    &["vzdump", "vzclone", "move_volume", "vzsnapshot", "vzdelsnapshot", "vzrollback", "vztemplate"];

/// Something to be done to a guest, and by whom.
pub struct Turn<'a> {
    pub node: &'a str,
    pub kind: Kind,
    pub vmid: u32,
    /// The type of the task.
    pub name: &'static str,
    pub who: &'a str,
}

impl Datacenter {
    /// Until when others hold a guest's configuration.
    pub fn busy_until(&self, vmid: u32) -> Moment {
        let id = vmid.to_string();
        let holders = self.tasks.running().filter(|task| task.id == id && !LETS_GO.contains(&task.kind));
        let dues = holders.filter_map(|task| match &task.state {
            State::Running { steps } => steps.back().map(|(due, _)| *due),
            State::Ended { .. } => None,
        });
        dues.max().unwrap_or(self.now()).max(self.now())
    }

    /// Begins a task that waits for its turn and then takes its steps, each so many milliseconds after that.
    pub fn take_turn(&mut self, turn: &Turn, steps: &[(i64, Work)]) -> String {
        let (now, free) = (self.now(), self.busy_until(turn.vmid));
        let waits = free.0 - now.0;
        if waits > PATIENCE_MS {
            let lock = format!("/run/lock/{}/pve-config-{}.lock", turn.kind.word(), turn.vmid);
            let upid = self.settle_turn(turn, PATIENCE_MS, Err(format!("can't lock file '{lock}' - got timeout")));
            self.say_waiting(&upid, now, None);
            return upid;
        }
        let steps: VecDeque<_> = steps.iter().map(|(after, work)| (Moment(free.0 + after), work.clone())).collect();
        let upid = self.begin_at(turn.node, turn.name, &turn.vmid.to_string(), turn.who, now, State::Running { steps });
        if waits > 0 {
            self.say_waiting(&upid, now, Some(free));
        }
        upid
    }

    /// Begins a task whose end is known already.
    pub fn settle_turn(&mut self, turn: &Turn, lasts_ms: i64, result: Result<(), String>) -> String {
        self.begin(turn.node, turn.name, &turn.vmid.to_string(), turn.who, lasts_ms, Work::Settled(result))
    }

    fn say_waiting(&mut self, upid: &str, now: Moment, until: Option<Moment>) {
        let Some(task) = self.tasks.get_mut(upid) else { return };
        task.say(now, "trying to acquire lock...");
        if let Some(until) = until {
            task.say(until, " OK");
        }
    }
}
