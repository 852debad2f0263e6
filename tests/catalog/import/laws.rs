//! Laws: whatever is handed in, no importer panics, and what it takes is a sound recipe that renders.

use proptest::prelude::*;
use proximity::{
    catalog::import::{Format, compose},
    domain::catalog::{Recipe, compose_file, values},
};
use serde_json::{Map, Value};

use super::{Memory, read};

fn holds(recipe: &Recipe) {
    assert_eq!(recipe.check(), Ok(()));
    let rendered = compose_file(recipe).unwrap();
    assert!(serde_json::from_str::<Value>(&rendered).is_ok());
    let again = Recipe::read(&serde_json::to_string(recipe).unwrap()).unwrap();
    assert_eq!(&again, recipe, "it is the same when it was written and read");
    drop(values(recipe, &Default::default()));
}

fn into_all(paths: &[(&str, &[u8])]) {
    for format in Format::ALL {
        for recipe in
            read(&mut Memory::of(paths.iter().map(|(path, bytes)| (*path, bytes.to_vec()))), Some(format)).taken
        {
            holds(&recipe);
        }
    }
}

/// Words that mean something somewhere, and others.
fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "services",
        "image",
        "a:1",
        "ports",
        "80:80",
        "8080:80/udp",
        "environment",
        "PASSWORD=x",
        "${A:-b}",
        "$A",
        "volumes",
        "./x:/y",
        "named:/data",
        "/DATA/AppData/$AppID/c:/c",
        "command",
        "depends_on",
        "healthcheck",
        "test",
        "x-casaos",
        "port_map",
        "80",
        "templates",
        "type",
        "1",
        "title",
        "container",
        "bind",
        "env",
        "name",
        "default",
        "select",
        "value",
        "isMain",
        "internalPort",
        "hostPath",
        "containerPath",
        "key",
        "form_fields",
        "env_variable",
        "random",
        "APP_PORT",
        "app_proxy",
        "APP_HOST",
        "id",
        "port",
        "metadata",
        "technical",
        "main_service",
        "default_port",
        "schema",
        "network_mode",
        "host",
        "user",
        "1000:1000",
        "configs",
        "content",
        "content: x",
        "devices",
        "/dev/net/tun",
        "tmpfs",
        "expose",
        "true",
        "web",
        "db",
        "container_name",
        "links",
        "restart",
        "no",
        "shm_size",
        "1g",
        "sysctls",
        "net.x=1",
        "profiles",
        "build",
        "postgres://u:p@db/x",
        "<<",
        "repository",
        "stackfile",
        "dependencies",
        "description",
        "en_us",
        "min",
        "options",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => ".{0,12}", 1 => "[a-z./:${}@-]{0,16}"]
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        word().prop_map(Value::from)
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A service that is nearly one, so that more than the first rule is reached.
fn service() -> impl Strategy<Value = Value> {
    (prop::sample::select(vec!["a:1", "b", "c:2@sha256:0", "$X:1"]), prop::collection::vec((word(), tree()), 0..6))
        .prop_map(|(image, more)| {
            let mut map: Map<String, Value> = more.into_iter().collect();
            map.insert("image".to_owned(), image.into());
            Value::Object(map)
        })
}

fn app() -> impl Strategy<Value = Value> {
    prop::collection::vec((word(), service()), 1..4).prop_map(|services| {
        let services: Map<String, Value> = services.into_iter().collect();
        Value::Object([("services".to_owned(), Value::Object(services))].into_iter().collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if std::env::var_os("PROXIMITY_FULL").is_some() { 20_000 } else { 200 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        for content in [bytes.as_slice(), text.as_bytes()] {
            into_all(&[("apps/a/app.json", content), ("apps/a/docker-compose.yml", content), ("templates.json", content)]);
        }
        drop(compose(&text, &text));
    }

    #[test]
    fn any_tree_ends_without_a_panic_and_what_is_taken_is_sound(one in tree(), two in app(), name in word()) {
        let (one, two) = (one.to_string(), two.to_string());
        into_all(&[
            ("apps/a/app.json", one.as_bytes()), ("apps/a/docker-compose.yml", two.as_bytes()),
            ("apps/b/config.json", one.as_bytes()), ("apps/b/docker-compose.json", two.as_bytes()),
            ("Apps/c/docker-compose.yml", two.as_bytes()), ("d/umbrel-app.yml", one.as_bytes()), ("d/docker-compose.yml", two.as_bytes()),
            ("d/exports.sh", one.as_bytes()), ("templates.json", one.as_bytes()), ("x", b"y"),
        ]);
        for text in [&one, &two] {
            if let Ok(recipe) = compose(&name, text) {
                holds(&recipe);
            }
        }
    }

    #[test]
    fn every_value_of_a_variable_arrives_as_it_was(value in "[^$\\p{Cc}]{0,60}") {
        let text = serde_json::json!({ "services": { "a": { "image": "a:1", "ports": ["80:80"], "environment": { "PLAIN": value } } } }).to_string();
        let recipe = compose("app", &text).unwrap();
        let kept = &recipe.methods.compose.as_ref().unwrap().services["a"].environment["PLAIN"];
        prop_assert_eq!(kept, &value);
    }
}
