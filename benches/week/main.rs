//! What the README claims of looking after a home for a week: memory does not grow, and the database stays small. Time is
//! stepped minute by minute, as fast as it goes; the host is simulated in another process, its apps are really asked, and
//! every hour one of them is not there for a while.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::{sync::Arc, time::Duration};

use common::{
    home,
    process::{cpu_ms, resident_mb},
    row,
};
use proximity::{
    domain::{
        care::Rules,
        fleet::{Fleet, Host, Power},
        ids::{AppId, HostId},
        moment::Moment,
    },
    engine::{Tempo, now},
    operations::world::World,
    proxmox::{Client, Fingerprint, Login, Target},
    secrets::{Kind, Vault},
    services::{
        alerts::{Hour, Lookout},
        apps, janitor,
        probes::{Inside, Rounds},
        reconciler::{self, Depth, Memory},
        stuck::{self, Seen},
    },
    sim::{Apps, Options, Pace, Seed, Simulator},
    store::Store,
};

/// Minutes of a week, and of the stretch after which everything that is kept was seen once.
const WEEK: u64 = 7 * 24 * 60;
const FIRST: u64 = 24 * 60;
/// Nobody has this address.
const NOWHERE: &str = "127.77.255.254";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if home::is_to_serve().is_some() {
        return runtime.block_on(serve());
    }
    runtime.block_on(measure());
}

/// The demo's datacenter; its time nearly stands still.
async fn serve() {
    let options = Options { apps: Apps::Answer, ..Options::local(Seed::demo(), Pace::Live { speed: 0.01 }) };
    home::serve(&Simulator::start(options).await.unwrap()).await;
}

fn client(host: &home::Host) -> Client {
    let target = Target {
        host: home(),
        addresses: vec![host.address.clone()],
        trust: host.fingerprint.parse::<Fingerprint>().unwrap().into(),
        login: Login::Token { id: host.token.clone(), secret: host.secret.clone() },
    };
    Client::new(target, None).unwrap()
}

fn home() -> HostId {
    HostId::new("home")
}

/// As a process that leads would do it, minute after minute.
struct Watch {
    world: World,
    client: Client,
    rules: Rules,
    rounds: Rounds,
    lookout: Lookout,
    memory: Memory,
    seen: Seen,
    /// Who is not there for a while, and where it is else.
    gone: Option<(AppId, Option<Arc<str>>)>,
}

impl Watch {
    async fn open(store: Store, client: Client, at: Moment) -> Self {
        store.put_host(home::record(home())).await.unwrap();
        let fleet = Fleet { hosts: vec![Host::unseen(home(), Vec::new(), String::new())], ..Fleet::default() };
        let world = World::new(store, Vault::open(Kind::Memory), fleet, Tempo::default());
        world.connect(home(), client.clone());
        let inside: Inside = Arc::new(|_, _, _| Box::pin(async { None }));
        let rules = Rules::default();
        let rounds = Rounds::open(&world, inside, at).await.unwrap();
        let lookout = Lookout::take_up(&world, &rules.alerts, at).await.unwrap();
        Self { world, client, rules, rounds, lookout, memory: Memory::default(), seen: Seen::default(), gone: None }
    }

    fn moves(&self, id: &AppId, to: Option<Arc<str>>) {
        self.world
            .change(|fleet| fleet.apps.iter_mut().filter(|app| app.id == *id).for_each(|app| app.address = to.clone()));
    }

    async fn list(&mut self, at: Moment) {
        let seen = self.client.observe(at).await.unwrap();
        self.world.change(|fleet| fleet.observe(seen));
        apps::discover(&self.world, &home()).await;
    }

    async fn minute(&mut self, minute: u64, at: Moment) {
        if minute.is_multiple_of(5) {
            self.list(at).await;
            reconciler::look(&self.world, &home(), Depth::Listing, &mut self.memory, at).await.unwrap();
        }
        // For some minutes of every hour one app is nowhere to be found.
        let gone = minute / 60 % self.world.fleet().apps.len().max(1) as u64;
        let there = self.world.fleet().apps.get(gone as usize).map(|app| (app.id.clone(), app.address.clone()));
        match (minute % 60, there, self.gone.take()) {
            (20, Some((app, address)), _) => {
                self.moves(&app, Some(NOWHERE.into()));
                self.gone = Some((app, address));
            }
            (35, _, Some((app, address))) => self.moves(&app, address),
            (_, _, gone) => self.gone = gone,
        }
        self.rounds.turn(&self.world, &self.rules.health, at).await.unwrap();
        self.rounds.settle(&self.world, &self.rules.health, at).await.unwrap();
        let hour = Hour { at, offset: 0 };
        self.lookout.look(&self.world, &self.rules.alerts, hour, Vec::new()).await.unwrap();
        stuck::look(&self.world, &mut self.seen, |_| None, at).await;
        if minute.is_multiple_of(60) {
            reconciler::look(&self.world, &home(), Depth::Whole, &mut self.memory, at).await.unwrap();
            janitor::leftovers(&self.world, &home(), at).await.unwrap();
            self.world.store.save_fleet(self.world.fleet()).await.unwrap();
        }
    }
}

async fn measure() {
    let host = home::Host::open(1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proximity.db");
    let (store, _) = Store::open(&file).unwrap();
    let began = now();
    let mut watch = Watch::open(store, client(&host), began).await;
    let (mut after_a_day, mut worst, cpu) = (0.0, 0.0_f64, cpu_ms("self"));
    let mut raised = 0;
    for minute in 0..WEEK {
        watch.minute(minute, began + Duration::from_secs(60 * minute)).await;
        raised = raised.max(watch.world.fleet().care.alerts.len());
        if minute == FIRST {
            after_a_day = resident_mb(std::process::id());
        }
        if minute > FIRST && minute.is_multiple_of(360) {
            worst = worst.max(resident_mb(std::process::id()));
        }
    }
    let cpu = cpu_ms("self") - cpu;
    let fleet = watch.world.fleet();
    let running = fleet.guests.iter().filter(|guest| guest.power == Power::Running).count();
    let share = answered(&fleet);
    assert!(running > 5 && raised > 0 && (0.9..0.999).contains(&share), "nothing was looked after: {share}");
    // What was written last stands in the log beside it.
    let bytes = |ending: &str| std::fs::metadata(file.with_extension(ending)).map_or(0, |file| file.len());
    let size = (bytes("db") + bytes("db-wal")) as f64 / f64::from(1 << 20);
    drop(host);
    common::print(
        &format!(
            "a week of {} apps, minute by minute; {:.0} % of the time they were asked they answered",
            fleet.apps.len(),
            share * 100.0
        ),
        &[
            row("A week of looking after: what memory grew by after its first day", 2.0, worst - after_a_day, "MB"),
            row("the same: the database at its end", 8.0, size, "MB"),
            row("the same: our CPU time a minute of it", 60.0, cpu / WEEK as f64, "ms"),
        ],
    );
}

/// Of all looks of the week.
fn answered(fleet: &Fleet) -> f32 {
    let shares: Vec<f32> = fleet.care.health.values().filter_map(|health| health.uptime.week).collect();
    shares.iter().sum::<f32>() / shares.len().max(1) as f32
}
