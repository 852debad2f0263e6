//! A host gets another name in the books. What must hold: the old one stands nowhere in them where something is found by it,
//! whatever table it was in; or nothing was changed at all.

use proximity::{
    domain::{
        ids::HostId,
        moment::Moment,
        plan::journal::{Entry, Outcome},
    },
    store::{Renamed, Store},
};
use rusqlite::{Connection, types::ValueRef};
use serde_json::Value;

use super::{block_on, host, place, plan};

/// Every table that speaks of a host, filled by hand as the program fills it.
const ROWS: &str = r#"
    INSERT INTO app (id, name, host, vmid, marker, address, book) VALUES
        ('web-1', 'lab', 'lab', 100, '{"app":"web-1"}', NULL,
         '{"settings":{"HOST":"lab","host":"lab"},"binned":null,"way-back":{"guest":{"host":"lab","vmid":101}}}');
    INSERT INTO snapshot VALUES ('lab', 7, '{}', '[]', '[]', '[]');
    INSERT INTO ssh_key VALUES ('lab', 'node/lab', 'key', 1);
    INSERT INTO console_seat VALUES ('lab', 100, 'deck', 'person', 9);
    INSERT INTO port_lease VALUES ('lab', 8080, 'web-1', 'web', 1);
    INSERT INTO backup_shelf VALUES ('lab', 'lab', 'nas', 1, '{"host":"lab","node":"lab","storage":"nas"}');
    INSERT INTO backup_content VALUES ('lab', 'lab', 'nas',
        '[{"key":{"host":"lab","volume":"nas:backup/a"},"guest":{"host":"lab","vmid":100}}]');
    INSERT INTO backup_jobs VALUES ('lab', '[{"id":{"host":"lab","id":"nightly"}}]', '[100]');
    INSERT INTO backup_task VALUES ('lab', 'UPID:x', 1);
    INSERT INTO backup_run (host, task, vmid, began) VALUES ('lab', 'UPID:x', 100, 1);
    INSERT INTO proof VALUES ('lab', 'web-1', 1, '{"backup":{"host":"lab","volume":"nas:backup/a"}}');
    INSERT INTO schedule VALUES ('lab', 'own', '{"id":{"host":"lab","id":"own"}}', NULL);
    INSERT INTO fill VALUES ('lab', '', 'nas', 1, 1, 2);
    INSERT INTO audit (at, who, what, result) VALUES (1, 'deck', 'start lab/100', 'done');
    INSERT INTO turn VALUES (1, 'lab/pve', 1, 1);
    INSERT INTO hold VALUES ('guest lab/100', 1);
    INSERT INTO hold VALUES ('host lab', 1);
    INSERT INTO id_lease VALUES ('lab', 100, 1, 'lab');
"#;

/// What does not change: names of apps and nodes that happen to be the same, and what people were told.
const MAY_STAY: [&str; 4] = ["app.name", "id_lease.name", "audit.what", "ssh_key.owner"];

/// Where the old name still stands, as `table.column`.
fn found(connection: &Connection, name: &str) -> Vec<String> {
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut found = Vec::new();
    for table in tables {
        let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let names: Vec<String> = rows.column_names().map(str::to_owned).collect();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (at, column) in names.iter().enumerate() {
                if let ValueRef::Text(text) = row.get_ref(at).unwrap()
                    && names_it(std::str::from_utf8(text).unwrap(), name)
                {
                    found.push(format!("{table}.{column}"));
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// As a word by itself, before a slash, or somewhere in JSON under a name of its own.
fn names_it(text: &str, name: &str) -> bool {
    fn in_value(value: &Value, name: &str) -> bool {
        match value {
            Value::String(text) => text == name || text.starts_with(&format!("{name}/")),
            Value::Array(items) => items.iter().any(|item| in_value(item, name)),
            // Nodes and settings may be called the same.
            Value::Object(fields) => {
                fields.iter().any(|(key, item)| key != "node" && key != "settings" && in_value(item, name))
            }
            _ => false,
        }
    }
    let words = text.split([' ', '/']).any(|word| word == name);
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => in_value(&value, name),
        _ => words,
    }
}

fn filled() -> (super::Place, Store) {
    let place = place();
    let store = place.open();
    block_on(async {
        store.put_host(host("lab")).await.unwrap();
        let id = store.begin_operation(plan(100), Moment(2), "deck").await.unwrap();
        store.append(id, Entry::Began(0), Moment(3)).await.unwrap();
    });
    let connection = Connection::open(&place.file).unwrap();
    connection.execute_batch("DELETE FROM hold;").unwrap();
    connection.execute_batch(ROWS).unwrap();
    let locks = r#"UPDATE operation SET plan = json_set(plan, '$.also_locks', json('["guest lab/101"]'))"#;
    connection.execute(locks, []).unwrap();
    (place, store)
}

#[test]
fn the_old_name_is_nowhere_in_any_table() {
    let (place, store) = filled();
    let connection = Connection::open(&place.file).unwrap();
    let before = found(&connection, "lab");
    assert!(before.len() > 25, "every table is there: {before:?}");
    block_on(async {
        let (old, new) = (HostId::new("lab"), HostId::new("attic"));
        let renamed = store.rename_host(old.clone(), new.clone()).await.unwrap();
        assert!(matches!(renamed, Renamed::Busy(_)), "an operation works there: {renamed:?}");
        assert_eq!(found(&connection, "lab"), before, "nothing was changed");
        let done = serde_json::to_string(&Outcome::Done).unwrap();
        connection.execute("UPDATE operation SET ended = 9, outcome = ?1", [done]).unwrap();
        assert_eq!(store.rename_host(old.clone(), new.clone()).await.unwrap(), Renamed::Yes);
        assert_eq!(store.rename_host(old, new).await.unwrap(), Renamed::Unknown);
    });
    let left: Vec<_> =
        found(&connection, "lab").into_iter().filter(|place| !MAY_STAY.contains(&place.as_str())).collect();
    // Nodes of the same name stay nodes.
    let nodes = ["backup_content.node", "backup_shelf.node"];
    assert!(left.iter().all(|place| nodes.contains(&place.as_str())), "{left:?}");
    let broken: i64 =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0);
    let of_node = "SELECT plan ->> '$.also_locks' FROM operation";
    let one = |select: &str| connection.query_row(select, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(one("SELECT node FROM turn"), "attic/pve");
    assert_eq!(one("SELECT lock FROM operation"), "guest attic/100");
    assert!(one("SELECT book FROM app").contains(r#""HOST":"lab","host":"lab""#), "settings are the app's own");
    assert_eq!(one(of_node), r#"["guest attic/101"]"#);
    let ended = store;
    let operation = block_on(ended.operations(1)).unwrap().remove(0);
    assert_eq!(operation.plan.subject.host(), Some(&HostId::new("attic")));
    assert_eq!(operation.outcome(), Some(Outcome::Done));
}

#[test]
fn a_name_that_another_host_has_is_not_taken() {
    let place = place();
    let store = place.open();
    block_on(async {
        store.put_host(host("lab")).await.unwrap();
        store.put_host(host("attic")).await.unwrap();
        let renamed = store.rename_host(HostId::new("lab"), HostId::new("attic")).await.unwrap();
        assert_eq!(renamed, Renamed::Taken);
        assert_eq!(store.hosts().await.unwrap().len(), 2);
    });
}
