//! Backups of the past, for scenes that begin with a history. What must hold: what they say is what a backup says that
//! runs today, because it is the same code; only the clock is another.

use std::collections::VecDeque;

use super::{NOTIFIED, Order, Script};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        life::Worker,
        world::task::{State, Work},
    },
};

impl Datacenter {
    /// A backup that was over before anything was simulated: its task, its log, its archives, and what it pruned.
    pub fn add_past_backup(&mut self, order: &Order, who: &str, at: Moment) {
        let mut script = Script { at, lines: Vec::new(), steps: VecDeque::new(), has_failed: false };
        let result = self.back_up_all(order, &mut script);
        script.say(NOTIFIED);
        let id = if let [vmid] = order.vmids.as_slice() { vmid.to_string() } else { String::new() };
        let state = State::Running { steps: VecDeque::new() };
        let upid = self.begin_at(&order.node, "vzdump", &id, who, at, state);
        if let Some(task) = self.tasks.get_mut(&upid) {
            script.lines.into_iter().for_each(|(at, text)| task.say(at, text));
        }
        for (at, work) in script.steps {
            match work {
                Work::Unlock { archive: Some(archive), .. } => {
                    let storage = self.storages.iter_mut().find(|known| known.name == archive.storage);
                    storage.into_iter().for_each(|storage| storage.volumes.push(archive.volume.clone()));
                }
                Work::Prune(pruning) => {
                    // A storage of a scene that just begins is there.
                    let _ = self.prune(&pruning, Worker { upid: &upid, node: &order.node, who });
                    self.date_back(&upid, script.at, at);
                }
                _ => {}
            }
        }
        self.tasks.end(&upid, script.at, result);
    }

    /// Lines of a log that were written only now belong where they would have been written.
    fn date_back(&mut self, upid: &str, after: Moment, to: Moment) {
        let Some(task) = self.tasks.get_mut(upid) else { return };
        task.log.iter_mut().filter(|line| line.at > after).for_each(|line| line.at = to);
        task.log.sort_by_key(|line| line.at);
    }
}
