//! The server around the datacenter: HTTPS on one port, or on one of each node, with certificates made when it begins.
//! Every task it starts is joined when it ends.

mod answer;
mod apps;
mod certificate;
mod connection;
mod date;
mod frames;
mod read;
mod redirect;
mod upload;
mod wardrobe;
mod websocket;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    certificate::{Face, names},
    wardrobe::Wardrobe,
};
use super::{
    clock::{Clock, Pace},
    datacenter::Datacenter,
    faults::Trouble,
    handle::Handle,
    ready::{Ready, SecondFactor},
    seed::Seed,
    ssh::{self, Ssh},
    world::node::Node,
};

pub struct Options {
    pub listen: SocketAddr,
    pub seed: Seed,
    pub pace: Pace,
    pub entrance: Entrance,
    pub apps: Apps,
    pub ssh: Ssh,
    /// What goes wrong, and when.
    pub faults: Vec<Trouble>,
    /// How long a connection may be idle.
    pub idle: Duration,
}

/// Where the datacenter is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// One address for all nodes.
    One,
    /// Each node at its own address on the same port, with its own certificate; a dead node is not there.
    EveryNode,
}

/// Whether running apps answer at their own addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apps {
    Silent,
    Answer,
}

impl Options {
    pub fn new(listen: SocketAddr, seed: Seed, pace: Pace) -> Self {
        let (entrance, apps, ssh) = (Entrance::One, Apps::Silent, Ssh::Silent);
        Self { listen, seed, pace, entrance, apps, ssh, faults: Vec::new(), idle: IDLE }
    }

    /// On a free port of this machine.
    pub fn local(seed: Seed, pace: Pace) -> Self {
        Self::new(SocketAddr::from(([127, 0, 0, 1], 0)), seed, pace)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SimError {
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error("a fault cannot be thrown: {0}")]
    Fault(String),
    #[error("cannot write: {0}")]
    Write(std::io::Error),
    #[error("cannot listen for signals: {0}")]
    Signal(std::io::Error),
}

/// A running datacenter.
pub struct Simulator {
    ready: Ready,
    address: SocketAddr,
    handle: Handle,
    doors: Arc<Doors>,
    remarks: mpsc::Receiver<String>,
}

/// What every connection shares besides the datacenter.
struct Doors {
    wardrobe: Wardrobe,
    closing: CancellationToken,
    tasks: TaskTracker,
    idle: Duration,
    seats: Arc<Semaphore>,
}

/// As many connections as one worker of the real one takes.
const MOST_CONNECTIONS: usize = 500;
const KEPT_REMARKS: usize = 64;
/// An idle connection is closed after this.
const IDLE: Duration = Duration::from_secs(5);

impl Simulator {
    pub async fn start(options: Options) -> Result<Self, SimError> {
        let Options { listen, seed, pace, entrance, apps, ssh, faults, idle } = options;
        let clock = Clock::new(pace);
        let mut datacenter = seed.plant(clock.now());
        let nodes: Vec<_> = datacenter.nodes.iter().map(|node| node.name.clone()).collect();
        let wardrobe = Wardrobe::make(&faces(&datacenter, entrance))?;
        datacenter.identities = wardrobe.identities();
        for trouble in faults {
            datacenter.knows(&trouble).map_err(SimError::Fault)?;
            datacenter.throw(trouble);
        }
        let storages = datacenter.storages.iter().map(|storage| storage.name.to_owned()).collect();
        let listeners = listen_at(listen, &datacenter, entrance).await?;
        let address = listeners.first().map_or(listen, |(_, _, address)| *address);
        let ssh_doors = match &ssh {
            Ssh::Silent => ssh::Doors::default(),
            Ssh::Answers(doors) => ssh::Doors::open(&datacenter, doors.port).await,
        };
        let ssh_at = ssh_doors.first(&datacenter);
        let mut ready = make_ready(&seed, address, &datacenter.certificates().leaf.fingerprint, nodes, storages);
        ready.ssh = ssh_at.map(|at| at.to_string());
        let doors = Arc::new(Doors {
            wardrobe,
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            idle,
            seats: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
        });
        let handle = Handle::new(datacenter, clock);
        for (node, listener, _) in listeners {
            doors.tasks.spawn(connection::accept(listener, node, handle.clone(), doors.clone()));
        }
        let (log, remarks) = mpsc::channel(KEPT_REMARKS);
        if apps == Apps::Answer {
            doors.tasks.spawn(apps::keep(handle.clone(), doors.closing.clone(), log.clone()));
        }
        if let Ssh::Answers(settings) = ssh {
            doors.tasks.spawn(ssh_doors.keep(handle.clone(), settings, doors.closing.clone(), log));
        }
        Ok(Self { ready, address, handle, doors, remarks })
    }

    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn datacenter(&self) -> &Handle {
        &self.handle
    }

    /// Where a node is, when each has its own address.
    pub fn address_of(&self, node: &str) -> Option<String> {
        let ip = self.handle.with(|datacenter| datacenter.node(node).map(|node| node.ip.clone()))?;
        Some(format!("https://{ip}:{}", self.address.port()))
    }

    /// Where a node answers SSH, if it does.
    pub fn ssh_of(&self, node: &str) -> Option<SocketAddr> {
        let port = self.ready.ssh.as_ref()?.rsplit_once(':')?.1.parse().ok()?;
        let ip = self.handle.with(|datacenter| datacenter.node(node).map(|node| node.ip.clone()))?;
        Some(SocketAddr::new(ip.parse().ok()?, port))
    }

    /// What it has to tell whoever runs it; nothing any more when it has ended.
    pub(super) async fn remark(&mut self) -> Option<String> {
        self.remarks.recv().await
    }

    /// Ends it and waits until everything it started has ended.
    pub async fn shutdown(self) {
        self.doors.closing.cancel();
        self.doors.tasks.close();
        self.doors.tasks.wait().await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.doors.closing.cancel();
    }
}

/// Who shows certificates: one for all nodes, or each node its own.
fn faces(datacenter: &Datacenter, entrance: Entrance) -> Vec<Face> {
    let nodes = &datacenter.nodes;
    match entrance {
        Entrance::One => {
            let all: Vec<_> = nodes.iter().map(|node| node.name.clone()).collect();
            nodes.first().map(|first| Face { node: first.name.clone(), names: names(&all) }).into_iter().collect()
        }
        Entrance::EveryNode => {
            let face =
                |node: &Node| Face { node: node.name.clone(), names: names(&[node.ip.clone(), node.name.clone()]) };
            nodes.iter().map(face).collect()
        }
    }
}

/// The sockets, each with the node behind it where that matters.
async fn listen_at(
    listen: SocketAddr,
    datacenter: &Datacenter,
    entrance: Entrance,
) -> Result<Vec<(Option<String>, TcpListener, SocketAddr)>, SimError> {
    let mut port = listen.port();
    let mut wanted = vec![(None, listen.ip())];
    if entrance == Entrance::EveryNode {
        let ip_of = |node: &Node| node.ip.parse().unwrap_or(listen.ip());
        wanted = datacenter.nodes.iter().map(|node| (Some(node.name.clone()), ip_of(node))).collect();
    }
    let mut listeners = Vec::new();
    for (node, ip) in wanted {
        let at = SocketAddr::new(ip, port);
        let listener = TcpListener::bind(at).await.map_err(|why| SimError::Listen(at, why))?;
        let at = listener.local_addr().map_err(|why| SimError::Listen(at, why))?;
        port = at.port();
        listeners.push((node, listener, at));
    }
    Ok(listeners)
}

fn make_ready(seed: &Seed, address: SocketAddr, fingerprint: &str, nodes: Vec<String>, storages: Vec<String>) -> Ready {
    let login = seed.login();
    Ready {
        url: format!("https://{address}"),
        fingerprint: fingerprint.to_owned(),
        user: login.user,
        password: login.password,
        token_id: login.token_id,
        token_secret: login.token_secret,
        ssh: None,
        nodes,
        storages,
        template: super::seed::TEMPLATE.to_owned(),
        totp: SecondFactor { user: login.second_user, password: login.second_password, secret: login.second_secret },
    }
}
