//! Guests that answer: what listens inside a running guest can be reached at its own address, be it a service, a
//! container or an OCI image; apps that were there from the beginning have their web port open with a page that names
//! them. One task owns all of these doors; they follow what starts and stops. What must hold: nothing outside
//! 127.77.0.0/16 is bound, and when that task has ended no door is open any more.

use std::{
    collections::{BTreeMap, HashMap},
    net::{Ipv4Addr, SocketAddrV4},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::certificate::of_its_own;
use crate::{
    domain::port::stand_in,
    sim::{
        datacenter::Datacenter,
        handle::Handle,
        hash::mix,
        shell::{Listener, Pass, Reach, Speech},
        world::{guest::Guest, node::Node},
    },
};

/// More apps than this do not answer: each takes a socket.
const MOST_DOORS: usize = 256;
/// Visitors of one app at a time.
const MOST_VISITS: usize = 32;
const PATIENCE: Duration = Duration::from_secs(5);
const LONGEST_REQUEST: usize = 8_192;

/// What is behind each door that is to be open.
type Wanted = BTreeMap<SocketAddrV4, Behind>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Behind {
    Page(String),
    /// It passes its visitors on to others.
    Gateway(Vec<Pass>),
    /// It is there and answers 503.
    Unwell,
    /// It speaks something that is no HTTP, and is taken to listen.
    Other,
}

/// Keeps the doors as the datacenter has them until it closes.
pub async fn keep(handle: Handle, closing: CancellationToken, log: mpsc::Sender<String>) {
    let mut turned = handle.turned();
    let (mut doors, mut known) = (Doors::default(), None);
    loop {
        turned.mark_unchanged();
        let mark = handle.look(|datacenter| mark(datacenter));
        if known.replace(mark) != Some(mark) {
            let wanted = handle.look(wanted);
            if let Some(line) = doors.follow(wanted).await {
                // Nobody may be reading; then it is not told.
                let _ = log.try_send(line);
            }
        }
        tokio::select! {
            () = closing.cancelled() => break,
            _ = turned.changed() => {}
            () = handle.something_due() => {}
        }
    }
    doors.follow(Wanted::new()).await;
}

/// Another number whenever a guest was started, stopped, plugged in or out, something in it was, or a node was lost.
fn mark(datacenter: &Datacenter) -> u64 {
    let runs = datacenter.guests.values().filter_map(|guest| Some((guest, guest.started()?)));
    let mark = runs.fold(datacenter.faults.turns(), |mark, (guest, from)| {
        let reached = guest.reached_at().map_or(0, u32::from);
        mix(mark ^ u64::from(reached), from.0 as u64 ^ u64::from(guest.vmid) << 48)
    });
    datacenter.consoles.machines().fold(mark, |mark, (vmid, machine)| mix(mark ^ u64::from(vmid), machine.turn()))
}

fn wanted(datacenter: &mut Datacenter) -> Wanted {
    wake(datacenter);
    let is_up = |guest: &&Guest| guest.is_running() && datacenter.node(&guest.node).is_some_and(Node::is_online);
    let guests = datacenter.guests.values().filter(is_up);
    guests.flat_map(|guest| doors(datacenter, guest)).take(MOST_DOORS).collect()
}

/// What begins by itself in guests that were copied or restored begins, whether or not anybody looks inside.
fn wake(datacenter: &mut Datacenter) {
    for vmid in datacenter.consoles.unseen() {
        datacenter.inside_of(vmid);
    }
}

fn doors(datacenter: &Datacenter, guest: &Guest) -> Vec<(SocketAddrV4, Behind)> {
    let Some(address) = guest.reached_at().filter(|address| is_ours(*address)) else { return Vec::new() };
    // What is really there goes before what only seems to be.
    let mut listeners = datacenter.beside(guest.vmid);
    listeners.extend(datacenter.consoles.listeners(guest.vmid));
    listeners.retain(|listener| listener.reach == Reach::Everybody && listener.speech != Speech::Nobody);
    let door = |listener: &Listener| {
        let behind = match listener.speech {
            Speech::Page if !listener.passes.is_empty() => Behind::Gateway(listener.passes.clone()),
            Speech::Page => Behind::Page(page(guest, &listener.name)),
            Speech::Unwell => Behind::Unwell,
            Speech::Other | Speech::Nobody => Behind::Other,
        };
        (SocketAddrV4::new(address, listener.port), behind)
    };
    listeners.iter().map(door).collect()
}

fn page(guest: &Guest, name: &str) -> String {
    format!("<!doctype html><title>{name}</title><h1>{name}</h1><p>Guest {} answers.</p>\n", guest.vmid)
}

fn is_ours(address: Ipv4Addr) -> bool {
    address.octets().starts_with(&[127, 77])
}

#[derive(Default)]
struct Doors(HashMap<SocketAddrV4, (Behind, Option<JoinHandle<()>>)>);

impl Doors {
    /// Closes what is not wanted any more and opens what is new; says what could not be opened.
    async fn follow(&mut self, mut wanted: Wanted) -> Option<String> {
        let gone = self.0.extract_if(|at, (behind, _)| wanted.get(at) != Some(behind));
        let gone: Vec<JoinHandle<()>> = gone.filter_map(|(_, (_, door))| door).collect();
        gone.iter().for_each(JoinHandle::abort);
        for door in gone {
            // It was told to end, and that is how it ends.
            let _ = door.await;
        }
        wanted.retain(|at, _| !self.0.contains_key(at));
        let (mut closed, mut last) = (0, None);
        for (at, behind) in wanted {
            let door = match open(at).await {
                Ok(listener) => Some(tokio::spawn(receive(listener, behind.clone()))),
                Err(why) => {
                    (closed, last) = (closed + 1, Some(format!("{at}: {why}")));
                    None
                }
            };
            self.0.insert(at, (behind, door));
        }
        last.map(|last| format!("{closed} apps do not answer at their addresses, the last of them {last}"))
    }
}

/// At its own port, or at the one that stands in for it where this user may not open that.
async fn open(at: SocketAddrV4) -> std::io::Result<TcpListener> {
    match (TcpListener::bind(at).await, stand_in(&at.ip().to_string(), at.port())) {
        (Err(why), Some(port)) if why.kind() == std::io::ErrorKind::PermissionDenied => {
            TcpListener::bind((*at.ip(), port)).await
        }
        (opened, _) => opened,
    }
}

/// Answers everybody who knocks at one app. Ending this ends its visits too.
async fn receive(listener: TcpListener, behind: Behind) {
    let mut visits = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept(), if visits.len() < MOST_VISITS => {
                let behind = behind.clone();
                visits.spawn(timeout(PATIENCE, async move { meet(stream, &behind).await }));
            }
            Some(_) = visits.join_next() => {}
            else => return,
        }
    }
}

async fn meet(stream: TcpStream, behind: &Behind) -> std::io::Result<()> {
    let (status, page) = match behind {
        Behind::Page(page) => ("200 OK", page.as_str()),
        Behind::Unwell => ("503 Service Unavailable", "<!doctype html><title>503</title>\n"),
        Behind::Gateway(passes) => return pass_on(stream, passes).await,
        Behind::Other => return listen(stream).await,
    };
    let mut first = [0];
    let hello = stream.peek(&mut first).await? == 1 && first[0] == HELLO;
    match of_its_own().filter(|_| hello) {
        Some(tls) => show(TlsAcceptor::from(tls).accept(stream).await?, status, page).await,
        None => show(stream, status, page).await,
    }
}

/// With this byte a visitor begins who speaks TLS; nobody else does.
const HELLO: u8 = 0x16;

/// Hears out a visitor who speaks something else, and says nothing.
async fn listen(mut stream: TcpStream) -> std::io::Result<()> {
    let mut heard = [0; 1_024];
    while stream.read(&mut heard).await? > 0 {}
    Ok(())
}

/// To whom the visitor's name leads; what that one says comes back as it is.
async fn pass_on(mut stream: TcpStream, passes: &[Pass]) -> std::io::Result<()> {
    let Some(asked) = head(&mut stream).await? else { return Ok(()) };
    let text = String::from_utf8_lossy(&asked).to_ascii_lowercase();
    let named = text.lines().find_map(|line| line.strip_prefix("host:")).unwrap_or_default().trim();
    let host = named.split(':').next().unwrap_or_default();
    let pass = passes.iter().find(|pass| pass.host.as_deref().is_none_or(|name| name == host));
    let Some(to) = pass.and_then(|pass| pass.to.as_deref()) else {
        return say(stream, "404 Not Found", pass.map_or("", |pass| &pass.down)).await;
    };
    let Some(mut upstream) = knock(to).await else {
        let pass = pass.map_or("", |pass| &pass.down);
        return say(stream, "503 Service Unavailable", pass).await;
    };
    upstream.write_all(&asked).await?;
    tokio::io::copy_bidirectional(&mut stream, &mut upstream).await.map(drop)
}

async fn knock(to: &str) -> Option<TcpStream> {
    let at: SocketAddrV4 = to.parse().ok().filter(|at: &SocketAddrV4| is_ours(*at.ip()))?;
    if let Ok(stream) = TcpStream::connect(at).await {
        return Some(stream);
    }
    let port = stand_in(&at.ip().to_string(), at.port())?;
    TcpStream::connect((*at.ip(), port)).await.ok()
}

/// What was asked, to the end of its head.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut asked = Vec::with_capacity(512);
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        if asked.len() > LONGEST_REQUEST || stream.read_buf(&mut asked).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(asked))
}

/// Shows the page, whatever was asked for; how the visitor leaves is his affair.
async fn show(mut stream: impl AsyncRead + AsyncWrite + Unpin, status: &str, page: &str) -> std::io::Result<()> {
    match head(&mut stream).await? {
        Some(asked) if asked.starts_with(b"HEAD ") => answer(stream, status, page.len(), "").await,
        Some(_) => say(stream, status, page).await,
        None => Ok(()),
    }
}

async fn say(stream: impl AsyncWrite + Unpin, status: &str, page: &str) -> std::io::Result<()> {
    answer(stream, status, page.len(), page).await
}

async fn answer(mut stream: impl AsyncWrite + Unpin, status: &str, length: usize, body: &str) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
