//! Plans for the life of an app that is there: recycle bin and back, for good, copied, changed, moved, adopted, forgotten.
//! What must hold: an adopted app is never destroyed, and nothing that ran is left off when a plan is taken back.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Address, Aim, Plan, PlanKind, PowerAction, Step, Subject,
    deploy::{ADDRESS_DEADLINE, image_tweaks, probe_of, tags},
    inside, lock_of,
    place::Footing,
    rights,
    step::{Copy, InnerScript, Reserve, Tweak},
    steps::Steps,
};
use crate::domain::{
    app::{App, Marker, Method, TAG},
    book::{Binned, Book, Origin},
    catalog::{Generator, Recipe},
    fault::{Fault, FaultCode},
    fleet::{Guest, Power},
    ids::{AppId, GuestKey, NodeKey, NodeName, Vmid},
    moment::Moment,
    probe::{Probe, ProbeKind},
};

/// By which a listing shows that a guest waits in the recycle bin.
pub const BIN_TAG: &str = "proximity-bin";
/// An app with its guest as both are known now.
#[derive(Debug, Clone, Copy)]
pub struct Ours<'a> {
    pub app: &'a App,
    pub guest: &'a Guest,
}

impl Ours<'_> {
    pub(super) fn aim(&self) -> Aim {
        Aim::Known(self.guest.key.clone())
    }

    pub(super) fn runs(&self) -> bool {
        self.guest.power == Power::Running
    }

    pub(super) fn plan(&self, kind: PlanKind, steps: Vec<Step>) -> Plan {
        let subject = Subject::App { app: self.app.id.clone(), guest: self.guest.key.clone() };
        Plan::new(kind, subject, self.app.name.to_string(), steps)
    }

    /// Looked at first, with all rights that the rest needs.
    pub(super) fn checked(&self, steps: Steps, footing: Footing) -> Vec<Step> {
        let mut steps = steps.done();
        let rights = rights::of(&steps, self.guest.pool.as_deref());
        if let Some(first @ Step::Check(_)) = steps.first_mut() {
            *first = Step::Check(Box::new(Footing { rights, ..footing }));
        }
        steps
    }

    pub(super) fn begin(&self) -> (Steps, Footing) {
        let footing = Footing::of_guest(self.guest.key.clone());
        let mut steps = Steps::default();
        steps.add(Step::Check(Box::new(footing.clone())));
        (steps, footing)
    }

    /// Off, and on again should all be taken back.
    pub(super) fn stop(&self, steps: &mut Steps) {
        if self.runs() {
            steps.power(&self.aim(), PowerAction::Shutdown, Some(PowerAction::Start));
        }
    }

    fn tags(&self) -> Vec<String> {
        self.guest.tags.iter().map(|tag| tag.to_string()).collect()
    }

    pub(super) fn with_book(&self, now: Moment, change: impl FnOnce(&mut Book)) -> App {
        let mut app = self.app.clone();
        let mut book = app.book.take().unwrap_or_else(|| Box::new(Book::new(Origin::Deployed, now)));
        change(&mut book);
        App { book: Some(book), ..app }
    }

    pub(super) fn record(&self, steps: &mut Steps, app: App) {
        self.record_at(steps, app, self.aim());
    }

    pub(super) fn record_at(&self, steps: &mut Steps, app: App, aim: Aim) {
        steps.add(Step::Record { app: Box::new(app), before: Some(Box::new(self.app.clone())), aim });
    }
}

pub(super) fn refused(what: String, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, what, why, remedy)
}

fn refuse_adopted(ours: Ours<'_>) -> Result<(), Fault> {
    if !ours.app.is_adopted() {
        return Ok(());
    }
    Err(refused(
        format!("{} was not removed", ours.app.name),
        "it was adopted: Proximity did not make its container and never destroys it",
        "forget it instead; its container stays as it is",
    ))
}

/// Into the recycle bin: stopped, protected, tagged, and gone at `until`.
pub fn bin(ours: Ours<'_>, until: Moment, now: Moment) -> Result<Plan, Fault> {
    refuse_adopted(ours)?;
    if ours.app.binned_until().is_some() {
        return Err(refused(
            format!("{} was left where it is", ours.app.name),
            "it is in the recycle bin already",
            "destroy it for good, or take it out of the bin",
        ));
    }
    let (mut steps, footing) = ours.begin();
    ours.stop(&mut steps);
    let mut marked = ours.tags();
    marked.push(BIN_TAG.into());
    steps.configure(&ours.aim(), vec![Tweak::StartsOnBoot(false), Tweak::Tags(marked), Tweak::Protected(true)]);
    let binned = Binned { until, pool: ours.guest.pool.as_ref().map(|pool| pool.to_string()), ran: ours.runs() };
    ours.record(&mut steps, ours.with_book(now, |book| book.binned = Some(binned)));
    Ok(ours.plan(PlanKind::Bin, ours.checked(steps, footing)))
}

/// Out of the recycle bin, and on again if it ran before.
pub fn unbin(ours: Ours<'_>, now: Moment) -> Result<Plan, Fault> {
    let binned = ours.app.book.as_ref().and_then(|book| book.binned.clone()).ok_or_else(|| {
        refused(
            format!("{} was left as it is", ours.app.name),
            "it is not in the recycle bin",
            "start it if it does not run",
        )
    })?;
    let (mut steps, footing) = ours.begin();
    let mut plain = ours.tags();
    plain.retain(|tag| tag != BIN_TAG);
    steps.configure(&ours.aim(), vec![Tweak::Protected(false), Tweak::Tags(plain), Tweak::StartsOnBoot(true)]);
    if binned.ran {
        steps.power(&ours.aim(), PowerAction::Start, Some(PowerAction::Shutdown));
    }
    ours.record(&mut steps, ours.with_book(now, |book| book.binned = None));
    Ok(ours.plan(PlanKind::Unbin, ours.checked(steps, footing)))
}

/// For good.
pub fn destroy(ours: Ours<'_>) -> Result<Plan, Fault> {
    refuse_adopted(ours)?;
    let (mut steps, footing) = ours.begin();
    ours.stop(&mut steps);
    steps.configure(&ours.aim(), vec![Tweak::Protected(false)]);
    let removal = steps.task(&ours.guest.key.host, Step::BeginRemoval { aim: ours.aim() });
    steps.add(Step::Forget { app: ours.app.id.clone() });
    let steps = ours.checked(steps, footing);
    Ok(Plan { no_return: Some(removal), ..ours.plan(PlanKind::Destroy, steps) })
}

/// What the operator chose for a copy.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyChoice {
    pub app: AppId,
    pub name: String,
    pub likely: Vmid,
    pub node: NodeName,
    pub ports: Vec<super::step::PortWish>,
    /// Of the copy; a fixed one of the original would be there twice.
    pub address: Address,
    /// Of the snapshot that is copied where the original runs.
    pub snapshot: String,
    /// The secrets that may be made anew for a copy.
    pub renewed: Vec<(String, Generator)>,
    pub now: Moment,
}

/// A copy beside it; the original is not interrupted.
pub fn clone(ours: Ours<'_>, recipe: Option<&Recipe>, choice: &CopyChoice) -> Plan {
    let (mut steps, footing) = ours.begin();
    let host = &ours.guest.key.host;
    let snapshot = ours.runs().then(|| choice.snapshot.clone());
    if let Some(snapshot) = &snapshot {
        let note = format!("taken to copy {} as {}; it is removed when that is done", ours.app.name, choice.name);
        steps.task(host, Step::BeginSnapshot { aim: ours.aim(), snapshot: snapshot.clone(), note });
    }
    let node = NodeKey { host: host.clone(), node: choice.node.clone() };
    let (likely, ports) = (choice.likely, choice.ports.clone());
    let reserve = Reserve { app: choice.app.clone(), node, likely, name: Some(choice.name.clone()), ports };
    let reserved_by = steps.add(Step::Reserve(Box::new(reserve)));
    let aim = Aim::New { host: host.clone(), node: choice.node.clone(), reserved_by };
    secrets_of_copy(&mut steps, ours, choice);
    let marker = Marker { app: choice.app.clone(), operation: None, ..ours.app.marker.clone() };
    steps.task(
        host,
        Step::BeginClone(Box::new(Copy {
            from: ours.guest.key.clone(),
            to: aim.clone(),
            snapshot: snapshot.clone(),
            hostname: choice.name.clone(),
            marker: marker.clone(),
            pool: ours.guest.pool.as_ref().map(|pool| pool.to_string()),
        })),
    );
    if let Some(snapshot) = snapshot.clone() {
        steps.task(host, Step::BeginSnapshotRemoval { aim: ours.aim(), snapshot });
    }
    let book = ours.with_book(choice.now, |book| {
        (book.created, book.binned, book.way_back) = (choice.now, None, None);
        book.card = None;
    });
    let app =
        App { id: choice.app.clone(), name: Arc::from(choice.name.as_str()), marker, address: None, ..book };
    steps.add(Step::Record { app: Box::new(app.clone()), before: None, aim: aim.clone() });
    let mut plain = ours.tags();
    plain.retain(|tag| tag != BIN_TAG);
    if !plain.iter().any(|tag| tag == TAG) {
        plain.push(TAG.into());
    }
    steps.configure(&aim, vec![Tweak::Tags(plain), Tweak::Protected(false), Tweak::Address(choice.address.clone())]);
    steps.power(&aim, PowerAction::Start, None);
    steps.add(Step::FindAddress { aim: aim.clone(), deadline: ADDRESS_DEADLINE });
    if let (Some(recipe), Some(method), false) = (recipe, ours.app.method(), choice.renewed.is_empty()) {
        inside::edit(&mut steps, &aim, &choice.app, recipe, method);
    }
    if let Some(probe) = ours.app.book.as_ref().and_then(|book| book.probe.clone()) {
        steps.add(Step::Probe { aim: aim.clone(), probe });
    }
    steps.add(Step::Record { app: Box::new(app), before: None, aim });
    let steps = ours.checked(steps, Footing { wants_snapshot: snapshot.is_some(), name: Some(choice.name.clone()), ..footing });
    let subject = Subject::NewApp { app: choice.app.clone(), host: host.clone() };
    let also_locks = vec![lock_of(&ours.guest.key)];
    Plan { also_locks, ..Plan::new(PlanKind::Clone, subject, choice.name.clone(), steps) }
}

fn secrets_of_copy(steps: &mut Steps, ours: Ours<'_>, choice: &CopyChoice) {
    let renewed = |name: &String| choice.renewed.iter().any(|(new, _)| new == name);
    let all = ours.app.book.as_ref().map(|book| book.secrets.clone()).unwrap_or_default();
    let names: Vec<_> = all.into_iter().filter(|name| !renewed(name)).collect();
    if !names.is_empty() {
        steps.add(Step::CopySecrets { from: ours.app.id.clone(), to: choice.app.clone(), names });
    }
    if !choice.renewed.is_empty() {
        steps.add(Step::MakeSecrets { app: choice.app.clone(), secrets: choice.renewed.clone() });
    }
}

pub fn snapshot(ours: Ours<'_>, snapshot: String, note: String) -> Plan {
    let (mut steps, footing) = ours.begin();
    steps.task(&ours.guest.key.host, Step::BeginSnapshot { aim: ours.aim(), snapshot, note });
    ours.plan(PlanKind::Snapshot, ours.checked(steps, Footing { wants_snapshot: true, ..footing }))
}

pub fn remove_snapshot(ours: Ours<'_>, snapshot: String) -> Plan {
    let (mut steps, footing) = ours.begin();
    let removal = steps.task(&ours.guest.key.host, Step::BeginSnapshotRemoval { aim: ours.aim(), snapshot });
    Plan { no_return: Some(removal), ..ours.plan(PlanKind::RemoveSnapshot, ours.checked(steps, footing)) }
}

/// Back to a snapshot, and on again if it ran; `version` is what the app was then, where that is known.
pub fn rollback(ours: Ours<'_>, snapshot: String, version: Option<String>, now: Moment) -> Plan {
    let (mut steps, footing) = ours.begin();
    let begun = steps.task(&ours.guest.key.host, Step::BeginRollback { aim: ours.aim(), snapshot });
    if ours.runs() {
        steps.power(&ours.aim(), PowerAction::Start, None);
        steps.add(Step::FindAddress { aim: ours.aim(), deadline: ADDRESS_DEADLINE });
    }
    if version.is_some() {
        ours.record(
            &mut steps,
            ours.with_book(now, |book| (book.version, book.way_back) = (version, None)),
        );
    }
    Plan { no_return: Some(begun), ..ours.plan(PlanKind::Rollback, ours.checked(steps, footing)) }
}

/// New sizes; nothing where one stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sizes {
    pub cores: Option<u32>,
    /// MiB
    pub memory: Option<u64>,
    /// MiB
    pub swap: Option<u64>,
    /// GiB of the root disk
    pub disk: Option<u64>,
}

/// Cores and memory at once, the disk grows.
pub fn resize(ours: Ours<'_>, sizes: &Sizes) -> Result<Plan, Fault> {
    if *sizes == Sizes::default() {
        return Err(refused(
            format!("{} was not resized", ours.app.name),
            "no new size was given",
            "say how many cores, or how much memory or disk it is to have",
        ));
    }
    let (mut steps, footing) = ours.begin();
    let tweaks = [sizes.cores.map(Tweak::Cores), sizes.memory.map(Tweak::Memory), sizes.swap.map(Tweak::Swap)];
    steps.configure(&ours.aim(), tweaks.into_iter().flatten().collect());
    if let Some(gib) = sizes.disk {
        steps.task(&ours.guest.key.host, Step::BeginResize { aim: ours.aim(), slot: "rootfs".into(), gib });
    }
    Ok(ours.plan(PlanKind::Resize, ours.checked(steps, footing)))
}

/// What its settings are to be, and which secrets were typed anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wished {
    pub settings: BTreeMap<String, String>,
    pub typed: Vec<String>,
}

/// Other settings: written inside, or into its options, and made felt.
pub fn edit(ours: Ours<'_>, recipe: &Recipe, wished: Wished, now: Moment) -> Result<Plan, Fault> {
    let Wished { settings, typed } = wished;
    let method = ours.app.method().unwrap_or(Method::Compose);
    if method != Method::Oci && !ours.runs() {
        return Err(refused(
            format!("{} was not changed", ours.app.name),
            "its settings stand inside its container, which is off",
            "start it first",
        ));
    }
    let (mut steps, footing) = ours.begin();
    if !typed.is_empty() {
        steps.add(Step::TakeSecrets { app: ours.app.id.clone(), names: typed.clone() });
    }
    let edited = ours.with_book(now, |book| {
        book.settings = settings;
        book.secrets.extend(typed);
        book.secrets.sort();
        book.secrets.dedup();
    });
    ours.record(&mut steps, edited);
    if method == Method::Oci {
        let aim = ours.aim();
        ours.stop(&mut steps);
        let mut tweaks = image_tweaks(recipe, &ours.app.id);
        tweaks.retain(|tweak| matches!(tweak, Tweak::Environment { .. }));
        steps.configure(&aim, tweaks);
        if ours.runs() {
            steps.power(&aim, PowerAction::Start, Some(PowerAction::Stop));
        }
    } else {
        inside::edit(&mut steps, &ours.aim(), &ours.app.id, recipe, method);
    }
    if ours.runs() {
        steps.add(Step::Probe { aim: ours.aim(), probe: probe_of(recipe) });
    }
    Ok(ours.plan(PlanKind::Edit, ours.checked(steps, footing)))
}

/// To another node of its cluster: a running one is shut down, moved, and started there.
pub fn migrate(ours: Ours<'_>, target: NodeName) -> Result<Plan, Fault> {
    if target == ours.guest.node {
        return Err(refused(
            format!("{} was not moved", ours.app.name),
            "it is on that node already",
            "choose another node",
        ));
    }
    let (mut steps, footing) = ours.begin();
    let (guest, restarts) = (ours.guest.key.clone(), ours.runs());
    let host = guest.host.clone();
    let node = NodeKey { host: host.clone(), node: target.clone() };
    steps.task(&host, Step::BeginMove { guest, from: ours.guest.node.clone(), target, restarts });
    if ours.runs() {
        steps.add(Step::FindAddress { aim: ours.aim(), deadline: ADDRESS_DEADLINE });
    }
    Ok(ours.plan(PlanKind::Move, ours.checked(steps, Footing { node: Some(node), ..footing })))
}

/// What the operator says of a guest that becomes an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    pub app: AppId,
    pub name: String,
    pub port: Option<u16>,
    pub now: Moment,
}

/// The container itself is not touched and not restarted; only its description and tags say whose it is.
pub fn adopt(guest: &Guest, adoption: &Adoption) -> Result<Plan, Fault> {
    if guest.kind != crate::domain::fleet::GuestKind::Container || guest.is_template {
        return Err(refused(
            format!("{} was not adopted", guest.name),
            "only containers become apps; machines and templates stay what they are",
            "nothing is to be done",
        ));
    }
    let marker = Marker { ports: adoption.port.into_iter().collect(), ..Marker::of(adoption.app.clone()) };
    let mut marked: Vec<String> = guest.tags.iter().map(|tag| tag.to_string()).collect();
    marked.extend(tags().into_iter().filter(|tag| !guest.tags.iter().any(|known| **known == **tag)));
    let probe = adoption.port.map(|port| Probe { what: ProbeKind::Tcp { port }, deadline: 30, interval: 30 });
    let book = Book { probe, ..Book::new(Origin::Adopted, adoption.now) };
    let app = App {
        id: adoption.app.clone(),
        name: Arc::from(adoption.name.as_str()),
        guest: guest.key.clone(),
        marker: marker.clone(),
        address: None,
        book: Some(Box::new(book)),
    };
    let ours = Ours { app: &app, guest };
    let (mut steps, footing) = ours.begin();
    steps.add(Step::Record { app: Box::new(app.clone()), before: None, aim: ours.aim() });
    steps.configure(&ours.aim(), vec![Tweak::Marker(Some(marker)), Tweak::Tags(marked)]);
    if ours.runs() {
        steps.add(Step::FindAddress { aim: ours.aim(), deadline: ADDRESS_DEADLINE });
    }
    let steps = ours.checked(steps, Footing { name: Some(adoption.name.clone()), ..footing });
    Ok(ours.plan(PlanKind::Adopt, steps))
}

/// Out of our books; the container stays as it is, without our line and tag.
pub fn forget(ours: Ours<'_>) -> Plan {
    let (mut steps, footing) = ours.begin();
    let mut plain = ours.tags();
    plain.retain(|tag| tag != TAG && tag != BIN_TAG);
    steps.configure(&ours.aim(), vec![Tweak::Marker(None), Tweak::Tags(plain)]);
    let last = steps.add(Step::Forget { app: ours.app.id.clone() });
    Plan { no_return: Some(last), ..ours.plan(PlanKind::Forget, ours.checked(steps, footing)) }
}

/// An app whose guest is gone for certain leaves the books alone.
pub fn forget_missing(app: &App) -> Plan {
    let subject = Subject::App { app: app.id.clone(), guest: app.guest.clone() };
    Plan::new(PlanKind::Forget, subject, app.name.to_string(), vec![Step::Forget { app: app.id.clone() }])
}

/// A command inside.
pub fn run(app: &App, guest: &GuestKey, command: InnerScript) -> Plan {
    let subject = Subject::App { app: app.id.clone(), guest: guest.clone() };
    let steps = vec![Step::Run { aim: Aim::Known(guest.clone()), script: command }];
    Plan::new(PlanKind::Run, subject, app.name.to_string(), steps)
}
