//! What is earned, and what is not: each honour follows from what was seen, and from nothing less.

use std::{sync::Arc, time::Duration};

use proximity::domain::{
    backup::{BackupKey, Proof, ProofResult},
    care::{AppHealth, Away, Care, Health, Lead, Uptime},
    fleet::{Fleet, Guest, Reach},
    honours::{Honour, Look, inbox},
    ids::{AppId, HostId},
    moment::Moment,
    operation::{Ended, Operation},
    plan::{PlanKind, journal::Outcome},
};

use crate::deck::{
    care::tended,
    fleet::{NOW, done, homelab},
};

const DAY: Duration = Duration::from_secs(86_400);

fn reached(honour: Honour, fleet: &Fleet) -> Option<Moment> {
    honour.reached(&Look { fleet, now: NOW, hour: &|_| 12, most: 0 })
}

fn way(honour: Honour, fleet: &Fleet) -> (usize, usize) {
    let way = honour.way(&Look { fleet, now: NOW, hour: &|_| 12, most: 0 }).unwrap();
    (way.done, way.of)
}

/// The homelab with every app up and well for so many days.
fn well_for(days: u32) -> Fleet {
    let mut fleet = homelab();
    let uptime = Uptime { day: Some(1.0), week: Some(1.0), month: Some(1.0) };
    let health = AppHealth { health: Health::Healthy, since: NOW - DAY * days, uptime, ..AppHealth::default() };
    let all = fleet.apps.iter().map(|app| (app.id.clone(), health.clone()));
    fleet.care = Arc::new(Care { health: all.collect(), lead: Lead::Ours, ..Care::default() });
    for guest in &mut fleet.guests {
        let up = Guest { uptime: Some(86_400 * u64::from(days)), ..Guest::clone(guest) };
        *guest = Arc::new(up);
    }
    fleet
}

fn with_care(mut fleet: Fleet, change: impl FnOnce(&mut Care)) -> Fleet {
    change(Arc::make_mut(&mut fleet.care));
    fleet
}

fn first_health(care: &mut Care) -> &mut AppHealth {
    care.health.values_mut().next().unwrap()
}

fn after(kind: PlanKind, outcome: Outcome) -> Fleet {
    let ended = Some(Ended { at: NOW - DAY, outcome });
    Fleet { operations: vec![Operation { ended, ..done(1, kind, 0) }], ..homelab() }
}

#[test]
fn nothing_is_earned_by_an_empty_world() {
    for honour in Honour::ALL {
        assert_eq!(reached(honour, &Fleet::default()), None, "{honour:?}");
    }
}

#[test]
fn ten_apps_are_ten_and_not_nine() {
    let mut fleet = homelab();
    assert!(fleet.apps.len() > 10 && reached(Honour::TenApps, &fleet).is_some());
    fleet.apps.truncate(9);
    assert_eq!((reached(Honour::TenApps, &fleet), way(Honour::TenApps, &fleet)), (None, (9, 10)));
    assert!(reached(Honour::FirstApp, &fleet).is_some());
}

#[test]
fn only_a_proof_that_went_well_is_one() {
    let proof = |result| Proof {
        app: AppId::new("a"),
        backup: BackupKey { host: HostId::new("homelab"), volume: "backup:vzdump.tar.zst".into() },
        made: NOW - DAY * 3,
        at: NOW - DAY,
        took: Duration::from_secs(40),
        result,
    };
    let with = |proofs| {
        let mut fleet = homelab();
        Arc::make_mut(&mut fleet.backups).proofs = proofs;
        reached(Honour::ProvedBackup, &fleet)
    };
    assert_eq!(with(vec![proof(ProofResult::Bad("it did not start".into()))]), None);
    assert_eq!(with(vec![proof(ProofResult::Good)]), Some(NOW - DAY));
}

#[test]
fn what_an_operation_earns_has_the_day_on_which_it_ended_well() {
    for (honour, kind) in [
        (Honour::Restored, PlanKind::Restore),
        (Honour::TakenBack, PlanKind::Unbin),
        (Honour::Evacuated, PlanKind::Evacuate),
    ] {
        assert_eq!(reached(honour, &after(kind, Outcome::Done)), Some(NOW - DAY), "{honour:?}");
        for outcome in [Outcome::Failed, Outcome::Undone, Outcome::Kept, Outcome::Partly, Outcome::Stuck { at: 0 }] {
            assert_eq!(reached(honour, &after(kind, outcome)), None, "{honour:?} {outcome:?}");
        }
        assert_eq!(reached(honour, &after(PlanKind::Restart, Outcome::Done)), None, "{honour:?}");
    }
}

#[test]
fn thirty_days_are_told_by_our_looks_and_by_proxmox() {
    assert!(reached(Honour::ThirtyDays, &well_for(30)).is_some());
    assert_eq!((reached(Honour::ThirtyDays, &well_for(29)), way(Honour::ThirtyDays, &well_for(29))), (None, (29, 30)));
    let mut booted = well_for(30);
    booted.guests.iter_mut().for_each(|guest| Arc::make_mut(guest).uptime = Some(86_400));
    assert_eq!(way(Honour::ThirtyDays, &booted), (1, 30), "it was booted yesterday");
    let mut lost = well_for(30);
    lost.hosts[0].reach = Reach::Waiting;
    assert_eq!(reached(Honour::ThirtyDays, &lost), None, "nobody sees it");
}

#[test]
fn a_week_is_perfect_only_when_every_app_was_up_in_it() {
    assert!(reached(Honour::PerfectWeek, &well_for(7)).is_some());
    assert_eq!(reached(Honour::PerfectWeek, &well_for(6)), None, "nobody knows the seventh day");
    let missed = with_care(well_for(7), |care| first_health(care).uptime.week = Some(0.999));
    assert_eq!(reached(Honour::PerfectWeek, &missed), None);
    let fails = with_care(well_for(7), |care| first_health(care).health = Health::Failing);
    assert_eq!(reached(Honour::PerfectWeek, &fails), None);
    let away = with_care(well_for(7), |care| {
        care.away.insert(AppId::new("gone"), Away::Missing);
    });
    assert_eq!(reached(Honour::PerfectWeek, &away), None);
    let few = with_care(well_for(7), |care| {
        let kept: Vec<AppId> = care.health.keys().take(2).cloned().collect();
        care.health.retain(|app, _| kept.contains(app));
    });
    assert_eq!((reached(Honour::PerfectWeek, &few), way(Honour::PerfectWeek, &few)), (None, (2, 3)));
}

#[test]
fn an_inbox_that_nobody_sees_into_is_not_empty() {
    let fleet = tended();
    assert!(inbox(&fleet).is_some_and(|count| count >= 5));
    let empty = with_care(fleet, |care| {
        care.alerts.clear();
        care.findings.clear();
    });
    assert_eq!(inbox(&empty), Some(0));
    let judge = |fleet: &Fleet, most| Honour::AllMended.reached(&Look { fleet, now: NOW, hour: &|_| 12, most });
    assert_eq!((judge(&empty, 5), judge(&empty, 4)), (Some(NOW), None));
    let mut lost = empty.clone();
    lost.hosts[0].reach = Reach::Waiting;
    assert_eq!((inbox(&lost), judge(&lost, 5)), (None, None));
    let left = with_care(empty, |care| care.lead = Lead::Nobody);
    assert_eq!(inbox(&left), None);
}

#[test]
fn nothing_is_earned_tomorrow() {
    let ended = Some(Ended { at: NOW + DAY, outcome: Outcome::Done });
    let fleet = Fleet { operations: vec![Operation { ended, ..done(1, PlanKind::Restore, 0) }], ..homelab() };
    assert_eq!(reached(Honour::Restored, &fleet), Some(NOW));
}

#[test]
fn names_and_words_are_each_honours_own() {
    for read in [Honour::slug, Honour::name, Honour::earned_by] {
        let words: std::collections::HashSet<&str> = Honour::ALL.into_iter().map(read).collect();
        assert_eq!(words.len(), Honour::ALL.len());
    }
}
