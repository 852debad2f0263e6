//! A datacenter, a data folder, and engines on them. Waiting is always for a condition on the fleet, never for time.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use proximity::{
    domain::{
        alerting::Limits,
        care::{AlertRules, Rules, Switch},
        fault::Fault,
        fleet::{Fleet, Guest, Power, Reach},
        ids::{GuestKey, HostId, OperationId},
        operation::Operation,
        plan::{journal::Entry, power::PowerWish},
        secret::Secret,
    },
    engine::{Asked, Change, Credential, Duty, Engine, HostDraft, HostEdit, Parts, Request, SourcesAt, Tempo},
    proxmox::{Client, Fingerprint, Login, RequestLog, Target},
    secrets::{Kind, Vault},
    sim::{Options, Pace, Seed, Simulator},
    store::Store,
};

pub struct Lab {
    pub simulator: Simulator,
    pub folder: tempfile::TempDir,
    vault: Vault,
    pub tempo: Tempo,
    /// The operator's own recipes.
    pub recipes: Option<PathBuf>,
    pub sources: Option<SourcesAt>,
    /// Nothing is worth an alert, unless a test says so.
    pub rules: Rules,
}

/// Looks at nothing.
pub fn silent() -> Rules {
    let alerts = AlertRules {
        disk: Limits::OFF,
        memory: Limits::OFF,
        cpu: Limits::OFF,
        backup: Switch::Off,
        probe: Switch::Off,
        update: Switch::Off,
        host: Switch::Off,
        node: Switch::Off,
        node_disk: Limits::OFF,
        node_memory: Limits::OFF,
        storage: Limits::OFF,
        storage_days: 0,
        token: Switch::Off,
        certificate: Switch::Off,
        drift: Switch::Off,
        stuck: Switch::Off,
        ..AlertRules::default()
    };
    Rules { alerts, ..Rules::default() }
}

/// As the program's own, only less patient.
pub const HASTY: Tempo = Tempo {
    first_wait: Duration::from_millis(20),
    tries: 4,
    look: Duration::from_millis(20),
    per_node: 8,
    quiet: Duration::from_millis(20),
    term: Duration::from_millis(900),
};

/// Simulated time goes this much faster, so that a task of seconds ends soon.
const HASTE: f64 = 10.0;
/// A condition that has not come true by then never will.
const PATIENCE: Duration = Duration::from_secs(30);

impl Lab {
    pub async fn open() -> Self {
        Self::with(Seed::demo()).await
    }

    pub async fn with(seed: Seed) -> Self {
        Self::at(seed, Pace::Live { speed: HASTE }).await
    }

    pub async fn at(seed: Seed, pace: Pace) -> Self {
        Self::of(Options::local(seed, pace)).await
    }

    pub async fn of(options: Options) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        Self {
            simulator,
            folder: tempfile::tempdir().unwrap(),
            vault: Vault::open(Kind::Memory),
            tempo: HASTY,
            recipes: None,
            sources: None,
            rules: silent(),
        }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("proximity.db")
    }

    /// An engine as another start of the program would make it: the same folder, the same vault.
    pub async fn engine(&self, duty: Duty) -> Engine {
        self.engine_with(self.vault.clone(), duty).await
    }

    pub async fn engine_with(&self, vault: Vault, duty: Duty) -> Engine {
        self.engine_of(vault, duty, crate::sent::log()).await
    }

    /// An engine that writes its calls into this file.
    pub async fn logging(&self, file: &Path, duty: Duty) -> Engine {
        self.engine_of(self.vault.clone(), duty, Some(RequestLog::to_file(file).unwrap())).await
    }

    async fn engine_of(&self, vault: Vault, duty: Duty, request_log: Option<RequestLog>) -> Engine {
        let (store, kept) = Store::open(&self.database()).unwrap();
        let (recipes, tempo) = (self.recipes.clone(), self.tempo);
        let parts = Parts {
            store,
            kept,
            vault,
            passphrase: None,
            request_log,
            recipes,
            sources: self.sources.clone(),
            tempo,
            rules: self.rules.clone(),
        };
        let engine = Engine::open(parts, duty);
        engine.start().await.unwrap();
        engine
    }

    /// What the vault of this lab holds.
    pub async fn secret(&self, name: &str) -> Option<Secret> {
        self.vault.get(name).await.unwrap()
    }

    pub async fn put_secret(&self, name: &str, text: &str) {
        self.vault.put(name, &Secret::new(text)).await.unwrap();
    }

    /// Does something to the books behind the program's back.
    pub fn meddle(&self, sql: &str) {
        rusqlite::Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }

    /// An engine that knows the datacenter and has listed it.
    pub async fn watching(&self) -> Engine {
        let engine = self.engine(Duty::Watch).await;
        engine.change(Change::AddHost(self.draft())).await.unwrap();
        until(&engine, |fleet| !fleet.guests.is_empty() && !fleet.apps.is_empty()).await;
        engine
    }

    /// None of its guests is an app any more.
    pub fn forget_apps(&self) {
        self.simulator.datacenter().with(|datacenter| {
            for guest in datacenter.guests.values_mut() {
                guest.config.remove("description");
                guest.config.remove("tags");
            }
        });
    }

    /// One of ours, beside the engine's own.
    pub fn client(&self) -> Client {
        let ready = self.simulator.ready();
        let target = Target {
            host: home(),
            addresses: vec![ready.url.clone()],
            trust: ready.fingerprint.parse::<Fingerprint>().unwrap().into(),
            login: Login::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) },
        };
        Client::new(target, crate::sent::log()).unwrap()
    }

    pub fn draft(&self) -> HostDraft {
        let ready = self.simulator.ready();
        let credential =
            Credential::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) };
        HostDraft::of("home", &ready.url, &ready.fingerprint, credential)
    }
}

/// The books let go of every app of a host that is switched off for that.
pub async fn let_go(engine: &Engine) {
    let off = HostEdit { asked: Some(Asked::No), ..HostEdit::default() };
    engine.change(Change::EditHost { host: home(), edit: Box::new(off) }).await.unwrap();
    let apps = engine.fleet().borrow().apps.clone();
    for app in apps {
        let id = engine.ask(Request::Forget(app.id)).await.unwrap();
        ended(engine, id).await;
    }
}

pub fn home() -> HostId {
    HostId::new("home")
}

pub async fn until(engine: &Engine, holds: impl Fn(&Fleet) -> bool) -> Arc<Fleet> {
    let mut fleet = engine.fleet();
    let seen = tokio::time::timeout(PATIENCE, fleet.wait_for(|fleet| holds(fleet))).await;
    match seen {
        Ok(found) => found.expect("the engine ended").clone(),
        Err(_) => panic!("it did not come true; the fleet has {:#?}", engine.fleet().borrow().operations),
    }
}

/// The operation, once it has ended.
pub async fn ended(engine: &Engine, id: OperationId) -> Operation {
    let fleet = until(engine, |fleet| fleet.operation(id).is_some_and(|operation| operation.ended.is_some())).await;
    fleet.operation(id).unwrap().clone()
}

pub async fn power(engine: &Engine, guest: &GuestKey, wish: PowerWish) -> Result<OperationId, Fault> {
    engine.ask(Request::Power { guest: guest.clone(), wish }).await
}

/// Some container with this power that may be switched.
pub fn some_container(engine: &Engine, power: Power) -> Arc<Guest> {
    let fleet = engine.fleet().borrow().clone();
    let fits = |guest: &&Arc<Guest>| {
        guest.power == power
            && !guest.is_template
            && guest.lock.is_none()
            && guest.kind == proximity::domain::fleet::GuestKind::Container
            && Some(&guest.key) != broken(&fleet).as_ref()
    };
    fleet.guests.iter().find(fits).expect("the seed has one").clone()
}

/// The demo's guest that will not start.
pub fn broken(fleet: &Fleet) -> Option<GuestKey> {
    let is_it = |guest: &&Arc<Guest>| &*guest.name == proximity::sim::BROKEN_APP;
    fleet.guests.iter().find(is_it).map(|guest| guest.key.clone())
}

/// How often Proxmox was asked to switch this guest.
pub fn orders(lab: &Lab, guest: &Guest, action: &str) -> u64 {
    let path = format!("POST /nodes/{}/lxc/{}/status/{action}", guest.node, guest.key.vmid);
    lab.simulator.datacenter().calls(&path)
}

pub fn reach(fleet: &Fleet) -> Option<&Reach> {
    fleet.host(&home()).map(|host| &host.reach)
}

/// The same as the books have it, for an operation that is too old to be shown.
pub async fn ended_in(store: &Store, id: OperationId) -> Operation {
    let looked = async {
        loop {
            let operation = store.operation(id).await.unwrap().expect("it is in the journal");
            if operation.ended.is_some() && operation.journal.contains(&Entry::Retried) {
                return operation;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looked).await.expect("it ends")
}
