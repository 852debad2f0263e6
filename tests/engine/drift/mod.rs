//! What is changed, made, moved and removed outside: found, told once, and mended only when somebody says so. Time is
//! stepped by hand; the listings and every question are real.

mod mending;
mod outside;
mod rebuilding;
mod silent;

use std::time::Duration;

use proximity::{
    domain::{
        app::App,
        care::{Care, Drift, Finding},
        drift::Kind,
        ids::{AppId, GuestKey},
        moment::Moment,
        secret::Secret,
    },
    engine::{Change, Duty, Engine, now},
    operations::world::World,
    proxmox::{Client, Fingerprint, Login, Target},
    secrets::{Kind as Keeper, Vault},
    services::{
        listing,
        reconciler::{self, Depth, Memory},
    },
    sim::{Apps, Datacenter, Options, Seed},
    store::Store,
};

use super::{
    lab::{HASTY, Lab, home},
    life,
};

/// A datacenter in which apps answer, and in which time is moved by calls alone.
async fn homely() -> Lab {
    let lab = Lab::of(Options { apps: Apps::Answer, ..life::quick() }).await;
    lab.simulator.datacenter().with(|datacenter| datacenter.lan = life::lan());
    lab
}

/// Longer than any listing lags behind an operation.
const LATER: Duration = Duration::from_secs(60);

struct Stage {
    lab: Lab,
    engine: Engine,
    world: World,
    store: Store,
    memory: Memory,
    at: Moment,
}

fn client(lab: &Lab) -> Client {
    let ready = lab.simulator.ready();
    let target = Target {
        host: home(),
        addresses: vec![ready.url.clone()],
        trust: ready.fingerprint.parse::<Fingerprint>().unwrap().into(),
        login: Login::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) },
    };
    Client::new(target, crate::sent::log()).unwrap()
}

impl Stage {
    /// A datacenter whose host was looked at once, whole.
    async fn open(seed: Seed) -> Self {
        let mut stage = Self::unlooked(Lab::with(seed).await).await;
        let care = stage.look().await;
        assert_eq!(care.findings, [], "the first look is where it begins");
        stage
    }

    async fn unlooked(lab: Lab) -> Self {
        let engine = lab.engine(Duty::OneErrand).await;
        engine.change(Change::AddHost(lab.draft())).await.unwrap();
        engine.change(Change::Refresh).await.unwrap();
        let (store, kept) = Store::open(&lab.database()).unwrap();
        let world = World::new(store.clone(), Vault::open(Keeper::Memory), kept.fleet, HASTY);
        world.connect(home(), client(&lab));
        Self { lab, engine, world, store, memory: Memory::default(), at: now() }
    }

    /// Another start of the program: what it remembers is what is written down.
    async fn again(mut self) -> Self {
        self.engine.close().await;
        self.engine = self.lab.engine(Duty::OneErrand).await;
        drop(self.engine.change(Change::Refresh).await);
        let (store, kept) = Store::open(&self.lab.database()).unwrap();
        self.world = World::new(store.clone(), Vault::open(Keeper::Memory), kept.fleet, HASTY);
        self.world.connect(home(), client(&self.lab));
        (self.store, self.memory) = (store, Memory::default());
        self
    }

    /// A whole look at what is listed now, a minute after the one before.
    async fn look(&mut self) -> Care {
        self.look_with(Depth::Whole).await
    }

    async fn glance(&mut self) -> Care {
        self.look_with(Depth::Listing).await
    }

    async fn look_with(&mut self, depth: Depth) -> Care {
        let kept = self.store.load().await.unwrap().fleet;
        self.world.change(|fleet| (fleet.apps, fleet.operations) = (kept.apps, kept.operations));
        // A host that does not answer says nothing, and is looked at all the same.
        drop(listing::list(&self.world, &home()).await);
        self.at = self.at.max(now()) + LATER;
        reconciler::look(&self.world, &home(), depth, &mut self.memory, self.at).await.unwrap();
        (*self.world.fleet().care).clone()
    }

    fn apps(&self) -> Vec<App> {
        self.world.fleet().apps.clone()
    }

    fn app(&self) -> App {
        self.apps().into_iter().next().unwrap()
    }

    /// Somebody else does something.
    fn outside<R>(&self, act: impl FnOnce(&mut Datacenter) -> R) -> R {
        self.lab.simulator.datacenter().with(act)
    }

    fn destroy_outside(&self, guest: &GuestKey) {
        self.outside(|datacenter| datacenter.guests.remove(&guest.vmid.0).unwrap());
    }

    fn set_outside(&self, guest: &GuestKey, option: &str, value: impl Into<serde_json::Value>) {
        let value = value.into();
        self.outside(|datacenter| {
            let guest = datacenter.guests.get_mut(&guest.vmid.0).unwrap();
            guest.config.insert(option.to_owned(), value);
        });
    }

    /// The engine knows what is written down.
    async fn informed(&mut self) {
        self.engine.close().await;
        self.engine = self.lab.engine(Duty::OneErrand).await;
        drop(self.engine.change(Change::Refresh).await);
    }

    fn asked(&self, path: &str) -> u64 {
        self.lab.simulator.datacenter().calls(path)
    }
}

fn kinds(care: &Care) -> Vec<Kind> {
    care.findings.iter().map(|found| found.drift.kind()).collect()
}

fn only(care: &Care) -> Finding {
    let [found] = care.findings.as_slice() else { panic!("{:#?}", care.findings) };
    found.clone()
}

fn differences(found: &Finding) -> Vec<(String, Option<String>, Option<String>)> {
    match &found.drift {
        Drift::Changed(all) => {
            all.iter().map(|one| (one.option.clone(), one.before.clone(), one.now.clone())).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn changed(option: &str, before: Option<&str>, now: Option<&str>) -> (String, Option<String>, Option<String>) {
    (option.to_owned(), before.map(str::to_owned), now.map(str::to_owned))
}

fn config_calls(stage: &Stage) -> u64 {
    let calls = stage.lab.simulator.datacenter().all_calls();
    calls.iter().filter(|(call, _)| call.starts_with("GET ") && call.ends_with("/config")).map(|(_, times)| times).sum()
}

fn lost(id: &AppId, care: &Care) -> bool {
    care.away.contains_key(id)
}
