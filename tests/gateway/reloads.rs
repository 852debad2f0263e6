//! Many reloads with other routes each time, under load: no connection is dropped, no answer is cut.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use proximity::domain::{
    gateway::{file, wanted},
    plan::gateway::KEEP_WHO_WAITS,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use super::{
    caddy::{Caddy, here},
    town::{app, fleet, the_gateway},
};

const RELOADS: usize = 60;
const BODY: usize = 4_096;
/// A condition that has not come true by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// An app: `/` has a page, `/slow` sends a line whenever `pulse` beats, and ends after the last one.
async fn serve(pulse: watch::Receiver<usize>) -> SocketAddr {
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = door.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = door.accept().await {
            tokio::spawn(answer(stream, pulse.clone()));
        }
    });
    at
}

async fn answer(stream: TcpStream, mut pulse: watch::Receiver<usize>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if stream.read_line(&mut first).await? == 0 {
            return Ok(());
        }
        let mut line = String::new();
        while stream.read_line(&mut line).await? > 2 {
            line.clear();
        }
        if first.contains("/slow") {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
            while *pulse.borrow_and_update() < RELOADS {
                stream.write_all(b"5\r\nbeat\n\r\n").await?;
                stream.flush().await?;
                if pulse.changed().await.is_err() {
                    return Ok(());
                }
            }
            stream.write_all(b"4\r\nend\n\r\n0\r\n\r\n").await?;
        } else {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {BODY}\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&[b'x'; BODY]).await?;
        }
        stream.flush().await?;
    }
}

/// Asks once; nothing where the other side had closed a connection that it may close, before it said anything.
async fn ask(stream: &mut BufReader<TcpStream>) -> Option<Result<(), String>> {
    let asked = b"GET / HTTP/1.1\r\nHost: one.home.arpa\r\n\r\n";
    if stream.write_all(asked).await.is_err() {
        return None;
    }
    let mut first = String::new();
    match stream.read_line(&mut first).await {
        Ok(0) | Err(_) => return None,
        Ok(_) => {}
    }
    if !first.starts_with("HTTP/1.1 200") {
        return Some(Err(format!("it said {first}")));
    }
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        match stream.read_line(&mut line).await {
            Ok(2) => break,
            Ok(0) | Err(_) => return Some(Err("cut in its head".into())),
            Ok(_) => {}
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    match stream.read_exact(&mut body).await {
        Ok(BODY) => Some(Ok(())),
        other => Some(Err(format!("cut in its body: {other:?}"))),
    }
}

#[derive(Default)]
struct Tally {
    over: AtomicBool,
    fresh: AtomicUsize,
    kept: AtomicUsize,
}

/// A new connection for each visit: one that is not taken, or not answered, is dropped.
async fn visit_anew(at: u16, tally: Arc<Tally>) -> Result<(), String> {
    while !tally.over.load(Ordering::Relaxed) {
        let stream = TcpStream::connect(("127.0.0.1", at)).await.map_err(|why| format!("not let in: {why}"))?;
        match ask(&mut BufReader::new(stream)).await {
            Some(Ok(())) => tally.fresh.fetch_add(1, Ordering::Relaxed),
            Some(Err(why)) => return Err(why),
            None => return Err("a new connection was closed without a word".into()),
        };
    }
    Ok(())
}

/// The same connection as long as the other side keeps it; one that it closed while nothing was going on is opened anew, as
/// every browser does.
async fn stay(at: u16, tally: Arc<Tally>) -> Result<(), String> {
    while !tally.over.load(Ordering::Relaxed) {
        let stream = TcpStream::connect(("127.0.0.1", at)).await.map_err(|why| format!("not let in: {why}"))?;
        let (mut stream, mut asked) = (BufReader::new(stream), 0);
        while !tally.over.load(Ordering::Relaxed) {
            match ask(&mut stream).await {
                Some(Ok(())) => asked += 1,
                Some(Err(why)) => return Err(why),
                None if asked > 0 => break,
                None => return Err("a new connection was closed without a word".into()),
            }
            tally.kept.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// Reads to the very end what comes slowly.
async fn listen_long(at: u16, heard: watch::Sender<usize>) -> Result<String, String> {
    let mut stream = TcpStream::connect(("127.0.0.1", at)).await.map_err(|why| why.to_string())?;
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: one.home.arpa\r\n\r\n").await.map_err(|why| why.to_string())?;
    let mut all = Vec::new();
    let mut piece = [0; 1_024];
    while !all.ends_with(b"0\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(0) => return Err(format!("cut after {}", String::from_utf8_lossy(&all))),
            Ok(count) => all.extend_from_slice(&piece[..count]),
            Err(why) => return Err(format!("{why} after {}", String::from_utf8_lossy(&all))),
        }
        heard.send_replace(all.windows(4).filter(|four| four == b"beat").count());
    }
    Ok(String::from_utf8_lossy(&all).into_owned())
}

/// The routes at a moment: the first app stays, the others come, go, and are called otherwise.
fn routes(at: SocketAddr, round: usize) -> String {
    let mut apps = vec![app(101, "one", "127.0.0.1", at.port())];
    if round % 2 == 1 {
        apps.push(app(102, "two", "127.0.0.1", at.port()));
    }
    apps.push(app(103, &format!("three-{round}"), "127.0.0.1", at.port()));
    let fleet = fleet("home.arpa", "off", apps);
    file(&wanted(&fleet, &the_gateway(&fleet)).table)
}

async fn under_load(caddy: Caddy) {
    let (beat, pulse) = watch::channel(0);
    let at = serve(pulse).await;
    let mut caddy = caddy;
    caddy.run(&routes(at, 0));
    let (tally, http) = (Arc::new(Tally::default()), caddy.http);
    let (hears, mut heard) = watch::channel(0);
    let long = tokio::spawn(listen_long(http, hears));
    let fresh: Vec<_> = (0..4).map(|_| tokio::spawn(visit_anew(http, tally.clone()))).collect();
    let kept: Vec<_> = (0..4).map(|_| tokio::spawn(stay(http, tally.clone()))).collect();
    let caddy = Arc::new(caddy);
    for round in 1..=RELOADS {
        let (caddy, text) = (caddy.clone(), routes(at, round));
        tokio::task::spawn_blocking(move || caddy.reload(&text)).await.unwrap().unwrap();
        // What began before the reload goes on after it.
        heard.wait_for(|beats| *beats >= round).await.unwrap();
        beat.send_replace(round);
    }
    let all = long.await.unwrap().unwrap();
    assert_eq!(all.matches("beat").count(), RELOADS, "{all}");
    tally.over.store(true, Ordering::Relaxed);
    for visitor in fresh.into_iter().chain(kept) {
        visitor.await.unwrap().unwrap();
    }
    let (fresh, kept) = (tally.fresh.load(Ordering::Relaxed), tally.kept.load(Ordering::Relaxed));
    eprintln!("{RELOADS} reloads: {fresh} new connections and {kept} kept ones were answered");
    assert!(fresh > RELOADS && kept > RELOADS);
}

/// Says that this process is the one inside a network of its own.
const INSIDE: &str = "PROXIMITY_OWN_NETWORK";

/// The same test in a network of its own, whose kernel is told what the plan tells that of a gateway.
fn in_a_network_of_its_own(test: &str) -> Option<bool> {
    let inside = format!("set -eu\nip link set lo up\n{KEEP_WHO_WAITS}exec \"$0\" \"$@\"\n");
    let program = std::env::current_exe().unwrap();
    let tried = std::process::Command::new("unshare").args(["-rn", "ip", "link", "set", "lo", "up"]).output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        assert!(std::env::var_os("PROXIMITY_CI").is_none(), "unshare and ip must be here");
        eprintln!("not run: this machine gives no network of its own");
        return None;
    }
    let mut command = std::process::Command::new("unshare");
    command.args(["-rn", "sh", "-c", &inside]).arg(program).args([test, "--exact", "--nocapture"]).env(INSIDE, "1");
    Some(command.status().unwrap().success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_is_dropped_through_many_reloads() {
    let Some(caddy) = here() else { return };
    if std::env::var_os(INSIDE).is_none() {
        let went_well = in_a_network_of_its_own("gateway::reloads::no_connection_is_dropped_through_many_reloads");
        return assert_ne!(went_well, Some(false), "its output stands above");
    }
    timeout(PATIENCE, under_load(caddy)).await.expect("it goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_leads_to_its_app_and_one_that_is_down_says_so() {
    let Some(mut caddy) = here() else { return };
    let (_beat, pulse) = watch::channel(0);
    let at = serve(pulse).await;
    let apps = vec![app(101, "one", "127.0.0.1", at.port()), app(102, "two", "127.0.0.1", super::caddy::free())];
    let fleet = fleet("home.arpa", "off", apps);
    caddy.run(&file(&wanted(&fleet, &the_gateway(&fleet)).table));
    let said = async |host: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", caddy.http)).await.unwrap();
        let asked = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut all = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut all)).await.unwrap().unwrap();
        all
    };
    assert!(said("one.home.arpa").await.starts_with("HTTP/1.1 200"));
    let down = said("two.home.arpa").await;
    assert!(down.starts_with("HTTP/1.1 503") && down.contains("<h1>two is down</h1>"), "{down}");
    let nobody = said("three.home.arpa").await;
    assert!(nobody.starts_with("HTTP/1.1 404"), "{nobody}");
}
