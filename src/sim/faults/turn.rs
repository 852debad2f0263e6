//! Faults begin and end: what that does to the datacenter. A fault that is over leaves nothing of itself behind but what
//! really would stay, such as the lock of a backup whose node died.

use std::sync::Arc;

use super::{Fault, FaultId, Trouble, standing::Cut};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        world::{
            storage::{Condition, Damage, Volume},
            task::{State, Task},
        },
    },
};

impl Datacenter {
    /// Lets something go wrong, now or when its time comes.
    pub fn throw(&mut self, trouble: impl Into<Trouble>) -> FaultId {
        let now = self.now();
        let id = self.faults.add(trouble.into(), now);
        self.turn_faults(now);
        id
    }

    /// Whether there is what a fault speaks of.
    pub fn knows(&self, trouble: &Trouble) -> Result<(), String> {
        let nodes: Vec<_> = self.nodes.iter().map(|node| node.name.as_str()).collect();
        let storages: Vec<_> = self.storages.iter().map(|storage| storage.name).collect();
        let known = |what: &str, names: &[&str], name: &str| match names.contains(&name) {
            true => Ok(()),
            false => Err(format!("there is no {what} \"{name}\", only {}", names.join(", "))),
        };
        if let Fault::DeadNode(node) = &trouble.fault {
            known("node", &nodes, node)?;
        }
        if let Fault::FullStorage(storage) | Fault::OfflineStorage(storage) = &trouble.fault {
            known("storage", &storages, storage)?;
        }
        if let Fault::LockedGuest { vmid, .. } | Fault::ForeignProgram { vmid, .. } | Fault::Reboots(vmid) =
            &trouble.fault
            && !self.guests.contains_key(vmid)
        {
            return Err(format!("there is no guest {vmid}"));
        }
        trouble.only.node.iter().try_for_each(|node| known("node", &nodes, node))?;
        trouble.only.storage.iter().try_for_each(|storage| known("storage", &storages, storage))
    }

    /// Ends a fault before its time.
    pub fn mend(&mut self, id: FaultId) {
        if let Some(trouble) = self.faults.remove(id) {
            self.end_fault(&trouble.fault);
        }
    }

    /// The next turn of a fault that is due by `to`, if nothing else is due before it.
    pub fn turn_next_fault(&mut self, to: Moment) -> bool {
        let Some(due) = self.faults.next_due().filter(|due| *due <= to) else { return false };
        let task = self.tasks.next_due().map(|(due, _)| due);
        if task.into_iter().chain(self.next_bell()).any(|other| other < due) {
            return false;
        }
        self.now = self.now.max(due);
        self.turn_faults(due);
        true
    }

    /// Everything that is due by then begins, ends or is cut short.
    fn turn_faults(&mut self, at: Moment) {
        while let Some(trouble) = self.faults.take_begun(at) {
            self.begin_fault(&trouble.fault);
        }
        while let Some(trouble) = self.faults.take_over(at) {
            self.end_fault(&trouble.fault);
        }
        while let Some(cut) = self.faults.take_cut(at) {
            self.fail_task(&cut);
        }
    }

    fn begin_fault(&mut self, fault: &Fault) {
        match fault {
            Fault::ExpiredTickets => self.tickets.expire_all(),
            Fault::LockedGuest { vmid, lock } => {
                if let Some(guest) = self.guests.get_mut(vmid) {
                    guest.config.entry("lock".into()).or_insert_with(|| lock.as_str().into());
                }
            }
            Fault::DamagedArchive { vmid, damage } => self.damage(*vmid, *damage),
            Fault::ForeignProgram { vmid, heeds } => self.leave_program(*vmid, *heeds),
            Fault::Reboots(vmid) => self.reboot(*vmid),
            _ => self.feel_faults(),
        }
    }

    fn end_fault(&mut self, fault: &Fault) {
        match fault {
            Fault::LockedGuest { vmid, lock } => {
                if self.guests.get(vmid).is_some_and(|guest| guest.lock() == Some(lock)) {
                    self.unlock(*vmid);
                }
            }
            Fault::DamagedArchive { vmid, .. } => self.damage(*vmid, Damage::None),
            _ => self.feel_faults(),
        }
    }

    /// Nodes and storages are as the faults that stand have them.
    fn feel_faults(&mut self) {
        let now = self.now();
        for storage in &mut self.storages {
            let is = |fault: Fault| self.faults.stands(&fault);
            let name = storage.name.to_owned();
            storage.condition = if is(Fault::OfflineStorage(name.clone())) {
                Condition::Offline
            } else if is(Fault::FullStorage(name)) {
                Condition::Full
            } else {
                Condition::Fine
            };
        }
        let turned: Vec<_> = self
            .nodes
            .iter()
            .map(|node| (node.name.clone(), self.faults.stands(&Fault::DeadNode(node.name.clone())), node.is_online()))
            .collect();
        for (name, is_dead, is_online) in turned {
            match (is_dead, is_online) {
                (true, true) => self.lose_node(&name, now),
                (false, false) => self.regain_node(&name, now),
                _ => {}
            }
        }
    }

    fn lose_node(&mut self, name: &str, now: Moment) {
        let lost: Vec<_> =
            self.tasks.running().filter(|task| task.node == name).map(|task| task.upid.clone()).collect();
        lost.iter().for_each(|upid| self.tasks.lose(upid, now));
        if let Some(node) = self.nodes.iter_mut().find(|node| node.name == name) {
            node.down_since = Some(now);
        }
    }

    /// It boots: what is to start with it starts, the rest stays off.
    fn regain_node(&mut self, name: &str, now: Moment) {
        let Some(node) = self.nodes.iter_mut().find(|node| node.name == name) else { return };
        let Some(down) = node.down_since.take() else { return };
        node.booted = now;
        let ran: Vec<u32> = self
            .guests
            .values()
            .filter(|guest| guest.node == name && guest.is_running())
            .map(|guest| guest.vmid)
            .collect();
        for vmid in ran {
            let pid = self.next_process();
            let Some(guest) = self.guests.get_mut(&vmid) else { continue };
            guest.end_run(down);
            if guest.is_set("onboot") && guest.lock().is_none() {
                guest.begin_run(now, pid);
            }
        }
    }

    /// As if root had told it to from inside.
    fn reboot(&mut self, vmid: u32) {
        let (now, pid) = (self.now(), self.next_process());
        if let Some(guest) = self.guests.get_mut(&vmid).filter(|guest| guest.is_running()) {
            guest.begin_run(now, pid);
        }
    }

    fn damage(&mut self, vmid: Option<u32>, damage: Damage) {
        self.storages
            .iter_mut()
            .flat_map(|storage| &mut storage.volumes)
            .filter(|volume| vmid.is_none_or(|vmid| volume.vmid == Some(vmid)))
            .for_each(|volume| hurt(volume, damage));
    }

    /// How an archive that is made now turns out.
    pub fn spoil(&self, volume: &mut Volume) {
        let of_this = |fault: &Fault| match fault {
            Fault::DamagedArchive { vmid, damage } if vmid.is_none_or(|vmid| volume.vmid == Some(vmid)) => {
                Some(*damage)
            }
            _ => None,
        };
        if let Some(damage) = self.faults.standing().find_map(of_this) {
            hurt(volume, damage);
        }
    }

    /// A task that has begun may be one that is to fail.
    pub fn doom(&mut self, upid: &str) {
        let Some(task) = self.tasks.get(upid) else { return };
        let State::Running { steps } = &task.state else { return };
        let (start, end) = (self.now().0, steps.back().map_or(self.now().0, |(due, _)| due.0));
        if let Some((percent, text)) = self.faults.hit_task(task) {
            let at = Moment(start + (end - start) * i64::from(percent.min(100)) / 100);
            self.faults.cut_later(Cut { at, upid: upid.to_owned(), text });
        }
    }

    fn fail_task(&mut self, cut: &Cut) {
        let now = self.now();
        let Some(task) = self.tasks.get_mut(&cut.upid).filter(|task| task.is_running()) else { return };
        let exit = told(task, now, &cut.text);
        self.cut_short(&cut.upid, &exit);
    }
}

/// Of a backup the reason stands in the log; its end says less.
fn told(task: &mut Task, now: Moment, text: &str) -> String {
    if task.kind != "vzdump" {
        return text.to_owned();
    }
    task.log.retain(|line| line.at <= now);
    let vmid = task.id.clone();
    task.say(now, format!("ERROR: Backup of VM {vmid} failed - {text}"));
    task.say(now, "INFO: Backup job finished with errors");
    "job errors".to_owned()
}

fn hurt(volume: &mut Volume, damage: Damage) {
    if let Some(saved) = &mut volume.saved {
        Arc::make_mut(saved).damage = damage;
    }
}
