//! One datacenter with real TLS, and worlds that were prepared on it and kept: each case begins in one of them, with books,
//! vault and guests as they were. What must hold: nothing of one case is left when the next one begins.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use proximity::{
    domain::{
        fleet::Reach,
        ids::{AppId, GuestKey, OperationId},
        plan::{Plan, journal::Entry},
        secret::Secret,
    },
    engine::{Change, Credential, Duty, Engine, HostDraft, Parts, Tempo, now},
    secrets::{Kind, Vault},
    sim::{Apps, Datacenter, Options, Pace, Seed, Simulator, Storage},
    store::Store,
};

use super::{
    super::{
        lab::{HASTY, home, until},
        life,
    },
    scenes::SECRETS,
};

pub struct Stage {
    pub simulator: Simulator,
    /// Those that a case has left open because it went wrong.
    engines: Engines,
}

type Engines = Arc<Mutex<Vec<Engine>>>;

/// Who a scene is about.
#[derive(Debug, Clone, Default)]
pub struct Cast {
    pub app: Option<AppId>,
    pub guest: Option<GuestKey>,
    /// The operation that made the scene what it is.
    pub last: Option<OperationId>,
}

/// A world as it was at one moment.
pub struct Kept {
    datacenter: Mutex<Datacenter>,
    books: Vec<u8>,
    secrets: BTreeMap<String, Secret>,
    pub cast: Cast,
}

/// Books and vault of one case.
pub struct House {
    folder: tempfile::TempDir,
    pub vault: Vault,
    engines: Engines,
}

impl Kept {
    pub fn look<R>(&self, look: impl FnOnce(&Datacenter) -> R) -> R {
        look(&self.datacenter.lock().unwrap())
    }
}

impl Stage {
    pub async fn open() -> Self {
        let pace = Pace::Hasty { step: Duration::from_secs(1) };
        let options = Options { apps: Apps::Answer, ..Options::local(Seed::plain(2, 8), pace) };
        let simulator = Simulator::start(options).await.unwrap();
        simulator.datacenter().with(|datacenter| {
            datacenter.lan = life::lan();
            let local = datacenter.storage("local").unwrap().clone();
            let files = Storage { name: "files", content: "rootdir,images", volumes: Vec::new(), fill: 0.1, ..local };
            datacenter.storages.push(files);
        });
        Self { simulator, engines: Engines::default() }
    }

    /// The datacenter as it is, in books that have just been begun.
    pub async fn first(&self) -> Kept {
        let house = self.empty();
        let engine = house.engine().await;
        engine.change(Change::AddHost(self.draft())).await.unwrap();
        until(&engine, |fleet| {
            fleet.apps.len() >= 2 && fleet.host(&home()).map(|host| &host.reach) == Some(&Reach::Online)
        })
        .await;
        engine.close().await;
        self.keep(&house, Cast::default()).await
    }

    pub async fn keep(&self, house: &House, cast: Cast) -> Kept {
        let datacenter = self.simulator.datacenter().with(|datacenter| datacenter.twin());
        Kept { datacenter: Mutex::new(datacenter), books: house.books(), secrets: house.secrets().await, cast }
    }

    /// Everything is again as it was when it was kept.
    pub async fn put_back(&self, kept: &Kept) -> House {
        let open: Vec<Engine> = self.engines.lock().unwrap().drain(..).collect();
        for engine in open {
            engine.close().await;
        }
        self.simulator.datacenter().mend_all();
        self.simulator.datacenter().put_back(&kept.datacenter.lock().unwrap());
        let house = self.empty();
        std::fs::write(house.database(), &kept.books).unwrap();
        for (name, secret) in &kept.secrets {
            house.vault.put(name, secret).await.unwrap();
        }
        house
    }

    fn empty(&self) -> House {
        House { folder: folder(), vault: Vault::open(Kind::Memory), engines: self.engines.clone() }
    }

    fn draft(&self) -> HostDraft {
        let ready = self.simulator.ready();
        let credential =
            Credential::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) };
        HostDraft::of("home", &ready.url, &ready.fingerprint, credential)
    }
}

/// In memory where that can be: what is tested is order, not the patience of a disk.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

impl House {
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("proximity.db")
    }

    pub fn store(&self) -> Store {
        Store::open(&self.database()).unwrap().0
    }

    /// Another start of the program.
    pub async fn engine(&self) -> Engine {
        let (store, kept) = Store::open(&self.database()).unwrap();
        let (vault, request_log) = (self.vault.clone(), crate::sent::log());
        // No gateway acts by itself while an operation is disturbed.
        let tempo = Tempo { quiet: Duration::from_secs(3_600), ..HASTY };
        let parts = Parts {
            store,
            kept,
            vault,
            passphrase: None,
            request_log,
            recipes: None,
            sources: None,
            tempo,
            rules: Default::default(),
        };
        let engine = Engine::open(parts, Duty::Watch);
        engine.start().await.unwrap();
        self.engines.lock().unwrap().push(engine.clone());
        engine
    }

    pub async fn listed(&self) -> Engine {
        let engine = self.engine().await;
        engine.change(Change::Refresh).await.unwrap();
        engine.change(Change::LookAtBackups(None)).await.unwrap();
        engine
    }

    /// Does something to the books behind the program's back.
    pub fn meddle(&self, sql: &str) {
        rusqlite::Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }

    /// The plan stands in the books, and nobody runs it.
    pub async fn enter(&self, plan: &Plan) -> OperationId {
        let store = self.store();
        let id = store.begin_operation(plan.clone(), now(), "somebody who died").await.unwrap();
        store.release(id, "somebody who died").await.unwrap();
        id
    }

    /// Dies when this is about to be written down.
    pub fn trap(&self, beginning: &str) {
        self.meddle(&format!(
            "CREATE TRIGGER death BEFORE INSERT ON entry WHEN NEW.entry LIKE '{beginning}%'
             BEGIN SELECT raise(ABORT, 'it died here'); END"
        ));
    }

    pub fn untrap(&self) {
        self.meddle("DROP TRIGGER IF EXISTS death");
    }

    /// What a dead one held is given back, so that nobody has to wait for its time to run out.
    pub async fn write(&self, id: OperationId, entries: &[Entry]) {
        self.untrap();
        for entry in entries {
            self.store().append(id, entry.clone(), now()).await.unwrap();
        }
        self.meddle(&format!("UPDATE operation SET lease = NULL WHERE id = {id}"));
    }

    fn books(&self) -> Vec<u8> {
        let copy = self.folder.path().join("copy.db");
        let name = copy.to_str().unwrap();
        rusqlite::Connection::open(self.database()).unwrap().execute("VACUUM INTO ?1", [name]).unwrap();
        let books = std::fs::read(&copy).unwrap();
        std::fs::remove_file(copy).unwrap();
        books
    }

    /// All that the vault has under a name that means anything.
    pub async fn secrets(&self) -> BTreeMap<String, Secret> {
        let mut secrets = BTreeMap::new();
        for name in self.names() {
            if let Some(secret) = self.vault.get(&name).await.unwrap() {
                secrets.insert(name, secret);
            }
        }
        secrets
    }

    fn names(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        // Apps that are gone, or were never entered, may have left something behind: their ids stand in the plans.
        let mut rows = connection
            .prepare(
                "SELECT id FROM app UNION SELECT json_extract(plan, '$.subject.App.app') FROM operation
                 UNION SELECT json_extract(plan, '$.subject.NewApp.app') FROM operation",
            )
            .unwrap();
        let apps = rows.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        let mut names = vec!["host/home".to_owned()];
        for app in apps.filter_map(|app| app.unwrap()) {
            for secret in SECRETS {
                names.extend(["", "/next", "/before"].map(|state| format!("app/{app}/{secret}{state}")));
            }
        }
        names
    }
}

pub type Shared = Arc<Kept>;
