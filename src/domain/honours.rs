//! What an operator may be proud of, and whether it is so. What must hold: each is judged by what hosts, operations and
//! health say, never by what was merely wished; what nobody could see is not earned.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use super::{
    backup::ProofResult,
    care::{AppHealth, Health, Lead, Standing},
    fleet::{Fleet, Guest, Reach},
    ids::{AppId, GuestKey},
    moment::Moment,
    plan::{PlanKind, journal::Outcome},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Honour {
    FirstApp,
    TenApps,
    ProvedBackup,
    NightBackup,
    Restored,
    TakenBack,
    ThirtyDays,
    PerfectWeek,
    Evacuated,
    AllMended,
}

/// How far one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    pub done: usize,
    pub of: usize,
    pub what: &'static str,
}

/// All that is looked at.
pub struct Look<'a> {
    pub fleet: &'a Fleet,
    pub now: Moment,
    /// The hour of the day, where the operator is.
    pub hour: &'a dyn Fn(Moment) -> i8,
    /// The most that were in the inbox since it was empty last.
    pub most: usize,
}

const DAY: Duration = Duration::from_secs(86_400);
const DAYS: usize = 30;
const WEEK: Duration = Duration::from_secs(7 * 86_400);
const APPS: usize = 10;
/// So many apps make a week perfect.
const WEEKLY: usize = 3;
/// So many things make an inbox worth emptying.
const BURDEN: usize = 5;
/// The night ends at this hour.
const MORNING: i8 = 6;

impl Honour {
    pub const ALL: [Self; 10] = [
        Self::FirstApp,
        Self::TenApps,
        Self::ProvedBackup,
        Self::NightBackup,
        Self::Restored,
        Self::TakenBack,
        Self::ThirtyDays,
        Self::PerfectWeek,
        Self::Evacuated,
        Self::AllMended,
    ];

    /// Under which it is kept.
    pub fn slug(self) -> &'static str {
        match self {
            Self::FirstApp => "first-app",
            Self::TenApps => "ten-apps",
            Self::ProvedBackup => "proved-backup",
            Self::NightBackup => "night-backup",
            Self::Restored => "restored",
            Self::TakenBack => "taken-back",
            Self::ThirtyDays => "thirty-days",
            Self::PerfectWeek => "perfect-week",
            Self::Evacuated => "evacuated",
            Self::AllMended => "all-mended",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::FirstApp => "first app",
            Self::TenApps => "ten apps",
            Self::ProvedBackup => "proof, not hope",
            Self::NightBackup => "night shift",
            Self::Restored => "back from the dead",
            Self::TakenBack => "second thoughts",
            Self::ThirtyDays => "thirty days",
            Self::PerfectWeek => "perfect week",
            Self::Evacuated => "fire drill",
            Self::AllMended => "all mended",
        }
    }

    /// What earns it.
    pub fn earned_by(self) -> &'static str {
        match self {
            Self::FirstApp => "an app of your own",
            Self::TenApps => "ten of them at one time",
            Self::ProvedBackup => "a backup proved to start",
            Self::NightBackup => "a backup made before six",
            Self::Restored => "a restore that went well",
            Self::TakenBack => "a thing taken back in time",
            Self::ThirtyDays => "an app up and well so long",
            Self::PerfectWeek => "a week with every app up",
            Self::Evacuated => "a node emptied of its apps",
            Self::AllMended => "an inbox of five, emptied",
        }
    }

    /// Whether its moment is the one of the look, because nobody wrote down when it came about.
    pub fn has_no_date(self) -> bool {
        matches!(self, Self::ThirtyDays | Self::PerfectWeek)
    }

    /// When it was earned, if it is.
    pub fn reached(self, look: &Look) -> Option<Moment> {
        let fleet = look.fleet;
        let at = match self {
            Self::FirstApp => had(1, look),
            Self::TenApps => had(APPS, look),
            Self::ProvedBackup => {
                let good = fleet.backups.proofs.iter().filter(|proof| proof.result == ProofResult::Good);
                good.map(|proof| proof.at).min()
            }
            Self::NightBackup => made_at_night(look),
            Self::Restored => done(fleet, &[PlanKind::Restore, PlanKind::RestoreBeside]),
            Self::TakenBack => done(fleet, &[PlanKind::Unbin, PlanKind::SwapBack]),
            Self::Evacuated => done(fleet, &[PlanKind::Evacuate]),
            Self::ThirtyDays => (longest(look) >= DAYS).then_some(look.now),
            Self::PerfectWeek => perfect_week(look).then_some(look.now),
            Self::AllMended => (look.most >= BURDEN && inbox(fleet) == Some(0)).then_some(look.now),
        };
        // Clocks of two machines differ, and nothing is earned tomorrow.
        at.map(|at| at.min(look.now))
    }

    /// How far one is, where that can be counted.
    pub fn way(self, look: &Look) -> Option<Way> {
        let way = |done: usize, of, what| Some(Way { done: done.min(of), of, what });
        match self {
            Self::TenApps => way(apps(look.fleet).count(), APPS, ""),
            Self::ThirtyDays => way(longest(look), DAYS, "days"),
            Self::PerfectWeek => way(weekly(look), WEEKLY, "apps"),
            Self::AllMended => way(look.most, BURDEN, "seen"),
            _ => None,
        }
    }
}

/// How much is in the inbox; nothing while nobody looks after things, or a host cannot be seen.
pub fn inbox(fleet: &Fleet) -> Option<usize> {
    let is_seen = fleet.hosts.iter().filter(|host| !host.is_off()).all(|host| host.reach == Reach::Online);
    let care = &fleet.care;
    let alerts = care.alerts.iter().filter(|alert| alert.over.is_none()).count();
    let findings = care.findings.iter().filter(|finding| finding.standing == Standing::Open).count();
    (is_seen && care.lead != Lead::Nobody).then_some(alerts + findings)
}

fn apps(fleet: &Fleet) -> impl Iterator<Item = &super::app::App> {
    fleet.apps.iter().filter(|app| app.binned_until().is_none())
}

/// When there were so many apps: when the last one of them was made, where our books know that of all.
fn had(count: usize, look: &Look) -> Option<Moment> {
    let made = apps(look.fleet).map(|app| app.book.as_ref().map(|book| book.created));
    let mut made: Vec<Option<Moment>> = made.collect();
    // Of an app that was only found nobody knows the day.
    made.sort_by_key(|made| made.unwrap_or(look.now));
    made.get(count.checked_sub(1)?).map(|made| made.unwrap_or(look.now))
}

fn done(fleet: &Fleet, kinds: &[PlanKind]) -> Option<Moment> {
    let ended = fleet.operations.iter().filter(|operation| kinds.contains(&operation.plan.kind));
    ended
        .filter_map(|operation| operation.ended.as_ref())
        .filter(|end| end.outcome == Outcome::Done)
        .map(|end| end.at)
        .min()
}

fn made_at_night(look: &Look) -> Option<Moment> {
    let ours: HashSet<&GuestKey> = look.fleet.apps.iter().map(|app| &app.guest).collect();
    let kept = look.fleet.backups.shelves.iter().flat_map(|shelf| shelf.content.known.iter().flatten());
    let made = kept.filter(|backup| ours.contains(&backup.guest)).map(|backup| backup.made);
    made.filter(|made| (look.hour)(*made) < MORNING).min()
}

/// As long as our own looks and Proxmox both say that it was up.
fn up_for(guest: &Guest, health: &AppHealth, look: &Look) -> Option<Duration> {
    let is_seen = look.fleet.host(&guest.key.host).is_some_and(|host| host.reach == Reach::Online);
    let is_well = health.health == Health::Healthy && health.uptime.month.is_some() && is_seen;
    let booted = Duration::from_secs(guest.uptime?);
    is_well.then(|| look.now.since(health.since).min(booted))
}

/// Whole days of the app that is up for longest.
fn longest(look: &Look) -> usize {
    let fleet = look.fleet;
    let apps: HashMap<&GuestKey, &AppId> = fleet.apps.iter().map(|app| (&app.guest, &app.id)).collect();
    let times = fleet.guests.iter().filter_map(|guest| {
        let health = fleet.care.health.get(*apps.get(&guest.key)?)?;
        up_for(guest, health, look)
    });
    times.max().map_or(0, |time| (time.as_secs() / DAY.as_secs()) as usize)
}

/// Apps that are known for a week and answered at every look in it.
fn weekly(look: &Look) -> usize {
    let known = |health: &&AppHealth| {
        matches!(health.health, Health::Healthy | Health::Degraded) && look.now.since(health.since) >= WEEK
    };
    let all = look.fleet.care.health.values().filter(known);
    all.filter(|health| health.uptime.week.is_some_and(|share| share >= 1.0)).count()
}

fn perfect_week(look: &Look) -> bool {
    let care = &look.fleet.care;
    let missed =
        |health: &AppHealth| health.health == Health::Failing || health.uptime.week.is_some_and(|share| share < 1.0);
    let is_seen = look.fleet.hosts.iter().all(|host| host.is_off() || host.reach == Reach::Online);
    is_seen && care.away.is_empty() && weekly(look) >= WEEKLY && !care.health.values().any(missed)
}
