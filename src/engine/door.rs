//! What can be said through the door, and what comes back.

use std::{collections::BTreeMap, path::PathBuf};

pub use crate::services::poller::Audience;

pub use crate::domain::fleet::PublicCa;
pub use crate::exec::{Complaints, Found, JobId, NewFile, NotAJobId, Script, Written};

pub use super::adoption::{AdoptWish, PoolWish, ProbeWish};
pub use super::answer::{Answer, Delivered};
pub use super::deliver::Carrier;
pub use super::drafts::{
    Allowance, Asked, Credential, Fetching, FoundBridge, FoundStorage, HostDraft, HostEdit, LeastLine, LeastPlan,
    LeastReach, LeastState, LeastWish, MissingRight, SshCredential, SshDraft, SshKey, SshKeys, TestReport,
};
pub use super::import::{ImportFrom, ImportReport, ImportWish};
pub use super::notice::{Notice, Tone};
pub use super::sources::{RefusedRow, SourceKept, SourceNews, SourceRow};
pub use super::wishes::{
    BackupWish, CallPreview, CloneWish, CoverageRow, CoveredVolume, DefaultJob, DeployWish, GatewayWish, Held, Lease,
    Nights, OldOne, Preview, PruneFate, PruneRow, RelocateWish, Rest, RestoreTo, RestoreWish, SnapshotRow, StepPreview,
    StorageChoice, Undoing, Which,
};
pub use crate::catalog::{
    BadRecipe, Checked, Existing, Origin, Shelf, Shelved,
    import::{Format, Reason, Refused},
};

use crate::domain::{
    backup::{BackupKey, Guarding, Job, Retention, ScheduleId},
    care::{AlertId, FindingId, Mend, Rules, Watch},
    catalog::{Pin, RecipeId, Source, SourceName},
    gateway::Publishing,
    history::Span,
    ids::{AppId, GuestKey, HostId, NodeKey, NodeName, OperationId, StorageName},
    log::LogAsk,
    moment::Moment,
    moves::{Errand, Whose},
    plan::{change::Sizes, journal::Choice, power::PowerWish, step::Tweak},
    port_book::Look,
    secret::Secret,
};

/// A wish that changes the world. It becomes a plan and an operation in the journal.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    Power {
        guest: GuestKey,
        wish: PowerWish,
    },
    /// Ends a running operation and takes back what it owes.
    Cancel(OperationId),
    /// Tries an operation that failed once more.
    Retry(OperationId),
    /// Goes on here with an operation that nobody runs any more.
    Resume(OperationId),
    /// Says what is to become of what a failed operation made.
    Answer {
        operation: OperationId,
        choice: Choice,
    },
    Deploy(Box<DeployWish>),
    /// The one that passes names and ports on to the apps of a host.
    MakeGateway(Box<GatewayWish>),
    /// Gives a gateway the routes that follow from the apps.
    Publish(AppId),
    /// Into the recycle bin.
    Bin(AppId),
    /// Out of the recycle bin.
    Unbin(AppId),
    /// For good.
    Destroy(AppId),
    /// Out of our books; its container stays.
    Forget(AppId),
    Clone(CloneWish),
    /// To its recipe's version.
    Update(AppId),
    Snapshot {
        app: AppId,
        /// Made up of the moment where none is given.
        name: Option<String>,
        note: String,
    },
    RemoveSnapshot {
        app: AppId,
        snapshot: String,
    },
    Rollback {
        app: AppId,
        snapshot: String,
    },
    Resize {
        app: AppId,
        sizes: Sizes,
    },
    /// These settings and typed secrets; those that are not named stay.
    Edit {
        app: AppId,
        settings: BTreeMap<String, String>,
        secrets: BTreeMap<String, Secret>,
    },
    /// To another node of its cluster.
    Move {
        app: AppId,
        to: NodeName,
    },
    /// Several guests of a host, one after the other.
    Relocate(RelocateWish),
    /// Makes a container that is there an app.
    Adopt(AdoptWish),
    /// Runs a command inside, as an operation of its own.
    Run {
        app: AppId,
        command: Vec<String>,
    },
    Backup(BackupWish),
    Restore(RestoreWish),
    /// Restores a backup of an app where nobody sees it, the newest one where none is named, and looks whether it works.
    Prove {
        app: AppId,
        backup: Option<BackupKey>,
    },
    RemoveBackup(BackupKey),
    /// What is nothing stays as it is.
    EditBackup {
        backup: BackupKey,
        note: Option<String>,
        guarding: Option<Guarding>,
    },
    /// Removes the backups of a guest that a retention does not keep.
    Prune {
        guest: GuestKey,
        storage: StorageName,
        keeps: Retention,
    },
    /// Makes the job, or changes the one with its id.
    SaveJob(Box<Job>),
    RemoveJob(ScheduleId),
    /// What a restore put into the recycle bin takes its place again.
    SwapBack {
        app: AppId,
        older: AppId,
    },
    /// What a finding or an alert offers.
    Mend(Mend),
    /// Apps get these sizes, one after the other.
    Reclaim(Vec<(AppId, Sizes)>),
    /// Options of an app as they were known to be.
    PutBack {
        app: AppId,
        tweaks: Vec<Tweak>,
    },
    /// An app that our books have lost, by what its guest says of itself.
    TakeIn(GuestKey),
    /// Clears away what operations left over on a host.
    Tidy(HostId),
    /// Takes back what an operation did.
    Undo(OperationId),
}

/// A question that changes nothing.
#[derive(Debug, Clone)]
pub enum Query {
    /// What a wish would do, without doing it.
    Preview(Request),
    /// The back of a unit.
    Guest(GuestKey),
    /// Which certificate answers at this address, before anything is trusted.
    Fingerprint {
        address: String,
    },
    /// Whether this draft could log in, and what it would find; nothing is stored.
    TestDraft(HostDraft),
    /// The same for a host that is known already.
    TestHost(HostId),
    /// The same for a host that is known, as it would be after these changes.
    TestEdit {
        host: HostId,
        edit: Box<HostEdit>,
    },
    /// What would be made on the host of this draft for a token of ours; nothing is made.
    Least(Box<HostDraft>),
    /// Whether SSH would get in there; nothing is stored.
    TestSshDraft {
        address: String,
        ssh: SshDraft,
    },
    /// What containers that are nobody's app are, and what they would be as apps; all of them where none is named.
    Candidates {
        guests: Vec<GuestKey>,
    },
    /// What a node tells of itself.
    Node(NodeKey),
    /// Which SSH key answers there, before anything is trusted.
    SshKey {
        address: String,
        port: u16,
    },
    /// Whether SSH gets in at a host, as it was set up.
    TestSsh(HostId),
    /// By which SSH key a guest is known, and which one it shows now.
    GuestKey(GuestKey),
    /// What would become of foreign definitions, without keeping any of it.
    Import(ImportWish),
    /// Whether these files, and those in these folders, are good recipes.
    CheckRecipes(Vec<PathBuf>),
    /// All recipes; files that changed are read anew.
    Shelf,
    /// The sources of recipes as the settings name them; nothing is fetched.
    Sources,
    /// Fetches a source, and says what taking that would change: its newest state, or this one.
    SourceNews {
        name: SourceName,
        at: Option<Pin>,
    },
    /// What Proxmox remembers of a guest.
    History {
        guest: GuestKey,
        span: Span,
    },
    /// What an app says of itself, or what of it is new.
    Log {
        app: AppId,
        ask: LogAsk,
    },
    /// What an app is written down in.
    Papers(AppId),
    Snapshots(AppId),
    /// Every other node of its cluster, and whether it may go there.
    MoveTargets(AppId),
    /// What would be moved for this errand; apps alone, or other containers too where a node is emptied.
    Moves(Errand, Whose),
    /// What undoing an operation would do, and until when it can be done.
    WayOut(OperationId),
    /// The newest operation of an app that can be undone, or of all apps.
    LastUndoable(Option<AppId>),
    /// Operations, newest first.
    /// What the deck keeps from one time to the next.
    Memory,
    /// The secrets of an app, in clear: only for the eyes of the operator who asks.
    Secrets(AppId),
    Operations {
        most: u32,
    },
    Operation(OperationId),
    /// The ports that are leased on the hosts.
    Ports,
    /// All ports: what is leased, what is published, what is looked for, and what clashes.
    PortBook(Look),
    /// The certificate of the authority that a gateway is to itself, as text.
    GatewayRoot(AppId),
    /// The next five times of a schedule, by the host's own clock.
    NextRuns {
        host: HostId,
        schedule: String,
    },
    /// What the retention of a job, new or changed, would remove of what is there.
    PrunePreview(Box<Job>),
    /// What a job of Proxmox takes with it, volume by volume.
    JobCoverage(ScheduleId),
    /// All lines of a backup's notes.
    BackupNotes(BackupKey),
    /// Storages that take backups of a guest, the roomiest first.
    BackupPlaces(GuestKey),
    /// Storages where a backup could be restored to, the roomiest first.
    RestorePlaces(BackupKey),
    /// What our credential lacks to edit the backup jobs of a host.
    JobRights(HostId),
    /// What would back up new apps of a host: the job that would be made, or why none is needed or possible.
    DefaultJob(HostId),
    /// Looks at an app, now.
    Probe(AppId),
    /// Whether everything is well that the rest stands on.
    Checkup,
    /// Alerts that are over, the newest first.
    PastAlerts {
        most: u32,
    },
    /// Whether a message arrives wherever alerts are delivered: one is sent.
    TestDeliveries,
    /// Findings that were dismissed or are over, the newest first.
    PastFindings {
        most: u32,
    },
    /// What apps were given and do not need, by a week of what they used; those of a host, or all.
    RightSizes(Option<HostId>),
}

/// A change of Proximity's own books: what it knows, not what the hosts do.
#[derive(Debug, Clone)]
pub enum Change {
    AddHost(HostDraft),
    EditHost {
        host: HostId,
        edit: Box<HostEdit>,
    },
    /// A new token takes the place of the one that is used, which is removed. Who may not do that by itself lends a login
    /// that may; it is forgotten at once.
    RotateToken {
        host: HostId,
        by: Option<Credential>,
        expires: Option<Moment>,
    },
    /// Forgets a host and its credential; the host itself is not touched. Refused while apps live there.
    RemoveHost(HostId),
    /// Opens the encrypted file of secrets, or makes it with this passphrase if there is none.
    Unlock {
        passphrase: Secret,
    },
    /// Logs in to a host whose password alone is not enough, with the code of the moment.
    LogIn {
        host: HostId,
        totp: Secret,
    },
    /// How SSH gets in at a host, or that it does not any more.
    SetSsh {
        host: HostId,
        ssh: Option<SshDraft>,
    },
    /// A guest that was set up anew has another SSH key; this is the one that the operator was shown.
    TrustGuestKey {
        guest: GuestKey,
        key: String,
    },
    /// Fetches it, at its pin if it has one, and remembers it.
    AddSource(Source),
    /// Forgets it and its recipes; apps that were made of them stay.
    RemoveSource(SourceName),
    /// Pins a source at the state that was shown.
    TakeNews {
        name: SourceName,
        pin: Pin,
    },
    /// Ends a fetch that runs here.
    StopSource(SourceName),
    /// Foreign definitions as recipes into the operator's own folder.
    KeepRecipes {
        import: ImportWish,
        existing: Existing,
    },
    /// Marks a recipe.
    Favour(RecipeId),
    Unfavour(RecipeId),
    /// Keeps a thing of the deck under its name, as JSON.
    Remember {
        name: &'static str,
        value: String,
    },
    /// Gives back a port that was kept for an app which is not there any more.
    ReleasePort {
        host: HostId,
        port: u16,
    },
    /// What the operator wants for an app at the gateway of its host.
    SetPublishing {
        app: AppId,
        publishing: Publishing,
    },
    /// How an app is watched, where that is otherwise than the rules have it.
    SetWatch {
        app: AppId,
        watch: Watch,
    },
    /// Looks at the storages of a host, or of all, for backups; done when all have answered.
    LookAtBackups(Option<HostId>),
    /// The operator knows of it.
    Acknowledge(AlertId),
    /// The same until this moment.
    Snooze(AlertId, Moment),
    /// What a delivery has to prove itself with, or nothing any more.
    KeepDeliverySecret(Carrier, Option<Secret>),
    /// He wants to hear no more of it.
    Dismiss(FindingId),
    /// As it is now it is to be.
    Accept(FindingId),
    /// Compares the books with a host, or with all, now.
    Reconcile(Option<HostId>),
    /// Builds the books of a host, or of all, again from what the guests say of themselves; what is known stays.
    Rebuild(Option<HostId>),
    /// What is looked after from now on, and how.
    SetRules(Rules),
    /// Lists every host anew, now.
    Refresh,
    /// Somebody looks at the deck, or nobody does: the poll slows down.
    Watched(Audience),
}
