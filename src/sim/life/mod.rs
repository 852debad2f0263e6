//! The life of a container beyond switching it on and off: snapshots, copies, moves, restores. Each is a task of a few
//! steps that finds the guest as the one before left it; what a task has begun and does not finish is cleaned up here
//! as Proxmox cleans it up.

pub mod archives;
pub mod clones;
pub mod handover;
pub mod images;
pub mod luggage;
pub mod making;
pub mod moves;
pub mod options;
pub mod restore;
pub mod snapshots;
pub mod starting;
pub mod systems;
pub mod ties;
pub mod travel;
pub mod words;

use super::{
    datacenter::Datacenter,
    refusal::no_config_text,
    world::guest::{Guest, Kind},
};

pub type Done = Result<(), String>;

/// One step of such a task.
#[derive(Debug, Clone)]
pub enum Step {
    TakeSnapshot(snapshots::Wish),
    Snapshot(snapshots::Wish),
    DropSnapshot { vmid: u32, name: String },
    Dropped { vmid: u32, name: String },
    RollBack(snapshots::Rollback),
    RolledBack(snapshots::Rollback),
    Cloned(Box<clones::Copy>),
    Grow(moves::Growth),
    Freeze(u32),
    Moved(Box<moves::Move>),
    Handed(handover::Handover),
    Recover(Box<restore::Restore>),
    Restored(Box<restore::Restore>),
    Depart(travel::Trip),
    Unload(travel::Trip),
    Arrive(travel::Trip),
    Made(Box<making::Making>),
}

/// The task that a step belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Worker<'a> {
    pub upid: &'a str,
    pub node: &'a str,
    /// As the UPID has it.
    pub who: &'a str,
}

impl Step {
    /// Whether the steps after this one have nothing to clean up as long as it was not done.
    pub fn opens(&self) -> bool {
        use Step::{Depart, DropSnapshot, RollBack, TakeSnapshot, Unload};
        matches!(self, TakeSnapshot(_) | DropSnapshot { .. } | RollBack(_) | Depart(_) | Unload(_))
    }
}

impl Datacenter {
    pub fn live(&mut self, step: &Step, worker: Worker) -> Done {
        match step {
            Step::TakeSnapshot(wish) => self.take_snapshot(wish, worker),
            Step::Snapshot(wish) => self.keep_snapshot(wish, worker),
            Step::DropSnapshot { vmid, name } => self.begin_drop(*vmid, name, worker),
            Step::Dropped { vmid, name } => self.end_drop(*vmid, name, worker),
            Step::RollBack(order) => self.begin_rollback(order, worker),
            Step::RolledBack(order) => self.end_rollback(order, worker),
            Step::Cloned(copy) => self.end_clone(copy, worker),
            Step::Grow(growth) => self.grow(growth, worker),
            Step::Freeze(vmid) => self.freeze(*vmid, worker),
            Step::Moved(order) => self.end_move(order, worker),
            Step::Handed(order) => self.hand_over(order, worker),
            Step::Recover(order) => self.recover(order, worker),
            Step::Restored(order) => self.end_restore(order, worker),
            Step::Depart(trip) => self.depart(trip, worker),
            Step::Unload(trip) => self.unload(trip, worker),
            Step::Arrive(trip) => self.arrive(trip, worker),
            Step::Made(making) => self.end_making(making, worker),
        }
    }

    /// Cleans up after a step that will not be done any more.
    pub fn forgo(&mut self, step: &Step) {
        match step {
            Step::Snapshot(wish) => self.unlock_from(wish.vmid, "snapshot"),
            Step::Cloned(copy) => self.drop_clone(copy),
            Step::Moved(order) => self.unlock_from(order.vmid, "disk"),
            Step::Recover(order) => self.drop_unbegun(order),
            Step::Restored(order) => self.remove_unmade(order.vmid),
            Step::Arrive(trip) => self.turn_back(trip),
            Step::Made(making) => self.remove_unmade(making.vmid),
            // A rollback or removal of a snapshot that breaks off leaves its lock, as on the real one.
            Step::Dropped { .. } | Step::RolledBack(_) => {}
            Step::TakeSnapshot(_) | Step::DropSnapshot { .. } | Step::RollBack(_) => {}
            Step::Grow(_) | Step::Freeze(_) | Step::Handed(_) | Step::Depart(_) | Step::Unload(_) => {}
        }
    }

    /// A container where its task looks for it.
    pub fn container(&self, vmid: u32, node: &str) -> Result<&Guest, String> {
        self.guest_on(node, Kind::Container, vmid).ok_or_else(|| no_config_text(node, "lxc", vmid))
    }

    pub fn lock(&mut self, vmid: u32, lock: &str) {
        if let Some(guest) = self.guests.get_mut(&vmid) {
            guest.config.insert("lock".into(), lock.into());
        }
    }

    /// Takes a lock away if it is this one.
    pub fn unlock_from(&mut self, vmid: u32, lock: &str) {
        if self.guests.get(&vmid).and_then(Guest::lock) == Some(lock) {
            self.unlock(vmid);
        }
    }

    /// Of a guest that is still being made nothing stays.
    pub fn remove_unmade(&mut self, vmid: u32) {
        if self.guests.get(&vmid).and_then(Guest::lock) == Some("create") {
            self.guests.remove(&vmid);
        }
    }

    /// Writes into the task's log.
    pub fn note(&mut self, worker: Worker, line: impl Into<String>) {
        let now = self.now();
        if let Some(task) = self.tasks.get_mut(worker.upid) {
            task.say(now, line);
        }
    }

    pub fn note_all(&mut self, worker: Worker, lines: impl IntoIterator<Item = String>) {
        lines.into_iter().for_each(|line| self.note(worker, line));
    }
}
