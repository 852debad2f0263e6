//! The door: the world goes out as one immutable `Fleet` on a watch channel, wishes come in as `Request`, `Query` and
//! `Change`. Deck and command line are faces on it; neither talks to Proxmox or SQLite itself.

mod adoption;
mod alerts;
mod answer;
mod aside;
mod backups;
mod books;
mod care;
mod checkup;
mod deliver;
pub mod door;
mod drafts;
mod drift;
mod duty;
mod elsewhere;
mod found;
mod gateway;
mod health;
mod hosts;
mod import;
mod inside;
mod janitor;
mod least;
mod lent;
mod listening;
mod looks;
mod machine;
mod making;
mod mending;
mod moves;
mod notice;
mod papers;
mod past;
mod plans;
mod port_book;
mod presence;
mod preview;
mod queries;
mod rebuild;
mod rename;
mod requests;
mod reveal;
mod roads;
mod rotate;
mod said;
mod schedules;
mod shelf;
mod sizing;
mod sources;
mod ssh;
mod ssh_books;
mod tickets;
mod visit;
mod watched;
mod ways;
mod wishes;
mod words;
mod work;

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use tokio::{
    sync::{Mutex, Semaphore, broadcast, watch},
    task::JoinHandle,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use crate::operations::{clock::now, tempo::Tempo};
pub use door::{
    AdoptWish, Allowance, Answer, Asked, BackupWish, BadRecipe, CallPreview, Change, Checked, CloneWish, Complaints,
    CoverageRow, CoveredVolume, Credential, DefaultJob, Delivered, DeployWish, Existing, Fetching, Format, Found,
    FoundBridge, FoundStorage, GatewayWish, Held, HostDraft, HostEdit, ImportFrom, ImportReport, ImportWish, JobId,
    Lease, LeastLine, LeastPlan, LeastReach, LeastState, LeastWish, MissingRight, NewFile, Nights, NotAJobId, Notice,
    OldOne, Origin, PoolWish, Preview, ProbeWish, PruneFate, PruneRow, PublicCa, Query, Reason, Refused, RefusedRow,
    RelocateWish, Request, Rest, RestoreTo, RestoreWish, Script, Shelf, Shelved, SnapshotRow, SourceKept, SourceNews,
    SourceRow, SshCredential, SshDraft, SshKey, SshKeys, StepPreview, StorageChoice, TestReport, Tone, Undoing, Which,
    Written,
};

pub use deliver::Carrier;
pub use duty::{Duty, Proofs};
pub use inside::Attention;
pub use sources::SourcesAt;
pub use visit::{Shown, Typed, Visit};

use watched::stop;

use crate::{
    catalog::Shelves,
    domain::{
        care::{Lead, Rules},
        fault::Fault,
        fleet::{self, Fleet},
        ids::{HostId, OperationId},
        secret::Secret,
    },
    operations::world::World,
    proxmox::RequestLog,
    secrets::Vault,
    services::poller::Audience,
    store::{HostRecord, Kept, Store},
};

/// What an engine is made of.
pub struct Parts {
    pub store: Store,
    /// What the store knew when it was opened.
    pub kept: Kept,
    pub vault: Vault,
    /// Tried at the start, where the vault is a file.
    pub passphrase: Option<Secret>,
    pub request_log: Option<RequestLog>,
    /// The operator's own recipes.
    pub recipes: Option<PathBuf>,
    pub sources: Option<SourcesAt>,
    pub tempo: Tempo,
    /// What the operator wants to be looked after, and how.
    pub rules: Rules,
}

#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    world: Arc<World>,
    vault: Vault,
    passphrase: Option<Secret>,
    request_log: Option<RequestLog>,
    records: Mutex<HashMap<HostId, HostRecord>>,
    pollers: Mutex<HashMap<HostId, (CancellationToken, JoinHandle<()>)>>,
    running: Mutex<HashMap<OperationId, CancellationToken>>,
    /// Held while operations are taken up: two who look at once would both find the same one, and this holder may claim
    /// its own.
    taking: Mutex<()>,
    /// Held while hosts are changed: books and memory do not say the same meanwhile.
    changing: Mutex<()>,
    /// Operations that could not be carried on here, and why.
    left: std::sync::Mutex<HashMap<OperationId, Fault>>,
    audience: watch::Sender<Audience>,
    notices: broadcast::Sender<Notice>,
    /// The roads into guests that were looked for.
    roads: roads::Roads,
    /// Log-ins that are used and not kept.
    lent: lent::Lent,
    recipes: Option<PathBuf>,
    sources: Option<SourcesAt>,
    fetches: sources::Fetches,
    shelves: Arc<Shelves>,
    /// Turns for looking inside guests that are nobody's app.
    looking: Semaphore,
    tasks: TaskTracker,
    end: CancellationToken,
    duty: Duty,
    holder: String,
    lead: watch::Sender<Lead>,
    rules: watch::Sender<Arc<Rules>>,
}

impl Engine {
    /// Stands at once on what the store knew; hosts are asked in the background.
    pub fn open(parts: Parts, duty: Duty) -> Self {
        let mut fleet: Fleet = parts.kept.fleet;
        fleet.vault = match books::vault_of(&parts.vault) {
            fleet::Vault::Locked | fleet::Vault::Unset if parts.passphrase.is_some() => fleet::Vault::Opening,
            state => state,
        };
        let records = parts.kept.hosts.into_iter().map(|record| (record.id.clone(), record)).collect();
        let inner = Inner {
            world: Arc::new(World::new(parts.store, parts.vault.clone(), fleet, parts.tempo)),
            vault: parts.vault,
            passphrase: parts.passphrase,
            request_log: parts.request_log,
            records: Mutex::new(records),
            pollers: Mutex::default(),
            running: Mutex::default(),
            taking: Mutex::default(),
            changing: Mutex::default(),
            left: std::sync::Mutex::default(),
            audience: watch::Sender::new(Audience::Present),
            notices: broadcast::Sender::new(64),
            roads: roads::Roads::default(),
            lent: lent::Lent::default(),
            recipes: parts.recipes,
            sources: parts.sources,
            fetches: sources::Fetches::default(),
            shelves: Arc::default(),
            looking: Semaphore::new(adoption::AT_ONCE),
            tasks: TaskTracker::new(),
            end: CancellationToken::new(),
            duty,
            lead: watch::Sender::new(Lead::Nobody),
            rules: watch::Sender::new(Arc::new(parts.rules)),
            holder: format!("{}-{}", std::process::id(), now().0),
        };
        let engine = Self(Arc::new(inner));
        engine.0.tasks.spawn(words::put_into_words(
            engine.0.world.listen(),
            engine.0.notices.clone(),
            engine.0.end.clone(),
        ));
        engine
    }

    /// Opens the vault if it can, connects every host, and begins to watch if that is its duty.
    pub async fn start(&self) -> Result<(), Fault> {
        if self.0.duty != Duty::OneErrand {
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.look_after_operations().await });
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.keep_the_schedules().await });
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.keep_the_gateways().await });
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.keep_the_lead().await });
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.keep_reconciling().await });
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.keep_probing().await });
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.keep_alert().await });
            let engine = self.clone();
            self.0.tasks.spawn(async move { engine.keep_tidy().await });
        }
        match (&self.0.passphrase, books::vault_of(&self.0.vault)) {
            (_, fleet::Vault::Open) => self.connect_all().await,
            (Some(passphrase), _) => self.unlock(passphrase.clone()).await?,
            (None, _) => {}
        }
        Ok(())
    }

    pub fn fleet(&self) -> watch::Receiver<Arc<Fleet>> {
        self.0.world.watch()
    }

    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.0.notices.subscribe()
    }

    /// Tells whoever listens of a fault outside the engine, such as a settings file that cannot be read.
    pub fn tell(&self, fault: &Fault) {
        self.0.world.tell(crate::operations::world::News::Trouble(fault.clone()));
    }

    pub async fn ask(&self, request: Request) -> Result<OperationId, Fault> {
        match request {
            Request::Power { guest, wish } => {
                self.0.roads.forget(&guest);
                self.begin(&Request::Power { guest, wish }).await
            }
            Request::Cancel(operation) => self.cancel(operation).await,
            Request::Retry(operation) => self.retry(operation).await,
            Request::Resume(operation) => self.resume(operation).await,
            Request::Answer { operation, choice } => self.answer(operation, choice).await,
            Request::Undo(id) => {
                let inverse = self.way_out(id).await?.inverse;
                self.begin(&plans::wish_for(inverse)).await
            }
            Request::Mend(mend) => {
                let wish = self.wish_of(&mend).await?;
                Box::pin(self.ask(wish)).await
            }
            wish => self.begin(&wish).await,
        }
    }

    pub async fn query(&self, query: Query) -> Result<Answer, Fault> {
        match query {
            Query::Preview(request) => self.preview(&request).await,
            Query::Guest(key) => self.guest_detail(&key).await,
            Query::Fingerprint { address } => queries::fingerprint(&address).await,
            Query::TestDraft(draft) => self.test_draft(draft).await,
            Query::TestHost(host) => self.test_host(&host).await,
            Query::TestEdit { host, edit } => self.test_edit(&host, &edit).await,
            Query::Least(draft) => self.least(&draft).await,
            Query::TestSshDraft { address, ssh } => self.test_ssh_draft(&address, &ssh).await,
            Query::Candidates { guests } => self.candidates(&guests).await,
            Query::Node(node) => self.machine(&node).await,
            Query::SshKey { address, port } => self.look_at_ssh_key(&address, port).await,
            Query::TestSsh(host) => self.test_ssh(&host).await,
            Query::GuestKey(guest) => self.guest_key(&guest).await,
            Query::Sources => self.tell_sources().await,
            Query::SourceNews { name, at } => self.source_news(&name, at).await,
            Query::Import(wish) => self.look_at_import(wish).await,
            Query::CheckRecipes(paths) => self.check_recipes(paths).await,
            Query::Shelf => self.tell_shelf().await,
            Query::History { guest, span } => self.history(&guest, span).await,
            Query::Log { app, ask } => self.app_log(&app, &ask).await,
            Query::Papers(app) => self.papers(&app).await,
            Query::Secrets(app) => self.reveal(&app).await,
            Query::Snapshots(app) => self.snapshots(&app).await,
            Query::MoveTargets(app) => self.tell_targets(&app).await,
            Query::Moves(errand, whose) => Ok(Answer::Moves(Box::new(self.propose(&errand, whose).await?))),
            Query::WayOut(id) => self.tell_way_out(id).await,
            Query::LastUndoable(app) => self.last_undoable(app.as_ref()).await,
            Query::Memory => Ok(Answer::Memory(self.0.world.store.memory().await?)),
            Query::Operations { most } => Ok(Answer::Operations(self.0.world.store.operations(most).await?)),
            Query::Operation(id) => Ok(Answer::Operation(Box::new(self.operation(id).await?))),
            Query::Ports => self.ports().await,
            Query::PortBook(look) => self.port_book(look).await,
            Query::GatewayRoot(app) => self.gateway_root(&app).await,
            Query::NextRuns { host, schedule } => self.next_runs(&host, &schedule).await,
            Query::PrunePreview(job) => self.prune_preview(&job).await,
            Query::JobCoverage(id) => self.job_coverage(&id).await,
            Query::BackupNotes(key) => self.backup_notes(&key).await,
            Query::BackupPlaces(guest) => self.backup_places(&guest).await,
            Query::RestorePlaces(key) => self.restore_places(&key).await,
            Query::JobRights(host) => self.job_rights(&host).await,
            Query::DefaultJob(host) => self.default_job(&host).await,
            Query::Probe(app) => self.probe_now(&app).await,
            Query::Checkup => self.checkup().await,
            Query::PastAlerts { most } => self.past_alerts(most).await,
            Query::TestDeliveries => self.test_deliveries().await,
            Query::PastFindings { most } => self.past_findings(most).await,
            Query::RightSizes(host) => self.right_sizes(host.as_ref()).await,
        }
    }

    pub async fn change(&self, change: Change) -> Result<(), Fault> {
        let _turn = match &change {
            Change::AddHost(_)
            | Change::EditHost { .. }
            | Change::RotateToken { .. }
            | Change::RemoveHost(_)
            | Change::SetSsh { .. } => Some(self.0.changing.lock().await),
            _ => None,
        };
        match change {
            Change::AddHost(draft) => self.add_host(draft).await,
            Change::EditHost { host, edit } => self.edit_host(&host, *edit).await,
            Change::RotateToken { host, by, expires } => self.rotate_token(&host, by, expires).await,
            Change::RemoveHost(host) => self.remove_host(&host).await,
            Change::Unlock { passphrase } => self.unlock(passphrase).await,
            Change::LogIn { host, totp } => self.log_in_once(&host, totp).await,
            Change::SetSsh { host, ssh } => {
                self.set_ssh(&host, ssh).await?;
                self.survey(&host).await;
                Ok(())
            }
            Change::TrustGuestKey { guest, key } => self.trust_guest_key(&guest, &key).await,
            Change::AddSource(source) => self.add_source(source).await,
            Change::RemoveSource(name) => self.remove_source(&name),
            Change::TakeNews { name, pin } => self.take_news(&name, pin).await,
            Change::StopSource(name) => {
                self.stop_source(&name);
                Ok(())
            }
            Change::KeepRecipes { import, existing } => self.keep_recipes(import, existing).await,
            Change::Favour(recipe) => Ok(self.0.world.store.mark_favourite(recipe).await?),
            Change::Unfavour(recipe) => Ok(self.0.world.store.unmark_favourite(recipe).await?),
            Change::Remember { name, value } => Ok(self.0.world.store.remember(name.to_owned(), value).await?),
            Change::ReleasePort { host, port } => self.release_port(&host, port).await,
            Change::SetPublishing { app, publishing } => self.set_publishing(&app, publishing).await,
            Change::SetWatch { app, watch } => self.set_watch(&app, watch).await,
            Change::LookAtBackups(host) => self.look_at_backups(host).await,
            Change::Acknowledge(alert) => self.acknowledge(alert).await,
            Change::Snooze(alert, until) => self.snooze(alert, until).await,
            Change::KeepDeliverySecret(carrier, secret) => self.keep_delivery_secret(carrier, secret).await,
            Change::Dismiss(finding) => self.dismiss(finding).await,
            Change::Accept(finding) => self.accept(finding).await,
            Change::Reconcile(host) => self.reconcile(host.as_ref()).await,
            Change::Rebuild(host) => self.rebuild_books(host.as_ref()).await.map(drop),
            Change::SetRules(rules) => self.set_rules(rules),
            Change::Refresh => self.refresh().await,
            Change::Watched(audience) => {
                self.0.audience.send_replace(audience);
                Ok(())
            }
        }
    }

    /// Ends what runs here. Operations that wait for Proxmox are left to the next start; nothing is lost.
    pub async fn close(&self) {
        self.0.end.cancel();
        let pollers: Vec<_> = self.0.pollers.lock().await.drain().collect();
        for (_, poller) in pollers {
            stop(Some(poller)).await;
        }
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.keep_tickets().await;
        let world = &self.0.world;
        // Nobody is left to tell; what was kept before is still there.
        drop(world.store.save_fleet(world.fleet()).await);
    }
}
