//! From an older file to today's.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Barrier, thread};

use proximity::{
    domain::{ids::OperationId, moment::Moment, plan::journal::Entry},
    store::{Audit, Store, Trouble},
};
use rusqlite::Connection;

use super::{block_on, host, place, plan};

/// A file as version 1 left it, with a host, a picture and an operation that has not ended.
fn of_version_1(file: &Path) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE host (id TEXT PRIMARY KEY, addresses TEXT NOT NULL, login TEXT NOT NULL, pin TEXT NOT NULL,
                 added INTEGER NOT NULL) STRICT;
             CREATE TABLE app (id TEXT PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, vmid INTEGER NOT NULL,
                 marker TEXT NOT NULL, address TEXT) STRICT;
             CREATE TABLE snapshot (host TEXT PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
                 as_of INTEGER NOT NULL, facts TEXT NOT NULL, nodes TEXT NOT NULL, guests TEXT NOT NULL,
                 storages TEXT NOT NULL) STRICT;
             CREATE TABLE operation (id INTEGER PRIMARY KEY AUTOINCREMENT, lock TEXT NOT NULL, plan TEXT NOT NULL,
                 began INTEGER NOT NULL, ended INTEGER, outcome TEXT, holder TEXT NOT NULL, lease INTEGER,
                 CHECK ((ended IS NULL) = (outcome IS NULL))) STRICT;
             CREATE UNIQUE INDEX one_running ON operation (lock) WHERE ended IS NULL;
             CREATE TABLE entry (operation INTEGER NOT NULL REFERENCES operation (id), n INTEGER NOT NULL,
                 at INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (operation, n)) STRICT, WITHOUT ROWID;
             INSERT INTO host VALUES ('lab', '[\"https://10.0.0.2:8006\"]',
                 '{\"token\":{\"id\":\"proximity@pve!deck\"}}', 'AA:BB', 1);
             INSERT INTO snapshot VALUES ('lab', 77, '{\"version\":\"9.2\"}', '[]',
                 '[{\"vmid\":100,\"kind\":\"container\",\"name\":\"web\",\"node\":\"pve\",\"power\":\"running\"}]', '[]');
             INSERT INTO operation VALUES (41, 'guest lab/100',
                 '{\"kind\":\"start\",\"subject\":{\"Guest\":{\"host\":\"lab\",\"vmid\":100}},\"name\":\"web\",\"steps\":[]}',
                 5, NULL, NULL, 'deck', NULL);
             INSERT INTO entry VALUES (41, 1, 6, '{\"Began\":0}');
             PRAGMA application_id = 1347571544;
             PRAGMA user_version = 1;",
        )
        .unwrap();
}

fn version(file: &Path) -> i64 {
    Connection::open(file).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn an_older_file_is_brought_to_today_and_a_copy_of_it_is_kept() {
    let place = place();
    of_version_1(&place.file);
    let (store, kept) = Store::open(&place.file).unwrap();
    assert_eq!((kept.hosts.as_slice(), kept.unread.len()), (&[host("lab")][..], 0));
    assert_eq!(kept.fleet.guests[0].name.as_ref(), "web");
    assert_eq!(kept.fleet.hosts[0].as_of, Some(Moment(77)));
    assert_eq!(kept.fleet.operations[0].journal, [Entry::Began(0)]);
    assert_eq!(*kept.fleet.operations[0].plan, plan(100));
    let entry = Audit { at: Moment(1), who: "root".into(), what: "start".into(), result: "done".into() };
    block_on(store.audit(entry)).unwrap();

    let copy = place.file.with_extension("db.v1");
    assert_eq!((version(&copy), version(&place.file)), (1, 10));
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let hosts: i64 =
        Connection::open(&copy).unwrap().query_row("SELECT count(*) FROM host", [], |row| row.get(0)).unwrap();
    assert_eq!(hosts, 1);
}

#[test]
fn a_file_of_version_3_keeps_its_hosts_and_has_room_for_ssh() {
    let place = place();
    of_version_1(&place.file);
    let to_3 = "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL,
                    what TEXT NOT NULL, result TEXT NOT NULL) STRICT;
                CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
                BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
                CREATE TRIGGER audit_is_not_erased BEFORE DELETE ON audit
                BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
                ALTER TABLE host ADD COLUMN trust TEXT NOT NULL DEFAULT '{}';
                UPDATE host SET trust = '{\"public-ca\":\"accepted\"}';
                PRAGMA user_version = 3;";
    Connection::open(&place.file).unwrap().execute_batch(to_3).unwrap();
    let (_, kept) = Store::open(&place.file).unwrap();
    let mut as_before = host("lab");
    as_before.trust.public_ca = proximity::domain::fleet::PublicCa::Accepted;
    assert_eq!((kept.hosts, kept.unread.len()), (vec![as_before], 0));
    assert_eq!(kept.fleet.operations[0].journal, [Entry::Began(0)]);
    assert_eq!((version(&place.file.with_extension("db.v3")), version(&place.file)), (3, 10));
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let place = place();
    of_version_1(&place.file);
    // Somebody's trigger has the name of the last thing that the second step makes.
    let theirs = "CREATE TABLE theirs (a TEXT);
                  CREATE TRIGGER audit_is_not_erased BEFORE DELETE ON theirs BEGIN SELECT 1; END";
    Connection::open(&place.file).unwrap().execute_batch(theirs).unwrap();
    let error = Store::open(&place.file).unwrap_err();
    assert!(matches!(error.trouble, Trouble::Other(_)), "{error:?}");
    assert_eq!(version(&place.file), 1);
    Connection::open(&place.file).unwrap().execute_batch("DROP TABLE theirs").unwrap();
    let (_, kept) = Store::open(&place.file).unwrap();
    assert_eq!(kept.fleet.operations[0].id, OperationId(41));
}

#[test]
fn many_processes_may_make_or_migrate_a_file_at_once() {
    for round in 0..12 {
        let place = place();
        if round % 2 == 0 {
            of_version_1(&place.file);
        }
        let start = Barrier::new(4);
        thread::scope(|scope| {
            let open = || {
                start.wait();
                Store::open(&place.file).map(|(_, kept)| kept.hosts.len())
            };
            let opening: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            for opened in opening {
                let hosts = opened.join().unwrap();
                assert_eq!(hosts.unwrap(), (round + 1) % 2);
            }
        });
    }
}

#[test]
fn a_file_of_version_6_keeps_everything_and_has_room_for_backups() {
    let place = place();
    let store = place.open();
    block_on(async {
        store.put_host(host("lab")).await.unwrap();
        store.begin_operation(plan(100), Moment(5), "deck").await.unwrap();
        store.mark_favourite(proximity::domain::catalog::RecipeId::new("jellyfin")).await.unwrap();
    });
    drop(store);
    // As version 6 left it: without what came after it.
    let back = "DROP TABLE backup_content; DROP TABLE backup_shelf; DROP TABLE backup_jobs; DROP TABLE backup_run;
                DROP TABLE backup_task; DROP TABLE proof; DROP TABLE schedule; DROP TABLE fill;
                ALTER TABLE host DROP COLUMN defaults; ALTER TABLE host DROP COLUMN asked;
                ALTER TABLE host DROP COLUMN token_expires; ALTER TABLE host DROP COLUMN told_expiry;
                DROP TABLE lead; DROP TABLE finding; DROP TABLE suspicion; DROP TABLE baseline; DROP TABLE looked;
                DROP TABLE health; DROP TABLE health_hour; DROP TABLE alert; DROP TABLE memory;
                PRAGMA user_version = 6;";
    Connection::open(&place.file).unwrap().execute_batch(back).unwrap();
    let (store, kept) = Store::open(&place.file).unwrap();
    assert_eq!((kept.hosts, kept.unread.len()), (vec![host("lab")], 0));
    assert_eq!(kept.fleet.operations.len(), 1);
    assert_eq!(*kept.fleet.backups, Default::default());
    assert_eq!(block_on(store.favourites()).unwrap().len(), 1);
    assert_eq!((version(&place.file.with_extension("db.v6")), version(&place.file)), (6, 10));
}
