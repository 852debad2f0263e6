//! A world with apps that are real servers on loopback, and rounds whose clock the test turns.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use proximity::{
    domain::{
        app::{App, Marker},
        book::{Book, Origin},
        care::{AppHealth, Gaze, HealthRules, Watch},
        fleet::{Fleet, Guest, Power, Reach},
        ids::{AppId, GuestKey},
        moment::Moment,
        probe::ProbeKind,
    },
    engine::{Tempo, now},
    operations::world::World,
    secrets::{Kind, Vault},
    services::probes::{Inside, Rounds},
    store::Store,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    domain::world::{fault, fleet, guest, key},
    store::host,
};

/// What an app says to whoever comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manner {
    Says(&'static str),
    Silent,
    HangsUp,
}

pub const WELL: Manner = Manner::Says("200 OK");
pub const UNWELL: Manner = Manner::Says("503 Service Unavailable");

pub struct Server {
    pub port: u16,
    manner: Arc<Mutex<Manner>>,
    visits: Arc<AtomicU32>,
}

impl Server {
    pub async fn open(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (manner, visits) = (Arc::new(Mutex::new(WELL)), Arc::new(AtomicU32::new(0)));
        tokio::spawn(serve(listener, tls, manner.clone(), visits.clone()));
        Self { port, manner, visits }
    }

    pub fn is(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub fn visits(&self) -> u32 {
        self.visits.load(Ordering::SeqCst)
    }
}

async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, manner: Arc<Mutex<Manner>>, visits: Arc<AtomicU32>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, manner) = (tls.clone(), manner.lock().unwrap().clone());
        visits.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            match tls {
                Some(tls) => answer(tls.accept(stream).await?, manner).await,
                None => answer(stream, manner).await,
            }
        });
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, manner: Manner) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") && stream.read_buf(&mut asked).await? > 0 {}
    match manner {
        // It keeps the line open after its answer: whoever waits for its end waits for ever.
        Manner::Says(status) => {
            stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").as_bytes()).await?;
            stream.flush().await?;
        }
        Manner::Silent => {}
        Manner::HangsUp => return Ok(()),
    }
    while stream.read_buf(&mut asked).await? > 0 {}
    Ok(())
}

/// Apps with a page each, on one host that is listed, and the rounds of one process over them.
pub struct Stage {
    pub world: World,
    pub rounds: Option<Rounds>,
    pub rules: HealthRules,
    pub now: Moment,
    pub servers: Vec<Server>,
    /// Whether the host is listed again and again.
    pub is_listed: bool,
    folder: tempfile::TempDir,
}

pub fn app_id(n: usize) -> AppId {
    AppId::new(format!("app-{n:03}"))
}

fn guest_key(n: usize) -> GuestKey {
    key(100 + n as u32)
}

fn running(n: usize, uptime: u64) -> Arc<Guest> {
    Arc::new(Guest { uptime: Some(uptime), ..guest(100 + n as u32, Power::Running) })
}

pub fn page(port: u16) -> ProbeKind {
    ProbeKind::Http { scheme: "http".into(), port, path: "/".into(), status: (100, 399) }
}

fn app(n: usize, what: ProbeKind) -> App {
    let book = Book {
        watch: Some(Watch { probe: Some(Gaze::At(what)), ..Watch::default() }),
        ..Book::new(Origin::Deployed, Moment(1))
    };
    App {
        id: app_id(n),
        name: format!("app {n}").into(),
        guest: guest_key(n),
        marker: Marker::of(app_id(n)),
        address: Some("127.0.0.1".into()),
        book: Some(Box::new(book)),
    }
}

/// Nobody is asked inside here.
pub fn nobody() -> Inside {
    Arc::new(|_, _, _| Box::pin(async { None }))
}

impl Stage {
    pub async fn with(apps: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut servers = Vec::new();
        for _ in 0..apps {
            servers.push(Server::open(None).await);
        }
        let (store, _) = Store::open(&folder.path().join("proximity.db")).unwrap();
        store.put_host(host("home")).await.unwrap();
        let apps: Vec<App> = servers.iter().enumerate().map(|(n, server)| app(n, page(server.port))).collect();
        store.put_apps(apps.clone()).await.unwrap();
        // In the middle of an hour, whenever this runs.
        let start = Moment::from_secs(now().as_secs() / 3_600 * 3_600 + 600);
        let world = world(store, apps, start);
        let rounds = Some(Rounds::open(&world, nobody(), start).await.unwrap());
        Self { world, rounds, rules: HealthRules::default(), now: start, servers, is_listed: true, folder }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("proximity.db")
    }

    /// So long, look by look; every look has come back before the clock goes on.
    pub async fn pass(&mut self, time: Duration) {
        let (end, rounds) = (self.now + time, self.rounds.as_mut().unwrap());
        while self.now < end {
            self.now = self.now + Duration::from_secs(1);
            if self.is_listed {
                listed(&self.world, self.now);
            }
            rounds.turn(&self.world, &self.rules, self.now).await.unwrap();
            rounds.settle(&self.world, &self.rules, self.now).await.unwrap();
        }
    }

    pub async fn looks(&mut self, looks: u64) {
        self.pass(Duration::from_secs(self.rules.interval * looks)).await;
    }

    pub fn health(&self, n: usize) -> AppHealth {
        self.world.fleet().care.health.get(&app_id(n)).cloned().unwrap_or_default()
    }

    /// Who looked dies with all that it did not write down, and another one goes on.
    pub async fn take_over(&mut self) {
        self.rounds = None;
        self.rounds = Some(Rounds::open(&self.world, nobody(), self.now).await.unwrap());
    }

    pub fn host_is(&self, reach: Reach) {
        self.world.change(|fleet| fleet.hosts[0].reach = reach.clone());
    }

    pub fn lose_host(&self) {
        self.host_is(Reach::Lost(fault()));
    }

    /// It was started this very moment, as its host says.
    pub fn started(&self, n: usize) {
        let now = self.now;
        self.world.change(|fleet| {
            fleet.hosts[0].as_of = Some(now);
            replace(fleet, running(n, 0));
        });
    }

    pub fn stopped(&self, n: usize) {
        self.world.change(|fleet| replace(fleet, Arc::new(guest(100 + n as u32, Power::Stopped))));
    }

    /// The restarts that are due, as if each was carried out at once.
    pub async fn cure(&mut self) -> usize {
        let rounds = self.rounds.as_mut().unwrap();
        let cured = rounds.cures(&self.world, &self.rules, self.now).await.unwrap();
        if !cured.is_empty() {
            self.started(0);
        }
        cured.len()
    }
}

fn replace(fleet: &mut Fleet, guest: Arc<Guest>) {
    fleet.guests.retain(|known| known.key != guest.key);
    fleet.guests.push(guest);
}

fn world(store: Store, apps: Vec<App>, at: Moment) -> World {
    let mut fleet = fleet();
    fleet.hosts[0].as_of = Some(at);
    // They run for a long time.
    fleet.guests = (0..apps.len()).map(|n| running(n, 1_000_000)).collect();
    fleet.apps = apps;
    World::new(store, Vault::open(Kind::Memory), fleet, Tempo::default())
}

/// The host was listed now: everything runs on, and is older.
fn listed(world: &World, at: Moment) {
    world.change(|fleet| {
        let passed = fleet.hosts[0].as_of.map_or(0, |before| at.since(before).as_secs());
        if fleet.hosts[0].reach == Reach::Online {
            fleet.hosts[0].as_of = Some(at);
            for guest in &mut fleet.guests {
                let guest = Arc::make_mut(guest);
                guest.uptime = guest.uptime.map(|uptime| uptime + passed);
            }
        }
    });
}
