//! Plans that bring a backup back: in the place of an app, beside it, or only to see that it works. What must hold: the
//! app that is there is not touched before what comes back was seen to work, and it stays whole, the old one or the new.

mod anew;

use std::sync::Arc;

pub use anew::anew;

use super::{
    Aim, Card, NewGuest, Plan, PlanKind, PowerAction, Step, Subject,
    app::{BIN_TAG, Ours},
    backup::{room, with_rights},
    deploy::{ADDRESS_DEADLINE, Source, tags},
    lock_of,
    place::Footing,
    step::{Cards, PortWish, Reserve, Restoration, Tweak},
    steps::Steps,
};
use crate::domain::{
    app::{App, Marker},
    backup::Backup,
    book::Binned,
    ids::{AppId, NodeKey, NodeName, OperationId, Vmid},
    moment::Moment,
    probe::Probe,
};

/// What is known of a backup and of where it is to come back.
#[derive(Debug, Clone, PartialEq)]
pub struct Return {
    pub backup: Backup,
    /// Where the container comes to be; a node that can read the backup.
    pub node: NodeName,
    /// For its disks.
    pub storage: String,
    /// GiB that they may take.
    pub gib: u64,
    /// An id that was free just now.
    pub likely: Vmid,
    pub pool: Option<String>,
    /// What the backup's own line says of the app in it.
    pub marker: Option<Marker>,
    pub probe: Option<Probe>,
    pub rebuild: Option<Rebuild>,
    /// Options that do not come back because only root may set them.
    pub loses: Vec<String>,
    /// It begins when these have ended well.
    pub after: Vec<OperationId>,
    pub now: Moment,
}

/// A container of an image is made anew of the image, and only its volumes come out of the backup: user, directory and
/// command are the image's own, and only root could set them.
#[derive(Debug, Clone, PartialEq)]
pub struct Rebuild {
    pub template: Source,
    /// An id for what comes out of the backup meanwhile.
    pub likely: Vmid,
    pub cores: u32,
    /// MiB
    pub memory: u64,
    /// MiB
    pub swap: u64,
    /// GiB of its root.
    pub root: u64,
    /// The slots of its volumes, such as `mp0`.
    pub volumes: Vec<String>,
    pub hostname: String,
    pub card: Card,
}

impl Return {
    fn host(&self) -> &crate::domain::ids::HostId {
        &self.backup.key.host
    }

    fn node_key(&self) -> NodeKey {
        NodeKey { host: self.host().clone(), node: self.node.clone() }
    }

    fn begin(&self) -> (Steps, Footing) {
        let footing = Footing {
            node: Some(self.node_key()),
            rooms: vec![room(&self.storage, "rootdir", self.gib)],
            ..Footing::on(self.host().clone())
        };
        let mut steps = Steps::default();
        if !self.after.is_empty() {
            steps.add(Step::After { operations: self.after.clone() });
        }
        steps.add(Step::Check(Box::new(footing.clone())));
        (steps, footing)
    }

    fn reserve(&self, steps: &mut Steps, app: &AppId, likely: Vmid, naming: Naming) -> Aim {
        let Naming { name, ports } = naming;
        let reserve = Reserve { app: app.clone(), node: self.node_key(), likely, name, ports };
        let reserved_by = steps.add(Step::Reserve(Box::new(reserve)));
        Aim::New { host: self.host().clone(), node: self.node.clone(), reserved_by }
    }

    fn restoration(&self, aim: &Aim, marker: &Marker, hostname: Option<String>, cards: Cards) -> Step {
        Step::BeginRestore(Box::new(Restoration {
            aim: aim.clone(),
            backup: self.backup.key.clone(),
            of: self.backup.guest.clone(),
            storage: self.storage.clone(),
            hostname,
            marker: marker.clone(),
            pool: self.pool.clone(),
            cards,
            loses: if self.rebuild.is_some() { Vec::new() } else { self.loses.clone() },
        }))
    }

    /// What comes out of the backup, under the id that is reserved for it. The second aim is what goes at the end.
    fn bring_in(
        &self,
        steps: &mut Steps,
        at: &Aim,
        marker: &Marker,
        hostname: Option<String>,
        cards: Cards,
    ) -> Option<Aim> {
        let host = self.host();
        let Some(rebuild) = &self.rebuild else {
            steps.task(host, self.restoration(at, marker, hostname, cards));
            return None;
        };
        let (storage, what) = (rebuild.template.storage.clone(), rebuild.template.what.clone());
        steps.task(host, Step::BeginFetch { node: self.node_key(), storage, what });
        // A lease of an id belongs to an app: this one is nobody's.
        let nobody = AppId::new(format!("{}-carrier", marker.app));
        let carrier = self.reserve(steps, &nobody, rebuild.likely, Naming::default());
        let of_nobody = Marker::of(nobody);
        steps.task(host, self.restoration(&carrier, &of_nobody, None, Cards::Unplugged));
        let new = self.rebuilt(rebuild, marker, hostname, &cards);
        steps.task(host, Step::BeginCreate { aim: at.clone(), new: Box::new(new) });
        if cards == Cards::Unplugged {
            steps.configure(at, vec![Tweak::Plugged(false)]);
        }
        steps.add(Step::TakeAfter { from: carrier.clone(), to: at.clone() });
        for slot in &rebuild.volumes {
            let (from, to) = (carrier.clone(), at.clone());
            steps.task(host, Step::BeginVolumeMove { from, to, slot: slot.clone() });
        }
        Some(carrier)
    }

    fn rebuilt(&self, rebuild: &Rebuild, marker: &Marker, hostname: Option<String>, cards: &Cards) -> NewGuest {
        NewGuest {
            template: rebuild.template.volume.clone(),
            hostname: hostname.unwrap_or_else(|| rebuild.hostname.clone()),
            cores: rebuild.cores,
            memory: rebuild.memory,
            swap: rebuild.swap,
            root: (self.storage.clone(), rebuild.root),
            mounts: Vec::new(),
            card: match cards {
                Cards::Unplugged => rebuild.card.clone(),
                Cards::Own(card) => card.clone(),
            },
            nameserver: None,
            search_domain: None,
            pool: self.pool.clone(),
            marker: marker.clone(),
            notes: String::new(),
            tags: tags(),
            inside: super::guest::Inside::Image,
            // Until it has its place it does not come up by itself.
            starts_on_boot: false,
            timezone: None,
            ostype: None,
        }
    }

    fn checked(&self, steps: Steps, footing: Footing) -> Vec<Step> {
        with_rights(steps, footing, self.pool.as_deref())
    }
}

/// A name and ports that are reserved with an id.
#[derive(Debug, Clone, Default)]
struct Naming {
    name: Option<String>,
    ports: Vec<PortWish>,
}

/// By what its network knows a container that takes another one's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    pub card: Card,
    /// The numbers of the cards whose cables are in.
    pub cables: Vec<u8>,
}

impl Identity {
    fn tweaks(&self) -> [Tweak; 2] {
        [Tweak::Card(self.card.clone()), Tweak::Cables(self.cables.clone())]
    }
}

/// What becomes of the container that gives its place away.
#[derive(Debug, Clone, PartialEq)]
pub enum Outgoing {
    /// It waits in the recycle bin under a name of its own, and can have its place again.
    Binned {
        app: AppId,
        name: String,
        until: Moment,
    },
    Destroyed,
}

/// A backup takes the place of its app: it comes back unplugged, is tried, and only then the other one goes.
pub fn in_place(ours: Ours<'_>, back: &Return, known_by: &Identity, outgoing: &Outgoing) -> Plan {
    let (mut steps, footing) = back.begin();
    let footing = Footing { guest: Some(ours.guest.key.clone()), ..footing };
    let host = back.host();
    let at = back.reserve(&mut steps, &ours.app.id, back.likely, Naming::default());
    let marker = Marker { operation: None, ..back.marker.clone().unwrap_or_else(|| ours.app.marker.clone()) };
    let marker = Marker { app: ours.app.id.clone(), origin: ours.app.marker.origin, ..marker };
    let carrier = back.bring_in(&mut steps, &at, &marker, Some(ours.guest.name.to_string()), Cards::Unplugged);
    steps.configure(&at, vec![Tweak::Tags(without_bin(ours.tags())), Tweak::Protected(false)]);
    steps.power(&at, PowerAction::Start, Some(PowerAction::Stop));
    steps.add(Step::Try { aim: at.clone(), probe: back.probe.clone() });
    // It looks for its network when it starts, so it starts again where that is.
    steps.power(&at, PowerAction::Shutdown, None);
    // Whoever waits for others may find it running although it did not when this was planned.
    steps.power(&ours.aim(), PowerAction::Shutdown, Some(PowerAction::Start));
    unplug(&mut steps, ours);
    let tweaks = known_by.tweaks().into_iter().chain([Tweak::StartsOnBoot(true)]);
    steps.configure(&at, tweaks.collect());
    go_live(&mut steps, &at, back.probe.as_ref());
    let version = back.marker.as_ref().and_then(|marker| marker.version.as_ref()).map(|version| version.to_string());
    let restored = ours.with_book(back.now, |book| {
        book.version = version.or(book.version.take());
        (book.way_back, book.binned) = (None, None);
    });
    ours.record_at(&mut steps, App { marker, ..restored }, at);
    let mut no_return = put_away(&mut steps, ours, outgoing, back.now);
    if let Some(carrier) = carrier {
        let removed = steps.task(host, Step::BeginRemoval { aim: carrier });
        no_return = no_return.or(Some(removed));
    }
    let plan = ours.plan(PlanKind::Restore, back.checked(steps, footing));
    Plan { no_return, also_locks: vec![lock_of_backup(&back.backup)], ..plan }
}

fn lock_of_backup(backup: &Backup) -> String {
    Subject::Backup(backup.key.clone()).lock()
}

fn without_bin(mut tags: Vec<String>) -> Vec<String> {
    tags.retain(|tag| tag != BIN_TAG);
    tags
}

fn go_live(steps: &mut Steps, at: &Aim, probe: Option<&Probe>) {
    steps.power(at, PowerAction::Start, Some(PowerAction::Stop));
    steps.add(Step::FindAddress { aim: at.clone(), deadline: ADDRESS_DEADLINE });
    if let Some(probe) = probe {
        steps.add(Step::Probe { aim: at.clone(), probe: probe.clone() });
    }
}

/// Two containers with one hardware address never have their cables in at once.
fn unplug(steps: &mut Steps, ours: Ours<'_>) {
    steps.configure(&ours.aim(), vec![Tweak::Plugged(false), Tweak::StartsOnBoot(false)]);
}

/// The container that gave its place away; gives the step after which there is no way back, if there is one.
fn put_away(steps: &mut Steps, ours: Ours<'_>, outgoing: &Outgoing, now: Moment) -> Option<usize> {
    match outgoing {
        Outgoing::Destroyed => {
            steps.configure(&ours.aim(), vec![Tweak::Protected(false)]);
            Some(steps.task(&ours.guest.key.host, Step::BeginRemoval { aim: ours.aim() }))
        }
        Outgoing::Binned { app, name, until } => {
            let marker = Marker { app: app.clone(), operation: None, ..ours.app.marker.clone() };
            let mut marked = without_bin(ours.tags());
            marked.push(BIN_TAG.into());
            let tweaks = vec![Tweak::Marker(Some(marker.clone())), Tweak::Tags(marked), Tweak::Protected(true)];
            steps.configure(&ours.aim(), tweaks);
            let book = ours.with_book(now, |book| {
                let pool = ours.guest.pool.as_ref().map(|pool| pool.to_string());
                book.binned = Some(Binned { until: *until, pool, ran: ours.runs() });
                book.replaced_in = Some(ours.app.id.clone());
                (book.ports, book.secrets) = Default::default();
                book.stays.clear();
            });
            let away = App { id: app.clone(), name: Arc::from(name.as_str()), marker, address: None, ..book };
            steps.add(Step::Record { app: Box::new(away), before: None, aim: ours.aim() });
            None
        }
    }
}

/// The one that a restore put away takes its place again, and the restored one goes where it was.
pub fn swap_back(ours: Ours<'_>, older: Ours<'_>, known_by: &Identity, outgoing: &Outgoing, now: Moment) -> Plan {
    let (mut steps, footing) = ours.begin();
    ours.stop(&mut steps);
    unplug(&mut steps, ours);
    let marker = Marker { app: ours.app.id.clone(), operation: None, ..older.app.marker.clone() };
    let tweaks = [
        Tweak::Marker(Some(marker.clone())),
        Tweak::Tags(without_bin(older.tags())),
        Tweak::Protected(false),
        Tweak::StartsOnBoot(true),
    ];
    steps.configure(&older.aim(), tweaks.into_iter().chain(known_by.tweaks()).collect());
    go_live(&mut steps, &older.aim(), ours.app.book.as_ref().and_then(|book| book.probe.as_ref()));
    let version = older.app.book.as_ref().and_then(|book| book.version.clone());
    let back = ours.with_book(now, |book| (book.version, book.way_back) = (version, None));
    ours.record_at(&mut steps, App { marker, ..back }, older.aim());
    put_away(&mut steps, ours, outgoing, now);
    let last = steps.add(Step::Forget { app: older.app.id.clone() });
    let plan = ours.plan(PlanKind::SwapBack, ours.checked(steps, footing));
    Plan { no_return: Some(last), also_locks: vec![lock_of(&older.guest.key)], ..plan }
}

/// A new app out of a backup.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomer {
    pub id: AppId,
    pub name: String,
    pub card: Card,
    pub ports: Vec<PortWish>,
    /// As our books will have it, but for what shows on the way.
    pub app: App,
    /// The app that it was, whose secrets it shares.
    pub secrets_of: Option<(AppId, Vec<String>)>,
}

pub fn beside(back: &Return, new: &Newcomer) -> Plan {
    let (mut steps, footing) = back.begin();
    let footing = Footing { name: Some(new.name.clone()), ..footing };
    let host = back.host();
    let naming = Naming { name: Some(new.name.clone()), ports: new.ports.clone() };
    let at = back.reserve(&mut steps, &new.id, back.likely, naming);
    if let Some((from, names)) = &new.secrets_of {
        let names = names.clone();
        steps.add(Step::CopySecrets { from: from.clone(), to: new.id.clone(), names });
    }
    let marker = new.app.marker.clone();
    let cards = Cards::Own(new.card.clone());
    let carrier = back.bring_in(&mut steps, &at, &marker, Some(new.name.clone()), cards);
    steps.add(Step::Record { app: Box::new(new.app.clone()), before: None, aim: at.clone() });
    steps.configure(&at, vec![Tweak::Tags(tags()), Tweak::Protected(false), Tweak::StartsOnBoot(true)]);
    go_live(&mut steps, &at, back.probe.as_ref());
    steps.add(Step::Record { app: Box::new(new.app.clone()), before: None, aim: at });
    let no_return = carrier.map(|carrier| steps.task(host, Step::BeginRemoval { aim: carrier }));
    let subject = Subject::NewApp { app: new.id.clone(), host: host.clone() };
    let plan = Plan::new(PlanKind::RestoreBeside, subject, new.name.clone(), back.checked(steps, footing));
    Plan { no_return, also_locks: vec![lock_of_backup(&back.backup)], ..plan }
}

/// A backup of an app comes back where nobody sees it, is started and tried, and goes again.
pub fn prove(app: &AppId, name: &str, back: &Return) -> Plan {
    let (mut steps, footing) = back.begin();
    let host = back.host();
    let scratch = AppId::scratch_of(app);
    let at = back.reserve(&mut steps, &scratch, back.likely, Naming::default());
    let marker = Marker::of(scratch.clone());
    let carrier = back.bring_in(&mut steps, &at, &marker, None, Cards::Unplugged);
    steps.configure(&at, vec![Tweak::StartsOnBoot(false), Tweak::Protected(false)]);
    steps.power(&at, PowerAction::Start, Some(PowerAction::Stop));
    steps.add(Step::Try { aim: at.clone(), probe: back.probe.clone() });
    let (backup, made) = (back.backup.key.clone(), back.backup.made);
    steps.add(Step::Proved { app: app.clone(), backup, made });
    steps.power(&at, PowerAction::Stop, None);
    let removed = steps.task(host, Step::BeginRemoval { aim: at });
    if let Some(carrier) = carrier {
        steps.task(host, Step::BeginRemoval { aim: carrier });
    }
    let subject = Subject::NewApp { app: scratch, host: host.clone() };
    let plan = Plan::new(PlanKind::Prove, subject, name.to_owned(), back.checked(steps, footing));
    Plan { no_return: Some(removed), ..plan }
}
