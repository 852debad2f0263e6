//! The board of backups: how safe each app is, what is shown of that and in which order, and where the hand rests. What
//! must hold: an app of whose host no storage was ever read is unknown, never without a backup.

mod order;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

pub use self::order::{Chip, Sort};
use super::{hand::Hand, store::Reading};
use crate::domain::{
    backup::{Age, BoardRow, Shelf, Statistics, board, statistics},
    fleet::Fleet,
    ids::{AppId, GuestKey, HostId},
    moment::Moment,
    operation::Operation,
    plan::{PlanKind, Subject},
};

#[derive(Debug, Clone, Default)]
pub struct Board {
    /// Every app that is not in the recycle bin, by name.
    pub rows: Vec<BoardRow>,
    pub statistics: Statistics,
    pub chip: Chip,
    pub sort: Sort,
    pub filter: String,
    /// The apps that are shown, in order.
    pub shown: Vec<AppId>,
    pub hand: Hand<AppId>,
    pub marked: HashSet<AppId>,
    /// The one that was marked last.
    anchor: Option<AppId>,
    pub counts: [usize; Chip::ALL.len()],
    /// How far the last look at the storages has come.
    pub looking: Reading,
    /// When somebody asked for it.
    pub asked: Option<Moment>,
    /// Whether the hand was ever moved; until then it rests on what stands first.
    has_moved: bool,
    by_app: HashMap<AppId, usize>,
    by_guest: HashMap<GuestKey, usize>,
    /// Hosts of which something was read.
    read: HashSet<HostId>,
    /// When the rows were worked out.
    worked_out: Moment,
}

/// What was read this long ago is read anew when somebody opens the deck.
const OLD: Duration = Duration::from_secs(60);
/// Ages are worked out anew after this.
const STEP: Duration = Duration::from_secs(60);

impl Board {
    /// The world changed, or time has passed.
    pub fn follow(&mut self, fleet: &Fleet, now: Moment) {
        self.worked_out = now;
        let binned: HashSet<&AppId> =
            fleet.apps.iter().filter(|app| app.binned_until().is_some()).map(|app| &app.id).collect();
        self.rows = board(fleet, now);
        self.rows.retain(|row| !binned.contains(&row.app));
        self.statistics = statistics(fleet, now);
        self.read = read_hosts(fleet);
        self.by_app = self.rows.iter().enumerate().map(|(i, row)| (row.app.clone(), i)).collect();
        self.by_guest = self.rows.iter().enumerate().map(|(i, row)| (row.guest.clone(), i)).collect();
        self.marked.retain(|app| self.by_app.contains_key(app));
        self.arrange();
    }

    /// The moment that all ages are told for.
    pub fn as_of(&self) -> Moment {
        self.worked_out
    }

    /// When ages must be worked out anew.
    pub fn is_due(&self, now: Moment) -> bool {
        now.since(self.worked_out) >= STEP
    }

    /// How long until then.
    pub fn due_in(&self, now: Moment) -> Duration {
        STEP.saturating_sub(now.since(self.worked_out))
    }

    pub fn row(&self, app: &AppId) -> Option<&BoardRow> {
        self.by_app.get(app).map(|at| &self.rows[*at])
    }

    pub fn of_guest(&self, guest: &GuestKey) -> Option<&BoardRow> {
        self.by_guest.get(guest).map(|at| &self.rows[*at])
    }

    /// Nothing where nobody knows.
    pub fn age(&self, row: &BoardRow) -> Option<Age> {
        (row.newest.is_some() || self.read.contains(&row.guest.host)).then_some(row.age)
    }

    pub fn held(&self) -> Option<&BoardRow> {
        self.row(self.hand.key.as_ref()?)
    }

    /// What a key acts on: what is marked, in the order of the rack, else what is under the hand.
    pub fn targets(&self) -> Vec<&BoardRow> {
        match self.marked.is_empty() {
            true => self.held().into_iter().collect(),
            false => self.rows.iter().filter(|row| self.marked.contains(&row.app)).collect(),
        }
    }

    pub fn go(&mut self, at: usize) {
        self.has_moved = true;
        self.hand.go(at, &self.shown);
    }

    pub fn mark(&mut self) {
        let Some(app) = self.hand.key.clone() else { return };
        if !self.marked.remove(&app) {
            self.marked.insert(app.clone());
        }
        self.anchor = Some(app);
        self.go(self.hand.at + 1);
    }

    /// All from the one that was marked last to the hand.
    pub fn mark_range(&mut self) {
        let last = self.anchor.as_ref().and_then(|app| self.shown.iter().position(|other| other == app));
        let (from, to) = (last.unwrap_or(self.hand.at), self.hand.at);
        let range = from.min(to)..=from.max(to);
        self.marked.extend(self.shown.get(range).into_iter().flatten().cloned());
        self.anchor = self.hand.key.clone();
    }

    /// The hand goes there; what it was on is where a range begins, if nothing was marked.
    pub fn hold_for_range(&mut self, row: usize) {
        if self.marked.is_empty() {
            self.anchor = self.hand.key.clone();
        }
        self.go(row);
    }

    /// Nothing is selected, and no range has begun.
    pub fn unmark(&mut self) {
        self.marked.clear();
        self.anchor = None;
    }

    /// All that are shown, or none when they all were.
    pub fn mark_all(&mut self) {
        if self.shown.iter().all(|app| self.marked.contains(app)) {
            self.unmark();
        } else {
            self.marked.extend(self.shown.iter().cloned());
        }
    }

    /// Whether the storages should be looked at, now that somebody opens the deck.
    pub fn is_old(&self, fleet: &Fleet, now: Moment) -> bool {
        let is_recent = |at: Option<Moment>| at.is_some_and(|at| now.since(at) < OLD);
        let backups = &fleet.backups;
        let jobs = fleet.hosts.iter().map(|host| backups.host(&host.id).and_then(|host| host.jobs.as_of));
        let mut all = backups.shelves.iter().map(|shelf| shelf.content.as_of).chain(jobs);
        !is_recent(self.asked) && self.looking != Reading::Asked && all.any(|at| !is_recent(at))
    }

    /// How many are known to be neither fresh nor merely due.
    pub fn in_danger(&self) -> usize {
        self.count(Chip::Stale) + self.count(Chip::Never)
    }

    /// How many are known at all.
    pub fn known(&self) -> usize {
        [Chip::Fresh, Chip::Due, Chip::Stale, Chip::Never].map(|chip| self.count(chip)).iter().sum()
    }
}

/// Something was told of them, if only that there is nothing.
fn read_hosts(fleet: &Fleet) -> HashSet<HostId> {
    let shelves = |host: &HostId| fleet.backups.shelves.iter().filter(|shelf| shelf.host == *host).collect::<Vec<_>>();
    let is_read = |host: &&HostId| match shelves(host).as_slice() {
        [] => fleet.backups.host(host).is_some_and(|told| told.jobs.known.is_some()),
        shelves => shelves.iter().any(|shelf| shelf.content.known.is_some()),
    };
    fleet.hosts.iter().map(|host| &host.id).filter(is_read).cloned().collect()
}

/// Storages that did not answer when they were asked last.
pub fn silent(fleet: &Fleet) -> impl Iterator<Item = &Shelf> {
    fleet.backups.shelves.iter().map(|shelf| &**shelf).filter(|shelf| shelf.content.fault.is_some())
}

/// What is made of an app's backups right now, or of the app by one.
pub fn work_on<'a>(fleet: &'a Fleet, row: &BoardRow) -> Option<&'a Operation> {
    let is_ours = |operation: &&Operation| match &operation.plan.subject {
        Subject::App { app, .. } if *app == row.app => true,
        // What is tried is another guest, and the app's all the same.
        Subject::NewApp { app, .. } => *app == AppId::scratch_of(&row.app),
        Subject::Backup(key) => fleet.backups.find(key).is_some_and(|backup| backup.guest == row.guest),
        subject => subject.guest() == Some(&row.guest),
    };
    let is_work = |operation: &&Operation| {
        matches!(operation.plan.kind, PlanKind::Backup | PlanKind::Restore | PlanKind::Prove | PlanKind::SwapBack)
    };
    fleet.operations.iter().filter(|operation| operation.is_running()).filter(is_work).find(is_ours)
}
