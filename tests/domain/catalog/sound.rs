//! Every rule of a recipe, each broken once: (place to bend, what is put there, what is said about it).

use serde_json::{Value, json};

use super::{bent, read};

const LETTERS: &str = "abcdefgh";

fn wrongs() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/id", json!("Example App"), "id: use small letters"),
        ("/id", json!("-x"), "id: use small letters"),
        ("/name", json!("\u{1b}[2J"), "name: write one line"),
        ("/description", json!("a\u{7}b"), "description: write plain text"),
        ("/first-login", json!(" "), "first-login: write plain text"),
        ("/version", json!("1 0"), "version: use letters"),
        ("/category", json!("Home Stuff"), "category: use small letters"),
        ("/tags", json!(["a", "a"]), "tags: `a` is there twice"),
        ("/tags", json!(["A B"]), "tags: `A B` is no tag"),
        ("/glyph", json!("\n"), "glyph: nothing would be seen"),
        ("/architectures", json!([]), "architectures: name at least one"),
        ("/links", json!({ "home": "javascript:x" }), "links.home: write a whole address"),
        ("/needs", json!([{ "kind": "tun", "why": "" }]), "needs: say why it needs tun"),
        ("/resources/cores/min", json!(0), "resources.cores: `min` is at least 1"),
        ("/resources/memory/recommended", json!(64), "resources.memory: `recommended` is less than `min`"),
        ("/ports/1/main", json!(true), "ports: exactly one port is the `main` one, here are 2"),
        ("/ports/0/main", json!(false), "ports: exactly one port is the `main` one, here are 0"),
        ("/ports/1/name", json!("web"), "ports: `web` is there twice"),
        ("/ports/0/path", json!("index"), "ports.web: its path begins with `/`"),
        ("/ports/1/scheme", json!("http"), "ports.dns: no browser opens a UDP port"),
        ("/ports/1", json!({ "name": "more", "port": 9 }), "no service opens port 9 of the recipe"),
        ("/volumes/0/path", json!("/data,ro=1"), "volumes.data: its path is absolute"),
        ("/volumes/0/path", json!("/a/../b"), "volumes.data: its path is absolute"),
        ("/volumes/0/path", json!("/"), "volumes.data: its path is absolute"),
        ("/volumes/0/size", json!(0), "volumes.data: its size is at least 1 GiB"),
        ("/volumes/0/name", json!("other"), "`data` is no volume of the recipe"),
        ("/settings/0/name", json!("title"), "settings.title: name a setting like a variable"),
        ("/settings/0/name", json!("WORKERS"), "settings: `WORKERS` is there twice"),
        ("/settings/0/label", json!(""), "settings.TITLE: `label` and `help`"),
        ("/settings/0/default", json!(""), "settings.TITLE: leave an empty `default` out"),
        ("/settings/1/default", json!("9"), "settings.WORKERS: its own default will not do: it is at most 8"),
        (
            "/settings/2/default",
            json!("trace"),
            "settings.LEVEL: its own default will not do: choose one of info, debug",
        ),
        ("/settings/2/kind", json!({ "choice": { "choices": ["one"] } }), "settings.LEVEL: offer at least two"),
        ("/settings/1/kind", json!({ "number": { "min": 3, "max": 2 } }), "settings.WORKERS: `max` is less than `min`"),
        ("/settings/4/default", json!("x"), "settings.TOKEN: a secret that stands in a recipe is none"),
        ("/settings/4/kind/secret/generate/length", json!(4), "settings.TOKEN: a secret has 8 to 256 letters"),
        ("/settings/4/kind/secret/generate/alphabet", json!("aa"), "settings.TOKEN: `a` is there twice"),
        ("/settings/4/pattern", json!("[a-z]+"), "settings.TOKEN: what is generated need not fit"),
        ("/settings/0/pattern", json!("(a|b)"), "the pattern `(a|b)` cannot be read"),
        ("/probe/what", json!({ "tcp": { "port": 53 } }), "probe.what: 53 is none of the recipe's TCP ports"),
        ("/probe/what/http/path", json!("alive"), "probe.what: its path begins"),
        ("/probe/what/http/status", json!({ "from": 300, "to": 200 }), "probe.what: `status` goes from"),
        ("/probe/what", json!({ "command": { "run": [] } }), "probe.what: name the command"),
        ("/probe/interval", json!(0), "probe: `deadline` and `interval`"),
        ("/methods", json!({}), "methods: offer at least one"),
        ("/methods/compose/services", json!({}), "methods.compose.services: there is none"),
        ("/methods/compose/services/app/image", json!("nginx"), "services.app.image: the image has no tag"),
        ("/methods/compose/services/app/image", json!("localhost:5000/x"), "services.app.image: the image has no tag"),
        ("/methods/compose/services/app/image", json!("x@sha256:0"), "services.app.image: name the image by its tag"),
        ("/methods/compose/services/app/environment/A B", json!("x"), "environment.A B: this is no name of a variable"),
        ("/methods/compose/services/app/environment/A", json!("x\ny"), "environment.A: a variable is one line"),
        (
            "/methods/compose/services/app/environment/A",
            json!("${TITEL}"),
            "`TITEL` is no setting of the recipe; did you mean `TITLE`?",
        ),
        ("/methods/compose/services/app/environment/A", json!("$TITLE"), "a dollar stands alone"),
        ("/methods/compose/services/app/environment/A", json!("${TITLE"), "`${TITLE` is no setting"),
        ("/methods/compose/services/app/command", json!("x ${NOBODY_KNOWS}"), "`NOBODY_KNOWS` is no setting"),
        ("/methods/compose/services/app/volumes", json!(["data"]), "write `data` as `name:/path`"),
        ("/methods/compose/services/app/volumes", json!(["/etc:/etc"]), "`/etc` is no volume of the recipe"),
        ("/methods/compose/services/app/ports", json!(["8080:80"]), "no service opens port 53/udp"),
        ("/methods/compose/services/app/ports/1", json!("53"), "write the port `53` as"),
        (
            "/methods/compose/services/db/ports",
            json!(["5432:5432"]),
            "port 5432 is opened, but is none of the recipe's",
        ),
        ("/methods/compose/services/db/ports", json!(["8080:1"]), "port 8080 is opened twice"),
        (
            "/methods/compose/services/app/depends-on",
            json!(["cache"]),
            "services.app.depends-on: there is no service `cache`",
        ),
        ("/methods/compose/services/db/depends-on", json!(["app"]), "these wait for each other for ever: app, db"),
        ("/methods/compose/services/app/user", json!("a b"), "services.app.user: write it as"),
        ("/methods/compose/services/app/cap-add", json!(["all please"]), "services.app.cap-add: write capabilities"),
        ("/methods/compose/services/db/healthcheck/interval", json!(0), "services.db.healthcheck: it tests something"),
        ("/methods/oci/image", json!("example/app:1"), "methods.oci.image: name its registry too"),
        ("/methods/oci/environment/K", json!("${X}"), "methods.oci.environment.K: `X` is no setting"),
        ("/methods/oci/entrypoint", json!("a\nb"), "methods.oci.entrypoint: write one line"),
        ("/methods/script/packages", json!(["nginx; rm"]), "methods.script.packages: `nginx; rm` is no name"),
        ("/methods/script/services", json!(["-x"]), "methods.script.services: `-x` is no name of a service"),
        ("/methods/script/commands", json!(["a\nb"]), "methods.script.commands: each entry is one line"),
        ("/methods/script/files/0/path", json!("etc/x"), "its path is absolute"),
        ("/methods/script/files/0/mode", json!("rwx"), "write its mode as in `0640`"),
        ("/methods/script/files/0/owner", json!("a b"), "write its owner as"),
        ("/methods/script/files/0/content", json!("${UNKNOWN}"), "`UNKNOWN` is no setting of the recipe"),
        ("/methods/script", json!({}), "methods.script: it installs nothing"),
    ]
}

#[test]
fn each_rule_broken_alone_is_told_at_its_place() {
    for (place, value, said) in wrongs() {
        match read(&bent(place, value.clone())) {
            Ok(_) => panic!("{place} = {value} was taken"),
            Err(faults) => {
                assert!(faults.iter().any(|fault| fault.contains(said)), "{place} = {value}: {faults:#?} lack {said}");
            }
        }
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let mut recipe = bent("/id", json!("No Id"));
    recipe["resources"]["disk"]["min"] = json!(0);
    recipe["methods"]["oci"]["image"] = json!("nginx");
    assert_eq!(read(&recipe).unwrap_err().len(), 3);
}

#[test]
fn a_preferred_method_is_one_that_is_offered() {
    let mut recipe = bent("/methods/oci", json!(null));
    recipe["methods"]["preferred"] = json!("oci");
    assert_eq!(read(&recipe).unwrap_err(), ["methods.preferred: it is not among the methods offered"]);
}

#[test]
fn a_volume_that_no_service_uses_is_told_where_only_services_could() {
    let mut recipe = bent(
        "/volumes",
        json!([
            { "name": "data", "path": "/data", "size": 1 },
            { "name": "idle", "path": "/idle", "size": 1 }
        ]),
    );
    assert!(read(&recipe).is_ok(), "the image or the script may use it");
    recipe["methods"].as_object_mut().unwrap().retain(|name, _| name == "compose");
    assert_eq!(read(&recipe).unwrap_err(), ["volumes.idle: no service uses it"]);
}

#[test]
fn a_generator_may_have_a_pattern_that_its_letters_fit() {
    let mut recipe = bent("/settings/4/pattern", json!("[a-z]{8,}"));
    recipe["settings"][4]["kind"]["secret"]["generate"] = json!({ "alphabet": LETTERS, "length": 8 });
    assert_eq!(read(&recipe).err(), None);
}
