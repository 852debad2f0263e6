//! What the README claims of looking after apps: what it costs to look at five hundred of them at the default interval. The
//! apps are real pages on loopback, served by another process, every tenth behind TLS; time is stepped second by second as
//! fast as the looks come back, and the processor's time that took is set against the time that was stepped over.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use common::{
    process::{cpu_ms, resident_mb},
    row,
};
use proximity::{
    domain::{
        app::{App, Marker},
        book::{Book, Origin},
        care::{Gaze, Health, HealthRules, Watch},
        fleet::{Fleet, Guest, GuestKind, Host, Power, Reach, Traffic},
        ids::{AppId, GuestKey, HostId, NodeName, Vmid},
        moment::Moment,
        probe::ProbeKind,
        trail::Trail,
    },
    engine::{Tempo, now},
    operations::world::World,
    secrets::{Kind, Vault},
    services::probes::{Inside, Rounds},
    store::Store,
};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

const APPS: usize = 500;
/// Every so many speaks TLS.
const SECURE: usize = 10;
/// Seconds that are stepped over: ten looks at each app.
const STRETCH: u64 = 300;
const SERVE: &str = "PROXIMITY_BENCH_SERVES";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if std::env::var_os(SERVE).is_some() {
        return runtime.block_on(serve());
    }
    runtime.block_on(measure());
}

/// All pages in one process of its own, which is not what is measured; it ends with its standard input.
async fn serve() {
    let tls = acceptor();
    for n in 0..APPS {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = n.is_multiple_of(SECURE).then(|| tls.clone());
        tokio::spawn(open(listener, tls));
        std::io::Write::write_all(&mut std::io::stdout(), format!("{port}\n").as_bytes()).unwrap();
    }
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await.unwrap();
}

async fn open(listener: TcpListener, tls: Option<TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        let tls = tls.clone();
        tokio::spawn(async move {
            match tls {
                Some(tls) => page(tls.accept(stream).await?).await,
                None => page(stream).await,
            }
        });
    }
}

async fn page(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") && stream.read_buf(&mut asked).await? > 0 {}
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello").await?;
    stream.shutdown().await
}

fn acceptor() -> TlsAcceptor {
    let key = rcgen::KeyPair::generate().unwrap();
    let leaf = rcgen::CertificateParams::new(vec!["app.invalid".to_owned()]).unwrap().self_signed(&key).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn pages() -> (Child, Vec<u16>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(SERVE, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ports = lines.take(APPS).map(|line| line.unwrap().parse().unwrap()).collect();
    (child, ports)
}

fn home() -> HostId {
    HostId::new("home")
}

fn key(n: usize) -> GuestKey {
    GuestKey { host: home(), vmid: Vmid(100 + n as u32) }
}

fn id(n: usize) -> AppId {
    AppId::new(format!("app-{n:03}"))
}

fn app(n: usize, port: u16) -> App {
    let scheme = if n.is_multiple_of(SECURE) { "https" } else { "http" };
    let what = ProbeKind::Http { scheme: scheme.into(), port, path: "/health".into(), status: (200, 299) };
    let watch = Some(Watch { probe: Some(Gaze::At(what)), ..Watch::default() });
    let book = Some(Box::new(Book { watch, ..Book::new(Origin::Deployed, Moment(1)) }));
    let (name, marker, address) = (format!("app {n}").into(), Marker::of(id(n)), Some("127.0.0.1".into()));
    App { id: id(n), name, guest: key(n), marker, address, book }
}

fn guest(n: usize) -> Arc<Guest> {
    Arc::new(Guest {
        key: key(n),
        kind: GuestKind::Container,
        name: format!("app-{n}").into(),
        node: NodeName::new("pve1"),
        power: Power::Running,
        is_template: false,
        lock: None,
        tags: Vec::new(),
        pool: None,
        cpu: None,
        cores: None,
        memory: None,
        disk: None,
        uptime: Some(1_000_000),
        traffic: Traffic::default(),
        cpu_trail: Trail::default(),
    })
}

async fn world(folder: &std::path::Path, ports: &[u16], at: Moment) -> World {
    let (store, _) = Store::open(&folder.join("proximity.db")).unwrap();
    store.put_host(common::home::record(home())).await.unwrap();
    let apps: Vec<App> = ports.iter().enumerate().map(|(n, port)| app(n, *port)).collect();
    store.put_apps(apps.clone()).await.unwrap();
    let host = Host::unseen(home(), vec!["https://127.0.0.1:8006".into()], "root@pam".into());
    let fleet = Fleet {
        hosts: vec![Host { reach: Reach::Online, as_of: Some(at), ..host }],
        guests: (0..ports.len()).map(guest).collect(),
        apps,
        ..Fleet::default()
    };
    World::new(store, Vault::open(Kind::Memory), fleet, Tempo::default())
}

async fn measure() {
    let (mut child, ports) = pages();
    let (folder, mut at) = (tempfile::tempdir().unwrap(), now());
    let world = world(folder.path(), &ports, at).await;
    let inside: Inside = Arc::new(|_, _, _| Box::pin(async { None }));
    let (rules, mut rounds) = (HealthRules::default(), Rounds::open(&world, inside, at).await.unwrap());
    // The first looks make what the later ones use again.
    at = step(&mut rounds, &world, &rules, at, 2 * rules.interval).await;
    let (from, before) = (cpu_ms("self"), std::time::Instant::now());
    at = step(&mut rounds, &world, &rules, at, STRETCH).await;
    let (used, took) = (cpu_ms("self") - from, before.elapsed());
    let healthy = world.fleet().care.health.values().filter(|known| known.health == Health::Healthy).count();
    assert_eq!(healthy, APPS, "all pages are well at {at:?}");
    drop(child.stdin.take());
    child.wait().unwrap();
    let share = used / 10.0 / STRETCH as f64;
    let looks = APPS as u64 * STRETCH / rules.interval;
    common::print(
        &format!("{APPS} apps, every {} s, {looks} looks in {:.1} s", rules.interval, took.as_secs_f64()),
        &[
            row("of one core, all in all", 2.0, share, "%"),
            row("a look, with all that follows from it", 1_000.0, used * 1_000.0 / looks as f64, "us"),
            row("memory of the whole process", 40.0, resident_mb(std::process::id()), "MB"),
        ],
    );
}

async fn step(rounds: &mut Rounds, world: &World, rules: &HealthRules, from: Moment, seconds: u64) -> Moment {
    let mut at = from;
    for _ in 0..seconds {
        at = at + Duration::from_secs(1);
        rounds.turn(world, rules, at).await.unwrap();
        rounds.settle(world, rules, at).await.unwrap();
    }
    at
}
