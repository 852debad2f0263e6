//! Rules by which values, ports and mounts of any compose file become those of a recipe.

use proximity::{
    catalog::import::{Format, Reason, compose},
    domain::catalog::{Kind, Recipe, RecipeFault, What},
};

use super::{Memory, is_made, left_out, read, service, setting};

fn app(services: &str) -> Recipe {
    compose("app", &format!("services:\n{services}")).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn refused(text: &str) -> RecipeFault {
    compose("app", text).unwrap_err().swap_remove(0)
}

#[test]
fn a_password_is_one_setting_wherever_it_stands() {
    let recipe = app(
        "  web:\n    image: a:1\n    ports: ['80:80']\n    environment: { DB_PASS: 'Tr0ub4dor', URL: 'mysql://u:Tr0ub4dor@db/x', NOTE: 'is Tr0ub4dor.' }\n  db:\n    image: mariadb:11\n    command: mariadbd --init -pTr0ub4dor\n    environment: [MYSQL_PASSWORD=Tr0ub4dor, MYSQL_USER=u]\n",
    );
    let web = service(&recipe, "web");
    assert_eq!(web.environment["URL"], "mysql://u:${DB_PASS}@db/x");
    assert_eq!(web.environment["NOTE"], "is ${DB_PASS}.");
    assert_eq!(service(&recipe, "db").environment["MYSQL_PASSWORD"], "${DB_PASS}");
    assert!(format!("{:?}", service(&recipe, "db").command).contains("-p${DB_PASS}"));
    assert!(!serde_json::to_string(&recipe).unwrap().contains("Tr0ub4dor"), "no published password is kept");
    assert_eq!(recipe.settings.len(), 1);
}

#[test]
fn what_only_sounds_like_a_secret_is_none() {
    let recipe = app(
        "  web:\n    image: a:1\n    ports: ['80:80']\n    environment:\n      PASSWORD_RESET_ENABLED: 'true'\n      TOKEN_TTL: 3600\n      SECRET_FILE: /run/x\n      KEYBOARD: us\n      MONKEY: see\n      KEY_URL: https://x\n      API_TOKEN: ''\n      JWT_SECRET: changeme\n      SECRET_KEY: 0123456789abcdef0123456789abcdef\n      APP_KEY: base64:xxxx\n",
    );
    let mut names: Vec<_> = recipe.settings.iter().map(|setting| setting.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["API_TOKEN", "JWT_SECRET", "SECRET_KEY"]);
    assert_eq!(setting(&recipe, "API_TOKEN").kind, Kind::Secret { generate: None });
    let Kind::Secret { generate: Some(key) } = &setting(&recipe, "SECRET_KEY").kind else { panic!() };
    assert_eq!((key.length, key.alphabet.as_str()), (32, "0123456789abcdef"), "of the same shape");
    assert!(is_made(setting(&recipe, "JWT_SECRET")));
    assert!(left_out(&recipe).contains("APP_KEY keeps the value"));
}

#[test]
fn two_passwords_of_one_name_stay_two() {
    let recipe = app(
        "  a:\n    image: a:1\n    ports: ['80:80']\n    environment: { PASSWORD: first-one }\n  b:\n    image: b:1\n    environment: { PASSWORD: second-one }\n",
    );
    assert_eq!(recipe.settings.len(), 2);
    assert_ne!(service(&recipe, "a").environment["PASSWORD"], service(&recipe, "b").environment["PASSWORD"]);
}

#[test]
fn dollars_that_are_no_variables_stay() {
    let recipe = app(
        "  web:\n    image: a:1\n    ports: ['80:80']\n    environment: { HASH: '$2b$12$.', COST: '$$9', END: 'a$' }\n",
    );
    let web = service(&recipe, "web");
    assert_eq!(
        [&web.environment["HASH"], &web.environment["COST"], &web.environment["END"]],
        ["$$2b$$12$$.", "$$9", "a$$"]
    );
}

#[test]
fn the_front_door_is_found_by_rule_where_nobody_names_it() {
    let port = |services: &str| app(services).main_port().map(|port| (port.port, port.scheme.is_some()));
    assert_eq!(
        port("  db: { image: 'a:1', ports: ['5432:5432'] }\n  web: { image: 'b:1', ports: ['9999:8080'] }\n"),
        Some((9999, true))
    );
    assert_eq!(port("  a: { image: 'a:1', ports: ['22:22', '443:443', '53:53/udp'] }\n"), Some((443, true)));
    assert_eq!(port("  a: { image: 'a:1', ports: ['5432:5432'] }\n"), Some((5432, false)));
    assert_eq!(port("  a: { image: 'a:1', expose: ['3000'] }\n"), Some((3000, true)));
    assert_eq!(port("  a: { image: 'a:1' }\n"), None);
}

#[test]
fn an_app_without_a_port_is_well_while_its_containers_run() {
    let recipe = app("  a: { image: 'a:1' }\n  b: { image: 'b:1' }\n  once: { image: 'c:1', restart: 'no' }\n");
    let What::Command { run } = &recipe.probe.what else { panic!() };
    assert!(run[2].contains("docker compose ps") && run[2].ends_with("-ge 2"), "{run:?}");
    assert!(left_out(&recipe).contains("nothing tells at which port it answers"));
}

#[test]
fn what_an_app_keeps_by_itself_is_backed_up_and_what_lies_elsewhere_is_not() {
    let recipe = app(
        "  a: { image: 'a:1', ports: ['80:80'], volumes: ['m:/srv/app/media', './photos:/photos', './downloads:/downloads', '/mnt/media:/media', 'c:/cache'] }\n",
    );
    let kept = |path: &str| recipe.volumes.iter().find(|volume| volume.path == path).unwrap().backup;
    assert_eq!(
        ["/srv/app/media", "/photos", "/downloads", "/media", "/cache"].map(kept),
        [true, true, false, false, false]
    );
}

#[test]
fn ranges_and_long_forms_of_ports_are_understood_and_none_is_given_twice() {
    let recipe = app(
        "  a: { image: 'a:1', ports: ['3000-3002:4000-4002', '[::1]:80:80', { target: 90, published: '91', protocol: udp }] }\n  b: { image: 'b:1', ports: ['3001:1', '${P:-7000}:7', '$Q:8'] }\n",
    );
    assert_eq!(service(&recipe, "a").ports, ["3000:4000", "3001:4001", "3002:4002", "80:80", "91:90/udp"]);
    assert_eq!(service(&recipe, "b").ports, ["7000:7", "8:8"]);
    assert!(left_out(&recipe).contains("3001 is left out"));
}

#[test]
fn the_network_of_the_container_itself_needs_no_published_ports() {
    let recipe = app("  a: { image: 'a:1', network_mode: host, expose: ['8123'] }\n");
    let one = service(&recipe, "a");
    assert!(one.host_network && one.ports.is_empty());
    assert_eq!(recipe.main_port().unwrap().port, 8123);
}

#[test]
fn what_cannot_run_here_is_refused_with_its_reason() {
    for (text, reason) in [
        ("services: { a: { build: . } }", Reason::Build),
        ("services: { a: { extends: { service: b } } }", Reason::Extends),
        ("include: [x.yml]\nservices: { a: { image: 'a:1' } }", Reason::Extends),
        ("services: { a: { image: 'a:1', network_mode: 'service:b' } }", Reason::Network),
        ("services: { a: { image: 'a:1', volumes: ['./x.conf:/etc/x.conf'] } }", Reason::File),
        ("services: { a: { image: '$WHAT' } }", Reason::UnknownValue),
        ("services: {}", Reason::NoImage),
        ("{}", Reason::NoImage),
        ("", Reason::NoImage),
        ("- a", Reason::NoImage),
    ] {
        assert_eq!(refused(text).place, reason.slug(), "{text}");
    }
}

#[test]
fn services_that_only_run_when_asked_for_are_left_out() {
    let recipe =
        app("  a: { image: 'a:1', ports: ['80:80'], depends_on: [b] }\n  b: { image: 'b:1', profiles: [debug] }\n");
    assert_eq!(recipe.methods.compose.as_ref().unwrap().services.len(), 1);
    assert!(left_out(&recipe).contains("service b"));
}

#[test]
fn a_closing_bracket_may_stand_as_far_left_as_docker_takes_it() {
    let recipe =
        compose("app", "services:\n  a:\n    image: a:1\n    command: [\n      \"x\"\n    ]\n    ports: ['80:80']\n");
    assert!(recipe.is_ok(), "{recipe:?}");
}

#[test]
fn the_services_of_a_store_may_not_read_other_apps() {
    let text = "services: { a: { image: 'a:1', ports: ['80:80'], volumes: ['./../other/data:/x'] } }";
    let read = read(&mut Memory::of([("a/docker-compose.yml", text)]), Some(Format::Compose));
    assert_eq!(read.reasons(), [Reason::OtherApp]);
}

#[test]
fn a_recipe_of_ours_is_taken_word_for_word_and_other_json_is_passed_over() {
    let recipe = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/catalog_data/miniflux.json")).unwrap();
    let store = [("mine/miniflux.json", recipe.as_str()), ("package.json", "{}"), ("bad.json", "{\"schema\": 1}")];
    let read = read(&mut Memory::of(store), None);
    assert_eq!((read.format, read.reasons().as_slice()), (Some(Format::Recipes), &[Reason::Unsound][..]));
    let mut taken = read.recipe("miniflux").clone();
    assert_eq!(taken.imported.take().unwrap().file, "mine/miniflux.json");
    assert_eq!(taken, Recipe::read(&recipe).unwrap());
}
