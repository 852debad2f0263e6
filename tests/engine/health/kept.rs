//! What outlives whoever looked.

use std::time::Duration;

use proximity::{
    domain::{
        care::{Health, Hour, Watch},
        fleet::Reach,
    },
    store::Store,
};

use super::stage::{Stage, UNWELL, WELL, app_id};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn another_process_goes_on_without_losing_time_in_the_state() {
    let mut stage = Stage::with(2).await;
    stage.looks(3).await;
    stage.servers[1].is(UNWELL);
    while stage.health(1).health != Health::Failing {
        stage.pass(Duration::from_secs(1)).await;
    }
    // What was not written down goes with it; that it fails was.
    let before = [stage.health(0), stage.health(1)];
    assert_eq!(before[0].health, Health::Healthy);
    stage.take_over().await;
    stage.looks(3).await;
    for (n, before) in before.iter().enumerate() {
        let after = stage.health(n);
        assert_eq!((after.health, after.since), (before.health, before.since), "app {n}");
        assert!(after.last.unwrap().at > before.last.as_ref().unwrap().at);
    }
}

#[tokio::test]
async fn hours_survive_a_restart() {
    let mut stage = Stage::with(1).await;
    stage.pass(HOUR).await;
    stage.servers[0].is(UNWELL);
    stage.pass(HOUR).await;
    let before = stage.health(0).uptime;
    stage.rounds.as_mut().unwrap().write_down(&stage.world, stage.now).await.unwrap();
    stage.take_over().await;
    stage.servers[0].is(WELL);
    stage.looks(1).await;
    let (half, after) = (before.day.unwrap(), stage.health(0).uptime.day.unwrap());
    assert!((0.45..0.55).contains(&half), "an hour of two: {half}");
    assert!((half..half + 0.01).contains(&after), "{half} became {after}");
    // As another start of the program finds it.
    let (store, kept) = Store::open(&stage.database()).unwrap();
    let kept = kept.fleet.care.health.get(&app_id(0)).unwrap().clone();
    assert_eq!((kept.health, kept.uptime), (stage.health(0).health, stage.health(0).uptime));
    let counted = store.counted_until(Hour::of(stage.now)).await.unwrap()[&app_id(0)];
    assert!(counted[0].looks >= 238 && counted[0] == counted[2], "{counted:?}");
}

#[tokio::test]
async fn a_host_that_is_off_for_a_day_makes_no_downtime() {
    let mut stage = Stage::with(1).await;
    stage.looks(4).await;
    let before = stage.health(0);
    stage.lose_host();
    stage.servers[0].is(UNWELL);
    stage.pass(12 * HOUR).await;
    // Nor is it counted as up where it seems to answer.
    stage.servers[0].is(WELL);
    stage.pass(12 * HOUR).await;
    let lost = stage.health(0);
    assert_eq!((lost.health, lost.since, lost.last), (before.health, before.since, before.last), "nobody can tell");
    assert_eq!((lost.uptime.day, lost.uptime.week), (None, Some(1.0)), "of this day nothing is known");
    stage.host_is(Reach::Online);
    stage.looks(4).await;
    let after = stage.health(0);
    assert_eq!((after.health, after.since, after.uptime.month), (Health::Healthy, before.since, Some(1.0)));
}

#[tokio::test]
async fn when_nothing_is_reached_any_more_it_is_not_the_apps_that_fail() {
    let mut stage = Stage::with(3).await;
    stage.looks(3).await;
    // The wire is cut; that the host is lost shows only later.
    stage.is_listed = false;
    stage.servers.iter().for_each(|server| server.is(UNWELL));
    stage.looks(4).await;
    stage.lose_host();
    stage.looks(2).await;
    stage.servers.iter().for_each(|server| server.is(WELL));
    (stage.is_listed, _) = (true, stage.host_is(Reach::Online));
    stage.looks(2).await;
    for n in 0..3 {
        let health = stage.health(n);
        assert_eq!((health.health, health.uptime.day, health.last_bad), (Health::Healthy, Some(1.0), None));
    }
}

#[tokio::test]
async fn a_day_forgets_what_was_before_it_and_a_week_does_not() {
    let mut stage = Stage::with(1).await;
    stage.rules.interval = 600;
    stage.servers[0].is(UNWELL);
    stage.pass(4 * HOUR).await;
    stage.servers[0].is(WELL);
    stage.pass(24 * HOUR).await;
    let uptime = stage.health(0).uptime;
    assert_eq!(uptime.day, Some(1.0));
    assert!(uptime.week.unwrap() < 0.9 && uptime.week == uptime.month, "{uptime:?}");
}

#[tokio::test]
async fn the_store_is_not_written_for_each_look() {
    let mut stage = Stage::with(20).await;
    stage.looks(4).await;
    let watcher = rusqlite::Connection::open(stage.database()).unwrap();
    let version = || watcher.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
    let (mut writes, mut before) = (0, version());
    for _ in 0..300 {
        stage.pass(Duration::from_secs(1)).await;
        let now = version();
        writes += u32::from(now != before);
        before = now;
    }
    assert!((4..=6).contains(&writes), "200 looks of five minutes were {writes} transactions");
}

#[tokio::test]
async fn of_an_app_that_is_no_more_nothing_is_kept() {
    let mut stage = Stage::with(2).await;
    stage.looks(4).await;
    stage.world.store.forget_app(app_id(1)).await.unwrap();
    stage.world.change(|fleet| fleet.apps.retain(|app| app.id != app_id(1)));
    stage.pass(HOUR).await;
    assert!(!stage.world.fleet().care.health.contains_key(&app_id(1)));
    let books = rusqlite::Connection::open(stage.database()).unwrap();
    for table in ["health", "health_hour"] {
        let left = format!("SELECT count(*) FROM {table} WHERE app = ?1");
        let left: i64 = books.query_row(&left, [app_id(1).as_str()], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

#[tokio::test]
async fn how_an_app_is_watched_is_not_changed_by_whoever_writes_what_he_knew_before() {
    let stage = Stage::with(1).await;
    let old = stage.world.fleet().apps[0].clone();
    let watch = Some(Watch { interval: Some(10), ..Watch::default() });
    stage.world.store.watch(app_id(0), watch.clone()).await.unwrap();
    stage.world.change(|fleet| fleet.apps[0].book.as_mut().unwrap().watch = watch.clone());
    stage.world.store.put_apps(vec![old.clone()]).await.unwrap();
    stage.world.change(|fleet| fleet.put_app(old.clone()));
    let kept = stage.world.store.app(app_id(0)).await.unwrap().unwrap();
    assert_eq!(kept.book.unwrap().watch, watch);
    assert_eq!(stage.world.fleet().apps[0].book.as_ref().unwrap().watch, watch);
    // That nothing is said any more is kept as well.
    stage.world.store.watch(app_id(0), None).await.unwrap();
    stage.world.store.put_apps(vec![old]).await.unwrap();
    assert_eq!(stage.world.store.app(app_id(0)).await.unwrap().unwrap().book.unwrap().watch, None);
}
