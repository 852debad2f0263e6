//! The doors of SSH: one at the address of every node, and of every running guest whose system has a server. One task
//! owns them all; they follow what starts and stops. What must hold: nothing outside 127.77.0.0/16 is bound for a guest,
//! an address that is taken is left alone, and when that task has ended no door is open any more.

use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use tokio::{
    net::TcpListener,
    sync::mpsc,
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{talks::Home, visit};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        handle::Handle,
        world::{
            guest::{Guest, Kind},
            node::Node,
        },
    },
};

/// Whether nodes and guests answer SSH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ssh {
    Silent,
    Answers(SshDoors),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshDoors {
    /// That of all nodes; any free one for 0.
    pub port: u16,
    pub guest_port: u16,
    /// Texts as in a file of authorized keys, by which root may come to every node.
    pub keys: Vec<String>,
}

impl Default for SshDoors {
    fn default() -> Self {
        Self { port: 0, guest_port: 22, keys: Vec::new() }
    }
}

/// More guests than this do not answer: each takes a socket.
const MOST_GUESTS: usize = 256;
const MOST_VISITS: usize = 64;
/// A free port of the first node may be taken at another.
const TRIES: usize = 8;

/// Who is behind a door, and since when: one that was started anew has another door.
type Tenant = (Home, Moment);

/// The doors of the nodes as they were opened in the beginning.
#[derive(Default)]
pub struct Doors {
    port: u16,
    listeners: Vec<(SocketAddr, Tenant, TcpListener)>,
}

impl Doors {
    /// Opens what can be opened of the nodes.
    pub async fn open(datacenter: &Datacenter, port: u16) -> Self {
        let wanted: Vec<_> = datacenter.nodes.iter().filter_map(node_door).collect();
        let mut best = Self { port, listeners: Vec::new() };
        for _ in 0..TRIES {
            let opened = Self::try_open(&wanted, port).await;
            if opened.listeners.len() > best.listeners.len() {
                best = opened;
            }
            if port != 0 || best.listeners.len() == wanted.len() {
                break;
            }
        }
        best
    }

    async fn try_open(wanted: &[(IpAddr, Tenant)], mut port: u16) -> Self {
        let mut listeners = Vec::new();
        for (ip, tenant) in wanted {
            let Ok(listener) = TcpListener::bind(SocketAddr::new(*ip, port)).await else { continue };
            let Ok(at) = listener.local_addr() else { continue };
            port = at.port();
            listeners.push((at, tenant.clone(), listener));
        }
        Self { port, listeners }
    }

    /// Where the first node answers, if it does.
    pub fn first(&self, datacenter: &Datacenter) -> Option<SocketAddr> {
        let first = Home::Node(datacenter.nodes.first()?.name.clone());
        self.listeners.iter().find(|(_, (home, _), _)| *home == first).map(|(at, ..)| *at)
    }

    /// Keeps the doors as the datacenter has them until it closes.
    pub async fn keep(self, handle: Handle, doors: SshDoors, closing: CancellationToken, log: mpsc::Sender<String>) {
        let mut turned = handle.turned();
        let settings = SshDoors { port: self.port, ..doors };
        let mut open = Open { handle: handle.clone(), settings: Arc::new(settings), doors: HashMap::new() };
        for (at, tenant, listener) in self.listeners {
            open.begin(at, tenant, Some(listener));
        }
        let mut known = None;
        loop {
            turned.mark_unchanged();
            let wanted = handle.look(|datacenter| wanted(datacenter, &open.settings));
            if known.as_ref() != Some(&wanted) {
                if let Some(line) = open.follow(&wanted).await {
                    // Nobody may be reading; then it is not told.
                    let _ = log.try_send(line);
                }
                known = Some(wanted);
            }
            tokio::select! {
                () = closing.cancelled() => break,
                _ = turned.changed() => {}
                () = handle.something_due() => {}
            }
        }
        open.follow(&BTreeMap::new()).await;
    }
}

fn node_door(node: &Node) -> Option<(IpAddr, Tenant)> {
    Some((node.ip.parse().ok()?, (Home::Node(node.name.clone()), node.booted)))
}

fn wanted(datacenter: &Datacenter, settings: &SshDoors) -> BTreeMap<SocketAddr, Tenant> {
    let nodes = datacenter.nodes.iter().filter(|node| node.is_online()).filter_map(node_door);
    let nodes = nodes.map(|(ip, tenant)| (SocketAddr::new(ip, settings.port), tenant));
    let is_up = |guest: &&Guest| datacenter.node(&guest.node).is_some_and(Node::is_online);
    let guests = datacenter.guests.values().filter(is_up).filter_map(|guest| {
        let at = SocketAddr::from((guest.reached_at()?, settings.guest_port));
        Some((at, (Home::Guest(guest.vmid), guest.started()?))).filter(|_| has_server(guest))
    });
    let all = nodes.chain(guests.take(MOST_GUESTS));
    all.filter(|(_, (home, _))| !datacenter.faults.refuses_ssh(home)).collect()
}

/// Images of Alpine have no server, and an OCI image has none either.
fn has_server(guest: &Guest) -> bool {
    let is_ours = guest.address.octets().starts_with(&[127, 77]);
    let is_debian = matches!(guest.text("ostype"), Some("debian" | "ubuntu"));
    guest.kind == Kind::Container && is_ours && is_debian && guest.image.is_none()
}

struct Open {
    handle: Handle,
    settings: Arc<SshDoors>,
    doors: HashMap<SocketAddr, (Tenant, CancellationToken, Option<JoinHandle<()>>)>,
}

impl Open {
    /// Closes what is not wanted any more and opens what is new; says what could not be opened.
    async fn follow(&mut self, wanted: &BTreeMap<SocketAddr, Tenant>) -> Option<String> {
        let gone = self.doors.extract_if(|at, (tenant, ..)| wanted.get(at) != Some(tenant));
        let gone: Vec<_> = gone.map(|(_, (_, closing, door))| (closing, door)).collect();
        gone.iter().for_each(|(closing, _)| closing.cancel());
        for door in gone.into_iter().filter_map(|(_, door)| door) {
            // It was told to end, and that is how it ends.
            let _ = door.await;
        }
        let (mut closed, mut last) = (0, None);
        for (at, tenant) in wanted.iter().filter(|(at, _)| !self.doors.contains_key(at)).collect::<Vec<_>>() {
            let listener = TcpListener::bind(at).await;
            if let Err(why) = &listener {
                (closed, last) = (closed + 1, Some(format!("{at}: {why}")));
            }
            self.begin(*at, tenant.clone(), listener.ok());
        }
        last.map(|last| format!("{closed} machines do not answer SSH at their addresses, the last of them {last}"))
    }

    fn begin(&mut self, at: SocketAddr, tenant: Tenant, listener: Option<TcpListener>) {
        let closing = CancellationToken::new();
        let door = listener.map(|listener| {
            let (handle, settings) = (self.handle.clone(), self.settings.clone());
            tokio::spawn(receive(listener, tenant.0.clone(), handle, settings, closing.clone()))
        });
        self.doors.insert(at, (tenant, closing, door));
    }
}

/// Takes everybody who comes to one door, until it is closed; then all of them have gone too.
async fn receive(
    listener: TcpListener,
    home: Home,
    handle: Handle,
    settings: Arc<SshDoors>,
    closing: CancellationToken,
) {
    let mut visits = JoinSet::new();
    loop {
        tokio::select! {
            () = closing.cancelled() => break,
            Ok((stream, _)) = listener.accept(), if visits.len() < MOST_VISITS => {
                visits.spawn(visit::serve(stream, home.clone(), handle.clone(), settings.clone(), closing.clone()));
            }
            Some(_) = visits.join_next() => {}
        }
    }
    drop(listener);
    while visits.join_next().await.is_some() {}
}
