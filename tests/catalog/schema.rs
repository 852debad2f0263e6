//! The schema that editors use says what the type says: each refuses a word the other does not know.

use std::collections::BTreeSet;

use proximity::domain::catalog::Recipe;
use serde_json::{Value, json};

use super::{files, folder};
use crate::domain::catalog::example;

fn schema() -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join("recipe.schema.json")).unwrap()).unwrap()
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn recipes() -> Vec<(String, Value)> {
    let built_in = files().into_iter().map(|(name, text)| (name, serde_json::from_str(&text).unwrap()));
    built_in.chain([("the example".to_owned(), whole())]).collect()
}

fn digest() -> String {
    format!("sha256:{}", "0".repeat(64))
}

/// The example, with every field that it leaves out.
fn whole() -> Value {
    let mut recipe = example();
    for (pointer, more) in [
        (
            "",
            json!({ "tags": ["x"], "glyph": "x", "colour": "#000000", "architectures": ["amd64"], "first-login": "x",
                     "update-notes": "x", "needs": [{ "kind": "gpu", "why": "x" }],
                     "newest": { "github": "a/b" }, "depends": [{ "recipe": "x", "why": "x", "required": true }],
                     "hooks": { "after-install": ["true"], "before-update": ["true"], "after-update": ["true"] },
                     "facts": { "sources": ["https://a"], "checked": "2026-11-29", "proved": ["script"] },
                     "imported": { "format": "x", "file": "x", "left-out": ["x"] },
                     "links": { "home": "https://a", "docs": "https://b", "source": "http://c" } }),
        ),
        ("/ports/0", json!({ "path": "/x" })),
        ("/volumes/0", json!({ "kind": "cache", "backup": false, "owner": "472:0" })),
        ("/settings/0", json!({ "help": "x", "pattern": "[A-Z].*" })),
        ("/settings/4/kind/secret/generate", json!({ "length": 9, "alphabet": "ab" })),
        ("/probe", json!({ "deadline": 9, "interval": 9 })),
        ("/probe/what/http", json!({ "path": "/", "status": { "from": 200, "to": 299 } })),
        ("/methods", json!({ "preferred": "script", "preferred-from": { "9.1": "oci" } })),
        (
            "/methods/compose/services/app",
            json!({ "entrypoint": ["x"], "user": "1:1", "cap-add": ["NET_ADMIN"], "digest": digest(),
                                                             "files": ["a.conf:/etc/a.conf"], "hostname": "x", "working-dir": "/x",
                                                             "tmpfs": ["/x"], "shared-memory": 64, "sysctls": { "a.b": "1" },
                                                             "devices": ["/dev/net/tun"], "init": true, "stop-grace": 5 }),
        ),
        (
            "/methods/compose/services/db/healthcheck",
            json!({ "interval": 5, "timeout": 5, "retries": 5, "start-period": 5 }),
        ),
        ("/methods/compose/services/db", json!({ "host-network": true })),
        ("/methods/compose", json!({ "files": [{ "name": "a.conf", "mode": "0644", "content": "x" }] })),
        ("/methods/oci", json!({ "entrypoint": "/x", "digest": digest() })),
        ("/methods/script", json!({ "update": ["true"] })),
    ] {
        let place = recipe.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        place.extend(more.as_object().unwrap().clone());
    }
    recipe
}

#[test]
fn every_recipe_is_valid_by_the_schema_and_by_the_type() {
    let validator = validator();
    for (name, recipe) in recipes() {
        let faults: Vec<_> = validator.iter_errors(&recipe).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(faults, Vec::<String>::new(), "{name}");
        assert_eq!(Recipe::read(&recipe.to_string()).err(), None, "{name}");
    }
}

/// Every object in a recipe that has fields, and not names of the author's own choosing.
fn objects(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if !["environment", "services", "sysctls", "preferred-from"].contains(&at.rsplit('/').next().unwrap()) {
                found.push(at.to_owned());
            }
            map.iter().for_each(|(name, value)| objects(&format!("{at}/{name}"), value, found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, value)| objects(&format!("{at}/{i}"), value, found))
        }
        _ => {}
    }
}

#[test]
fn a_word_too_many_is_refused_by_both_wherever_it_stands() {
    let validator = validator();
    for (name, recipe) in recipes() {
        let mut places = Vec::new();
        objects("", &recipe, &mut places);
        for place in places {
            let mut bent = recipe.clone();
            bent.pointer_mut(&place).unwrap()["surprise"] = json!({});
            assert!(!validator.is_valid(&bent), "the schema takes a surprise at {name}{place}");
            assert!(Recipe::read(&bent.to_string()).is_err(), "the type takes a surprise at {name}{place}");
        }
    }
}

#[test]
fn what_one_needs_the_other_needs_too() {
    let validator = validator();
    let recipe = whole();
    let mut places = Vec::new();
    objects("", &recipe, &mut places);
    for place in places {
        let names: Vec<_> = recipe.pointer(&place).unwrap().as_object().unwrap().keys().cloned().collect();
        for name in names {
            let mut bent = recipe.clone();
            bent.pointer_mut(&place).unwrap().as_object_mut().unwrap().remove(&name);
            let read = serde_json::from_value::<Recipe>(bent.clone());
            // That one method is there, and not which, is a rule beyond the fields.
            assert_eq!(validator.is_valid(&bent), read.is_ok(), "without {place}/{name}: {:?}", read.err());
        }
    }
}

#[test]
fn the_schema_knows_no_field_that_the_type_does_not() {
    let whole = whole();
    let mut used = BTreeSet::new();
    for (_, recipe) in recipes() {
        collect(&recipe, &mut used);
    }
    collect(&whole, &mut used);
    let mut known = BTreeSet::new();
    properties(&schema(), &mut known);
    let elsewhere = ["tcp", "command", "run", "$schema", "codeberg", "image", "debian"];
    let unseen: Vec<_> =
        known.iter().filter(|name| !used.contains(*name) && !elsewhere.contains(&name.as_str())).collect();
    assert_eq!(unseen, Vec::<&String>::new(), "no recipe of the tests uses them");
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| {
            names.insert(name.clone());
            collect(value, names);
        }),
        Value::Array(list) => list.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}

fn properties(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(fields)) = map.get("properties") {
                names.extend(fields.keys().cloned());
            }
            map.values().for_each(|value| properties(value, names));
        }
        Value::Array(list) => list.iter().for_each(|value| properties(value, names)),
        _ => {}
    }
}
