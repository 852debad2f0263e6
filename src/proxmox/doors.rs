//! The addresses of a host, in the order in which they are tried: the one that answered last, the others that the
//! operator gave, and only when all of those are dead the nodes that the host told of. What must hold: who had to turn
//! away from the first address comes back to it.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use super::{
    ClientError, Method,
    keys::Keys,
    pin::Whom,
    reach::{Door, Limits},
};

/// How many learnt addresses are tried; whole clusters are not down one by one.
const LEARNT: usize = 6;

pub(super) struct Doors {
    given: Vec<Arc<Door>>,
    learnt: RwLock<Vec<Arc<Door>>>,
    /// Which one answered last.
    open: AtomicUsize,
    /// When the first one was tried last.
    tried: Mutex<Instant>,
    limits: Limits,
}

impl Doors {
    pub fn new(addresses: &[String], keys: &Keys, limits: Limits) -> Result<Self, ClientError> {
        let given = addresses.iter().map(|address| Door::new(address, Whom::Host(keys.clone()), limits).map(Arc::new));
        let given = given.collect::<Result<Vec<_>, _>>()?;
        if given.is_empty() {
            return Err(ClientError::Setup("the host has no address".into()));
        }
        let doors = Self {
            given,
            learnt: RwLock::default(),
            open: AtomicUsize::new(0),
            tried: Mutex::new(Instant::now()),
            limits,
        };
        doors.learn(keys);
        Ok(doors)
    }

    /// Takes the nodes' addresses from what is known of the host. They are worth nothing without its authority.
    pub fn learn(&self, keys: &Keys) {
        let trust = keys.now();
        let nodes = trust.nodes.iter().filter(|_| trust.authority.is_some());
        let port = self.given.first().and_then(|door| port_of(&door.address)).unwrap_or(8006);
        let wanted = nodes.filter_map(|(name, node)| Some((name, address(node.ip.as_deref()?, port)?)));
        let wanted = wanted.filter(|(_, address)| !self.given.iter().any(|door| door.address == *address));
        let mut learnt = self.learnt.write().unwrap_or_else(PoisonError::into_inner);
        let doors = wanted.take(LEARNT).filter_map(|(name, address)| {
            let known = learnt.iter().find(|door| door.address == address).cloned();
            known
                .or_else(|| Door::new(&address, Whom::Node(keys.clone(), name.clone()), self.limits).ok().map(Arc::new))
        });
        *learnt = doors.collect();
    }

    pub fn in_use(&self) -> String {
        self.at(self.open.load(Ordering::Relaxed)).map(|door| door.address.clone()).unwrap_or_default()
    }

    /// The one with this number, as `in_turn` counts them.
    pub fn at(&self, number: usize) -> Option<Arc<Door>> {
        self.all().into_iter().nth(number)
    }

    fn all(&self) -> Vec<Arc<Door>> {
        let learnt = self.learnt.read().unwrap_or_else(PoisonError::into_inner);
        self.given.iter().chain(learnt.iter()).cloned().collect()
    }

    /// All of them, the best first.
    pub fn in_turn(&self, method: Method) -> Vec<(usize, Arc<Door>)> {
        let doors: Vec<_> = self.all().into_iter().enumerate().collect();
        let open = self.open.load(Ordering::Relaxed);
        // Only a look may be held up by an address that is still dead.
        if open == 0 || open >= doors.len() || (method == Method::Get && self.is_time_to_go_back()) {
            return doors;
        }
        let (first, others): (Vec<_>, Vec<_>) = doors.into_iter().partition(|(at, _)| *at == open);
        first.into_iter().chain(others).collect()
    }

    fn is_time_to_go_back(&self) -> bool {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = tried.elapsed() >= self.limits.back;
        if is_time {
            *tried = Instant::now();
        }
        is_time
    }

    pub fn stay_at(&self, at: usize) {
        if self.open.swap(at, Ordering::Relaxed) == 0 && at > 0 {
            *self.tried.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }
}

fn port_of(address: &str) -> Option<u16> {
    address.rsplit_once(':')?.1.parse().ok()
}

/// A node listens at the same port as the host it belongs to.
fn address(ip: &str, port: u16) -> Option<String> {
    match ip.parse().ok()? {
        IpAddr::V4(ip) => Some(format!("https://{ip}:{port}")),
        IpAddr::V6(ip) => Some(format!("https://[{ip}]:{port}")),
    }
}
