//! One small store in each format, and what becomes of it.

use proximity::{
    catalog::import::{Format, Reason},
    domain::catalog::{Architecture, Kind, NeedKind, Protocol, Scheme, VolumeKind, What, Words},
};

use super::{is_made, left_out, sample, service, setting};

#[test]
fn a_universal_app_keeps_its_words_and_its_containers_find_each_other() {
    let read = sample("bigbear");
    assert_eq!((read.format, read.refused.len()), (Some(Format::BigBear), 0), "{:?}", read.refused);
    let recipe = read.recipe("feeder");
    assert_eq!((recipe.name.as_str(), recipe.version.as_str()), ("Feeder", "3.10"));
    assert_eq!(recipe.tagline, "Reads feeds for you", "its name is no tagline");
    assert_eq!(recipe.description, "Reads feeds for you. And more.");
    assert_eq!((recipe.category.as_str(), recipe.license.as_str()), ("reading", "MIT"));
    assert_eq!(recipe.tags, ["rss-reader"]);
    assert_eq!(recipe.links.home.as_deref(), Some("https://feeder.example"));
    assert_eq!(recipe.links.source, None, "that is no link");
    let port = recipe.main_port().unwrap();
    assert_eq!((port.port, port.scheme, port.path.as_str()), (8800, Some(Scheme::Http), "/login"));
    let web = service(recipe, "web");
    assert_eq!((web.image.as_str(), web.digest.as_deref().unwrap().len()), ("example/feeder:3.10", 71));
    assert_eq!(web.environment["RETRIES"], "010");
    assert_eq!(web.environment["VERBOSE"], "yes");
    assert_eq!(web.environment["RATIO"], "3.10");
    assert_eq!(web.environment["TZ"], "${TZ}");
    assert_eq!(setting(recipe, "TZ").default.as_deref(), Some("Europe/Rome"));
    assert_eq!(
        web.environment["DATABASE_URL"], "postgres://feeder:${POSTGRES_PASSWORD}@feeder-db:5432/feeder",
        "the password and nothing else that is called like it"
    );
    let database = service(recipe, "feeder-db");
    assert_eq!(database.environment["POSTGRES_PASSWORD"], "${POSTGRES_PASSWORD}");
    assert_eq!(database.environment["POSTGRES_USER"], "feeder");
    assert!(is_made(setting(recipe, "POSTGRES_PASSWORD")));
    let check = database.healthcheck.as_ref().unwrap();
    assert_eq!(check.test, Words::Line("pg_isready -U $${POSTGRES_USER}".into()));
    assert_eq!((check.interval, check.timeout), (90, 1));
    assert_eq!(web.depends_on, ["feeder-db"]);
    let volumes: Vec<_> = recipe.volumes.iter().map(|volume| (volume.name.as_str(), volume.path.as_str())).collect();
    assert_eq!(
        volumes,
        [("data", "/data"), ("pg", "/web/data")].map(|(n, p)| if n == "pg" { (n, "/feeder-db/data") } else { (n, p) })
    );
    let lost = left_out(recipe);
    assert!(lost.contains("docker's socket") && lost.contains("open to its own machine only"), "{lost}");
}

#[test]
fn an_app_of_casaos_keeps_its_front_door_and_says_what_it_loses() {
    let read = sample("casaos");
    assert_eq!(read.format, Some(Format::CasaOs));
    let recipe = read.recipe("cinema");
    assert_eq!((recipe.name.as_str(), recipe.tagline.as_str()), ("Cinema", "Your films, everywhere"));
    assert_eq!(recipe.description, "Cinema shows your films.\n\n- to all");
    assert_eq!(recipe.first_login.as_deref(), Some("Log in as admin."));
    let port = recipe.main_port().unwrap();
    assert_eq!((port.port, port.path.as_str(), recipe.ports.len()), (8097, "/web/", 2));
    assert_eq!(recipe.ports[1].protocol, Protocol::Udp);
    assert!(matches!(recipe.probe.what, What::Http { port: 8097, .. }));
    let cinema = service(recipe, "cinema");
    assert_eq!(cinema.ports, ["8097:8096", "7359:7359/udp"]);
    assert_eq!((cinema.environment["PUID"].as_str(), cinema.environment["TZ"].as_str()), ("1000", "${TZ}"));
    assert!(is_made(setting(recipe, "WEB_PASSWORD")));
    assert_eq!(cinema.devices, ["/dev/net/tun"]);
    assert_eq!(recipe.needs[0].kind, NeedKind::Tun);
    let movies = recipe.volumes.iter().find(|volume| volume.path == "/movies").unwrap();
    assert!(!movies.backup && movies.kind == VolumeKind::Data);
    assert_eq!(recipe.volumes.iter().find(|volume| volume.path == "/config").unwrap().kind, VolumeKind::Config);
    assert!(recipe.resources.memory.recommended >= 512);
    let lost = left_out(recipe);
    for word in ["privileged", "graphics card", "/DATA/Media/Movies", "not part of backups"] {
        assert!(lost.contains(word), "{word}: {lost}");
    }
    assert!(!lost.contains("localtime") && !lost.contains("restart"), "what makes no difference is not told: {lost}");
}

#[test]
fn the_form_of_a_runtipi_app_becomes_settings() {
    let read = sample("runtipi");
    assert_eq!(read.format, Some(Format::Runtipi));
    let recipe = read.recipe("notebook");
    assert_eq!(
        (recipe.version.as_str(), recipe.architectures.as_slice()),
        ("v2.0", &[Architecture::Amd64, Architecture::Arm64][..])
    );
    let app = service(recipe, "notebook");
    assert_eq!(app.ports, ["2222:22", "3000:3000"]);
    assert_eq!(recipe.main_port().unwrap().port, 3000);
    let Kind::Secret { generate: Some(key) } = &setting(recipe, "NOTEBOOK_KEY").kind else { panic!() };
    assert_eq!((key.length, key.alphabet.as_str()), (64, "0123456789abcdef"));
    let password = setting(recipe, "NOTEBOOK_PASSWORD");
    assert!(password.required && is_made(password));
    assert_eq!(setting(recipe, "NOTEBOOK_OPEN").kind, Kind::Bool);
    assert_eq!(setting(recipe, "NOTEBOOK_OPEN").default.as_deref(), Some("false"));
    assert!(
        matches!(&setting(recipe, "NOTEBOOK_THEME").kind, Kind::Choice { choices } if choices == &["dark", "light"])
    );
    assert_eq!(app.environment["URL"], "http://${APP_DOMAIN}");
    assert_eq!(setting(recipe, "APP_DOMAIN").default.as_deref(), Some("localhost:3000"));
    assert_eq!(app.depends_on, ["notebook-cache"]);
    assert_eq!(app.healthcheck.as_ref().unwrap().start_period, 20);
    assert!(app.volumes.iter().any(|volume| volume == "books:/books:ro"), "{:?}", app.volumes);
    let files = &recipe.methods.compose.as_ref().unwrap().files;
    assert!(files.iter().all(|file| file.content == "greeting = \"costs $$5\"\n"), "{files:?}");
    assert!(app.files.iter().any(|file| file.ends_with(":/etc/app.conf")), "{:?}", app.files);
}

#[test]
fn umbrels_proxy_is_the_front_door_and_its_variables_are_settings() {
    let read = sample("umbrel");
    assert_eq!(read.format, Some(Format::Umbrel));
    let recipe = read.recipe("album");
    let port = recipe.main_port().unwrap();
    assert_eq!((port.port, port.path.as_str(), port.scheme), (4080, "/start", Some(Scheme::Http)));
    let web = service(recipe, "web");
    assert_eq!((web.ports.as_slice(), web.user.as_deref()), (&["4080:80".to_owned()][..], Some("1000:1000")));
    assert_eq!(web.environment["DB_HOST"], "db");
    assert_eq!(web.environment["HOSTS"], "${DEVICE_DOMAIN_NAME}:4080");
    assert!(is_made(setting(recipe, "APP_PASSWORD")) && is_made(setting(recipe, "APP_SEED")));
    assert!(is_made(setting(recipe, "MYSQL_ROOT_PASSWORD")));
    assert_eq!(recipe.first_login.as_deref(), Some("Log in as admin with the secret APP_PASSWORD."));
    let photos = recipe.volumes.iter().find(|volume| volume.path == "/photos").unwrap();
    assert_eq!((photos.owner.as_deref(), photos.backup), (Some("1000:1000"), true));
    assert_eq!(read.reasons(), [Reason::OtherApp]);
    assert_eq!(read.refused[0].why, "it needs another Umbrel app: bitcoin");
}

#[test]
fn portainers_list_gives_its_containers_and_tells_where_its_stacks_lie() {
    let read = sample("portainer");
    assert_eq!(read.format, Some(Format::Portainer));
    let recipe = read.recipe("paint");
    assert_eq!((recipe.tagline.as_str(), recipe.category.as_str()), ("Paints pictures", "photos"));
    let paint = service(recipe, "paint");
    assert_eq!(paint.ports, ["8085:80", "5000:5000/udp"]);
    assert_eq!(paint.environment["FIXED"], "a$$b");
    assert_eq!(paint.environment["MODE"], "${MODE}");
    assert!(matches!(setting(recipe, "MODE").kind, Kind::Choice { .. }));
    assert!(is_made(setting(recipe, "ADMIN_PASSWORD")));
    assert_eq!(recipe.first_login.as_deref(), Some("Log in as admin ."));
    assert_eq!(read.reasons(), [Reason::Elsewhere, Reason::OtherSystem, Reason::Twice]);
    assert!(read.refused[0].why.contains("https://github.com/example/shop"), "{:?}", read.refused[0]);
}

#[test]
fn a_folder_of_compose_files_is_a_store_too() {
    let read = sample("compose");
    assert_eq!(read.format, Some(Format::Compose));
    let recipe = read.recipe("shop");
    let shop = service(recipe, "shop");
    assert_eq!(shop.image, "example/shop:latest");
    assert_eq!(
        shop.command,
        Some(Words::Words(["serve", "--db", "${DB_NAME}", "--price", "$$5"].map(str::to_owned).to_vec()))
    );
    assert_eq!(setting(recipe, "DB_NAME").default.as_deref(), Some("shop"));
    assert!(setting(recipe, "NEEDED").required);
    assert!(is_made(setting(recipe, "SESSION_SECRET")));
    assert_eq!(setting(recipe, "SMTP_PASSWORD").kind, Kind::Secret { generate: None }, "it is somebody else's");
    assert_eq!(setting(recipe, "BASE_URL").default.as_deref(), Some("http://localhost:8080"));
    assert_eq!(
        (shop.tmpfs.as_slice(), shop.shared_memory),
        (&["/run".to_owned(), "/scratch".to_owned()][..], Some(1024))
    );
    assert_eq!(shop.sysctls.keys().collect::<Vec<_>>(), ["net.core.somaxconn"]);
    assert_eq!((shop.stop_grace, shop.ports.as_slice()), (Some(60), &["8080:8080".to_owned()][..]));
    assert_eq!(shop.files, ["shop.conf:/etc/shop.conf"]);
    assert_eq!(recipe.methods.compose.as_ref().unwrap().files[0].content, "currency = \"$$\"\n");
    let lost = left_out(recipe);
    for word in ["discovery.type", "kernel.shmmax", "ulimits", "newest one is taken"] {
        assert!(lost.contains(word), "{word}: {lost}");
    }
}
