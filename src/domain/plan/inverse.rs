//! What takes an operation back after it is done. What must hold: only what is still so can be taken back, and what cannot
//! says why.

use std::time::Duration;

use super::{
    Aim, PlanKind, Step, Subject,
    change::Sizes,
    journal::{Outcome, Output, output_of},
    step::Tweak,
};
use crate::domain::{
    app::App,
    backup::{BackupKey, Job, Label, ScheduleId},
    book::WayBack,
    fault::{Fault, FaultCode},
    fleet::Fleet,
    ids::{AppId, GuestKey, NodeName},
    moment::Moment,
    moves::Errand,
    operation::Operation,
    plan::power::PowerWish,
};

/// What would be done, as a wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Inverse {
    Power(GuestKey, PowerWish),
    Bin(AppId),
    Unbin(AppId),
    Forget(AppId),
    RemoveSnapshot(AppId, String),
    /// Back to the snapshot, and the version that it was then.
    Rollback {
        app: AppId,
        snapshot: String,
        version: Option<String>,
    },
    Resize(AppId, Sizes),
    /// Options as they were before they were put back.
    PutBack(AppId, Vec<Tweak>),
    Edit(AppId, std::collections::BTreeMap<String, String>),
    Move(AppId, NodeName),
    EditBackup(BackupKey, Label),
    SwapBack {
        app: AppId,
        older: AppId,
    },
    SaveJob(Box<Job>),
    RemoveJob(ScheduleId),
    /// Guests that were moved together go back, each to its node.
    Relocate(Errand, Vec<(GuestKey, NodeName)>),
    /// Apps that were made smaller together get back what they had.
    Reclaim(Vec<(AppId, Sizes)>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct WayOut {
    pub inverse: Inverse,
    /// What it would do, in one sentence.
    pub words: String,
    /// Nothing where there is no end to it.
    pub until: Option<Moment>,
}

/// So long an update is kept to be taken back; the snapshot goes with the next one.
const UPDATE: Duration = Duration::from_secs(30 * 24 * 3600);

pub fn of(operation: &Operation, fleet: &Fleet) -> Result<WayOut, Fault> {
    let plan = &operation.plan;
    let name = &plan.name;
    if !operation.outcome().is_some_and(|outcome| outcome.is_good() || outcome == Outcome::Partly) {
        return Err(refused(
            name,
            "only what was done can be taken back, and this was not",
            "try it again, or look why",
        ));
    }
    let ended = operation.ended.as_ref().map_or(operation.began, |end| end.at);
    let app = || plan.subject.app().and_then(|id| fleet.app(id)).ok_or_else(|| gone(name));
    let way = |inverse, words: String| Ok(WayOut { inverse, words, until: None });
    match plan.kind {
        PlanKind::Start | PlanKind::Stop => {
            let guest = plan.subject.guest().cloned().ok_or_else(|| gone(name))?;
            let (wish, words) = match plan.kind {
                PlanKind::Start => (PowerWish::Stop, "stop"),
                _ => (PowerWish::Start, "start"),
            };
            way(Inverse::Power(guest, wish), format!("{words} {name}"))
        }
        PlanKind::Deploy | PlanKind::Clone => {
            way(Inverse::Bin(app()?.id.clone()), format!("put {name} into the recycle bin"))
        }
        PlanKind::Bin => {
            let app = app()?;
            let until = app.binned_until().ok_or_else(|| changed(name))?;
            let (inverse, words) = (Inverse::Unbin(app.id.clone()), format!("take {name} out of the recycle bin"));
            Ok(WayOut { inverse, words, until: Some(until) })
        }
        PlanKind::Unbin => way(Inverse::Bin(app()?.id.clone()), format!("put {name} back into the recycle bin")),
        PlanKind::Snapshot => {
            let snapshot = plan.steps.iter().find_map(|step| match step {
                Step::BeginSnapshot { snapshot, .. } => Some(snapshot.clone()),
                _ => None,
            });
            let snapshot = snapshot.ok_or_else(|| changed(name))?;
            let words = format!("remove snapshot {snapshot} of {name}");
            way(Inverse::RemoveSnapshot(app()?.id.clone(), snapshot), words)
        }
        PlanKind::Update => update(app()?, ended),
        PlanKind::Resize => resize(operation, app()?),
        PlanKind::Edit => edit(operation, app()?),
        PlanKind::Move => {
            let from = plan.steps.iter().find_map(|step| match step {
                Step::BeginMove { from, .. } => Some(from.clone()),
                _ => None,
            });
            let from = from.ok_or_else(|| changed(name))?;
            let words = format!("move {name} back to {from}");
            way(Inverse::Move(app()?.id.clone(), from), words)
        }
        PlanKind::Balance | PlanKind::Evacuate | PlanKind::Fill => relocation(operation, fleet),
        PlanKind::Adopt => way(Inverse::Forget(app()?.id.clone()), format!("forget {name}; its container stays")),
        PlanKind::Restart => {
            Err(refused(name, "a restart leaves nothing that could be taken back", "nothing is to be done"))
        }
        PlanKind::Run => {
            Err(refused(name, "what a command did inside nobody knows", "go back to a snapshot or a backup"))
        }
        PlanKind::Rollback => Err(refused(
            name,
            "what was written after the snapshot is gone",
            "restore a backup that is younger than it",
        )),
        PlanKind::RemoveSnapshot | PlanKind::Destroy => {
            Err(refused(name, "what was removed is gone for good", "restore a backup, if there is one"))
        }
        PlanKind::Backup => Err(refused(name, "a backup harms nobody", "remove it, if you do not want it")),
        PlanKind::Restore | PlanKind::SwapBack => swap(operation, app()?, fleet),
        PlanKind::RestoreBeside => way(Inverse::Bin(app()?.id.clone()), format!("put {name} into the recycle bin")),
        PlanKind::EditBackup => {
            let was = plan.steps.iter().find_map(|step| match step {
                Step::EditBackup { backup, before, .. } => Some((backup.clone(), before.clone())),
                _ => None,
            });
            let (backup, before) = was.ok_or_else(|| changed(name))?;
            way(Inverse::EditBackup(backup, before), format!("write on {name} what stood there before"))
        }
        PlanKind::SaveJob => {
            let saved = plan.steps.iter().find_map(|step| match step {
                Step::SaveJob { job, before } => Some((job.id.clone(), before.clone())),
                _ => None,
            });
            match saved.ok_or_else(|| changed(name))? {
                (_, Some(before)) => way(Inverse::SaveJob(before), format!("set {name} to what it was before")),
                (id, None) => way(Inverse::RemoveJob(id), format!("remove {name}")),
            }
        }
        PlanKind::RemoveJob => {
            let removed = plan.steps.iter().find_map(|step| match step {
                Step::RemoveJob(job) => Some(job.clone()),
                _ => None,
            });
            way(Inverse::SaveJob(removed.ok_or_else(|| changed(name))?), format!("make {name} again"))
        }
        PlanKind::Prove => Err(refused(name, "what was made for it is gone again", "nothing is to be done")),
        PlanKind::RemoveBackup | PlanKind::Prune => {
            Err(refused(name, "what was removed is gone for good", "make a new backup"))
        }
        PlanKind::Publish => Err(refused(
            name,
            "its routes follow from the apps, and would come back by themselves",
            "publish an app no more, or under another name: `proximity app publish`",
        )),
        PlanKind::PutBack => put_back(operation, app()?),
        PlanKind::Reclaim => reclaimed(operation, fleet),
        PlanKind::Tidy => Err(refused(name, "there is no way back from that yet", "change it by hand")),
        PlanKind::Forget => Err(refused(name, "it is not in our books any more", "adopt its container anew")),
    }
}

/// Those that arrived and are still there go back; the last one first.
fn relocation(operation: &Operation, fleet: &Fleet) -> Result<WayOut, Fault> {
    let (plan, name) = (&operation.plan, &operation.plan.name);
    let errand = match (plan.kind, &plan.subject) {
        (PlanKind::Balance, Subject::Host(host)) => Errand::Balance(host.clone()),
        (PlanKind::Evacuate, Subject::Node(node)) => Errand::Evacuate(node.clone()),
        (PlanKind::Fill, Subject::Node(node)) => Errand::Fill(node.clone()),
        _ => return Err(changed(name)),
    };
    let moves: Vec<_> = arrived(operation)
        .filter(|(guest, _, to)| fleet.guest(guest).is_some_and(|guest| guest.node == **to))
        .map(|(guest, from, _)| (guest.clone(), from.clone()))
        .collect();
    if moves.is_empty() {
        return Err(refused(name, "nothing that it moved is still where it went", "nothing is to be done"));
    }
    let count = if moves.len() == 1 { "1 guest".to_owned() } else { format!("{} guests", moves.len()) };
    let moves = moves.into_iter().rev().collect();
    let words = format!("move {count} of {name} back to where they were");
    Ok(WayOut { inverse: Inverse::Relocate(errand.turned(), moves), words, until: None })
}

/// The guests that an operation has moved for good: from where, and to where.
pub fn arrived(operation: &Operation) -> impl Iterator<Item = (&GuestKey, &NodeName, &NodeName)> {
    let plan = &operation.plan;
    let is_there = |i: usize| {
        let last = plan.stays.iter().copied().find(|at| *at > i);
        last.is_some_and(|at| output_of(&operation.journal, at).is_some())
    };
    plan.steps.iter().enumerate().filter_map(move |(i, step)| match step {
        Step::BeginMove { guest, from, target, .. } if is_there(i) => Some((guest, from, target)),
        _ => None,
    })
}

/// The one that gave its place away waits in the recycle bin, under the name that this operation gave it.
fn swap(operation: &Operation, app: &App, fleet: &Fleet) -> Result<WayOut, Fault> {
    let put_away = operation.plan.steps.iter().find_map(|step| match step {
        Step::Record { app: recorded, before: None, .. } => Some(&recorded.id),
        _ => None,
    });
    let older = put_away.and_then(|id| fleet.app(id)).filter(|older| older.binned_until().is_some());
    let older = older.ok_or_else(|| {
        refused(&app.name, "the container that was replaced is not there any more", "restore another backup")
    })?;
    let words = format!("give {} its place again; what was written since is kept in the recycle bin", older.name);
    let inverse = Inverse::SwapBack { app: app.id.clone(), older: older.id.clone() };
    Ok(WayOut { inverse, words, until: older.binned_until() })
}

fn update(app: &App, ended: Moment) -> Result<WayOut, Fault> {
    match app.book.as_ref().and_then(|book| book.way_back.clone()) {
        Some(WayBack::Snapshot { snapshot, version }) => {
            let before = version.as_deref().unwrap_or("the version before");
            let words = format!("set {} back to {before}; what was written since the update is lost", app.name);
            let inverse = Inverse::Rollback { app: app.id.clone(), snapshot, version };
            Ok(WayOut { inverse, words, until: Some(ended + UPDATE) })
        }
        Some(WayBack::Archive { storage, .. }) => Err(Fault::lasting(
            FaultCode::Refused,
            format!("the update of {} was not taken back", app.name),
            "its storage takes no snapshots",
            format!("restore the backup that was made before the update; it lies on {storage}"),
        )),
        None => Err(changed(&app.name)),
    }
}

fn resize(operation: &Operation, app: &App) -> Result<WayOut, Fault> {
    let was =
        operation.plan.steps.iter().enumerate().find_map(|(i, step)| match (step, output_of(&operation.journal, i)) {
            (Step::Remember { .. }, Some(Output::Was(before))) => Some(before.clone()),
            _ => None,
        });
    let sizes = sizes_of(was.iter().flatten());
    if sizes == Sizes::default() {
        return Err(refused(
            &app.name,
            "a disk never gets smaller again",
            "nothing is to be done; the room is its own now",
        ));
    }
    let words = format!("give {} its old cores and memory; a disk that grew stays", app.name);
    Ok(WayOut { inverse: Inverse::Resize(app.id.clone(), sizes), words, until: None })
}

fn put_back(operation: &Operation, app: &App) -> Result<WayOut, Fault> {
    let steps = operation.plan.steps.iter().enumerate();
    let was: Vec<Tweak> = steps
        .filter_map(|(i, step)| match (step, output_of(&operation.journal, i)) {
            (Step::Remember { .. }, Some(Output::Was(before))) => Some(before.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    if was.is_empty() {
        return Err(changed(&app.name));
    }
    let words = format!("set the options of {} to what they were before", app.name);
    Ok(WayOut { inverse: Inverse::PutBack(app.id.clone(), was), words, until: None })
}

fn sizes_of<'t>(tweaks: impl Iterator<Item = &'t Tweak>) -> Sizes {
    let mut sizes = Sizes::default();
    for tweak in tweaks {
        match tweak {
            Tweak::Cores(count) => sizes.cores = Some(*count),
            Tweak::Memory(mib) => sizes.memory = Some(*mib),
            Tweak::Swap(mib) => sizes.swap = Some(*mib),
            _ => {}
        }
    }
    sizes
}

/// Those that got their new size get the old one back; the last one first.
fn reclaimed(operation: &Operation, fleet: &Fleet) -> Result<WayOut, Fault> {
    let (plan, name) = (&operation.plan, &operation.plan.name);
    let was = |at: &usize| {
        let Some(Step::Configure { aim: Aim::Known(guest), remembered_by: Some(by), .. }) = plan.steps.get(*at) else {
            return None;
        };
        output_of(&operation.journal, *at)?;
        match output_of(&operation.journal, *by) {
            Some(Output::Was(before)) => Some((fleet.app_of(guest)?.id.clone(), sizes_of(before.iter()))),
            _ => None,
        }
    };
    let sizes: Vec<_> =
        plan.stays.iter().rev().filter_map(was).filter(|(_, sizes)| *sizes != Sizes::default()).collect();
    if sizes.is_empty() {
        return Err(refused(name, "none of its apps is in the books any more", "nothing is to be done"));
    }
    let count = if sizes.len() == 1 { "1 app".to_owned() } else { format!("{} apps", sizes.len()) };
    Ok(WayOut { inverse: Inverse::Reclaim(sizes), words: format!("give {count} back what they had"), until: None })
}

fn edit(operation: &Operation, app: &App) -> Result<WayOut, Fault> {
    let stood = operation.plan.steps.iter().find_map(|step| match step {
        Step::Record { before: Some(before), .. } => before.book.as_ref().map(|book| book.settings.clone()),
        _ => None,
    });
    let settings = stood.ok_or_else(|| changed(&app.name))?;
    let words = format!("give {} its old settings; secrets that were typed stay", app.name);
    Ok(WayOut { inverse: Inverse::Edit(app.id.clone(), settings), words, until: None })
}

fn refused(name: &str, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, format!("nothing of {name} was taken back"), why, remedy)
}

fn gone(name: &str) -> Fault {
    refused(name, "it is not in our books any more", "nothing is to be done")
}

fn changed(name: &str) -> Fault {
    refused(name, "it was changed since then", "look how it is now")
}
