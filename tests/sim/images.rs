//! Containers made of OCI images: what the image says, what is lost, and whether it comes up.

use std::sync::Arc;

use proximity::sim::{Damage, Image, Volume};
use serde_json::{Value, json};

use super::{
    ground::{LXC, archive, config, house, is_there},
    house::House,
};

/// Puts an image among the templates.
fn add(house: &House, name: &str, image: Image) -> String {
    let path = format!("vztmpl/{name}.tar");
    house.handle().with(|datacenter| {
        let local = datacenter.storages.iter_mut().find(|known| known.name == "local").unwrap();
        let like = local.volumes[0].clone();
        local.volumes.push(Volume { path: path.clone(), format: "tar", image: Some(Arc::new(image)), ..like });
    });
    format!("local:{path}")
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn web() -> Image {
    Image {
        entrypoint: words(&["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"]),
        env: words(&["PATH=/usr/bin:/bin", "APP_MODE=prod"]),
        workdir: "/srv".into(),
        user: "101:102".into(),
        volumes: words(&["/data"]),
        system: "alpine".into(),
        ..Image::default()
    }
}

fn create(house: &House, volume: &str, more: &[(&str, &str)]) -> (String, Vec<String>) {
    let net = "name=eth0,bridge=vmbr0,ip=dhcp";
    let form = [&[("vmid", "950"), ("ostemplate", volume), ("rootfs", "local-lvm:1"), ("net0", net)], more].concat();
    let upid = house.begin("POST", LXC, &form);
    house.handle().settle();
    (house.task(&upid)["exitstatus"].as_str().unwrap().to_owned(), house.log(&upid))
}

fn start(house: &House) -> Value {
    json!(house.done("POST", &format!("{LXC}/950/status/start"), &[]))
}

#[test]
fn the_image_says_what_runs_and_what_was_given_is_lost() {
    let house = house();
    let volume = add(&house, "web", web());
    let (exit, log) = create(&house, &volume, &[("env", "MINE=1"), ("entrypoint", "/bin/true"), ("cmode", "shell")]);
    assert_eq!(exit, "OK");
    for line in [
        "Detected OCI archive",
        "creating base directory for volume at /data",
        "Auto-Enabling host-managed network for network device net0.",
    ] {
        assert!(log.iter().any(|said| said == line), "no {line:?} in {log:#?}");
    }
    let now = config(&house, 950);
    assert_eq!(now["entrypoint"], "/docker-entrypoint.sh nginx -g 'daemon off;'");
    assert_eq!(
        (&now["env"], &now["cmode"], &now["ostype"]),
        (&json!("PATH=/usr/bin:/bin\0APP_MODE=prod"), &json!("console"), &json!("alpine"))
    );
    let raw = json!([
        ["lxc.init.uid", "101"],
        ["lxc.init.gid", "102"],
        ["lxc.init.cwd", "/srv"],
        ["lxc.signal.halt", "SIGTERM"]
    ]);
    assert_eq!(now["lxc"], raw);
    let net = now["net0"].as_str().unwrap();
    assert!(net.starts_with("name=eth0,bridge=vmbr0,host-managed=1,hwaddr=BC:24:11:"), "{net}");
    let pending = house.get(&format!("{LXC}/950/pending"));
    assert!(pending.as_array().unwrap().iter().all(|row| row["key"] != "lxc"));
    assert_eq!(start(&house), "OK");
}

#[test]
fn it_comes_up_only_with_a_program_that_is_there_and_stays() {
    let house = house();
    let volume = add(&house, "web", web());
    create(&house, &volume, &[]);
    let set = |entrypoint: &str| {
        let reply = house.call("PUT", &format!("{LXC}/950/config"), &[("entrypoint", entrypoint)]);
        assert_eq!(reply.status, 200);
    };
    set("/no/such/thing");
    let upid = house.begin("POST", &format!("{LXC}/950/status/start"), &[]);
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "startup for container '950' failed");
    assert_eq!(house.log(&upid)[1], "__lxc_start: 2127 Failed to spawn container \"950\"");
    set("/bin/true");
    assert_eq!(start(&house), "unable to get PID for CT 950 (not running?)");
    assert_eq!(house.get(&format!("{LXC}/950/status/current"))["status"], "stopped");
    set("/bin/busybox httpd -f");
    assert_eq!(start(&house), "OK");
}

#[test]
fn what_is_changed_while_it_runs_waits_and_may_be_hidden() {
    let house = house();
    let volume = add(&house, "web", web());
    create(&house, &volume, &[]);
    start(&house);
    house.call("PUT", &format!("{LXC}/950/config"), &[("env", "X=1")]);
    let rows = house.get(&format!("{LXC}/950/pending"));
    let row = rows.as_array().unwrap().iter().find(|row| row["key"] == "env").unwrap().clone();
    assert_eq!(row, json!({ "key": "env", "value": "PATH=/usr/bin:/bin\0APP_MODE=prod", "pending": "X=1" }));
    let auditor = house.ticket("auditor@pve", "auditor-only-looks");
    for place in ["config", "pending"] {
        let text = house.knock(&auditor, "GET", &format!("{LXC}/950/{place}"), &[]);
        assert!(!String::from_utf8_lossy(&text.body).contains("APP_MODE"), "{place}");
    }
}

#[test]
fn a_shell_does_not_hear_when_it_is_asked_to_stop() {
    let house = house();
    let entrypoint = words(&["/bin/sh", "-c", "while true; do sleep 5; done"]);
    let volume = add(&house, "sh", Image { entrypoint, ..web() });
    create(&house, &volume, &[]);
    assert_eq!(config(&house, 950)["entrypoint"], "/bin/sh -c 'while true; do sleep 5; done'");
    start(&house);
    let shutdown = |form: &[(&str, &str)]| house.done("POST", &format!("{LXC}/950/status/shutdown"), form);
    assert_eq!(shutdown(&[("timeout", "5")]), "container did not stop");
    assert_eq!(shutdown(&[("timeout", "3"), ("forceStop", "1")]), "OK");
}

#[test]
fn a_shell_that_makes_room_for_an_init_hears() {
    let house = house();
    let path = format!("{LXC}/215");
    let form = [("entrypoint", "/bin/sh -c 'sh /setup & exec /sbin/init'")];
    assert_eq!(house.call("PUT", &format!("{path}/config"), &form).status, 200);
    house.done("POST", &format!("{path}/status/start"), &[]);
    assert_eq!(house.done("POST", &format!("{path}/status/shutdown"), &[]), "OK");
    house.call("PUT", &format!("{path}/config"), &[("entrypoint", "/nowhere/run")]);
    assert_eq!(house.done("POST", &format!("{path}/status/start"), &[]), "startup for container '215' failed");
}

#[test]
fn what_comes_back_from_a_backup_runs_as_before() {
    let house = house();
    let volume = add(&house, "web", web());
    create(&house, &volume, &[]);
    let backup = archive(&house, 950, Damage::None);
    let form =
        [("vmid", "951"), ("ostemplate", backup.as_str()), ("restore", "1"), ("storage", "local-lvm"), ("start", "1")];
    assert_eq!(house.done("POST", LXC, &form), "WARNINGS: 1");
    house.handle().settle();
    assert_eq!(house.get(&format!("{LXC}/951/status/current"))["status"], "running");
    assert_eq!(config(&house, 951)["env"], config(&house, 950)["env"]);
}

#[test]
fn who_restores_without_roots_rights_gets_an_app_that_does_not_listen() {
    let house = house();
    // Grafana's image names a user and a folder, nginx's neither.
    let made = [
        ("grafana", "docker.io/grafana/grafana:latest", "472", "/usr/share/grafana", 3000),
        ("nginx", "nginx:latest", "", "/", 80),
    ];
    for (name, reference, user, workdir, port) in made {
        let image = Image { reference: reference.into(), user: user.into(), workdir: workdir.into(), ..web() };
        let volume = add(&house, name, Image { entrypoint: words(&["/run.sh", name]), volumes: Vec::new(), ..image });
        create(&house, &volume, &[]);
        start(&house);
        let listens =
            |vmid: u32| house.handle().with(|datacenter| datacenter.beside(vmid)).iter().any(|one| one.port == port);
        assert!(listens(950), "{name} as it was made");
        let backup = archive(&house, 950, Damage::None);
        let form = [("ostemplate", backup.as_str()), ("restore", "1"), ("storage", "local-lvm"), ("start", "1")];
        let by_token = [&[("vmid", "951")], &form[..]].concat();
        assert_eq!(house.done("POST", LXC, &by_token), "WARNINGS: 1");
        let ready = house.simulator().ready();
        let root = house.ticket(&ready.user, &ready.password);
        let by_root = [&[("vmid", "952")], &form[..]].concat();
        assert_eq!(house.knock(&root, "POST", LXC, &by_root).status, 200);
        // The start is a task of its own.
        house.handle().settle();
        house.handle().settle();
        assert_eq!((listens(951), listens(952)), (user.is_empty(), true), "{name}");
        assert_eq!(config(&house, 952)["lxc"], config(&house, 950)["lxc"]);
        house.handle().with(|datacenter| {
            let backups = datacenter.storages.iter_mut().find(|known| known.name == "backup").unwrap();
            backups.volumes.retain(|volume| volume.vmid != Some(950));
        });
        for vmid in [950, 951, 952] {
            house.done("DELETE", &format!("{LXC}/{vmid}?force=1"), &[]);
        }
    }
}

#[test]
fn an_image_whose_cable_is_out_starts_with_a_warning() {
    let house = house();
    let volume = add(&house, "web", web());
    create(&house, &volume, &[]);
    let net = format!("{},link_down=1", config(&house, 950)["net0"].as_str().unwrap());
    assert_eq!(house.call("PUT", &format!("{LXC}/950/config"), &[("net0", &net)]).status, 200);
    let upid = house.begin("POST", &format!("{LXC}/950/status/start"), &[]);
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "WARNINGS: 1");
    let said = &house.log(&upid)[0];
    assert!(said.starts_with("WARN: DHCP failed - command 'lxc-attach -n 950 "), "{said}");
    assert_eq!(house.get(&format!("{LXC}/950/status/current"))["status"], "running");
}

#[test]
fn an_unknown_system_is_only_taken_as_unmanaged() {
    let house = house();
    let volume = add(&house, "odd", Image { system: "wolfi".into(), ..web() });
    let (exit, _) = create(&house, &volume, &[]);
    assert_eq!(exit, "unable to create CT 950 - unable to detect OS distribution");
    assert!(!is_there(&house, 950));
    assert_eq!(create(&house, &volume, &[("ostype", "unmanaged")]).0, "OK");
    assert_eq!(config(&house, 950)["ostype"], "unmanaged");
}

#[test]
fn a_system_may_be_too_new_or_too_old() {
    let house = house();
    let plant = |name: &str| {
        house.handle().with(|datacenter| {
            let local = datacenter.storages.iter_mut().find(|known| known.name == "local").unwrap();
            let like = local.volumes[0].clone();
            local.volumes.push(Volume { path: format!("vztmpl/{name}"), ..like });
        });
        format!("local:vztmpl/{name}")
    };
    let new = plant("debian-99-standard_99.1-1_amd64.tar.zst");
    let (exit, log) = create(&house, &new, &[]);
    assert_eq!(exit, "WARNINGS: 1");
    assert!(log.iter().any(|line| line.starts_with("WARN: The container's Debian version '99' is newer")), "{log:#?}");
    house.done("DELETE", &format!("{LXC}/950"), &[]);
    let old = plant("ubuntu-10.04-standard_10.04-4_amd64.tar.gz");
    assert_eq!(create(&house, &old, &[]).0, "unable to create CT 950 - unsupported ancient Ubuntu version '10.04'");
    let arm = plant("debian-12-standard_12.1-1_arm64.tar.zst");
    create(&house, &arm, &[]);
    assert_eq!(config(&house, 950)["arch"], "arm64");
}
