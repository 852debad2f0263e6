//! What a step does, in the operator's words.

use super::{
    Aim, Step,
    step::{Cards, Comeback, Fetched, Tweak},
};
use crate::domain::{
    backup::{BackupMode, Guarding, Label, Runner},
    leftovers::Leftover,
};

impl Step {
    /// What it does, in one line.
    pub fn title(&self) -> String {
        match self {
            Self::Check(footing) => match &footing.moves_to {
                Some(target) => format!("check that {} may go to {target}", footing.called()),
                None => "check that it fits".into(),
            },
            Self::Reserve(reserve) => format!("reserve an id and ports on {}", reserve.node.node),
            Self::MakeSecrets { secrets, .. } => format!("make {}", counted(secrets.len(), "secret")),
            Self::TakeSecrets { names, .. } => format!("take {}", counted(names.len(), "typed secret")),
            Self::CopySecrets { names, .. } => format!("copy {}", counted(names.len(), "secret")),
            Self::BeginFetch { what: Fetched::Template(file), .. } => format!("template {}", short_template(file)),
            Self::BeginFetch { what: Fetched::Image(image), .. } => format!("image {image}"),
            Self::BeginCreate { new, .. } => format!(
                "create {}: {}, {} MB, {} GB on {}",
                new.hostname,
                counted(new.cores as usize, "core"),
                new.memory,
                new.root.1,
                new.root.0
            ),
            Self::BeginClone(copy) => format!("copy {} as {}", copy.from, copy.hostname),
            Self::BeginPower { guest: Aim::Known(guest), action, .. } => format!("{} {guest}", action.slug()),
            Self::BeginPower { action, .. } => action.slug().into(),
            Self::BeginSnapshot { snapshot, .. } => format!("snapshot {snapshot}"),
            Self::BeginSnapshotRemoval { snapshot, .. } => format!("remove snapshot {snapshot}"),
            Self::BeginRollback { snapshot, .. } => format!("go back to snapshot {snapshot}"),
            Self::BeginBackup { storage, how, .. } if how.mode == BackupMode::Snapshot => {
                format!("backup to {storage}")
            }
            Self::BeginBackup { storage, how, .. } => format!("backup to {storage}, by {}", how.mode.slug()),
            Self::BeginRestore(restoration) => match restoration.cards {
                Cards::Unplugged => format!("restore {}, unplugged", restoration.backup.file()),
                Cards::Own(_) => format!("restore {}", restoration.backup.file()),
            },
            Self::EditBackup { to: Label { guarding: Some(Guarding::Protected), .. }, .. } => "protect it".into(),
            Self::EditBackup { to: Label { guarding: Some(Guarding::Free), .. }, .. } => {
                "take its protection off".into()
            }
            Self::EditBackup { .. } => "change its notes".into(),
            Self::BeginBackupRemoval { backup, .. } => format!("remove {}", backup.file()),
            Self::BeginPrune { storage, keeps, .. } => format!("remove what {keeps} does not keep on {storage}"),
            Self::Try { probe: Some(probe), .. } => format!("look from inside whether it answers: {}", probe.what),
            Self::Try { .. } => "look whether it keeps running".into(),
            Self::TakeAfter { .. } => "set it up as it was".into(),
            Self::Proved { .. } => "write down that it was proved".into(),
            Self::SaveJob { job, before } => {
                let what = if before.is_some() { "change" } else { "make" };
                let who = if job.runner == Runner::Watch { "for proximity watch " } else { "" };
                format!("{what} the backup job {} {who}at {}", job.id.id, job.schedule)
            }
            Self::RemoveJob(job) => format!("remove the backup job {}", job.id.id),
            Self::JoinPool { pool, guests, .. } if guests.is_empty() => format!("make the pool {pool}"),
            Self::JoinPool { pool, guests, .. } => {
                format!("take {} into the pool {pool}", counted(guests.len(), "guest"))
            }
            Self::After { operations } => format!("wait for {}", counted(operations.len(), "other operation")),
            Self::BeginResize { slot, gib, .. } => format!("grow {slot} to {gib} GB"),
            Self::BeginVolumeMove { slot, .. } => format!("move volume {slot}"),
            Self::BeginMove { target, told: Some(told), .. } => {
                format!("move {} to {target}: {}", told.name, told.cost.brief(told.manner))
            }
            Self::BeginMove { target, .. } => format!("move to {target}"),
            Self::BeginRemoval { aim: Aim::Known(guest) } => format!("destroy {guest}"),
            Self::BeginRemoval { .. } => "destroy the copy".into(),
            Self::ClearAway(leftover) => match &**leftover {
                Leftover::Guest { guest, operation, .. } => {
                    format!("clear away {guest}, left over by operation {operation}")
                }
                Leftover::Snapshot { guest, snapshot, .. } => format!("remove snapshot {snapshot} of {guest}"),
                Leftover::Fetch { .. } => "end a download that nobody waits for".into(),
            },
            Self::AwaitTask { .. } => "wait for the Proxmox task".into(),
            Self::Remember { .. } => "look how it is set now".into(),
            Self::Configure { tweaks, .. } => {
                let names: Vec<_> = tweaks.iter().map(Tweak::name).collect();
                format!("set {}", names.join(", "))
            }
            Self::Comeback { way, .. } => match way {
                Comeback::Snapshot { .. } => "mark the way back: the snapshot".into(),
                Comeback::Backup { .. } => "mark the way back: the backup".into(),
                Comeback::Script(_) => "mark the way back".into(),
            },
            Self::FindAddress { .. } => "find its address".into(),
            Self::PutFile { file, .. } => format!("write {}", file.path),
            Self::Run { script, .. } => script.title.clone(),
            Self::Probe { probe, .. } => format!("wait until it answers: {}", probe.what),
            Self::Record { .. } => "write it into the books".into(),
            Self::Forget { .. } => "take it out of the books".into(),
        }
    }
}

impl Tweak {
    /// The option, in the operator's words.
    pub fn name(&self) -> &str {
        match self {
            Self::Option { name, .. } => name,
            Self::Cores(_) => "cores",
            Self::Memory(_) => "memory",
            Self::Swap(_) => "swap",
            Self::Tags(_) | Self::Tagged { .. } => "tags",
            Self::Marker(_) => "our line in its description",
            Self::Protected(_) => "protection",
            Self::StartsOnBoot(_) => "start on boot",
            Self::Address(_) => "address",
            Self::Card(_) => "network card",
            Self::Plugged(true) | Self::Cables(_) => "network plugged in",
            Self::Plugged(false) => "network unplugged",
            Self::Hostname(_) => "hostname",
            Self::Shell(_) | Self::Console(_) => "console",
            Self::Environment { .. } => "environment",
            Self::EntryPoint(_) => "entry point",
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `debian-13-standard_13.1-2_amd64.tar.zst` is known as `debian-13-standard`.
fn short_template(file: &str) -> &str {
    file.split('_').next().unwrap_or(file)
}
