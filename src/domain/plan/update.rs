//! Plans that bring an app to its recipe's newest version. What must hold: before anything is changed there is a way back,
//! and it is taken by itself when the new version does not answer.

use super::{
    Aim, Card, NewGuest, Plan, PlanKind, PowerAction, Step,
    app::{Ours, refused},
    deploy::{ADDRESS_DEADLINE, Source, doors_of, image_tweaks, marker, probe_of, tags},
    guest::Inside,
    inside,
    place::{Footing, Room},
    step::{Comeback, Reserve, Tweak},
    steps::Steps,
};
use crate::domain::{
    adoption::safe_lines,
    app::{App, Method},
    backup::How,
    book::WayBack,
    catalog::Recipe,
    fault::Fault,
    ids::{NodeKey, StorageName, Vmid},
    moment::Moment,
};

/// How the app can be set back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    Snapshot(String),
    /// Where its storage takes no snapshots: a backup to this storage, which would come back under this id.
    Archive {
        storage: String,
        likely: Vmid,
    },
}

/// New images or packages in the container that is there.
pub fn inside(ours: Ours<'_>, recipe: &Recipe, guard: &Guard, now: Moment) -> Result<Plan, Fault> {
    refuse_adopted(ours)?;
    let method = ours.app.method().unwrap_or(Method::Compose);
    if !ours.runs() {
        return Err(refused(
            format!("{} was not updated", ours.app.name),
            "what is updated stands inside its container, which is off",
            "start it first",
        ));
    }
    let (mut steps, footing) = ours.begin();
    let footing = match guard {
        Guard::Snapshot(_) => Footing { wants_snapshot: true, ..footing },
        Guard::Archive { storage, .. } => Footing { rooms: vec![room(storage, "backup")], ..footing },
    };
    secure(&mut steps, ours, guard);
    inside::update(&mut steps, &ours.aim(), &ours.app.id, recipe, method);
    steps.add(Step::Probe { aim: ours.aim(), probe: probe_of(recipe) });
    let updated = updated(ours, recipe, method, guard, now);
    steps.configure(&ours.aim(), vec![Tweak::Marker(Some(updated.marker.clone()))]);
    ours.record(&mut steps, updated);
    let no_return = drop_older(&mut steps, ours);
    Ok(Plan { no_return, ..ours.plan(PlanKind::Update, ours.checked(steps, footing)) })
}

/// What somebody else set up: its packages are upgraded, and nothing else of it is touched.
pub fn adopted(ours: Ours<'_>, recipe: &Recipe, snapshot: String) -> Result<Plan, Fault> {
    let stays = |why: &str, remedy: &str| refused(format!("{} was not updated", ours.app.name), why, remedy);
    let (script, lines) =
        safe_lines(recipe).map_err(|why| stays(&why, "update it inside, by the way it was installed"))?;
    if !ours.runs() {
        return Err(stays("what is updated stands inside its container, which is off", "start it first"));
    }
    let (mut steps, footing) = ours.begin();
    secure(&mut steps, ours, &Guard::Snapshot(snapshot.clone()));
    inside::upgrade(&mut steps, &ours.aim(), script, &lines);
    if let Some(probe) = ours.app.book.as_ref().and_then(|book| book.probe.clone()) {
        steps.add(Step::Probe { aim: ours.aim(), probe });
    }
    let mut app = ours.app.clone();
    if let Some(book) = app.book.as_mut() {
        book.way_back = Some(WayBack::Snapshot { snapshot, version: book.version.clone() });
    }
    ours.record(&mut steps, app);
    let no_return = drop_older(&mut steps, ours);
    let steps = ours.checked(steps, Footing { wants_snapshot: true, ..footing });
    Ok(Plan { no_return, ..ours.plan(PlanKind::Update, steps) })
}

fn room(storage: &str, content: &str) -> Room {
    Room { storage: storage.into(), content: content.into(), gib: 0 }
}

fn secure(steps: &mut Steps, ours: Ours<'_>, guard: &Guard) {
    let host = &ours.guest.key.host;
    let way = match guard {
        Guard::Snapshot(snapshot) => {
            let note = format!("before the update of {}", ours.app.name);
            steps.task(host, Step::BeginSnapshot { aim: ours.aim(), snapshot: snapshot.clone(), note });
            Comeback::Snapshot { snapshot: snapshot.clone() }
        }
        Guard::Archive { storage, likely } => {
            let made_by = back_up(steps, ours, storage);
            let reserved_by = reserve(steps, ours, *likely);
            Comeback::Backup { made_by, reserved_by, app: ours.app.id.clone() }
        }
    };
    steps.add(Step::Comeback { aim: ours.aim(), way });
}

fn back_up(steps: &mut Steps, ours: Ours<'_>, storage: &str) -> usize {
    let note = format!("{} before its update", ours.app.name);
    let backup = Step::BeginBackup { aim: ours.aim(), storage: storage.into(), note, how: How::default() };
    steps.task(&ours.guest.key.host, backup)
}

fn reserve(steps: &mut Steps, ours: Ours<'_>, likely: Vmid) -> usize {
    let node = NodeKey { host: ours.guest.key.host.clone(), node: ours.guest.node.clone() };
    let reserve = Reserve { app: ours.app.id.clone(), node, likely, name: None, ports: Vec::new() };
    steps.add(Step::Reserve(Box::new(reserve)))
}

fn updated(ours: Ours<'_>, recipe: &Recipe, method: Method, guard: &Guard, now: Moment) -> App {
    let app = ours.with_book(now, |book| {
        let version = book.version.replace(recipe.version.clone());
        book.probe = Some(probe_of(recipe));
        book.doors = doors_of(recipe);
        book.way_back = Some(match guard {
            Guard::Snapshot(snapshot) => WayBack::Snapshot { snapshot: snapshot.clone(), version },
            Guard::Archive { storage, .. } => WayBack::Archive { storage: StorageName::new(storage.as_str()), version },
        });
    });
    App { marker: marker(recipe, &app.id, method), ..app }
}

/// The snapshot of the update before this one is of no use any more.
fn drop_older(steps: &mut Steps, ours: Ours<'_>) -> Option<usize> {
    let older = ours.app.book.as_ref().and_then(|book| book.way_back.clone());
    let Some(WayBack::Snapshot { snapshot, .. }) = older else { return None };
    Some(steps.task(&ours.guest.key.host, Step::BeginSnapshotRemoval { aim: ours.aim(), snapshot }))
}

/// What is known of a container made of an image, for the one that takes its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Successor {
    pub template: Source,
    pub likely: Vmid,
    /// For the backup.
    pub backups: String,
    pub cores: u32,
    /// MiB
    pub memory: u64,
    /// MiB
    pub swap: u64,
    /// Storage and GiB of its root.
    pub root: (String, u64),
    /// The slots of its volumes, such as `mp0`.
    pub volumes: Vec<String>,
    pub card: Card,
    pub now: Moment,
}

/// A new container from the new image takes the place of the old one; the volumes move over, and the old one stays until
/// the new one answers.
pub fn image(ours: Ours<'_>, recipe: &Recipe, next: &Successor) -> Result<Plan, Fault> {
    refuse_adopted(ours)?;
    let host = &ours.guest.key.host;
    let node = NodeKey { host: host.clone(), node: ours.guest.node.clone() };
    let (mut steps, footing) = ours.begin();
    let storage = next.template.storage.clone();
    steps.task(host, Step::BeginFetch { node: node.clone(), storage, what: next.template.what.clone() });
    back_up(&mut steps, ours, &next.backups);
    let reserved_by = reserve(&mut steps, ours, next.likely);
    let aim = Aim::New { host: host.clone(), node: node.node.clone(), reserved_by };
    let new = successor(ours, recipe, next);
    steps.task(host, Step::BeginCreate { aim: aim.clone(), new: Box::new(new) });
    let mut tweaks = vec![Tweak::Tags(tags())];
    tweaks.extend(image_tweaks(recipe, &ours.app.id));
    steps.configure(&aim, tweaks);
    ours.stop(&mut steps);
    for slot in &next.volumes {
        steps.task(host, Step::BeginVolumeMove { from: ours.aim(), to: aim.clone(), slot: slot.clone() });
    }
    if ours.runs() {
        steps.power(&aim, PowerAction::Start, Some(PowerAction::Stop));
        steps.add(Step::FindAddress { aim: aim.clone(), deadline: ADDRESS_DEADLINE });
        steps.add(Step::Probe { aim: aim.clone(), probe: probe_of(recipe) });
    }
    let guard = Guard::Archive { storage: next.backups.clone(), likely: next.likely };
    let app = updated(ours, recipe, Method::Oci, &guard, next.now);
    ours.record_at(&mut steps, app, aim);
    steps.configure(&ours.aim(), vec![Tweak::Protected(false)]);
    let removal = steps.task(host, Step::BeginRemoval { aim: ours.aim() });
    let rooms =
        vec![room(&next.root.0, "rootdir"), room(&next.backups, "backup"), room(&next.template.storage, "vztmpl")];
    let steps = ours.checked(steps, Footing { node: Some(node), rooms, method: Some(Method::Oci), ..footing });
    Ok(Plan { no_return: Some(removal), ..ours.plan(PlanKind::Update, steps) })
}

/// These ways write over what is inside, or let a new container take its place.
fn refuse_adopted(ours: Ours<'_>) -> Result<(), Fault> {
    if !ours.app.is_adopted() {
        return Ok(());
    }
    let why = "it was adopted: only its packages are upgraded, and its container stays";
    Err(refused(format!("{} was not updated", ours.app.name), why, "update it inside, by the way it was installed"))
}

fn successor(ours: Ours<'_>, recipe: &Recipe, next: &Successor) -> NewGuest {
    NewGuest {
        template: next.template.volume.clone(),
        hostname: ours.guest.name.to_string(),
        cores: next.cores,
        memory: next.memory,
        swap: next.swap,
        root: next.root.clone(),
        mounts: Vec::new(),
        card: next.card.clone(),
        nameserver: None,
        search_domain: None,
        pool: ours.guest.pool.as_ref().map(|pool| pool.to_string()),
        marker: marker(recipe, &ours.app.id, Method::Oci),
        notes: format!("{}: {}", recipe.name, recipe.tagline),
        tags: tags(),
        inside: Inside::Image,
        starts_on_boot: true,
        timezone: None,
        ostype: None,
    }
}
