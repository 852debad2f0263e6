//! What all backups come to: what is not known is nothing, never 0.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use proximity::domain::{
    backup::{Backup, Fill, RunEnd, Statistics, statistics},
    fleet::{Fleet, Usage},
    ids::{HostId, StorageName},
    moment::Moment,
};

use super::{DAY, at, backup, fleet, run, shelf};

const GIB: u64 = 1 << 30;

fn told(fleet: &Fleet) -> Statistics {
    statistics(fleet, at(0))
}

/// A storage that is half full of 100 GiB.
fn half_full(backups: Vec<Backup>, fills: &[(i64, u64)]) -> Fleet {
    let mut fleet = fleet(Vec::new());
    let known = Arc::make_mut(&mut fleet.backups);
    let mut shelf = shelf(backups);
    shelf.usage = Some(Usage { used: 50 * GIB, total: 100 * GIB });
    known.put_shelves(vec![Arc::new(shelf)]);
    for (days, used) in fills {
        known.put_fill(Fill {
            host: HostId::new("home"),
            node: None,
            storage: StorageName::new("bak"),
            day: Fill::day_of(at(0)) + days,
            usage: Usage { used: used * GIB, total: 100 * GIB },
        });
    }
    fleet
}

fn full_in_days(fleet: &Fleet) -> Option<f64> {
    let full: Moment = told(fleet).storages[0].full_at?;
    Some(full.since(at(0)).as_secs_f64() / DAY as f64)
}

#[test]
fn nothing_known_is_nothing_and_never_zero() {
    let told = told(&fleet(Vec::new()));
    assert_eq!((told.backups, told.total, told.mean, told.success), (0, 0, None, None));
    assert_eq!((told.longest_gap, told.growth.len()), (None, 0));
    assert_eq!((told.storages[0].usage, told.storages[0].full_at), (None, None));
    let mut unweighed = backup(100, 0, 0);
    unweighed.size = None;
    assert_eq!(statistics(&fleet(vec![unweighed]), at(0)).mean, None);
}

#[test]
fn sizes_results_and_the_longest_gap_are_counted() {
    let mut fleet = fleet(vec![backup(100, -DAY, 10), backup(100, -5 * DAY, 20), backup(101, -3 * DAY, 60)]);
    let failed = || RunEnd::Failed("no room".into());
    let runs = [(0, failed()), (-DAY, RunEnd::Good), (-2 * DAY, RunEnd::Good), (-31 * DAY, failed())];
    let runs = runs.map(|(began, end)| Arc::new(run(100, began, end)));
    Arc::make_mut(&mut fleet.backups).put_runs(runs.into());
    let told = told(&fleet);
    assert_eq!((told.backups, told.total, told.mean), (3, 90, Some(30)));
    assert_eq!((told.good, told.failed), (2, 2));
    assert!((told.success.unwrap() - 2.0 / 3.0).abs() < 1e-6, "of the last 30 days");
    let (name, gap) = told.longest_gap.unwrap();
    assert_eq!((&*name, gap), ("mail", Duration::from_secs(4 * DAY as u64)));
    let later = statistics(&fleet, at(7 * DAY)).longest_gap.unwrap();
    assert_eq!((&*later.0, later.1), ("web", Duration::from_secs(10 * DAY as u64)), "since its newest");
}

#[test]
fn growth_is_told_of_apps_with_more_than_one_backup() {
    let sizes = [(0, 40), (-DAY, 30), (-2 * DAY, 20)];
    let mut backups: Vec<_> = sizes.iter().map(|(made, size)| backup(100, *made, size * GIB)).collect();
    backups.push(backup(101, 0, 5));
    // On another storage it is packed in another way.
    let mut elsewhere = backup(100, -3 * DAY, 90 * GIB);
    elsewhere.key.volume = "pbs:backup/ct/100/x".into();
    backups.push(elsewhere);
    let growth = told(&fleet(backups)).growth;
    assert_eq!((growth.len(), &*growth[0].name, growth[0].newest), (1, "mail", 40 * GIB));
    assert!((growth[0].a_day / GIB as f64 - 10.0).abs() < 1e-6, "{growth:?}");
}

#[test]
fn a_storage_is_full_when_its_readings_say_so() {
    let days = full_in_days(&half_full(Vec::new(), &[(-10, 40), (-5, 45), (0, 50)])).unwrap();
    assert!((days - 50.0).abs() < 1e-6, "{days}");
    assert_eq!(full_in_days(&half_full(Vec::new(), &[(-10, 60), (0, 50)])), None, "it shrinks");
    assert_eq!(full_in_days(&half_full(Vec::new(), &[(-10, 50), (0, 50)])), None, "it stays");
    assert_eq!(full_in_days(&half_full(Vec::new(), &[(-2, 10), (0, 50)])), None, "two days are no tendency");
}

#[test]
fn without_readings_the_growth_of_the_backups_tells() {
    let grown = vec![backup(100, -2 * DAY, 8 * GIB), backup(100, -DAY, 9 * GIB), backup(100, 0, 10 * GIB)];
    let days = full_in_days(&half_full(grown.clone(), &[])).unwrap();
    assert!((days - 50.0 / 3.0).abs() < 1e-3, "three of them are a GiB larger each day: {days}");
    let days = full_in_days(&half_full(grown, &[(-4, 46), (0, 50)])).unwrap();
    assert!((days - 50.0).abs() < 1e-6, "readings are believed first: {days}");
}

proptest! {
    #[test]
    fn no_number_is_made_up(
        backups in proptest::collection::vec((100..103_u32, -90 * DAY..0, 0..u64::MAX >> 20), 0..20),
        fills in proptest::collection::vec((-90..1_i64, 0..100_u64), 0..20),
    ) {
        let backups = backups.iter().map(|(vmid, made, size)| backup(*vmid, *made, *size)).collect();
        let told = told(&half_full(backups, &fills));
        prop_assert!(told.growth.iter().all(|growth| growth.a_day.is_finite()));
        prop_assert!(told.storages.iter().all(|storage| storage.full_at.is_none_or(|full| full >= at(0))));
        prop_assert!(told.success.is_none());
    }
}
