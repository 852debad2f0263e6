//! The server around the datacenter: HTTPS on one port, with a certificate made when it begins. Every task it starts
//! is joined when it ends.

mod answer;
mod certificate;
mod connection;
mod date;
mod frames;
mod read;
mod redirect;
mod websocket;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::certificate::Identity;
use super::{
    clock::{Clock, Pace},
    handle::Handle,
    ready::{Ready, SecondFactor},
    seed::Seed,
};

pub struct Options {
    pub listen: SocketAddr,
    pub seed: Seed,
    pub pace: Pace,
    /// How long a refused log-in is kept waiting; the real one takes three seconds.
    pub refusal_delay: Duration,
    /// How long a connection may be idle.
    pub idle: Duration,
}

impl Options {
    /// Delays as the pace has it: real ones in live pace, none where time is stepped.
    pub fn new(listen: SocketAddr, seed: Seed, pace: Pace) -> Self {
        let refusal_delay = if matches!(pace, Pace::Live { .. }) { Duration::from_secs(3) } else { Duration::ZERO };
        Self { listen, seed, pace, refusal_delay, idle: IDLE }
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
}

/// What every connection shares besides the datacenter.
struct Doors {
    identity: watch::Sender<Arc<Identity>>,
    closing: CancellationToken,
    tasks: TaskTracker,
    refusal_delay: Duration,
    idle: Duration,
    seats: Arc<Semaphore>,
}

/// As many connections as one worker of the real one takes.
const MOST_CONNECTIONS: usize = 500;
/// An idle connection is closed after this.
const IDLE: Duration = Duration::from_secs(5);

impl Simulator {
    pub async fn start(options: Options) -> Result<Self, SimError> {
        let Options { listen, seed, pace, refusal_delay, idle } = options;
        let clock = Clock::new(pace);
        let mut datacenter = seed.plant(clock.now());
        let nodes: Vec<_> = datacenter.nodes.iter().map(|node| node.name.clone()).collect();
        let identity = Arc::new(Identity::make(&nodes)?);
        datacenter.certificates = identity.certificates.clone();
        let storages = datacenter.storages.iter().map(|storage| storage.name.to_owned()).collect();
        let listener = TcpListener::bind(listen).await.map_err(|why| SimError::Listen(listen, why))?;
        let address = listener.local_addr().map_err(|why| SimError::Listen(listen, why))?;
        let ready = make_ready(&seed, address, &identity, nodes, storages);
        let doors = Arc::new(Doors {
            identity: watch::Sender::new(identity),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            refusal_delay,
            idle,
            seats: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
        });
        let handle = Handle::new(datacenter, clock);
        doors.tasks.spawn(connection::accept(listener, handle.clone(), doors.clone()));
        Ok(Self { ready, address, handle, doors })
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

    /// Shows another certificate from now on, and closes what was open under the old one. Gives the new fingerprint.
    pub fn renew_certificate(&mut self) -> Result<String, SimError> {
        let identity = Arc::new(Identity::make(&self.ready.nodes)?);
        self.ready.fingerprint = identity.certificates.leaf.fingerprint.clone();
        self.handle.with(|datacenter| datacenter.certificates = identity.certificates.clone());
        self.doors.identity.send_replace(identity);
        Ok(self.ready.fingerprint.clone())
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

fn make_ready(
    seed: &Seed,
    address: SocketAddr,
    identity: &Identity,
    nodes: Vec<String>,
    storages: Vec<String>,
) -> Ready {
    let login = seed.login();
    Ready {
        url: format!("https://{address}"),
        fingerprint: identity.certificates.leaf.fingerprint.clone(),
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
