//! `host add|list|test|remove`.

use proximity::sim::{Apps, Options, Pace, Ready, Seed, Simulator};

use super::console::{Said, proximity, proximity_told, proximity_trusting};

pub struct Errands {
    pub simulator: Simulator,
    pub folder: tempfile::TempDir,
}

impl Errands {
    pub async fn new() -> Self {
        Self::on(Options::local(Seed::demo(), Pace::Live { speed: 10.0 })).await
    }

    /// A host whose running apps answer at their own addresses, and whose time flies.
    pub async fn lively() -> Self {
        let options = Options::local(Seed::demo(), Pace::Live { speed: 60.0 });
        let errands = Self::on(Options { apps: Apps::Answer, ..options }).await;
        errands.add_it();
        errands
    }

    async fn on(options: Options) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("passphrase"), "correct horse\n").unwrap();
        Self { simulator, folder }
    }

    pub fn ready(&self) -> &Ready {
        self.simulator.ready()
    }

    pub fn passphrase(&self) -> String {
        self.folder.path().join("passphrase").to_string_lossy().into_owned()
    }

    /// Runs it with JSON and the passphrase.
    pub fn run(&self, arguments: &[&str]) -> Said {
        let passphrase = self.passphrase();
        let mut all = vec!["--json", "--passphrase-file", &passphrase];
        all.extend(arguments);
        proximity(self.folder.path(), &all)
    }

    /// As a person reads it.
    pub fn told(&self, arguments: &[&str]) -> Said {
        let passphrase = self.passphrase();
        proximity(self.folder.path(), &[&["--passphrase-file", &passphrase], arguments].concat())
    }

    pub fn add(&self, fingerprint: &str, secret: &str) -> Said {
        let passphrase = self.passphrase();
        let ready = self.ready();
        let arguments = [
            "--json",
            "--passphrase-file",
            &passphrase,
            "host",
            "add",
            "--name",
            "home",
            "--address",
            &ready.url,
            "--fingerprint",
            fingerprint,
            "--token",
            &ready.token_id,
            "--secret-file",
            "-",
        ];
        proximity_told(self.folder.path(), &arguments, secret)
    }

    /// Makes the console of this guest one with a shell.
    pub fn give_shell(&self, vmid: u32) {
        self.simulator.datacenter().with(|datacenter| {
            let guest = datacenter.guests.get_mut(&vmid).unwrap();
            guest.config.insert("cmode".into(), serde_json::json!("shell"));
        });
    }

    pub async fn with_host() -> Self {
        let errands = Self::new().await;
        errands.add_it();
        errands
    }

    /// A small broker in the operator's own folder of recipes, set up by these lines.
    pub fn put_recipe(&self, id: &str, commands: &[&str]) {
        let folder = self.folder.path().join("recipes");
        std::fs::create_dir_all(&folder).unwrap();
        let mut recipe =
            proximity(self.folder.path(), &["--json", "catalog", "show", "mosquitto"]).data()["file"].take();
        recipe["id"] = id.into();
        recipe["methods"]["script"]["commands"] = serde_json::json!(commands);
        std::fs::write(folder.join(format!("{id}.json")), recipe.to_string()).unwrap();
    }

    fn add_it(&self) {
        let added = self.add(&self.ready().fingerprint, &self.ready().token_secret);
        assert_eq!(added.code, 0, "{} {}", added.stdout, added.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_added_listed_tested_and_removed() {
    let errands = Errands::with_host().await;
    let hosts = errands.run(&["host", "list"]).data();
    assert_eq!((&hosts[0]["name"], &hosts[0]["reach"]), (&"home".into(), &"online".into()), "{hosts}");
    let tested = errands.run(&["host", "test", "home"]).data();
    assert_eq!(tested["nodes"], 3);
    let unasked = errands.run(&["host", "remove", "home"]);
    assert_eq!((unasked.code, unasked.fault()["code"].as_str()), (4, Some("refused")));
    let lived_in = errands.run(&["--yes", "host", "remove", "home"]);
    let why = lived_in.fault()["why"].as_str().unwrap().to_owned();
    assert!(lived_in.code == 4 && why.contains("apps live there"), "{why}");
    assert_eq!(errands.run(&["host", "edit", "home", "--off"]).data()["reach"], "off");
    for app in errands.run(&["app", "list"]).data().as_array().unwrap() {
        let said = errands.run(&["--yes", "app", "forget", app["app"].as_str().unwrap()]);
        assert_eq!(said.code, 0, "{}", said.stdout);
    }
    assert_eq!(errands.run(&["--yes", "host", "remove", "home"]).code, 0);
    assert_eq!(errands.run(&["host", "list"]).data().as_array().map(Vec::len), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_tell_what_went_wrong() {
    let errands = Errands::new().await;
    let wrong_pin = errands.add(&["AB"; 32].join(":"), "x");
    assert_eq!((wrong_pin.code, wrong_pin.fault()["code"].as_str()), (6, Some("trust")));
    let wrong_secret = errands.add(&errands.ready().fingerprint, "00000000-0000-0000-0000-000000000000");
    assert_eq!(wrong_secret.code, 4, "{}", wrong_secret.stdout);
    assert_eq!(errands.run(&["host", "test", "nobody"]).code, 3);
    assert_eq!(errands.run(&["guest", "start", "100"]).code, 2);
    assert_eq!(errands.run(&["guest", "start", "nobody/100"]).code, 3);
    assert_eq!(proximity(errands.folder.path(), &["no-such-noun"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_nowhere_in_clear() {
    let errands = Errands::with_host().await;
    let log = errands.folder.path().join("requests.jsonl");
    let logged = errands.run(&["--request-log", &log.to_string_lossy(), "guest", "list"]);
    assert_eq!(logged.code, 0, "{}", logged.stderr);
    assert!(std::fs::read_to_string(&log).unwrap().contains("cluster/resources"));
    let secret = errands.ready().token_secret.as_bytes();
    for file in std::fs::read_dir(errands.folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_passphrase_nothing_can_be_asked_and_it_says_so() {
    let errands = Errands::with_host().await;
    let said = proximity(errands.folder.path(), &["--json", "guest", "list"]);
    assert_eq!(said.code, 4);
    assert!(said.fault()["remedy"].as_str().unwrap().contains("passphrase"), "{}", said.stdout);
    std::fs::write(errands.passphrase(), "wrong").unwrap();
    assert_eq!(errands.run(&["guest", "list"]).code, 4);
}

/// A public authority counts where the operator said so for this very host, and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn a_public_authority_is_trusted_only_where_that_was_chosen() {
    let errands = Errands::new().await;
    let (ready, passphrase, pin) = (errands.ready(), errands.passphrase(), ["AB"; 32].join(":"));
    let authorities = errands.folder.path().join("authorities.pem");
    let root = errands.simulator.datacenter().with(|datacenter| datacenter.certificates().root.pem.clone());
    std::fs::write(&authorities, root).unwrap();
    let mut arguments = vec!["--json", "--passphrase-file", &passphrase, "host", "add", "--name", "home"];
    arguments.extend(["--address", &ready.url, "--fingerprint", &pin]);
    arguments.extend(["--token", &ready.token_id, "--secret-file", "-"]);
    let add =
        |arguments: &[&str]| proximity_trusting(&authorities, errands.folder.path(), arguments, &ready.token_secret);
    assert_eq!(add(&arguments).code, 6, "it was not chosen");
    arguments.push("--public-ca");
    let elsewhere = proximity_told(errands.folder.path(), &arguments, &ready.token_secret);
    assert_eq!(elsewhere.code, 6, "the machine does not trust it: {}", elsewhere.stdout);
    let added = add(&arguments);
    assert_eq!(added.code, 0, "{}", added.stdout);
    let certificate = &errands.run(&["host", "list"]).data()[0]["certificate"];
    assert_eq!(certificate["public_ca"], true, "{certificate}");
    assert!(certificate["cluster_ca"].as_str().is_some_and(|print| print.len() == 95), "{certificate}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_to_trust_a_certificate_means_no() {
    let errands = Errands::new().await;
    let ready = errands.ready();
    let passphrase = errands.passphrase();
    let arguments = [
        "--json",
        "--passphrase-file",
        &passphrase,
        "host",
        "add",
        "--name",
        "home",
        "--address",
        &ready.url,
        "--token",
        &ready.token_id,
        "--secret-file",
        "-",
    ];
    let said = proximity_told(errands.folder.path(), &arguments, &ready.token_secret);
    assert_eq!(said.code, 4);
    assert!(said.stderr.contains(&ready.fingerprint), "it shows what it saw: {}", said.stderr);
}

#[test]
fn a_command_that_cannot_be_read_is_a_fault_for_scripts_too() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["--json", "guest", "fly"][..], &["host", "add", "--json"], &["guest", "show", "--json"]] {
        let said = proximity(folder.path(), arguments);
        assert_eq!((said.code, said.fault()["code"].as_str()), (2, Some("usage")), "{}", said.stdout);
        assert_eq!(said.stdout.lines().count(), 1);
    }
    let said = proximity(folder.path(), &["guest", "fly"]);
    assert!(said.stdout.is_empty() && said.stderr.contains("Usage"), "{}", said.stderr);
    assert_eq!(proximity(folder.path(), &["--json", "--help"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_and_cannot_be_read_is_told() {
    let errands = Errands::with_host().await;
    let database = rusqlite::Connection::open(errands.folder.path().join("proximity.db")).unwrap();
    database.execute_batch("INSERT INTO app (id, name, host, vmid, marker) VALUES ('x', 'x', 'home', 1, '{')").unwrap();
    let said = errands.run(&["app", "list"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stderr.contains("could not be read"), "{}", said.stderr);
}

/// Everything by words: a token of its own, what new apps go by, another name, off and on, a new token.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_given_a_token_of_its_own_changed_renamed_and_given_a_new_one() {
    let errands = Errands::new().await;
    let (ready, passphrase) = (errands.ready().clone(), errands.passphrase());
    let told = |arguments: &[&str]| {
        let all = [&["--json", "--passphrase-file", &passphrase][..], arguments].concat();
        proximity_told(errands.folder.path(), &all, &ready.password)
    };
    let mut add = vec!["host", "add", "--name", "home", "--address", &ready.url, "--fingerprint", &ready.fingerprint];
    add.extend(["--user", &ready.user, "--password-file", "-", "--least", "--pool", "mine", "--token-days", "10"]);
    add.extend(["--token-user", "homelab@pve"]);
    let unasked = told(&add);
    assert_eq!((unasked.code, unasked.fault()["why"].as_str()), (4, Some("nobody was there to say yes")));
    assert!(unasked.stderr.contains("pveum role add ProximityGuests"), "it shows what it would do: {}", unasked.stderr);
    assert!(!errands.simulator.datacenter().with(|datacenter| datacenter.pools.contains_key("mine")));
    add.push("--yes");
    let added = told(&add);
    assert_eq!(added.code, 0, "{} {}", added.stdout, added.stderr);
    let tested = added.data();
    assert_eq!(
        (tested["defaults"]["pool"].as_str(), tested["missing"].as_array().map(Vec::len)),
        (Some("mine"), Some(0))
    );
    assert!(!tested["storages"].as_array().unwrap().is_empty() && !tested["bridges"].as_array().unwrap().is_empty());
    assert_eq!((&tested["expiring"][0]["what"], &tested["expiring"][0]["soon"]), (&"token".into(), &true.into()));
    let hosts = errands.run(&["host", "list"]);
    assert!(hosts.stderr.contains("home: the API token runs out in"), "{}", hosts.stderr);
    let first = hosts.data()[0]["login"].as_str().unwrap().to_owned();
    assert!(first.starts_with("homelab@pve!deck-"), "{first}");

    let changed = errands.run(&["host", "edit", "home", "--rename", "attic", "--backups", "backup"]);
    assert_eq!(changed.code, 0, "{}", changed.stdout);
    let changed = changed.data();
    assert_eq!((&changed["name"], &changed["defaults"]["backups"]), (&"attic".into(), &"backup".into()));
    assert_eq!(errands.run(&["host", "test", "home"]).code, 3);
    assert_eq!(errands.run(&["host", "edit", "attic", "--storage", "nowhere"]).code, 2);
    assert_eq!(errands.run(&["host", "edit", "attic", "--off"]).data()["reach"], "off");
    assert_eq!(errands.run(&["host", "test", "attic"]).fault()["why"], "it is switched off here");
    assert_eq!(errands.run(&["host", "edit", "attic", "--on"]).code, 0);

    let alone = errands.run(&["host", "rotate", "attic"]);
    assert!(alone.fault()["remedy"].as_str().unwrap().contains("--user"), "{}", alone.stdout);
    let rotated = told(&["host", "rotate", "attic", "--user", &ready.user, "--password-file", "-", "--days", "90"]);
    assert_eq!(rotated.code, 0, "{}", rotated.stdout);
    let second = rotated.data()["login"].as_str().unwrap().to_owned();
    assert_ne!(second, first);
    assert_eq!(errands.run(&["host", "list"]).data()[0]["reach"], "online");
    for file in std::fs::read_dir(errands.folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let password = ready.password.as_bytes();
            assert!(!bytes.windows(password.len()).any(|window| window == password), "{}", path.display());
        }
    }
}
