//! What kinds of operations there are, and their words: what is being done, what was done, what was not.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanKind {
    Start,
    Stop,
    Restart,
    Deploy,
    /// Into the recycle bin.
    Bin,
    /// Out of the recycle bin.
    Unbin,
    /// For good.
    Destroy,
    Clone,
    Update,
    Snapshot,
    RemoveSnapshot,
    Rollback,
    Resize,
    /// Its settings and variables.
    Edit,
    Move,
    Adopt,
    Forget,
    /// A command inside.
    Run,
    Backup,
    /// A backup takes the app's place.
    Restore,
    /// A backup becomes an app of its own.
    RestoreBeside,
    /// The one that a restored one replaced takes its place again.
    SwapBack,
    /// A backup is restored unplugged, started, tried and destroyed again.
    Prove,
    RemoveBackup,
    /// Its notes and its protection.
    EditBackup,
    /// Backups that the retention does not keep are removed.
    Prune,
    SaveJob,
    RemoveJob,
    /// Apps of a host move so that no node works harder than the others.
    Balance,
    /// Everything leaves a node.
    Evacuate,
    /// What left it comes back.
    Fill,
    /// A gateway gets new routes.
    Publish,
    /// What was changed outside is as it was again.
    PutBack,
    /// Apps that use less than they have get less.
    Reclaim,
    /// What was left over is cleared away.
    Tidy,
}

impl PlanKind {
    pub const ALL: [Self; 35] = [
        Self::Start,
        Self::Stop,
        Self::Restart,
        Self::Deploy,
        Self::Bin,
        Self::Unbin,
        Self::Destroy,
        Self::Clone,
        Self::Update,
        Self::Snapshot,
        Self::RemoveSnapshot,
        Self::Rollback,
        Self::Resize,
        Self::Edit,
        Self::Move,
        Self::Adopt,
        Self::Forget,
        Self::Run,
        Self::Backup,
        Self::Restore,
        Self::RestoreBeside,
        Self::SwapBack,
        Self::Prove,
        Self::RemoveBackup,
        Self::EditBackup,
        Self::Prune,
        Self::SaveJob,
        Self::RemoveJob,
        Self::Balance,
        Self::Evacuate,
        Self::Fill,
        Self::Publish,
        Self::PutBack,
        Self::Reclaim,
        Self::Tidy,
    ];

    /// Its name, what it is doing (the LED's word), what was done, and what was not.
    fn words(self) -> [&'static str; 4] {
        match self {
            Self::Start => ["start", "starting", "started", "did not start"],
            Self::Stop => ["stop", "stopping", "stopped", "did not stop"],
            Self::Restart => ["restart", "restarting", "restarted", "did not restart"],
            Self::Deploy => ["deploy", "deploying", "deployed", "was not deployed"],
            Self::Bin => ["bin", "removing", "put into the recycle bin", "was not removed"],
            Self::Unbin => ["unbin", "restoring", "taken out of the recycle bin", "stayed in the recycle bin"],
            Self::Destroy => ["destroy", "destroying", "destroyed", "was not destroyed"],
            Self::Clone => ["clone", "cloning", "cloned", "was not cloned"],
            Self::Update => ["update", "updating", "updated", "was not updated"],
            Self::Snapshot => ["snapshot", "snapshotting", "kept in a snapshot", "got no snapshot"],
            Self::RemoveSnapshot => {
                ["remove-snapshot", "removing a snapshot", "rid of a snapshot", "kept its snapshot"]
            }
            Self::Rollback => ["rollback", "going back", "set back", "was not set back"],
            Self::Resize => ["resize", "resizing", "resized", "was not resized"],
            Self::Edit => ["edit", "changing", "changed", "was not changed"],
            Self::Move => ["move", "migrating", "moved", "was not moved"],
            Self::Adopt => ["adopt", "adopting", "adopted", "was not adopted"],
            Self::Forget => ["forget", "forgetting", "forgotten", "was not forgotten"],
            Self::Run => ["run", "running a command", "done with a command", "did not run a command"],
            Self::Backup => ["backup", "backing up", "backed up", "was not backed up"],
            Self::Restore => ["restore", "restoring", "restored", "was not restored"],
            Self::RestoreBeside => ["restore-beside", "restoring", "restored from a backup", "was not restored"],
            Self::SwapBack => ["swap-back", "going back", "set back to what the restore replaced", "was not set back"],
            Self::Prove => ["prove", "proving a backup", "proved to start", "was not proved"],
            Self::RemoveBackup => ["remove-backup", "removing a backup", "removed", "was not removed"],
            Self::EditBackup => ["edit-backup", "changing a backup", "changed", "was not changed"],
            Self::Prune => ["prune", "removing old backups", "rid of old backups", "kept its old backups"],
            Self::SaveJob => ["save-job", "saving a schedule", "scheduled", "was not scheduled"],
            Self::RemoveJob => ["remove-job", "removing a schedule", "no longer scheduled", "stayed scheduled"],
            Self::Balance => ["balance", "balancing", "balanced", "was not balanced"],
            Self::Evacuate => ["evacuate", "evacuating", "evacuated", "was not evacuated"],
            Self::Fill => ["fill", "filling", "filled again", "was not filled again"],
            Self::Publish => ["publish", "publishing", "given its routes", "kept its old routes"],
            Self::PutBack => ["put-back", "putting back", "put back as it was", "was not put back"],
            Self::Reclaim => ["reclaim", "reclaiming", "reclaimed", "was not reclaimed"],
            Self::Tidy => ["tidy", "tidying up", "tidied up", "was not tidied up"],
        }
    }

    pub fn slug(self) -> &'static str {
        self.words()[0]
    }

    /// What it is doing, as the LED's word.
    pub fn doing(self) -> &'static str {
        self.words()[1]
    }

    pub fn done(self) -> &'static str {
        self.words()[2]
    }

    /// What became of its subject instead, when it failed.
    pub fn undone(self) -> &'static str {
        self.words()[3]
    }

    /// Who is served first where operations wait for a node; the operator waits for what is quick.
    pub fn urgency(self) -> u8 {
        match self {
            Self::Start | Self::Stop | Self::Restart => 3,
            Self::Run | Self::Edit | Self::Resize | Self::Snapshot | Self::RemoveSnapshot | Self::Rollback => 2,
            Self::EditBackup | Self::SaveJob | Self::RemoveJob | Self::Publish | Self::PutBack | Self::Reclaim => 2,
            Self::Backup | Self::Restore | Self::RestoreBeside | Self::SwapBack | Self::RemoveBackup => 1,
            Self::Deploy | Self::Unbin | Self::Adopt | Self::Forget | Self::Bin | Self::Destroy => 1,
            Self::Clone | Self::Update | Self::Move | Self::Prove | Self::Prune => 0,
            Self::Balance | Self::Evacuate | Self::Fill | Self::Tidy => 0,
        }
    }

    /// What was done to each of several, where it was not done to all.
    pub fn parted(self) -> &'static str {
        if self.is_relocation() { "moved" } else { "changed" }
    }

    /// Whether it moves several guests, one after the other.
    pub fn is_relocation(self) -> bool {
        matches!(self, Self::Balance | Self::Evacuate | Self::Fill)
    }

    /// Whether it is so short that it waits for no turn on its node.
    pub fn is_quick(self) -> bool {
        self.urgency() >= 2 || matches!(self, Self::Adopt | Self::Forget)
    }
}
