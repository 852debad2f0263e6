//! The board: nothing is shown as safer than it is.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use proximity::domain::{
    backup::{
        Age, BackupKey, BoardRow, Coverage, Inside, JobState, Proof, ProofResult, RunEnd, Runner, Selection, Verdict,
        board, owner_of,
    },
    book::{Book, Origin, Stay},
    fleet::{Fleet, GuestKind},
    ids::{AppId, HostId, Vmid},
};

use super::{DAY, HOUR, at, backup, fleet, job, run, shelf, tell_jobs};
use crate::domain::world;

fn mail(fleet: &Fleet, now: i64) -> BoardRow {
    board(fleet, at(now)).remove(0)
}

#[test]
fn without_a_job_a_day_is_expected_and_two_hours_are_given() {
    let fleet = fleet(vec![backup(100, 0, 7)]);
    for (now, age) in [
        (-HOUR, Age::Fresh),
        (DAY + 2 * HOUR, Age::Fresh),
        (DAY + 2 * HOUR + 1, Age::Due),
        (2 * DAY + 2 * HOUR, Age::Due),
        (2 * DAY + 2 * HOUR + 1, Age::Stale),
    ] {
        assert_eq!(mail(&fleet, now).age, age, "{now}");
    }
    assert_eq!(board(&fleet, at(0))[1].age, Age::Never);
}

#[test]
fn a_job_promises_as_much_as_its_longest_night() {
    let mut fleet = fleet(vec![backup(100, 0, 7)]);
    tell_jobs(&mut fleet, vec![job("weekdays", "mon..fri 02:30", Selection::Guests(vec![Vmid(100)]))]);
    assert_eq!(mail(&fleet, 3 * DAY).age, Age::Fresh, "over the week-end");
    assert_eq!(mail(&fleet, 4 * DAY).age, Age::Due);
    let hourly = job("hourly", "hourly", Selection::Guests(vec![Vmid(100)]));
    let off = proximity::domain::backup::Job { state: JobState::Disabled, ..hourly.clone() };
    tell_jobs(&mut fleet, vec![off]);
    assert_eq!(mail(&fleet, DAY).age, Age::Fresh, "what is switched off promises nothing");
    tell_jobs(&mut fleet, vec![hourly]);
    assert_eq!(mail(&fleet, 5 * HOUR).age, Age::Stale);
}

#[test]
fn a_backup_that_was_found_damaged_makes_nobody_safe() {
    let mut damaged = backup(100, 0, 7);
    damaged.verified = Some(Verdict::Damaged);
    assert_eq!(mail(&fleet(vec![damaged.clone()]), 0).age, Age::Never);
    assert_eq!(mail(&fleet(vec![damaged, backup(100, -2 * DAY, 7)]), 0).age, Age::Due);
}

#[test]
fn what_covers_an_app_is_told_by_its_jobs_and_unknown_where_they_are_not_told() {
    let mut fleet = fleet(Vec::new());
    assert_eq!(mail(&fleet, 0).coverage, Coverage::Unknown);
    Arc::make_mut(&mut fleet.guests[0]).pool = Some("apps".into());
    tell_jobs(&mut fleet, Vec::new());
    assert_eq!(mail(&fleet, 0).coverage, Coverage::None);
    for (of, is_covered) in [
        (Selection::Pool("apps".into()), true),
        (Selection::Pool("others".into()), false),
        (Selection::Guests(vec![Vmid(100), Vmid(7)]), true),
        (Selection::Guests(vec![Vmid(101)]), false),
        (Selection::AllBut(vec![Vmid(101)]), true),
        (Selection::AllBut(vec![Vmid(100)]), false),
        (Selection::Apps, true),
    ] {
        let nightly = job("nightly", "02:30", of.clone());
        tell_jobs(&mut fleet, vec![nightly.clone()]);
        let expected = if is_covered { Coverage::By(vec![nightly.id]) } else { Coverage::None };
        assert_eq!(mail(&fleet, 0).coverage, expected, "{of:?}");
    }
}

#[test]
fn what_the_host_says_is_in_no_job_is_in_none_and_our_own_jobs_are_not_its_business() {
    let home = HostId::new("home");
    let mut fleet = fleet(Vec::new());
    // A job that runs on another node only looks as if it took it.
    tell_jobs(&mut fleet, vec![job("elsewhere", "02:30", Selection::AllBut(Vec::new()))]);
    Arc::make_mut(&mut fleet.backups).host_mut(&home).uncovered.take(Ok(vec![Vmid(100)]), at(0));
    assert_eq!(mail(&fleet, 0).coverage, Coverage::None);
    assert!(matches!(board(&fleet, at(0))[1].coverage, Coverage::By(_)));
    let mut own = job("own", "02:30", Selection::Apps);
    own.runner = Runner::Watch;
    own.next_run = Some(at(5 * HOUR));
    Arc::make_mut(&mut fleet.backups).own_jobs = vec![own.clone()];
    let row = mail(&fleet, 0);
    assert_eq!((row.coverage, row.next_run), (Coverage::By(vec![own.id]), Some(at(5 * HOUR))));
    // The host of another one does not tell its jobs, and has none of ours.
    fleet.apps[0].guest.host = HostId::new("attic");
    assert_eq!(mail(&fleet, 0).coverage, Coverage::Unknown);
}

#[test]
fn the_next_run_is_the_earliest_that_lies_ahead() {
    let mut fleet = fleet(Vec::new());
    let next = |id: &str, at_seconds: i64| {
        let mut job = job(id, "02:30", Selection::Apps);
        job.next_run = Some(at(at_seconds));
        job
    };
    tell_jobs(&mut fleet, vec![next("late", 9 * HOUR), next("soon", HOUR), next("over", -HOUR)]);
    assert_eq!(mail(&fleet, 0).next_run, Some(at(HOUR)));
}

#[test]
fn backups_of_the_guests_that_an_app_was_are_its_own_and_those_of_others_are_not() {
    let mut fleet = fleet(vec![
        backup(100, 0, 1),
        backup(90, -5 * DAY, 2),
        backup(90, -2 * DAY, 4),
        backup(100, -9 * DAY, 8),
        backup(101, 0, 16),
    ]);
    let mut book = Book::new(Origin::Deployed, at(-8 * DAY));
    book.stays = vec![Stay { guest: world::key(90), until: at(-3 * DAY) }];
    fleet.apps[0].book = Some(Box::new(book));
    let row = mail(&fleet, 0);
    assert_eq!((row.count, row.total), (2, 3), "one of another guest under the old id, one from before its time");
    assert_eq!(row.newest.unwrap().made, at(0));
    let mut machine = backup(100, HOUR, 32);
    machine.kind = GuestKind::Machine;
    Arc::make_mut(&mut fleet.backups).put_shelves(vec![Arc::new(shelf(vec![machine]))]);
    assert_eq!(mail(&fleet, 0).count, 0, "a machine had the id before");
}

#[test]
fn what_is_inside_is_told_by_the_log_of_the_newest_alone() {
    let mut fleet = fleet(vec![backup(100, 0, 1), backup(100, -DAY, 1)]);
    assert_eq!(mail(&fleet, 0).inside, Inside::Unknown);
    let mut older = run(100, -DAY, RunEnd::Good);
    Arc::make_mut(&mut fleet.backups).put_runs(vec![Arc::new(older.clone())]);
    assert_eq!(mail(&fleet, 0).inside, Inside::Unknown, "another one's log");
    older.began = at(0);
    let mut newest = run(100, 0, RunEnd::Good);
    newest.left_out = vec!["/data".into()];
    Arc::make_mut(&mut fleet.backups).put_runs(vec![Arc::new(newest)]);
    assert_eq!(mail(&fleet, 0).inside, Inside::Without(vec!["/data".into()]));
    let only = super::fleet(vec![backup(100, 0, 1)]);
    let mut only = only;
    Arc::make_mut(&mut only.backups).put_runs(vec![Arc::new(run(100, 0, RunEnd::Good))]);
    assert_eq!(mail(&only, 0).inside, Inside::All);
}

#[test]
fn the_next_one_takes_as_long_as_the_one_in_the_middle_of_the_last_good_ones() {
    let mut fleet = fleet(Vec::new());
    assert_eq!(mail(&fleet, 0).estimate, None);
    let took = |began: i64, seconds: u64, end: RunEnd| {
        let mut run = run(100, began, end);
        run.took = Some(Duration::from_secs(seconds));
        Arc::new(run)
    };
    let good = || RunEnd::Good;
    let failed = RunEnd::Failed("no room".into());
    let runs = vec![took(0, 1, failed), took(-1, 50, good()), took(-2, 900, good()), took(-3, 40, good())];
    Arc::make_mut(&mut fleet.backups).put_runs(runs);
    let row = mail(&fleet, 0);
    assert_eq!(row.estimate, Some(Duration::from_secs(50)));
    assert!(matches!(row.last_run.unwrap().end, RunEnd::Failed(_)), "the last one is told however it went");
}

#[test]
fn the_newest_proof_is_shown() {
    let mut fleet = fleet(vec![backup(100, 0, 1)]);
    let proof = |at_seconds: i64| Proof {
        app: AppId::new("mail-1"),
        backup: BackupKey { host: HostId::new("home"), volume: "bak:backup/x".into() },
        made: at(0),
        at: at(at_seconds),
        took: Duration::from_secs(9),
        result: ProofResult::Good,
    };
    for seconds in [5, 9, 7] {
        Arc::make_mut(&mut fleet.backups).add_proof(proof(seconds));
    }
    assert_eq!(mail(&fleet, 0).proof, Some(proof(9)));
    assert_eq!(board(&fleet, at(0))[1].proof, None);
}

proptest! {
    #[test]
    fn no_age_gets_better_as_time_passes_without_a_backup(
        made in proptest::collection::vec(-40 * DAY..0, 0..4),
        schedule in prop_oneof!["02:30|hourly|monthly|mon..fri 1:00|sat|\\*/6:00|quarterly", Just("no schedule".to_owned())],
        steps in proptest::collection::vec(0..9 * DAY, 1..12),
    ) {
        let mut fleet = fleet(made.iter().map(|made| backup(100, *made, 1)).collect());
        tell_jobs(&mut fleet, vec![job("one", &schedule, Selection::Apps)]);
        let (mut now, mut before) = (0, mail(&fleet, 0).age);
        for step in steps {
            now += step;
            let age = mail(&fleet, now).age;
            prop_assert!(age >= before, "{schedule}: {before:?} became {age:?}");
            before = age;
        }
    }

    #[test]
    fn every_backup_is_of_the_app_that_owns_it_and_of_no_other(
        backups in proptest::collection::vec((prop_oneof![Just(90_u32), Just(100), Just(101)], -9 * DAY..0), 0..12),
        left in -9 * DAY..0,
    ) {
        let mut unique = backups.clone();
        unique.sort();
        unique.dedup();
        let all: Vec<_> = unique.iter().map(|(vmid, made)| backup(*vmid, *made, 1)).collect();
        let mut fleet = fleet(all.clone());
        let mut book = Book::new(Origin::Adopted, at(-20 * DAY));
        book.stays = vec![Stay { guest: world::key(90), until: at(left) }];
        fleet.apps[0].book = Some(Box::new(book));
        let rows = board(&fleet, at(0));
        for (app, row) in fleet.apps.iter().zip(&rows) {
            let own = all.iter().filter(|one| owner_of(&fleet.apps, one).is_some_and(|owner| owner.id == app.id));
            prop_assert_eq!(row.count, own.count());
        }
    }
}
