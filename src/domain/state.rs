//! Which light a guest shows. The LED is judged from three things, in this order: what we are doing to it, whether its
//! host can be believed, and what Proxmox says of it.

use std::sync::Arc;

use super::{
    care::Health,
    fleet::{Fleet, Guest, Power, Reach},
    operation::Operation,
    plan::{PlanKind, journal::Outcome},
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State {
    Running,
    /// It runs, but its probe fails.
    Degraded,
    Stopped,
    Starting,
    Stopping,
    Restarting,
    Deploying,
    Updating,
    Restoring,
    Migrating,
    Cloning,
    Adopting,
    Removing,
    Error,
    Missing,
    Stale,
    Locked(Arc<str>),
    BackingUp,
    Unknown,
}

impl State {
    /// The word scripts and people read.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Degraded => "degraded",
            Self::Stopped => "stopped",
            Self::Starting => "starting",
            Self::Stopping => "stopping",
            Self::Restarting => "restarting",
            Self::Deploying => "deploying",
            Self::Updating => "updating",
            Self::Restoring => "restoring",
            Self::Migrating => "migrating",
            Self::Cloning => "cloning",
            Self::Adopting => "adopting",
            Self::Removing => "removing",
            Self::Error => "error",
            Self::Missing => "missing",
            Self::Stale => "stale",
            Self::Locked(_) => "locked",
            Self::BackingUp => "backing-up",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a person should look.
    pub fn wants_attention(&self) -> bool {
        matches!(self, Self::Degraded | Self::Error | Self::Missing | Self::Stale)
    }
}

/// The light of a guest as the fleet stands.
pub fn state_of(fleet: &Fleet, guest: &Guest) -> State {
    let health = fleet.app_of(&guest.key).and_then(|app| fleet.care.health.get(&app.id)).map(|known| known.health);
    let reach = fleet.host(&guest.key.host).map(|host| &host.reach);
    judge(guest, reach, fleet.last_operation_on(&guest.key), health)
}

/// The same, for a caller that has found host, operation and health already.
pub fn judge(guest: &Guest, reach: Option<&Reach>, last: Option<&Operation>, health: Option<Health>) -> State {
    if let Some(operation) = last.filter(|operation| operation.is_running()) {
        return doing(operation.plan.kind);
    }
    if !matches!(reach, Some(Reach::Online)) {
        return State::Stale;
    }
    match guest.lock.as_deref() {
        Some("backup") => return State::BackingUp,
        Some("migrate") => return State::Migrating,
        Some(_) => return State::Locked(guest.lock.clone().unwrap_or_default()),
        None => {}
    }
    match guest.power {
        // It is there, but what was to be made of it failed.
        Power::Running if last.is_some_and(|last| last.outcome() == Some(Outcome::Kept)) => State::Error,
        Power::Running if health == Some(Health::Failing) => State::Degraded,
        Power::Running => State::Running,
        Power::Stopped if last.is_some_and(failed_to_run) => State::Error,
        Power::Stopped | Power::Paused => State::Stopped,
        Power::Unknown => State::Unknown,
    }
}

fn doing(kind: PlanKind) -> State {
    match kind {
        PlanKind::Start => State::Starting,
        PlanKind::Stop => State::Stopping,
        PlanKind::Restart => State::Restarting,
        PlanKind::Deploy => State::Deploying,
        PlanKind::Bin | PlanKind::Destroy | PlanKind::Forget => State::Removing,
        PlanKind::Unbin | PlanKind::Rollback => State::Restoring,
        PlanKind::Clone => State::Cloning,
        PlanKind::Adopt => State::Adopting,
        PlanKind::Move | PlanKind::Balance | PlanKind::Evacuate | PlanKind::Fill => State::Migrating,
        PlanKind::Backup => State::BackingUp,
        PlanKind::Restore | PlanKind::RestoreBeside | PlanKind::SwapBack => State::Restoring,
        PlanKind::Prove
        | PlanKind::RemoveBackup
        | PlanKind::EditBackup
        | PlanKind::Prune
        | PlanKind::SaveJob
        | PlanKind::RemoveJob
        | PlanKind::Publish
        | PlanKind::PutBack
        | PlanKind::Reclaim
        | PlanKind::Tidy
        | PlanKind::Update
        | PlanKind::Snapshot
        | PlanKind::RemoveSnapshot
        | PlanKind::Resize
        | PlanKind::Edit
        | PlanKind::Run => State::Updating,
    }
}

fn failed_to_run(operation: &Operation) -> bool {
    let wanted_it_up = matches!(operation.plan.kind, PlanKind::Start | PlanKind::Restart | PlanKind::Deploy);
    wanted_it_up && operation.outcome().is_some_and(|outcome| !outcome.is_good())
}
