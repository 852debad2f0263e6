//! What apps want, and what mends it. What must hold: nothing is proposed that there is no room for.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use super::{
    super::{Rule, Standing, Trend},
    Condition, Look, Past, full_in, percent,
};
use crate::domain::{
    app::App,
    backup::{Age, BoardRow, board},
    care::{About, AlertRules, AppHealth, Health, Level, Mend, Off},
    fleet::{Fleet, Guest, Node, NodeStatus, Usage},
    ids::{AppId, GuestKey, NodeKey, StorageName},
    moment::Moment,
};

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;
/// A disk that was grown is this full at most.
const ROOMY: f64 = 0.7;
/// Memory comes in pieces of so many MiB.
const PIECE: u64 = 256;
/// An app that is younger needs no backup yet.
const YOUNG: Duration = Duration::from_secs(86_400);

pub(super) fn look(fleet: &Fleet, past: &Past, rules: &AlertRules, now: Moment, look: &mut Look) {
    let ground = Ground::of(fleet, rules, now);
    for app in fleet.apps.iter().filter(|app| app.binned_until().is_none() && !app.id.is_scratch()) {
        let Some(guest) = ground.guests.get(&app.guest).copied() else { continue };
        let mut tell = |rule: Rule, condition: Option<Condition>| {
            if let Some(condition) = condition.filter(|_| rules.is_on(rule)) {
                look.has_seen(rule, About::App(app.id.clone()), condition);
            }
        };
        tell(Rule::Disk, disk(&ground, app, guest, past.trends.get(&app.id)));
        tell(Rule::Memory, memory(&ground, app, guest));
        tell(Rule::Cpu, cpu(&ground, app, guest));
        tell(Rule::Backup, backup(&ground, app, now));
        tell(Rule::Probe, fleet.care.health.get(&app.id).and_then(|health| probe(app, health)));
        tell(Rule::Update, past.updates.get(&app.id).map(|version| update(app, version)));
    }
}

/// The fleet, laid out so that an app finds what is its own without going through everything.
struct Ground<'a> {
    fleet: &'a Fleet,
    rules: &'a AlertRules,
    guests: HashMap<&'a GuestKey, &'a Guest>,
    nodes: HashMap<&'a NodeKey, &'a Node>,
    board: BTreeMap<AppId, BoardRow>,
}

impl<'a> Ground<'a> {
    fn of(fleet: &'a Fleet, rules: &'a AlertRules, now: Moment) -> Self {
        let rows = if rules.is_on(Rule::Backup) { board(fleet, now) } else { Vec::new() };
        Self {
            fleet,
            rules,
            guests: fleet.guests.iter().map(|guest| (&guest.key, &**guest)).collect(),
            nodes: fleet.nodes.iter().map(|node| (&node.key, node)).collect(),
            board: rows.into_iter().map(|row| (row.app.clone(), row)).collect(),
        }
    }

    fn node(&self, guest: &Guest) -> Option<&Node> {
        let key = NodeKey { host: guest.key.host.clone(), node: guest.node.clone() };
        self.nodes.get(&key).copied().filter(|node| node.status == NodeStatus::Online)
    }

    /// GiB that are free on a storage, as far as its node tells.
    fn free(&self, guest: &Guest, storage: &StorageName) -> Option<u64> {
        let is_it = |one: &&crate::domain::fleet::Storage| {
            one.host == guest.key.host && one.node == guest.node && *one.name == *storage.as_str()
        };
        let usage = self.fleet.storages.iter().find(is_it)?.usage?;
        Some(usage.total.saturating_sub(usage.used) / GIB)
    }
}

fn of_app(app: &App, standing: Standing, what: String, mend: Option<Mend>) -> Condition {
    Condition { name: app.name.clone(), standing, what, mend, remedy: None }
}

fn disk(ground: &Ground<'_>, app: &App, guest: &Guest, trend: Option<&Trend>) -> Option<Condition> {
    let usage = guest.disk?;
    let share = usage.fraction()?;
    let standing = ground.rules.disk.judge(share, ground.rules.margin)?;
    let left = trend.and_then(|trend| trend.days_left(usage)).map(full_in);
    let what = match left {
        Some(left) => format!("disk {}, {left}", percent(share)),
        None => format!("disk {}", percent(share)),
    };
    let storage = trend.and_then(|trend| trend.storage.as_ref());
    let free = storage.and_then(|storage| ground.free(guest, storage));
    let mend = grown(usage, free).map(|gib| Mend::Grow { app: app.id.clone(), gib });
    let what = match (&mend, storage) {
        (None, Some(storage)) => format!("{what}, and no room on {storage}"),
        _ => what,
    };
    Some(of_app(app, standing, what, mend))
}

/// How large the disk is to be: a quarter more at least, and as much as leaves it roomy; nothing where there is no room.
fn grown(usage: Usage, free: Option<u64>) -> Option<u64> {
    let now = usage.total.div_ceil(GIB);
    let roomy = (usage.used as f64 / ROOMY / GIB as f64).ceil() as u64;
    let wanted = roomy.max(now + (now / 4).max(1));
    // The last tenth of a storage is nobody's.
    let most = free.map_or(wanted, |free| now + free * 9 / 10);
    Some(wanted.min(most)).filter(|gib| *gib > now)
}

fn memory(ground: &Ground<'_>, app: &App, guest: &Guest) -> Option<Condition> {
    let usage = guest.memory.filter(|_| guest.power == crate::domain::fleet::Power::Running)?;
    let share = usage.fraction()?;
    let standing = ground.rules.memory.judge(share, ground.rules.margin)?;
    let (now, node) = (usage.total / MIB, ground.node(guest).and_then(|node| node.memory));
    let wanted = (now + now / 2).div_ceil(PIECE) * PIECE;
    let is_room = node.is_none_or(|node| node.total.saturating_sub(node.used) / MIB > wanted.saturating_sub(now));
    let mend = is_room.then(|| Mend::Memory { app: app.id.clone(), mib: wanted });
    Some(of_app(app, standing, format!("memory {}", percent(share)), mend))
}

fn cpu(ground: &Ground<'_>, app: &App, guest: &Guest) -> Option<Condition> {
    let share = guest.cpu.filter(|cpu| cpu.is_finite())?;
    let standing = ground.rules.cpu.judge(share, ground.rules.margin)?;
    let cores = guest.cores.filter(|cores| *cores >= 1.0).map(|cores| cores.ceil() as u32);
    let most = ground.node(guest).and_then(|node| node.cores);
    let more = cores.map(|cores| cores + 1).filter(|cores| most.is_none_or(|most| *cores <= most));
    let mend = more.map(|cores| Mend::Cores { app: app.id.clone(), cores });
    Some(of_app(app, standing, format!("cpu {}", percent(share)), mend))
}

fn backup(ground: &Ground<'_>, app: &App, now: Moment) -> Option<Condition> {
    let row = ground.board.get(&app.id)?;
    let host = &app.guest.host;
    // Where no storage was read yet, that there is no backup says nothing.
    let is_read = ground.fleet.backups.shelves.iter().any(|shelf| shelf.host == *host && shelf.content.known.is_some());
    let is_young = app.book.as_ref().is_some_and(|book| now.since(book.created) < YOUNG);
    let what = match row.age {
        Age::Stale => {
            let old = row.newest.as_ref().map_or(Duration::ZERO, |backup| now.since(backup.made));
            format!("backup {} d old", old.as_secs() / 86_400)
        }
        Age::Never if is_read && !is_young => "no backup yet".into(),
        _ => return None,
    };
    Some(of_app(app, Standing::is(Level::Warning), what, Some(Mend::BackUp(app.id.clone()))))
}

fn probe(app: &App, health: &AppHealth) -> Option<Condition> {
    let why = health.last.as_ref().and_then(|last| last.said.as_ref().err());
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    let (what, mend) = match (health.health, health.off) {
        (Health::Failing, _) if health.gave_up.is_some() => {
            (format!("does not answer, and restarting it did not help{why}"), Mend::Restart(app.id.clone()))
        }
        (Health::Failing, _) => (format!("does not answer{why}"), Mend::Restart(app.id.clone())),
        // What somebody stopped is as it is to be.
        (Health::Down, Off::ByItself) => ("does not run".into(), Mend::Start(app.id.clone())),
        _ => return None,
    };
    Some(of_app(app, Standing::is(Level::Danger), what, Some(mend)))
}

fn update(app: &App, version: &str) -> Condition {
    let own = app.book.as_ref().and_then(|book| book.version.as_deref()).or(app.marker.version.as_deref());
    let what = match own {
        Some(own) => format!("{version} waits, it is {own}"),
        None => format!("{version} waits"),
    };
    of_app(app, Standing::is(Level::Warning), what, Some(Mend::Update(app.id.clone())))
}
