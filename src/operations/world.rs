//! What runner and services share: the clients of the hosts, the store, and the fleet as it is published. What must
//! hold: the fleet is only changed here, one change at a time, and every change is seen by whoever watches.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use tokio::sync::{Notify, broadcast, watch};

use super::{clock, looks::Looks, tempo::Tempo};
use crate::{
    domain::{
        backup::Backups,
        care::{Alert, Care, Finding},
        fault::{Fault, FaultCode},
        fleet::{Fleet, Guest, Host, Reach},
        host::{Expiry, switched_off},
        ids::{GuestKey, HostId},
        moment::Moment,
        operation::Operation,
    },
    proxmox::Client,
    secrets::Vault,
    store::Store,
};

/// How many operations the fleet shows; older ones stay in the journal.
pub const OPERATIONS_SHOWN: usize = 50;
/// How many unheard notices wait for a slow listener.
const NOTICES_KEPT: usize = 64;

pub struct World {
    pub store: Store,
    pub vault: Vault,
    pub tempo: Tempo,
    fleet: watch::Sender<Arc<Fleet>>,
    notices: broadcast::Sender<News>,
    lines: RwLock<HashMap<HostId, Line>>,
    asked: Mutex<HashMap<GuestKey, Asked>>,
    looks: Mutex<HashMap<HostId, Arc<Looks>>>,
}

/// How often a guest was asked about itself since it was started.
#[derive(Clone, Copy)]
struct Asked {
    started: Moment,
    times: u32,
}

/// A guest that has not told its address after so many rounds has none to tell.
const ASKED_AT_MOST: u32 = 5;
/// Uptimes are whole seconds, some of them ten seconds old: a start is the same one within this.
const SAME_START: Duration = Duration::from_secs(20);

/// How a host is reached: its client, and a bell that wakes whoever polls it.
#[derive(Clone)]
pub struct Line {
    pub client: Client,
    pub bell: Arc<Bell>,
}

/// Wakes a poller, and keeps it quick for a while after something was done to its host.
#[derive(Default)]
pub struct Bell {
    rung: Notify,
    backups: Notify,
    quick_until: RwLock<Moment>,
}

/// What happened, before it has words for the operator.
#[derive(Debug, Clone)]
pub enum News {
    Ended(Box<Operation>),
    /// Only the operator can say how it goes on.
    Asks(Box<Operation>),
    HostLost(HostId, Fault),
    HostBack(HostId),
    /// These of a host stop to be good soon.
    RunsOut(HostId, Vec<Expiry>),
    /// Books and hosts do not say the same.
    Found(Box<Finding>),
    /// Something wants the operator.
    Raised(Box<Alert>),
    /// It does no more.
    Over(Box<Alert>),
    Trouble(Fault),
}

impl World {
    pub fn new(store: Store, vault: Vault, fleet: Fleet, tempo: Tempo) -> Self {
        Self {
            store,
            vault,
            tempo,
            fleet: watch::Sender::new(Arc::new(fleet)),
            notices: broadcast::Sender::new(NOTICES_KEPT),
            lines: RwLock::default(),
            asked: Mutex::default(),
            looks: Mutex::default(),
        }
    }

    pub fn fleet(&self) -> Arc<Fleet> {
        self.fleet.borrow().clone()
    }

    pub fn watch(&self) -> watch::Receiver<Arc<Fleet>> {
        self.fleet.subscribe()
    }

    pub fn change(&self, change: impl FnOnce(&mut Fleet)) {
        self.fleet.send_modify(|fleet| change(Arc::make_mut(fleet)));
    }

    pub fn change_backups(&self, change: impl FnOnce(&mut Backups)) {
        self.change(|fleet| change(Arc::make_mut(&mut fleet.backups)));
    }

    pub fn change_care(&self, change: impl FnOnce(&mut Care)) {
        self.change(|fleet| change(Arc::make_mut(&mut fleet.care)));
    }

    pub fn tell(&self, news: News) {
        // Nobody listening is fine: a command line without a deck has no toasts.
        let _ = self.notices.send(news);
    }

    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.notices.subscribe()
    }

    pub fn connect(&self, host: HostId, client: Client) -> Line {
        let line = Line { client, bell: Arc::default() };
        self.lines.write().unwrap_or_else(PoisonError::into_inner).insert(host, line.clone());
        line
    }

    pub fn disconnect(&self, host: &HostId) {
        self.lines.write().unwrap_or_else(PoisonError::into_inner).remove(host);
    }

    pub fn line(&self, host: &HostId) -> Result<Line, Fault> {
        let lines = self.lines.read().unwrap_or_else(PoisonError::into_inner);
        lines.get(host).cloned().ok_or_else(|| {
            if self.fleet().host(host).is_some_and(|known| known.reach == Reach::Off) {
                return switched_off(host);
            }
            Fault::lasting(
                FaultCode::Refused,
                format!("{host} cannot be asked"),
                "Proximity has no way to log in there yet",
                "open its credential with your passphrase, or add the host anew",
            )
        })
    }

    pub fn client(&self, host: &HostId) -> Result<Client, Fault> {
        Ok(self.line(host)?.client)
    }

    /// Whose turn it is to look at the backups of a host.
    pub fn looks(&self, host: &HostId) -> Arc<Looks> {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        looks.entry(host.clone()).or_default().clone()
    }

    /// Something was done that shows in the backups of a host: whoever watches it looks at them now.
    pub fn backups_changed(&self, host: &HostId) {
        if let Ok(line) = self.line(host) {
            line.bell.backups.notify_one();
        }
    }

    pub fn guest(&self, key: &GuestKey) -> Result<Arc<Guest>, Fault> {
        self.fleet().guest(key).cloned().ok_or_else(|| not_listed(key))
    }

    /// Whether this guest may be asked about itself once more; a steady fleet must not cost a request a guest.
    pub fn may_ask_about(&self, guest: &Guest, now: Moment) -> bool {
        let started = now - Duration::from_secs(guest.uptime.unwrap_or(0));
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = asked.entry(guest.key.clone()).or_insert(Asked { started, times: 0 });
        if started.since(entry.started) > SAME_START {
            *entry = Asked { started, times: 0 };
        }
        entry.times += 1;
        entry.times <= ASKED_AT_MOST
    }

    /// Says that a host cannot be believed any more; what it said last stays on the screen, with its age.
    pub fn lose(&self, host: &HostId, fault: Fault) {
        let was_lost = self.is_lost(host);
        let mut is_known = false;
        self.change(|fleet| {
            let asked = |known: &&mut Host| known.id == *host && known.reach != Reach::Off;
            if let Some(known) = fleet.hosts.iter_mut().find(asked) {
                known.reach = Reach::Lost(fault.clone());
                is_known = true;
            }
        });
        // One that was removed while it was asked is no loss.
        if is_known && !was_lost {
            self.tell(News::HostLost(host.clone(), fault));
        }
    }

    pub fn is_lost(&self, host: &HostId) -> bool {
        self.fleet().host(host).is_some_and(|known| matches!(known.reach, Reach::Lost(_)))
    }

    /// Shows an operation as it stands now.
    pub fn show(&self, operation: &Operation) {
        self.change(|fleet| {
            match fleet.operations.iter_mut().find(|shown| shown.id == operation.id) {
                Some(shown) => shown.clone_from(operation),
                None => fleet.operations.insert(0, operation.clone()),
            }
            fleet.operations.sort_by_key(|operation| std::cmp::Reverse(operation.id));
            // Those that run are all shown, however many they are.
            let mut ended = 0;
            fleet.operations.retain(|operation| {
                ended += usize::from(!operation.is_running());
                operation.is_running() || ended <= OPERATIONS_SHOWN
            });
            fleet.settle(operation);
        });
    }
}

pub fn not_listed(key: &GuestKey) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no guest {key}"),
        "its host does not list it",
        "look at `proximity guest list`",
    )
}

impl Bell {
    /// Something was done to the host: list it now, and often for a while.
    pub fn ring(&self) {
        self.hurry();
        self.rung.notify_one();
    }

    /// List it often for a while, from the next round on.
    pub fn hurry(&self) {
        *self.quick_until.write().unwrap_or_else(PoisonError::into_inner) = clock::now() + QUICK_FOR;
    }

    pub async fn rung(&self) {
        self.rung.notified().await;
    }

    pub async fn backups_changed(&self) {
        self.backups.notified().await;
    }

    pub fn is_quick(&self, now: Moment) -> bool {
        now < *self.quick_until.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Proxmox's own counters follow an action within ten seconds; three rounds of that.
const QUICK_FOR: Duration = Duration::from_secs(30);
