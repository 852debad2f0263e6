//! Guests that answer: a running app has its web port open on its own address, with a page that names it. One task owns
//! all of these doors; they follow what starts and stops. What must hold: nothing outside 127.77.0.0/16 is bound, and
//! when that task has ended no door is open any more.

use std::{
    collections::{BTreeMap, HashMap},
    net::{Ipv4Addr, SocketAddrV4},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::app::Marker,
    sim::{
        datacenter::Datacenter,
        handle::Handle,
        hash::mix,
        world::{guest::Guest, node::Node},
    },
};

/// More apps than this do not answer: each takes a socket.
const MOST_DOORS: usize = 256;
/// Visitors of one app at a time.
const MOST_VISITS: usize = 32;
const LOWEST_PORT: u16 = 1_024;
const PATIENCE: Duration = Duration::from_secs(5);
const LONGEST_REQUEST: usize = 8_192;

/// The page behind each door that is to be open.
type Pages = BTreeMap<SocketAddrV4, String>;

/// Keeps the doors as the datacenter has them until it closes.
pub async fn keep(handle: Handle, closing: CancellationToken, log: mpsc::Sender<String>) {
    let mut turned = handle.turned();
    let (mut doors, mut known) = (Doors::default(), None);
    loop {
        turned.mark_unchanged();
        let mark = handle.look(|datacenter| mark(datacenter));
        if known.replace(mark) != Some(mark) {
            let wanted = handle.look(|datacenter| pages(datacenter));
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
    doors.follow(Pages::new()).await;
}

/// Another number whenever a guest was started or stopped, or a node lost.
fn mark(datacenter: &Datacenter) -> u64 {
    let runs = datacenter.guests.values().filter_map(|guest| Some((guest, guest.started()?)));
    runs.fold(datacenter.faults.turns(), |mark, (guest, from)| {
        mix(mark ^ u64::from(u32::from(guest.address)), from.0 as u64 ^ u64::from(guest.vmid) << 48)
    })
}

fn pages(datacenter: &Datacenter) -> Pages {
    let is_up = |guest: &&Guest| guest.is_running() && datacenter.node(&guest.node).is_some_and(Node::is_online);
    datacenter.guests.values().filter(is_up).filter_map(page).take(MOST_DOORS).collect()
}

fn page(guest: &Guest) -> Option<(SocketAddrV4, String)> {
    let marker = Marker::find(guest.text("description")?)?;
    let port = marker.ports.into_iter().find(|port| *port >= LOWEST_PORT)?;
    let name = guest.name();
    let page = format!("<!doctype html><title>{name}</title><h1>{name}</h1><p>Guest {} answers.</p>\n", guest.vmid);
    is_ours(guest.address).then_some((SocketAddrV4::new(guest.address, port), page))
}

fn is_ours(address: Ipv4Addr) -> bool {
    address.octets().starts_with(&[127, 77])
}

#[derive(Default)]
struct Doors(HashMap<SocketAddrV4, (String, Option<JoinHandle<()>>)>);

impl Doors {
    /// Closes what is not wanted any more and opens what is new; says what could not be opened.
    async fn follow(&mut self, mut wanted: Pages) -> Option<String> {
        let gone = self.0.extract_if(|at, (page, _)| wanted.get(at) != Some(page));
        let gone: Vec<JoinHandle<()>> = gone.filter_map(|(_, (_, door))| door).collect();
        gone.iter().for_each(JoinHandle::abort);
        for door in gone {
            // It was told to end, and that is how it ends.
            let _ = door.await;
        }
        wanted.retain(|at, _| !self.0.contains_key(at));
        let (mut closed, mut last) = (0, None);
        for (at, page) in wanted {
            let door = match TcpListener::bind(at).await {
                Ok(listener) => Some(tokio::spawn(receive(listener, page.clone()))),
                Err(why) => {
                    (closed, last) = (closed + 1, Some(format!("{at}: {why}")));
                    None
                }
            };
            self.0.insert(at, (page, door));
        }
        last.map(|last| format!("{closed} apps do not answer at their addresses, the last of them {last}"))
    }
}

/// Answers everybody who knocks at one app. Ending this ends its visits too.
async fn receive(listener: TcpListener, page: String) {
    let mut visits = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept(), if visits.len() < MOST_VISITS => {
                let page = page.clone();
                visits.spawn(timeout(PATIENCE, async move { show(stream, &page).await }));
            }
            Some(_) = visits.join_next() => {}
            else => return,
        }
    }
}

/// Shows the page, whatever was asked for; how the visitor leaves is his affair.
async fn show(mut stream: TcpStream, page: &str) -> std::io::Result<()> {
    let mut asked = Vec::with_capacity(512);
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        if asked.len() > LONGEST_REQUEST || stream.read_buf(&mut asked).await? == 0 {
            return Ok(());
        }
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    let body = if asked.starts_with(b"HEAD ") { "" } else { page };
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
