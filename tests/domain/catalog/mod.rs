//! Laws of recipes: what is refused, what the operator's answers become, and what others read out of the files we write.

mod generator;
mod pattern;
mod reading;
mod rendering;
mod sound;
mod values;

use proximity::domain::catalog::Recipe;
use serde_json::{Value, json};

/// A recipe with one of everything, to be bent.
pub fn example() -> Value {
    json!({
        "schema": 1, "id": "example", "name": "Example", "version": "1.0", "tagline": "An example",
        "description": "It shows.", "category": "tests", "license": "MIT",
        "resources": {
            "cores": { "min": 1, "recommended": 2 },
            "memory": { "min": 128, "recommended": 256 },
            "disk": { "min": 1, "recommended": 2 }
        },
        "ports": [
            { "name": "web", "port": 8080, "scheme": "http", "main": true },
            { "name": "dns", "port": 53, "protocol": "udp" }
        ],
        "volumes": [{ "name": "data", "path": "/data", "size": 1 }],
        "settings": [
            { "name": "TITLE", "label": "Title", "default": "Home" },
            { "name": "WORKERS", "label": "Workers", "kind": { "number": { "min": 1, "max": 8 } }, "default": "2" },
            { "name": "LEVEL", "label": "Level", "kind": { "choice": { "choices": ["info", "debug"] } } },
            { "name": "ZONE", "label": "Zone", "kind": "timezone", "required": true },
            { "name": "TOKEN", "label": "Token", "kind": { "secret": { "generate": {} } } },
            { "name": "KEY", "label": "Key", "kind": { "secret": {} }, "required": true }
        ],
        "probe": { "what": { "http": { "port": 8080 } } },
        "methods": {
            "compose": { "services": {
                "app": {
                    "image": "docker.io/example/app:1.0",
                    "command": "serve --title ${TITLE}",
                    "environment": { "TOKEN": "${TOKEN}", "PRICE": "5$$" },
                    "ports": ["8080:80", "53:53/udp"],
                    "volumes": ["data:/data"],
                    "depends-on": ["db"]
                },
                "db": {
                    "image": "postgres:17",
                    "healthcheck": { "test": "pg_isready" },
                    "volumes": ["data:/var/lib/db:ro"]
                }
            } },
            "oci": { "image": "docker.io/example/app:1.0", "environment": { "KEY": "${KEY}" } },
            "script": {
                "packages": ["nginx"],
                "files": [{ "path": "/etc/app.conf", "mode": "0640", "owner": "root:www-data", "content": "t=${TITLE}\n" }],
                "commands": ["true"],
                "services": ["nginx"]
            }
        }
    })
}

/// The example with `value` at `pointer`; nothing at all when it is null.
pub fn bent(pointer: &str, value: Value) -> Value {
    let mut recipe = example();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match recipe.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        Value::Object(map) if value.is_null() => drop(map.remove(name).unwrap()),
        Value::Object(map) => drop(map.insert(name.to_owned(), value)),
        other => panic!("nothing can be put into {other}"),
    }
    recipe
}

pub fn read(value: &Value) -> Result<Recipe, Vec<String>> {
    let faults = |faults: Vec<_>| faults.iter().map(ToString::to_string).collect();
    Recipe::read(&serde_json::to_string_pretty(value).unwrap()).map_err(faults)
}

pub fn sound() -> Recipe {
    read(&example()).unwrap()
}
