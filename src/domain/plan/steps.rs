//! Lists of steps, written one after another. What must hold: what begins a task is followed by the step that awaits it.

use super::{Aim, PowerAction, Step, step::Tweak};
use crate::domain::{fleet::GuestKind, ids::HostId};

#[derive(Debug, Default)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    pub fn add(&mut self, step: Step) -> usize {
        self.0.push(step);
        self.0.len() - 1
    }

    /// A step that begins a Proxmox task, and the wait for its end.
    pub fn task(&mut self, host: &HostId, begin: Step) -> usize {
        let begun_by = self.add(begin);
        self.add(Step::AwaitTask { host: host.clone(), begun_by });
        begun_by
    }

    pub fn power(&mut self, aim: &Aim, action: PowerAction, undo: Option<PowerAction>) {
        let guest = aim.clone();
        self.task(aim.host(), Step::BeginPower { guest, kind: GuestKind::Container, action, undo });
    }

    /// Gives the last step of it.
    pub fn configure(&mut self, aim: &Aim, tweaks: Vec<Tweak>) -> usize {
        if tweaks.is_empty() {
            return self.0.len().saturating_sub(1);
        }
        let is_known = matches!(aim, Aim::Known(_));
        let remembered_by = is_known.then(|| self.add(Step::Remember { aim: aim.clone(), tweaks: tweaks.clone() }));
        self.add(Step::Configure { aim: aim.clone(), tweaks, remembered_by })
    }

    pub fn done(self) -> Vec<Step> {
        self.0
    }
}
