//! Plans for backups that are made, changed, removed, and for what makes them by itself.

use super::{Aim, Plan, PlanKind, Step, Subject, app::Ours, place::Footing, rights, steps::Steps};
use crate::domain::{
    backup::{Backup, How, Job, Label, Retention},
    fleet::Guest,
    ids::{AppId, HostId, StorageName, Vmid},
    plan::place::Room,
};

/// A guest and the app that it is, if it is one.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub guest: &'a Guest,
    pub app: Option<(&'a AppId, &'a str)>,
}

impl<'a> From<Ours<'a>> for Target<'a> {
    fn from(ours: Ours<'a>) -> Self {
        Self { guest: ours.guest, app: Some((&ours.app.id, &ours.app.name)) }
    }
}

impl Target<'_> {
    fn plan(self, kind: PlanKind, steps: Vec<Step>) -> Plan {
        let guest = self.guest.key.clone();
        match self.app {
            Some((app, name)) => Plan::new(kind, Subject::App { app: app.clone(), guest }, name, steps),
            None => Plan::new(kind, Subject::Guest(guest), self.guest.name.to_string(), steps),
        }
    }
}

pub(super) fn room(storage: &str, content: &str, gib: u64) -> Room {
    Room { storage: storage.into(), content: content.into(), gib }
}

/// The rights that all steps need are looked at in the first one.
pub(super) fn with_rights(steps: Steps, footing: Footing, pool: Option<&str>) -> Vec<Step> {
    let mut steps = steps.done();
    let rights = rights::of(&steps, pool);
    if let Some(first) = steps.iter_mut().find(|step| matches!(step, Step::Check(_))) {
        *first = Step::Check(Box::new(Footing { rights, ..footing }));
    }
    steps
}

pub fn make(target: Target<'_>, storage: &StorageName, how: How, note: String) -> Plan {
    let guest = target.guest;
    let footing = Footing {
        node: Some(guest_node(guest)),
        rooms: vec![room(storage.as_str(), "backup", 0)],
        ..Footing::of_guest(guest.key.clone())
    };
    let mut steps = Steps::default();
    steps.add(Step::Check(Box::new(footing.clone())));
    let aim = Aim::Known(guest.key.clone());
    steps.task(&guest.key.host, Step::BeginBackup { aim, storage: storage.to_string(), note, how });
    target.plan(PlanKind::Backup, with_rights(steps, footing, guest.pool.as_deref()))
}

fn guest_node(guest: &Guest) -> crate::domain::ids::NodeKey {
    crate::domain::ids::NodeKey { host: guest.key.host.clone(), node: guest.node.clone() }
}

fn about(backup: &Backup, kind: PlanKind, steps: Vec<Step>) -> Plan {
    Plan::new(kind, Subject::Backup(backup.key.clone()), backup.key.file(), steps)
}

pub fn edit(backup: &Backup, to: Label, before: Label, pool: Option<&str>) -> Plan {
    let footing = Footing::on(backup.key.host.clone());
    let mut steps = Steps::default();
    steps.add(Step::Check(Box::new(footing.clone())));
    let (key, of, node) = (backup.key.clone(), backup.guest.clone(), backup.node.clone());
    steps.add(Step::EditBackup { backup: key, of, node, to, before });
    about(backup, PlanKind::EditBackup, with_rights(steps, footing, pool))
}

pub fn remove(backup: &Backup, pool: Option<&str>) -> Plan {
    let footing = Footing::on(backup.key.host.clone());
    let mut steps = Steps::default();
    steps.add(Step::Check(Box::new(footing.clone())));
    let (key, of, node) = (backup.key.clone(), backup.guest.clone(), backup.node.clone());
    let begun = steps.task(&backup.key.host, Step::BeginBackupRemoval { backup: key, of, node });
    let plan = about(backup, PlanKind::RemoveBackup, with_rights(steps, footing, pool));
    Plan { no_return: Some(begun), ..plan }
}

pub fn prune(target: Target<'_>, storage: StorageName, keeps: Retention) -> Plan {
    let guest = target.guest;
    let footing = Footing::on(guest.key.host.clone());
    let mut steps = Steps::default();
    steps.add(Step::Check(Box::new(footing.clone())));
    let (key, node) = (guest.key.clone(), guest.node.clone());
    let begun = steps.task(&guest.key.host, Step::BeginPrune { guest: key, node, storage, keeps });
    let steps = with_rights(steps, footing, guest.pool.as_deref());
    Plan { no_return: Some(begun), ..target.plan(PlanKind::Prune, steps) }
}

/// A pool that a job goes by, and who is to be in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    pub pool: String,
    /// Those that are not in it yet.
    pub guests: Vec<Vmid>,
    /// It is not there yet.
    pub is_new: bool,
}

pub fn save_job(job: Job, before: Option<Job>, joining: Option<Joining>) -> Plan {
    let host = job.id.host.clone();
    let footing = Footing::on(host.clone());
    let subject = Subject::Job(job.id.clone());
    let name = job.id.id.to_string();
    let mut steps = Steps::default();
    steps.add(Step::Check(Box::new(footing.clone())));
    join(&mut steps, &host, joining);
    steps.add(Step::SaveJob { job: Box::new(job), before: before.map(Box::new) });
    Plan::new(PlanKind::SaveJob, subject, name, with_rights(steps, footing, None))
}

pub(super) fn join(steps: &mut Steps, host: &HostId, joining: Option<Joining>) {
    if let Some(Joining { pool, guests, is_new }) = joining {
        steps.add(Step::JoinPool { host: host.clone(), pool, guests, is_new });
    }
}

pub fn remove_job(job: Job) -> Plan {
    let footing = Footing::on(job.id.host.clone());
    let (subject, name) = (Subject::Job(job.id.clone()), job.id.id.to_string());
    let mut steps = Steps::default();
    steps.add(Step::Check(Box::new(footing.clone())));
    steps.add(Step::RemoveJob(Box::new(job)));
    Plan::new(PlanKind::RemoveJob, subject, name, with_rights(steps, footing, None))
}
