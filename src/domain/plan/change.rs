//! Plans that change an app that is there: snapshots, sizes, settings, another node.

use std::collections::BTreeMap;

use super::{
    Plan, PlanKind, PowerAction, Step,
    app::{Ours, refused},
    deploy::{ADDRESS_DEADLINE, image_tweaks, probe_of},
    inside,
    place::Footing,
    relocate,
    step::Tweak,
};
use crate::domain::{
    app::Method,
    catalog::Recipe,
    fault::Fault,
    ids::NodeKey,
    moment::Moment,
    moves::{Leg, Manner},
};

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
        ours.record(&mut steps, ours.with_book(now, |book| (book.version, book.way_back) = (version, None)));
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

/// Options as they were known to be.
pub fn put_back(ours: Ours<'_>, tweaks: Vec<Tweak>) -> Plan {
    let (mut steps, footing) = ours.begin();
    steps.configure(&ours.aim(), tweaks);
    ours.plan(PlanKind::PutBack, ours.checked(steps, footing))
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
    refuse_strangers_settings(ours)?;
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

/// Where somebody else wrote the settings, nobody here knows the files they stand in.
fn refuse_strangers_settings(ours: Ours<'_>) -> Result<(), Fault> {
    if !ours.app.is_adopted() && ours.app.method().is_some() {
        return Ok(());
    }
    Err(refused(
        format!("{} was not changed", ours.app.name),
        "Proximity did not set it up, so it does not know where its settings stand",
        "change them inside: the console of its unit leads there",
    ))
}

/// To another node of its cluster: a running one is shut down, moved, and started there.
pub fn migrate(ours: Ours<'_>, leg: &Leg) -> Plan {
    let (mut steps, footing) = ours.begin();
    let host = ours.guest.key.host.clone();
    let node = NodeKey { host: host.clone(), node: leg.to.clone() };
    steps.task(&host, relocate::begin(leg));
    if leg.manner == Manner::Restarted {
        steps.add(Step::FindAddress { aim: ours.aim(), deadline: ADDRESS_DEADLINE });
    }
    let footing = Footing { node: Some(node), moves_to: Some(leg.to.clone()), ..footing };
    ours.plan(PlanKind::Move, ours.checked(steps, footing))
}
